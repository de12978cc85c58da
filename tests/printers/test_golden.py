"""Slips as they were looked at and found good: as text and, dot for dot, as pictures in `golden/`.

A slip that is meant to change is drawn anew with `python -m tests.printers.test_golden`, and looked at again.
"""

import base64
import io
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageChops, ImageDraw

from printers import render
from printers.layout import Ticket, ticket_slip
from printers.profile import PAPER_58, PAPER_80, PaperProfile
from printers.slip import Number, as_text

GOLDEN = Path(__file__).parent / "golden"
DOTS_PER_MM = 8
STRAY = 40  # dots that another build of the font library may set otherwise

with_ = msgspec.structs.replace
LONG = "Iesniegumu pieņemšana par dzīvesvietas deklarēšanu, pašvaldības atbalstu un īpašuma nodokļa atlaidēm ģimenēm!!"


def _logo() -> str:
    picture = Image.new("1", (160, 60), 1)
    draw = ImageDraw.Draw(picture)
    for middle, half in ((20, 14), (60, 14), (115, 29)):
        draw.polygon([(middle - half, 30), (middle, 30 - half), (middle + half, 30), (middle, 30 + half)], fill=0)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


PLAIN = Ticket(
    number="A012",
    service={"lv": "Vecuma pensijas piešķiršana", "en": "Award of old-age pension", "ru": "Назначение пенсии по старости"},
    institution={"lv": "VSAA"},
    centre={"lv": "Smiltenes klientu apkalpošanas centrs"},
    issued=datetime(2027, 3, 1, 7, 42, tzinfo=UTC),
    url="https://rinda.example/ticket/7Q4MK2XD9A7Q4MK2XD9A7Q",
    ahead=4,
    low=10,
    high=20,
    where={"lv": "Lielā zāle, 2. stāvs, pa labi", "en": "Main hall, 2nd floor, to the right", "ru": "Большой зал, 2-й этаж"},
)
TAX = with_(
    PLAIN,
    number="D107",
    language="en",
    service={"lv": "Gada ienākumu deklarācijas aizpildīšana un iesniegšana", "en": "Annual income declaration"},
    institution={"lv": "VID", "en": "SRS"},
    ahead=21,
    low=55,
    high=75,
    bring={"lv": "Personu apliecinošs dokuments (pase vai eID karte)", "en": "An identity document (passport or eID card)"},
)
RESERVE = with_(
    PLAIN, number="X003", service={"lv": "Pašvaldības jautājumi"}, institution={"lv": ""}, url="", ahead=None, low=None,
    high=None, reserve=True,
)  # fmt: skip
ALL = with_(
    TAX,
    language="ru",
    number="W999",
    service={"lv": LONG, "ru": "Приём заявлений о декларировании места жительства и скидках на налог на недвижимость"},
    centre={"lv": "Valmieras novada Valmieras pilsētas valsts un pašvaldības vienotais klientu apkalpošanas centrs"},
    access=({"lv": "Ieeja bez pakāpieniem."}, {"lv": "Indukcijas cilpa pie 2. lodziņa."}),
    wifi={"lv": "Wi-Fi apmeklētājiem: VPVKAC-viesi, bez paroles"},
    bring=TAX.bring | {"ru": "Документ, удостоверяющий личность (паспорт или eID-карта)"},
    logo=_logo(),
    party=("A012", "W999"),
)
SLIPS: dict[str, tuple[Ticket, PaperProfile]] = {
    "standard": (PLAIN, PAPER_80),
    "english": (TAX, PAPER_80),
    "russian": (with_(PLAIN, language="ru"), PAPER_80),
    "reserve": (RESERVE, PAPER_80),
    "reserve_english": (with_(RESERVE, language="en"), PAPER_80),
    "copy": (with_(PLAIN, copy=True), PAPER_80),
    "copy_appointment": (with_(PLAIN, copy=True, due=datetime(2027, 3, 1, 8, 15, tzinfo=UTC)), PAPER_80),
    "copy_reserve": (with_(RESERVE, copy=True), PAPER_80),
    "appointment": (with_(PLAIN, due=datetime(2027, 3, 1, 8, 15, tzinfo=UTC), language="en"), PAPER_80),
    "linked_first": (with_(PLAIN, party=("A012", "D013", "M002")), PAPER_80),
    "linked_last": (with_(PLAIN, number="M002", party=("A012", "D013", "M002"), language="en"), PAPER_80),
    "long_names": (with_(PLAIN, service={"lv": LONG}, institution={"lv": LONG}, centre={"lv": LONG}), PAPER_80),
    "everything": (ALL, PAPER_80),
    "narrow": (TAX, PAPER_58),
    "narrow_everything": (ALL, PAPER_58),
}


def _drawn(name: str) -> tuple[str, Image.Image]:
    ticket, paper = SLIPS[name]
    slip = ticket_slip(ticket)
    return as_text(slip), render.image(slip, paper)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_as_it_was_found_good(name: str) -> None:
    text, picture = _drawn(name)
    assert text == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    with Image.open(GOLDEN / f"{name}.png") as golden:
        assert (picture.size, picture.mode) == (golden.size, golden.mode)
        assert ImageChops.logical_xor(picture, golden).histogram()[255] <= STRAY


def test_no_golden_slip_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.{kind}" for name in SLIPS for kind in ("txt", "png")}


@pytest.mark.parametrize("name", ["standard", "russian", "english", "appointment", "linked_first", "linked_last"])
def test_a_slip_with_everything_usual_is_neither_short_nor_long(name: str) -> None:
    most = 150 if SLIPS[name][0].language == "lv" else 170
    assert 90 <= _drawn(name)[1].height / DOTS_PER_MM <= most


@pytest.mark.parametrize("name", [name for name, (ticket, paper) in SLIPS.items() if paper is PAPER_80 and not ticket.copy])
def test_the_number_is_at_least_14_mm_high(name: str) -> None:
    ticket, paper = SLIPS[name]
    found = [line for line in ticket_slip(ticket) if isinstance(line, Number)]
    alone = render.image((found[0],), paper).convert("L").point(lambda value: 255 - value)
    top, bottom = alone.getbbox()[1::2]  # type: ignore[index]
    assert (bottom - top) / DOTS_PER_MM >= 14


def test_the_logo_is_on_the_paper_dot_for_dot() -> None:
    picture = _drawn("everything")[1]
    with Image.open(io.BytesIO(base64.b64decode(ALL.logo))) as logo:
        left = (picture.width - logo.width) // 2
        heads = [picture.crop((left, top, left + logo.width, top + logo.height)) for top in range(40)]
        assert any(not ImageChops.logical_xor(head, logo).getbbox() for head in heads)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in SLIPS:
        text, picture = _drawn(name)
        (GOLDEN / f"{name}.txt").write_text(text, encoding="utf-8")
        picture.save(GOLDEN / f"{name}.png", optimize=True)
