"""The single writer: decides on the floor in memory, makes it durable, and only then tells."""

import gc
import hashlib
import logging
import queue
import secrets
import threading
from collections import ChainMap, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Executable
from sqlalchemy.exc import IntegrityError

from server.domain.arrival import local_day
from server.domain.commands import (
    AdmitOffline,
    BookAppointment,
    BookRoom,
    CloseMonth,
    Command,
    Contact,
    CorrectVisit,
    PrintPaper,
    RecordService,
    RegisterCallback,
    Tick,
)
from server.domain.context import Actor, Context, Reckoned
from server.domain.decide import decide
from server.domain.events import ArrivalHistory, Record, ServiceHistory
from server.domain.evolve import fold
from server.domain.floor import Floor, Visit
from server.domain.follow import follow
from server.domain.offline import earlier_number
from server.domain.pace import expected, learned
from server.domain.refusal import Refusal
from server.domain.reply import result, standing
from server.protocol import visit_of
from server.store import contacts, vouchers
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
    """A command on its way through the door; `done` is called once with the reply, on whichever thread delivers it."""

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
    changed: tuple[tuple[Visit, int], ...] = ()
    stored: StoredReply | None = None
    more: tuple[Executable, ...] = ()
    word: str = ""


def now_utc() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


class Engine:
    """`submit` from any thread; one native thread decides, commits and answers in batches of at most 64.

    When a batch is durable, `deliver` gets its (ask, reply) pairs and then `wake` the records that were committed, both on
    the writer's thread; neither may block. `reckon` tells what a month that is to be closed has come to;
    `vouchers` are the words of slips that are not printed yet, there before the floor has the slip.
    `deliver` is `answer` unless a bridge carries the replies to another thread.
    """

    def __init__(self, store: CentreStore, *, clock: Callable[[], datetime] = now_utc) -> None:
        self._store = store
        self._clock = clock
        self._asks: queue.SimpleQueue[Ask | Chore | None] = queue.SimpleQueue()
        self._refused: OrderedDict[UUID, tuple[str, Refusal]] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._broken = False
        self._doubt = False
        self._untold: list[Record] = []
        self.floor = Floor()
        self.vouchers: Mapping[UUID, str] = {}
        self.reckon: Callable[[str], Reckoned | None] = lambda month: None
        self.wake: Callable[[Sequence[Record]], None] = lambda records: None
        self.deliver: Callable[[Sequence[tuple[Ask, Reply]]], None] = answer

    @property
    def broken(self) -> bool:
        """Whether the last commit failed."""
        return self._broken

    def start(self) -> None:
        """Rebuilds the floor from the journal and starts the writer."""
        self._store.open()
        # A day's values are many and all of them stay: looking for garbage among them costs a third of the start.
        gc.disable()
        self.floor = fold(Floor(), self._store.today())
        gc.freeze()
        gc.enable()
        self.vouchers = self._store.given_vouchers()
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
        """Queues a command or a chore; its `done` is called exactly once."""
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
                if isinstance(item.command, CloseMonth):  # is reckoned from what is durable
                    self._settle(batch)
                    batch = []
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
            self._doubt = True
            if len(batch) > 1:
                for ask in batch:
                    self._settle([ask])
                return
            if not look:
                self._settle(batch, look=True)
                return
            decided = self._clashed(batch[0])
        except Exception as error:
            self._doubt = True
            if not self._broken:
                log.error("cannot write to the database: %s", error, exc_info=error)
            self._broken = True
            decided = self._refuse(batch)
        try:
            self.deliver([(one.ask, one.reply) for one in decided])
            records = [*self._untold, *(record for one in decided for record in one.records)]
            self._untold = []
            if records:
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
            # A commit failed, perhaps without an answer; the journal alone knows whether it took place.
            missed = self._store.since(self.floor.position)
            self.floor = fold(self.floor, missed)
            self._untold += missed
            self.vouchers = self._store.given_vouchers()
            self._doubt = False
        draft, decided = self._draft(batch, known)
        unstored = [one.ask.id for one in decided if one.stored is None and one.ask.id not in known]
        if unstored and (found := self._store.replies_of(unstored)):
            draft, decided = self._draft(batch, known | found)
        records = [record for one in decided for record in one.records]
        if records:
            changed = {visit.id: (visit, position) for one in decided for visit, position in one.changed}
            stored = [one.stored for one in decided if one.stored is not None]
            more = [statement for one in decided for statement in one.more]
            self._store.append(records, list(changed.values()), stored, more)
            held = self.vouchers
            for one in decided:
                held = vouchers.after(held, (record.event for record in one.records), one.word)
            self.vouchers = {**self.vouchers, **held}
            self.floor = draft
            self.vouchers = held
        if self._broken and (records or self._store.writable()):
            log.info("the database can be written again")
            self._broken = False
        for one in decided:
            if isinstance(one.reply, Refusal) and _final(one.ask):
                self._refused.setdefault(one.ask.id, (_digest(one.ask), one.reply))
        while len(self._refused) > REFUSALS_KEPT:
            self._refused.popitem(last=False)
        return decided

    def _draft(self, batch: list[Ask], known: dict[UUID, StoredReply]) -> tuple[Floor, list[_Decided]]:
        draft, decided, known, refused = self.floor, [], dict(known), ChainMap({}, self._refused)
        touched: dict[UUID, Visit] = {}
        spare = self._spare(batch)
        for ask in batch:
            past = self._past(draft, ask.command, touched)
            draft, one = self._decide(draft, ask, known, refused, past, spare)
            decided.append(one)
            touched |= {visit.id: visit for visit, _ in one.changed}
            if one.stored is not None:
                known[ask.id] = one.stored
            elif isinstance(one.reply, Refusal) and _final(ask):
                refused.setdefault(ask.id, (_digest(ask), one.reply))
        return draft, decided

    def _past(self, floor: Floor, command: Command, touched: Mapping[UUID, Visit]) -> Visit | None:
        """The visit of an earlier day that a command is about, as the commands before it in the batch leave it."""
        if isinstance(command, CorrectVisit | RecordService) and command.visit is not None and command.visit not in floor.visits:
            return touched.get(command.visit) or self._store.visit(command.visit)
        if isinstance(command, AdmitOffline) and (asked := earlier_number(floor, command)) is not None:
            return self._store.numbered(*asked)
        return None

    def _spare(self, batch: Sequence[Ask]) -> list[tuple[int, str]]:
        """Words for the visitors' network, with their places, for those of the batch who want one; none is given twice."""
        many = sum(_wants_voucher(ask.command) for ask in batch)
        return self._store.spare_vouchers(many) if many else []

    def _history(self, floor: Floor, command: Command, now: datetime) -> tuple[ServiceHistory, ...]:
        """What earlier days say of service times, for the command that turns the day."""
        if not isinstance(command, Tick) or floor.plan is None or (day := local_day(floor, now)) <= floor.day:
            return ()
        return learned(self._store.history(day))

    def _arrivals(self, floor: Floor, command: Command, now: datetime) -> ArrivalHistory:
        """Who came on earlier days, for the same command."""
        if not isinstance(command, Tick) or floor.plan is None or (day := local_day(floor, now)) <= floor.day:
            return ArrivalHistory()
        return expected(*self._store.arrivals(day), floor.plan.centre.timezone)

    def _decide(
        self,
        floor: Floor,
        ask: Ask,
        known: dict[UUID, StoredReply],
        refused: Mapping[UUID, tuple[str, Refusal]],
        past: Visit | None,
        spare: list[tuple[int, str]],
    ) -> tuple[Floor, _Decided]:
        digest = _digest(ask)
        if (before := known.get(ask.id)) is not None:
            reply = Done(before.position, before.result) if before.digest in (digest, "") else Refusal("id_reused")
            return floor, _Decided(ask, reply)
        if (no := refused.get(ask.id)) is not None:
            return floor, _Decided(ask, no[1] if no[0] == digest else Refusal("id_reused"))
        now = self._clock()
        context = Context(
            now=now, actor=ask.actor, visit=visit_of(ask.id), token=secrets.token_urlsafe(16), past=past,
            month=self.reckon(ask.command.month) if isinstance(ask.command, CloseMonth) else None,
            arrivals=self._arrivals(floor, ask.command, now), history=self._history(floor, ask.command, now),
            voucher_n=spare[0][0] if spare and _wants_voucher(ask.command) else 0,
        )  # fmt: skip
        try:
            events = decide(floor, ask.command, context)
            after = follow(floor, events, ask.id, ask.actor, context.now, past)
            done = Done(after.floor.position, result(after.floor, events))
            more = (
                *contacts.changes(after.floor, ask.command, events), *vouchers.changes(events, self.vouchers),
                *self._store.erasures(events),
            )  # fmt: skip
        except Refusal as refusal:
            return floor, _Decided(ask, refusal)
        except Exception:
            log.exception("a command failed", extra={"command": type(ask.command).__name__})
            return floor, _Decided(ask, Refusal("server_error"))
        if not events:
            return floor, _Decided(ask, Done(floor.position, standing(floor, ask.command, past)))
        word = spare.pop(0)[1] if context.voucher_n else ""
        stored = StoredReply(ask.id, digest, done.position, done.result)
        return after.floor, _Decided(ask, done, after.records, after.changed, stored, more, word)

    @staticmethod
    def _refuse(batch: list[Ask]) -> list[_Decided]:
        return [_Decided(ask, Refusal("not_stored")) for ask in batch]

    def _clashed(self, ask: Ask) -> list[_Decided]:
        """Neither the id nor the position was taken: a number of an earlier day, which the floor does not hold, is."""
        if isinstance(ask.command, AdmitOffline):
            return [_Decided(ask, Refusal("number_taken", number=ask.command.number))]
        log.error("the database takes %s for something that it has already", type(ask.command).__name__)
        return self._refuse([ask])


def answer(replies: Sequence[tuple[Ask, Reply]]) -> None:
    """Gives every reply to the one who asked."""
    for ask, reply in replies:
        ask.done(reply)


def _wants_voucher(command: Command) -> bool:
    return isinstance(command, PrintPaper) and command.kind == "wifi"


def _final(ask: Ask) -> bool:
    """Whether a refusal stands for every repetition; a kiosk goes on with a number that it gave until it is taken."""
    return not isinstance(ask.command, AdmitOffline)


def _digest(ask: Ask) -> str:
    # Without the contact: a digest that covers a telephone number can be searched for it.
    command = ask.command
    if isinstance(command, BookAppointment | BookRoom):
        command = replace(command, contact=None)
    elif isinstance(command, RegisterCallback):
        command = replace(command, contact=Contact())
    text = msgspec.json.encode(command, order="deterministic")
    return hashlib.sha256(type(ask.command).__name__.encode() + b"\0" + text).hexdigest()
