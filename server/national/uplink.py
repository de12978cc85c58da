"""The centre's side of the line: the journal is the outbox, one batch is under way, and only the node moves the mark."""

import random
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from server.domain.moment import moment
from server.logs import cause
from server.national.wire import (
    HEARTBEAT_S,
    LOOSE_MOST,
    PACKED_MOST,
    RESENT_MOST,
    ROWS_MOST,
    SYNC,
    Ack,
    Ask,
    Batch,
    Fork,
    Hashes,
    Hello,
    No,
    Pulse,
    Row,
    Welcome,
    emptied,
    pack,
)
from server.store.journal import GENESIS, chain

BACKOFF_S, BACKOFF_MOST_S = 1.0, 300.0
BEHIND_S = 30.0
REFUSED_S = 60.0
BUSY_S = 10.0
TEXT_MOST = 200
"""Of what the node says, for people to read."""


class Outbox(Protocol):
    """The journal as the line reads it."""

    def head(self) -> int:
        """The last position."""

    def rows(self, after: int, most: int, bytes_most: int) -> list[Row]:
        """Rows after a position, at least one where there is one."""

    def hash_at(self, position: int) -> str | None:
        """The hash of the row there, GENESIS at 0, None where there is no row."""


class Reply(msgspec.Struct, frozen=True):
    """What came back over the line."""

    status: int
    body: bytes


Send = Callable[[str, bytes], Reply]
"""`send("events", body)` posts to the node; OSError when no answer came."""

Phase = Literal["new", "up", "down", "behind", "busy", "refused"]


class UplinkState(msgspec.Struct, frozen=True, kw_only=True):
    """How the line is, for the desk's foot, the overview and the metrics.

    `acked` and `archived` are the node's marks, None before it was ever heard; `phase`: behind (the node has records that this
    centre lost: restore them), busy (another server speaks for this centre), refused (our papers are not taken). `bundle` is the
    newest revision of the settings that the node has for this centre, None before it said so.
    """

    phase: Phase = "new"
    since: datetime | None = None
    head: int = 0
    acked: int | None = None
    archived: int | None = None
    epoch: int = 0
    backlog_since: datetime | None = None
    bundle: int | None = None
    text: str = ""


class Uplink:
    """`step` does one exchange and says how long to rest; it never raises for what a line can do.

    `heard`: the node had everything up to here when it was last heard, before this program began.
    """

    def __init__(
        self, outbox: Outbox, send: Send, instance: str, pulse: Callable[[int, datetime | None], Pulse], chance: random.Random,
        *, heard: int = 0,
    ) -> None:  # fmt: skip
        self._outbox, self._send, self._instance, self._pulse, self._chance = outbox, send, instance, pulse, chance
        self._welcome: Welcome | None = None
        self._failures = 0
        self._rows = ROWS_MOST
        self._damaged: frozenset[int] = frozenset()
        self._mended: tuple[Row, ...] = ()
        self._resent = 0
        self._heard = heard
        self.state = UplinkState()

    def step(self, now: datetime) -> float:
        """One exchange; seconds until the next is due. 0: at once."""
        try:
            wait = self._greet(now) if self._welcome is None else self._ship(self._welcome, now)
        except (OSError, msgspec.MsgspecError, RecursionError) as error:
            self._rows = max(1, self._rows // 2)
            self._tell(now, "down", text=cause(error)[:TEXT_MOST])
            return self._backoff()
        return wait

    def stop(self) -> None:
        """Gives the line back, if the node can be reached."""
        if self._welcome is not None:
            try:
                self._send("bye", pack(Hello(sync=SYNC, instance=self._instance, pulse=self._pulse(0, None))))
            except OSError:
                return

    def _greet(self, now: datetime) -> float:
        head = self._outbox.head()
        reply = self._send("hello", pack(Hello(sync=SYNC, instance=self._instance, pulse=self._pulse(head, None))))
        if reply.status != 200:
            return self._told_no(reply, now)
        welcome = msgspec.json.decode(reply.body, type=Welcome)
        if self._outbox.hash_at(welcome.acked) != welcome.hash:
            base = self._common(min(head, welcome.acked))
            if base == head:
                # All of ours is there, and more: nothing forks as long as nothing new happens here.
                self._tell(now, "behind", acked=welcome.acked, archived=welcome.archived)
                return BEHIND_S
            common = self._outbox.hash_at(base) or GENESIS
            fork = Fork(sync=SYNC, instance=self._instance, epoch=welcome.epoch, base=base, hash=common)
            reply = self._send("fork", pack(fork))
            if reply.status != 200:
                return self._told_no(reply, now)
            welcome = msgspec.json.decode(reply.body, type=Welcome)
        self._welcome = welcome
        self._tell(now, "up", acked=welcome.acked, archived=welcome.archived, epoch=welcome.epoch)
        return 0.0

    def _common(self, most: int) -> int:
        """The last position at which the node has the very row that is here.

        Two chains agree up to one point and never again, so 64 places asked at once leave a 64th of the way.
        """
        low, high = 0, most
        while low < high:
            asked = tuple(dict.fromkeys(low + (high - low) * (n + 1) // 64 for n in range(64)))
            asked = tuple(at for at in asked if at > low)
            reply = self._send("hashes", pack(Ask(sync=SYNC, instance=self._instance, positions=asked)))
            if reply.status != 200:
                raise OSError(f"the node answered {reply.status}")
            theirs = msgspec.json.decode(reply.body, type=Hashes).hashes
            if len(theirs) != len(asked):
                raise OSError(f"the node gave {len(theirs)} hashes where {len(asked)} were asked")
            for at, there in zip(asked, theirs, strict=True):
                if there is None or there != self._outbox.hash_at(at):
                    high = at - 1
                    break
                low = at
        return low

    def _ship(self, line: Welcome, now: datetime) -> float:
        head = self._outbox.head()
        waits = head > line.acked and not self._mended
        rows = self._outbox.rows(line.acked, self._rows, LOOSE_MOST // 2) if waits else []
        since = _moment(rows[0].at) if rows else None
        body = self._packed(line, rows, head, since)
        self._mended = ()
        reply = self._send("events", body)
        if reply.status != 200:
            return self._told_no(reply, now)
        ack = msgspec.json.decode(reply.body, type=Ack)
        if ack.acked < line.acked or ack.acked > head:
            # The node came back from a backup of its own, perhaps: what it has is asked anew.
            self._welcome = None
            raise OSError(f"the node acknowledged {ack.acked}, between {line.acked} and {head} was due")
        self._welcome = msgspec.structs.replace(line, acked=ack.acked, archived=ack.archived)
        self._failures, self._resent, self._damaged = 0, 0, frozenset()
        self._rows = max(1, min(ack.rows, ROWS_MOST, self._rows * 2))
        level = ack.acked >= head
        self._mended = tuple(self._whole(ack.resend)) if level else ()
        self._tell(now, "up", acked=ack.acked, archived=ack.archived, bundle=ack.bundle)
        return min(max(ack.wait_s, HEARTBEAT_S if level and not self._mended else 0.0), BACKOFF_MOST_S)

    def _packed(self, line: Welcome, rows: list[Row], head: int, since: datetime | None) -> bytes:
        """The batch, halved until it is small enough for the line; one row alone goes whatever its size."""
        while True:
            batch = Batch(
                sync=SYNC, instance=self._instance, epoch=line.epoch, rows=tuple(rows), pulse=self._pulse(head, since),
                damaged=tuple(sorted(self._damaged)), mended=self._mended,
            )  # fmt: skip
            body = pack(batch)
            if len(body) <= PACKED_MOST or len(rows) < 2:
                return body
            rows = rows[: len(rows) // 2]

    def _told_no(self, reply: Reply, now: datetime) -> float:
        no = said_no(reply)
        self._failures += 1
        if reply.status in (401, 403):
            self._welcome = None
            self._tell(now, "refused", text=no.text)
            return REFUSED_S
        if no.code == "busy":
            self._welcome = None
            self._tell(now, "busy", text=no.text)
            return BUSY_S
        if no.code in ("gap", "fork", "retired"):
            self._welcome = None
            return self._backoff() if self._failures > 2 else 0.0
        if no.code == "damaged":
            # Once more, for the line may have done it; then it is said that the row is so here.
            if self._resent == no.position:
                self._damaged |= self._damaged_from(no.position)
            self._resent = no.position
            return 0.0 if self._failures < 5 else self._backoff()
        if reply.status in (400, 413):
            self._rows = max(1, self._rows // 2)
        self._tell(now, "down", text=no.text or f"the node answered {reply.status}")
        return self._backoff()

    def _damaged_from(self, position: int) -> frozenset[int]:
        """Which rows of the batch under way, from a position on, do not match their own hash here too."""
        previous, found = self._outbox.hash_at(position - 1) or GENESIS, set()
        for row in self._outbox.rows(position - 1, ROWS_MOST, LOOSE_MOST):
            covered = chain(previous, row.position, row.day, row.at, row.actor, row.command, row.data)
            if row.hash != covered and not emptied(row):
                found.add(row.position)
            previous = row.hash
        return frozenset(found)

    def _whole(self, wanted: Iterable[int]) -> list[Row]:
        """Of the rows that the node has damaged, those that match their hash here: a disk was repaired, a copy put back.

        One that was emptied since goes too: there is nothing more to come of it.
        """
        found: list[Row] = []
        for position in list(wanted)[:RESENT_MOST]:
            previous, rows = self._outbox.hash_at(position - 1), self._outbox.rows(position - 1, 1, LOOSE_MOST)
            for row in rows:
                covered = chain(previous or "", row.position, row.day, row.at, row.actor, row.command, row.data)
                if row.position == position and (row.hash == covered or emptied(row)):
                    found.append(row)
        return sized(found, LOOSE_MOST // 2) if found else []

    def _backoff(self) -> float:
        """Full jitter (AWS Architecture Blog, 2015): anything up to a doubling bound, for all centres must not knock at once."""
        self._failures += 1
        return self._chance.uniform(0.0, min(BACKOFF_MOST_S, BACKOFF_S * 2.0 ** min(self._failures, 10)))

    def _tell(self, now: datetime, phase: Phase, **more: object) -> None:
        since = self.state.since if self.state.phase == phase else now
        said = {"text": "", "head": self._outbox.head(), **more}
        self.state = msgspec.structs.replace(self.state, phase=phase, since=since, **said)
        self.state = msgspec.structs.replace(self.state, backlog_since=self._oldest())

    def _oldest(self) -> datetime | None:
        """Since when the node lacks records: also of those that came while the line was away."""
        has = self._heard if self.state.acked is None else self.state.acked
        rows = self._outbox.rows(has, 1, LOOSE_MOST)
        return _moment(rows[0].at) if rows else None


def _moment(at: int) -> datetime | None:
    """The instant; None for a damaged row's time that is none."""
    try:
        return moment(at)
    except OverflowError:
        return None


def said_no(reply: Reply) -> No:
    """What a node that refuses says, if it says anything."""
    try:
        no = msgspec.json.decode(reply.body, type=No)
        return msgspec.structs.replace(no, text=no.text[:TEXT_MOST])
    except (msgspec.MsgspecError, RecursionError):
        return No(code="unknown", text=f"the node answered {reply.status}")


def sized(rows: Iterable[Row], bytes_most: int) -> list[Row]:
    """As many of the rows as stay below a size, at least one."""
    found: list[Row] = []
    size = 0
    for row in rows:
        size += len(row.data) + 400
        if found and size > bytes_most:
            break
        found.append(row)
    return found
