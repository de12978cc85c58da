"""What a desk and the panel over it show now, as pure functions of the floor."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal
from uuid import UUID

import msgspec

from config import texts
from config.booths import given_in
from config.catalogue import Text
from counter import work
from counter.work import (
    DeskAlarm,
    DeskBooked,
    DeskBooth,
    DeskCallback,
    DeskColleague,
    DeskContact,
    DeskDelivered,
    DeskLeg,
    DeskLinked,
    DeskMessage,
)  # fmt: skip
from server.alerts import UPLINK, Alert, Health, alerts, at_counter, pressing
from server.domain.calling import next_on_roll, upcoming
from server.domain.context import Actor
from server.domain.decide import actions
from server.domain.floor import Floor, Step, Visit, counter_state, line, lines_of, post
from server.domain.order import Place
from server.domain.pace import usual
from server.domain.recording import missing
from server.domain.waiting import is_late

CounterStateName = Literal["closed", "idle", "called", "serving", "paused"]


class DeskVisit(msgspec.Struct, frozen=True, kw_only=True):
    """The visit at this counter. Times are UTC; `shown` is when a board first confirmed the present call.

    `slip` says what became of its paper: owed, or a word of ReportSlip; None if none was ever due. `usual` are the minutes of
    such a visit. `missing` is what Finish still waits for: `service`, or fields of RecordService. `checklist` is what the visitor
    should have along, `linked` the person's other numbers, `history` the stretches of the visit. `times`: how often the
    visitor was called since last served. `answer` is what the visitor said to the present summons (coming, two_minutes),
    `grace_s` how much longer the call is waited for.
    """

    visit: UUID
    number: str
    service: str
    more: tuple[str, ...]
    channel: str | None
    usual: int | None
    queue: str
    language: str
    needs: tuple[str, ...]
    issued: datetime
    called: datetime
    served: datetime | None
    calls: int
    times: int
    shown: datetime | None
    low: int | None
    high: int | None
    due: datetime | None
    note: str
    slip: str | None
    delivered: tuple[DeskDelivered, ...]
    missing: tuple[str, ...]
    checklist: tuple[Text, ...]
    linked: tuple[DeskLinked, ...]
    history: tuple[DeskLeg, ...]
    answer: str | None
    grace_s: int


class DeskWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting visit, in calling order; `due` is the time of its appointment, `late` if it waits longer than was promised.

    `slip` is as in the visit at the counter.
    """

    visit: UUID
    number: str
    service: str
    queue: str
    since: datetime
    due: datetime | None
    needs: tuple[str, ...]
    late: bool
    slip: str | None


class DeskQueue(msgspec.Struct, frozen=True, kw_only=True):
    """One of the counter's queues: how many wait and since when the longest."""

    queue: str
    name: Text
    waiting: int
    longest: datetime | None


class DeskParked(msgspec.Struct, frozen=True, kw_only=True):
    """A visit set aside, with the time it returns by itself; `slip` is as in the visit at the counter."""

    visit: UUID
    number: str
    until: datetime
    note: str
    slip: str | None


class DeskUndo(msgspec.Struct, frozen=True, kw_only=True):
    """The last step at this counter, which Undo takes back; `step` is the event's name, e.g. VisitCalled."""

    step: str
    number: str
    at: datetime


class DeskNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """The line to the network: `state` is a phase of it, `unsent` how many records wait, the oldest `since` then."""

    state: str
    unsent: int
    since: datetime | None


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `desk/<counter>`. `actions` are the commands allowed now; `main` is the one for the main key.

    `stored`: since when the next arrival comes to this counter by itself. `roll`: the next number of the paper roll, if the
    centre has one. `alerts` are what somebody must see to; `printers` the kiosks that print, the nearest first.

    `contact` is served beside the visit. `callbacks` are everybody's, `messages` the counter's, `alarm` is its own.
    `colleagues` are the other open counters, `booked` the next appointments of its queues, `recent` the services recorded here.
    `booths` are all of the centre. `network` is there where the centre has a line to the network.
    """

    counter: str
    zone: str
    state: CounterStateName
    clerk: str | None
    since: datetime | None
    pause: str | None
    until: datetime | None
    stored: datetime | None
    roll: int | None
    visit: DeskVisit | None
    waiting: tuple[DeskWaiting, ...]
    total: int
    queues: tuple[DeskQueue, ...]
    parked: tuple[DeskParked, ...]
    served_today: int
    actions: tuple[str, ...]
    main: str | None
    undo: DeskUndo | None
    reason: Text | None
    alerts: tuple[Alert, ...]
    printers: tuple[str, ...]
    network: DeskNetwork | None = None
    contact: DeskContact | None
    callbacks: tuple[DeskCallback, ...]
    messages: tuple[DeskMessage, ...]
    alarm: DeskAlarm | None
    colleagues: tuple[DeskColleague, ...]
    booked: tuple[DeskBooked, ...]
    recent: tuple[str, ...]
    booths: tuple[DeskBooth, ...]
    plan: int


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `panel/<counter>`: the sign over a counter. `open` lists the zone's open counters for a closed panel."""

    counter: str
    place: Text
    state: CounterStateName
    number: str | None
    calls: int
    until: datetime | None
    open: tuple[str, ...]


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A service as the desk's finder knows it; `queue` is where its numbers wait, None where no numbers are given for it.

    `keywords` are other words that it is found by, `bring` what to have along, `alone` the page for those who need no help.
    """

    service: str
    institution: str
    name: Text
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    minutes: int
    queue: str | None
    group: Text
    keywords: tuple[str, ...]
    bring: Text
    alone: str


class OfferInstitution(msgspec.Struct, frozen=True, kw_only=True):
    """An institution as the desk names it."""

    institution: str
    short: Text
    name: Text


class OfferQueue(msgspec.Struct, frozen=True, kw_only=True):
    """A queue that a visit can be transferred to."""

    queue: str
    name: Text
    letter: str


class OfferBooth(msgspec.Struct, frozen=True, kw_only=True):
    """A video booth; appointments for `services` can be had there, none where the centre makes none."""

    booth: str
    name: Text
    services: tuple[str, ...]


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `catalogue`: what a desk needs once per plan; retired services stay out. `bookable` can have appointments
    at a counter, the services of `booths` by video.

    `printers` are the kiosks that print. `unserved` are reasons for a service not given, `record` what a record has to say.
    `presence_s`: so long a called visitor is waited for before Requeue and NoShow are the likely steps, `no_show_s`: until the
    call ends by itself. `for_colleagues`: clerks may name who served a contact, one of `clerks` or anybody at work.
    """

    kinds: dict[str, Text]
    channels: dict[str, Text]
    outcomes: dict[str, Text]
    unserved: dict[str, Text]
    record: tuple[str, ...]
    presence_s: int
    no_show_s: int
    for_colleagues: bool
    clerks: tuple[str, ...]
    pause_reasons: dict[str, Text]
    park_minutes: tuple[int, ...]
    institutions: tuple[OfferInstitution, ...]
    services: tuple[Offer, ...]
    bookable: tuple[str, ...]
    booths: tuple[OfferBooth, ...]
    languages: tuple[str, ...]
    queues: tuple[OfferQueue, ...]
    counters: tuple[str, ...]
    printers: tuple[str, ...]
    plan: int


WAITING_SHOWN = 8
_UNHEARD: Mapping[str, Health] = MappingProxyType({})


def desk(floor: Floor, counter: str, actor: Actor, health: Mapping[str, Health] = _UNHEARD, now: datetime | None = None) -> Desk:
    """The desk of a counter as this actor may use it; a counter that the plan does not have is a LookupError.

    `health` is by device name, as the hub knows it; `now` is the time of the floor unless it is given.
    """
    here = floor.look.counters[counter]
    at, names = post(floor, counter), lines_of(floor, counter)
    visit = floor.visits[at.visit] if at.visit is not None else None
    steps = actions(floor, counter, actor)
    main = next((step for step in MAIN_STEPS if step in steps), None)
    then = now or floor.at or _START
    return Desk(
        counter=counter,
        zone=here.zone,
        state=counter_state(floor, counter),
        clerk=at.clerk,
        since=at.since,
        pause=at.pause,
        until=at.until,
        stored=at.stored,
        roll=next_on_roll(floor),
        visit=_visit(floor, visit, then) if visit else None,
        waiting=tuple(_waiting(floor, one.visit) for one in upcoming(floor, counter, floor.at or _START, WAITING_SHOWN)),
        total=sum(len(line(floor, name)) for name in names),
        queues=tuple(_queue(floor, name) for name in names if name in floor.look.queues),
        parked=tuple(_parked(floor, place) for place in floor.parked if _is_ours(floor, place, names)),
        served_today=at.served,
        actions=steps,
        main=main,
        undo=_undo(at.step) if "Undo" in steps and at.step is not None else None,
        reason=_reason(visit),
        alerts=at_counter(alerts(floor, health, then), counter),
        printers=_printers(floor, here.zone),
        network=_network(health.get(UPLINK)),
        contact=work.contact(floor, at, then, may=bool(steps)),
        callbacks=work.callbacks(floor, then),
        messages=work.messages(floor, counter),
        alarm=work.alarm(floor, counter, then),
        colleagues=work.colleagues(floor, counter),
        booked=work.booked(floor, names),
        recent=at.recent,
        booths=work.booths(floor, then, may=bool(steps) and at.clerk is not None),
        plan=floor.version,
    )


def _network(line_: Health | None) -> DeskNetwork | None:
    if line_ is None:
        return None
    said = line_.status
    return DeskNetwork(state=said.state, unsent=said.unsent, since=said.unsent_since or line_.since)


def desk_urgent(desk: Desk) -> object:
    """The part of a desk that cannot wait a second: the counter's own state and who is next."""
    return (
        desk.state, desk.clerk, desk.visit, desk.actions, desk.undo, desk.waiting[:1], desk.plan, desk.pause, desk.stored,
        desk.roll, pressing(desk.alerts), desk.printers, desk.contact, desk.messages, desk.alarm, desk.callbacks, desk.booths,
    )  # fmt: skip


def panel(floor: Floor, counter: str) -> Panel:
    """The sign over a counter; a counter that the plan does not have is a LookupError."""
    here, state, at = floor.look.counters[counter], counter_state(floor, counter), post(floor, counter)
    visit = floor.visits[at.visit] if at.visit is not None else None
    others = (c.code for c in floor.look.counters.values() if c.zone == here.zone and c.code != counter)
    return Panel(
        counter=counter,
        place={code: text.replace("{n}", counter) for code, text in floor.settled.place.noun.items()},
        state=state,
        number=visit.number if visit else None,
        calls=visit.leg.calls if visit else 0,
        until=at.until,
        open=tuple(c for c in others if counter_state(floor, c) not in ("closed", "paused"))[:3] if state == "closed" else (),
    )


def catalogue(floor: Floor) -> Catalogue:
    """What a desk can record and where it can send a visit."""
    plan = floor.settled
    return Catalogue(
        kinds=plan.kinds,
        channels=plan.channels,
        outcomes=plan.outcomes,
        unserved=plan.unserved,
        record=plan.rules.record,
        presence_s=plan.rules.presence_s,
        no_show_s=plan.rules.no_show_s,
        for_colleagues=plan.rules.for_colleagues,
        clerks=tuple(clerk.code for clerk in plan.clerks),
        pause_reasons=plan.pause_reasons,
        park_minutes=plan.rules.park_minutes,
        institutions=tuple(OfferInstitution(institution=i.code, short=i.short, name=i.name) for i in plan.institutions),
        services=tuple(
            Offer(
                service=s.code,
                institution=s.institution,
                name=s.name,
                kinds=s.kinds,
                channels=s.channels,
                minutes=usual(floor, s.code) or s.minutes,
                queue=floor.look.queue_of.get(s.code),
                group=s.group,
                keywords=s.keywords,
                bring=s.bring,
                alone=s.alone,
            )
            for s in plan.services
            if not s.retired
        ),
        languages=plan.languages,
        bookable=plan.booking.services if plan.booking else (),
        booths=tuple(
            OfferBooth(booth=b.code, name=b.name, services=given_in(b, plan.services) if plan.booking else ())
            for b in plan.booths
        ),
        queues=tuple(OfferQueue(queue=q.code, name=q.name, letter=q.letter) for q in plan.queues),
        counters=tuple(c.code for c in plan.counters),
        printers=tuple(kiosk.code for kiosk in plan.kiosks if kiosk.prints),
        plan=floor.version,
    )


def _visit(floor: Floor, visit: Visit, now: datetime) -> DeskVisit:
    leg = visit.leg
    return DeskVisit(
        visit=visit.id, number=visit.number, service=visit.service, more=visit.more, channel=visit.channel,
        usual=usual(floor, visit.service, *visit.more), queue=leg.queue, language=visit.language,
        needs=visit.needs, issued=visit.issued, called=leg.called or visit.issued, served=leg.served, calls=leg.calls,
        times=visit.times(leg.calls), shown=leg.shown, low=visit.low, high=visit.high, due=visit.due, note=visit.note,
        slip=visit.slip, delivered=work.delivered_of(visit, now), missing=missing(floor.settled.rules, visit.delivered),
        checklist=work.checklist(floor, visit), linked=work.linked(floor, visit), history=work.history(visit),
        answer=leg.answer if leg.answered == leg.calls else None, grace_s=leg.grace_s,
    )  # fmt: skip


def _waiting(floor: Floor, id: UUID) -> DeskWaiting:
    visit = floor.visits[id]
    return DeskWaiting(
        visit=visit.id, number=visit.number, service=visit.service, queue=visit.leg.queue, since=visit.issued,
        due=visit.due, needs=visit.needs, late=is_late(visit, floor.at or _START), slip=visit.slip,
    )  # fmt: skip


def _printers(floor: Floor, zone: str) -> tuple[str, ...]:
    printing = [kiosk for kiosk in floor.settled.kiosks if kiosk.prints]
    return tuple(kiosk.code for kiosk in sorted(printing, key=lambda kiosk: kiosk.zone != zone))


def _queue(floor: Floor, name: str) -> DeskQueue:
    waiting = line(floor, name)
    head = waiting.head
    longest = floor.visits[head.visit].issued if head else None
    return DeskQueue(queue=name, name=floor.look.queues[name].name, waiting=len(waiting), longest=longest)


def _is_ours(floor: Floor, place: Place, names: tuple[str, ...]) -> bool:
    return floor.visits[place.visit].leg.line in names


def _parked(floor: Floor, place: Place) -> DeskParked:
    visit = floor.visits[place.visit]
    return DeskParked(visit=visit.id, number=visit.number, until=visit.until or visit.issued, note=visit.note, slip=visit.slip)


def _undo(step: Step) -> DeskUndo:
    return DeskUndo(step=step.event, number=step.before.number, at=step.at)


def _reason(visit: Visit | None) -> Text | None:
    """Why this visit, in one line."""
    if visit is None or visit.leg.reason is None:
        return None
    reason = visit.leg.reason
    facts = {
        "number": visit.number, "minutes": reason.waited_s // 60, "overtakes": reason.overtakes,
        "score": round(reason.score or 0),
        "rivals": ", ".join(f"{one.number}{_TIED}({round(one.score)})" for one in reason.rivals),
        "passed": ", ".join(f"{one.number}{_TIED}({one.times}×)" for one in reason.passed),
    }  # fmt: skip
    missed = reason.rule == "returned" and any(leg.end == "no_show" for leg in visit.legs[-2:-1])
    parts = [REASONS["missed" if missed else reason.rule]]
    if reason.rule == "points" and reason.rivals:
        parts.append("After it: {rivals}.")
    if reason.passed:
        few = reason.overtakes <= len(reason.passed)
        parts.append("Passed over: {passed}." if few else "Passed over: {overtakes} in all, first {passed}.")
    return {code: " ".join(texts.translate(code, part, **facts) for part in parts) for code in ("lv", "en")}


REASONS = {
    "arrival": "{number} came first: has waited {minutes} min.",
    "preference": "{number} is first in the queue that this counter prefers; has waited {minutes} min.",
    "ratio": "{number} is next in the turn of the queues; has waited {minutes} min.",
    "points": "{number} has most points: {score}; has waited {minutes} min.",
    "target": "{number} is nearest to the target of its queue; has waited {minutes} min.",
    "finally": "{number} must not be passed over any more; has waited {minutes} min.",
    "appointment": "{number} has an appointment that is due.",
    "first": "{number} was put first by a colleague; has waited {minutes} min.",
    "returned": "{number} was set aside and has returned; has waited {minutes} min.",
    "missed": "{number} did not come to an earlier call and is here now.",
    "directed": "{number} was sent to this counter or clerk; has waited {minutes} min.",
    "put_back": "{number} is next: the one before was put back and keeps the place.",
    "chosen": "{number} was chosen out of order.",
    "roll": "{number} is next on the paper roll.",
}
"""A sentence for every calling rule; "missed" is that of "returned" for who had not come to the call before."""

MAIN_STEPS = ("Serve", "Finish", "CallNext", "CallRoll", "Resume", "OpenCounter")
"""The steps that the main key takes, the first that is allowed."""

_TIED = "\N{NO-BREAK SPACE}"

_START = datetime(1970, 1, 1, tzinfo=UTC)
