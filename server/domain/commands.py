"""What may be asked: imperative values. The class name is the wire name."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from config.plan import Plan
from server.domain.events import (
    BookingPurpose,
    BoothState,
    Document,
    Erased,
    PaperKind,
    PlaceKind,
    RoomOutcome,
    Says,
    SoundResult,
    VisitEnd,
)

Code = Annotated[str, Meta(pattern="^[A-Za-z0-9_.@-]{1,40}$(?!\\n)", description="A code of the plan or the catalogue")]
Language = Annotated[str, Meta(pattern="^[a-z]{2}$(?!\\n)", description="ISO 639-1 code of a language")]
_PLAIN = "^[^\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]*$(?!\\n)"
"""No control character, line end or change of writing direction; `$` alone would let a last line end through."""

_FREE, _NAME, _REACH = {"free": "words"}, {"free": "numbers"}, {"free": "codes"}
"""Marks of texts in which `server.domain.private` looks for personal data; in a name words about health are none, and where
somebody is to be reached only codes, accounts and cards are."""

Note = Annotated[str, Meta(max_length=140, pattern=_PLAIN, description="Plain text, no personal data", extra=_FREE)]
Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=_PLAIN, description="Plain text, no personal data", extra=_FREE)]
Place = Annotated[str, Meta(max_length=80, pattern=_PLAIN, description="An institution's code or a place in words", extra=_FREE)]
Name = Annotated[str, Meta(max_length=80, pattern=_PLAIN, extra=_NAME)]
Phone = Annotated[str, Meta(pattern="^(\\+?[0-9 ]{6,20})?$(?!\\n)", extra=_REACH)]
Email = Annotated[str, Meta(max_length=120, pattern="^([^@\\s]+@[^@\\s]+\\.[^@\\s]+)?$(?!\\n)", extra=_REACH)]
Because = Annotated[
    str, Meta(min_length=3, max_length=140, pattern=_PLAIN, description="Why, in plain text, no personal data", extra=_FREE)
]
About = Annotated[str, Meta(pattern="^[A-Za-z0-9_.@, -]{0,80}$(?!\\n)", description="Codes of the plan, or a number")]
Need = Literal["accessible", "more_time", "visible_call", "staff_comes", "sign_language", "priority"]
Needs = Annotated[tuple[Need, ...], Meta(max_length=6)]
Moment = Annotated[datetime, Meta(tz=True)]
Quantity = Annotated[int, Meta(ge=1, le=99)]
RoomMinutes = Annotated[int, Meta(ge=5, le=720)]
_NUMBER = "^[A-Za-z0-9_-]{0,48}$(?!\\n)"
_PAPER_CODE = "^([0-9A-Z]{6})?$(?!\\n)"
Papers = Annotated[int, Meta(ge=0, le=999, description="Documents, counted")]
Minutes = Annotated[int, Meta(ge=0, le=480)]
Alone = Literal["yes", "no", "helped"]
Ordinal = Annotated[int, Meta(ge=1, le=999)]
Calls = Annotated[int, Meta(ge=1, le=999)]
Rank = Literal["arrival", "first", "last"]
Way = Annotated[
    Literal["klatiene", "video"], Meta(description="In person at a counter, or by video from a booth: channels of the catalogue")
]
SlipState = Literal["printed", "unconfirmed", "unknown", "expired", "failed"]


class Contact(Struct, frozen=True, kw_only=True):
    """How to reach who booked. Kept in a table of its own until the day after."""

    name: Name = ""
    phone: Phone = ""
    email: Email = ""


class Command(Struct, frozen=True, kw_only=True):
    """Common shape of all commands."""


class CounterCommand(Command, frozen=True, kw_only=True):
    """A step at one counter, by the clerk who works there.

    `seen`: the position of the view by which it was chosen; if the counter has moved on since, the step is refused.
    """

    counter: Code
    seen: Annotated[int, Meta(ge=0)] | None = None


class TakeTicket(Command, frozen=True, kw_only=True):
    """A visitor wants a number for a service, perhaps for `more` of them; `remote` if not in the centre yet.

    Who gives a number at a desk may have it printed at a kiosk (`prints`).
    """

    service: Code
    language: Language = "lv"
    needs: Needs = ()
    more: Annotated[tuple[Code, ...], Meta(max_length=5)] = ()
    remote: bool = False
    prints: Code | None = None


class HoldSlot(Command, frozen=True, kw_only=True):
    """Keeps a place in the book for some minutes while somebody books."""

    service: Code
    start: Moment
    channel: Way = "klatiene"


class BookAppointment(Command, frozen=True, kw_only=True):
    """Books a place, or the one that was held; the contact is erased the day after and is never in the journal."""

    service: Code
    start: Moment
    language: Language = "lv"
    needs: Needs = ()
    held: UUID | None = None
    contact: Contact | None = None
    channel: Way = "klatiene"


class MoveAppointment(Command, frozen=True, kw_only=True):
    """To another time."""

    appointment: UUID
    start: Moment


class CancelAppointment(Command, frozen=True, kw_only=True):
    """Gives the place back."""

    appointment: UUID


class CheckIn(Command, frozen=True, kw_only=True):
    """A visitor has come to the appointment with this code. At a desk the number may be printed at a kiosk (`prints`)."""

    code: Annotated[str, Meta(pattern="^[0-9]{6}$(?!\\n)", description="The six digits of the appointment")]
    prints: Code | None = None


class AdmitOffline(Command, frozen=True, kw_only=True):
    """A number that a kiosk gave from its reserve series while the server was out of reach, with its true time.

    `instead`: the visit of a command that stayed unanswered when the link broke. If it did begin, nobody holds its number:
    it ends as left, and this one takes its place. A service that is no longer offered is taken for the kiosk's `unknown` one, a
    language that is off for Latvian, so that nobody who holds a number is lost.
    """

    number: Annotated[str, Meta(pattern="^[XYQW][0-9]{3,5}$(?!\\n)")]
    service: Code
    issued: Moment
    language: Language = "lv"
    needs: Needs = ()
    instead: UUID | None = None


class PrintSlip(Command, frozen=True, kw_only=True):
    """Staff want the slip of a visit printed at a kiosk; one that was due before comes as a copy (KOPIJA)."""

    visit: UUID
    kiosk: Code


class CallHelp(Command, frozen=True, kw_only=True):
    """A visitor at this kiosk asks for a person."""


class AnswerHelp(Command, frozen=True, kw_only=True):
    """Somebody goes to the kiosk."""

    kiosk: Code


class RegisterContact(CounterCommand, frozen=True, kw_only=True):
    """A contact without a number (by phone, by video, or a person who came straight to the counter), served at once.

    While somebody is called to the counter or served there it is a second record beside that visit, with its own clock.
    `clerk`: who served it, if a colleague did.
    """

    service: Code
    channel: Code
    language: Language = "lv"
    clerk: Code | None = None


class RegisterCallback(Command, frozen=True, kw_only=True):
    """Somebody wants to be called back today at `start`; the contact is erased at the end of the day, never in the journal."""

    service: Code
    start: Moment
    contact: Contact
    language: Language = "lv"


class CallCallback(CounterCommand, frozen=True, kw_only=True):
    """The clerk calls back: a contact by phone begins, as by RegisterContact."""

    callback: UUID


class EndCallback(Command, frozen=True, kw_only=True):
    """Nobody will call back any more: done otherwise, given up after trying, or taken back by who asked."""

    callback: UUID
    reason: Literal["done", "unreached", "cancelled"]


class Leave(Command, frozen=True, kw_only=True):
    """A waiting or parked visitor gives up the place."""

    visit: UUID


class Delay(Command, frozen=True, kw_only=True):
    """A waiting visitor lets so many others of its line go first."""

    visit: UUID
    places: Annotated[int, Meta(ge=1, le=99)] = 1


class AnswerCall(Command, frozen=True, kw_only=True):
    """What a visitor says to the summons number `calls`: is on the way, or wants two minutes more."""

    visit: UUID
    calls: Calls
    says: Says


class Return(Command, frozen=True, kw_only=True):
    """A visitor who did not come to the call is here now and wants to be called once more."""

    visit: UUID


class OpenCounter(CounterCommand, frozen=True, kw_only=True):
    """A clerk starts to work at a counter, with the counter's own profile or another."""

    profile: Code | None = None


class TakeCounter(CounterCommand, frozen=True, kw_only=True):
    """Who gave the PIN or password at the page of `giver`, who works at this counter, works there from now on."""

    giver: Code


class CloseCounter(CounterCommand, frozen=True, kw_only=True):
    """The clerk stops working at the counter."""


class Pause(CounterCommand, frozen=True, kw_only=True):
    """The counter calls nobody for a while; `minutes` is what the public is told, if anything."""

    reason: Code
    minutes: Annotated[int, Meta(ge=1, le=480)] | None = None


class Resume(CounterCommand, frozen=True, kw_only=True):
    """The pause is over."""


class CallNext(CounterCommand, frozen=True, kw_only=True):
    """Call whoever is next for this counter."""


class StoreNext(CounterCommand, frozen=True, kw_only=True):
    """The next arrival comes to this counter by itself; `on` false takes that back."""

    on: bool = True


class CallRoll(CounterCommand, frozen=True, kw_only=True):
    """Call the next number of the paper roll."""


class SetRoll(CounterCommand, frozen=True, kw_only=True):
    """The paper roll goes on at another number: a new one, or some were torn off in vain."""

    next: Annotated[int, Meta(ge=0, le=9999)]


class CallVisit(CounterCommand, frozen=True, kw_only=True):
    """Call one chosen visit, waiting or parked, and say why out of order; a separate right where the plan wants that."""

    visit: UUID
    note: Note = ""


class Recall(CounterCommand, frozen=True, kw_only=True):
    """Call the same visit again."""


class Serve(CounterCommand, frozen=True, kw_only=True):
    """The visitor came and service begins."""


class Requeue(CounterCommand, frozen=True, kw_only=True):
    """Put the called visit back to its place; `then_next`: and call whoever else is next, if anybody is."""

    then_next: bool = False


class Transfer(CounterCommand, frozen=True, kw_only=True):
    """Hand the visit to exactly one of a queue, a counter, a clerk or another centre; with the last it ends here as sent."""

    queue: Code | None = None
    to_counter: Code | None = None
    to_clerk: Code | None = None
    to_centre: Place | None = None
    rank: Rank = "arrival"
    note: Note = ""


class Park(CounterCommand, frozen=True, kw_only=True):
    """Set the visit aside; it returns by itself."""

    minutes: Annotated[int, Meta(ge=1, le=1440)] = 10
    note: Note = ""


class NoShow(CounterCommand, frozen=True, kw_only=True):
    """The called visitor did not come; `then_next`: call whoever is next, if anybody is."""

    then_next: bool = False


class DeliveredService(Struct, frozen=True, kw_only=True):
    """One service that a visitor really got.

    `redirected_to` says where the visitor was sent, `why` is the reason of the catalogue for which it was not given. `scanned`
    and `printed` are documents. `alone`: whether the visitor will do it without help next time, or `helped` now with it.
    `minutes` of the counter's time, if they are not to be the clock's.
    """

    service: Code
    kind: Code
    channel: Code = "klatiene"
    outcome: Code | None = None
    quantity: Quantity = 1
    redirected_to: Place = ""
    why: Code | None = None
    scanned: Papers = 0
    printed: Papers = 0
    alone: Alone | None = None
    language: Language | None = None
    minutes: Minutes | None = None
    note: Note = ""


class RecordService(CounterCommand, frozen=True, kw_only=True):
    """One service, as DeliveredService, that the visitor at the counter got, or the `visit` that is named.

    That may be a contact beside, or a visit that is over: then it is a correction, today by a clerk who served it, later by a
    manager.
    """

    visit: UUID | None = None
    service: Code
    kind: Code
    channel: Code = "klatiene"
    outcome: Code | None = None
    quantity: Quantity = 1
    redirected_to: Place = ""
    why: Code | None = None
    scanned: Papers = 0
    printed: Papers = 0
    alone: Alone | None = None
    language: Language | None = None
    minutes: Minutes | None = None
    note: Note = ""


class AmendService(RecordService, frozen=True, kw_only=True):
    """Another value for the recorded service `n`, of the visit that RecordService would mean."""

    n: Ordinal


class StrikeService(CounterCommand, frozen=True, kw_only=True):
    """Takes the recorded service `n` out again, of the visit that RecordService would mean; those after it move up."""

    visit: UUID | None = None
    n: Ordinal


class Finish(CounterCommand, frozen=True, kw_only=True):
    """Service ended, of the visit at the counter or of the contact beside it (`visit`); `then_next` as with NoShow."""

    visit: UUID | None = None
    then_next: bool = False


class Undo(CounterCommand, frozen=True, kw_only=True):
    """Take back the last step at this counter."""


class CloseDay(Command, frozen=True, kw_only=True):
    """End every open visit as day_closed and close all counters.

    `stops`: and give no more numbers until the next day, or until SetQueue opens the centre again.
    """

    stops: bool = False


class CorrectVisit(Command, frozen=True, kw_only=True):
    """Puts the record of a visit that is over right, with the true end and times, and says why. Of any day.

    What is left out stays as it was; `delivered` is the whole list.
    """

    visit: UUID
    end: VisitEnd
    served: Moment | None = None
    ended: Moment | None = None
    delivered: Annotated[tuple[DeliveredService, ...], Meta(max_length=20)] | None = None
    reason: Because


class CloseMonth(Command, frozen=True, kw_only=True):
    """Freezes the figures of a month that is over; later corrections stand beside them."""

    month: Annotated[str, Meta(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$(?!\\n)", description="A month such as 2026-03")]


class SendMessage(Command, frozen=True, kw_only=True):
    """A line from the counter's clerk to the manager, or from a manager to the counter, until somebody there has read it."""

    counter: Code
    text: Line
    to: Literal["manager", "counter"] = "manager"


class AcknowledgeMessage(Command, frozen=True, kw_only=True):
    """The message was read."""

    message: UUID


class RaiseAlarm(Command, frozen=True, kw_only=True):
    """The clerk wants a colleague at the counter, without a sound."""

    counter: Code


class AcknowledgeAlarm(Command, frozen=True, kw_only=True):
    """Somebody else goes to the counter."""

    counter: Code


class SetBooth(Command, frozen=True, kw_only=True):
    """What a video booth is, for today's `appointment` there or for somebody without one.

    `prepared`: the line was tested; `ready`: and the visitor is there; `busy`: the talk has begun.
    """

    booth: Code
    state: BoothState
    appointment: UUID | None = None


class StartRoom(Command, frozen=True, kw_only=True):
    """Somebody gets a free room or client computer: who waits for it with `number`, a `visit`, a `booking`, or anybody.

    For `minutes`, else as long as is usual and free; `helped`: with a helper beside; `why`: the service that it is about.
    """

    room: Code
    minutes: RoomMinutes | None = None
    number: Annotated[str, Meta(pattern=_NUMBER)] = ""
    visit: UUID | None = None
    booking: UUID | None = None
    helped: bool = False
    why: Code | None = None


class ExtendRoom(Command, frozen=True, kw_only=True):
    """So many minutes more, one of those that the plan allows."""

    room: Code
    minutes: RoomMinutes


class EndRoom(Command, frozen=True, kw_only=True):
    """Whoever had the room is done."""

    room: Code
    outcome: RoomOutcome | None = None


class WipeRoom(Command, frozen=True, kw_only=True):
    """Somebody of the staff saw that the room is signed out, and that nothing of the last one lies there."""

    room: Code
    outcome: RoomOutcome | None = None


class JoinRoom(Command, frozen=True, kw_only=True):
    """Somebody waits for the room, with the number of the `visit` or one of the room's own."""

    room: Code
    visit: UUID | None = None


class LeaveRoom(Command, frozen=True, kw_only=True):
    """The number waits for the room no more."""

    room: Code
    number: Annotated[str, Meta(pattern=_NUMBER)]


class BookRoom(Command, frozen=True, kw_only=True):
    """Keeps a room, also for a group or an event; the contact is erased the day after and is never in the journal."""

    room: Code
    start: Moment
    minutes: RoomMinutes
    title: Note = ""
    purpose: BookingPurpose = "visit"
    helper: bool = False
    contact: Contact | None = None


class CancelRoomBooking(Command, frozen=True, kw_only=True):
    """Gives the room back."""

    booking: UUID


class DocumentCount(Struct, frozen=True, kw_only=True):
    """So many documents of a kind."""

    kind: Document
    n: Papers


class PrintPaper(Command, frozen=True, kw_only=True):
    """A slip that belongs to no visit, at a kiosk: the visitors' network, what to bring for a `service`, papers received for an
    `institution` (`code`, `counts`), or the list of those handed over to it (`codes`, `day`).

    A kiosk asks only for its own printer, and only for the network's slip where the plan has it offered.
    """

    kiosk: Code
    kind: PaperKind
    language: Language = "lv"
    service: Code | None = None
    institution: Code | None = None
    code: Annotated[str, Meta(pattern=_PAPER_CODE)] = ""
    counts: Annotated[tuple[DocumentCount, ...], Meta(max_length=9)] = ()
    codes: Annotated[tuple[Annotated[str, Meta(pattern=_PAPER_CODE)], ...], Meta(max_length=200)] = ()
    day: Annotated[str, Meta(pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$(?!\\n)")] = ""


class ReportPaper(Command, frozen=True, kw_only=True):
    """What became of such a slip on a kiosk's printer."""

    paper: UUID
    state: SlipState


class SetQueue(Command, frozen=True, kw_only=True):
    """Numbers are given for a queue, or without one in the whole centre, or no more today; who waits stays."""

    queue: Code | None = None
    open: bool
    reason: Because


class ReleaseCounter(Command, frozen=True, kw_only=True):
    """A manager closes a counter from outside; who is there goes back to the line, the clerk stays signed in and is told why."""

    counter: Code
    reason: Because


class SetProfile(Command, frozen=True, kw_only=True):
    """A manager changes what an open counter serves; who is there stays."""

    counter: Code
    profile: Code


class MoveVisit(Command, frozen=True, kw_only=True):
    """A manager puts a waiting visit into another place: of exactly one queue, counter or clerk; without one, of its own line."""

    visit: UUID
    queue: Code | None = None
    counter: Code | None = None
    clerk: Code | None = None
    rank: Rank = "arrival"
    reason: Because


class EndVisit(Command, frozen=True, kw_only=True):
    """A manager ends a visit that was forgotten: as left, as not come, as served if its record is whole, else with the day."""

    visit: UUID
    reason: Because


class Announce(Command, frozen=True, kw_only=True):
    """A line on the boards of `zones` (none: all) for so many minutes."""

    text: Line
    zones: Annotated[tuple[Code, ...], Meta(max_length=20)] = ()
    minutes: Annotated[int, Meta(ge=1, le=720)] = 15


class Withdraw(Command, frozen=True, kw_only=True):
    """The line comes off the boards."""

    announcement: UUID


class Trouble(Struct, frozen=True, kw_only=True):
    """A kind of alert about a part of the plan, a counter or a number, "" where there is only one such thing."""

    kind: Code
    about: About = ""


class NoteTroubles(Command, frozen=True, kw_only=True):
    """The server's own: all that needs seeing to now."""

    troubles: Annotated[tuple[Trouble, ...], Meta(max_length=500)] = ()


class SeeTrouble(Command, frozen=True, kw_only=True):
    """Somebody has seen an alert and sees to it."""

    kind: Code
    about: About = ""


class CallToPlace(Command, frozen=True, kw_only=True):
    """Who waits for a room with `number`, or first, or whose talk is due in a video booth, is called there; again: once more."""

    kind: PlaceKind
    place: Code
    number: Annotated[str, Meta(pattern=_NUMBER)] = ""


class TestSound(Command, frozen=True, kw_only=True):
    """The board of a `screen` of a zone ("" where the plan names none) plays its chime and says that this is a test."""

    zone: Code
    screen: Annotated[str, Meta(pattern=_NUMBER)] = ""


class ReportSound(Command, frozen=True, kw_only=True):
    """What became of that: chime and words were `played`, the `chime` alone, or the browser `blocked` it, or sound is `off`."""

    test: UUID
    zone: Code
    result: SoundResult


class HearSound(Command, frozen=True, kw_only=True):
    """Whether somebody who stood there heard it."""

    test: UUID
    heard: bool


class ConfirmShown(Command, frozen=True, kw_only=True):
    """A board has painted this call."""

    visit: UUID
    calls: Calls
    zone: Code


class ConfirmSpoken(Command, frozen=True, kw_only=True):
    """A board has spoken this call to the end."""

    visit: UUID
    calls: Calls
    zone: Code


class ReportSlip(Command, frozen=True, kw_only=True):
    """What became of a slip on a kiosk's printer; `order` is that of the job, so that an older slip does not stand for it."""

    visit: UUID
    state: SlipState
    copy: bool = False
    order: Annotated[int, Meta(ge=0, le=999)] | None = None


class RevisePlan(Command, frozen=True, kw_only=True):
    """A new plan comes into force. `version` is the one that it was made from: nobody else's later change is lost unseen.

    `file`: what the file said that a start of the server took it from, as a digest.
    """

    plan: Plan
    version: int | None = None
    reason: Note = ""
    file: Code = ""


class SchedulePlan(Command, frozen=True, kw_only=True):
    """A new plan comes into force at a time, if the one in force is still `version` then; else it stays a draft."""

    plan: Plan
    version: int
    at: Moment
    reason: Note = ""


class WithdrawPlan(Command, frozen=True, kw_only=True):
    """The plan that waits for its time, or that could not be started then, is taken back."""


class EraseOld(Command, frozen=True, kw_only=True):
    """What is too old goes: journal data before `until` from `since` to `position`, visits of days before `visits`, answers
    up to position `replies`; `erased` counts it all.
    """

    until: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\\n)")]
    since: Annotated[int, Meta(ge=0)]
    position: Annotated[int, Meta(ge=0)]
    visits: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\\n)")]
    replies: Annotated[int, Meta(ge=0)]
    erased: Annotated[tuple[Erased, ...], Meta(max_length=40)] = ()


class Tick(Command, frozen=True, kw_only=True):
    """Time has passed: returns of parked visits, no-show time-outs, the turn of the day."""


COMMANDS: dict[str, type[Command]] = {
    cls.__name__: cls
    for cls in (
        TakeTicket, CheckIn, HoldSlot, BookAppointment, MoveAppointment, CancelAppointment, AdmitOffline,
        RegisterContact, RegisterCallback, CallCallback, EndCallback, Leave, Delay, AnswerCall, Return, OpenCounter,
        TakeCounter, CloseCounter, Pause, Resume, CallNext, CallVisit, StoreNext, CallRoll, SetRoll, Recall, Serve,
        Requeue, Transfer, Park, NoShow, RecordService, AmendService, StrikeService, Finish, Undo, CorrectVisit, CloseMonth,
        SendMessage, AcknowledgeMessage, RaiseAlarm, AcknowledgeAlarm, SetQueue,
        ReleaseCounter, SetProfile, MoveVisit, EndVisit, Announce, Withdraw, NoteTroubles, SeeTrouble, CloseDay,
        ConfirmShown, ConfirmSpoken, ReportSlip, PrintSlip,
        CallHelp, AnswerHelp, SetBooth, RevisePlan, SchedulePlan, WithdrawPlan, EraseOld, Tick,
        StartRoom, ExtendRoom, EndRoom, WipeRoom, JoinRoom, LeaveRoom, BookRoom, CancelRoomBooking, PrintPaper, ReportPaper,
        CallToPlace, TestSound, ReportSound, HearSound,
    )
}  # fmt: skip
"""Every command by its wire name."""
