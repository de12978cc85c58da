"""Keeps the copies going while the server runs, and says how they stand."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from server.keeping.backups import EVERY_S, Backups, Keep, verdict
from server.keeping.pgbackrest import last_backup
from server.keeping.shelf import AHEAD
from server.protocol import Status

log = logging.getLogger("rinda.keeping")

BACKUP = "backup"
"""The name under which the server says how its copies are: see `server.keeping.backups.verdict`."""
START_S = 120.0
"""A server that just started has better things to do."""
LOOK_S = 60.0
_SAID = {"place": "a place is missing", "old": "the newest one is too old"}
"""Words of the log, for what is not one."""
ELSEWHERE_OLD = timedelta(hours=26)
"""The oldest base backup of a PostgreSQL database that is well: one a night."""

Native = Callable[..., Any]
Tell = Callable[[str, Status], None]


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever keeps a PostgreSQL database: `at` is its last base backup, None when nobody told how to ask."""

    asked: bool = False
    at: datetime | None = None
    fault: str = ""


class Keeper:
    """`step` is a worker's. `backups` is None where the database is PostgreSQL, which `stanza` of pgBackRest keeps, if told."""

    def __init__(
        self, backups: Backups | None, stanza: str, native: Native, tell: Tell, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._backups, self._stanza, self._native, self._tell, self._steady = backups, stanza, native, tell, steady
        self._wanted, self._due = False, steady() + START_S
        self._told: Status | None = None
        self.keep, self.elsewhere, self.busy = Keep(), Elsewhere(), False

    @property
    def own(self) -> bool:
        """Whether the server makes the copies itself."""
        return self._backups is not None

    def want(self) -> None:
        """A copy is to be made at the next step, whenever the last one was."""
        self._wanted = True

    def step(self) -> float:
        """Looks at the places, makes a copy when one is due, and says how it stands; seconds until the next look."""
        if self._backups is None:
            self._ask_elsewhere()
            return EVERY_S if not self.elsewhere.fault else LOOK_S
        if self._wanted or (self._steady() >= self._due and self._aged()):
            self._wanted, self.busy = False, True
            try:
                self.keep = self._native(self._backups.round)
            finally:
                self.busy = False
            self._due = self._steady() + (EVERY_S if self.keep.last and not self.keep.last.fault else LOOK_S * 5)
        else:
            self.keep = self._looked(self._native(self._backups.look))
        self._say(*verdict(self.keep, datetime.now(UTC)))
        return LOOK_S

    def _aged(self) -> bool:
        """Whether the newest copy is an hour old, perhaps one that the server of before made; or of a clock that was wrong."""
        newest = self.keep.newest()
        return newest is None or not -AHEAD <= datetime.now(UTC) - newest.at < timedelta(seconds=EVERY_S - LOOK_S)

    def _looked(self, now: Keep) -> Keep:
        """The places as they are now; what a place did not take in the last round stays said until the next one."""
        refused = {one.folder: one.fault for one in self.keep.places if one.fault and one.newest is not None}
        return msgspec.structs.replace(
            now, places=tuple(msgspec.structs.replace(one, fault=one.fault or refused.get(one.folder, "")) for one in now.places)
        )

    def _ask_elsewhere(self) -> None:
        if not self._stanza:
            self._say("elsewhere", "")
            return
        try:
            at = self._native(last_backup, self._stanza)
        except (OSError, ValueError) as error:
            self.elsewhere = Elsewhere(asked=True, fault=str(error))
            self._say("failed", str(error))
            return
        self.elsewhere = Elsewhere(asked=True, at=at)
        old = datetime.now(UTC) - at > ELSEWHERE_OLD
        self._say("old" if old else "ok", at.isoformat())

    def _say(self, state: str, detail: str) -> None:
        status = Status(state=state, detail=detail[:200])
        if self._told is None or self._told.state != state:
            told = log.info if state in ("ok", "starting", "elsewhere") else log.error
            told("copies: %s%s", _SAID.get(state, state), f": {detail}" if detail else "")
        if status != self._told:
            self._told = status
            self._tell(BACKUP, status)
