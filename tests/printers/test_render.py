"""The picture and the bytes: readable codes, sizes on paper, golden bytes."""

import io
import shutil
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageOps

from printers import fonts
from printers.layout import Ticket, ticket_slip, void_slip
from printers.render import PAPER_58, PAPER_80, PaperProfile, bands, content, image, native
from printers.slip import Gap, Inverse, Number, Qr, Rule, Text
from printers.virtual import VirtualPrinter
from tests.printers.test_layout import A012

with_ = msgspec.structs.replace
LONG = "Iesniegumu pieņemšana par dzīvesvietas deklarēšanu, pašvaldības atbalstu un īpašuma nodokļa atlaidēm ģimenēm!!"
TICKETS = {
    "standard": A012,
    "english": with_(A012, number="D107", language="en", ahead=21, low=55, high=75),
    "copy": with_(A012, copy=True),
    "long": with_(A012, service={"lv": LONG, "ru": "Приём заявлений"}, language="ru", number="W999"),
}
PAPERS = {"80": PAPER_80, "58": PAPER_58, "180dpi": PaperProfile(dots=512, dpi=180)}


def printed(ticket: Ticket, profile: PaperProfile) -> Image.Image:
    """The ticket as it comes out of a printer, with the white border that a scanner sees."""
    printer = VirtualPrinter(profile.dots)
    printer.feed(content(ticket_slip(ticket), profile) + b"\x1d\x56\x00", lambda data: None)
    return ImageOps.expand(printer.papers[-1].image().convert("L"), 20, 255)


def by_zbarimg(picture: Image.Image) -> str:
    out = io.BytesIO()
    picture.save(out, "PNG")
    run = subprocess.run(["zbarimg", "-q", "--raw", "-"], input=out.getvalue(), capture_output=True, check=False)
    return run.stdout.decode().strip()


def by_zxing(picture: Image.Image) -> str:
    import zxingcpp

    found = zxingcpp.read_barcodes(picture)
    return str(found[0].text) if found else ""


def by_opencv(picture: Image.Image) -> str:
    import cv2
    import numpy as np

    return str(cv2.QRCodeDetector().detectAndDecode(np.array(picture))[0])


READERS: dict[str, tuple[Callable[[Image.Image], str], Callable[[], object]]] = {
    "zbarimg": (by_zbarimg, lambda: shutil.which("zbarimg")),
    "zxing-cpp": (by_zxing, lambda: find_spec("zxingcpp")),
    "opencv": (by_opencv, lambda: find_spec("cv2")),
}


@pytest.mark.parametrize("reader", list(READERS))
@pytest.mark.parametrize("paper", list(PAPERS))
@pytest.mark.parametrize("name", list(TICKETS))
def test_the_code_is_read_back_from_the_paper(name: str, paper: str, reader: str, need: Callable[[str, object], None]) -> None:
    read, present = READERS[reader]
    need(reader, present())
    assert read(printed(TICKETS[name], PAPERS[paper])) == A012.url


@pytest.mark.parametrize("paper", list(PAPERS))
@pytest.mark.parametrize("name", list(TICKETS))
def test_the_printer_prints_the_picture(name: str, paper: str) -> None:
    """What the bytes draw on the virtual printer is the preview, dot for dot but for broken-up real-time commands."""
    profile = PAPERS[paper]
    picture = image(ticket_slip(TICKETS[name]), profile)
    out = printed(TICKETS[name], profile).crop((20, 20, 20 + profile.dots, 20 + picture.height)).convert("1")
    wrong = sum(a != b for a, b in zip(picture.convert("L").tobytes(), out.convert("L").tobytes(), strict=True))
    assert wrong <= 3


@pytest.mark.parametrize("paper", list(PAPERS))
def test_sizes_on_paper(paper: str) -> None:
    profile = PAPERS[paper]
    box = ImageOps.invert(image((Number("A012"),), profile).convert("L")).getbbox()
    assert box
    capitals = (box[3] - box[1]) / profile.dpi * 25.4
    assert capitals >= (11 if profile.narrow else 14)
    assert box[0] >= 8
    assert box[2] <= profile.dots - 8
    box = ImageOps.invert(image((Qr("https://rinda.example/t/1"),), profile).convert("L")).getbbox()
    assert box
    assert (box[3] - box[1]) / profile.dpi * 25.4 >= 22


@pytest.mark.parametrize("letters", ["WWWWW", "MMMM9999", "A0123456789"])
def test_a_long_number_shrinks_into_the_paper(letters: str) -> None:
    box = ImageOps.invert(image((Number(letters),)).convert("L")).getbbox()
    assert box
    assert box[0] >= 20
    assert box[2] <= 556


def test_a_service_of_110_letters_takes_four_lines_at_34() -> None:
    assert len(LONG) == 110
    assert len(fonts.balanced(LONG, 600, 34, 528)) == 4
    assert 90 <= image(ticket_slip(with_(TICKETS["long"], language="lv"))).height / 8 <= 150


def test_a_word_wider_than_the_paper_is_broken() -> None:
    lines = fonts.wrap("A" * 200, 400, 31, 300)
    assert "".join(lines) == "A" * 200
    assert all(fonts.width(line, 400, 31) <= 300 for line in lines)


@pytest.mark.parametrize("size", [27, 31, 34])
def test_every_letter_of_our_languages_has_a_glyph(size: int) -> None:
    letters = "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽabcXYZ0129.,:;!?–—·«»„“”()%+№€абвгдеёжзийклмнопрстуфхцчшщъыьэюяґєіїҐЄІЇ"
    missing = []
    for letter in letters:
        for weight in (400, 500, 600, 700):
            face = fonts.font(fonts.subset(letter), weight, size)
            if bytes(face.getmask(letter)) == bytes(face.getmask("\uffff")):
                missing.append(letter)
    assert not missing


def test_golden_bytes() -> None:
    out = content(ticket_slip(A012))
    assert out.startswith(bytes.fromhex("1b40 1d50cbcb"))
    assert bytes.fromhex("1d763000") in out
    assert out.endswith(b"\x1b\x61\x01A012\n\x1b\x61\x00")
    assert native((Inverse("KOPIJA"), Number("A123"))) == b"\x1b\x61\x01A123 KOPIJA\n\x1b\x61\x00"
    assert native(void_slip()) == b"\x1b\x61\x01*** ANULETS / VOID ***\n\x1b\x61\x00"
    assert native((Text("x"),)) == b""


def test_bands_of_a_known_picture() -> None:
    ink = Image.new("1", (24, 20), 0)
    ink.putpixel((0, 2), 255)
    ink.putpixel((9, 3), 255)
    assert bands(ink).hex() == "1b4a02" + "1d763000" + "0200" + "0200" + "8000" + "0040" + "1b4a10"
    assert bands(Image.new("1", (24, 300), 0)).hex() == "1b4aff1b4a2d"


@pytest.mark.parametrize("second", [0x04, 0x05, 0x14])
def test_no_raster_holds_a_real_time_command(second: int) -> None:
    ink = Image.frombytes("1", (576, 200), bytes((0x10, second)) * (36 * 200))
    out = bands(ink)
    assert bytes((0x10, second)) not in out


@pytest.mark.parametrize("name", list(TICKETS))
@pytest.mark.parametrize("language", ["lv", "en", "ru", "uk"])
def test_no_native_text_ever_holds_a_question_mark(name: str, language: str) -> None:
    out = native(ticket_slip(with_(TICKETS[name], language=language)))
    assert b"?" not in out
    assert out.decode("ascii")


def test_everything_stays_inside_the_paper() -> None:
    slip = (Gap(5), Rule(), Rule("dashed"), Text("Ķ" * 300), Text("garš " * 400), *ticket_slip(A012))
    picture = image(slip)
    assert picture.width == 576
    margin = ImageOps.invert(picture.convert("L")).getbbox()
    assert margin
    assert margin[0] >= 16
    assert margin[2] <= 560


def test_a_missing_font_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    fonts.font.cache_clear()
    with pytest.raises(OSError, match=r"ibm-plex-sans-latin-400-normal\.woff2"):
        fonts.font("latin", 400, 13)
