"""What a board shows around its calls: all that follows from the plan and the minute, made once a minute."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from config.catalogue import Text
from config.hours import WEEKDAYS, day_spans, next_opening, opening, shown, spans
from config.legible import cap_mm
from config.notices import holds
from config.plan import Plan, Queue, Screen, Voice, Zone
from config.spoken import announcement, to_place
from config.zones import counters_for
from display.slides import BoardSlide, slides_now

REPEAT_S = 12.0
UNNAMED_M = 4.0
"""How far the seats are taken to be from a screen of which the plan says nothing: near enough for the queues beside the calls."""
KEPT = 64
"""So many areas and minutes, and so many announcements for each counter, are at hand; then they are made anew."""


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
    """How calls sound now: `volume` from 0 to 1, `clips` names the pack of clips that is ready (empty: none yet).

    `repeat_s`: so long after its begin an announcement is said once more; 0: never.
    """

    clips: str
    chime: bool
    repeat_s: float
    volume: float


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """A zone of a plan at a minute; `counters` stand there, `serving` are those that its visitors are called to."""

    zone: Zone
    counters: frozenset[str]
    serving: tuple[str, ...]
    queues: tuple[Queue, ...]
    screens: tuple[BoardScreen, ...]
    voice: BoardVoice | None
    notices: tuple[Text, ...]
    slides: tuple[BoardSlide, ...]
    open: bool
    opens: datetime | None
    hours: str
    said: dict[tuple[str, str], tuple[tuple[str, ...], ...]]


_kept: dict[tuple[int, str, int], tuple[Plan, Around]] = {}
"""With its plan, so that no other has the same id."""


def around(plan: Plan, zone: str, now: datetime) -> Around:
    """All of it for a zone at a time (UTC); LookupError if the plan has no such zone."""
    key = id(plan), zone, int(now.timestamp()) // 60
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[key] = found = plan, _made(plan, zone, now)
    return found[1]


def said(plan: Plan, around: Around, number: str, counter: str) -> tuple[tuple[str, ...], ...]:
    """The clips of a call for each language in turn; none in a quiet zone."""
    if around.voice is None:
        return ()
    if (found := around.said.get((number, counter))) is None:
        found = around.said[number, counter] = announcement(plan, number, counter)
    return found


def place_said(plan: Plan, around: Around, number: str, kind: str, place: str) -> tuple[tuple[str, ...], ...]:
    """Likewise of a call to a room or a booth."""
    return () if around.voice is None else to_place(plan, number, kind, place)


def _made(plan: Plan, zone: str, now: datetime) -> Around:
    here = next((one for one in plan.zones if one.code == zone), None)
    if here is None:
        raise LookupError(zone)
    at = opening(plan.hours, now, plan.centre.timezone)
    local = now.astimezone(ZoneInfo(plan.centre.timezone))
    return Around(
        zone=here,
        counters=frozenset(one.code for one in plan.counters if one.zone == zone),
        serving=counters_for(plan, zone),
        queues=tuple(one for one in plan.queues if one.zone == zone),
        screens=_screens(plan, here),
        voice=None if plan.voice is None or here.quiet else _voice(plan, plan.voice, local),
        notices=_notices(plan, zone, local.date().isoformat()),
        slides=slides_now(plan, zone, now),
        open=at is not None,
        opens=next_opening(plan.hours, now, plan.centre.timezone) if at is None else None,
        hours=", ".join(shown(span).replace("-", "–") for span in day_spans(plan.hours, local.date())) if plan.hours else "",
        said={},
    )


def _screens(plan: Plan, zone: Zone) -> tuple[BoardScreen, ...]:
    """Those that the plan names, else one that it does not; in a quiet zone none has a loudspeaker."""
    here = tuple(one for one in plan.screens if one.zone == zone.code) or (Screen(code="", zone=zone.code, metres=UNNAMED_M),)
    return tuple(
        BoardScreen(
            code=one.code, inches=one.inches, cap_mm=round(cap_mm(one.metres), 1), layout=one.layout,
            sound=one.sound and not zone.quiet, loop=one.loop, swaps=one.swaps, slides=one.slides,
        )
        for one in here
    )  # fmt: skip


def _voice(plan: Plan, voice: Voice, local: datetime) -> BoardVoice:
    """Of the hours that say how loud, the last that are now count."""
    minute, day, percent = local.hour * 60 + local.minute, WEEKDAYS[local.weekday()], voice.volume
    for one in voice.volumes:
        if (not one.days or day in one.days) and any(span.begin <= minute < span.end for span in spans(one.spans)):
            percent = one.percent
    return BoardVoice(clips="", chime=voice.chime, repeat_s=REPEAT_S if voice.repeat else 0.0, volume=percent / 100)


def _notices(plan: Plan, zone: str, today: str) -> tuple[Text, ...]:
    """Those about everything, and those about what visitors of this zone wait for."""
    services = {service for queue in plan.queues if queue.zone == zone for service in queue.services}
    here = services | {service.institution for service in plan.services if service.code in services}
    return tuple(
        one.text for one in plan.notices if holds(one, today) and (not one.about or not here.isdisjoint(one.about))
    )  # fmt: skip
