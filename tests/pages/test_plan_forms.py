"""The page of the plan without a browser: every field has its name, every fault its sentence, a file gives the same back."""

import ast
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from config import CATALOGUE, CENTRES, texts
from config.dump import dump_plan
from config.load import load_catalogue, load_plan, read_plan
from config.merge import merged
from config.network import with_value
from config.plan import Network, Plan
from server.admin.plan.diff import diff
from server.admin.plan.fields import ELSEWHERE, SECTIONS, Field, fields
from server.admin.plan.form import as_network_says, brought_back, checked, data_of, grounds, held
from server.admin.plan.say import names
from server.fault_words import words
from server.words import Words
from tests.support import demo_plan, tiny_plan

CHECKS = (
    "shape", "assemble", "references", "booth_references", "line_references", "screen_references", "slide_references",
    "room_references", "hours", "media", "logo", "byte_template", "line_limits", "spoken/check",
)  # fmt: skip
NAMED = {
    "who": 'queue "x"',
    "verb": "offers",
    "what": "zone",
    "why": "no profile serves it",
    "tail": "",
    "listed": "",
    "options": "7",
    "hint": "",
    "where": "twice in",
    "text": 'kiosks "a" and "b" have the same reserve letter X',
}
CATALOGUE_ONLY = ("is the code of an institution",)


def every(many: dict[str, Field] | tuple[Field, ...]) -> list[Field]:
    found = []
    for one in many.values() if isinstance(many, dict) else many:
        found += [one, *every(one.of)]
    return found


def test_every_field_is_on_the_page_and_has_a_latvian_name() -> None:
    shown = {name for _, _, own in SECTIONS for name in own}
    assert set(fields()) == shown | set(ELSEWHERE)
    for field in every(fields()):
        assert field.label != field.name, field.name
        assert texts.translate("lv", field.label) != field.label, field.label
        if field.help:
            assert texts.translate("lv", field.help) != field.help, field.help
    for _, heading, _ in SECTIONS:
        assert texts.translate("lv", heading) != heading


def said(node: ast.expr) -> str | None:
    """A message with something in its places."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [
            _some(one.value, one.conversion) if isinstance(one, ast.FormattedValue) else said(one) or "" for one in node.values
        ]
        return "".join(parts)
    if isinstance(node, ast.BinOp):
        return (said(node.left) or "") + (said(node.right) or "")
    return said(node.body) if isinstance(node, ast.IfExp) else None


def _some(place: ast.expr, conversion: int) -> str:
    code = ast.unparse(place)
    if "did_you_mean" in code or "hint" in code or "_hint" in code:
        return ""
    shown = NAMED.get(code, "hours[0]" if code == "there" else "7")
    shown = "a single {; write {{ for the sign itself" if code.startswith("_wrong(") else shown
    return repr(shown) if conversion == ord("r") or code.startswith("_shown(") else shown


def messages() -> list[str]:
    """What the checks of the configuration can say, as their code has it."""
    found = []
    for name in CHECKS:
        tree = ast.parse(Path(f"config/{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                at = {"add": 1, "hole": 1, "ValueError": 0}.get(called)
                if at is not None and len(node.args) > at and (text := said(node.args[at])) and " " in text:
                    found.append(text.replace("offers", "waits in zone") if "which no [[" in text else text)
    either = 'queue "x": kiosks "a" and "b" have the same reserve letter X'
    return [_by_whom(one.replace(either, 'profile "x": order "ratio" needs shares')) for one in found]


OF = {
    "has two shares": "profile", "has a share": "profile", "is for": "booth", "feeds": "screen", "can be had": "room",
    "could never": "room", "has a figure": "counter", "is not said": "counter", "is no number": "counter",
}  # fmt: skip
"""Whose a message is, by its words."""


def _by_whom(message: str) -> str:
    if 'queue "x" is at counter' in message:
        return message.replace('queue "x"', "a shift")
    said = re.sub(r'^queue "x":? ', "", message)
    kind = next((kind for begin, kind in OF.items() if said != message and said.startswith(begin)), None)
    return message if kind is None else message.replace('queue "x"', f'{kind} "x"', 1)


def test_every_message_of_the_check_has_a_sentence_in_latvian() -> None:
    found = [one for one in messages() if not one.endswith(CATALOGUE_ONLY)]
    assert len(found) > 60
    for message in found:
        sentence = words(message, "lv")
        assert sentence != message, message
        assert words(f'{message}; did you mean "hall"?', "lv").endswith("; vai domājāt „hall”?"), message


@pytest.mark.parametrize("name", sorted(path.stem for path in CENTRES.glob("*.toml")))
def test_a_file_gives_the_same_back_by_forms_and_by_toml(name: str) -> None:
    catalogue = load_catalogue(CATALOGUE)
    plan = load_plan(CENTRES / f"{name}.toml", catalogue)
    made, faults = checked(data_of(plan, catalogue), catalogue, plan, "lv")
    assert not faults
    assert made == plan
    assert read_plan(dump_plan(made, catalogue), Path("x.toml"), catalogue) == plan


def changed(plan: Plan) -> dict[str, dict[str, Any]]:
    """A plan with something else in each section that has anything."""
    found = {}
    data = data_of(plan, load_catalogue(CATALOGUE))
    for _, _, own in SECTIONS:
        for name in own:
            if isinstance(data[name], list) and len(data[name]) > 1 and name not in ("languages",):
                found[name] = {**data, name: [*data[name][1:], data[name][0]]}
    return found


def test_every_section_that_is_changed_comes_back_by_toml_and_is_told() -> None:
    catalogue, plan, w = load_catalogue(CATALOGUE), demo_plan(), Words("lv")
    before = data_of(plan, catalogue)
    cases: dict[str, dict[str, Any]] = {**changed(plan), "rules": {**before, "rules": {**before["rules"], "delays": 5}}}
    assert len(cases) > 6
    for name, data in cases.items():
        made, faults = checked(data, catalogue, plan, "lv")
        assert not faults, name
        assert read_plan(dump_plan(made, catalogue), Path("x.toml"), catalogue) == made, name
        known = names(before, catalogue, "lv")
        groups = diff(before, data, known, names(data, catalogue, "lv"), w)
        assert {one.path for one in groups} == {name}
        assert all(row.said for one in groups for row in one.rows)
    assert diff(before, before, known, known, w) == ()


def test_what_changes_is_told_by_thing_with_the_new_in_bold() -> None:
    catalogue, plan = load_catalogue(CATALOGUE), demo_plan()
    before = data_of(plan, catalogue)
    data = msgspec.json.decode(msgspec.json.encode(before))
    at = [one["code"] for one in data["profiles"]].index("pasvaldiba")
    data["profiles"][at]["queues"].append("vid")
    data["hours"] = {
        **(data["hours"] or {}),
        "regular": [{"days": ["mon", "tue", "wed"], "spans": "8:30-12:00; 12:30-17:00", "season": "", "nth": [], "note": {}}],
    }
    groups = diff(before, data, names(before, catalogue, "lv"), names(data, catalogue, "lv"), Words("lv"))
    told = {one.title: [(row.sign, row.label, row.said) for row in one.rows] for one in groups}
    (minus, plus) = told["Profils „Pašvaldība un centrs”"]
    assert (minus[0], plus[0]) == ("-", "+")
    assert [part.text for part in plus[2] if part.new] == ["VID"]
    assert any("pirmdiena–trešdiena 8:30–12:00, 12:30–17:00" in part.text for row in told["Darba laiks"] for part in row[2])


def test_two_changes_of_one_plan_are_brought_together() -> None:
    base: dict[str, Any] = {"rules": {"a": 1, "b": 2}, "zones": [{"code": "x", "n": 1}, {"code": "y", "n": 1}], "nth": [1]}
    mine = {
        "rules": {"a": 9, "b": 2},
        "zones": [{"code": "x", "n": 5}, {"code": "y", "n": 1}, {"code": "z", "n": 1}],
        "nth": [1, 2],
    }
    theirs = {"rules": {"a": 1, "b": 8}, "zones": [{"code": "x", "n": 1}], "nth": [3]}
    found, clashes = merged(base, mine, theirs)
    assert found == {"rules": {"a": 9, "b": 8}, "zones": [{"code": "x", "n": 5}, {"code": "z", "n": 1}], "nth": [1, 2]}
    assert clashes == (("nth",),)


def test_what_the_network_has_set_stays_in_a_file_and_in_an_earlier_version() -> None:
    catalogue = load_catalogue(CATALOGUE)
    old = demo_plan()
    now = replace(with_value(old, "rules.no_show_s", 77), network=Network(bundle=3, locked=("rules.no_show_s",)))
    assert as_network_says(old, now).rules.no_show_s == 77
    assert (held(old, now), held(now, now)) == (("rules.no_show_s",), ())
    back = brought_back(with_value(old, "rules.delays", 4), now, catalogue)
    assert (back.rules.no_show_s, back.rules.delays, back.network) == (77, 4, now.network)
    _, faults = checked(data_of(old, catalogue), catalogue, now, "lv")
    assert [(one.path, one.text) for one in faults.told] == [("rules.no_show_s", "To nosaka tīkls.")]


def test_a_plan_that_is_not_made_of_the_catalogue_loses_nothing() -> None:
    plan = tiny_plan()
    plan = replace(plan, services=tuple(replace(one, minutes_evidence="seen", evidence="seen") for one in plan.services))
    own = grounds(plan, load_catalogue(CATALOGUE))
    made, faults = checked(data_of(plan, own), own, plan, "lv")
    assert not faults
    assert (made.services, made.institutions, made.queues) == (plan.services, plan.institutions, plan.queues)
    assert re.search(r"\[\[queue\]\]", dump_plan(made, own))
