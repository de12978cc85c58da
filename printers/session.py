"""The connection to one printer: opened, probed, polled, lost and found again; never raises on a broken printer."""

import logging
from collections.abc import Callable
from datetime import datetime

import msgspec

from printers import codec, status
from printers.codec import Asb, Message, StarStatus
from printers.drivers import DRIVERS, Driver, Probe, WriteOnly, probing
from printers.ports import Port, PortError, open_port
from printers.splitters import Splits
from printers.status import State, Track

log = logging.getLogger(__name__)


class Timing(msgspec.Struct, frozen=True):
    """All waits, in seconds (docs/printing.md)."""

    answer: float = 0.5
    poll_idle: float = 3.0
    poll_busy: float = 0.5
    quiet: float = 0.5  # after a missed answer, late ones are ignored this long
    back_off: tuple[float, ...] = (1, 2, 4, 8, 16, 30)
    fresh: float = 1.0  # a job starts only on a clean reading this young
    marker: float = 8.0
    clear: float = 2.0
    counter: float = 1.0
    ask: float = 20.0
    expected: float = 5.0  # how long a job that was announced is prepared for
    read: float = 0.02  # longest wait for bytes in one step while a job is open
    taken: float = 30.0  # a ticket that nobody takes goes back into the machine
    taken_again: float = 5.0  # between further tries to free the presenter


class Session:
    """Owned by one thread; `timer` gives monotonic seconds, `known` the driver that this printer had before, `forced`
    one to use without probing. ValueError for a bad URL or an unknown forced driver."""

    def __init__(
        self,
        url: str,
        timing: Timing,
        clock: Callable[[], datetime],
        timer: Callable[[], float],
        known: str = "",
        forced: str = "",
    ) -> None:
        open_port(url)  # a bad URL is told at once
        if forced and forced not in DRIVERS:
            raise ValueError(f"unknown printer driver {forced!r}; use one of: {', '.join(DRIVERS)}")
        self._forced = forced
        self.url, self.timing, self._clock, self._timer = url, timing, clock, timer
        self.track = Track(State.UNKNOWN, "", clock())
        self.driver: Driver = DRIVERS.get(known, WriteOnly())
        self.known = known
        self.lost_by = ""  # cause of the last loss, a PortError cause
        self.lost_unsent = 0  # bytes that the last loss kept from leaving
        self.connection = 0
        self.rounds = 0  # finished poll rounds on this connection
        self.hold = False  # no polls: a counter's digits could hide a real-time answer
        self.half_sent = False  # a job may be half in the printer: end it on the next connection
        self._port: Port | None = None
        self.jobs_counted = 0  # what the printer's own job counter said last
        self._splitter: Splits = self.driver.splitter()
        self._out = bytearray()
        self._sure = True
        self._failures = 0
        self._next_try = 0.0
        self._presented_at: float | None = None  # since when the same ticket hangs out
        self._take_back_at = 0.0
        self._tries = 0
        self._asked = 0
        self._asked_at = self._next_poll = self._quiet_until = 0.0
        self._answers: list[Message] = []
        self._read_at = float("-inf")
        self._broken = False

    @property
    def open(self) -> bool:
        """True while a connection stands."""
        return self._port is not None

    @property
    def unsent(self) -> int:
        """Bytes not yet taken by the operating system."""
        return len(self._out)

    @property
    def polling(self) -> bool:
        """True while a real-time answer is due."""
        return self._asked > 0

    @property
    def fresh(self) -> bool:
        """True when a clean reading is young enough to start a job on, or the printer cannot be asked."""
        return not self.driver.asks or self._timer() - self._read_at <= self.timing.fresh

    def poll_soon(self) -> None:
        """Makes the next tick start a poll round."""
        self._next_poll = min(self._next_poll, self._timer())

    def queue(self, data: bytes) -> None:
        """Adds bytes to what is to be sent; they leave in `tick`."""
        self._out += data

    def drop(self) -> int:
        """Forgets what is not sent yet; the number of bytes dropped."""
        count = len(self._out)
        self._out.clear()
        return count

    def tick(self, busy: bool, listening: bool = False) -> list[Message]:
        """Sends, receives and polls a little; answers all messages but status. A loss shows in `open` and `lost_by`.

        While `busy` it waits a little for what the printer owes: the answer to a poll, or, `listening`, another one.
        """
        try:
            if self._port is None:
                if self._timer() < self._next_try:
                    return []
                self._connect()
            self._send()
            messages = self._receive(0.0)
            self._poll(busy)  # before the wait: what is asked now is answered in it
            owed = listening or self._asked or self._timer() < self._quiet_until
            if busy and owed and not messages and not self._out:
                messages = self._receive(self.timing.read)
            return messages
        except PortError as error:
            self.break_off(error.cause, str(error))
        return []

    def wait(self, busy: bool) -> float:
        """Seconds until `tick` wants to run again."""
        if busy or self._out:
            return 0.0
        if self._port is None:
            return max(0.0, min(1.0, self._next_try - self._timer()))
        if self._asked:
            return 0.02
        return max(0.01, min(0.25, self._next_poll - self._timer()))

    def break_off(self, cause: str, why: str) -> None:
        """Ends the connection and plans the next try: 1, 2, 4 ... 30 s."""
        port, self._port = self._port, None
        if port:
            port.abort()
        self.lost_by = cause
        self.lost_unsent = len(self._out)
        self._out.clear()
        self.hold = False
        self._asked, self._answers = 0, []
        back_off = self.timing.back_off
        self._next_try = self._timer() + back_off[min(self._failures, len(back_off) - 1)]
        self._failures += 1
        self._event(status.Broke(why))

    def close(self) -> None:
        """Ends the connection in good order."""
        port, self._port = self._port, None
        if port:
            port.close()

    def _connect(self) -> None:
        self._event(status.Opening())
        port = open_port(self.url)
        port.open()
        self._port = port
        self._out.clear()
        flush = DRIVERS[self.known].flush() if self.half_sent and self.known else b""
        found = Probe(DRIVERS[self._forced], None, True) if self._forced else probing(port, flush)
        keep = self.known if self.known and not found.sure else found.driver.name
        idle = found.reading is not None and not found.reading.reason
        if self.half_sent and idle and not found.sure and DRIVERS[keep].evidence == "fence":
            # A fence names no job: that of the doubtful one could still come, and speak for the next.
            raise PortError("timeout", "still busy with an earlier job")
        if not self._forced and port.answers and not found.driver.asks:
            raise PortError("timeout", "no answer")  # never "fine": a printer that is off looks the same
        self.driver = DRIVERS[keep]
        waits = self.driver.settles or (self.half_sent and self.driver.evidence == "fence")
        self._sure = found.sure or (bool(self.known) and not waits)
        self._splitter = self.driver.splitter()
        self.half_sent = False
        self.connection += 1
        self._failures = self.rounds = 0
        self._start()
        self._event(status.Opened(self.driver.name, self.driver.confirms, self.driver.asks))
        if found.reading and self.driver.asks:
            self._reading(found.reading)
        if self.driver.settles:
            self._read_at = float("-inf")  # the job counter is read first

    def _start(self) -> None:
        if self._sure:
            self.known = self.driver.name
        self._asked, self._answers = 0, []
        self._next_poll = self._quiet_until = self._timer()
        self.queue(self.driver.hello())

    def _send(self) -> None:
        if not self._out or not self._port:
            return
        chunk = bytes(self._out[:8192])
        try:
            self._port.write(chunk, 0.1)
        except PortError as error:
            del self._out[: error.written]
            if error.cause != "timeout":
                raise
        else:
            del self._out[: len(chunk)]
        if not self._out:
            self._port.end(self.timing.answer)

    def _receive(self, timeout: float) -> list[Message]:
        if not self._port or not self._port.answers:
            return []
        out: list[Message] = []
        for message in self._splitter.feed(self._port.read(timeout)):
            if self.driver.answers(message):
                out.append(message)
                if isinstance(message, StarStatus):
                    self.jobs_counted = message.jobs
                self._answer(message)
            elif isinstance(message, Asb):
                self._reading(status.from_asb(message))
            else:
                out.append(message)
        return out

    def _poll(self, busy: bool) -> None:
        now = self._timer()
        if self._out or not self._port:
            return
        if not self.driver.asks:
            self._look(now)
            return
        if self._asked:
            if now - self._asked_at > self.timing.answer:
                self._asked, self._answers = 0, []
                self._quiet_until = self._next_poll = now + self.timing.quiet
                self._event(status.Missed())
                if self.track.state is State.LOST:
                    raise PortError("timeout", "no answer")
            return
        pause = self.timing.poll_busy if busy or not self.track.ready else self.timing.poll_idle
        self._next_poll = min(self._next_poll, now + pause)
        if now >= max(self._next_poll, self._quiet_until) and not self.hold:
            self._ask(1)

    def _look(self, now: float) -> None:
        """A printer that cannot be asked: the line itself may know that the paper is out."""
        if now < self._next_poll:
            return
        self._next_poll = now + (self.timing.poll_idle if self.track.ready else self.timing.poll_busy)
        assert self._port
        out = self._port.paper_out()
        if out is not None and (out or not self.track.ready):
            self._reading(status.Reading(paper_out=out))

    def _ask(self, n: int) -> None:
        assert self._port
        self._port.write(self.driver.questions()[n - 1], 0.1)
        self._asked, self._asked_at = n, self._timer()

    def _answer(self, message: Message) -> None:
        if not self._asked:
            if len(self.driver.questions()) == 1:  # by itself, or late: in either case it says all there is to say
                self._reading(self.driver.reading((message,)))
            return
        self._answers.append(message)
        if self._asked < len(self.driver.questions()):
            self._ask(self._asked + 1)
            return
        reading = self.driver.reading(tuple(self._answers))
        self._asked, self._answers = 0, []
        self._next_poll = self._timer() + self.timing.poll_idle
        self.rounds += 1
        self._reading(reading)

    def _reading(self, reading: status.Reading) -> None:
        before = self.track.state
        self._event(reading)
        if not reading.reason and not reading.moving:
            self._read_at = self._timer()
        if self.track.state is State.RECOVERING and before is State.BLOCKED:
            if self.driver.clears:
                self.drop()
                self.queue(codec.CLEAR)  # what waited in the printer is stale now
            self.queue(self.driver.hello())
        self._free_presenter(reading)
        if self.track.ready and not self._sure:
            raise PortError("refused", "probing again now that it is online")

    def _free_presenter(self, reading: status.Reading) -> None:
        """A ticket that nobody took within 30 s is somebody's secret and in everybody's way."""
        now = self._timer()
        if not reading.presented:
            self._presented_at, self._tries = None, 0
        elif self._presented_at is None:
            self._presented_at, self._take_back_at = now, now + self.timing.taken
        elif now >= self._take_back_at:
            self._take_back_at = now + self.timing.taken_again
            self.queue(self.driver.take_back(again=self._tries > 0))
            self._tries += 1

    def doubt(self) -> None:
        """An attempt ended without proof: a printer that counts jobs is asked anew how far it is before the next one."""
        self._sure = self._sure and not self.driver.settles

    def _event(self, event: status.Event) -> None:
        self.track = status.advance(self.track, event, self._clock(), self._timer())
        bad = self.track.state in (State.BLOCKED, State.LOST)
        if bad and not self._broken:
            log.warning("printer %s: %s (%s)", self.url, self.track.state, self.track.reason)
        elif self.track.ready and self._broken:
            log.info("printer %s: working again", self.url)
        if bad or self.track.ready:
            self._broken = bad
