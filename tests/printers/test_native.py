"""Native text: the printer's own letters where a code page holds them all, the picture where it does not, never a '?'."""

import base64
import io

import msgspec
import pytest
from PIL import Image, ImageDraw, ImageOps

from printers import models, render
from printers.layout import ticket_slip
from printers.native import text_of
from printers.profile import PAPER_58, PaperProfile
from printers.slip import Inverse, Number, Pair, Picture, Qr, Queue, Text, as_text
from printers.virtual import VirtualPrinter
from tests.printers.test_layout import A012
from tests.printers.test_render import by_zbarimg

with_ = msgspec.structs.replace
LETTERS = "āčēģīķļņšūž ĀČĒĢĪĶĻŅŠŪŽ"
T20 = PaperProfile(escpos="TM-T20II")
T88 = PaperProfile(dots=512, dpi=180, escpos="TM-T88V")


def printed(data: bytes, dots: int = 576) -> VirtualPrinter:
    printer = VirtualPrinter(dots)
    printer.feed(data + b"\x1d\x56\x00", lambda answer: None)
    return printer


@pytest.mark.parametrize("profile", [T20, T88, with_(PAPER_58, escpos="TM-T20II")])
def test_every_latvian_letter_comes_out_as_itself(profile: PaperProfile) -> None:
    out = text_of((Text(LETTERS), Number("A012")), profile)
    assert out
    assert out.startswith(b"\x1b\x40\x1b\x74\x21")
    text = printed(out, profile.dots).papers[0].text
    assert LETTERS in text.replace("\n", " ")
    assert "A012" in text
    assert b"?" not in out


def test_one_page_for_the_whole_ticket_and_the_picture_when_none_holds_it() -> None:
    russian = text_of((Text("Проверка печати"), Number("A012")), T20)
    assert russian
    assert russian.startswith(b"\x1b\x40\x1b\x74\x2e")
    mixed = (Text(LETTERS), Text("Проверка"), Number("A012"))
    assert text_of(mixed, T20) is None
    assert render.content(mixed, T20, "native") == render.content(mixed, T20)


@pytest.mark.parametrize("model", ["TM-T88IV", "CT-S651", "ZJ-5870"])
def test_a_model_without_latvian_letters_gets_the_picture(model: str) -> None:
    slip = (Text(LETTERS), Number("A012"))
    assert text_of(slip, PaperProfile(escpos=model)) is None
    assert render.mode("serial:///dev/ttyUSB0?baudrate=9600", model) == "raster"


@pytest.mark.parametrize("language", ["lv", "en", "ru", "uk"])
@pytest.mark.parametrize("mode", ["raster", "native"])
def test_no_byte_of_text_is_a_question_mark(language: str, mode: str) -> None:
    slip = ticket_slip(with_(A012, language=language, url="https://r.example/t/1"))
    printer = printed(render.content(slip, T20, mode))
    asked = as_text(slip).count("?") if text_of(slip, T20) and mode == "native" else 0
    assert printer.papers[0].text.count("?") == asked
    assert "\ufffd" not in printer.papers[0].text


@pytest.mark.parametrize("profile", [T20, T88, with_(PAPER_58, escpos="TM-T20II"), with_(PAPER_58, escpos="POS-5890")])
def test_the_number_is_at_least_14_mm_high(profile: PaperProfile) -> None:
    out = text_of((Number("A012"),), profile)
    assert out
    box = ImageOps.invert(printed(out, profile.dots).papers[0].image().convert("L")).getbbox()
    assert box
    assert (box[3] - box[1]) * 25.4 / profile.dpi >= 13.5  # the virtual printer's letters are a little lower than Epson's


def test_a_whole_ticket_is_small_and_its_code_is_read() -> None:
    slip = ticket_slip(with_(A012, language="en"))
    out = text_of(slip, T20)
    assert out
    assert len(out) < len(render.content(slip, T20)) / 20
    picture = printed(out).papers[0].image().convert("L")
    assert by_zbarimg(ImageOps.expand(picture, 20, 255)) == A012.url


def test_a_code_is_a_picture_where_the_model_does_not_print_codes() -> None:
    slip = (Qr("https://r.example/t/1"), Number("A012"))
    out = text_of(slip, with_(PAPER_58, escpos="POS-5890"))
    assert out
    assert b"\x1d\x28\x6b" not in out
    assert b"\x1d\x76\x30" in out
    picture = printed(out, 384).papers[0].image().convert("L")
    assert by_zbarimg(ImageOps.expand(picture, 20, 255)) == "https://r.example/t/1"


def test_pairs_queues_and_marks_stay_inside_the_line() -> None:
    slip = (Pair("Pirms jums", "3 cilvēki"), Pair("x" * 40, "y" * 40), Queue(12), Inverse("KOPIJA"), Text("garš " * 40))
    out = text_of(slip, T20)
    assert out
    lines = printed(out).papers[0].lines
    assert "Pirms jums".ljust(39) + "3 cilvēki" in lines
    assert "| * * * * * * * * +4 (*)" in lines
    assert all(len(line) <= 48 for line in lines)


@pytest.mark.parametrize(
    ("url", "model", "text", "wanted"),
    [
        ("tcp://x", "TM-T20II", "auto", "raster"),
        ("serial:///dev/x", "TM-T20II", "auto", "raster"),
        ("serial:///dev/x?baudrate=19200", "TM-T20II", "auto", "native"),
        ("serial:///dev/x?baudrate=19200", "default", "auto", "raster"),
        ("serial:///dev/x?baudrate=57600", "TM-T20II", "auto", "raster"),
        ("tcp://x", "TM-T20II", "native", "native"),
    ],
)
def test_what_auto_comes_to(url: str, model: str, text: str, wanted: str) -> None:
    assert render.mode(url, model, text) == wanted
    slip = ticket_slip(with_(A012, language="en"))
    profile = render.paper_of(model)
    assert render.chosen(url, model, "", text)(slip) == render.content(slip, profile, wanted)


def test_paper_by_model_or_by_millimetres() -> None:
    assert render.paper_of().dots == 576
    assert render.paper_of("TM-T88V") == T88
    assert render.paper_of("default", "58").dots == 384
    assert render.paper_of("POS-5890").dots == 384
    assert render.paper_of("POS-5890", "80").dots == 576
    for wrong in (("laser", ""), ("default", "70")):
        with pytest.raises(ValueError, match="use"):
            render.paper_of(*wrong)
    with pytest.raises(ValueError, match="auto"):
        render.mode("tcp://x", "default", "fast")


def test_a_model_holds_its_pages() -> None:
    assert models.pages("TM-T20II") == {"CP775": 33, "CP1257": 51, "CP1251": 46, "CP866": 17}
    assert models.latvian("TM-T20II")
    assert not models.latvian("TM-T88IV")
    assert not models.prints_qr("default")


def test_a_logo_is_in_the_middle_row_for_row_and_too_wide_a_one_makes_the_ticket_a_picture() -> None:
    logo = Image.new("1", (200, 60), 255)
    ImageDraw.Draw(logo).polygon([(0, 0), (199, 30), (0, 59)], fill=0)
    out = text_of((Picture(packed(logo)), Number("A012")), T20)
    assert out
    ink = ImageOps.invert(printed(out).papers[0].image().convert("L")).crop((0, 0, 576, 60))
    assert ink.getbbox() == (188, 0, 388, 60)
    assert all(ink.getpixel((188, y)) for y in range(60))  # every row begins at the same place
    assert text_of((Picture(packed(Image.new("1", (700, 20), 0))), Number("A012")), T20) is None


def packed(picture: Image.Image) -> str:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode("ascii")
