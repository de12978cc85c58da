"""What a printer is able to do now: its states and the pure machine between them (docs/printing.md)."""

import enum
from datetime import datetime

import msgspec

from printers.codec import Asb, Full, StarStatus

NEAR_END_READINGS = 3  # equal readings in a row before "paper low" changes: the sensor bounces
CLEAN_ROUNDS = 2  # clean rounds, CLEAN_APART_S apart, before a mended printer is trusted
CLEAN_APART_S = 1.0
MISSED_POLLS = 2


class State(enum.StrEnum):
    """The states of a printer."""

    UNKNOWN = "unknown"
    CONNECTING = "connecting"
    READY = "ready"
    READY_LOW = "ready_low"
    PRESENTER_BUSY = "presenter_busy"
    BLOCKED = "blocked"
    RECOVERING = "recovering"
    LOST = "lost"


class PrinterStatus(msgspec.Struct, frozen=True):
    """What others may know; `reason` is a word of `Reading.reason`, or the fault in English when LOST, or empty."""

    state: State
    reason: str
    since: datetime
    can_print: bool
    paper_low: bool
    confirms: bool
    driver: str
    slips_left: int | None = None  # an estimate, while the paper is low


class Reading(msgspec.Struct, frozen=True):
    """One look at the printer, from four DLE EOT answers or from one ASB."""

    offline: bool = False
    cover: bool = False
    paper_out: bool = False
    near_end: bool = False
    cutter: bool = False
    jam: bool = False
    fault: bool = False
    overheat: bool = False
    presented: bool = False  # a ticket hangs in the presenter's mouth
    moving: bool = False  # data waits or a motor turns: what is said of paper is not final

    @property
    def reason(self) -> str:
        """Why it cannot print: the first of cover, paper_out, cutter, jam, fault, overheat, offline; '' when it can."""
        names = ("cover", "paper_out", "cutter", "jam", "fault", "overheat", "offline")
        return next((name for name in names if getattr(self, name)), "")


def from_polls(n1: int, n2: int, n3: int, n4: int) -> Reading:
    """The four DLE EOT answers as a reading (Epson ESC/POS command reference); any near-end or end bit counts."""
    error = bool(n2 & 0x40)
    return Reading(
        offline=bool(n1 & 0x08),
        cover=bool(n2 & 0x04),
        paper_out=bool(n2 & 0x20 or n4 & 0x60),
        near_end=bool(n4 & 0x0C),
        cutter=bool(n3 & 0x08),
        jam=bool(n3 & 0x04),
        fault=bool(n3 & 0x20) or (error and not n3 & 0x6C),
        overheat=bool(n3 & 0x40),
    )


def from_asb(asb: Asb) -> Reading:
    """An automatic status as a reading (Epson ESC/POS command reference, GS a)."""
    return Reading(
        offline=bool(asb.b1 & 0x08),
        cover=bool(asb.b1 & 0x20),
        jam=bool(asb.b2 & 0x04),
        cutter=bool(asb.b2 & 0x08),
        fault=bool(asb.b2 & 0x20),
        overheat=bool(asb.b2 & 0x40),
        near_end=bool(asb.b3 & 0x03),
        paper_out=bool(asb.b3 & 0x0C),
    )


def from_full(full: Full) -> Reading:
    """A Custom kiosk printer's full status as a reading (Custom KPM300 and VKP80II command references, DLE EOT 20)."""
    return Reading(
        paper_out=bool(full.paper & 0x01),
        near_end=bool(full.paper & 0x04),
        presented=bool(full.paper & 0x20),
        cover=bool(full.user & 0x03),
        moving=bool(full.user & 0x0C),
        overheat=bool(full.recoverable & 0x01),
        jam=bool(full.recoverable & 0x40),
        cutter=bool(full.unrecoverable & 0x03),
        fault=bool(full.recoverable & 0x08 or full.unrecoverable & 0x4C),
    )


def from_star(found: StarStatus) -> Reading:
    """A Star automatic status as a reading (Star Line Mode Command Specifications, appendix 2)."""
    return Reading(
        offline=bool(found.byte(3) & 0x08),
        cover=bool(found.byte(3) & 0x20 or found.byte(5) & 0x02),
        paper_out=bool(found.byte(6) & 0x08),
        near_end=bool(found.byte(6) & 0x06),
        cutter=bool(found.byte(4) & 0x08),
        jam=bool(found.byte(5) & 0x04),
        fault=bool(found.byte(4) & 0x24 or found.byte(5) & 0x08),
        overheat=bool(found.byte(4) & 0x40),
        presented=found.presenter == 3,
        moving=found.presenter == 1,
    )


class Opening(msgspec.Struct, frozen=True):
    """A connection is being made."""


class Opened(msgspec.Struct, frozen=True):
    """A connection stands and a driver was chosen; a driver that cannot ask for status is ready at once."""

    driver: str
    confirms: bool
    asks: bool


class Missed(msgspec.Struct, frozen=True):
    """A poll stayed without a proper answer."""


class Broke(msgspec.Struct, frozen=True):
    """The connection ended: EIO, EOF, ENODEV, refused."""

    why: str


class Track(msgspec.Struct, frozen=True):
    """The printer's state with what the machine must remember; times in `since` wall clock, in `clean_at` seconds."""

    state: State
    reason: str
    since: datetime
    driver: str = ""
    confirms: bool = False
    low: bool = False
    near_run: int = 0
    missed: int = 0
    clean: int = 0
    clean_at: float = 0.0

    @property
    def ready(self) -> bool:
        """True when a job may start."""
        return self.state in (State.READY, State.READY_LOW)

    def status(self) -> PrinterStatus:
        """The public part."""
        return PrinterStatus(self.state, self.reason, self.since, self.ready, self.low, self.confirms, self.driver)


Event = Opening | Opened | Missed | Broke | Reading


def advance(track: Track, event: Event, now: datetime, second: float) -> Track:
    """The next state; `second` is a monotonic time in seconds. The same state keeps its `since`."""
    match event:
        case Opening():
            keep = track.state in (State.LOST, State.CONNECTING)
            return track if keep else _to(track, State.CONNECTING, "", now)
        case Opened(driver=driver, confirms=confirms, asks=asks):
            track = msgspec.structs.replace(track, driver=driver, confirms=confirms, missed=0, clean=0)
            return _to(track, State.CONNECTING, "", now) if asks else _to(track, State.READY, "", now)
        case Broke(why=why):
            since = track.since if track.state is State.LOST else now  # one loss, whatever each new try says
            return msgspec.structs.replace(track, state=State.LOST, reason=why, since=since, missed=0, clean=0)
        case Missed():
            track = msgspec.structs.replace(track, missed=track.missed + 1)
            return _to(track, State.LOST, "no answer", now) if track.missed >= MISSED_POLLS else track
        case Reading():
            return _read(msgspec.structs.replace(track, missed=0), event, now, second)


def _to(track: Track, state: State, reason: str, now: datetime) -> Track:
    if (track.state, track.reason) == (state, reason):
        return track
    return msgspec.structs.replace(track, state=state, reason=reason, since=now)


def _read(track: Track, reading: Reading, now: datetime, second: float) -> Track:
    if track.state in (State.LOST, State.UNKNOWN):
        return track
    track = _near(track, reading.near_end)
    if reading.reason:
        return _to(msgspec.structs.replace(track, clean=0), State.BLOCKED, reading.reason, now)
    if track.state is State.BLOCKED:
        return _to(msgspec.structs.replace(track, clean=0, clean_at=0.0), State.RECOVERING, "", now)
    if track.state is State.RECOVERING:
        if track.clean and second - track.clean_at < CLEAN_APART_S:
            return track
        track = msgspec.structs.replace(track, clean=track.clean + 1, clean_at=second)
        if track.clean < CLEAN_ROUNDS:
            return track
    if reading.presented:
        return _to(track, State.PRESENTER_BUSY, "presenter", now)
    return _to(track, State.READY_LOW if track.low else State.READY, "", now)


def _near(track: Track, near_end: bool) -> Track:
    run = track.near_run + 1 if near_end != track.low else 0
    if run >= NEAR_END_READINGS:
        return msgspec.structs.replace(track, low=near_end, near_run=0)
    return msgspec.structs.replace(track, near_run=run)
