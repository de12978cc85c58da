"""The single writer: decides on the floor in memory, makes it durable, and only then tells."""

import hashlib
import logging
import queue
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from server.domain.commands import Command
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import DayOpened, Event, Record
from server.domain.evolve import evolve, fold
from server.domain.floor import Floor
from server.domain.refusal import Refusal
from server.domain.reply import result
from server.store.centre import CentreStore, StoredReply

log = logging.getLogger("rinda.engine")

BATCH = 64
REFUSALS_KEPT = 4096


class Done(msgspec.Struct, frozen=True):
    """The command took effect (once) and everything up to `position` is durable."""

    position: int
    result: dict[str, Any]


Reply = Done | Refusal


class Ask(msgspec.Struct, frozen=True, eq=False):
    """A command on its way through the door; `done` is called once with the reply, in the writer's thread."""

    id: UUID
    command: Command
    actor: Actor
    done: Callable[[Reply], None]


class Chore(msgspec.Struct, frozen=True, eq=False):
    """Work on the writer's connection that is no command (accounts, sessions); `done` gets None or the error."""

    work: Callable[[Connection], None]
    done: Callable[[Exception | None], None]


class _Decided(msgspec.Struct, eq=False):
    """What one command came to inside a batch."""

    ask: Ask
    reply: Reply
    records: tuple[Record, ...] = ()
    stored: StoredReply | None = None


def now_utc() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


class Engine:
    """`submit` from any thread; one native thread decides, commits and answers in batches of at most 64.

    `deliver` gets every batch of (ask, reply) when it is durable, with the records that were committed; the default
    calls each `ask.done` and then `wake(records)`.
    """

    def __init__(self, store: CentreStore, *, clock: Callable[[], datetime] = now_utc) -> None:
        self._store = store
        self._clock = clock
        self._asks: queue.SimpleQueue[Ask | Chore | None] = queue.SimpleQueue()
        self._refused: OrderedDict[UUID, tuple[str, Refusal]] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._broken = False
        self._doubt = False
        self.floor = Floor()
        self.wake: Callable[[Sequence[Record]], None] = lambda records: None
        self.deliver: Callable[[Sequence[tuple[Ask, Reply]]], None] = _answer

    @property
    def broken(self) -> bool:
        """Whether the last commit failed."""
        return self._broken

    def start(self) -> None:
        """Rebuilds the floor from the journal and starts the writer."""
        self._store.open()
        self.floor = fold(Floor(), self._store.today())
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finishes what was submitted and stops."""
        if self._thread is not None:
            self._asks.put(None)
            self._thread.join()
            self._thread = None
        self._store.close()

    def submit(self, ask: Ask | Chore) -> None:
        """Queues a command or a chore; its `done` is called exactly once, in the writer's thread."""
        self._asks.put(ask)

    def handle(self, command: Command, actor: Actor, id: UUID | None = None) -> Done:
        """Submits and waits, for callers on a thread of their own; raises the Refusal."""
        box: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self.submit(Ask(id or uuid4(), command, actor, box.put))
        reply = box.get()
        if isinstance(reply, Refusal):
            raise reply
        return reply

    def do(self, work: Callable[[Connection], None]) -> None:
        """Does a chore in one transaction and waits, for callers on a thread of their own; raises what it raised."""
        box: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
        self.submit(Chore(work, box.put))
        if (error := box.get()) is not None:
            raise error

    def _run(self) -> None:
        batch: list[Ask] = []
        while True:
            try:
                item = self._asks.get(block=not batch)
            except queue.Empty:
                self._settle(batch)
                batch = []
                continue
            if isinstance(item, Ask):
                batch.append(item)
                if len(batch) == BATCH:
                    self._settle(batch)
                    batch = []
                continue
            self._settle(batch)
            batch = []
            if item is None:
                return
            self._chore(item)

    def _chore(self, chore: Chore) -> None:
        try:
            self._store.do(chore.work)
        except Exception as error:
            chore.done(error)
        else:
            chore.done(None)

    def _settle(self, batch: list[Ask], look: bool = False) -> None:
        if not batch:
            return
        try:
            decided = self._commit(batch, look)
        except IntegrityError:
            if len(batch) > 1:
                for ask in batch:
                    self._settle([ask])
                return
            if not look:
                return self._settle(batch, look=True)
            decided = self._refuse(batch)
        except Exception as error:
            self._doubt = True
            if not self._broken:
                log.error("cannot write to the database: %s", error, exc_info=error)
            self._broken = True
            decided = self._refuse(batch)
        try:
            self.deliver([(one.ask, one.reply) for one in decided])
            if records := [record for one in decided for record in one.records]:
                self.wake(records)
        except Exception:
            log.exception("a reply could not be delivered")

    def _commit(self, batch: list[Ask], look: bool) -> list[_Decided]:
        """Decides the batch and makes it durable; the floor moves only when the transaction did.

        A repeated id is rare, so nobody looks for one first: its reply is looked up when the command is refused or
        changes nothing, and the primary key of the replies catches the rest (IntegrityError): then `look` is set.
        """
        known = self._store.replies_of([ask.id for ask in batch]) if look else {}
        if self._doubt:
            # The last commit failed without an answer; the journal alone knows whether it took place.
            self.floor = fold(self.floor, self._store.since(self.floor.position))
            self._doubt = False
        draft, decided = self._draft(batch, known)
        unstored = [one.ask.id for one in decided if one.stored is None and one.ask.id not in known]
        if unstored and (found := self._store.replies_of(unstored)):
            draft, decided = self._draft(batch, known | found)
        records = [record for one in decided for record in one.records]
        if records:
            last = {visit: record.position for record in records if (visit := getattr(record.event, "visit", None))}
            changed = [(draft.visits[id], position) for id, position in last.items() if id in draft.visits]
            self._store.append(records, changed, [one.stored for one in decided if one.stored is not None])
            self.floor = draft
        if self._broken:
            log.info("the database can be written again")
            self._broken = False
        for one in decided:
            if isinstance(one.reply, Refusal):
                self._refused[one.ask.id] = (_digest(one.ask), one.reply)
        while len(self._refused) > REFUSALS_KEPT:
            self._refused.popitem(last=False)
        return decided

    def _draft(self, batch: list[Ask], known: dict[UUID, StoredReply]) -> tuple[Floor, list[_Decided]]:
        draft, decided, known = self.floor, [], dict(known)
        for ask in batch:
            draft, one = self._decide(draft, ask, known)
            decided.append(one)
            if one.stored is not None:
                known[ask.id] = one.stored
        return draft, decided

    def _decide(self, floor: Floor, ask: Ask, known: dict[UUID, StoredReply]) -> tuple[Floor, _Decided]:
        digest = _digest(ask)
        if (before := known.get(ask.id)) is not None:
            reply = Done(before.position, before.result) if before.digest == digest else Refusal("id_reused")
            return floor, _Decided(ask, reply)
        if (refused := self._refused.get(ask.id)) is not None:
            return floor, _Decided(ask, refused[1] if refused[0] == digest else Refusal("id_reused"))
        context = Context(now=self._clock(), actor=ask.actor, visit=uuid4(), token=secrets.token_urlsafe(16))
        try:
            events = decide(floor, ask.command, context)
        except Refusal as refusal:
            return floor, _Decided(ask, refusal)
        except Exception:
            log.exception("a command failed", extra={"command": type(ask.command).__name__})
            return floor, _Decided(ask, Refusal("server_error"))
        if not events:
            return floor, _Decided(ask, Done(floor.position, {}))
        records: list[Record] = []
        for event in events:
            record = _record(floor, event, ask, context.now)
            floor = evolve(floor, record)
            records.append(record)
        done = Done(floor.position, result(floor, events))
        stored = StoredReply(ask.id, digest, done.position, done.result)
        return floor, _Decided(ask, done, tuple(records), stored)

    @staticmethod
    def _refuse(batch: list[Ask]) -> list[_Decided]:
        return [_Decided(ask, Refusal("not_stored")) for ask in batch]


def _answer(replies: Sequence[tuple[Ask, Reply]]) -> None:
    for ask, reply in replies:
        ask.done(reply)


def _record(floor: Floor, event: Event, ask: Ask, now: datetime) -> Record:
    day = event.day if isinstance(event, DayOpened) else floor.day
    return Record(
        position=floor.position + 1, day=day, at=now, actor=str(ask.actor), command=ask.id, event=event
    )  # fmt: skip


def _digest(ask: Ask) -> str:
    text = msgspec.json.encode(ask.command, order="deterministic")
    return hashlib.sha256(type(ask.command).__name__.encode() + b"\0" + text).hexdigest()
