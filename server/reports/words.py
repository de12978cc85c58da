"""Report and code words for people, where a workbook shows them: English sentences that are translated."""

from config import texts

TITLES: dict[str, str] = {
    "promises": "Promised waiting times",
    "overtakes": "Waiting and overtaking",
    "visits": "Visits by day and service",
    "delivered": "Services delivered",
    "calls": "Calls shown and spoken",
    "volumes": "Visitors by month",
    "waits": "Waiting times",
    "week": "The usual week",
    "targets": "Targets of queues",
    "errors": "Errors of promises",
    "away": "Not served here and now",
    "kinds": "Applications, consultations",
    "time": "Time by institution",
    "alone": "Self-reliance",
    "paper": "Paper",
    "staffing": "Desks needed",
    "rooms": "Use of rooms",
    "month": "Closed month",
    "shares": "Applications and consultations",
    "portal": "Consultations",
    "institutions": "By institution and month",
    "quality": "Waiting and quality",
    "reach": "Reach by place",
    "grant": "Grant",
}
"""Of every report; at most 31 characters, as a sheet's name."""

WORDS: dict[str, str] = {
    "walk_in": "without an appointment",
    "appointment": "with an appointment",
    "priority": "with priority",
    "returning": "come back",
    "transferred": "handed on",
    "first": "put first by a clerk",
    "arrival": "order of arrival",
    "preference": "queue preference",
    "ratio": "ratio of queues",
    "points": "points",
    "target": "target time",
    "finally": "longest wait allowed",
    "returned": "returned from aside",
    "directed": "sent to this counter",
    "put_back": "put back in the line",
    "chosen": "chosen by the clerk",
    "roll": "paper roll",
    "all": "all",
    "hour": "hour",
    "weekday": "weekday",
    "service": "service",
    "queue": "queue",
    "yes": "yes",
    "no": "no",
    "served": "served",
    "no_show": "did not come",
    "left": "left",
    "sent": "sent to another centre",
    "day_closed": "ended with the day",
    "open": "not over yet",
    "parked": "set aside",
    "requeued": "put back to wait",
    "redirected": "sent elsewhere with a service",
    "not_served": "service not given",
    "kiosk": "number at a kiosk",
    "desk": "number at a desk",
    "api": "number from elsewhere",
    "offline": "number without the server",
    "contact": "phone or video",
    "callback": "called back",
    "closed": "as closed",
    "corrected": "put right later",
    "pieteikums": "application",
    "konsultacija": "consultation",
    "informacija": "information",
    "cits": "other services",
    "e_atbalsts": "help with e-services",
    "klatiene": "in person",
    "e_pakalpojums": "as an e-service",
    "papirs": "on paper",
    "video": "by video",
    "talrunis": "by phone",
    "e_pasts": "by e-mail",
    "lodged": "lodged",
    "advised": "advised",
    "nacionalas": "national",
    "regionalas": "regional",
    "novada": "county",
    "vietejas": "local",
}
"""Of every class of visitors, rule of calling, kind, channel and outcome of a service, and type of centre."""

FAULT_NAMES: dict[str, str] = {
    "forgotten": "Still at a counter at the close",
    "open_long": "Not over for hours",
    "no_record": "Served, but nothing recorded",
    "too_short": "Served under 30 s",
    "too_long": "Served over 3 h",
    "past_closing": "Served long after closing",
    "out_of_order": "Times out of order",
    "elsewhere": "Was at another counter",
}
"""Of every fault of the repair list, in short."""

CODED = ("group", "rules", "what", "met", "origin", "row", "type", "kind", "channel", "outcome")
"""The columns whose cells are made of such words; `by` is one where a `value` stands beside it, else somebody's account."""

TIMES = ("weekday", "hour")
"""The columns whose cells are figures of the calendar."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def when(what: str, code: str, language: str) -> str:
    """A weekday (1 is Monday) by its name, an hour of the day (09) from when to when."""
    return texts.translate(language, _WEEKDAYS[int(code) - 1]) if what == "weekday" else f"{int(code)}–{int(code) + 1}"
