"""Report and code words for people, where a workbook shows them: English sentences that are translated."""

TITLES: dict[str, str] = {
    "promises": "Promised waiting times",
    "overtakes": "Waiting and overtaking",
    "visits": "Visits by day and service",
    "delivered": "Services delivered",
    "calls": "Calls shown and spoken",
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
}
"""Of every class of visitors and every rule of calling."""

CODED = ("group", "rules")
"""The columns whose cells are made of such words."""
