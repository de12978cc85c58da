"""Workstations: browsers where people gave their password; only there, and only for hours, a PIN is enough."""

import secrets
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError

from server.people.sessions import SESSION_HOURS, Do, digest
from server.store.schema import stations

KNOWN_DAYS = 30
"""For so long a name is offered at a workstation where it was not used."""

PIN_HOURS = SESSION_HOURS
"""For so long after a password a PIN is enough there."""

WRONG_BARS, WRONG_ENDS = 5, 10
BARRED_S = 15 * 60
"""Five wrong PINs: none is taken for a quarter of an hour. Ten: none until the password was given there again."""


class Proof(Struct, frozen=True):
    """That a person gave the password at a workstation at `proved` (seconds since 1970), and the wrong PINs since."""

    station: str
    account: str
    proved: float
    wrong: int = 0
    wrong_at: float = 0.0


class Barred(Exception):
    """No PIN of this person is taken here now; the password is."""


class Stations:
    """All of it in memory, written through `do`. A station is named by the digest of its cookie."""

    def __init__(self, do: Do, clock: Callable[[], float]) -> None:
        self._do, self._clock = do, clock
        self._proofs: dict[tuple[str, str], Proof] = {}

    def load(self, connection: Connection) -> None:
        """Reads them."""
        for row in connection.execute(select(stations)):
            proof = Proof(row.station, row.account, row.proved / 1e6, row.wrong, row.wrong_at / 1e6)
            self._proofs[row.station, row.account] = proof

    @staticmethod
    def fresh() -> str:
        """The cookie of a workstation that has none."""
        return secrets.token_urlsafe(32)

    def prove(self, station: str, account: str) -> None:
        """The person gave the password there. One that the disk does not take holds until the server ends."""
        with suppress(SQLAlchemyError):
            self._keep(Proof(station, account, self._clock()))

    def forget(self, account: str) -> None:
        """Of this person nothing is proved anywhere: the next sign-in takes the password."""
        self._do(lambda connection: _run(connection, delete(stations).where(stations.c.account == account)))
        for key in [key for key in self._proofs if key[1] == account]:
            del self._proofs[key]

    def known(self, station: str) -> list[str]:
        """The accounts that were used there, the last one first."""
        since = self._clock() - KNOWN_DAYS * 86_400
        found = [proof for proof in self._proofs.values() if proof.station == station and proof.proved > since]
        return [proof.account for proof in sorted(found, key=lambda proof: -proof.proved)]

    def until(self, station: str, account: str) -> float:
        """Until when (seconds since 1970) a PIN of the person is taken there; 0.0 where it is not. Barred is not looked at."""
        proof = self._proofs.get((station, account))
        end = 0.0 if proof is None or proof.wrong >= WRONG_ENDS else proof.proved + PIN_HOURS * 3600
        # A proof of the future is one of a clock that was set back.
        return end if proof is not None and proof.proved <= self._clock() + 60 and end > self._clock() else 0.0

    def begin(self, station: str, account: str) -> None:
        """Counts a try before it is made, so that tries at the same moment count too; Barred when it may not be made."""
        proof, now = self._proofs.get((station, account)), self._clock()
        if proof is None or not self.until(station, account):
            raise Barred
        if proof.wrong == WRONG_BARS and 0 <= now - proof.wrong_at < BARRED_S:
            raise Barred
        self._keep(replace(proof, wrong=proof.wrong + 1, wrong_at=now))

    def right(self, station: str, account: str) -> None:
        """It was the right one: the wrong ones are forgotten."""
        if (proof := self._proofs.get((station, account))) is not None:
            self._keep(replace(proof, wrong=0))

    def _keep(self, proof: Proof) -> None:
        # Known before it is written: a second try does not slip by while the first one is on its way to the disk.
        self._proofs[proof.station, proof.account] = proof
        row = {
            "station": proof.station, "account": proof.account, "proved": int(proof.proved * 1e6), "wrong": proof.wrong,
            "wrong_at": int(proof.wrong_at * 1e6),
        }  # fmt: skip
        old = int((self._clock() - KNOWN_DAYS * 86_400) * 1e6)

        def write(connection: Connection) -> None:
            insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
            put = insert(stations).values(row)
            connection.execute(delete(stations).where(stations.c.proved < old))
            connection.execute(put.on_conflict_do_update(index_elements=["station", "account"], set_=row))

        self._do(write)


def station_of(cookie: str) -> str:
    """The name of the workstation with this cookie; empty for none."""
    return digest(cookie) if cookie else ""


def _run(connection: Connection, statement: object) -> None:
    connection.execute(statement)  # type: ignore[call-overload]
