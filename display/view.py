"""What a waiting-room board shows now, as a pure function of the floor."""

import heapq
import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from config.catalogue import Text
from config.plan import Arrow
from config.spoken import sound_test
from display.around import Around, BoardScreen, BoardVoice, around, place_said, said
from display.slides import BoardSlide
from server.domain.announce import announced
from server.domain.floor import Floor, Visit, counter_state, post
from server.domain.place_calls import place_zone, way
from server.domain.place_calls import state as place_state
from server.domain.sounds import PLAYED_WITHIN
from server.domain.waiting import estimate, waiting_in


class BoardCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call, newest first. `(visit, calls)` names it: a recall rings because `calls` rises, a reconnect does not.

    `times`: how often the visitor was called since last served. `said`: for each language in turn the clips that say it. To a
    room or a booth (`place`, its code being `counter`) it has an id of its own in place of the visit's.
    """

    visit: UUID
    calls: int
    times: int
    number: str
    counter: str
    towards: Text
    at: datetime
    state: Literal["called", "serving", "over"]
    said: tuple[tuple[str, ...], ...] = ()
    arrow: Arrow = "right"
    place: Literal["counter", "room", "booth"] = "counter"


class BoardTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test of the sound that this screen of the zone (empty: any) has not played yet; `said` as in a call."""

    test: UUID
    screen: str
    said: tuple[tuple[str, ...], ...]


class BoardQueue(msgspec.Struct, frozen=True, kw_only=True):
    """One queue of the zone with the truth about waiting, minutes only where there is a basis."""

    queue: str
    letter: str
    name: Text
    waiting: int
    low: int | None
    high: int | None


class BoardRest(msgspec.Struct, frozen=True, kw_only=True):
    """Every counter at work pauses: until when, if the clerks said so, and why."""

    until: datetime | None
    reason: Text


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `board/<zone>`: at most twelve recent calls, the zone's queues, and what there is to know beside them.

    `notices` are the sentences of today, those that a manager has just put there first. `open` is whether visitors
    may come now, `opens` when next, `hours` today's in words
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
    tests: tuple[BoardTest, ...] = ()


CALLS_SHOWN = 12
CALLS_SEARCHED = 200


def board(floor: Floor, zone: str, now: datetime, clips: str = "") -> Board:
    """The board of a zone at a time (UTC), `clips` being the set that is ready; a zone that the plan has not is a LookupError."""
    plan = floor.settled
    here = around(plan, zone, now)
    said_live = tuple({"lv": one.text} for one in announced(floor, now, zone))
    voice = here.voice and msgspec.structs.replace(here.voice, clips=clips)
    queues = []
    for queue in here.queues:
        told = estimate(floor, queue.code)
        queues.append(
            BoardQueue(
                queue=queue.code, letter=queue.letter, name=queue.name, waiting=waiting_in(floor, queue.code),
                low=told.low, high=told.high,
            )
        )  # fmt: skip
    return Board(
        centre=plan.centre.short, timezone=plan.centre.timezone, zone=here.zone.name,
        calls=tuple(itertools.islice(_every_call(floor, here), CALLS_SHOWN)), queues=tuple(queues), screens=here.screens,
        voice=voice, notices=(*said_live, *here.notices), rest=_rest(floor, here, now), slides=here.slides, open=here.open,
        opens=here.opens, hours=here.hours, tests=tuple(_tests(floor, here, now)),
    )  # fmt: skip


def _tests(floor: Floor, here: Around, now: datetime) -> Iterator[BoardTest]:
    for one in floor.sounds.values():
        if one.zone == here.zone.code and not one.result and now < one.asked + PLAYED_WITHIN:
            yield BoardTest(test=one.id, screen=one.screen, said=sound_test(floor.settled) if here.voice is not None else ())


def _rest(floor: Floor, here: Around, now: datetime) -> BoardRest | None:
    """Whether all who work for this zone pause; the first to come back says why, and who is late says no time."""
    staffed = [code for code in here.serving if post(floor, code).clerk is not None]
    if not staffed or any(counter_state(floor, code) != "paused" for code in staffed):
        return None
    back = sorted((at.until, code) for code in staffed if (at := post(floor, code)).until is not None and at.until > now)
    until, first = back[0] if back else (None, staffed[0])
    return BoardRest(until=until, reason=floor.settled.pause_reasons.get(post(floor, first).pause or "", {}))


def urgent(board: Board) -> object:
    """The part of a board that cannot wait a second: the calls, and tests of the sound."""
    return board.calls, board.tests


def _every_call(floor: Floor, here: Around) -> Iterator[BoardCall]:
    """Those to counters and those to rooms and booths, newest first."""
    if not floor.place_calls:
        return _calls(floor, here)
    places = sorted(_place_calls(floor, here), key=lambda one: one.at, reverse=True)
    return heapq.merge(_calls(floor, here), places, key=lambda one: one.at, reverse=True)


def _place_calls(floor: Floor, here: Around) -> Iterator[BoardCall]:
    for one in floor.place_calls.values():
        if here.zone.code not in (one.zone, place_zone(floor, one.kind, one.place)):
            continue
        yield BoardCall(
            visit=one.id, calls=one.summons[-1].calls, times=one.summons[-1].calls, number=one.number, counter=one.place,
            place=one.kind, at=one.at, towards=way(floor, one.kind, one.place), state=place_state(floor, one),
            said=place_said(floor.settled, here, one.number, one.kind, one.place),
        )  # fmt: skip


def _calls(floor: Floor, here: Around) -> Iterator[BoardCall]:
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
        if call.counter not in here.counters and (queue is None or queue.zone != here.zone.code):
            continue
        seen.add(visit.id)
        yield BoardCall(
            visit=visit.id, calls=call.calls, times=visit.times(call.calls), number=visit.number, counter=call.counter,
            towards=_towards(floor, call.counter), at=call.at, state=_state(visit, call.counter),
            said=said(floor.settled, here, visit.number, call.counter),
            arrow=floor.look.counters[call.counter].arrow if call.counter in floor.look.counters else "right",
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
