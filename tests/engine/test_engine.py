"""The single writer: durable before told, one effect for each id, batches, restarts."""

import queue
import struct
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import create_engine, make_url, text

from server.domain import commands as c
from server.domain.events import CounterClosed, DayOpened, QueueSet, Record, TicketIssued
from server.domain.refusal import Refusal
from server.engine import BATCH, Ask, Done, Engine, Reply
from server.store.centre import CentreStore
from tests.support import CLERK, KIOSK, MORNING, SYSTEM, Clock, service_of, tiny_plan

TAKE = c.TakeTicket(service=service_of(tiny_plan()))
CALL = c.CallNext(counter="1")
OPEN = c.OpenCounter(counter="1")


def rows(url: str, query: str) -> list[Any]:
    """What another process sees in the database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.execute(text(query)).mappings())
    engine.dispose()
    return found


def refused(engine: Engine, command: c.Command, actor: Any = CLERK, id: UUID | None = None) -> str:
    with pytest.raises(Refusal) as refusal:
        engine.handle(command, actor, id)
    return refusal.value.code


class Box:
    """Collects replies of commands that are submitted and not waited for."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._replies = engine, queue.SimpleQueue[tuple[int, Reply]]()
        self._count = 0

    def submit(self, command: c.Command, actor: Any = KIOSK, id: UUID | None = None) -> None:
        n, self._count = self._count, self._count + 1
        self._engine.submit(Ask(id or uuid4(), command, actor, lambda reply: self._replies.put((n, reply))))

    def all(self) -> list[Reply]:
        """All of them, in the order in which they were submitted; each comes once."""
        got = dict(self._replies.get(timeout=30) for _ in range(self._count))
        assert len(got) == self._count
        assert self._replies.empty()
        return [got[n] for n in range(self._count)]


def together(engine: Engine, fill: Callable[[Box], None]) -> list[Reply]:
    """Submits while the writer is busy with a chore, so that the commands come as one batch."""
    held, go = threading.Event(), threading.Event()

    def hold(_: Any) -> None:
        held.set()
        go.wait(30)

    waiter = threading.Thread(target=engine.do, args=(hold,))
    waiter.start()
    held.wait(30)
    box = Box(engine)
    fill(box)
    go.set()
    waiter.join()
    return box.all()


def numbers(engine: Engine) -> list[int]:
    return [r.event.n for r in engine._store.since(0) if isinstance(r.event, TicketIssued) and r.event.n]


def test_told_only_when_it_is_in_the_database(engine: Engine, url: str) -> None:
    seen: list[list[Any]] = []
    deliver = engine.deliver

    def look(replies: Any) -> None:
        seen.append(rows(url, "SELECT position, type FROM journal ORDER BY position"))
        deliver(replies)

    engine.deliver = look
    done = engine.handle(TAKE, KIOSK)
    assert seen[0][-1] == {"position": done.position, "type": "TicketIssued"}
    assert engine.floor.position == done.position


def test_events_visit_row_and_reply_are_one_transaction(engine: Engine, url: str) -> None:
    id = uuid4()
    done = engine.handle(TAKE, KIOSK, id)
    (reply,) = rows(url, f"SELECT position, result FROM replies WHERE command = '{id}'")
    assert (reply["position"], msgspec.json.decode(reply["result"])) == (done.position, done.result)
    (visit,) = rows(url, "SELECT visit, number, state, position FROM visits")
    assert visit == {"visit": done.result["visit"], "number": "A001", "state": "waiting", "position": done.position}


def test_the_visit_row_follows_the_visit(engine: Engine, clock: Clock) -> None:
    def row() -> tuple[Any, ...]:
        (one,) = engine._store.visits_since(0, 10)
        return one["state"], one["counter"], one["called"], one["served"], one["ended"], one["end"], one["position"]

    at = int(MORNING.timestamp()) * 1_000_000
    engine.handle(OPEN, CLERK)
    engine.handle(TAKE, KIOSK)
    position = engine.floor.position
    assert row() == ("waiting", None, None, None, None, None, position)
    steps: list[tuple[c.Command, tuple[Any, ...]]] = [
        (CALL, ("called", "1", at + 1_000_000, None, None, None)),
        (c.Serve(counter="1"), ("serving", "1", at + 1_000_000, at + 2_000_000, None, None)),
        (c.Park(counter="1", minutes=1), ("parked", "1", at + 1_000_000, at + 2_000_000, None, None)),
        (c.Undo(counter="1"), ("serving", "1", at + 1_000_000, at + 2_000_000, None, None)),
        (c.CloseDay(), ("ended", "1", at + 1_000_000, at + 2_000_000, at + 5_000_000, "day_closed")),
    ]
    for command, expected in steps:
        clock.pass_(seconds=1)
        engine.handle(command, CLERK)
        assert row()[:-1] == expected
        assert position < row()[-1] <= engine.floor.position
    assert engine._store.visits_since(engine.floor.position, 10) == []


def test_a_visit_that_is_handed_on_keeps_the_time_of_its_service(engine: Engine, clock: Clock) -> None:
    at = int(MORNING.timestamp()) * 1_000_000
    engine.handle(OPEN, CLERK)
    for command, actor in ((TAKE, KIOSK), (CALL, CLERK), (c.Serve(counter="1"), CLERK)):
        clock.pass_(seconds=1)
        engine.handle(command, actor)
    clock.pass_(seconds=1)
    engine.handle(c.Transfer(counter="1", queue="vid", rank="last"), CLERK)
    (row,) = engine._store.visits_since(0, 10)
    assert (row["state"], row["served"]) == ("waiting", at + 3_000_000)


def test_the_turn_of_the_day_reaches_the_visit_rows(engine: Engine, clock: Clock) -> None:
    for _ in range(3):
        engine.handle(TAKE, KIOSK)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    engine.handle(TAKE, KIOSK)
    assert [(row["day"], row["n"], row["state"], row["end"]) for row in engine._store.visits_since(0, 10)] == [
        ("2026-03-16", 1, "ended", "day_closed"),
        ("2026-03-16", 2, "ended", "day_closed"),
        ("2026-03-16", 3, "ended", "day_closed"),
        ("2026-03-17", 1, "waiting", None),
    ]


def test_tickets_and_the_turn_of_the_day_in_one_batch(engine: Engine, clock: Clock) -> None:
    def fill(box: Box) -> None:
        box.submit(TAKE)
        box.submit(c.Tick(), SYSTEM)
        box.submit(TAKE)

    clock.pass_(days=1)
    replies = together(engine, fill)
    assert all(isinstance(reply, Done) for reply in replies)
    assert [(row["day"], row["state"]) for row in engine._store.visits_since(0, 10)] == [
        ("2026-03-16", "ended"), ("2026-03-17", "waiting"),
    ]  # fmt: skip


def test_the_same_id_again_is_the_same_answer_and_no_second_effect(engine: Engine) -> None:
    id = uuid4()
    first = engine.handle(TAKE, KIOSK, id)
    engine.handle(TAKE, KIOSK)
    for _ in range(3):
        assert engine.handle(TAKE, KIOSK, id) == first
    assert numbers(engine) == [1, 2]


def test_the_same_id_after_a_restart(start: Callable[[], Engine]) -> None:
    id = uuid4()
    engine = start()
    first = engine.handle(TAKE, KIOSK, id)
    engine.stop()
    again = start()
    assert again.handle(TAKE, KIOSK, id) == first
    assert numbers(again) == [1]


def test_the_same_id_of_a_command_that_would_be_refused_now(engine: Engine) -> None:
    """A lost answer is asked for again when the state has moved on: the first answer is still the right one."""
    engine.handle(OPEN, CLERK)
    engine.handle(TAKE, KIOSK)
    id = uuid4()
    first = engine.handle(CALL, CLERK, id)
    assert refused(engine, CALL) == "counter_busy"
    assert engine.handle(CALL, CLERK, id) == first
    opened = uuid4()
    other = c.OpenCounter(counter="2")
    done = engine.handle(other, CLERK, opened)
    engine.handle(c.CloseCounter(counter="2"), CLERK)
    assert engine.handle(other, CLERK, opened) == done
    assert engine.floor.posts["2"].clerk is None


def test_a_refused_command_stays_refused_under_its_id(engine: Engine) -> None:
    id = uuid4()
    engine.handle(OPEN, CLERK)
    assert refused(engine, CALL, id=id) == "nobody_waiting"
    engine.handle(TAKE, KIOSK)
    assert refused(engine, CALL, id=id) == "nobody_waiting"
    assert refused(engine, c.CallNext(counter="2"), id=id) == "id_reused"
    assert refused(engine, CALL, id=id) == "nobody_waiting"
    engine.handle(CALL, CLERK)


def test_only_the_latest_refusals_are_remembered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who is refused all day must not fill the memory."""
    monkeypatch.setattr("server.engine.REFUSALS_KEPT", 3)
    engine.handle(OPEN, CLERK)
    ids = [uuid4() for _ in range(5)]
    for id in ids:
        assert refused(engine, CALL, id=id) == "nobody_waiting"
    engine.handle(TAKE, KIOSK)
    for id in ids[-3:]:
        assert refused(engine, CALL, id=id) == "nobody_waiting"
    assert engine.handle(CALL, CLERK, ids[0]).result["number"] == "A001"


def test_another_command_under_a_used_id(engine: Engine) -> None:
    id = uuid4()
    first = engine.handle(TAKE, KIOSK, id)
    assert refused(engine, c.TakeTicket(service=service_of(tiny_plan()), language="en"), KIOSK, id) == "id_reused"
    assert refused(engine, OPEN, CLERK, id) == "id_reused"
    assert engine.handle(TAKE, KIOSK, id) == first
    assert (numbers(engine), engine.floor.posts.get("1")) == ([1], None)


def test_duplicates_within_one_batch(engine: Engine) -> None:
    same, other = uuid4(), uuid4()
    engine.handle(OPEN, CLERK)

    def fill(box: Box) -> None:
        box.submit(CALL, CLERK, other)
        for _ in range(3):
            box.submit(TAKE, KIOSK, same)
        box.submit(CALL, CLERK, same)
        box.submit(CALL, CLERK, other)

    early, *taken, reused, late = together(engine, fill)
    assert taken[0] == taken[1] == taken[2]
    assert isinstance(taken[0], Done)
    assert isinstance(reused, Refusal)
    assert reused.code == "id_reused"
    assert isinstance(early, Refusal)
    assert isinstance(late, Refusal)
    assert (early.code, late.code) == ("nobody_waiting", "nobody_waiting")
    assert numbers(engine) == [1]


def test_concurrent_duplicates(engine: Engine) -> None:
    id, got = uuid4(), queue.SimpleQueue[Done]()
    threads = [threading.Thread(target=lambda: got.put(engine.handle(TAKE, KIOSK, id))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    replies = [got.get() for _ in threads]
    assert all(reply == replies[0] for reply in replies)
    assert numbers(engine) == [1]


def test_a_repeated_id_among_new_ones_spoils_none_of_them(engine: Engine) -> None:
    id = uuid4()
    first = engine.handle(TAKE, KIOSK, id)

    def fill(box: Box) -> None:
        for n in range(5):
            box.submit(TAKE, KIOSK, id if n == 2 else None)

    replies = together(engine, fill)
    assert replies[2] == first
    assert numbers(engine) == [1, 2, 3, 4, 5]


def transactions(url: str) -> int:
    """How many transactions wrote into the journal or, on SQLite, into its file since it was last folded in."""
    if make_url(url).get_backend_name() == "postgresql":
        return int(rows(url, "SELECT count(DISTINCT xmin::text) AS n FROM journal")[0]["n"])
    log = Path(f"{make_url(url).database}-wal").read_bytes()
    if not log:
        return 0
    (page,) = struct.unpack(">I", log[8:12])
    salts = log[16:24]
    frames = (log[at : at + 24] for at in range(32, len(log) - 23, page + 24))
    return sum(frame[4:8] != b"\0\0\0\0" and frame[8:16] == salts for frame in frames)


def test_many_at_once_are_few_transactions_with_consecutive_numbers(engine: Engine, url: str) -> None:
    before = transactions(url)
    replies = together(engine, lambda box: [box.submit(TAKE) for _ in range(200)] and None)
    assert transactions(url) - before <= -(-200 // BATCH) + 1
    assert [reply.result["number"] for reply in replies if isinstance(reply, Done)] == [f"A{n:03d}" for n in range(1, 201)]
    assert [reply.position for reply in replies if isinstance(reply, Done)] == list(range(3, 203))
    assert engine._store.verify() == 202


def test_clients_in_parallel_get_every_number_once(engine: Engine) -> None:
    got = queue.SimpleQueue[str]()

    def client() -> None:
        for _ in range(20):
            got.put(engine.handle(TAKE, KIOSK).result["number"])

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got.get() for _ in range(160)) == [f"A{n:03d}" for n in range(1, 161)]
    assert numbers(engine) == list(range(1, 161))


def test_restart_gives_the_same_floor(start: Callable[[], Engine], clock: Clock) -> None:
    engine = start()
    for _ in range(4):
        engine.handle(TAKE, KIOSK)
    engine.handle(OPEN, CLERK)
    engine.handle(CALL, CLERK)
    engine.handle(c.ConfirmShown(visit=engine.floor.posts["1"].visit, calls=1, zone="hall"), CLERK)  # type: ignore[arg-type]
    engine.handle(c.Park(counter="1", minutes=5, note="nāks"), CLERK)
    engine.handle(CALL, CLERK)
    engine.handle(c.Serve(counter="1"), CLERK)
    floor = engine.floor
    engine.stop()
    again = start()
    assert again.floor == floor
    clock.pass_(days=1)
    again.handle(c.Tick(), SYSTEM)
    again.handle(TAKE, KIOSK)
    floor = again.floor
    again.stop()
    third = start()
    assert third.floor == floor
    assert third.floor.plan == tiny_plan()


def test_wake_gets_what_was_committed_after_the_answers(engine: Engine) -> None:
    told: list[Any] = []
    engine.wake = lambda records: told.append([type(record.event) for record in records])
    deliver = engine.deliver

    def answer(replies: Any) -> None:
        told.append("answer")
        deliver(replies)

    engine.deliver = answer
    engine.handle(OPEN, CLERK)
    refused(engine, CALL)
    engine.handle(c.CloseDay(stops=True), CLERK)
    engine.do(lambda connection: None)  # the writer is past the last wake
    assert [one for one in told if one != "answer"] == [[type(engine._store.since(2)[0].event)], [CounterClosed, QueueSet]]
    assert told[0] == "answer"


def test_records_carry_who_when_and_by_which_command(engine: Engine, clock: Clock) -> None:
    id = uuid4()
    clock.pass_(minutes=5, microseconds=7)
    engine.handle(TAKE, KIOSK, id)
    record: Record = engine._store.since(0)[-1]
    assert (record.command, record.actor, record.at, record.day) == (id, "kiosk:kiosk-1", clock.now, "2026-03-16")
    opened = next(r for r in engine._store.since(0) if isinstance(r.event, DayOpened))
    assert opened.day == opened.event.day


def test_a_command_that_breaks_the_code_is_refused_alone(engine: Engine) -> None:
    """A bug is an answer too: it neither stops the writer nor takes other commands of its batch along."""

    class Unheard(c.Command, frozen=True, kw_only=True):
        """No decider knows this."""

    def fill(box: Box) -> None:
        box.submit(TAKE)
        box.submit(Unheard())
        box.submit(TAKE)

    first, bad, second = together(engine, fill)
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert isinstance(bad, Refusal)
    assert bad.code == "server_error"
    assert not engine.broken
    assert numbers(engine) == [1, 2]


def test_a_listener_that_fails_does_not_stop_the_writer(engine: Engine) -> None:
    def wake(records: Any) -> None:
        raise RuntimeError("a hub that fell over")

    engine.wake = wake
    engine.handle(TAKE, KIOSK)
    engine.handle(TAKE, KIOSK)
    assert numbers(engine) == [1, 2]


def test_an_offline_number_of_an_earlier_day_that_came_already(engine: Engine, clock: Clock) -> None:
    """The floor holds only today; the database still knows the number, and that is no fault of its disk."""
    ask = c.AdmitOffline(number="X001", service=service_of(tiny_plan()), issued=MORNING)
    done = engine.handle(ask, KIOSK)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    before = engine.floor.position
    again = engine.handle(ask, KIOSK)
    assert (again.result["visit"], again.result["number"], again.position) == (done.result["visit"], "X001", before)
    other = replace(ask, issued=MORNING - timedelta(seconds=1))
    assert refused(engine, other, KIOSK) == "number_taken"

    def fill(box: Box) -> None:
        box.submit(TAKE)
        box.submit(other)
        box.submit(TAKE)

    first, twice, second = together(engine, fill)
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert isinstance(twice, Refusal)
    assert twice.code == "number_taken"
    assert not engine.broken


def test_an_offline_number_that_is_refused_may_be_taken_later(engine: Engine, clock: Clock) -> None:
    """The kiosk says the same under the same id until the server takes it: a refusal must not stand for ever."""
    ask = c.AdmitOffline(number="X001", service=service_of(tiny_plan()), issued=clock.now + timedelta(seconds=2))
    id = uuid4()
    with pytest.raises(Refusal, match="time_ahead"):
        engine.handle(ask, KIOSK, id)
    clock.pass_(seconds=2)
    done = engine.handle(ask, KIOSK, id)
    assert done.result["number"] == "X001"
    assert engine.handle(ask, KIOSK, id) == done


def test_stop_finishes_what_was_submitted(engine: Engine, url: str) -> None:
    box = Box(engine)
    for _ in range(100):
        box.submit(TAKE)
    engine.stop()
    assert all(isinstance(reply, Done) for reply in box.all())
    assert CentreStore(url).head() == 102
