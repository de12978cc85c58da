"""A network made of chance: one seed decides every fault, and every invariant of the line is looked at after each step."""

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from server.domain.moment import microseconds
from server.national import uplink, wire
from server.national.node import intake
from server.national.node.database import prepare
from server.national.node.parts import line
from server.national.node.register import Register
from server.national.uplink import Reply
from server.national.wire import Row
from server.store.journal import GENESIS, chain

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
KINDS = {"hello": wire.Hello, "hashes": wire.Ask, "fork": wire.Fork, "events": wire.Batch, "bye": wire.Hello}
FAULTS = ("drop", "late", "twice", "cut", "flip", "dies_before", "dies_after", "flip_back", "unavailable", "full")
JUMPS_S = (1, 7200, 3 * 86_400, -7200)


_ROW = "rowid, centre, epoch, position, hash"
_TOLD = "SELECT max(acked) FROM (SELECT acked FROM centres WHERE centre = ?1 UNION ALL SELECT lost FROM epochs WHERE centre = ?1)"


class Broken(OperationalError):
    """The node died in the middle of a transaction."""

    def __init__(self) -> None:
        super().__init__("COMMIT", None, Exception("died"))


@dataclass
class Journal:
    """A centre's journal as the uplink reads it; `add` makes up the next row."""

    rows_: list[Row] = field(default_factory=list)
    page: int = 500

    def head(self) -> int:
        return len(self.rows_)

    def rows(self, after: int, most: int, bytes_most: int) -> list[Row]:
        return self.rows_[after : after + min(most, self.page)]

    def hash_at(self, position: int) -> str | None:
        if position == 0:
            return GENESIS
        return self.rows_[position - 1].hash if position <= len(self.rows_) else None

    def add(self, chance: random.Random, at: datetime) -> None:
        ids = chance.getrandbits(128), chance.getrandbits(128)
        data = f'{{"type":"CallShown","visit":"{ids[0]:032x}","calls":1,"zone":"hall"}}'
        self.put("kiosk:1", data, at, str(UUID(int=ids[1])))

    def put(self, actor: str, data: str, at: datetime, command: str = "", kind: str = "CallShown") -> None:
        position, previous = len(self.rows_) + 1, self.rows_[-1].hash if self.rows_ else GENESIS
        day, us = at.date().isoformat(), microseconds(at)
        covered = chain(previous, position, day, us, actor, command, data)
        self.rows_.append(Row(position, day, us, kind, actor, command, data, covered))

    def grow(self, count: int, at: datetime) -> None:
        chance = random.Random()
        for _ in range(count):
            self.add(chance, at)

    def damage(self, position: int, **said: Any) -> None:
        """A bad disk changes a row; its hash stays."""
        self.rows_[position - 1] = msgspec.structs.replace(self.rows_[position - 1], **said)

    def copied(self) -> "Journal":
        """As a backup or the image of a disk has it."""
        return Journal(list(self.rows_), self.page)


class Node:
    """The node's record in memory; every network of a process has it to itself and begins with an empty one."""

    def __init__(self) -> None:
        self.engine: Engine = create_engine("sqlite://", poolclass=StaticPool)
        prepare(self.engine)
        driver = self.engine.raw_connection().driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver = driver
        self._blank = self.saved()
        self.dies = self.changed = False
        event.listen(self.engine, "commit", self._commit)

    def saved(self) -> bytes:
        return self._driver.serialize()

    def restored(self, saved: bytes | None = None) -> None:
        self._driver.deserialize(saved or self._blank)

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._driver.execute(query, values).fetchall()

    def _commit(self, _connection: object) -> None:
        if self.dies:
            raise Broken
        self.changed = True


@cache
def the_node() -> Node:
    return Node()


@dataclass
class Server:
    """One program that speaks for a centre: a journal and an uplink."""

    journal: Journal
    uplink: Any
    name: str
    due: datetime = START


@dataclass
class Site:
    """A centre: now and then two servers of it (a copied disk), and backups."""

    name: str
    servers: list[Server] = field(default_factory=list)
    backups: list[Journal] = field(default_factory=list)


@dataclass
class Known:
    """What was seen at the node: acked by epoch, rows by place, and where reading went on."""

    acked: dict[str, dict[int, int]] = field(default_factory=dict)
    rows: dict[tuple[str, int, int], str] = field(default_factory=dict)
    last: int = 0

    def copied(self) -> "Known":
        return Known({centre: dict(seen) for centre, seen in self.acked.items()}, dict(self.rows), self.last)


class Network:
    """Centres, a line with faults, and a node on a real database."""

    def __init__(
        self, seed: int, journal: Callable[[], Journal] = Journal, taking: Any = intake, sending: Any = uplink
    ) -> None:  # fmt: skip
        self.chance = random.Random(seed)
        self.now, self.node = START, the_node()
        self.node.restored()
        self.node.dies, self.node.changed = False, True
        self.intake, self._refused, self._sending = taking.Intake(self.node.engine), taking.Refused, sending
        self.late: list[tuple[datetime, str, str, bytes]] = []
        self.faulty = self.chance.choice((0.0, 0.1, 0.3, 0.6))
        self.instances = 0
        self.known, self.node_backup = Known(), None  # type: ignore[var-annotated]
        self.node_went_back = self.late_fork = False
        self.sites = [Site(name) for name in ("a", "b")[: self.chance.choice((1, 1, 1, 2))]]
        for site in self.sites:
            Register(self.node.engine).add(site.name)
            site.servers.append(self.boot(site, journal()))
            site.servers[0].journal.page = self.chance.choice((5, 50, 500))

    def boot(self, site: Site, journal: Journal) -> Server:
        """A program begins on a journal."""
        self.instances += 1
        name = f"instance-{self.instances}"

        def pulse(head: int, since: datetime | None) -> wire.Pulse:
            return wire.Pulse(at=self.now, head=head, backlog_since=since)

        def send(path: str, body: bytes) -> Reply:
            return self.send(site.name, path, body)

        chance = random.Random(self.chance.getrandbits(32))
        return Server(journal, self._sending.Uplink(journal, send, name, pulse, chance), name, self.now)

    def send(self, centre: str, path: str, body: bytes) -> Reply:
        """The line: drops, delays, doubles, cuts, flips, and a node that dies before or after it commits."""
        if self.chance.random() >= self.faulty:
            return self.serve(centre, path, body)
        fault = self.chance.choice(FAULTS)
        if fault == "drop":
            raise OSError("no answer")
        if fault == "late":
            self.late.append((self.now + timedelta(seconds=self.chance.uniform(0, 400)), centre, path, body))
            raise OSError("timed out")
        if fault == "twice":
            self.serve(centre, path, body)
        elif fault == "cut":
            body = body[: self.chance.randrange(len(body))]
        elif fault == "flip":
            at = self.chance.randrange(len(body))
            body = body[:at] + bytes([body[at] ^ (1 << self.chance.randrange(8))]) + body[at + 1 :]
        elif fault == "unavailable":
            return Reply(503, b"")
        elif fault in ("dies_before", "full"):
            return self._dying(centre, path, body, answers=fault == "full")
        reply = self.serve(centre, path, body)
        if fault == "dies_after":
            raise OSError("connection reset")
        return Reply(reply.status, reply.body[: self.chance.randrange(1 + len(reply.body))]) if fault == "flip_back" else reply

    def _dying(self, centre: str, path: str, body: bytes, answers: bool) -> Reply:
        self.node.dies = True
        try:
            reply = self.serve(centre, path, body)
        except Broken:
            reply = Reply(503, b"")
        finally:
            self.node.dies = False
        if not answers:
            raise OSError("connection reset")
        return reply

    def serve(self, centre: str, path: str, body: bytes) -> Reply:
        """The node, as its HTTP side does it."""
        work: dict[str, Callable[..., msgspec.Struct]] = {
            "hello": self.intake.hello, "hashes": self.intake.hashes, "fork": self.intake.fork, "events": self.intake.take,
        }  # fmt: skip
        try:
            said = wire.unpack(body, KINDS[path])
            if path == "bye":
                self.intake.bye(centre, said.instance)
                return Reply(200, b"{}")
            return Reply(200, wire.plain(work[path](centre, said, self.now)))
        except ValueError as error:
            return Reply(400, wire.plain(wire.No(code="malformed", text=str(error))))
        except self._refused as refused:
            return Reply(409, wire.plain(refused.no))

    def step(self) -> None:
        """Something happens, then the invariants are looked at."""
        self.now += timedelta(seconds=self.chance.expovariate(1 / 8))
        for one in [one for one in self.late if one[0] <= self.now]:
            self.late.remove(one)
            self.serve(*one[1:])
            self.late_fork |= one[2] == "fork"
        self.happens(self.chance.choice(self.sites))
        self.check()

    def happens(self, site: Site) -> None:
        """One thing at a centre, on its line or at the node."""
        dice = self.chance.random()
        server = self.chance.choice(site.servers)
        if dice < 0.45:
            for _ in range(self.chance.choice((1, 1, 3, 20))):
                server.journal.add(self.chance, self.now)
        elif dice < 0.47:
            site.backups.append(server.journal.copied())
        elif dice < 0.49:
            site.servers[site.servers.index(server)] = self.boot(site, server.journal)
        elif dice < 0.50 and site.backups:
            site.servers[site.servers.index(server)] = self.boot(site, self.chance.choice(site.backups).copied())
        elif dice < 0.505 and len(site.servers) == 1:
            site.servers.append(self.boot(site, server.journal.copied()))
        elif dice < 0.53 and len(site.servers) == 2:
            site.servers.remove(server)
        elif dice < 0.55:
            self.now += timedelta(seconds=self.chance.choice(JUMPS_S))
        elif dice < 0.57:
            server.uplink.stop()
            site.servers[site.servers.index(server)] = self.boot(site, server.journal)
        elif dice < 0.573 and server.journal.head():
            # What is damaged later than this was sent already; the node need not know.
            server.journal.damage(
                self.chance.randint(1, server.journal.head()), data="\0?", at=self.chance.choice((0, 2**63 - 1))
            )
        elif dice < 0.577:
            self.node_backup = (self.node.saved(), self.known.copied())
        elif dice < 0.584 and self.node_backup:
            self.node.restored(self.node_backup[0])
            self.known, self.node.changed, self.node_went_back = self.node_backup[1].copied(), True, True
        elif server.due <= self.now:
            server.due = self.now + timedelta(seconds=server.uplink.step(self.now))
            self.check_told(site, server)

    def check(self) -> None:
        """What must hold whenever the node has committed something."""
        if not self.node.changed:
            return
        marks = self.node.all("SELECT centre, epoch, acked, hash FROM centres")
        stored = self.node.all(f"SELECT {_ROW} FROM events WHERE rowid > ? ORDER BY rowid", self.known.last)
        self.node.changed = False
        self._check_forks({centre: epoch for centre, epoch, _, _ in marks})
        for centre, epoch, acked, _ in marks:
            seen = self.known.acked.setdefault(centre, {})
            assert acked >= seen.get(epoch, 0), "acked never decreases"
            assert epoch >= max(seen, default=1), "epochs never go back"
            seen[epoch] = acked
        for rowid, centre, epoch, position, *said in stored:
            assert (centre, epoch, position) not in self.known.rows, "one place, one row, for ever"
            self.known.rows[centre, epoch, position] = said[-1]
            self.known.last = rowid
        for centre, epoch, acked, last in marks:
            if acked and (centre, epoch, acked) in self.known.rows:
                assert self.known.rows[centre, epoch, acked] == last, "the mark is at a row that is there"

    def _check_forks(self, epochs: dict[str, int]) -> None:
        """An epoch ends where a server really has another row, or none, not earlier."""
        for site in self.sites:
            before = max(self.known.acked.get(site.name, {}), default=1)
            if epochs[site.name] == before + 1 and not self.late_fork:
                base = self.node.all("SELECT base FROM epochs WHERE centre = ? AND epoch = ?", site.name, before + 1)[0][0]
                with self.node.engine.connect() as connection:
                    lost = line(connection, site.name, before, (base + 1,))[base + 1]
                assert any(server.journal.hash_at(base + 1) != lost for server in site.servers), "a fork before the fork"
        self.late_fork = False

    def check_told(self, site: Site, server: Server) -> None:
        """No server believes in more than the node has."""
        state = server.uplink.state
        if state.phase == "up" and state.acked and not self.node_went_back:
            found = self.node.all(_TOLD, site.name)
            assert state.acked <= found[0][0], "acknowledged and not there"

    def settle(self) -> None:
        """The line is good and one server of each centre is left: they come level, row for row."""
        self.faulty, self.late = 0.0, []
        for site in self.sites:
            site.servers = site.servers[:1]
            self._level(site.servers[0])
            self.compare(site)
        assert len(self.known.rows) == self.node.all("SELECT count(*) FROM events")[0][0], "nothing stored is ever gone"

    def _level(self, server: Server) -> None:
        for _ in range(400):
            wait = server.uplink.step(self.now)
            self.check()
            state = server.uplink.state
            if state.phase == "up" and state.acked == server.journal.head() and wait:
                return
            if state.phase == "behind":
                server.journal.add(self.chance, self.now)
            self.now += timedelta(seconds=wait)
        raise AssertionError(f"never level: {server.uplink.state}")

    def compare(self, site: Site) -> None:
        """The node's present line, read back as a centre reads it, is the centre's journal."""
        found: list[Row] = []
        while rows := self.intake.reread(site.name, wire.Reread(sync=wire.SYNC, after=len(found)), self.now).rows:
            found += rows
        here = site.servers[0].journal.rows_
        assert [row.hash for row in found] == [row.hash for row in here]
        told = {position for (position,) in self.node.all("SELECT position FROM damaged WHERE centre = ?", site.name)}
        previous = GENESIS
        for row in found:
            right = chain(previous, row.position, row.day, row.at, row.actor, row.command, row.data)
            assert row.hash == right or row.position in told, "a row that nobody made"
            previous = row.hash


def run(network: Network, steps: int = 120) -> None:
    """A whole run of a network."""
    for _ in range(steps):
        network.step()
    network.settle()
