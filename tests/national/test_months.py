"""A month closes once, keeps its figures, and tells what was put right later as rows of their own."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, delete, select, update
from sqlalchemy.pool import StaticPool

from server.domain.moment import microseconds
from server.domain.months import month_after
from server.national.node.intake import Intake
from server.national.node.month_heads import heads, month_over
from server.national.node.months import MonthError, close_month, note_all, note_corrections, unready, verify
from server.national.node.schema import centres, deliveries, frozen, metadata, month_heads
from server.national.wire import SYNC, Batch, Pulse
from server.store.journal import GENESIS

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
MONTH = "2026-10"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = create_engine("sqlite://", poolclass=StaticPool)
    else:
        made = create_engine(str(request.getfixturevalue("postgres_url")))
    metadata.create_all(made)
    with made.begin() as connection:
        connection.execute(centres.insert(), [{"centre": c, "hash": GENESIS, "secret": c} for c in "ab"])
        rows = [_row(c, f"{c}{n}", kind) for c in "ab" for n in range(20) for kind in ("pieteikums", "konsultacija")[: 1 + n % 2]]
        connection.execute(deliveries.insert(), rows)
        connection.execute(
            deliveries.insert(), [_row("a", "lost", "pieteikums", lost=1), _row("a", "sep", "pieteikums", month="2026-09")]
        )
    yield made
    made.dispose()


def _row(centre: str, visit: str, kind: str, **more: Any) -> dict[str, Any]:
    month = more.get("month", MONTH)
    return {
        "centre": centre, "visit": visit, "n": 1 if kind == "pieteikums" else 2, "lost": 0, "day": f"{month}-05", "month": month,
        "institution": "VSAA", "service": "VSAA-01", "kind": kind, "own_kind": kind, "channel": "klatiene", "outcome": None,
        "why": None, "redirected_to": "", "alone": None, "quantity": 2, "minutes": 7, **more,
    }  # fmt: skip


def told(engine: Engine, month: str = MONTH) -> Counter[tuple[str, str]]:
    """What is told of a month, frozen and corrected, by centre and kind."""
    found: Counter[tuple[str, str]] = Counter()
    with engine.connect() as connection:
        for row in connection.execute(select(frozen).where(frozen.c.month == month)):
            found[row.centre, row.kind] += row.quantity
    return found


def test_it_freezes_what_was_counted_and_nothing_else(engine: Engine) -> None:
    closed = close_month(engine, MONTH, "anna", NOW)
    assert told(engine) == {
        ("a", "pieteikums"): 40,
        ("a", "konsultacija"): 20,
        ("b", "pieteikums"): 40,
        ("b", "konsultacija"): 20,
    }
    assert (closed.cells, closed.services, closed.unready) == (4, 120, {})
    assert verify(engine, MONTH)


def test_later_records_are_rows_of_their_own(engine: Engine) -> None:
    close_month(engine, MONTH, "anna", NOW)
    with engine.begin() as connection:
        connection.execute(deliveries.insert(), [_row("a", "late", "pieteikums")])
        connection.execute(delete(deliveries).where(deliveries.c.centre == "b", deliveries.c.visit == "b1"))
    assert note_corrections(engine, MONTH, NOW) == 3
    assert note_corrections(engine, MONTH, NOW) == 0, "told once"
    assert told(engine) == {
        ("a", "pieteikums"): 42,
        ("a", "konsultacija"): 20,
        ("b", "pieteikums"): 38,
        ("b", "konsultacija"): 18,
    }
    assert verify(engine, MONTH), "what was closed stays as it was"


def test_it_closes_once_and_only_when_it_is_over(engine: Engine) -> None:
    with pytest.raises(MonthError, match="not over"):
        close_month(engine, "2026-11", "anna", NOW)
    with pytest.raises(MonthError, match="is not closed"):
        note_corrections(engine, MONTH, NOW)
    close_month(engine, MONTH, "anna", NOW)
    with pytest.raises(MonthError, match="closed already"):
        close_month(engine, MONTH, "anna", NOW)


def test_it_waits_for_records_or_says_whose_are_missing(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(centres).where(centres.c.centre == "b").values(pulse='{"head": 12}', acked=10, projected=9))
    with pytest.raises(MonthError, match=f"^{MONTH}: records are missing of these centres: b$"):
        close_month(engine, MONTH, "anna", NOW)
    assert close_month(engine, MONTH, "anna", NOW, anyway=True).unready == {"b": 3}


def test_a_changed_figure_is_found(engine: Engine) -> None:
    close_month(engine, MONTH, "anna", NOW)
    with engine.begin() as connection:
        connection.execute(update(frozen).where(frozen.c.centre == "a", frozen.c.kind == "pieteikums").values(quantity=41))
    assert not verify(engine, MONTH)


def _put(engine: Engine, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(update(centres).where(centres.c.centre == "b").values(values))


def _heard(engine: Engine, head: int, month: str = MONTH, epoch: int = 1) -> None:
    with engine.begin() as connection:
        connection.execute(
            month_heads.insert(), {"centre": "b", "month": month, "epoch": epoch, "head": head, "noted": microseconds(NOW)}
        )


def test_a_backlog_of_the_new_month_keeps_nobody_from_closing_the_old_one(engine: Engine) -> None:
    _put(engine, pulse='{"head": 12}', acked=10, projected=9)
    _heard(engine, 9)
    assert close_month(engine, MONTH, "anna", NOW).unready == {}


def test_what_the_centres_clock_says_counts_for_nothing(engine: Engine) -> None:
    _put(engine, pulse='{"head": 12}', acked=10, projected=9, live='{"at": "2027-11-01T08:00:00Z"}')
    _heard(engine, 11)
    with engine.connect() as connection:
        assert unready(connection, MONTH) == {"b": 2}
        assert unready(connection, "2026-09") == {"b": 2}, "what was noted of a later month holds for the ones before"
        assert unready(connection, "2026-11") == {"b": 3}


def test_a_centre_that_was_silent_since_before_the_end_of_the_month_may_have_records(engine: Engine) -> None:
    _put(engine, pulse='{"head": 9}', acked=9, projected=9)
    with pytest.raises(MonthError, match="missing of these centres: b"):
        close_month(engine, MONTH, "anna", NOW)
    _heard(engine, 9)
    assert close_month(engine, MONTH, "anna", NOW).unready == {}


def test_after_a_restored_backup_the_month_is_marked_anew(engine: Engine) -> None:
    _put(engine, pulse='{"head": 9}', acked=7, projected=7, epoch=2, projected_epoch=2)
    _heard(engine, 5, epoch=1)
    with engine.connect() as connection:
        assert unready(connection, MONTH) == {"b": 2}
    _heard(engine, 7, epoch=2)
    with engine.connect() as connection:
        assert unready(connection, MONTH) == {}


def test_figures_of_an_epoch_that_is_over_are_not_all_here(engine: Engine) -> None:
    _put(engine, pulse='{"head": 9}', acked=7, projected=9, epoch=2, projected_epoch=1)
    _heard(engine, 7, epoch=2)
    with engine.connect() as connection:
        assert unready(connection, MONTH) == {"b": 0}, "they hold what the centre has lost"


def test_a_backlog_of_the_new_month_keeps_no_correction_of_the_old_one(engine: Engine) -> None:
    close_month(engine, MONTH, "anna", NOW)
    _put(engine, pulse='{"head": 12}', acked=12, projected=9)
    _heard(engine, 9)
    with engine.begin() as connection:
        connection.execute(deliveries.insert(), [_row("b", "late", "pieteikums")])
    assert note_corrections(engine, MONTH, NOW) == 1


@pytest.mark.parametrize(
    ("at", "month"),
    [("2026-10-31T22:09:59Z", "2026-09"), ("2026-10-31T22:10:00Z", "2026-10"), ("2027-01-05T12:00:00Z", "2026-12")],
)
def test_a_month_is_over_when_nothing_of_it_can_be_on_its_way(at: str, month: str) -> None:
    assert month_over(datetime.fromisoformat(at)) == month


def test_the_intake_marks_a_month_once_and_by_its_own_clock(engine: Engine) -> None:
    intake, before, after = Intake(engine), datetime(2026, 10, 31, 22, 9, tzinfo=UTC), datetime(2026, 10, 31, 22, 11, tzinfo=UTC)

    def beat(now: datetime, head: int) -> None:
        pulse = Pulse(at=datetime(2030, 1, 1, tzinfo=UTC), head=head)
        intake.take("b", Batch(sync=SYNC, instance="instance-b", epoch=1, rows=(), pulse=pulse), now)

    for now, head in ((before, 3), (after, 4), (after + timedelta(hours=1), 5)):
        beat(now, head)
    with engine.connect() as connection:
        assert heads(connection, "2026-10") == {("b", 1): 4}
        assert heads(connection, "2026-09") == {("b", 1): 3}


def test_corrections_of_corrections_add_up(engine: Engine) -> None:
    close_month(engine, MONTH, "anna", NOW)
    for quantity in (5, 9):
        with engine.begin() as connection:
            here = update(deliveries).where(deliveries.c.visit == "a0")
            connection.execute(here.values(quantity=quantity))
        assert note_all(engine, NOW) == 1
    assert told(engine)["a", "pieteikums"] == 40 + 7
    with engine.connect() as connection:
        assert connection.execute(select(frozen.c.n, frozen.c.quantity).where(frozen.c.n > 0)).all() == [(1, 3), (2, 4)]


def test_minutes_alone_are_put_right_too(engine: Engine) -> None:
    close_month(engine, MONTH, "anna", NOW)
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.visit == "a0").values(minutes=9))
    assert note_corrections(engine, MONTH, NOW) == 1
    with engine.connect() as connection:
        query = select(frozen.c.centre, frozen.c.quantity, frozen.c.minutes).where(frozen.c.n > 0)
        assert connection.execute(query).all() == [("a", 0, 2)]


def test_a_month_after_december() -> None:
    assert [month_after(one) for one in ("2026-11", "2026-12")] == ["2026-12", "2027-01"]
    assert [month_after("2027-01", by) for by in (-13, -1, 0, 11, 12)] == ["2025-12", "2026-12", "2027-01", "2027-12", "2028-01"]


def test_figures_that_are_being_made_anew_are_no_corrections(engine: Engine) -> None:
    close_month(engine, MONTH, "anna", NOW)
    with engine.begin() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.centre == "b"))
    _put(engine, acked=90, projected=12)
    assert note_corrections(engine, MONTH, NOW) == 0
    _put(engine, projected=90)
    assert note_corrections(engine, MONTH, NOW) == 2, "level, and the records are gone indeed"


def test_a_new_epoch_that_is_not_in_the_figures_yet_is_waited_for(engine: Engine) -> None:
    _put(engine, pulse='{"head": 7}', acked=7, projected=9, epoch=2, projected_epoch=1, live='{"at": "2026-11-01T08:00:00Z"}')
    with pytest.raises(MonthError, match="missing of these centres: b"):
        close_month(engine, MONTH, "anna", NOW)
    assert close_month(engine, MONTH, "anna", NOW, anyway=True).unready == {"b": 0}
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.centre == "b").values(lost=1))
    assert note_corrections(engine, MONTH, NOW) == 0
    _put(engine, projected=7, projected_epoch=2)
    assert note_corrections(engine, MONTH, NOW) == 2
