"""What is taken for personal data in a free text, and that no command carries it past the door."""

from typing import get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import CATALOGUE
from config.load import load_catalogue
from server.domain import commands as c
from server.domain.private import datum_in, free_fields, mind
from server.domain.refusal import WAYS, Refusal
from tests.conftest import drawn
from tests.support import CLERK, MANAGER, Scene, demo_plan, service_of

WORDS = demo_plan().health_words

FOUND = [
    ("personal_code", [
        "010190-12345", "01019012345", "pk 010190 - 12345", "PK:010190–12345", "pk010190-12345", "310199-10001", "290200-20000",
        "320190-11111", "32019011111", "399999-99999", "p.k. 999999-12345", "p. k.: 999999 12345", "personas kods 45139912345",
        "Pers.k. 991399-12345", "личный код 999999-12345", "０１０１９０-１２３４５", "0101\u200b90-1\u00ad2345",
        "01.01.90-12345", "01 01 90-12345", "010190/12345", "010190.12345", "010190, 12345", "010190 -  12345", "010190-12 345",
        "0 1 0 1 9 0 1 2 3 4 5", "(010190)12345", "010190\u2e3a12345", "010190_12345", "12 010190-12345, 7", "pk 36500020123",
    ]),
    ("account", [
        "LV80BANK0000435195001", "lv80 bank 0000 4351 9500 1", "konts LV80BANK0000435195001.", "DE89370400440532013000",
        "GB29 NWBK 6016 1331 9268 19 lūdzu", "EE38 2200 2210 2014 5685", "LV81BANK0000435195001",
        "lv80-bank-0000-4351-9500-1", "LV80.BANK.0000.4351.9500.1", "LV80  BANK  0000  4351  9500  1", "LV 80 BANK 0000435195001",
    ]),
    ("card", [
        "4111 1111 1111 1111", "karte 5555-5555-5555-4444", "378282246310005", "6011000990139424",
        "4111.1111.1111.1111", "4111  1111  1111  1111", "4111/1111/1111/1111", "karte 4111 1111 1111 1111, 29",
        "3782 822463 10005",
    ]),
    ("reach", [
        "zvanīt 26123456", "tel. 26 123 456", "+371 67012345", "0037126123456", "a@example.lv", "raksti: a.b-c@d.gov.lv",
        "29.123.456", "29-123-456", "29 12 34 56", "+372 5123 4567", "+7 921 123 45 67", "00447700900123", "+371-29-123-456",
        "+37129123456", "+32470123456", "(+371) 29123456", "janis @ inbox.lv", "janis@inbox . lv", "janis(at)inbox.lv",
        "27.11.2026 zvanīt 29.123.456",
    ]),
    ("health", [
        "viņai ir diagnoze", "INVALIDITĀTES grupa", "slims, saņem slimības pabalstu",
        "slims bērns", "psihiatrs", "HIV", "hiv-pozitīvs", "ir aids", "diabets",
        "Диагноз", "у него инвалидность", "больной", "ВИЧ", "pregnant",
    ]),
]  # fmt: skip
CLEAN = [
    "", "lieta 123456", "zvanīt 67 012 345", "līdz 14:30", "2026-03-16 plkst. 10", "A012, LV", "400103-12345", "000000-12345",
    "310299-12345", "010190-92345", "40003520643", "kadastrs 0100 012 3456", "01000123456", "DE12 nav konts", "LV21 apmeklētājs",
    "EU12 regula par pakalpojumiem", "4111 1111 1111 1112", "1234567890123", "0000000000000", "20260316", "sabiedrība",
    "atkarībā no laika", "spidometrs", "raka", "PK 5", "DE89370400440532013001", "pārcelts uz 12.03.2026 10:30",
    "2023-2024", "gads 2025 2026", "2023/2024", "27-11-2026", "27 11 2026", "28122025", "27.11.2026", "2026 03 16", "20.30-21.30",
    "20.03.-27.03.", "25.03.2026 12.30-13.00", "12.03.2026, 123. kab.", "27.11.2026, 12.30-13.00, 29", "22.11.26 20.30",
    "lieta 26-0316/2026", "lietas nr. 20 260 316", "nauda 25 000 000", "kadastrs 36500020123", "kadastra apz. 32010010123",
    "kods 350000 12345", "ID 20261122123456", "lietas 2026112212345678", "Slimnīcas iela 5", "Vēža ielā", "Psihologa iela",
    "pieteikums slimības pabalstam", "invaliditātes pensija", "VSAA invaliditātes pabalsts", "invalīdu stāvvieta",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FOUND for text in texts])
def test_what_is_found(kind: str, text: str) -> None:
    assert datum_in(text, WORDS) == kind


@pytest.mark.parametrize("text", CLEAN)
def test_what_is_let_through(text: str) -> None:
    assert datum_in(text, WORDS) is None


def test_the_names_of_our_services_may_be_written() -> None:
    names = [name for service in load_catalogue(CATALOGUE).services for name in service.name.values()]
    assert [name for name in names if datum_in(name, WORDS)] == []


def test_a_name_may_sound_like_an_illness() -> None:
    assert datum_in("Slimnieks", WORDS, health=False) is None
    assert datum_in("Slimnieks", WORDS) == "health"


@settings(max_examples=drawn(200), deadline=None)
@given(
    st.dates().map(lambda day: f"{day:%d%m%y}"), st.sampled_from("012"), st.integers(0, 9999),
    st.sampled_from(["", "-", " ", "–", " - "]), st.sampled_from(["", "klients ", "a,", "Nr."]),
    st.sampled_from(["", " lūdza", ".", "x"]),
)  # fmt: skip
def test_every_code_of_the_old_form_is_found(day: str, century: str, rest: int, dash: str, before: str, after: str) -> None:
    year = {"0": 1800, "1": 1900, "2": 2000}[century] + int(day[4:])
    leap = day[:4] != "2902" or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    found = datum_in(f"{before}{day}{dash}{century}{rest:04d}{after}")
    assert found == "personal_code" or not leap


@settings(max_examples=drawn(200), deadline=None)
@given(st.text("0123456789", min_size=16, max_size=16), st.integers(0, 3))
def test_an_account_is_one_by_its_check_digits_alone(bban: str, slip: int) -> None:
    """Lithuanian accounts have 20 characters; the check digits are 98 less the remainder (ISO 13616)."""
    check = 98 - int(bban + "2129" + "00") % 97
    account = f"LT{check:02d}{bban}"
    assert datum_in(account) == "account"
    assert datum_in(" ".join(account[i : i + 4] for i in range(0, 20, 4))) == "account"
    wrong = f"LT{max(2, check - slip):02d}{bban}"
    assert (datum_in(wrong) == "account") == (slip == 0 or check == 2)


@settings(max_examples=drawn(300), deadline=None)
@given(st.text(max_size=140))
def test_any_text_has_an_answer(text: str) -> None:
    assert datum_in(text, WORDS) in (None, "personal_code", "account", "card", "reach", "health")


FREE = {
    "Transfer": {"to_centre", "note"}, "Park": {"note"}, "CallVisit": {"note"}, "RecordService": {"redirected_to", "note"},
    "AmendService": {"redirected_to", "note"}, "CorrectVisit": {"reason"}, "SendMessage": {"text"},
    "SetQueue": {"reason"}, "RevisePlan": {"reason"}, "SchedulePlan": {"reason"}, "ReleaseCounter": {"reason"},
    "MoveVisit": {"reason"}, "EndVisit": {"reason"}, "Announce": {"text"}, "BookRoom": {"title"},
}  # fmt: skip


def test_every_text_of_a_command_is_a_code_or_looked_through() -> None:
    """A new command with a free text must mark it, or this fails."""
    for name, kind in c.COMMANDS.items():
        assert {field for field, _ in free_fields(kind)} == FREE.get(name, set()), name
        free = {hint for hint in get_type_hints(kind, include_extras=True).items() if hint[1] is str}
        assert free == set(), name
    assert dict(free_fields(c.Contact)) == {"name": "numbers", "phone": "codes", "email": "codes"}
    assert {field for field, _ in free_fields(c.DeliveredService)} == {"redirected_to", "note"}


SECRET = "010190-12345"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (c.Park(counter="1", note=SECRET), "note"),
        (c.Transfer(counter="1", to_centre="Kuldīga", note=SECRET), "note"),
        (c.Transfer(counter="1", to_centre=SECRET), "to_centre"),
        (c.RecordService(counter="1", service="x", kind="x", redirected_to=SECRET), "redirected_to"),
        (c.AmendService(counter="1", n=1, service="x", kind="x", note=SECRET), "note"),
        (c.SendMessage(counter="1", text=f"klients {SECRET}"), "text"),
        (c.BookAppointment(service="x", start=Scene().clock.now, contact=c.Contact(name=SECRET)), "name"),
        (
            c.CorrectVisit(
                visit=Scene().take(), end="served", reason="labots",
                delivered=(c.DeliveredService(service="x", kind="x", note=SECRET),),
            ),
            "note",
        ),
    ],
)  # fmt: skip
def test_the_refusal_names_the_field_and_the_kind_never_the_datum(command: c.Command, field: str) -> None:
    scene = Scene(opened=["1"])
    with pytest.raises(Refusal) as no:
        scene.do(command, MANAGER)
    assert (no.value.code, no.value.ways) == ("personal_data", (f"in_{field}", "holds_personal_code"))
    assert set(no.value.ways) <= set(WAYS)
    assert SECRET not in repr(no.value.facts)


@pytest.mark.parametrize(
    ("note", "place"),
    [("pk 010190", "12345"), ("12345", "010190"), ("LV80 BANK 0000", "4351 9500 1"), ("karte 4111 1111", "1111 1111")],
)
def test_a_datum_may_not_be_cut_in_two(note: str, place: str) -> None:
    with pytest.raises(Refusal) as no:
        mind(c.RecordService(counter="1", service="x", kind="x", note=note, redirected_to=place), WORDS)
    assert no.value.code == "personal_data"
    cut = tuple(c.DeliveredService(service="x", kind="x", note=text) for text in (note, place))
    with pytest.raises(Refusal):
        mind(c.CorrectVisit(visit=Scene().take(), end="served", reason="labots", delivered=cut), WORDS)


@pytest.mark.parametrize(
    ("contact", "way"),
    [
        (c.Contact(phone="01019012345"), "in_phone"), (c.Contact(phone="010190 12345"), "in_phone"),
        (c.Contact(email="010190-12345@b.lv"), "in_email"), (c.Contact(name="Anna", phone="123450"), None),
        (c.Contact(name="Anna", phone="+37129123456", email="a@b.lv"), None),
        (c.Contact(name="Anna", phone="+32470123456"), None), (c.Contact(name="Anna", phone="29123456"), None),
    ],
)  # fmt: skip
def test_where_somebody_is_reached_no_code_stands(contact: c.Contact, way: str | None) -> None:
    command = c.BookAppointment(service="x", start=Scene().clock.now, contact=contact)
    if way is None:
        mind(command, WORDS)
        return
    with pytest.raises(Refusal) as no:
        mind(command, WORDS)
    assert no.value.ways == (way, "holds_personal_code")
    assert way in WAYS


def test_the_journal_never_holds_it() -> None:
    scene = Scene(opened=["1"])
    scene.take()
    scene.do(c.CallNext(counter="1"))
    assert scene.refused(c.Park(counter="1", note="slims, 010190-12345"), CLERK) == "personal_data"
    assert scene.refused(c.Park(counter="1", note="slims"), CLERK) == "personal_data"
    scene.do(c.Park(counter="1", note="aizgāja pēc pases"), CLERK)
    assert b"12345" not in msgspec.json.encode(scene.records[-3:])


def test_the_words_are_the_plan_s() -> None:
    plan = msgspec.structs.replace(demo_plan(), health_words=())
    scene = Scene(plan, opened=["1"])
    scene.do(c.TakeTicket(service=service_of(plan)))
    assert scene.refused(c.SendMessage(counter="1", text="slims")) is None
