"""What a centre sends becomes the node's record: one transaction for a batch, and twice is once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, bindparam, select, update

from server.domain.moment import microseconds, moment
from server.national.node import quarantine
from server.national.node.bundles import TOP, Published, note_state
from server.national.node.month_heads import note_head
from server.national.node.parts import hash_at, line
from server.national.node.quarantine import AWAITED
from server.national.node.rows import clean, page, store
from server.national.node.schema import centres, damaged, epochs
from server.national.wire import (
    LEASE_S,
    LOOSE_MOST,
    ROWS_MOST,
    SYNC,
    Ack,
    Ask,
    Batch,
    Fork,
    Hashes,
    Hello,
    No,
    Page,
    Reread,
    Row,
    Welcome,
    emptied,
)
from server.store.journal import GENESIS, chain

_NAMES = ("epoch", "acked", "hash", "archived", "instance", "heard", "pulse", "type", "month_told")
_WANTED = (*(centres.c[name] for name in _NAMES), TOP.label("top"), AWAITED.label("awaited"))
_MARK = select(*_WANTED).where(centres.c.centre == bindparam("of")).with_for_update(of=centres)
_HERE = update(centres).where(centres.c.centre == bindparam("of"))


class Refused(Exception):
    """The batch is not taken; nothing of it is stored."""

    def __init__(self, code: str, position: int = 0, text: str = "") -> None:
        super().__init__(code)
        self.no = No(code=code, position=position, text=text)


class Intake:
    """Any number of processes may take in at once: the row of the centre is locked for as long as its batch is stored.

    Whoever was heard less than `lease_s` ago speaks for its centre; the same in all processes.
    """

    def __init__(self, engine: Engine, lease_s: float = LEASE_S) -> None:
        self._engine, self._lease_s, self._published = engine, lease_s, Published()

    def hello(self, centre: str, said: Hello, now: datetime) -> Welcome:
        """The centre's server takes the line up; Refused while another one has it."""
        with self._engine.begin() as connection:
            mark = self._mark(connection, centre, said, now)
            newest = self._published.newest(connection, mark["top"], centre, mark["type"])
            _heard(connection, centre, mark, said, newest, now)
            return Welcome(epoch=mark["epoch"], acked=mark["acked"], hash=mark["hash"], archived=mark["archived"])

    def bye(self, centre: str, instance: str) -> None:
        """The server stops in order, so that the next one need not wait."""
        with self._engine.begin() as connection:
            here = update(centres).where(centres.c.centre == centre, centres.c.instance == instance)
            connection.execute(here.values(instance=None))

    def hashes(self, centre: str, said: Ask, now: datetime) -> Hashes:
        """The hashes at some positions of the line as it is now: of the present epoch, and below its base of those before."""
        with self._engine.begin() as connection:
            mark = self._mark(connection, centre, said, now)
            known = line(connection, centre, mark["epoch"], said.positions)
            return Hashes(hashes=tuple(GENESIS if one == 0 else known.get(one) for one in said.positions))

    def fork(self, centre: str, said: Fork, now: datetime) -> Welcome:
        """Begins an epoch after `base`, where both agree. What the node has beyond it stays, as part of the epoch before."""
        with self._engine.begin() as connection:
            mark = self._mark(connection, centre, said, now)
            if said.epoch != mark["epoch"]:
                raise Refused("retired", mark["epoch"])
            known = hash_at(connection, centre, mark["epoch"], said.base)
            if said.base > mark["acked"] or known != said.hash:
                raise Refused("fork", said.base, "there is no such common row")
            epoch = mark["epoch"] + 1
            connection.execute(
                epochs.insert(),
                {"centre": centre, "epoch": epoch, "base": said.base, "since": microseconds(now), "lost": mark["acked"]},
            )
            here = update(centres).where(centres.c.centre == centre)
            connection.execute(here.values(epoch=epoch, acked=said.base, hash=said.hash, month_told=""))
            return Welcome(epoch=epoch, acked=said.base, hash=said.hash, archived=mark["archived"])

    def reread(self, centre: str, said: Reread, now: datetime) -> Page:
        """A centre's own rows after a position, as many as may travel at once. Nobody speaks for the centre by reading."""
        with self._engine.connect() as connection:
            mark = connection.execute(select(centres.c.epoch, centres.c.acked).where(centres.c.centre == centre)).one()
            until, size, rows = min(mark.acked, said.after + ROWS_MOST), 0, list[Row]()
            for row in page(connection, centre, mark.epoch, said.after, until):
                size += len(row.data) + 400
                if rows and size > LOOSE_MOST // 2:
                    break
                rows.append(row)
            return Page(epoch=mark.epoch, acked=mark.acked, rows=tuple(rows))

    def note(self, centre: str, no: No) -> None:
        """Keeps why the centre's line was refused last, for people to see."""
        if no.code in ("busy", "fork", "damaged", "malformed"):
            with self._engine.begin() as connection:
                said = f"{no.code}: {no.text}".rstrip(": ")
                connection.execute(update(centres).where(centres.c.centre == centre).values(refused=said))

    def take(self, centre: str, said: Batch, now: datetime) -> Ack:
        """Stores what is new of a batch and acknowledges it; Refused with the reason, and then nothing is stored."""
        with self._engine.begin() as connection:
            mark = self._mark(connection, centre, said, now)
            if said.epoch != mark["epoch"]:
                raise Refused("retired", mark["epoch"])
            acked, head = int(mark["acked"]), str(mark["hash"])
            _unbroken(said.rows)
            if said.rows and said.rows[0].position > acked + 1:
                raise Refused("gap", acked)
            known = [row for row in said.rows if row.position <= acked]
            new = said.rows[len(known) :]
            if known and hash_at(connection, centre, said.epoch, known[-1].position) != known[-1].hash:
                raise Refused("fork", known[-1].position)
            if new:
                excused = frozenset(said.damaged)
                _chained(new, head, excused)
                received = microseconds(now)
                kept = [clean(row) if row.position in excused else row for row in new] if excused else new
                store(connection, centre, said.epoch, kept, received)
                bad = [row.position for row in new if row.position in excused]
                if bad:
                    connection.execute(
                        damaged.insert(),
                        [{"centre": centre, "epoch": said.epoch, "position": one, "received": received} for one in bad],
                    )
                acked, head = kept[-1].position, kept[-1].hash
            newest = self._published.newest(connection, mark["top"], centre, mark["type"])
            _heard(connection, centre, mark, said, newest, now, acked=acked, hash=head)
            resend = tuple[int, ...]()
            if mark["awaited"] or said.damaged:
                if said.mended:
                    quarantine.take(connection, centre, said.epoch, said.mended, microseconds(now))
                resend = quarantine.awaited(connection, centre, said.epoch)
            return Ack(acked=acked, archived=mark["archived"], now=now, rows=ROWS_MOST, bundle=newest, resend=resend)

    def _mark(self, connection: Connection, centre: str, said: Hello | Ask | Fork | Batch, now: datetime) -> Any:
        """The centre's row, locked until the transaction ends."""
        if said.sync != SYNC:
            raise Refused("malformed", text=f"this node speaks version {SYNC} of the line, not {said.sync}")
        mark = connection.execute(_MARK, {"of": centre}).mappings().one()
        heard = mark["heard"]
        if mark["instance"] not in (None, said.instance) and heard is not None:
            ago = (now - moment(heard)).total_seconds()
            if 0 <= ago < self._lease_s:
                raise Refused("busy", text=f"another server spoke for this centre {ago:.0f} s ago")
        return mark


def _heard(
    connection: Connection, centre: str, mark: Any, said: Hello | Batch, newest: int, now: datetime, **more: Any
) -> None:  # fmt: skip
    """Keeps what the centre says of itself, however it comes: what the stored pulse has, nobody notes a second time."""
    pulse = said.pulse
    note_state(connection, centre, mark["pulse"], pulse, newest, now)
    values = {
        "instance": said.instance, "heard": microseconds(now), "skew_ms": round((now - pulse.at).total_seconds() * 1000),
        "pulse": msgspec.json.encode(pulse).decode(), "refused": "",
        **note_head(connection, centre, mark, pulse.head, now), **more,
    }  # fmt: skip
    connection.execute(_HERE, {"of": centre, **values})


def _unbroken(rows: Sequence[Row]) -> None:
    for before, row in pairwise(rows):
        if row.position != before.position + 1:
            raise Refused("malformed", row.position, "the rows of a batch follow each other")


def _chained(rows: Sequence[Row], previous: str, excused: Collection[int]) -> None:
    """Every row covers the one before it; one that the centre has emptied, or calls damaged, is taken as it stands."""
    for row in rows:
        covered = chain(previous, row.position, row.day, row.at, row.actor, row.command, row.data)
        if row.hash != covered and row.position not in excused and not emptied(row):
            raise Refused("damaged", row.position)
        previous = row.hash
