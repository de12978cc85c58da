"""The line step by step: how much travels at once, how long it rests, and what it says of itself."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from server.national import uplink, wire
from server.national.uplink import BACKOFF_S, TEXT_MOST, Reply, Uplink
from server.national.wire import ROWS_MOST, Ack, Batch
from server.store.journal import GENESIS
from tests.national.sim import Journal

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
Answer = Callable[[Batch], Reply]


class Most(random.Random):
    """Always draws the longest."""

    def uniform(self, a: float, b: float) -> float:
        return b


class Line:
    """An uplink over a journal of 3,000 rows; `answer` is the node."""

    def __init__(self, count: int = 3000) -> None:
        self.journal, self.sent, self.answer = Journal(page=10_000), list[tuple[int, int]](), taken()
        self.journal.grow(count, NOW)
        self.uplink = Uplink(self.journal, self.send, "instance-1", self.pulse, Most())
        assert self.uplink.step(NOW) == 0

    def pulse(self, head: int, since: datetime | None) -> wire.Pulse:
        return wire.Pulse(at=NOW, head=head, backlog_since=since)

    def send(self, path: str, body: bytes) -> Reply:
        if path == "hello":
            return Reply(200, wire.plain(wire.Welcome(epoch=1, acked=0, hash=GENESIS, archived=0)))
        batch = wire.unpack(body, Batch)
        self.sent.append((len(batch.rows), len(body)))
        return self.answer(batch)

    def step(self, answer: Answer, later: float = 0) -> float:
        self.answer = answer
        return self.uplink.step(NOW + timedelta(seconds=later))


def taken(rows: int = ROWS_MOST) -> Answer:
    """The whole batch is stored; the next may have so many rows."""
    return lambda batch: Reply(200, wire.plain(Ack(acked=batch.rows[-1].position, archived=0, now=NOW, rows=rows)))


def gone(batch: Batch) -> Reply:
    raise OSError("x" * 10_000)


def test_a_batch_has_as_many_rows_as_the_node_asks_for_and_grows_by_half_steps() -> None:
    line = Line()
    for rows in (100, ROWS_MOST, ROWS_MOST, ROWS_MOST):
        line.step(taken(rows))
    assert [rows for rows, _ in line.sent] == [ROWS_MOST, 100, 200, 400]


@pytest.mark.parametrize("no", [gone, lambda batch: Reply(400, b""), lambda batch: Reply(413, b"")])
def test_what_does_not_get_through_is_sent_in_half(no: Answer) -> None:
    line = Line()
    for answer in (no, no, taken()):
        line.step(answer)
    assert [rows for rows, _ in line.sent] == [ROWS_MOST, ROWS_MOST // 2, ROWS_MOST // 4]


def test_a_broken_line_says_since_when_and_rests_longer_each_time_until_it_works_again() -> None:
    line = Line()
    assert [line.step(gone, later=10 * n) for n in range(3)] == [2 * BACKOFF_S, 4 * BACKOFF_S, 8 * BACKOFF_S]
    state = line.uplink.state
    assert (state.phase, state.since, len(state.text)) == ("down", NOW, TEXT_MOST)
    line.step(taken(), later=60)
    assert (line.uplink.state.phase, line.uplink.state.since) == ("up", NOW + timedelta(seconds=60))
    assert line.step(gone, later=70) == 2 * BACKOFF_S


def test_a_backlog_has_an_age_until_there_is_none() -> None:
    line = Line(ROWS_MOST + 1)
    line.step(taken())
    assert (line.uplink.state.acked, line.uplink.state.backlog_since) == (ROWS_MOST, NOW)
    line.step(taken())
    assert (line.uplink.state.acked, line.uplink.state.backlog_since) == (ROWS_MOST + 1, None)


def test_what_comes_while_the_line_is_away_has_an_age_too() -> None:
    line, later = Line(count=1), NOW + timedelta(minutes=5)
    line.step(taken())
    assert line.uplink.state.backlog_since is None
    for minutes in (5, 9):
        line.journal.grow(1, NOW + timedelta(minutes=minutes))
        line.step(gone, 60.0 * minutes)
        assert (line.uplink.state.phase, line.uplink.state.backlog_since) == ("down", later), "the oldest of them"
    line.step(taken(), 600)
    assert line.uplink.state.backlog_since is None


def test_a_batch_is_halved_until_the_line_can_carry_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uplink, "PACKED_MOST", 5000)
    line = Line()
    line.step(taken())
    rows, size = line.sent[0]
    assert size <= 5000
    assert 1 < rows < ROWS_MOST
    monkeypatch.setattr(uplink, "PACKED_MOST", 1)
    line.step(taken())
    assert line.sent[1][0] == 1, "one row goes whatever its size"


def test_a_row_whose_time_is_none_travels_like_the_others() -> None:
    line = Line(5)
    line.journal.damage(1, at=2**62)
    line.step(taken())
    assert (line.uplink.state.phase, line.uplink.state.acked) == ("up", 5)
