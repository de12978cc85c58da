"""One serial line: its signs are made to match what they should show, the newest value only; who does not answer is noted."""

import logging
from collections.abc import Callable
from datetime import datetime

import msgspec

from config.plan import Line, Panel
from counter.panels import modbus
from counter.panels.drivers import DRIVERS
from counter.panels.exchange import Exchange
from counter.panels.port import Port, PortLost
from counter.panels.shown import Shown

log = logging.getLogger("rinda.panel")

REPLY_S = 0.2
TRIES = 3
PROBE_S = 1.0
"""A sign that does not answer is asked again this often, once and only while nothing else is to be said."""
REOPEN_S = 0.5
GAP_CHARACTERS = 3.5
IDLE_S = 1.0
NOISE = 256
"""So many of the last bytes are searched for an answer."""

Want = Callable[[Panel, datetime], Shown]
"""What a panel should show at a time (UTC)."""


class LineHealth(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is ok, lost (`detail` says why) or silent; `silent` are the counters whose sign does not answer."""

    state: str = "starting"
    detail: str = ""
    silent: tuple[str, ...] = ()


class _Panel(msgspec.Struct, eq=False):
    """A sign as it was last spoken to; times are monotonic seconds. `answers` is None while nobody can know."""

    panel: Panel
    shown: Shown | None = None
    wanted: tuple[Exchange, ...] = ()
    sent: tuple[Exchange, ...] | None = None
    at: float = float("-inf")
    answers: bool | None = None


class LineSession:
    """`step` does the next thing that is due and returns how long nothing will be; `monotonic` is the clock of all waits."""

    def __init__(self, line: Line, port: Port, want: Want, monotonic: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._line, self._port, self._want = line, port, want
        self._monotonic, self._now = monotonic, now
        self._panels = [_Panel(panel) for panel in line.panels]
        self._open, self._reopen_at, self._busy_until = False, float("-inf"), float("-inf")
        self._character_s = (1 + int(line.frame[0]) + (line.frame[1] != "N") + int(line.frame[2])) / line.speed
        self._lost = ""

    @property
    def health(self) -> LineHealth:
        """How the line is."""
        if self._lost:
            return LineHealth(state="lost", detail=self._lost[:200])
        silent = tuple(dict.fromkeys(one.panel.counter for one in self._panels if one.answers is False))
        return LineHealth(state="silent" if silent else "ok" if self._open else "starting", silent=silent)

    @property
    def said(self) -> bool:
        """Whether every sign that answers has been told what it should show, and the line has carried it."""
        self._look()
        told = all(one.sent == one.wanted or one.answers is False for one in self._panels)
        return self._open and told and self._monotonic() >= self._busy_until

    def step(self) -> float:
        """Seconds until something is due, 0 for at once. Blocks for the reply of one sign at most."""
        now = self._monotonic()
        try:
            if not self._open:
                if now < self._reopen_at:
                    return self._reopen_at - now
                self._opened()
            if now < self._busy_until:
                return self._busy_until - now
            self._look()
            chosen = self._chosen(now)
            if chosen is None:
                return self._rest(now)
            self._say(chosen, chosen.wanted)
        except PortLost as error:
            self._lose(str(error))
            return REOPEN_S
        return 0.0

    def listen(self, seconds: float) -> bytes:
        """Waits until `seconds` are over or it is woken; what keys on the line said meanwhile."""
        try:
            return self._port.read(seconds)
        except PortLost as error:
            self._lose(str(error))
            return b""

    def close(self) -> None:
        """Lets the line go."""
        self._port.close()
        self._open = False

    def _look(self) -> None:
        """What every sign should be told now."""
        driver, now = DRIVERS[self._line.driver], self._now()
        for one in self._panels:
            if (shown := self._want(one.panel, now)) != one.shown:
                one.shown, one.wanted = shown, driver(self._line, one.panel, shown)

    def _chosen(self, now: float) -> _Panel | None:
        """Whose turn it is: of those that must change the one that was served longest ago, then refreshes, then the silent."""
        ready = sorted((one for one in self._panels if one.answers is not False), key=lambda one: one.at)
        changed = next((one for one in ready if one.sent != one.wanted), None)
        if changed is not None:
            return changed
        silent = sorted((one for one in self._panels if one.answers is False), key=lambda one: one.at)
        return next((one for one in (*ready, *silent) if self._due(one) <= now), None)

    def _due(self, one: _Panel) -> float:
        return one.at + (PROBE_S if one.answers is False else self._line.refresh_s)

    def _rest(self, now: float) -> float:
        return max(0.0, min(IDLE_S, *(self._due(one) - now for one in self._panels)))

    def _say(self, one: _Panel, exchanges: tuple[Exchange, ...]) -> None:
        tries = 1 if one.answers is False else TRIES
        for exchange in exchanges:
            answered = self._ask(exchange, tries, patient=one.answers is not False)
            if answered is not None and answered != one.answers:
                self._turn(one, answered)
            if answered is False:
                break
        one.sent, one.at = exchanges, self._monotonic()

    def _ask(self, exchange: Exchange, tries: int, patient: bool) -> bool | None:
        """Whether the sign answered; None if it never does. Not patient: gives up as soon as something else is to be said."""
        for _ in range(tries):
            if exchange.reply:
                self._port.read(0)
            self._port.write(exchange.request)
            out = self._monotonic() + len(exchange.request) * self._character_s
            self._busy_until = out + GAP_CHARACTERS * self._character_s
            if not exchange.reply:
                return None
            got, until = b"", out + len(exchange.reply) * self._character_s + REPLY_S
            # The answer may stand among noise: an adapter that turns round, a sign that babbles.
            while exchange.reply not in got and (left := until - self._monotonic()) > 0:
                part = self._port.read(left)
                got = (got + part)[-NOISE:]
                if modbus.refusal(exchange, got):
                    break
                if not part and not patient:
                    return False
            self._busy_until = self._monotonic() + GAP_CHARACTERS * self._character_s
            if exchange.reply in got:
                return True
        return False

    def _turn(self, one: _Panel, answers: bool) -> None:
        one.answers = answers
        words = "answers again" if answers else "does not answer as it should"
        if not answers or one.sent is not None:
            log.warning("the sign of counter %s (address %s) %s", one.panel.counter, one.panel.address, words)

    def _opened(self) -> None:
        self._port.open()
        self._open = True
        if self._lost:
            log.warning("line %s is there again", self._line.code)
        self._lost = ""
        for one in self._panels:
            one.sent, one.at = None, float("-inf")

    def _lose(self, why: str) -> None:
        if not self._lost:
            log.warning("line %s is lost: %s", self._line.code, why)
        self._lost = why
        self.close()
        self._reopen_at = self._monotonic() + REOPEN_S
        for one in self._panels:
            one.answers = None
