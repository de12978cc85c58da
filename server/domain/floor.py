"""Everything true in the centre now, as one immutable value; readers need no lock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from rpds import HashTrieMap, HashTrieSet, List

from config.booths import given_in
from config.catalogue import Service, Text
from config.plan import Booth, Calling, Counter, Plan, Queue, Room
from server.domain.events import (
    AppointmentEnd,
    ArrivalHistory,
    BookingPurpose,
    BoothState,
    Delivered,
    Gives,
    Group,
    PaperRequested,
    PlaceKind,
    Reason,
    RoomOutcome,
    Says,
    ServiceHistory,
    SoundResult,
    VisitEnd,
)  # fmt: skip
from server.domain.order import EMPTY, Key, Line

State = Literal["waiting", "called", "serving", "parked", "ended"]
CounterState = Literal["closed", "idle", "called", "serving", "paused"]
LegEnd = Literal["served", "no_show", "left", "sent", "day_closed", "requeued", "transferred", "parked"]


class Proof(Struct, frozen=True, kw_only=True):
    """A board of `zone` showed a summons, or spoke it, for the first time."""

    zone: str
    at: datetime


class Summons(Struct, frozen=True, kw_only=True):
    """A call or recall: number `calls` of its visit, in `zone`, where the visitor waits. One proof for each zone with boards."""

    calls: int
    at: datetime
    zone: str
    shown: tuple[Proof, ...] = ()
    spoken: tuple[Proof, ...] = ()


class Leg(Struct, frozen=True, kw_only=True):
    """One stretch of a visit: waiting in `line` for `queue` since a time, perhaps called, perhaps served, ended.

    Whoever calls it must serve the queues of `also` too. `spared` calls of later arrivals came before this leg began.
    `note` is what a clerk said who called it out of order. `summons` are its call and recalls, oldest first; those of visits
    from before they were kept are not there. `answer` is what the visitor said to the summons number `answered`, `grace_s` the
    time that was given for it.
    """

    queue: str
    line: str
    since: datetime
    key: Key
    group: Group = "walk_in"
    also: tuple[str, ...] = ()
    spared: int = 0
    counter: str | None = None
    clerk: str | None = None
    reason: Reason | None = None
    called: datetime | None = None
    calls: int = 0
    served: datetime | None = None
    ended: datetime | None = None
    end: LegEnd | None = None
    note: str = ""
    summons: tuple[Summons, ...] = ()
    answer: Says | None = None
    answered: int = 0
    grace_s: int = 0

    @property
    def shown(self) -> datetime | None:
        """When a board first showed the latest summons."""
        return min((one.at for one in self.summons[-1].shown), default=None) if self.summons else None


class Visit(Struct, frozen=True, kw_only=True):
    """One party's stay. `number` is empty for a contact without a ticket; `moved` is the position of its last step.

    `prints` is the kiosk that owes or owed its slip, `order` how often staff asked for one; `copy`: the last is marked so.
    `channel` is that of a contact or of a talk by video, `to_centre` where it was sent. `delays` counts how often it let
    others go first.
    """

    id: UUID
    day: str
    number: str
    series: str | None
    n: int | None
    service: str
    language: str
    needs: tuple[str, ...]
    origin: str
    device: str
    token: str
    issued: datetime
    position: int
    moved: int
    ahead: int
    low: int | None
    high: int | None
    due: datetime | None
    state: State
    legs: tuple[Leg, ...]
    delivered: tuple[Delivered, ...] = ()
    until: datetime | None = None
    note: str = ""
    prints: str | None = None
    slip: str | None = None
    end: VisitEnd | None = None
    more: tuple[str, ...] = ()
    party: UUID | None = None
    appointment: UUID | None = None
    middle_s: int | None = None
    corrected: int = 0
    order: int = 0
    copy: bool = False
    channel: str | None = None
    to_centre: str = ""
    delays: int = 0

    @property
    def leg(self) -> Leg:
        """The present leg."""
        return self.legs[-1]

    def times(self, calls: int) -> int:
        """Which one in a row the summons number `calls` is: who was served since had followed those before, and they are over."""
        return calls - max((leg.calls for leg in self.legs if leg.served and leg.calls < calls), default=0)


class Step(Struct, frozen=True, kw_only=True):
    """The last step at a counter, with the visit and the counter before it, so that it can be taken back.

    `post` has the step before that one, so that two can be taken back: one key does two ("finish and call next").
    """

    event: str
    before: Visit
    post: Post
    at: datetime
    moved: int


class Post(Struct, frozen=True, kw_only=True):
    """A counter's working state. Closed while `clerk` is None.

    `called` is its last call, `turn` its place in a cycle of ratios, `stored` since when it takes the next arrival by itself,
    `undone` when a step was last taken back. `contact` is served beside the visit, `moved` the position of the last change
    that whoever acts here must have seen, `recent` the services that were recorded here, the last one first.
    """

    clerk: str | None = None
    profile: str | None = None
    since: datetime | None = None
    visit: UUID | None = None
    pause: str | None = None
    until: datetime | None = None
    served: int = 0
    called: datetime | None = None
    turn: int = 0
    stored: datetime | None = None
    undone: datetime | None = None
    step: Step | None = None
    contact: UUID | None = None
    moved: int = 0
    recent: tuple[str, ...] = ()


class Call(Struct, frozen=True, kw_only=True):
    """A summons as the boards show it."""

    visit: UUID
    calls: int
    counter: str
    at: datetime


Pools: TypeAlias = dict[str, Line]
"""Lines by the group of a calling rule."""


class Pace(Struct, frozen=True, kw_only=True):
    """How long something took today: how often, and milliseconds in all; for a service also those from call to its begin."""

    count: int = 0
    ms: int = 0
    walk_ms: int = 0


class Flow(Struct, frozen=True, kw_only=True):
    """How many of a class came to a queue today, and since when (microseconds since 1970)."""

    count: int
    since: int


class Appointment(Struct, frozen=True, kw_only=True):
    """A place in the book from `start` for `minutes`; `held` until then while somebody books, None when booked.

    `booth` if it is by video.
    """

    id: UUID
    code: str
    service: str
    start: datetime
    minutes: int
    language: str
    needs: tuple[str, ...]
    position: int
    held: datetime | None = None
    booth: str | None = None


class Over(Struct, frozen=True, kw_only=True):
    """What became of an appointment today: `visit` if it was kept."""

    appointment: Appointment
    reason: AppointmentEnd
    visit: UUID | None


HELP_S = 180
"""So long after somebody set out, a call for help from a kiosk is over."""


class HelpCall(Struct, frozen=True, kw_only=True):
    """Somebody at a kiosk or a counter asked for a person; `clerk`, if any, goes there since `answered`."""

    since: datetime
    answered: datetime | None = None
    clerk: str | None = None

    def over(self, now: datetime) -> bool:
        """Whether the person must have come by now; one that nobody answered is never over."""
        return self.answered is not None and not timedelta(0) <= now - self.answered < timedelta(seconds=HELP_S)


class Callback(Struct, frozen=True, kw_only=True):
    """Somebody who will be called back; `position` is that of the promise."""

    id: UUID
    service: str
    start: datetime
    language: str
    position: int


class Message(Struct, frozen=True, kw_only=True):
    """A line between a counter and the manager, by account `sender`; read since `read` by `reader`."""

    id: UUID
    counter: str
    to: Literal["manager", "counter"]
    text: str
    sender: str
    sent: datetime
    position: int
    read: datetime | None = None
    reader: str | None = None


class BoothUse(Struct, frozen=True, kw_only=True):
    """A video booth: its state since a time, by account `clerk`, for an appointment or for anybody.

    `had` are the appointments of today that were there.
    """

    state: BoothState = "free"
    since: datetime | None = None
    clerk: str | None = None
    appointment: UUID | None = None
    had: tuple[UUID, ...] = ()


class RoomWait(Struct, frozen=True, kw_only=True):
    """Somebody who waits for a room, with the number of a visit or one of the room's own."""

    number: str
    since: datetime
    visit: UUID | None = None


class RoomUse(Struct, frozen=True, kw_only=True):
    """A room, client computer or workplace: free, used until a time, or to be wiped; who waits for it, and its last number.

    `warned`: five minutes are left; `over`: it ended because its time was up. What is said of the last use stays until it is
    wiped.
    """

    state: Literal["free", "used", "wipe"] = "free"
    since: datetime | None = None
    until: datetime | None = None
    helped: bool = False
    number: str = ""
    visit: UUID | None = None
    booking: UUID | None = None
    why: str = ""
    warned: bool = False
    over: bool = False
    outcome: RoomOutcome | None = None
    waits: tuple[RoomWait, ...] = ()
    last: int = 0


class PlaceCall(Struct, frozen=True, kw_only=True):
    """The last call to a room or a booth: of `number`, by its own id, since `at`; `zone` is where the visitor waits.

    `summons` are the call and its repeats, oldest first.
    """

    id: UUID
    kind: PlaceKind
    place: str
    number: str
    visit: UUID | None
    zone: str
    at: datetime
    summons: tuple[Summons, ...]
    state: Literal["called", "serving", "over"] = "called"


class SoundTest(Struct, frozen=True, kw_only=True):
    """The last test of a screen's sound: what its board `told` it did (empty: nothing yet), and whether `hearer` heard it."""

    id: UUID
    zone: str
    screen: str
    asked: datetime
    result: SoundResult | Literal[""] = ""
    told: datetime | None = None
    heard: bool | None = None
    hearer: str = ""


class RoomBooking(Struct, frozen=True, kw_only=True):
    """A room kept from `start` for `minutes`."""

    id: UUID
    room: str
    start: datetime
    minutes: int
    title: str
    purpose: BookingPurpose
    helper: bool

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(minutes=self.minutes)


class Paper(Struct, frozen=True, kw_only=True):
    """A slip that belongs to no visit, since a time, by account or kiosk `by`; `state` is "owed" or the last report's."""

    asked: PaperRequested
    at: datetime
    by: str
    state: str = "owed"


WHOLE = ""
"""Instead of a queue: the whole centre."""


class Gate(Struct, frozen=True, kw_only=True):
    """Whether numbers are given for a queue other than the plan says, since when, and why; without a reason the day is closed."""

    gives: Gives
    reason: str
    since: datetime


class Announcement(Struct, frozen=True, kw_only=True):
    """A manager's line on the boards of `zones` (none: everywhere) until a time."""

    id: UUID
    text: str
    zones: tuple[str, ...]
    until: datetime
    position: int


class Trouble(Struct, frozen=True, kw_only=True):
    """An alert of today: a kind and what it is about, since when, whom of the staff it has been `seen` by and when."""

    kind: str
    about: str
    began: datetime
    seen: datetime | None = None
    clerk: str | None = None
    ended: datetime | None = None


class Directory(Struct, frozen=True, kw_only=True):
    """Look-ups into one plan, made once when the plan comes into force."""

    services: dict[str, Service]
    queues: dict[str, Queue]
    counters: dict[str, Counter]
    profiles: dict[str, tuple[str, ...]]
    calling: dict[str, Calling]
    profiles_of: dict[str, tuple[str, ...]]
    queue_of: dict[str, str]
    skills: dict[str, frozenset[str]]
    own_profiles: frozenset[str]
    skilled: bool
    institutions: dict[str, Text]
    booths: dict[str, Booth]
    booths_of: dict[str, tuple[str, ...]]
    rooms: dict[str, Room]

    @classmethod
    def of(cls, plan: Plan) -> Directory:
        """The directory of a plan whose references are checked."""
        given = {booth.code: given_in(booth, plan.services) for booth in plan.booths}
        return cls(
            booths={booth.code: booth for booth in plan.booths},
            rooms={room.code: room for room in plan.rooms},
            booths_of={
                service: tuple(code for code, here in given.items() if service in here)
                for service in dict.fromkeys(service for here in given.values() for service in here)
            },
            services={service.code: service for service in plan.services},
            queues={queue.code: queue for queue in plan.queues},
            counters={counter.code: counter for counter in plan.counters},
            profiles={profile.code: profile.queues for profile in plan.profiles},
            calling={profile.code: profile.calling for profile in plan.profiles},
            profiles_of={q.code: tuple(p.code for p in plan.profiles if q.code in p.queues) for q in plan.queues},
            skilled=any(queue.skill for queue in plan.queues),
            own_profiles=frozenset(clerk.code for clerk in plan.clerks if clerk.profile is not None),
            skills={clerk.code: frozenset(clerk.skills) for clerk in plan.clerks},
            queue_of={service: queue.code for queue in plan.queues for service in queue.services},
            institutions={institution.code: institution.short for institution in plan.institutions},
        )

    def place(self, kind: str, code: str) -> Room | Booth | None:
        """A room or a booth of the plan."""
        return self.rooms.get(code) if kind == "room" else self.booths.get(code)


class Planned(Struct, frozen=True, kw_only=True):
    """A plan made from `version` by `actor`, in force `at` a time; with a `code` it could not be, for that reason."""

    plan: Plan
    version: int
    at: datetime
    reason: str
    actor: str
    code: str = ""
    facts: dict[str, str] = {}


RUSH_S, RUSH_MOST = 10, 32
"""Numbers within so many seconds of the first of them, and at most so many, are one rush."""


class Rush(Struct, frozen=True, kw_only=True):
    """The floor before the first of the last numbers, and when that was given."""

    floor: Floor
    at: datetime

    def goes_on(self, floor: Floor, now: datetime) -> bool:
        """Whether a number that is given now belongs to it."""
        few = len(floor.visits) - len(self.floor.visits) < RUSH_MOST
        return few and 0 <= (now - self.at).total_seconds() < RUSH_S


class Floor(Struct, frozen=True, kw_only=True):
    """The whole centre. `lines` holds who waits, by queue, `directed` by counter or clerk; neither has empty lines.

    `owed` are the slips that a kiosk owes, oldest first.

    `paces` are today's times by service, `absent` those of calls that nobody followed, `flows` who came, by queue and class.

    `pools` are the lines sorted anew for every profile's rule (`server.domain.pools`), `passed` the arrivals that were called,
    by profile and demand. `held` wait while another visit of their party is at a counter. `given` are today's numbers by
    service. `book`, `codes`, `agenda` (by start), `talks` (those by video) and `holds` (by end of the hold) are the
    appointments from today on, `over` by code those that ended today.

    `help` are the calls for a person, by kiosk (`open_help` knows which are over), `instead` the visits that took the place of
    another one, by that one's id, whether or not it ever began. `alarms` are calls for a colleague, by counter, `callbacks` who
    is still to be called back, `messages` all of the day, `booths` the video booths that were used today, `months` those
    closed today. `planned` is the plan that waits for its time. `rooms` are those that were used or waited for today, `kept`
    the bookings of rooms from today on, `papers` today's slips that belong to no visit, `place_calls` the last call to each
    room and booth today, `sounds` the last test of each screen's sound, by zone and screen.
    """

    position: int = 0
    at: datetime | None = None
    plan: Plan | None = None
    version: int = 0
    directory: Directory | None = None
    day: str = ""
    series: HashTrieMap[str, int] = HashTrieMap()
    visits: HashTrieMap[UUID, Visit] = HashTrieMap()
    tokens: HashTrieMap[str, UUID] = HashTrieMap()
    lines: HashTrieMap[str, Line] = HashTrieMap()
    directed: HashTrieMap[str, Line] = HashTrieMap()
    parked: Line = EMPTY
    posts: HashTrieMap[str, Post] = HashTrieMap()
    calls: List[Call] = List()
    paces: HashTrieMap[str, Pace] = HashTrieMap()
    absent: Pace = Pace()
    flows: HashTrieMap[tuple[str, Group], Flow] = HashTrieMap()
    owed: HashTrieMap[str, Line] = HashTrieMap()
    pools: dict[str, dict[str, Pools]] = {}
    passed: HashTrieMap[tuple[str, str], Line] = HashTrieMap()
    parties: HashTrieMap[UUID, tuple[UUID, ...]] = HashTrieMap()
    held: HashTrieSet[UUID] = HashTrieSet()
    given: HashTrieMap[str, int] = HashTrieMap()
    roll: int | None = None
    history: dict[str, ServiceHistory] = {}
    book: HashTrieMap[UUID, Appointment] = HashTrieMap()
    codes: HashTrieMap[str, UUID] = HashTrieMap()
    agenda: Line = EMPTY
    talks: Line = EMPTY
    holds: Line = EMPTY
    rush: Rush | None = None
    over: HashTrieMap[str, Over] = HashTrieMap()
    help: HashTrieMap[str, HelpCall] = HashTrieMap()
    instead: HashTrieMap[UUID, UUID] = HashTrieMap()
    alarms: HashTrieMap[str, HelpCall] = HashTrieMap()
    callbacks: HashTrieMap[UUID, Callback] = HashTrieMap()
    messages: HashTrieMap[UUID, Message] = HashTrieMap()
    booths: HashTrieMap[str, BoothUse] = HashTrieMap()
    months: tuple[str, ...] = ()
    gates: HashTrieMap[str, Gate] = HashTrieMap()
    announcements: HashTrieMap[UUID, Announcement] = HashTrieMap()
    troubles: HashTrieMap[tuple[str, str], Trouble] = HashTrieMap()
    mended: List[Trouble] = List()
    tally: HashTrieMap[tuple[str, str, int], int] = HashTrieMap()
    arrivals: ArrivalHistory = ArrivalHistory()
    planned: Planned | None = None
    rooms: HashTrieMap[str, RoomUse] = HashTrieMap()
    kept: HashTrieMap[UUID, RoomBooking] = HashTrieMap()
    papers: HashTrieMap[UUID, Paper] = HashTrieMap()
    place_calls: HashTrieMap[tuple[PlaceKind, str], PlaceCall] = HashTrieMap()
    sounds: HashTrieMap[tuple[str, str], SoundTest] = HashTrieMap()

    @property
    def settled(self) -> Plan:
        """The plan in force; a floor without one cannot answer anything (LookupError)."""
        if self.plan is None:
            raise LookupError("no plan is in force")
        return self.plan

    @property
    def look(self) -> Directory:
        """Look-ups into the plan in force (LookupError without one)."""
        if self.directory is None:
            raise LookupError("no plan is in force")
        return self.directory


def line(floor: Floor, name: str) -> Line:
    """The line of that name; empty if nobody waits in it. `counter:3` and `clerk:anna` are directed lines."""
    return (floor.directed if ":" in name else floor.lines).get(name) or EMPTY


def with_line(floor: Floor, name: str, changed: Line) -> Floor:
    """The floor with another line of that name."""
    lines = floor.directed if ":" in name else floor.lines
    lines = lines.insert(name, changed) if len(changed) else lines.discard(name)
    return replace(floor, directed=lines) if ":" in name else replace(floor, lines=lines)


def open_help(floor: Floor, kiosk: str, now: datetime) -> HelpCall | None:
    """The call for a person from this kiosk that is not over."""
    called = floor.help.get(kiosk)
    return None if called is None or called.over(now) else called


def open_alarm(floor: Floor, counter: str, now: datetime) -> HelpCall | None:
    """The call for a colleague from this counter; over when the counter closes or its own clerk takes it back."""
    raised, clerk = floor.alarms.get(counter), post(floor, counter).clerk
    return None if raised is None or raised.over(now) or clerk is None or raised.clerk == clerk else raised


def in_plan(look: Directory, leg: Leg) -> bool:
    """Whether the plan has the queue of the leg and, if it waits for one counter, that counter."""
    kind, _, name = leg.line.partition(":")
    return leg.queue in look.queues and (kind != "counter" or name in look.counters)


def accompanied(floor: Floor, visit: Visit) -> bool:
    """Whether another visit of the same person is at a counter."""
    party = () if visit.party is None else floor.parties.get(visit.party) or ()
    return any(floor.visits[other].state in ("called", "serving") for other in party if other != visit.id)


def post(floor: Floor, counter: str) -> Post:
    """The working state of a counter; closed if nobody ever worked there."""
    return floor.posts.get(counter) or _CLOSED


def counter_state(floor: Floor, counter: str) -> CounterState:
    """closed, paused, idle, or the state of the visit at the counter."""
    at = post(floor, counter)
    if at.clerk is None:
        return "closed"
    if at.visit is not None:
        return "serving" if floor.visits[at.visit].state == "serving" else "called"
    return "paused" if at.pause is not None else "idle"


def profile_of(floor: Floor, counter: str) -> str:
    """The profile by which a counter calls: the one it was opened with, or its own if the plan has that no more."""
    chosen = post(floor, counter).profile
    return chosen if chosen in floor.look.profiles else floor.look.counters[counter].profile


def directed_lines(floor: Floor, counter: str) -> tuple[str, ...]:
    """Names of the lines outside of queues that an open counter calls from: its own, its clerk's, and orphans.

    An orphan is a line meant for a counter or a clerk that works no more: whoever waits there is everybody's.
    """
    return tuple(dict.fromkeys((f"counter:{counter}", f"clerk:{post(floor, counter).clerk}", *_orphans(floor))))


def lines_of(floor: Floor, counter: str) -> tuple[str, ...]:
    """Names of all the lines that an open counter calls from: the directed ones and its profile's queues."""
    return (*directed_lines(floor, counter), *floor.look.profiles.get(profile_of(floor, counter), ()))


def _orphans(floor: Floor) -> list[str]:
    if not floor.directed:
        return []
    open_posts = {counter: at.clerk for counter, at in floor.posts.items() if at.clerk is not None}
    heard = {f"counter:{counter}" for counter in open_posts} | {f"clerk:{clerk}" for clerk in open_posts.values()}
    return sorted(name for name in floor.directed if name not in heard)


_CLOSED = Post()
