"""What a ticket says, word by word."""

from datetime import UTC, datetime

import msgspec
import pytest

from printers.layout import FOREIGN, Ticket, ticket_slip, void_slip
from printers.slip import Boxed, Inverse, Number, Pair, Qr, Text, as_text, number, pack, unpack
from printers.words import LANGUAGES, LV, minutes, plural

A012 = Ticket(
    number="A012",
    service={"lv": "Vecuma pensijas piešķiršana", "en": "Old-age pension", "ru": "Назначение пенсии по старости"},
    institution={"lv": "VSAA", "en": "SSIA", "ru": "ВСАА"},
    centre={"lv": "Smiltenes klientu apkalpošanas centrs"},
    issued=datetime(2027, 3, 1, 7, 42, tzinfo=UTC),
    url="https://rinda.example/ticket/7Q4MK2XD9A",
    ahead=4,
    low=10,
    high=20,
)
with_ = msgspec.structs.replace


def test_the_ordinary_ticket() -> None:
    assert as_text(ticket_slip(A012)) == (
        "Smiltenes klientu apkalpošanas centrs\n"
        "01.03.2027.   plkst. 9:42\n"
        "\n"
        "Jūsu kārtas numurs\n"
        "A012\n"
        "Vecuma pensijas piešķiršana\n"
        "VSAA\n"
        "\n"
        "Pirms jums | Aptuveni jāgaida\n"
        "4 cilvēki | 10–20 minūtes\n"
        "| ◆ ◆ ◆ ◆ ◇\n"
        "\n"
        "Sekojiet rindai tālrunī\n"
        "Noskenējiet kodu\n"
        "https://rinda.example/ticket/7Q4MK2XD9A\n"
        "\n"
        "Nedzirdējāt izsaukumu? Pasakiet darbiniekam, jūsu kārta nav zudusi.\n"
    )


def test_english_stands_beneath_latvian() -> None:
    ticket = with_(A012, number="D107", language="en", ahead=21, low=55, high=75, bring={"lv": "pase", "en": "passport"})
    text = as_text(ticket_slip(ticket))
    for latvian, english in (
        ("Jūsu kārtas numurs", "Your number"),
        ("Vecuma pensijas piešķiršana", "Old-age pension · SSIA"),
        ("21 cilvēks | 55–75 minūtes", "21 people ahead | about 55–75 minutes"),
        ("Noskenējiet kodu", "Follow the queue on your phone"),
    ):
        assert text.index(latvian) < text.index(english)
    assert "| ◆ ◆ ◆ ◆ ◆ ◆ ◆ ◆ +13 ◇" in text
    assert "[Līdzi vajag: pase]\n[Bring: passport]" in text


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_no_foreign_text_is_larger_than_the_smallest_latvian(language: str) -> None:
    for ticket in (A012, with_(A012, reserve=True), with_(A012, copy=True)):
        latin = {text for text in as_text(ticket_slip(ticket)).splitlines() if text}
        for line in ticket_slip(with_(ticket, language=language)):
            parts = line.lines if isinstance(line, Boxed) else line.beside if isinstance(line, Qr) else (line,)
            for part in parts:
                words = part.text if isinstance(part, Text) else part.left if isinstance(part, Pair) else None
                if words and not any(words in known for known in latin):
                    assert isinstance(part, Text | Pair)
                    assert part.size == FOREIGN


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0 cilvēku"), (1, "1 cilvēks"), (2, "2 cilvēki"), (9, "9 cilvēki"), (10, "10 cilvēku"), (11, "11 cilvēku"),
     (19, "19 cilvēku"), (20, "20 cilvēku"), (21, "21 cilvēks"), (22, "22 cilvēki"), (30, "30 cilvēku"),
     (101, "101 cilvēks"), (111, "111 cilvēku")],
)  # fmt: skip
def test_latvian_people(n: int, text: str) -> None:
    assert plural(LV.people, n, "lv") == text
    assert text in as_text(ticket_slip(with_(A012, ahead=n)))


@pytest.mark.parametrize(
    ("language", "n", "text"),
    [("ru", 1, "Перед вами 1 человек"), ("ru", 2, "Перед вами 2 человека"), ("ru", 5, "Перед вами 5 человек"),
     ("ru", 11, "Перед вами 11 человек"), ("ru", 21, "Перед вами 21 человек"), ("uk", 3, "Перед вами 3 особи"),
     ("uk", 12, "Перед вами 12 осіб"), ("en", 1, "1 person ahead"), ("en", 0, "0 people ahead")],
)  # fmt: skip
def test_other_people(language: str, n: int, text: str) -> None:
    assert plural(LANGUAGES[language].ahead_line, n, language) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(10, 20, "10–20 minūtes"), (5, 5, "5 minūtes"), (1, 1, "1 minūti"), (0, 5, "līdz 5 minūtēm"),
     (0, 1, "līdz 1 minūtei"), (15, 21, "15–21 minūti"), (3, 11, "3–11 minūtes")],
)  # fmt: skip
def test_latvian_minutes(low: int, high: int, text: str) -> None:
    assert minutes(LV, "lv", low, high) == text


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_plural_form_exists(language: str) -> None:
    words = LANGUAGES[language]
    for forms in (words.people, words.ahead_line, words.minutes, words.up_to):
        for n in range(130):
            assert str(n) in plural(forms, n, language)


def test_what_is_unknown_is_left_out() -> None:
    text = as_text(ticket_slip(with_(A012, ahead=None)))
    assert "Pirms jums" not in text
    assert "◇" not in text
    assert "Aptuveni jāgaida" in text
    text = as_text(ticket_slip(with_(A012, low=None, high=None)))
    assert "Aptuveni" not in text
    text = as_text(ticket_slip(with_(A012, low=None, high=None, ahead=None, url="")))
    assert "Pirms" not in text
    assert "Noskenējiet" not in text


def test_reserve_copy_and_void() -> None:
    text = as_text(ticket_slip(with_(A012, reserve=True, number="X003", institution={"lv": ""}, language="en")))
    assert "[Rezerves numurs. Tas ir derīgs. Izsauksim pēc ierašanās laika: 9:42.]" in text
    assert "Lūdzu, klausieties darbinieku." in text
    assert "Aptuveni" not in text
    copy = ticket_slip(with_(A012, copy=True))
    assert isinstance(copy[0], Inverse)
    assert copy[1] == Number("A012", 150)
    assert "VSAA · izsniegts plkst. 9:42" in as_text(copy)
    assert as_text(void_slip()) == "*** ANULĒTS / VOID ***\n"
    assert number(void_slip()) == ""


def test_local_time_follows_the_zone_and_summer() -> None:
    assert "02.07.2027.   plkst. 0:05" in as_text(ticket_slip(with_(A012, issued=datetime(2027, 7, 1, 21, 5, tzinfo=UTC))))


def test_an_unknown_language_is_latvian_only() -> None:
    assert as_text(ticket_slip(with_(A012, language="xx"))) == as_text(ticket_slip(A012))


@pytest.mark.parametrize("ticket", [A012, with_(A012, copy=True), with_(A012, reserve=True), with_(A012, language="ru")])
def test_a_slip_survives_the_store(ticket: Ticket) -> None:
    slip = ticket_slip(ticket)
    assert unpack(pack(slip)) == slip
