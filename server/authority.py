"""One table: which role may submit which command and see which channel."""

_AT_COUNTER = frozenset({
    "OpenCounter", "CloseCounter", "Pause", "Resume", "CallNext", "CallVisit", "Recall", "Serve", "Requeue", "Transfer",
    "Park", "NoShow", "RecordService", "AmendService", "Finish", "Undo", "RegisterContact", "StoreNext", "CallRoll", "SetRoll",
    "CallCallback", "SendMessage", "RaiseAlarm",
})  # fmt: skip
_ARRIVAL = frozenset({"TakeTicket", "CheckIn"})
_BOOK = frozenset({"HoldSlot", "BookAppointment", "MoveAppointment", "CancelAppointment"})
_CLERK = _AT_COUNTER | _ARRIVAL | _BOOK | {
    "Leave", "PrintSlip", "AnswerHelp", "RegisterCallback", "EndCallback", "AcknowledgeMessage", "AcknowledgeAlarm", "SetBooth",
}  # fmt: skip

COMMANDS: dict[str, frozenset[str]] = {
    "kiosk": _ARRIVAL | {"AdmitOffline", "ReportSlip", "CallHelp"},
    "display": frozenset({"ConfirmShown", "ConfirmSpoken"}),
    "panel": frozenset({"CallNext", "Recall", "Serve", "NoShow", "Requeue", "Finish", "Resume"}),
    "clerk": _CLERK,
    "manager": _CLERK | {"AdmitOffline", "CloseDay", "RevisePlan", "ReportSlip", "CorrectVisit"},
    "national": frozenset(),
    "visitor": frozenset({"Leave", "Delay", "AnswerCall", "Return"}),
    "system": frozenset({"Tick", "RevisePlan", "TakeCounter"}),
}

CHANNELS: dict[str, frozenset[str]] = {
    "kiosk": frozenset({"menu", "jobs"}),
    "display": frozenset({"board", "panel", "panels"}),
    "panel": frozenset({"panels"}),
    "clerk": frozenset({"menu", "desk", "panel", "board", "catalogue", "overview"}),
    "manager": frozenset({"menu", "jobs", "desk", "panel", "panels", "board", "catalogue", "overview"}),
    "national": frozenset({"overview"}),
    "visitor": frozenset(),
    "system": frozenset(),
}

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


def may_see(role: str, channel: str, id: str | None = None) -> bool:
    """Whether the role may see the channel, `desk/3` counting as `desk`; a kiosk, known by `id`, sees only its own slips."""
    kind, _, name = channel.partition("/")
    if role == "kiosk" and kind == "jobs" and id is not None and name != id:
        return False
    return kind in OPEN_CHANNELS or kind in CHANNELS.get(role, frozenset())
