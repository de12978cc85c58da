"""What a desk shows around the visit at the counter: its past, a contact beside, who is to be called back, messages. Pure."""

from datetime import datetime
from uuid import UUID

import msgspec

from config.catalogue import Text
from server.domain.booths import Talk, booths_now, opens
from server.domain.events import Delivered
from server.domain.floor import Floor, Message, Post, Visit, counter_state, line, open_alarm, post
from server.domain.order import Place
from server.domain.place_calls import due_in_booth, open_call
from server.domain.recording import missing
from server.domain.shares import clock_minutes, shares


class DeskDelivered(msgspec.Struct, frozen=True, kw_only=True):
    """One delivered service as recorded so far; the fields are those of RecordService.

    `n` names it for AmendService and StrikeService. `share` are its minutes as they stand now: what was said,
    else its part of the clock.
    """

    n: int
    service: str
    institution: str
    kind: str
    channel: str
    outcome: str
    quantity: int
    redirected_to: str
    why: str
    scanned: int
    printed: int
    alone: str | None
    language: str | None
    minutes: int | None
    note: str
    share: int


class DeskLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the visit, over or present: `rule` is why it was called, `note` what was said when it was chosen."""

    queue: str
    since: datetime
    called: datetime | None
    served: datetime | None
    ended: datetime | None
    end: str | None
    counter: str | None
    clerk: str | None
    rule: str | None
    note: str


class DeskLinked(msgspec.Struct, frozen=True, kw_only=True):
    """Another number of the same person."""

    visit: UUID
    number: str
    service: str
    state: str
    counter: str | None


class DeskContact(msgspec.Struct, frozen=True, kw_only=True):
    """A contact without a number beside the visit, served since a time; `actions` name it by `visit`."""

    visit: UUID
    service: str
    channel: str
    language: str
    since: datetime
    delivered: tuple[DeskDelivered, ...]
    missing: tuple[str, ...]
    actions: tuple[str, ...]


class DeskCallback(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is to be called back at `start`; `late` when that has passed. How to reach them only the API tells."""

    callback: UUID
    service: str
    start: datetime
    language: str
    late: bool


class DeskMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A line between this counter and the manager; `own`: written here. Of those written here the last ones stay when read."""

    message: UUID
    counter: str
    text: str
    own: bool
    sender: str
    sent: datetime
    read: datetime | None
    reader: str | None


class DeskAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """The counter's own quiet alarm; `clerk` is on the way."""

    since: datetime
    clerk: str | None


class DeskColleague(msgspec.Struct, frozen=True, kw_only=True):
    """Another open counter, to which, or to whose clerk, a visit can be sent; `waiting` are those sent there."""

    counter: str
    clerk: str
    state: str
    waiting: int


class DeskBooked(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment for the counter's queues whose visitor has not come yet."""

    appointment: UUID
    service: str
    start: datetime


class DeskTalk(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment by video until `end`; `number` is that of its visitor, null until the check-in with `code`.

    `due`: its visitor may check in now.
    """

    appointment: UUID
    code: str
    service: str
    start: datetime
    end: datetime
    number: str | None
    due: bool


class DeskBoothStep(msgspec.Struct, frozen=True, kw_only=True):
    """What SetBooth may say of a booth now."""

    state: str
    appointment: UUID | None


class DeskPlaceCall(msgspec.Struct, frozen=True, kw_only=True):
    """Who can be called to a booth: `number`, who was `called` so many times, last `at`; `shown` when a board had that."""

    number: str
    called: int
    at: datetime | None
    shown: datetime | None


class DeskBooth(msgspec.Struct, frozen=True, kw_only=True):
    """A video booth: `state` (free, prepared, ready, busy) since a time by account `clerk`, perhaps for a `talk`; the `next` one.

    `until` is when it is to be free again, null where nothing says so. `call` is who can be called there now.
    """

    booth: str
    name: Text
    zone: str
    state: str
    since: datetime | None
    clerk: str | None
    until: datetime | None
    talk: DeskTalk | None
    next: DeskTalk | None
    steps: tuple[DeskBoothStep, ...]
    call: DeskPlaceCall | None = None


CALLBACKS_SHOWN, BOOKED_SHOWN, OWN_SHOWN = 20, 6, 3


def delivered_of(visit: Visit, now: datetime) -> tuple[DeskDelivered, ...]:
    """The services recorded so far."""
    parts = shares(visit.delivered, clock_minutes(visit, now))
    return tuple(_delivered(one, part) for one, part in zip(visit.delivered, parts, strict=True))


def history(visit: Visit) -> tuple[DeskLeg, ...]:
    """The stretches of a visit, oldest first."""
    return tuple(
        DeskLeg(
            queue=leg.queue, since=leg.since, called=leg.called, served=leg.served, ended=leg.ended, end=leg.end,
            counter=leg.counter, clerk=leg.clerk, rule=leg.reason.rule if leg.reason else None, note=leg.note,
        )
        for leg in visit.legs
    )  # fmt: skip


def checklist(floor: Floor, visit: Visit) -> tuple[Text, ...]:
    """What the visitor should have along, by service."""
    known = (floor.look.services.get(service) for service in (visit.service, *visit.more))
    found: list[Text] = []
    for service in known:
        if service is not None and service.bring and service.bring not in found:
            found.append(service.bring)
    return tuple(found)


def linked(floor: Floor, visit: Visit) -> tuple[DeskLinked, ...]:
    """The other numbers of the same person."""
    party = () if visit.party is None else floor.parties.get(visit.party) or ()
    others = (floor.visits[id] for id in party if id != visit.id)
    return tuple(
        DeskLinked(visit=one.id, number=one.number, service=one.service, state=one.state, counter=one.leg.counter)
        for one in others
    )  # fmt: skip


def contact(floor: Floor, at: Post, now: datetime, *, may: bool) -> DeskContact | None:
    """The contact beside the visit; `may`: who looks may act at the counter."""
    if at.contact is None:
        return None
    visit = floor.visits[at.contact]
    steps = ("RecordService", *(("AmendService", "StrikeService") if visit.delivered else ()), "Finish")
    return DeskContact(
        visit=visit.id, service=visit.service, channel=visit.channel or "", language=visit.language, since=visit.issued,
        delivered=delivered_of(visit, now), missing=missing(floor.settled.rules, visit.delivered), actions=steps if may else (),
    )  # fmt: skip


def callbacks(floor: Floor, now: datetime) -> tuple[DeskCallback, ...]:
    """Who is to be called back, the first due first."""
    due = sorted(floor.callbacks.values(), key=lambda one: (one.start, one.position))[:CALLBACKS_SHOWN]
    return tuple(
        DeskCallback(callback=one.id, service=one.service, start=one.start, language=one.language, late=one.start <= now)
        for one in due
    )  # fmt: skip


def messages(floor: Floor, counter: str) -> tuple[DeskMessage, ...]:
    """Those to this counter that nobody has read, and the last ones that were written here; oldest first."""
    known = sorted((one for one in floor.messages.values() if one.counter == counter), key=lambda one: one.position)
    own = [one for one in known if one.to == "manager"][-OWN_SHOWN:]
    return tuple(_told(one) for one in known if one in own or (one.to == "counter" and one.read is None))


def _told(one: Message) -> DeskMessage:
    return DeskMessage(
        message=one.id, counter=one.counter, text=one.text, own=one.to == "manager", sender=one.sender, sent=one.sent,
        read=one.read, reader=one.reader,
    )  # fmt: skip


def alarm(floor: Floor, counter: str, now: datetime) -> DeskAlarm | None:
    """The counter's own alarm that is not over."""
    raised = open_alarm(floor, counter, now)
    return None if raised is None else DeskAlarm(since=raised.since, clerk=raised.clerk)


def colleagues(floor: Floor, counter: str) -> tuple[DeskColleague, ...]:
    """The other open counters."""
    found = ((code, post(floor, code).clerk) for code in floor.look.counters if code != counter)
    return tuple(
        DeskColleague(
            counter=code, clerk=clerk, state=counter_state(floor, code),
            waiting=len(line(floor, f"counter:{code}")) + len(line(floor, f"clerk:{clerk}")),
        )
        for code, clerk in found if clerk is not None
    )  # fmt: skip


def booked(floor: Floor, queues: tuple[str, ...]) -> tuple[DeskBooked, ...]:
    """The next appointments for these queues whose visitors have not come."""
    found: list[DeskBooked] = []
    for place in floor.agenda:
        if (one := _for(floor, place, queues)) is not None:
            found.append(one)
        if len(found) == BOOKED_SHOWN:
            break
    return tuple(found)


def booths(floor: Floor, now: datetime, *, may: bool) -> tuple[DeskBooth, ...]:
    """Every video booth of the centre; `may`: who looks works here and may set them."""
    known = floor.look.booths
    return tuple(
        DeskBooth(
            booth=one.code, name=known[one.code].name, zone=known[one.code].zone, state=one.use.state, since=one.use.since,
            clerk=one.use.clerk, until=one.until, talk=_talk(floor, one.talk, now), next=_talk(floor, one.next, now),
            steps=tuple(DeskBoothStep(state=state, appointment=about) for state, about in one.steps) if may else (),
            call=_call(floor, one.code, now) if may else None,
        )
        for one in booths_now(floor, now)
    )  # fmt: skip


def _call(floor: Floor, booth: str, now: datetime) -> DeskPlaceCall | None:
    due = due_in_booth(floor, booth, now)
    number = floor.visits[due.visit].number if due is not None and due.visit is not None else ""
    if not number:
        return None
    known = open_call(floor, "booth", booth)
    if known is None or known.number != number:
        return DeskPlaceCall(number=number, called=0, at=None, shown=None)
    last = known.summons[-1]
    shown = min((one.at for one in last.shown), default=None)
    return DeskPlaceCall(number=number, called=last.calls, at=known.at, shown=shown)


def _talk(floor: Floor, talk: Talk | None, now: datetime) -> DeskTalk | None:
    if talk is None:
        return None
    one, number = talk.booked, None if talk.visit is None else floor.visits[talk.visit].number
    return DeskTalk(
        appointment=one.id, code=one.code, service=one.service, start=one.start, end=talk.end, number=number,
        due=number is None and now >= opens(floor, one),
    )  # fmt: skip


def _for(floor: Floor, place: Place, queues: tuple[str, ...]) -> DeskBooked | None:
    one = floor.book[place.visit]
    ours = one.held is None and floor.look.queue_of.get(one.service) in queues
    return DeskBooked(appointment=one.id, service=one.service, start=one.start) if ours else None


def _delivered(one: Delivered, share: int) -> DeskDelivered:
    return DeskDelivered(
        n=one.n, service=one.service, institution=one.institution, kind=one.kind, channel=one.channel, outcome=one.outcome,
        quantity=one.quantity, redirected_to=one.redirected_to, why=one.why, scanned=one.scanned, printed=one.printed,
        alone=one.alone, language=one.language, minutes=one.minutes, note=one.note, share=share,
    )  # fmt: skip
