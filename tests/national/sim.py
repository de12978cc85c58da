"""A network made of chance: one seed decides every fault, and every invariant of the line is looked at after each step."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import create_engine, event, select
from sqlalchemy.pool import StaticPool

from server.national import wire
from server.national.node.intake import Intake, Refused
from server.national.node.parts import line
from server.national.node.schema import centres, events, metadata
from server.national.uplink import Reply, Uplink
from server.national.wire import Row
from server.store.journal import GENESIS, chain

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
KINDS = {"hello": wire.Hello, "hashes": wire.Ask, "fork": wire.Fork, "events": wire.Batch, "bye": wire.Hello}


class Broken(Exception):
    """The node died in the middle of a request."""


@dataclass
class Journal:
    """A centre's journal as the uplink reads it."""

    rows_: list[Row] = field(default_factory=list)

    def head(self) -> int:
        return len(self.rows_)

    def rows(self, after: int, most: int, bytes_most: int) -> list[Row]:
        return self.rows_[after : after + most]

    def hash_at(self, position: int) -> str | None:
        if position == 0:
            return GENESIS
        return self.rows_[position - 1].hash if position <= len(self.rows_) else None

    def add(self, chance: random.Random, at: datetime) -> None:
        position, previous = len(self.rows_) + 1, self.rows_[-1].hash if self.rows_ else GENESIS
        data = f'{{"type":"CallShown","visit":"{UUID(int=chance.getrandbits(128))}","calls":1,"zone":"hall"}}'
        row = (f"{at:%Y-%m-%d}", round(at.timestamp() * 1e6), "kiosk:1", str(UUID(int=chance.getrandbits(128))), data)
        day, us, actor, command, data = row
        covered = chain(previous, position, day, us, actor, command, data)
        self.rows_.append(Row(position, day, us, "CallShown", actor, command, data, covered))


@dataclass
class Server:
    """One program that speaks for the centre: a journal and an uplink."""

    journal: Journal
    uplink: Uplink
    name: str
    due: datetime = START


class Network:
    """One centre, now and then two servers of it, a line with faults, and a node on a real database."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = START
        self.engine = create_engine("sqlite://", poolclass=StaticPool)
        metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            connection.execute(centres.insert(), {"centre": "a", "hash": GENESIS})
        self._dies, self.changed = False, True
        event.listen(self.engine, "commit", self._commit)
        self.intake = Intake(self.engine)
        self.late: list[tuple[datetime, str, bytes]] = []
        self.faulty = self.chance.choice((0.0, 0.1, 0.3, 0.6))
        self.instances = 0
        self.acked: dict[int, int] = {}
        self.seen: dict[tuple[int, int], str] = {}
        self.backups: list[list[Row]] = []
        self.servers = [self.boot(Journal())]

    def _commit(self, _connection: object) -> None:
        if self._dies:
            raise Broken
        self.changed = True

    def boot(self, journal: Journal) -> Server:
        """A program begins on a journal."""
        self.instances += 1
        name = f"instance-{self.instances}"

        def pulse(head: int, since: datetime | None) -> wire.Pulse:
            return wire.Pulse(at=self.now, head=head, backlog_since=since)

        chance = random.Random(self.chance.getrandbits(32))
        return Server(journal, Uplink(journal, self.send, name, pulse, chance), name, self.now)

    def send(self, path: str, body: bytes) -> Reply:
        """The line: drops, delays, doubles, cuts, flips, and a node that dies before or after it commits."""
        if self.chance.random() >= self.faulty:
            return self.serve(path, body)
        fault = self.chance.choice(
            ("drop", "late", "twice", "cut", "flip", "dies_before", "dies_after", "flip_back", "unavailable", "full")
        )
        if fault == "drop":
            raise OSError("no answer")
        if fault == "late":
            self.late.append((self.now + timedelta(seconds=self.chance.uniform(0, 400)), path, body))
            raise OSError("timed out")
        if fault == "twice":
            self.serve(path, body)
            return self.serve(path, body)
        if fault == "cut":
            return self.serve(path, body[: self.chance.randrange(len(body))])
        if fault == "flip":
            at = self.chance.randrange(len(body))
            return self.serve(path, body[:at] + bytes([body[at] ^ (1 << self.chance.randrange(8))]) + body[at + 1 :])
        if fault == "dies_before":
            self._dies = True
            try:
                self.serve(path, body)
            except Broken:
                pass
            finally:
                self._dies = False
            raise OSError("connection reset")
        if fault == "full":
            self._dies = True
            try:
                return self.serve(path, body)
            except Broken:
                return Reply(503, b"")
            finally:
                self._dies = False
        if fault == "dies_after":
            self.serve(path, body)
            raise OSError("connection reset")
        if fault == "unavailable":
            return Reply(503, b"")
        reply = self.serve(path, body)
        return Reply(reply.status, reply.body[: self.chance.randrange(1 + len(reply.body))])

    def serve(self, path: str, body: bytes) -> Reply:
        """The node, as its HTTP side does it."""
        work: dict[str, Callable[..., msgspec.Struct]] = {
            "hello": self.intake.hello, "hashes": self.intake.hashes, "fork": self.intake.fork, "events": self.intake.take,
        }  # fmt: skip
        try:
            said = wire.unpack(body, KINDS[path])
            if path == "bye":
                self.intake.bye("a", said.instance)
                return Reply(200, b"{}")
            return Reply(200, wire.plain(work[path]("a", said, self.now)))
        except ValueError as error:
            return Reply(400, wire.plain(wire.No(code="malformed", text=str(error))))
        except Refused as refused:
            return Reply(409, wire.plain(refused.no))

    def step(self) -> None:
        """Something happens, then the invariants are looked at."""
        self.now += timedelta(seconds=self.chance.expovariate(1 / 8))
        for one in [one for one in self.late if one[0] <= self.now]:
            self.late.remove(one)
            self.serve(one[1], one[2])
        dice = self.chance.random()
        server = self.chance.choice(self.servers)
        if dice < 0.45:
            for _ in range(self.chance.choice((1, 1, 3, 40))):
                server.journal.add(self.chance, self.now)
        elif dice < 0.47:
            self.backups.append(list(server.journal.rows_))
        elif dice < 0.49:
            self.servers[self.servers.index(server)] = self.boot(server.journal)
        elif dice < 0.50 and self.backups:
            self.servers[self.servers.index(server)] = self.boot(Journal(list(self.chance.choice(self.backups))))
        elif dice < 0.505 and len(self.servers) == 1:
            self.servers.append(self.boot(Journal(list(server.journal.rows_))))
        elif dice < 0.53 and len(self.servers) == 2:
            self.servers.remove(server)
        elif dice < 0.55:
            self.now += timedelta(seconds=self.chance.choice((1, 7200, 3 * 86_400, -7200)))
        elif dice < 0.57:
            server.uplink.stop()
            self.servers[self.servers.index(server)] = self.boot(server.journal)
        elif server.due <= self.now:
            server.due = self.now + timedelta(seconds=server.uplink.step(self.now))
        self.check()

    def check(self) -> None:
        """What must hold whenever the node has committed something."""
        if not self.changed:
            return
        with self.engine.connect() as connection:
            mark = connection.execute(select(centres)).mappings().one()
            stored = connection.execute(select(events.c.epoch, events.c.position, events.c.hash)).mappings().all()
        self.changed = False
        epoch, acked = mark["epoch"], mark["acked"]
        assert acked >= self.acked.get(epoch, 0), "acked never decreases"
        assert epoch >= max(self.acked, default=1), "epochs never go back"
        self.acked[epoch] = acked
        for row in stored:
            key = (row["epoch"], row["position"])
            assert self.seen.setdefault(key, row["hash"]) == row["hash"], "one place, one row, for ever"
        assert len(stored) == len({(row["epoch"], row["position"]) for row in stored})
        assert self.seen.keys() == {(row["epoch"], row["position"]) for row in stored}, "nothing stored is ever gone"

    def settle(self) -> Server:
        """The line is good and one server is left: it comes level."""
        self.faulty, self.late = 0.0, []
        server = self.servers[0]
        self.servers = [server]
        server.journal.add(self.chance, self.now)
        for _ in range(400):
            wait = server.uplink.step(self.now)
            self.check()
            state = server.uplink.state
            if state.phase == "up" and state.acked == server.journal.head() and wait:
                return server
            self.now += timedelta(seconds=wait)
        raise AssertionError(f"never level: {server.uplink.state}")

    def line(self) -> list[str]:
        """The hashes of the node's present line, from the first row to the last."""
        with self.engine.connect() as connection:
            mark = connection.execute(select(centres)).mappings().one()
            known = line(connection, "a", mark["epoch"], range(1, mark["acked"] + 1))
            return [known.get(one, "none") for one in range(1, mark["acked"] + 1)]
