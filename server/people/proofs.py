"""When each device last did what it is there for: printed, showed, spoke; kept over a restart of the server."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, tuple_

from server.domain.moment import microseconds, moment
from server.people.sessions import Do
from server.store.schema import device_proofs

FLUSH_S = 30.0
"""So long after a proof it is on the disk: what a server that was killed forgets is no older."""
KEPT = timedelta(days=90)


class Proofs:
    """All of them in memory; `keep` writes what is new, through `do`."""

    def __init__(self, do: Do) -> None:
        self._do = do
        self._all: dict[str, dict[str, datetime]] = {}
        self._tokens: dict[str, str] = {}
        self._fresh: set[tuple[str, str]] = set()
        self._since: datetime | None = None

    def load(self, connection: Connection) -> None:
        """Reads them."""
        for row in connection.execute(select(device_proofs)):
            self._all.setdefault(row.device, {})[row.what] = moment(row.at)
            self._tokens[row.device] = row.token

    def note(self, device: str, token: str, what: str, at: datetime) -> None:
        """A device has proved it; `token` is the digest of what it came with."""
        self._all.setdefault(device, {})[what] = at
        self._tokens[device] = token
        self._fresh.add((device, what))
        self._since = self._since or at

    def of(self, device: str) -> Mapping[str, datetime]:
        """What a device proved, by its name on the wire: printed, shown, spoken or sounded."""
        return dict(self._all.get(device, {}))

    def of_token(self, token: str) -> Mapping[str, datetime]:
        """The last of all devices with one token."""
        found: dict[str, datetime] = {}
        for device, known in self._all.items():
            if token and self._tokens[device] == token:
                for what, at in known.items():
                    found[what] = max(at, found.get(what, at))
        return found

    def keep(self, now: datetime, sure: bool = False) -> None:
        """Writes what has waited for half a minute, or all of it (`sure`); what is older than 90 days goes."""
        if self._since is None or not (sure or (now - self._since).total_seconds() >= FLUSH_S):
            return
        fresh, self._fresh, self._since = self._fresh, set(), None
        rows = [
            {"device": device, "what": what, "token": self._tokens[device], "at": microseconds(self._all[device][what])}
            for device, what in sorted(fresh)
        ]

        def write(connection: Connection) -> None:
            connection.execute(
                delete(device_proofs).where(tuple_(device_proofs.c.device, device_proofs.c.what).in_(sorted(fresh)))
            )
            connection.execute(delete(device_proofs).where(device_proofs.c.at < microseconds(now - KEPT)))
            connection.execute(device_proofs.insert(), rows)

        try:
            self._do(write)
        except Exception:
            self._fresh |= fresh
            self._since = now
            raise
