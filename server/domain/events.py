"""What happened: past-tense values. The class name is the journal type; a reader must accept fields it does not know."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from config.plan import Plan
from server.domain.order import Key

VisitEnd = Literal["served", "no_show", "left", "sent", "day_closed"]
"""The closed list of ways in which a visit ends; `sent`: handed over to another centre."""

Origin = Literal["kiosk", "desk", "api", "offline", "appointment", "contact", "roll", "callback"]

Group = Literal["walk_in", "appointment", "priority", "returning", "transferred", "first"]
"""The class of a visit in its present leg, by which calling rules weigh it; "first" was put first by a clerk."""

Rule = Literal[
    "arrival", "preference", "ratio", "points", "target", "finally", "appointment", "first", "returned", "directed", "put_back",
    "chosen", "roll",
]  # fmt: skip
"""What made a visit the next one."""

BoothState = Literal["free", "prepared", "ready", "busy"]
"""prepared: the line was tested, nobody is there; ready: so it was and the visitor is there, the talk may begin; busy: it has."""

Says = Literal["coming", "two_minutes"]
"""What a visitor answers to a summons."""

Gives = Literal["plan", "always", "none"]
"""Whether a queue gives numbers: as its hours say, outside them too, or not at all."""

AppointmentEnd = Literal["kept", "no_show", "cancelled", "expired"]
"""kept: checked in; expired: a place that was held and never booked."""


RoomEnd = Literal["ended", "over", "day_closed", "unwiped"]
"""over: its time was up; unwiped: nobody had confirmed since the day before that it was signed out and cleared."""

PlaceKind = Literal["room", "booth"]
SoundResult = Literal["played", "chime", "blocked", "off"]
RoomOutcome = Literal["lodged_alone", "lodged_helped", "not_lodged", "other"]
"""What came of the time at a client computer: an application lodged by the client, or with help."""

BookingPurpose = Literal["visit", "group", "event", "remote"]
"""remote: a hearing or another talk that is held over the network from the room."""

BookingEnd = Literal["kept", "cancelled", "expired"]

PaperKind = Literal["wifi", "reminder", "intake", "handover", "test"]

Document = Literal["application", "annex", "certificate", "contract", "copy", "authority", "receipt", "photograph", "other"]
"""Kinds of document that can come with an application on paper; nothing about what stands in them."""


class _Event(Struct, frozen=True, kw_only=True, tag=True):
    """Common shape of all events."""


class _AtCounter(_Event, frozen=True, kw_only=True):
    """Something that happened to a visit at a counter."""

    visit: UUID
    counter: str


CallbackEnd = Literal["called", "done", "unreached", "cancelled", "expired"]
"""called: a contact began; expired: the day was over first."""


class Delivered(Struct, frozen=True, kw_only=True):
    """One service that the visitor got. `outcome` is empty where the plan wants it said and nobody did yet.

    `counts` is the kind as which the network counts it, if that is another one. `minutes` are said by a person; without them
    the service has its share of the clock (`server.domain.shares`).
    """

    n: int
    service: str
    institution: str
    kind: str
    channel: str
    outcome: str
    quantity: int
    redirected_to: str = ""
    why: str = ""
    scanned: int = 0
    printed: int = 0
    alone: str | None = None
    language: str | None = None
    minutes: int | None = None
    note: str = ""
    counts: str = ""


class Rival(Struct, frozen=True, kw_only=True):
    """A visit that would have been next, and its score."""

    visit: UUID
    number: str
    score: float


class Passed(Struct, frozen=True, kw_only=True):
    """A visit that waits and came earlier than the one that was called; `times` it has been passed over, this call included."""

    visit: UUID
    number: str
    times: int


class Reason(Struct, frozen=True, kw_only=True):
    """Why this visit was called: the rule that fired, how long it waited, whom it overtook (earlier arrivals).

    `score` is in points under the rule of points, in minutes until the target is missed under targets, else in minutes waited.
    `rivals` are the next three in order, `passed` the three who came first of the `overtakes` that were passed over.
    """

    rule: Rule
    waited_s: int
    overtakes: int
    score: float | None = None
    rivals: tuple[Rival, ...] = ()
    passed: tuple[Passed, ...] = ()


class ServiceHistory(Struct, frozen=True, kw_only=True):
    """What earlier days say of one service: how many were served, their mean minutes at the counter, spread of ln(minutes)."""

    service: str
    count: int
    mean_s: float
    spread: float


class Rehomed(Struct, frozen=True, kw_only=True):
    """An open visit that waits, or would wait again, for another queue or in another line under a new plan."""

    visit: UUID
    queue: str
    line: str
    also: tuple[str, ...] = ()


class ArrivalHistory(Struct, frozen=True, kw_only=True):
    """What earlier days say of who comes: the mean of `days` days of the same weekday by local hour, and the last day at all.

    `hours` are (hour, visits), `last` is an ISO date, empty before the first visit.
    """

    days: int = 0
    hours: tuple[tuple[int, float], ...] = ()
    last: str = ""


class PlanRevised(_Event, frozen=True, kw_only=True):
    """The plan `version` came into force, with the reason that its maker gave; `moved` are the visits that went along.

    `scheduled`: it had waited for this time. `file`: what the file said that a start of the server took it from, as a digest.
    """

    version: int
    plan: Plan
    reason: str = ""
    moved: tuple[Rehomed, ...] = ()
    scheduled: bool = False
    file: str = ""


class PlanScheduled(_Event, frozen=True, kw_only=True):
    """A plan, made from `version`, will come into force `at` a time."""

    plan: Plan
    version: int
    at: datetime
    reason: str


class PlanWithdrawn(_Event, frozen=True, kw_only=True):
    """No plan waits for its time any more."""


class PlanPutOff(_Event, frozen=True, kw_only=True):
    """The plan that waited for its time does not fit any more, for the reason of a refusal; it stays a draft."""

    code: str
    facts: dict[str, str] = {}


class DayOpened(_Event, frozen=True, kw_only=True):
    """A business day began: the floor is empty and every series starts anew. `day` is an ISO date used as a name.

    `history` is what the promises of the day are reckoned from, beside the day itself, `arrivals` who may be expected.
    """

    day: str
    history: tuple[ServiceHistory, ...] = ()
    arrivals: ArrivalHistory = ArrivalHistory()


class TicketIssued(_Event, frozen=True, kw_only=True):
    """A visit began. `counter` is set when it is served at once; `prints` names the kiosk that owes a slip.

    `more` are further services on the same number. Visits of one `party` are one person with several numbers. `middle_s` is
    the median wait in seconds that goes with `low` and `high` (minutes). `instead` is a visit that a kiosk had asked for and
    gave up, whose place this one has. `beside`: it is served at `counter` beside the visit that is there.
    """

    visit: UUID
    day: str
    series: str | None
    n: int | None
    number: str
    service: str
    queue: str
    language: str
    needs: tuple[str, ...]
    origin: Origin
    device: str
    token: str
    issued: datetime
    key: Key
    ahead: int
    low: int | None
    high: int | None
    due: datetime | None = None
    counter: str | None = None
    clerk: str | None = None
    channel: str | None = None
    prints: str | None = None
    group: Group = "walk_in"
    more: tuple[str, ...] = ()
    party: UUID | None = None
    appointment: UUID | None = None
    middle_s: int | None = None
    instead: UUID | None = None
    beside: bool = False


class VisitCalled(_AtCounter, frozen=True, kw_only=True):
    """The visit was summoned to a counter; `turn` is the place in the cycle of a rule of ratios, `note` why out of order."""

    clerk: str
    reason: Reason
    turn: int | None = None
    note: str = ""


class VisitRecalled(_AtCounter, frozen=True, kw_only=True):
    """The visit was summoned again; `calls` counts from 1."""

    calls: int


class CallShown(_Event, frozen=True, kw_only=True):
    """A board of `zone` painted the call."""

    visit: UUID
    calls: int
    zone: str


class CallSpoken(_Event, frozen=True, kw_only=True):
    """A board of `zone` spoke the call to the end."""

    visit: UUID
    calls: int
    zone: str


class ServiceStarted(_AtCounter, frozen=True, kw_only=True):
    """The visitor came and service began."""


class VisitRequeued(_AtCounter, frozen=True, kw_only=True):
    """The called visit went back to its old place."""


class VisitTransferred(_AtCounter, frozen=True, kw_only=True):
    """The visit waits in another line: a queue's, a counter's or a clerk's."""

    queue: str
    line: str
    key: Key
    group: Group = "transferred"
    note: str = ""


class VisitParked(_AtCounter, frozen=True, kw_only=True):
    """The visit was set aside until a time; then it waits again with `key`, a raised rank."""

    until: datetime
    note: str


class VisitDelayed(_Event, frozen=True, kw_only=True):
    """The visitor let `places` others go first: the visit has another place in its line, and perhaps no priority any more."""

    visit: UUID
    places: int
    key: Key
    group: Group


class CallAnswered(_Event, frozen=True, kw_only=True):
    """The visitor answered the summons number `calls`."""

    visit: UUID
    calls: int
    says: Says


class VisitReturned(_Event, frozen=True, kw_only=True):
    """A parked visit, or one that had not come to its call, waits again, ahead of those who never were called."""

    visit: UUID
    key: Key
    group: Group = "returning"


class ServiceRecorded(_AtCounter, frozen=True, kw_only=True):
    """A delivered service was recorded, or corrected when its `n` was there already."""

    delivered: Delivered


class ServiceStruck(_AtCounter, frozen=True, kw_only=True):
    """A recorded service, of this code, was taken out; `delivered` are those that are left, numbered anew."""

    service: str
    delivered: tuple[Delivered, ...]


class VisitEnded(_Event, frozen=True, kw_only=True):
    """The visit is over. `counter` is where it ended, if it was at one; `to_centre` and `note` go with `sent`.

    A `note` is also the reason of a manager who ended it from outside.
    """

    visit: UUID
    reason: VisitEnd
    counter: str | None = None
    to_centre: str = ""
    note: str = ""


class StepUndone(_AtCounter, frozen=True, kw_only=True):
    """The last step at the counter was taken back; `step` is the type of that step's event."""

    step: str


class VisitCorrected(_Event, frozen=True, kw_only=True):
    """A manager put the record of a visit that is over right. `was` is how it had ended; times as they really were."""

    visit: UUID
    day: str
    was: VisitEnd
    end: VisitEnd
    served: datetime | None
    ended: datetime
    delivered: tuple[Delivered, ...]
    reason: str


class MonthCell(Struct, frozen=True, kw_only=True):
    """What a month has of one service by kind, as the network counts it, and channel."""

    institution: str
    service: str
    kind: str
    channel: str
    quantity: int
    minutes: int


class MonthFigures(Struct, frozen=True, kw_only=True):
    """A month as reports count it: visits by how they ended, waits (s) of those who were called, promises, and services."""

    days: int
    visits: int
    served: int
    no_show: int
    left: int
    sent: int
    day_closed: int
    called: int
    promised: int
    kept: int
    p50_s: int | None
    p80_s: int | None
    p95_s: int | None
    cells: tuple[MonthCell, ...]


class MonthClosed(_Event, frozen=True, kw_only=True):
    """The figures of a month (2026-03) are frozen as they were then."""

    month: str
    figures: MonthFigures


class AppointmentBooked(_Event, frozen=True, kw_only=True):
    """A place in the book is taken: for good, or held until a time while somebody books. Contacts are never here.

    By video it is a place in `booth`.
    """

    appointment: UUID
    code: str
    service: str
    start: datetime
    minutes: int
    language: str
    needs: tuple[str, ...] = ()
    held: datetime | None = None
    booth: str | None = None


class AppointmentMoved(_Event, frozen=True, kw_only=True):
    """The appointment is at another time; one by video in `booth`, perhaps another one.

    It says all of the appointment again: one that is moved on and on outlives the record of its booking.
    """

    appointment: UUID
    start: datetime
    booth: str | None = None
    code: str = ""
    service: str = ""
    minutes: int = 0
    language: str = ""
    needs: tuple[str, ...] = ()


class AppointmentEnded(_Event, frozen=True, kw_only=True):
    """The place in the book is free again, or was used: by `visit`, if it was kept."""

    appointment: UUID
    reason: AppointmentEnd
    visit: UUID | None = None


class NextStored(_Event, frozen=True, kw_only=True):
    """The next arrival comes to this counter by itself, or (`on` false) no longer."""

    counter: str
    on: bool


class RollSet(_Event, frozen=True, kw_only=True):
    """The next number that is torn from the paper roll."""

    next: int


class CounterOpened(_Event, frozen=True, kw_only=True):
    """A clerk works at a counter with a profile."""

    counter: str
    clerk: str
    profile: str


class CounterTaken(_Event, frozen=True, kw_only=True):
    """Another clerk works at the open counter; who is being served there stays with who serves."""

    counter: str
    clerk: str
    profile: str


class CounterClosed(_Event, frozen=True, kw_only=True):
    """Nobody works at the counter; `reason` is a manager's, who closed it from outside."""

    counter: str
    reason: str = ""


class CounterPaused(_Event, frozen=True, kw_only=True):
    """The counter calls nobody; `until` is what the public is told."""

    counter: str
    reason: str
    until: datetime | None


class CounterResumed(_Event, frozen=True, kw_only=True):
    """The counter calls again."""

    counter: str


class SlipRequested(_Event, frozen=True, kw_only=True):
    """Staff asked for the visit's slip at a kiosk. `copy`: a slip was due before, so this one is marked as a copy."""

    visit: UUID
    kiosk: str
    copy: bool


class HelpCalled(_Event, frozen=True, kw_only=True):
    """A visitor at a kiosk asked for a person."""

    kiosk: str


class HelpAnswered(_Event, frozen=True, kw_only=True):
    """Somebody, by account, goes there."""

    kiosk: str
    clerk: str


class CallbackBooked(_Event, frozen=True, kw_only=True):
    """Somebody will be called back at `start`. Contacts are never here."""

    callback: UUID
    service: str
    start: datetime
    language: str


class CallbackEnded(_Event, frozen=True, kw_only=True):
    """Nobody will be called back any more; `visit` is the contact that began, if one did."""

    callback: UUID
    reason: CallbackEnd
    visit: UUID | None = None


class MessageSent(_Event, frozen=True, kw_only=True):
    """`sender`, an account, wrote to the manager from a counter, or to the counter."""

    message: UUID
    counter: str
    to: Literal["manager", "counter"]
    text: str
    sender: str


class MessageAcknowledged(_Event, frozen=True, kw_only=True):
    """`reader`, an account, has read the message."""

    message: UUID
    reader: str


class AlarmRaised(_Event, frozen=True, kw_only=True):
    """The clerk of a counter wants a colleague there."""

    counter: str


class AlarmAcknowledged(_Event, frozen=True, kw_only=True):
    """Somebody, by account, goes to the counter."""

    counter: str
    clerk: str


class BoothSet(_Event, frozen=True, kw_only=True):
    """A video booth is in another state, by account `clerk`: for an appointment, or for anybody."""

    booth: str
    state: BoothState
    appointment: UUID | None = None
    clerk: str | None = None


class QueueSet(_Event, frozen=True, kw_only=True):
    """A queue, or with an empty code the whole centre, gives numbers as the plan says, also outside its hours, or none."""

    queue: str
    gives: Gives
    reason: str = ""


class ProfileSet(_Event, frozen=True, kw_only=True):
    """A manager changed what an open counter serves."""

    counter: str
    profile: str


class VisitMoved(_Event, frozen=True, kw_only=True):
    """A manager put a visit that waits, or was set aside, into another place."""

    visit: UUID
    queue: str
    line: str
    key: Key
    group: Group
    reason: str


class Announced(_Event, frozen=True, kw_only=True):
    """A line on the boards of `zones` (none: everywhere) until a time."""

    announcement: UUID
    text: str
    zones: tuple[str, ...]
    until: datetime


class AnnouncementWithdrawn(_Event, frozen=True, kw_only=True):
    """The line is gone before its time."""

    announcement: UUID


class TroubleBegan(_Event, frozen=True, kw_only=True):
    """Something needs seeing to: a kind of alert about a part of the plan, a counter or a number."""

    kind: str
    about: str


class TroubleEnded(_Event, frozen=True, kw_only=True):
    """It needs no seeing to any more."""

    kind: str
    about: str


class TroubleSeen(_Event, frozen=True, kw_only=True):
    """Account `clerk` has seen it and sees to it."""

    kind: str
    about: str
    clerk: str


class RoomStarted(_Event, frozen=True, kw_only=True):
    """Somebody has a room or a client computer until a time, with a helper or without, perhaps for a visit or a booking.

    `number` is the one that waited for it, `why` a service of this centre.
    """

    room: str
    until: datetime
    helped: bool
    number: str = ""
    visit: UUID | None = None
    booking: UUID | None = None
    why: str = ""


class RoomExtended(_Event, frozen=True, kw_only=True):
    """Its time is longer."""

    room: str
    until: datetime


class RoomWarned(_Event, frozen=True, kw_only=True):
    """Five minutes are left."""

    room: str


class RoomEnded(_Event, frozen=True, kw_only=True):
    """Nobody has the room any more, after `minutes`; it waits for the confirmation that it is signed out and cleared."""

    room: str
    reason: RoomEnd
    minutes: int = 0
    helped: bool = False
    outcome: RoomOutcome | None = None


class RoomWiped(_Event, frozen=True, kw_only=True):
    """Account `clerk` saw that the room is signed out and cleared; `outcome` if only now anybody said it."""

    room: str
    clerk: str
    outcome: RoomOutcome | None = None


class RoomJoined(_Event, frozen=True, kw_only=True):
    """Somebody waits for the room, with the number of the visit or one of the room's own."""

    room: str
    number: str
    visit: UUID | None = None


class RoomLeft(_Event, frozen=True, kw_only=True):
    """The number waits for the room no more."""

    room: str
    number: str


class PlaceCalled(_Event, frozen=True, kw_only=True):
    """Who waits with `number` is called to a room or a video booth, for the `calls`-th time under the name `call`."""

    kind: PlaceKind
    place: str
    call: UUID
    calls: int
    number: str
    visit: UUID | None = None


class PlaceCallShown(_Event, frozen=True, kw_only=True):
    """A board of `zone` painted it."""

    call: UUID
    calls: int
    zone: str


class PlaceCallSpoken(_Event, frozen=True, kw_only=True):
    """A board of `zone` spoke it to the end."""

    call: UUID
    calls: int
    zone: str


class SoundTested(_Event, frozen=True, kw_only=True):
    """Account `clerk` wants to hear the board of a screen of `zone`, "" where the plan names none."""

    test: UUID
    zone: str
    screen: str
    clerk: str


class SoundPlayed(_Event, frozen=True, kw_only=True):
    """What the board did."""

    test: UUID
    result: SoundResult


class SoundHeard(_Event, frozen=True, kw_only=True):
    """Whether account `clerk`, who stood there, heard it."""

    test: UUID
    heard: bool
    clerk: str


class RoomBooked(_Event, frozen=True, kw_only=True):
    """The room is kept for somebody from `start` on. Contacts are never here."""

    booking: UUID
    room: str
    start: datetime
    minutes: int
    title: str
    purpose: BookingPurpose
    helper: bool


class RoomBookingEnded(_Event, frozen=True, kw_only=True):
    """The room is not kept any more; it was used, given back, or nobody came."""

    booking: UUID
    reason: BookingEnd


class PaperCount(Struct, frozen=True, kw_only=True):
    """So many documents of a kind."""

    kind: Document
    n: int


class PaperRequested(_Event, frozen=True, kw_only=True):
    """Staff, or a visitor at the kiosk, asked for a slip that belongs to no visit.

    `voucher_n` is the place in the centre's list of a word for the visitors' network that nobody else gets, 0 for none: the word
    itself is in no journal. `code` and `counts` are of an intake or, with `day`, of a hand-over list.
    """

    paper: UUID
    kiosk: str
    kind: PaperKind
    language: str = "lv"
    service: str = ""
    institution: str = ""
    code: str = ""
    counts: tuple[PaperCount, ...] = ()
    codes: tuple[str, ...] = ()
    day: str = ""
    voucher_n: int = 0


class PaperReported(_Event, frozen=True, kw_only=True):
    """What became of such a slip."""

    paper: UUID
    state: str


class SlipReported(_Event, frozen=True, kw_only=True):
    """What became of the visit's slip at a kiosk."""

    visit: UUID
    kiosk: str
    state: str
    copy: bool


class Erased(Struct, frozen=True, kw_only=True):
    """How many of one kind went: `what` names a table, or a part of one."""

    what: str
    n: int


class RetentionDone(_Event, frozen=True, kw_only=True):
    """What was too old is not there any more: what the journal said from `since` to `position` of days before `until` (ISO date),
    visits of days before `visits`, and answers to commands up to position `replies`. Rows, types and hashes stay.
    """

    until: str
    position: int
    visits: str
    replies: int
    erased: tuple[Erased, ...]
    since: int = 0


Event = (
    PlanRevised | DayOpened | TicketIssued | VisitCalled | VisitRecalled | CallShown | ServiceStarted | VisitRequeued
    | VisitTransferred | VisitParked | VisitReturned | ServiceRecorded | VisitEnded | StepUndone | CounterOpened | CounterTaken
    | CounterClosed | CounterPaused | CounterResumed | SlipReported | VisitCorrected | AppointmentBooked | AppointmentMoved
    | AppointmentEnded | NextStored | RollSet | SlipRequested | HelpCalled | HelpAnswered | CallbackBooked | CallbackEnded
    | MessageSent | MessageAcknowledged | AlarmRaised | AlarmAcknowledged | BoothSet | CallSpoken
    | VisitDelayed | CallAnswered | ServiceStruck | PlanScheduled | PlanWithdrawn | PlanPutOff
    | RetentionDone | MonthClosed
    | RoomStarted | RoomExtended | RoomWarned | RoomEnded | RoomWiped | RoomJoined | RoomLeft | RoomBooked | RoomBookingEnded
    | PaperRequested | PaperReported | PlaceCalled | PlaceCallShown | PlaceCallSpoken | SoundTested | SoundPlayed | SoundHeard
    | QueueSet | ProfileSet | VisitMoved | Announced | AnnouncementWithdrawn | TroubleBegan | TroubleEnded | TroubleSeen
)  # fmt: skip


class Record(Struct, frozen=True, kw_only=True):
    """An event in its place in the journal: gapless position, business day, time (UTC), who, and by which command."""

    position: int
    day: str
    at: datetime
    actor: str
    command: UUID
    event: Event
