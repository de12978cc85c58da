"""Who speaks for a centre, what a page of its rows may weigh, and what the intake says of damage and of months at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from server.national import wire
from server.national.node import database
from server.national.node.intake import Intake, Refused
from server.national.node.month_heads import heads
from server.national.node.register import Register
from tests.national.sim import Journal

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The node's writer; it knows the centre `a`."""
    write, read = database.open_engines(f"sqlite:///{tmp_path / 'node.db'}")
    Register(write).add("a")
    yield write
    write.dispose()
    read.dispose()


def hello(instance: str, head: int = 0) -> wire.Hello:
    return wire.Hello(sync=wire.SYNC, instance=instance, pulse=wire.Pulse(at=NOW, head=head))


def batch(journal: Journal, epoch: int = 1, after: int = 0, damaged: tuple[int, ...] = ()) -> wire.Batch:
    return wire.Batch(
        sync=wire.SYNC, instance="one", epoch=epoch, rows=tuple(journal.rows_[after:]),
        pulse=wire.Pulse(at=NOW, head=journal.head()), damaged=damaged,
    )  # fmt: skip


def busy(intake: Intake, instance: str, now: datetime) -> bool:
    """Whether another server has the line, so that this one does not get it."""
    try:
        intake.hello("a", hello(instance), now)
    except Refused as refused:
        return refused.no.code == "busy"
    return False


def test_one_server_speaks_for_a_centre_until_it_says_so_or_is_silent_too_long(engine: Engine) -> None:
    intake, lease = Intake(engine), timedelta(seconds=wire.LEASE_S)
    assert not busy(intake, "one", NOW)
    intake.bye("a", "two")
    assert busy(intake, "two", NOW + timedelta(seconds=1)), "nobody gives back what is not theirs"
    intake.bye("a", "one")
    assert not busy(intake, "two", NOW + timedelta(seconds=2))
    assert busy(intake, "one", NOW + timedelta(seconds=1) + lease)
    assert not busy(intake, "one", NOW + timedelta(seconds=2) + lease)


def test_a_clock_of_the_node_that_was_ahead_keeps_nobody_out(engine: Engine) -> None:
    intake = Intake(engine)
    assert not busy(intake, "one", NOW + timedelta(days=1))
    assert not busy(intake, "two", NOW)


def test_a_page_of_rows_stays_small_and_has_one_row_at_least(engine: Engine) -> None:
    intake, journal = Intake(engine), Journal()
    for size in (wire.LOOSE_MOST, wire.LOOSE_MOST // 4, wire.LOOSE_MOST // 8, wire.LOOSE_MOST // 4):
        journal.put("kiosk:1", "x" * size, NOW)
    for after in range(journal.head()):
        intake.take("a", batch(Journal(journal.rows_[: after + 1]), after=after), NOW)
    pages = [intake.reread("a", wire.Reread(sync=wire.SYNC, after=after), NOW).rows for after in (0, 1, 3)]
    assert [[row.position for row in rows] for rows in pages] == [[1], [2, 3], [4]]


def test_damaged_rows_are_asked_for_with_the_answer_that_takes_them(engine: Engine) -> None:
    journal = Journal()
    journal.grow(6, NOW)
    journal.damage(4, data="\0?")
    assert Intake(engine).take("a", batch(journal, damaged=(4,)), NOW).resend == (4,)


def test_a_new_epoch_has_a_month_s_end_of_its_own(engine: Engine) -> None:
    """Else a month of a centre that lost records could never be closed with all of them here."""
    intake, journal = Intake(engine), Journal()
    journal.grow(6, NOW)
    intake.take("a", batch(journal), NOW)
    fork = wire.Fork(sync=wire.SYNC, instance="one", epoch=1, base=2, hash=journal.rows_[1].hash)
    epoch = intake.fork("a", fork, NOW).epoch
    restored = Journal(journal.rows_[:2])
    restored.grow(1, NOW)
    intake.take("a", batch(restored, epoch, after=2), NOW)
    with engine.connect() as connection:
        assert heads(connection, "2026-10") == {("a", 1): 6, ("a", 2): 3}
