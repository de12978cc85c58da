"""Every text of a page or a refusal has its Latvian, in a catalogue that the page loads, with the same {names}."""

import re
from pathlib import Path

import pytest

from config.texts import LOCALE, messages, translate
from counter.view import REASONS
from server.domain.refusal import CODES

ROOT = Path(__file__).parents[2]
SCREENS = {
    "kiosk/static": ("kiosk",),
    "counter/static": ("counter",),
    "display/static": ("display", "server"),
    "server/static": ("server",),
    "server/admin/static": ("admin", "server"),
}
CALL = re.compile(r"\b(?:t|both|heading)\(\s*\"((?:[^\"\\]|\\.)*)\"|\btn\(\s*\"((?:[^\"\\]|\\.)*)\"")
NAMES = re.compile(r"\{(\w+)\}")


def used(folder: str) -> set[str]:
    found: set[str] = set()
    for path in sorted((ROOT / folder).rglob("*.js")):
        for single, plural in CALL.findall(path.read_text()):
            found.add((single or plural).replace('\\"', '"'))
    return found


@pytest.mark.parametrize("folder", SCREENS)
def test_every_text_of_a_page_is_translated(folder: str) -> None:
    known: dict[str, object] = {}
    for path in LOCALE.glob("lv/*.po"):
        known |= messages("lv", (path.stem,))
    assert used(folder), "the pattern finds the texts of this folder"
    assert sorted(text for text in used(folder) if text not in known) == []


@pytest.mark.parametrize("text", [*CODES.values(), *REASONS.values()])
def test_every_refusal_and_reason_has_its_latvian(text: str) -> None:
    latvian = translate("lv", text)
    assert latvian != text
    assert set(NAMES.findall(latvian)) <= set(NAMES.findall(text))


@pytest.mark.parametrize("template", sorted(p.name for p in (ROOT / "server/templates").glob("*.html")))
def test_every_text_of_a_template_is_translated(template: str) -> None:
    source = (ROOT / "server/templates" / template).read_text()
    found = re.findall(r"\b(?:_|say|lv)\(\"((?:[^\"\\]|\\.)*)\"", source)
    known = messages("lv", ("server", "visitor", "people"))
    assert [text for text in found if text not in known] == []
