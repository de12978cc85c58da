"""What the server watches of itself and of its alerts: disk, clock, and which troubles began and ended, for today's history."""

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from server.alerts import CLOCK, DISK, Health, alerts
from server.domain.commands import NoteTroubles, Trouble
from server.domain.floor import Floor
from server.protocol import Status

WATCH_S = 1.0
LOW_SHARE, LOW_BYTES = 0.05, 1 << 30
"""A disk is nearly full with less free than both: a twentieth of it, and 1 GiB."""


class Watch:
    """`step` is a worker's. `note` submits a command, `tell` says how a part of the server is, `believed` is of the clock."""

    def __init__(
        self, floor: Callable[[], Floor], health: Callable[[], Mapping[str, Health]], note: Callable[[NoteTroubles], None],
        tell: Callable[[str, Status], None], believed: Callable[[], bool], folder: Path, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._floor, self._health, self._note, self._tell = floor, health, note, tell
        self._believed, self._folder, self._now = believed, folder, now
        self._told: dict[str, str] = {}

    def step(self) -> float:
        """Says what has changed; the floor knows what was said before, so nothing is noted twice."""
        self._say(CLOCK, "ok" if self._believed() else "doubted", "")
        usage = shutil.disk_usage(self._folder)
        low = usage.free < min(LOW_SHARE * usage.total, LOW_BYTES)
        self._say(DISK, "low" if low else "ok", f"{usage.free / (1 << 30):.0f} GB")
        floor = self._floor()
        if floor.plan is None or not floor.day:
            return WATCH_S
        found = {(one.kind, one.about) for one in alerts(floor, self._health(), self._now())}
        if found != set(floor.troubles):
            self._note(NoteTroubles(troubles=tuple(Trouble(kind=kind, about=about) for kind, about in sorted(found))))
        return WATCH_S

    def _say(self, name: str, state: str, detail: str) -> None:
        if self._told.get(name) != state:
            self._told[name] = state
            self._tell(name, Status(state=state, detail=detail))
