"""Faults in the slides of a plan, each with its place; what is sound is read, and written again as it was."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from config.catalogue import Catalogue
from config.load import check_plan, dump_plan, load_plan
from config.plan import Plan, Slide
from tests.config.test_load_faults import SOUND, told_once

PICTURE, FILM = f"{'0a' * 32}.png", f"{'0a' * 32}.mp4"


def slide(**said: str) -> str:
    """A sound slide, but for what is said."""
    fields = {"code": '"s1"', "text": '{ lv = "Sveiki" }', **said}
    return "[[slide]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items() if value)


# What is written behind the sound file, the path of the fault, its words.
FAULTS = {
    "same code": (slide() + "\n" + slide(), "slide[1].code", 'slide "s1" is there already (slide[0])'),
    "zone": (slide(zones='["hal"]'), "slide[0].zones[0]", 'did you mean "hall"?'),
    "kind": (slide(kind='"pictur"'), "slide[0].kind", 'did you mean "picture"?'),
    "no text": (slide(text=""), "slide[0].text", "is missing"),
    "only English": (slide(text='{ en = "Hello" }'), "slide[0].text", "the Latvian text (lv) is missing"),
    "too long": (slide(text=f'{{ lv = "{"x" * 2001}" }}'), "slide[0].text.lv", "is too long: 2,001 characters, at most 2,000"),
    "control": (slide(text='{ lv = "a\\u0007" }'), "slide[0].text.lv", "has a control character (U+0007)"),
    "tab": (slide(text='{ lv = "a\\tb" }'), "slide[0].text.lv", "has a control character (U+0009)"),
    "seconds": (slide(seconds="4"), "slide[0].seconds", "4 is outside 5 to 300"),
    "date": (slide(since='"2026-02-30"'), "slide[0].since", "day is out of range"),
    "until before since": (
        slide(since='"2026-03-02"', until='"2026-03-01"'), "slide[0].until", '"2026-03-01" is before since ("2026-03-02")',
    ),
    "season": (slide(season='"3-1/6-1"'), "slide[0].season", "is not a season such as"),
    "spans": (slide(spans='"12-9"'), "slide[0].spans", '"12-9" ends before it begins'),
    "day": (slide(days='["monday"]'), "slide[0].days[0]", "expected one of"),
    "picture without a file": (slide(kind='"picture"'), "slide[0].file", "is missing"),
    "file without a description": (
        slide(kind='"picture"', text="", file=f'"{PICTURE}"'), "slide[0].text", "it describes the file to who cannot see it",
    ),
    "a path": (slide(kind='"picture"', file='"../rinda.db"'), "slide[0].file", "is no file of the media folder"),
    "other kind of file": (slide(kind='"video"', file=f'"{PICTURE}"'), "slide[0].file", 'does not go with kind "video"'),
    "file of a text": (slide(file=f'"{PICTURE}"'), "slide[0].file", 'does not go with kind "text"'),
    "words of the rule": (slide(kind='"rule"'), "slide[0].text", "its words are made from the plan"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_with_its_place(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    told_once(*FAULTS[name], catalogue, tmp_path)


def test_sound_slides_come_back_lines_and_all(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    said = "\n".join((
        slide(text='{ lv = "# Sveiki\\n\\n- viens\\n- \\"divi\\"" }', season='"12-20/01-10"', days='["sat"]', spans='"9-12"'),
        slide(code='"s2"', kind='"picture"', file=f'"{PICTURE}"', zones='["hall"]', since='"2026-03-01"', until='"2026-03-01"'),
        slide(code='"s3"', kind='"video"', file=f'"{FILM}"', seconds="300"),
        slide(code='"s4"', kind='"phone"'),
        slide(code='"s5"', kind='"rule"', text=""),
    ))  # fmt: skip
    path.write_text(f"{SOUND}\n{said}\n", encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert plan.slides[0].text == {"lv": '# Sveiki\n\n- viens\n- "divi"'}
    assert [one.kind for one in plan.slides] == ["text", "picture", "video", "phone", "rule"]
    path.write_text(dump_plan(plan, catalogue), encoding="utf-8")
    assert load_plan(path, catalogue) == plan


def test_a_line_end_belongs_to_slides_alone(catalogue: Catalogue, tmp_path: Path) -> None:
    notice = '[[notice]]\ntext = { lv = "viens\\ndivi" }'
    told_once(notice, "notice[0].text.lv", "has a control character (U+000A)", catalogue, tmp_path)


def test_dates_that_are_none_are_told_of_a_plan_that_came_over_the_wire(demo: Plan) -> None:
    """Its values are what they are, not what was understood of them."""
    slide = Slide(code="s", text={"lv": "x"}, since="soon", until="later", season="always", spans="noon", file="x")
    found = {fault.path for fault in check_plan(replace(demo, slides=(slide,)))}
    assert found == {f"slides[0].{name}" for name in ("since", "until", "season", "spans", "file")}


def test_so_many_slides_and_no_more(demo: Plan) -> None:
    slides = tuple(Slide(code=f"s{n}", text={"lv": "Sveiki"}) for n in range(41))
    assert not check_plan(replace(demo, slides=slides[:40]))
    assert [fault.text for fault in check_plan(replace(demo, slides=slides))] == ["41 slides are more than boards are sent (40)"]
