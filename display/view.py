"""What a waiting-room board shows now, as a pure function of the floor."""

import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from config.catalogue import Text
from server.domain.floor import Floor, Visit
from server.domain.waiting import estimate, waiting_in


class BoardCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call, newest first. `(visit, calls)` names it: a recall rings because `calls` rises, a reconnect does not.

    `said`: for each language in turn the clips that say it.
    """

    visit: UUID
    calls: int
    number: str
    counter: str
    towards: Text
    at: datetime
    state: Literal["called", "serving", "over"]
    said: tuple[tuple[str, ...], ...] = ()


class BoardQueue(msgspec.Struct, frozen=True, kw_only=True):
    """One queue of the zone with the truth about waiting, minutes only where there is a basis."""

    queue: str
    letter: str
    name: Text
    waiting: int
    low: int | None
    high: int | None


class BoardScreen(msgspec.Struct, frozen=True, kw_only=True):
    """One screen of the zone: diagonal in inches, `cap_mm` the height of a capital that the farthest seat can read.

    A page knows by its address which of them it is; one that names none is the first.
    """

    code: str
    inches: float
    cap_mm: float
    layout: Literal["auto", "full", "calls"]
    sound: bool
    loop: bool
    swaps: bool
    slides: bool


class BoardVoice(msgspec.Struct, frozen=True, kw_only=True):
    """How calls sound now: `volume` from 0 to 1, `clips` names the pack of clips that has all that may be said.

    `repeat_s`: so long after its begin an announcement is said once more; 0: never.
    """

    clips: str
    chime: bool
    repeat_s: float
    volume: float


class BoardRest(msgspec.Struct, frozen=True, kw_only=True):
    """Every counter at work pauses: until when, if the clerks said so, and why."""

    until: datetime | None
    reason: Text


class BoardSlide(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown while nobody is called: `html` of a text, or the address of a `file` that `text` describes."""

    code: str
    kind: Literal["text", "picture", "video", "phone", "rule"]
    html: Text
    text: Text
    file: str
    seconds: int


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `board/<zone>`: at most twelve recent calls, the zone's queues, and what there is to know beside them.

    `notices` are the sentences of today. `open` is whether visitors may come now, `opens` when next, `hours` today's in words
    ("8:30–17:00"; empty: always open or not today).
    """

    centre: Text
    timezone: str
    zone: Text
    calls: tuple[BoardCall, ...]
    queues: tuple[BoardQueue, ...]
    screens: tuple[BoardScreen, ...] = ()
    voice: BoardVoice | None = None
    notices: tuple[Text, ...] = ()
    rest: BoardRest | None = None
    slides: tuple[BoardSlide, ...] = ()
    open: bool = True
    opens: datetime | None = None
    hours: str = ""


CALLS_SHOWN = 12
CALLS_SEARCHED = 200


def board(floor: Floor, zone: str) -> Board:
    """The board of a zone; a zone that the plan does not have is a LookupError."""
    plan, look = floor.settled, floor.look
    here = next((z for z in plan.zones if z.code == zone), None)
    if here is None:
        raise LookupError(zone)
    queues = []
    for queue in plan.queues:
        if queue.zone != zone:
            continue
        told = estimate(floor, queue.code)
        queues.append(
            BoardQueue(
                queue=queue.code, letter=queue.letter, name=queue.name, waiting=waiting_in(floor, queue.code),
                low=told.low, high=told.high,
            )
        )  # fmt: skip
    counters = {counter.code for counter in look.counters.values() if counter.zone == zone}
    return Board(
        centre=plan.centre.short,
        timezone=plan.centre.timezone,
        zone=here.name,
        calls=tuple(itertools.islice(_calls(floor, zone, counters), CALLS_SHOWN)),
        queues=tuple(queues),
    )


def urgent(board: Board) -> object:
    """The part of a board that cannot wait a second: the calls."""
    return board.calls


def _calls(floor: Floor, zone: str, counters: set[str]) -> Iterator[BoardCall]:
    """Calls to the zone's counters and calls of who waits in the zone, newest first, each visit once.

    A visit shows its latest summons; calls taken back are not there.
    """
    seen = set()
    for call in itertools.islice(floor.calls, CALLS_SEARCHED):
        visit = floor.visits.get(call.visit)
        if visit is None or visit.id in seen:
            continue
        leg = next((leg for leg in reversed(visit.legs) if leg.called == call.at or leg.counter == call.counter), None)
        if leg is None or leg.calls < call.calls:
            continue
        queue = floor.look.queues.get(leg.queue)
        if call.counter not in counters and (queue is None or queue.zone != zone):
            continue
        seen.add(visit.id)
        yield BoardCall(
            visit=visit.id, calls=call.calls, number=visit.number, counter=call.counter,
            towards=_towards(floor, call.counter), at=call.at, state=_state(visit, call.counter),
        )  # fmt: skip


def _state(visit: Visit, counter: str) -> Literal["called", "serving", "over"]:
    if visit.leg.counter == counter and visit.leg.end is None:
        if visit.state == "called":
            return "called"
        if visit.state == "serving":
            return "serving"
    return "over"


def _towards(floor: Floor, counter: str) -> Text:
    return {code: text.replace("{n}", counter) for code, text in floor.settled.place.towards.items()}
