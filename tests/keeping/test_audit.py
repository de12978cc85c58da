"""Every kind of record has a sentence in both languages; a search in a long journal ends in time and goes on."""

from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest

from config import texts
from server.domain.events import Event, Reason, Rival
from server.engine import Engine
from server.keeping import audit
from server.keeping import kinds as k
from server.keeping.audit import Search, export, numbers_of, search, story, with_number
from server.keeping.retention import Retention
from server.keeping.sentences import ENDS, SENTENCES, sentence, why
from server.words import Words
from tests.support import SYSTEM, Clock, tiny_plan

RIGA = ZoneInfo("Europe/Riga")
KINDS = {kind.__name__: kind for kind in get_args(Event)}


def test_every_event_has_a_sentence_and_no_sentence_is_of_nothing() -> None:
    assert sorted(SENTENCES) == sorted(KINDS)
    known = texts.shipped()
    assert sorted(SENTENCES) == sorted(k.KINDS)
    for text in (*SENTENCES.values(), *ENDS.values(), *k.KINDS.values(), *k.ROLES.values(), *k.OWN.values(), *k.STATES.values()):
        assert known.translate("lv", text) != text, text


@pytest.mark.parametrize("language", ["lv", "en"])
def test_a_sentence_is_made_of_any_record(language: str) -> None:
    """Also of one of an older version that had fewer fields."""
    for name, kind in KINDS.items():
        given = {field.name: "x" for field in msgspec.structs.fields(kind)}
        for data in ({}, given, {name: {} for name in given}):
            said = sentence(Words(language), name, data, {}, RIGA)
            assert said
            assert "{" not in said
    assert sentence(Words("lv"), "SomethingNew", {}, {}, RIGA) == "SomethingNew"


def test_the_time_in_a_sentence_is_the_centres() -> None:
    at = datetime(2026, 7, 1, 9, 0, tzinfo=UTC).isoformat()
    data = {"visit": "1", "until": at}
    assert sentence(Words("lv"), "VisitParked", data, {"1": "A001"}, RIGA) == "A001 atlikts līdz 01.07.2026 12:00"


def test_days_and_parts_of_the_plan_are_said_by_their_names() -> None:
    names = k.called(tiny_plan(), "lv")
    queue = tiny_plan().queues[0]
    say = Words("lv")
    assert sentence(say, "DayOpened", {"day": "2026-07-01"}, {}, RIGA, names) == "Sākās darba diena 01.07.2026"
    told = sentence(say, "QueueSet", {"queue": queue.code, "gives": "plan"}, {}, RIGA, names)
    assert told == f"Rinda {queue.name['lv']} numurus izsniedz citādi: kā plānā"
    assert sentence(say, "BoothSet", {"booth": "gone", "state": "ready"}, {}, RIGA, names) == "Video kabīne gone: gatava"


def test_who_did_it_is_said_by_name() -> None:
    say, people = Words("lv"), {"ilze": "Ilze Kalniņa"}
    actors = ("clerk:ilze", "clerk:gone", "kiosk:kiosk-1", "system:server", "manager:visitors", "")
    said = [k.doer(say, one, people) for one in actors]
    assert said == ["Ilze Kalniņa", "Darbinieks gone", "Kiosks kiosk-1", "Serveris", "Simulēti apmeklētāji", "–"]


def test_why_a_call_was_as_it_was() -> None:
    plain = Reason(rule="arrival", waited_s=60, overtakes=0)
    assert why(Words("lv"), {"reason": msgspec.to_builtins(plain)}) == ""
    passed = [{"number": "A001"}, {"number": "A002"}]
    chosen = {"rule": "target", "waited_s": 600, "overtakes": 2, "passed": passed}
    assert why(Words("en"), {"reason": chosen, "note": "asked"}) == "target time; waited 10 min; overtook 2: A001, A002; asked"
    assert Rival.__struct_fields__[1] == "number"


def test_a_visit_is_told_from_appointment_to_correction_and_then_is_gone(past: Engine, clock: Clock) -> None:
    store = past._store
    named = with_number(store, "a001")
    assert len(named) == 4
    assert [one.day for one in named] == sorted((one.day for one in named), reverse=True)
    old, new = named[-1].visit, named[0].visit
    told = story(store, old)
    assert [one.type for one in told] == ["TicketIssued", "VisitCalled", "ServiceStarted", "ServiceRecorded", "VisitEnded"]
    assert numbers_of(store, told) == {str(old): "A001"}
    assert {one.day for one in search(store, Search(day=named[-1].day, until=named[-1].day)).entries} == {named[-1].day}
    head = store.head()
    Retention(store, lambda command: past.handle(command, SYSTEM) and None, past.do).run(clock.now, past.floor.day)  # type: ignore[arg-type]
    assert story(store, old) == ()
    assert len(story(store, new)) == 5
    entries = list(export(store, Search()))
    assert len(entries) == store.head() == head + 1
    assert {one.type for one in entries if one.data is None} == {one.type for one in told} | {"CounterOpened", "CounterClosed"}


def test_a_search_that_takes_long_says_how_far_it_came_and_goes_on(past: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "WINDOW", 7)
    store, before, found, pages = past._store, 0, [], 0
    while True:
        page = search(store, Search(text='"A001"', before=before), budget_s=0.0)
        found += [one.position for one in page.entries]
        pages, before = pages + 1, page.next
        assert bool(before) == bool(page.reached)
        if not before:
            break
    assert pages > 5
    assert found == [one.position for one in export(store, Search(text='"A001"'))]
    assert found == sorted(found, reverse=True)
    assert len(found) == 4


def test_what_is_typed_is_never_a_pattern(past: Engine) -> None:
    assert search(past._store, Search(text="A0_1")).entries == ()
    assert search(past._store, Search(text="A0%1")).entries == ()
    assert search(past._store, Search(text="A001")).entries != ()
