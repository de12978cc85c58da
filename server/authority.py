"""One table: which role may submit which command and see which channel."""

_AT_COUNTER = frozenset({
    "OpenCounter", "CloseCounter", "Pause", "Resume", "CallNext", "CallVisit", "Recall", "Serve", "Requeue", "Transfer",
    "Park", "NoShow", "RecordService", "AmendService", "StrikeService", "Finish", "Undo", "RegisterContact", "StoreNext",
    "CallRoll", "SetRoll", "CallCallback", "SendMessage", "RaiseAlarm",
})  # fmt: skip
_ARRIVAL = frozenset({"TakeTicket", "CheckIn"})
_BOOK = frozenset({"HoldSlot", "BookAppointment", "MoveAppointment", "CancelAppointment"})
_ROOMS = frozenset({
    "StartRoom", "ExtendRoom", "EndRoom", "WipeRoom", "JoinRoom", "LeaveRoom", "BookRoom", "CancelRoomBooking",
    "CallToPlace",
})  # fmt: skip
_CLERK = _AT_COUNTER | _ARRIVAL | _BOOK | _ROOMS | {
    "Leave", "PrintSlip", "AnswerHelp", "RegisterCallback", "EndCallback", "AcknowledgeMessage", "AcknowledgeAlarm", "SetBooth",
    "PrintPaper",
}  # fmt: skip

_RECORDS = frozenset({
    "AdmitOffline", "RevisePlan", "SchedulePlan", "WithdrawPlan", "ReportSlip", "CorrectVisit", "CloseMonth",
})  # fmt: skip
MANAGING = frozenset({
    "SetQueue", "ReleaseCounter", "SetProfile", "MoveVisit", "EndVisit", "Announce", "Withdraw", "SeeTrouble", "CloseDay",
    "TestSound", "HearSound",
})  # fmt: skip
"""What only a manager does from the page of the whole centre."""

COMMANDS: dict[str, frozenset[str]] = {
    "kiosk": _ARRIVAL | {"AdmitOffline", "ReportSlip", "CallHelp", "PrintPaper", "ReportPaper"},
    "display": frozenset({"ConfirmShown", "ConfirmSpoken", "ReportSound"}),
    "panel": frozenset({"CallNext", "Recall", "Serve", "NoShow", "Requeue", "Finish", "Resume"}),
    "clerk": _CLERK,
    "manager": _CLERK | MANAGING | _RECORDS,
    "national": frozenset(),
    "visitor": frozenset({"Leave", "Delay", "AnswerCall", "Return"}),
    "system": frozenset({"Tick", "RevisePlan", "TakeCounter", "NoteTroubles", "EraseOld"}),
}

CHANNELS: dict[str, frozenset[str]] = {
    "kiosk": frozenset({"menu", "jobs"}),
    "display": frozenset({"board", "panel", "panels", "rate", "room"}),
    "panel": frozenset({"panels"}),
    "clerk": frozenset({"menu", "desk", "finished", "panel", "board", "catalogue", "overview", "visits", "room"}),
    "manager": frozenset({
        "menu", "jobs", "desk", "finished", "panel", "panels", "rate", "board", "catalogue", "overview", "visits", "room",
    }),
    "national": frozenset({"overview"}),
    "visitor": frozenset(),
    "system": frozenset(),
}  # fmt: skip

PAGES: dict[str, frozenset[str]] = {
    "now": frozenset({"clerk", "manager", "national"}),
    "devices": frozenset({"manager"}),
    "plan": frozenset({"manager"}),
    "board": frozenset({"manager"}),
    "people": frozenset({"manager"}),
    "book": frozenset({"clerk", "manager"}),
    "rooms": frozenset({"clerk", "manager"}),
    "reports": frozenset({"manager", "national"}),
    "figures": frozenset({"clerk"}),
    "quality": frozenset({"manager"}),
    "journal": frozenset({"manager"}),
    "keeping": frozenset({"manager"}),
}
"""The pages of the centre's office, by what the menu calls them: who may open them and send their forms."""

STAFF = frozenset({"clerk", "manager", "national"})
"""Roles of people with accounts."""

OPEN_CHANNELS = frozenset({"ticket"})
"""Channels whose name holds an unguessable token: knowing it is the right to see it."""


VISIT_READERS = frozenset({"manager", "national"})
"""Who may read the centre's visits."""

BOOK_READERS = frozenset({"clerk", "manager"})
"""Who may read the book of appointments, contacts and all."""


def may_read_visits(role: str) -> bool:
    """Whether the role may read what became of visits."""
    return role in VISIT_READERS


def may_read_book(role: str) -> bool:
    """Whether the role may read free times and appointments."""
    return role in BOOK_READERS


def may_submit(role: str, command: str) -> bool:
    """Whether the role may submit the command."""
    return command in COMMANDS.get(role, frozenset())


def may_speak(only: str, zone: str | None) -> bool:
    """Whether a screen that is bound to the channel `only` (empty: to none) may say what happened in a zone; None: in no zone."""
    return not only or zone is None or only == f"board/{zone}"


def may_see(role: str, channel: str, id: str | None = None, only: str = "") -> bool:
    """Whether the role may see the channel, `desk/3` counting as `desk`; a kiosk, known by `id`, sees only its own slips, and a
    screen that is bound to `only` one channel no other.
    """
    kind, _, name = channel.partition("/")
    if only and channel not in (only, only.partition("/")[0]) and kind not in OPEN_CHANNELS:
        return False
    if role == "kiosk" and kind == "jobs" and id is not None and name != id:
        return False
    return kind in OPEN_CHANNELS or kind in CHANNELS.get(role, frozenset())


def may_open(role: str, page: str) -> bool:
    """Whether the role may open a page of the office, one of `PAGES`."""
    return role in PAGES.get(page, frozenset())


def staff(role: str) -> bool:
    """Whether people have this role, who can sign in."""
    return role in STAFF
