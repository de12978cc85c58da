"""Video booths: which talks they have today, and their state as staff set it, with the ready signal."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from config.hours import instant
from config.plan import Booking
from server.domain.commands import SetBooth
from server.domain.context import Context
from server.domain.events import BoothSet, BoothState, Event
from server.domain.floor import Appointment, BoothUse, Floor
from server.domain.moment import microseconds
from server.domain.refusal import Refusal

SOON = timedelta(minutes=5)
"""So long before a talk its booth is to be ready, and nobody else may take it."""

_THEN: dict[BoothState, tuple[BoothState, ...]] = {
    "free": ("prepared", "ready"), "prepared": ("ready", "free"), "ready": ("busy", "free"), "busy": ("free",),
}  # fmt: skip
"""What follows on what; anything may be set back."""
_OCCUPIED = ("ready", "busy")
_FREE = BoothUse()


class Talk(NamedTuple):
    """An appointment by video of today; `visit` if its visitor has checked in."""

    booked: Appointment
    visit: UUID | None

    @property
    def end(self) -> datetime:
        """When its booth is to be free again."""
        return self.booked.start + timedelta(minutes=self.booked.minutes)


class BoothNow(NamedTuple):
    """A booth: its use, the talk it is used for, the next other one, until when it is taken, and what may be set now."""

    code: str
    use: BoothUse
    talk: Talk | None
    next: Talk | None
    until: datetime | None
    steps: tuple[tuple[BoothState, UUID | None], ...]


def set_booth(floor: Floor, command: SetBooth, context: Context) -> tuple[Event, ...]:
    """Another state of a booth; the same one again changes nothing, and its time stays."""
    if command.booth not in floor.look.booths:
        raise Refusal("unknown_booth", booth=command.booth)
    wanted = None if command.state == "free" else command.appointment
    use = booth_use(floor, command.booth)
    if (use.state, use.appointment) == (command.state, wanted):
        return ()
    _mind(floor, command.booth, command.state, wanted, talks(floor)[command.booth], context.now)
    return (BoothSet(booth=command.booth, state=command.state, appointment=wanted, clerk=context.actor.id),)


def left_over(floor: Floor) -> tuple[Event, ...]:
    """The day is over: every booth is free."""
    return tuple(BoothSet(booth=code, state="free") for code, use in sorted(floor.booths.items()) if use.state != "free")


def booth_use(floor: Floor, booth: str) -> BoothUse:
    """What the booth is used for; free if nobody set anything today."""
    return floor.booths.get(booth) or _FREE


def talks(floor: Floor) -> dict[str, list[Talk]]:
    """Today's talks by booth, checked in or not, by time; ended ones are not known any more unless somebody came."""
    found: dict[str, list[Talk]] = {code: [] for code in floor.look.booths}
    if not found:
        return found
    midnight = microseconds(instant(date.fromisoformat(floor.day) + timedelta(days=1), 0, floor.settled.centre.timezone))
    for over in floor.over.values():
        if over.reason == "kept" and over.appointment.booth in found:
            found[over.appointment.booth].append(Talk(over.appointment, over.visit))
    for place in floor.talks:
        if place.key.at >= midnight:
            break
        one = floor.book[place.visit]
        if one.booth in found and one.held is None:
            found[one.booth].append(Talk(one, None))
    for today in found.values():
        today.sort(key=lambda one: one.booked.start)
    return found


def booths_now(floor: Floor, now: datetime) -> tuple[BoothNow, ...]:
    """Every booth of the plan as it stands."""
    return tuple(_now(floor, code, today, now) for code, today in talks(floor).items())


def unready(floor: Floor, now: datetime) -> tuple[tuple[str, Talk], ...]:
    """Talks that begin in `SOON` or should go on, by booths that are not ready for them.

    While its visitor has not come it is enough that the booth is prepared.
    """
    found: list[tuple[str, Talk]] = []
    for code, today in talks(floor).items():
        use = booth_use(floor, code)
        for talk in today:
            due = talk.booked.start - SOON <= now < talk.end and _open(floor, talk) and talk.booked.id not in use.had
            for_it = use.appointment == talk.booked.id and use.state in _OCCUPIED
            prepared = use.state == "prepared" and use.appointment in (None, talk.booked.id) and talk.visit is None
            if due and not for_it and not prepared:
                found.append((code, talk))
    return tuple(found)


def _now(floor: Floor, code: str, today: Sequence[Talk], now: datetime) -> BoothNow:
    use = booth_use(floor, code)
    talk = next((one for one in today if one.booked.id == use.appointment), None)
    others = (one for one in today if one.booked.id not in (use.appointment, *use.had))
    ahead = next((one for one in others if one.visit is None or now < one.end or _open(floor, one)), None)
    until = talk.end if talk is not None else ahead.booked.start if ahead is not None else None
    about = use.appointment
    if about is None and ahead is not None and use.state not in _OCCUPIED and now >= opens(floor, ahead.booked):
        about = ahead.booked.id
    wanted = ((state, None if state == "free" else about) for state in _THEN[use.state])
    steps = tuple(one for one in wanted if _may(floor, code, *one, today, now))
    return BoothNow(code, use, talk, ahead, until if use.state in _OCCUPIED else None, steps)


def _may(floor: Floor, code: str, state: BoothState, wanted: UUID | None, today: Sequence[Talk], now: datetime) -> bool:
    try:
        _mind(floor, code, state, wanted, today, now)
    except Refusal:
        return False
    return True


def _mind(floor: Floor, code: str, state: BoothState, wanted: UUID | None, today: Sequence[Talk], now: datetime) -> None:
    """Refuses what cannot be: a booth that is taken, or booked now; a talk that is not its own, or whose visitor is not here."""
    use = booth_use(floor, code)
    if state == "free":
        return
    if use.state in _OCCUPIED and use.appointment != wanted:
        raise Refusal("booth_taken", booth=code)
    if wanted is not None:
        talk = next((one for one in today if one.booked.id == wanted), None)
        if talk is None:
            raise Refusal("unknown_appointment")
        if state in _OCCUPIED and talk.visit is None:
            raise Refusal("not_checked_in")
    elif state in _OCCUPIED and use.state not in _OCCUPIED:
        due = (one for one in today if one.booked.id not in use.had and _open(floor, one) and now < one.end)
        soon = next((one.booked.start for one in due if one.booked.start - SOON <= now), None)
        if soon is not None:
            local = soon.astimezone(ZoneInfo(floor.settled.centre.timezone))
            raise Refusal("booth_booked", booth=code, time=f"{local.hour}:{local:%M}")


def _open(floor: Floor, talk: Talk) -> bool:
    """Whether its visitor may still come, or is here."""
    return talk.visit is None or floor.visits[talk.visit].state != "ended"


def opens(floor: Floor, one: Appointment) -> datetime:
    """From when on its visitor may check in; the plan keeps its booking as long as there is anybody in the book."""
    return one.start - timedelta(minutes=(floor.settled.booking or Booking(services=())).early)
