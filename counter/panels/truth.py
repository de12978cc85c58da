"""What the centre server says of the counters, how long ago, and what a sign therefore shows."""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from zoneinfo import ZoneInfo

from config.plan import Line, Panel
from counter.panels import memory
from counter.panels.settings import PanelSettings, line_of
from counter.panels.shapes import Panels, Sign
from counter.panels.shown import Shown, address, lost, shown

log = logging.getLogger("rinda.panel")

DASHES_S = 10.0
"""Signs keep what they show for so long without the server; a program that begins without it waits as long."""


class Truth:
    """`hear` and `cut` are called by the link's threads, all else by the line's; `up()` is whether the link is."""

    def __init__(self, settings: PanelSettings, up: Callable[[], bool], clock: Callable[[], float] = monotonic) -> None:
        self._settings, self._up, self._clock = settings, up, clock
        self._kept = memory.load(settings.data) if settings.data else None
        self._heard: Panels | None = None
        self._recalled: Panels | None = None
        self._of: tuple[Panels | None, Line | None] = None, None
        self._current, self._true_at, self._ended = False, clock(), False
        self._calls: dict[str, tuple[str | None, int]] = {}
        self._flash_until: dict[str, float] = {}

    @property
    def line(self) -> Line | None:
        """The line to drive, if anything says one."""
        view = self._heard or self._recalled
        known, line = self._of
        if view is not known:
            line = line_of(self._settings, view) if view is not None else None
            self._of = view, line
        return line

    def hear(self, view: Panels) -> None:
        """A whole view came."""
        before, self._heard, self._current = self._heard, view, True
        line = self.line
        for sign in view.signs:
            call = (sign.number, sign.calls)
            # What was called before this program came does not flash as if it were new.
            if self._calls.get(sign.counter, call) != call and sign.state == "called" and line is not None:
                self._flash_until[sign.counter] = self._clock() + line.flash_s
            self._calls[sign.counter] = call
        if line is None and before is None:
            log.warning("this device is no line of the plan: name --driver and --port, or pair it under a line's code")
        self._keep(view)

    def cut(self) -> None:
        """The link is down: what was heard is not current even when it is up again."""
        self._current = False

    def end(self) -> None:
        """The program ends: nothing that it heard will be taken off the signs by it."""
        self._ended = True

    def recall(self) -> float | None:
        """Takes what is remembered once the server was awaited long enough: seconds until then, None for nothing to await."""
        if self._heard is not None or self._kept is None or self._recalled is not None:
            return None
        if (left := self._true_at + DASHES_S - self._clock()) > 0:
            return left
        self._recalled = self._kept
        log.warning("without the server: the line is driven as it was remembered")
        return 0.0

    def leaves(self, driven: Line) -> bool:
        """Whether the line of now lacks a sign of the one that is driven: nobody would take its number off."""
        line = self.line
        return any(_gone(panel, driven, line) for panel in driven.panels)

    def want(self, panel: Panel, now: datetime, driven: Line | None = None) -> Shown:
        """What a sign of the line shows at this time (UTC); dark, if the line that is `driven` is not the one that has it."""
        view, line, mono = self._heard or self._recalled, self.line, self._clock()
        if self._up() and self._current:
            self._true_at = mono
        if self._settings.test and not self._ended:
            return address(panel.address, panel.counter)
        if view is None or line is None or (driven is not None and _gone(panel, driven, line)):
            return Shown(light=0)
        local = now.astimezone(ZoneInfo(view.timezone))
        sign = next((sign for sign in view.signs if sign.counter == panel.counter), Sign(counter=panel.counter, state="closed"))
        if self._ended or mono - self._true_at >= DASHES_S:
            return lost(line, sign, local, mono - self._true_at)
        return shown(line, sign, local, flash=self._flash_until.get(panel.counter, 0.0) > mono)

    def _keep(self, view: Panels) -> None:
        folder, lasting = self._settings.data, memory.lasting(view)
        if folder is None or lasting == self._kept:
            return
        self._kept = lasting
        try:
            memory.save(folder, lasting)
        except OSError as error:
            log.warning("the line is not remembered: %s", error)


def _gone(panel: Panel, driven: Line, line: Line | None) -> bool:
    return line is None or (line.port, line.driver) != (driven.port, driven.driver) or panel not in line.panels
