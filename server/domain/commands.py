"""What may be asked: imperative values. The class name is the wire name."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from config.plan import Plan
from server.domain.events import VisitEnd

Code = Annotated[str, Meta(pattern="^[A-Za-z0-9_.@-]{1,40}$(?!\\n)", description="A code of the plan or the catalogue")]
Language = Annotated[str, Meta(pattern="^[a-z]{2}$(?!\\n)", description="ISO 639-1 code of a language")]
_PLAIN = "^[^\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]*$(?!\\n)"
"""No control character, line end or change of writing direction; `$` alone would let a last line end through."""

Note = Annotated[str, Meta(max_length=140, pattern=_PLAIN, description="Plain text, no personal data")]
Name = Annotated[str, Meta(max_length=80, pattern=_PLAIN)]
Phone = Annotated[str, Meta(pattern="^(\\+?[0-9 ]{6,20})?$(?!\\n)")]
Email = Annotated[str, Meta(max_length=120, pattern="^([^@\\s]+@[^@\\s]+\\.[^@\\s]+)?$(?!\\n)")]
Need = Literal["accessible", "more_time", "visible_call", "staff_comes", "sign_language", "priority"]
Needs = Annotated[tuple[Need, ...], Meta(max_length=6)]
Moment = Annotated[datetime, Meta(tz=True)]
Quantity = Annotated[int, Meta(ge=1, le=99)]
Ordinal = Annotated[int, Meta(ge=1, le=999)]
Calls = Annotated[int, Meta(ge=1, le=999)]
Rank = Literal["arrival", "first", "last"]
SlipState = Literal["printed", "unconfirmed", "unknown", "expired", "failed"]


class Contact(Struct, frozen=True, kw_only=True):
    """How to reach who booked. Kept in a table of its own until the day after."""

    name: Name = ""
    phone: Phone = ""
    email: Email = ""


class Command(Struct, frozen=True, kw_only=True):
    """Common shape of all commands."""


class CounterCommand(Command, frozen=True, kw_only=True):
    """A step at one counter, by the clerk who works there."""

    counter: Code


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


class BookAppointment(Command, frozen=True, kw_only=True):
    """Books a place, or the one that was held; the contact is erased the day after and is never in the journal."""

    service: Code
    start: Moment
    language: Language = "lv"
    needs: Needs = ()
    held: UUID | None = None
    contact: Contact | None = None


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
    """A phone, video or other contact without a number, served at once at an idle counter."""

    service: Code
    channel: Code
    language: Language = "lv"


class Leave(Command, frozen=True, kw_only=True):
    """A waiting or parked visitor gives up the place."""

    visit: UUID


class OpenCounter(CounterCommand, frozen=True, kw_only=True):
    """A clerk starts to work at a counter, with the counter's own profile or another."""

    profile: Code | None = None


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
    """Call one chosen visit, waiting or parked."""

    visit: UUID


class Recall(CounterCommand, frozen=True, kw_only=True):
    """Call the same visit again."""


class Serve(CounterCommand, frozen=True, kw_only=True):
    """The visitor came and service begins."""


class Requeue(CounterCommand, frozen=True, kw_only=True):
    """Put the called visit back to its place."""


class Transfer(CounterCommand, frozen=True, kw_only=True):
    """Hand the visit to exactly one of a queue, a counter or a clerk."""

    queue: Code | None = None
    to_counter: Code | None = None
    to_clerk: Code | None = None
    rank: Rank = "arrival"


class Park(CounterCommand, frozen=True, kw_only=True):
    """Set the visit aside; it returns by itself."""

    minutes: Annotated[int, Meta(ge=1, le=1440)] = 10
    note: Note = ""


class NoShow(CounterCommand, frozen=True, kw_only=True):
    """The called visitor did not come."""


class RecordService(CounterCommand, frozen=True, kw_only=True):
    """One service that the visitor got."""

    service: Code
    kind: Code
    channel: Code = "klatiene"
    outcome: Code | None = None
    quantity: Quantity = 1


class AmendService(CounterCommand, frozen=True, kw_only=True):
    """Correct the recorded service `n` of the present visit."""

    n: Ordinal
    service: Code
    kind: Code
    channel: Code = "klatiene"
    outcome: Code | None = None
    quantity: Quantity = 1


class Finish(CounterCommand, frozen=True, kw_only=True):
    """Service ended."""


class Undo(CounterCommand, frozen=True, kw_only=True):
    """Take back the last step at this counter."""


class CloseDay(Command, frozen=True, kw_only=True):
    """End every open visit as day_closed and close all counters."""


class DeliveredService(Struct, frozen=True, kw_only=True):
    """One service that the visitor of an ended visit really got."""

    service: Code
    kind: Code
    channel: Code = "klatiene"
    outcome: Code | None = None
    quantity: Quantity = 1


class CorrectVisit(Command, frozen=True, kw_only=True):
    """Puts the record of a visit that is over right, with the true end and times, and says why. Of any day.

    What is left out stays as it was; `delivered` is the whole list.
    """

    visit: UUID
    end: VisitEnd
    served: Moment | None = None
    ended: Moment | None = None
    delivered: Annotated[tuple[DeliveredService, ...], Meta(max_length=20)] | None = None
    reason: Annotated[str, Meta(min_length=3, max_length=140, pattern=_PLAIN)]


class ConfirmShown(Command, frozen=True, kw_only=True):
    """A board has painted this call."""

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
    """A new version of the plan comes into force."""

    plan: Plan


class Tick(Command, frozen=True, kw_only=True):
    """Time has passed: returns of parked visits, no-show time-outs, the turn of the day."""


COMMANDS: dict[str, type[Command]] = {
    cls.__name__: cls
    for cls in (
        TakeTicket, CheckIn, HoldSlot, BookAppointment, MoveAppointment, CancelAppointment, AdmitOffline, RegisterContact, Leave,
        OpenCounter, CloseCounter, Pause, Resume, CallNext, CallVisit, StoreNext, CallRoll, SetRoll, Recall, Serve, Requeue,
        Transfer, Park, NoShow, RecordService, AmendService, Finish, Undo, CorrectVisit, CloseDay, ConfirmShown, ReportSlip,
        PrintSlip, CallHelp, AnswerHelp, RevisePlan, Tick,
    )
}  # fmt: skip
"""Every command by its wire name."""
