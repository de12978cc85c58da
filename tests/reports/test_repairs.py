"""The repair list: every fault has a visit that shows it and one beside it that does not."""

import re
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from config.texts import translate
from server.domain import commands as c
from server.domain.floor import Visit
from server.records import repair_list
from server.repairs import FAULTS, repairs
from tests.reports.made import GOT, at, leg, served, visit
from tests.support import MANAGER, MORNING, Scene

NOW = MORNING + timedelta(hours=9)
PARTY = UUID(int=99)


def closing(_: datetime) -> datetime | None:
    return at(8 * 60)


def faults(*visits: Visit, now: datetime = NOW) -> list[tuple[str, dict[str, str | int]]]:
    return [(one.fault, one.facts) for one in repairs(visits, now, closing)]


CASES = [
    ("forgotten", {"counter": "1"}, visit(1, leg(0, 5, 6, 480), end="day_closed")),
    ("forgotten", {"counter": "1"}, visit(1, leg(0, 5, None, 480), end="day_closed")),
    ("open_long", {"hours": 4}, visit(1, leg(299.9), issued=299.9)),
    ("no_record", {}, served(1, 5, delivered=())),
    ("too_short", {"seconds": 29}, served(1, 5, 29.9 / 60)),
    ("too_long", {"minutes": 180}, served(1, 5, 180.1)),
    ("past_closing", {"minutes": 31}, served(1, 400, 111)),
    ("out_of_order", {}, visit(1, leg(0, 5, 4, 9), end="served", delivered=GOT)),
    ("out_of_order", {}, visit(1, leg(0, 5, 6, 9), end="served", issued=5.5, delivered=GOT)),
]


@pytest.mark.parametrize(("fault", "facts", "one"), CASES)
def test_what_is_a_fault(fault: str, facts: dict[str, str | int], one: Visit) -> None:
    assert faults(one) == [(fault, {"number": "A001", **facts})]


@pytest.mark.parametrize(
    "one",
    [
        served(1, 5, 0.5), served(1, 5, 180), served(1, 400, 110),
        visit(1, leg(300.1), issued=300.1),
        visit(1, leg(0), end="day_closed"),
        visit(1, leg(0, ended=5), end="left"),
        visit(1, leg(0, 5, None, 30), end="no_show"),  # called, and no board ever showed it
        visit(1, leg(0, 5, 6, 9, end="parked"), leg(480, ended=480), end="day_closed"),
        served(1, 481, 60, issued=0),  # came to the counter after closing: a late evening, not a forgotten one
    ],
)  # fmt: skip
def test_what_is_none(one: Visit) -> None:
    assert faults(one) == []


def test_a_short_call_by_telephone_is_no_fault() -> None:
    assert [fault for fault, _ in faults(served(1, 0, 0.2))] == ["too_short"]
    assert faults(served(1, 0, 0.2, number="", origin="contact")) == []


def test_a_companion_at_another_counter() -> None:
    missed = visit(1, leg(0, 10, None, 40), end="no_show", party=PARTY)
    there = replace(served(2, 9, 5, party=PARTY), number="B001")
    there = replace(there, legs=(replace(there.leg, counter="2"),))
    facts = {"number": "A001", "counter": "1", "other": "2", "companion": "B001"}
    assert faults(missed, there) == [("elsewhere", facts)]
    assert faults(missed, served(2, 3, 5, party=PARTY)) == []
    assert faults(missed, served(2, 9, 5, party=UUID(int=98))) == []
    assert faults(missed, served(2, 9, 5)) == []


def test_by_day_and_issue_with_all_the_faults_of_each() -> None:
    late = replace(served(1, 5, delivered=(), issued=1), day="2026-03-17")
    early = served(2, 5, 0.1, delivered=(), issued=2)
    found = repairs([late, early], NOW)
    assert [(one.number, one.day, one.fault) for one in found] == [
        ("A002", "2026-03-16", "no_record"), ("A002", "2026-03-16", "too_short"), ("A001", "2026-03-17", "no_record"),
    ]  # fmt: skip


def test_what_was_corrected_is_gone() -> None:
    scene = Scene(opened=["1"])
    visit = scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.Serve(counter="1"))
    scene.clock.pass_(hours=9)
    scene.do(c.CloseDay(), MANAGER)
    assert [fault for fault, _ in faults(scene.visit(visit), now=scene.clock.now)] == ["forgotten"]
    got = c.DeliveredService(service=scene.visit(visit).service, kind="konsultacija")
    scene.do(
        c.CorrectVisit(visit=visit, end="served", ended=MORNING + timedelta(minutes=7), delivered=(got,), reason="nav pabeigts"),
        MANAGER,
    )
    assert faults(scene.visit(visit), now=scene.clock.now) == []


def test_every_fault_is_shown_here_and_has_its_latvian() -> None:
    assert {fault for fault, _, _ in CASES} | {"elsewhere"} == set(FAULTS)
    names = re.compile(r"\{(\w+)\}")
    for text in FAULTS.values():
        latvian = translate("lv", text)
        assert latvian != text
        assert set(names.findall(latvian)) == set(names.findall(text))


def test_a_contact_without_a_number_and_the_sentence() -> None:
    (one,) = repair_list(repairs([served(1, 0, 200, number="")], NOW), "lv").repairs
    assert (one.number, one.text) == ("", f"{MORNING.astimezone(ZoneInfo('Europe/Riga')):%H:%M} S-1 apkalpots 200 min.")
    (one,) = repair_list(repairs([served(1, 0, 200)], NOW), "en").repairs
    assert one.text == "A001 was served for 200 min."
