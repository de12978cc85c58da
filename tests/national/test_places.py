"""Figures of municipalities by what was true on their day, or with the borders of another."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Engine

from config.open_data import municipalities
from config.open_data.municipalities import Municipality, became, changes, shown_on
from server.national.node.database import open_engines
from server.national.node.figures import count_listed, ends, listed, services, waits
from server.national.node.figures_filter import Filter
from server.national.node.pages_month import _reach
from server.national.node.pages_words import Words
from server.national.node.places import spans
from server.national.node.register import Register
from server.national.node.schema import centres, deliveries, visits
from server.store.journal import GENESIS

DAYS = ("2025-06-16", "2025-06-30", "2025-07-01", "2025-07-14", "2025-07-15", "2025-07-31")
PLACES = {"v": "Varakļānu novads", "m": "Madonas nov.", "c": "Cēsu novads", "none": ""}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/node.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    write, read = open_engines(url)
    with write.begin() as connection:
        connection.execute(centres.insert(), [{"centre": c, "municipality": m, "hash": GENESIS} for c, m in PLACES.items()])
        for n, (centre, day) in enumerate((c, d) for c in PLACES for d in DAYS):
            connection.execute(visits.insert(), _visit(centre, day, n))
            connection.execute(deliveries.insert(), _delivery(centre, day, n))
    yield write
    write.dispose()
    read.dispose()


def _visit(centre: str, day: str, n: int) -> dict[str, Any]:
    return {
        "centre": centre, "visit": str(n), "epoch": 1, "position": 1, "day": day, "month": day[:7], "number": "A1",
        "service": "VSAA-01", "institution": "VSAA", "origin": "kiosk", "end": "served", "issued": n, "wait_s": 60 * n,
        "kept": 1, "data": "{}",
    }  # fmt: skip


def _delivery(centre: str, day: str, n: int) -> dict[str, Any]:
    return {
        "centre": centre, "visit": str(n), "n": 1, "day": day, "month": day[:7], "institution": "VSAA", "service": "VSAA-01",
        "kind": "pieteikums", "own_kind": "pieteikums", "channel": "klatiene", "quantity": 2, "minutes": 5,
    }  # fmt: skip


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as reading:
        yield reading


def counted(connection: Connection, which: Filter) -> dict[tuple[str, str], int]:
    """Visits by month and municipality, after every way to count them was held against it."""
    found = {(m, p): its["issued"] for (m, p), its in ends(connection, which, ("month", "municipality")).items()}
    given = {(m, p): its["services"] for (m, p), its in services(connection, which, ("month", "municipality")).items()}
    assert given == {key: 2 * n for key, n in found.items()}
    assert {key: its.called for key, its in waits(connection, which, ("month", "municipality")).items()} == found
    for (month, place), n in found.items():
        if place:
            one = msgspec.structs.replace(which, first=month, last=month, municipality=place)
            assert count_listed(connection, one, one) == (n, 2 * n, n)
            assert len(connection.execute(listed(connection, one)).all()) == n
    return found


def test_months_before_a_merger_show_what_was_then_and_later_ones_what_is_since(connection: Connection) -> None:
    assert counted(connection, Filter(first="2025-06", last="2025-07")) == {
        ("2025-06", "Varakļānu novads"): 2, ("2025-06", "Madonas novads"): 2, ("2025-06", "Cēsu novads"): 2, ("2025-06", ""): 2,
        ("2025-07", "Madonas novads"): 8, ("2025-07", "Cēsu novads"): 4, ("2025-07", ""): 4,
    }  # fmt: skip
    assert counted(connection, Filter()) == counted(connection, Filter(first="2025-06", last="2025-07"))


def test_all_months_can_be_shown_with_the_borders_of_one_day(connection: Connection) -> None:
    now = counted(connection, Filter(first="2025-06", last="2025-07", borders="2026-11-22"))
    assert (now["2025-06", "Madonas novads"], now["2025-07", "Madonas novads"]) == (4, 8)
    assert not any(place == "Varakļānu novads" for _, place in now)
    before = counted(connection, Filter(first="2025-06", last="2025-07", borders="2025-06-30"))
    assert (before["2025-07", "Varakļānu novads"], before["2025-07", "Madonas novads"]) == (4, 4)


def test_a_merger_in_the_middle_of_a_month_divides_it(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(municipalities._known())
    old = known[municipalities.key("Varakļānu novads")]
    known[municipalities.key(old.name)] = msgspec.structs.replace(old, until=date(2025, 7, 14))
    monkeypatch.setattr(municipalities, "_known", lambda: known)
    shown_on.cache_clear()
    try:
        found = counted(connection, Filter(first="2025-06", last="2025-07"))
        assert (found["2025-07", "Varakļānu novads"], found["2025-07", "Madonas novads"]) == (2, 6)
        one = [span.of["v"] for span in spans(connection, "2025-07", "2025-07")]
        assert one == ["Varakļānu novads", "Madonas novads"]
        sheet = _reach(connection, Filter(), "2025-07", Words("lv"), lambda which: "")
        assert {line.key: [mark.value for mark in line.marks[:3]] for line in sheet.lines} == {
            "Varakļānu novads": [1, 2, 4], "Madonas novads": [2, 6, 12], "Cēsu novads": [1, 4, 8], "": [1, 4, 8],
        }  # fmt: skip
    finally:
        monkeypatch.undo()
        shown_on.cache_clear()


def test_the_reach_of_a_month_has_the_municipalities_of_that_month(connection: Connection) -> None:
    def names(month: str, **asked: str) -> set[str]:
        return {str(line.key) for line in _reach(connection, Filter(**asked), month, Words("lv"), lambda which: "").lines}

    assert names("2025-06") - names("2025-07") == {"Varakļānu novads"}
    assert names("2025-06", borders="2026-01-01") == names("2025-07")
    assert names("2025-07", municipality="Madonas novads") == {"v", "m"}
    assert names("2025-06", municipality="Madonas novads") == {"m"}


def test_what_a_place_became_does_not_take_its_name_away(engine: Engine) -> None:
    register = Register(engine)

    def place() -> str:
        with engine.connect() as connection:
            return str(connection.execute(centres.select().where(centres.c.centre == "v")).one().municipality)

    register.add("v", {"municipality": "Madonas novads", "name": "V"})
    assert place() == "Varakļānu novads"
    register.add("v", {"municipality": "Cēsu novads"})
    assert place() == "Cēsu novads", "a centre that moved, or was written down wrongly"


def test_the_list_says_when_borders_changed() -> None:
    assert changes() == (date(2021, 7, 1), date(2025, 7, 1))
    assert became("VARAKĻĀNU NOV.", "Madonas novads")
    assert not became("Madonas novads", "Varakļānu novads")
    assert not became("Madonas novads", "Madonas novads")
    assert not became("nowhere", "Madonas novads")
    assert isinstance(municipalities.on(date(2025, 7, 1))[0], Municipality)
