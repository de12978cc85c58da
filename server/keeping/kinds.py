"""What the journal's records are called, who made them, and the parts of the plan that they name, in people's words. Pure."""

from collections.abc import Callable, Mapping

from config.plan import Plan

KINDS: dict[str, str] = {
    "PlanRevised": "Plan changed", "PlanScheduled": "Plan put off", "PlanWithdrawn": "Plan taken back",
    "PlanPutOff": "Plan not started", "DayOpened": "Day began", "MonthClosed": "Month closed", "TicketIssued": "Number given",
    "VisitCalled": "Visitor called", "VisitRecalled": "Visitor called again", "CallShown": "Call shown",
    "CallSpoken": "Call spoken",
    "ServiceStarted": "Service began", "VisitRequeued": "Back to the line", "VisitTransferred": "Handed on",
    "VisitParked": "Set aside", "VisitDelayed": "Let others go first", "CallAnswered": "Answer to a call",
    "VisitReturned": "Waits again", "VisitMoved": "Moved to another queue", "ServiceRecorded": "Service recorded",
    "ServiceStruck": "Service taken out",
    "VisitEnded": "Visit over", "StepUndone": "Step taken back", "VisitCorrected": "Record put right",
    "AppointmentBooked": "Appointment booked", "AppointmentMoved": "Appointment moved", "AppointmentEnded": "Appointment over",
    "NextStored": "Next by itself", "RollSet": "Paper roll", "CounterOpened": "Counter opened",
    "CounterTaken": "Counter taken over", "CounterClosed": "Counter closed", "CounterPaused": "Counter paused",
    "CounterResumed": "Counter calls again", "ProfileSet": "Profile changed", "QueueSet": "Queue opened or closed",
    "SlipRequested": "Slip asked for", "SlipReported": "Slip printed or not", "HelpCalled": "Help asked for",
    "HelpAnswered": "Help answered", "CallbackBooked": "Call back noted", "CallbackEnded": "Call back over",
    "MessageSent": "Message", "MessageAcknowledged": "Message read", "AlarmRaised": "Colleague asked for",
    "AlarmAcknowledged": "Colleague on the way", "BoothSet": "Video booth", "RetentionDone": "Old data erased",
    "RoomStarted": "Room taken", "RoomExtended": "Room kept longer", "RoomWarned": "Room soon over", "RoomEnded": "Room left",
    "RoomWiped": "Room cleared", "RoomJoined": "Waits for a room", "RoomLeft": "Waits for a room no more",
    "RoomBooked": "Room booked", "RoomBookingEnded": "Room booking over", "PaperRequested": "Printed page asked for",
    "PaperReported": "Page printed or not", "Announced": "Announcement", "AnnouncementWithdrawn": "Announcement taken back",
    "PlaceCalled": "Called to a room", "PlaceCallShown": "Call to a room shown", "PlaceCallSpoken": "Call to a room spoken",
    "SoundTested": "Sound tested", "SoundPlayed": "Test of the sound", "SoundHeard": "Test of the sound heard or not",
    "TroubleBegan": "Trouble began", "TroubleEnded": "Trouble over", "TroubleSeen": "Trouble seen",
}  # fmt: skip
"""By type, in English; a test compares it with the sentences."""
ROLES = {
    "kiosk": "Kiosk {name}", "display": "Board {name}", "panel": "Call panel {name}", "clerk": "Clerk {name}",
    "manager": "Manager {name}", "national": "The network's officer {name}", "visitor": "The visitor",
}  # fmt: skip
OWN = {
    "system:server": "The server", "system:network": "The network", "manager:visitors": "Simulated visitors",
    "manager:training": "Simulated visitors",
}  # fmt: skip
STATES = {
    "printed": "printed", "unconfirmed": "not confirmed", "unknown": "not known whether printed", "expired": "too old to print",
    "failed": "not printed", "free": "free", "prepared": "prepared", "ready": "ready", "busy": "in use", "coming": "coming",
    "two_minutes": "in two minutes", "plan": "as the plan says", "always": "at any time", "none": "none",
}  # fmt: skip
"""Of slips, printed pages and booths; what a visitor answers; how a queue gives numbers."""

Told = Callable[..., str]


def doer(say: Told, actor: str, names: Mapping[str, str]) -> str:
    """Who made a record, by the name that colleagues see where `names` has one; a dash for nobody."""
    if not actor:
        return "–"
    if actor in OWN:
        return say(OWN[actor])
    role, _, name = actor.partition(":")
    if name in names and role in ("clerk", "manager", "national"):
        return names[name]
    return say(ROLES[role], name=name) if role in ROLES else actor


def called(plan: Plan | None, language: str) -> dict[tuple[str, str], str]:
    """By what it is and its code: the names of the plan's parts, in a language or else in Latvian."""
    if plan is None:
        return {}
    parts = (
        ("queue", plan.queues), ("profile", plan.profiles), ("zone", plan.zones), ("room", plan.rooms), ("booth", plan.booths),
        ("service", plan.services),
    )  # fmt: skip
    found = {(what, one.code): one.name.get(language) or one.name["lv"] for what, of in parts for one in of}
    words = (("reason", plan.pause_reasons), ("outcome", plan.outcomes))
    return found | {(what, code): name.get(language) or name["lv"] for what, of in words for code, name in of.items()}
