"""Every kind of record as a sentence that people understand, in the language of who reads it. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from server.keeping.kinds import STATES
from server.reports.words import WORDS


class Say(Protocol):
    """Translates an English sentence and fills it in."""

    def __call__(self, text: str, **params: object) -> str:
        """The text in the reader's language."""


ENDS = {
    "served": "served", "no_show": "did not come", "left": "left", "sent": "sent to another centre",
    "day_closed": "the day was closed", "kept": "the visitor came", "cancelled": "cancelled", "expired": "expired",
    "called": "called", "done": "done", "unreached": "not reached",
}  # fmt: skip
SENTENCES: dict[str, str] = {
    "PlanRevised": "The plan, version {version}, came into force",
    "PlanScheduled": "A plan was put off until {at}",
    "PlanWithdrawn": "The plan that waited for its time was taken back",
    "PlanPutOff": "The plan that was due could not be started",
    "DayOpened": "The business day {day} began",
    "MonthClosed": "The month {month} was closed",
    "TicketIssued": "{number} was given for {service}, queue {queue}, {ahead} ahead",
    "VisitCalled": "{number} was called to counter {counter}",
    "VisitRecalled": "{number} was called to counter {counter} again, for the {calls}. time",
    "CallShown": "The call of {number} was on the screens of {zone}",
    "CallSpoken": "The call of {number} was heard in {zone}",
    "ServiceStarted": "{number} came to counter {counter}",
    "VisitRequeued": "{number} went back to its place in the line",
    "VisitTransferred": "{number} was handed on from counter {counter} to the queue {queue}",
    "VisitParked": "{number} was set aside until {until}",
    "VisitDelayed": "The visitor of {number} let {places} others go first",
    "CallAnswered": "The visitor of {number} answered the call: {says}",
    "VisitReturned": "{number} waits again",
    "VisitMoved": "{number} was moved to the queue {queue}",
    "ServiceRecorded": "{number}: {service} was recorded, outcome {outcome}",
    "ServiceStruck": "{number}: {service} was taken out of the record",
    "VisitEnded": "{number} is over: {end}",
    "StepUndone": "The last step with {number} at counter {counter} was taken back",
    "VisitCorrected": "The record of {number} was put right: {was} became {end}",
    "AppointmentBooked": "An appointment for {service} at {start} was booked",
    "AppointmentMoved": "An appointment was moved to {start}",
    "AppointmentEnded": "An appointment is over: {end}",
    "NextStored": "Counter {counter} takes the next arrival by itself, or no longer",
    "RollSet": "The next number of the paper roll is {next}",
    "CounterOpened": "Counter {counter} was opened by {clerk}, profile {profile}",
    "CounterTaken": "Counter {counter} was taken over by {clerk}",
    "CounterClosed": "Counter {counter} was closed",
    "CounterPaused": "Counter {counter} paused: {reason}",
    "CounterResumed": "Counter {counter} calls again",
    "ProfileSet": "Counter {counter} has the profile {profile} now",
    "QueueSet": "The queue {queue} gives numbers in another way: {gives}",
    "SlipRequested": "The slip of {number} was asked for at kiosk {kiosk}",
    "SlipReported": "The slip of {number} at kiosk {kiosk}: {state}",
    "HelpCalled": "Somebody at kiosk {kiosk} asked for a person",
    "HelpAnswered": "{clerk} went to kiosk {kiosk}",
    "CallbackBooked": "A call back for {service} at {start} was noted",
    "CallbackEnded": "A call back is over: {end}",
    "MessageSent": "{sender} wrote, counter {counter}: {words}",
    "MessageAcknowledged": "{reader} read a message",
    "AlarmRaised": "Counter {counter} asked for a colleague",
    "AlarmAcknowledged": "{clerk} went to counter {counter}",
    "BoothSet": "The video booth {booth}: {state}",
    "RetentionDone": "What was older than {until} was erased",
    "RoomStarted": "The use of {room} began",
    "RoomExtended": "The use of {room} goes on until {until}",
    "RoomWarned": "The end of the use of {room} was announced",
    "RoomEnded": "The use of {room} is over",
    "RoomWiped": "{room} was cleared after its use by {clerk}",
    "RoomJoined": "{number} waits for {room}",
    "RoomLeft": "{number} does not wait for {room} any more",
    "RoomBooked": "{room} was booked for {start}",
    "RoomBookingEnded": "A booking of a room is over",
    "PlaceCalled": "{number} was called to {place}",
    "PlaceCallShown": "A call to a room was shown in {zone}",
    "PlaceCallSpoken": "A call to a room was spoken in {zone}",
    "SoundTested": "{clerk} tested the sound of a screen of {zone}",
    "SoundPlayed": "A test of the sound: {result}",
    "SoundHeard": "{clerk} said whether a test of the sound was heard",
    "PaperRequested": "A printed page was asked for at kiosk {kiosk}",
    "PaperReported": "A printed page: {state}",
    "Announced": "Said on the screens: {words}",
    "AnnouncementWithdrawn": "What was said on the screens was taken back",
    "TroubleBegan": "Trouble: {kind}, {about}",
    "TroubleEnded": "Trouble over: {kind}, {about}",
    "TroubleSeen": "{clerk} has seen the trouble: {kind}, {about}",
}
"""By type; a test compares it with the events."""
_CHOICES = ("chosen", "first", "directed")
_EMPTY = "–"
_INSTANTS = ("at", "start", "until", "issued", "served", "ended")
_DAYS = ("day", "until")
NOBODYS: Mapping[tuple[str, str], str] = {}


def sentence(
    say: Say, kind: str, data: Mapping[str, Any], numbers: Mapping[str, str], zone: ZoneInfo,
    names: Mapping[tuple[str, str], str] = NOBODYS,
) -> str:  # fmt: skip
    """The record in words; one of a kind that nobody has described is said by its name.

    `names` are those of the plan's parts by what they are and their code (`kinds.called`); what it has not is said by its code.
    """
    template = SENTENCES.get(kind)
    if template is None:
        return kind
    facts = _named(say, _facts(say, data, numbers, zone), names)
    return say(template, **{name: facts.get(name, _EMPTY) for name in _NAMES})  # an older record may have fewer of them


def why(say: Say, data: Mapping[str, Any]) -> str:
    """Why a call went past others or was somebody's choice; empty for one that simply was the next."""
    reason = data.get("reason")
    if not isinstance(reason, Mapping):
        return ""
    rule, overtook = str(reason.get("rule", "")), int(reason.get("overtakes", 0))
    if rule not in _CHOICES and not overtook and not data.get("note"):
        return ""
    parts = [say(WORDS.get(rule, rule)), say("waited {n} min", n=round(int(reason.get("waited_s", 0)) / 60))]
    if overtook:
        passed = ", ".join(str(one.get("number", "")) for one in reason.get("passed", ()))
        parts.append(say("overtook {n}: {numbers}", n=overtook, numbers=passed) if passed else say("overtook {n}", n=overtook))
    if data.get("note"):
        parts.append(str(data["note"]))
    return "; ".join(parts)


def _facts(say: Say, data: Mapping[str, Any], numbers: Mapping[str, str], zone: ZoneInfo) -> dict[str, object]:
    plain = {name: value for name, value in data.items() if isinstance(value, str | int | float) and value != ""}
    found: dict[str, object] = {"words": plain.pop("text", _EMPTY), **plain}
    if visit := data.get("visit"):
        found["number"] = data.get("number") or numbers.get(str(visit)) or str(visit)[:8]
    if isinstance(delivered := data.get("delivered"), Mapping):
        found |= {"service": delivered.get("service", ""), "outcome": delivered.get("outcome") or _EMPTY}
    for key in ("reason", "end", "was"):
        if isinstance(end := data.get(key), str) and end in ENDS:
            found["was" if key == "was" else "end"] = say(ENDS[end])
    for key in _INSTANTS:
        if isinstance(found.get(key), str) and len(str(found[key])) > 10:
            found[key] = f"{datetime.fromisoformat(str(found[key])).astimezone(zone):%d.%m.%Y %H:%M}"
    for key in _DAYS:
        if isinstance(day := found.get(key), str) and _is_day(day):
            found[key] = f"{date.fromisoformat(day):%d.%m.%Y}"
    return found


def _named(say: Say, facts: dict[str, object], names: Mapping[tuple[str, str], str]) -> dict[str, object]:
    """Codes as names, states as words."""
    for key, value in facts.items():
        if isinstance(value, str):
            facts[key] = names.get((key, value), value)
    for key in ("state", "says", "gives"):
        if (value := facts.get(key)) in STATES:
            facts[key] = say(STATES[str(value)])
    return facts


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


_NAMES = frozenset(name for text in SENTENCES.values() for _, name, _, _ in Formatter().parse(text) if name)
