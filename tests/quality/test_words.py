"""Every text of the pages of quality has its Latvian, with the same {names}."""

import inspect
import re
from pathlib import Path

import pytest

from config.texts import LOCALE, messages
from server.admin.quality import matters, office, training, web
from server.quality import feedback, fields, findings, indicators, standard, tables
from server.quality import training as year

TEMPLATES = Path(__file__).parents[2] / "server/templates/admin/quality"
ONE = re.compile(r'\bw\("((?:[^"\\]|\\.)*)"')
SEVERAL = re.compile(r'\bw\.several\("([^"]*)"')
NAMES = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
def known() -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for path in LOCALE.glob("lv/*.po"):
        found |= messages("lv", (path.stem,))
    return found


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_every_text_of_a_template_is_translated(template: str, known: dict[str, object]) -> None:
    source = (TEMPLATES / template).read_text()
    texts = [*ONE.findall(source), *SEVERAL.findall(source)]
    assert texts or template in ("frame.html",)
    assert [text for text in texts if text not in known] == []
    for text in texts:
        said = known[text]
        for form in said if isinstance(said, list) else [said]:
            assert set(NAMES.findall(str(form))) <= set(NAMES.findall(text)) | {"n"}, text


def test_every_word_of_the_code_is_translated(known: dict[str, object]) -> None:
    words = {name for _, _, name in office.TABS} | set(fields.HOLDS.values())
    for table in (
        feedback.KINDS, feedback.STATES, findings.SOURCES, findings.STATES, standard.ANSWERS, web.LINE_GROUPS, matters._ANSWERS,
        training._STATES, indicators.GROUPS, tables.NAMES,
    ):  # fmt: skip
        words |= set(table.values())
    words |= set(re.findall(r'title="([^"]*)"', inspect.getsource(tables)))
    words |= {indicators.VISITS, indicators.PLAN, indicators.SAID}
    for part in (indicators._burden, indicators._efficiency, indicators._access, indicators._transparency):
        words |= set(re.findall(r'"([A-Z][^"]*)"', inspect.getsource(part)))
    for module in (fields, feedback, findings, standard, year):
        words |= set(re.findall(r'faults\[[^]]*\] = "([^"]*)"', inspect.getsource(module)))
    assert sorted(word for word in words if word not in known) == []
    assert len(words) > 100
