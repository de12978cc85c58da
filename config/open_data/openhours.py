"""Opening hours as the centres' pages write them, as hours of a plan; what is not understood is said, never guessed."""

import re
from collections.abc import Sequence

from config.hours import WEEKDAYS, spans
from config.open_data.words import clean, dashed, fold
from config.plan import OpenHours, Weekday

_DAYS: dict[str, Weekday] = {}
for _day, _names in zip(
    WEEKDAYS,
    ("pirmdien P Pr Pirmd Mo Mon", "otrdien O Ot Otrd Tu Tue", "tresdien T Tr Tresd We Wed", "ceturtdien C Ce Ceturtd Th Thu",
     "piektdien Pk Pi Piektd Fr Fri", "sestdien S Se Sestd Sa Sat", "svetdien Sv Svetd Su Sun"),
    strict=True,
):  # fmt: skip
    for _name in _names.casefold().split():
        _DAYS[_name] = _day

_LONG = r"(?:pirm|otr|tres|ceturt|piekt|sest|svet)dien\w*"
_SHORT = "|".join(sorted((name for name in _DAYS if not name.endswith("dien")), key=len, reverse=True))
_NAME = re.compile(rf"(?<!\w)(?:{_LONG}|(?:{_SHORT})(?![\w])\.?)")
_RANGE = re.compile(r"\s*(-|lidz|,|un|/|&)\s*")
_NTH = {"pirmaj": 1, "pirma": 1, "otraj": 2, "otra": 2, "tresaj": 3, "tresa": 3, "ceturtaj": 4, "ceturta": 4, "pedej": -1}
_MONTHS = ("janvar", "februar", "mart", "april", "mai", "junij", "julij", "august", "septembr", "oktobr", "novembr", "decembr")
_LAST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EMPTY = re.compile(r"^[\s:;,.\-]*$")
_SHUT = re.compile(r"\b(slegt[sai]?|brivdiena|closed)\b")
SOON = re.compile(r"tiks\s+atvert|tuvakaja\s+laika|drizuma")


class Unclear(ValueError):
    """What of a text has no clear meaning."""


def read_hours(text: str) -> tuple[OpenHours, ...]:
    """All of it or nothing: Unclear names the first part that is not understood.

    `P. 8:30 – 12:00; 12:20-17.00, O. 8-19; S., Sv. slēgts` and the like; a season before a colon holds for what comes after it.
    """
    plain = dashed(clean(text))
    found: list[OpenHours] = []
    season = ""
    for part, its in _seasons(plain):
        season = its if its is not None else season
        found += _week(part, season)
    if not found:
        raise Unclear(f'"{plain[:80]}" has no weekday')
    return tuple(found)


def read_day(day: Weekday, text: str) -> tuple[OpenHours, ...]:
    """The cell of one weekday."""
    return (_rule((day,), dashed(clean(text)), ""),)


def _seasons(text: str) -> list[tuple[str, str | None]]:
    """The text in parts, each with the season that its heading names; None: of no heading."""
    low = fold(text)
    heads = [
        (match.start(), match.end(), found)
        for match in re.finditer(r"(?:^|(?<=[;.,]))[^;:]*?:(?!\d)", low)
        if (found := _season(match[0])) and not _NAME.search(re.sub(r"\(.*?\)", "", match[0]))
    ]
    if not heads:
        return [(text, None)]
    parts: list[tuple[str, str | None]] = []
    if text[: heads[0][0]].strip(" ;,."):
        parts.append((text[: heads[0][0]], None))
    for n, (_, end, found) in enumerate(heads):
        parts.append((text[end : heads[n + 1][0] if n + 1 < len(heads) else len(text)], found))
    return parts


def _season(text: str) -> str:
    """`no septembra līdz maijam`, `1. oktobris - 31. maijs`, `01.10.-31.05.` as MM-DD/MM-DD; empty for none."""
    low = fold(text)
    ends: list[tuple[int, int | None]] = []
    for match in re.finditer(r"(?:(\d{1,2})\.\s*)?\b(" + "|".join(_MONTHS) + r")\w*|\b(\d{1,2})\.(\d{1,2})\.", low):
        if match[2]:
            ends.append((_MONTHS.index(match[2]) + 1, int(match[1]) if match[1] else None))
        elif 1 <= int(match[4]) <= 12:
            ends.append((int(match[4]), int(match[3])))
    if len(ends) != 2:
        return ""
    (first, begin), (last, end) = ends
    begin, end = begin or 1, end or _LAST[last - 1]
    if not (1 <= begin <= _LAST[first - 1] and 1 <= end <= _LAST[last - 1]):
        return ""
    return f"{first:02}-{begin:02}/{last:02}-{end:02}"


def _week(text: str, season: str) -> list[OpenHours]:
    low = fold(text)
    if len(low) != len(text):
        raise Unclear(f'"{text[:80]}" has signs that cannot be compared')
    names = [match for match in _NAME.finditer(low) if not _within_brackets(low, match.start())]
    if names and not _EMPTY.match(before := low[: names[0].start()]) and not _nth(before):
        raise Unclear(f'"{text[: names[0].start()].strip()}"')
    found: list[OpenHours] = []
    n = 0
    while n < len(names):
        days, end, nth = [_day_of(names[n][0])], names[n].end(), _nth(_lead(low, names, n))
        while n + 1 < len(names) and (glue := _RANGE.fullmatch(low[end : names[n + 1].start()])):
            days += _through(days[-1], _day_of(names[n + 1][0])) if glue[1] in ("-", "lidz") else [_day_of(names[n + 1][0])]
            n, end = n + 1, names[n + 1].end()
        stop = names[n + 1].start() if n + 1 < len(names) else len(text)
        if n + 1 < len(names):
            stop -= len(_lead(low, names, n + 1))
        found.append(_rule(tuple(days), text[end:stop], season, nth))
        n += 1
    return found


def _lead(low: str, names: Sequence[re.Match[str]], n: int) -> str:
    """`katra mēneša otrā` before a weekday; empty for none. `katru otro` may be every second week: unclear."""
    begin = names[n - 1].end() if n else 0
    before = low[begin : names[n].start()]
    found = re.search(r"(?:(?:katra\s+)?menesa\s+\w+\s*|katr\w+\s+otr\w+\s*)$", before)
    return found[0] if found else ""


def _nth(lead: str) -> tuple[int, ...]:
    if not lead.strip():
        return ()
    found = re.search(r"menesa\s+(\w+)\s*$", lead)
    for begin, n in _NTH.items():
        if found and found[1].startswith(begin):
            return (n,)
    raise Unclear(f'"{lead.strip()}": which weeks are meant')


def _rule(days: tuple[Weekday, ...], text: str, season: str, nth: tuple[int, ...] = ()) -> OpenHours:
    value = text.strip(" :;,.-\t")
    notes = re.findall(r"\(([^()]*)\)", value)
    bare = re.sub(r"\([^()]*\)", " ", value).strip(" :;,.-\t")
    for note in notes:
        if its := _season(note):
            season = its
            notes = [one for one in notes if one != note]
    note = {"lv": "; ".join(one.strip() for one in notes)} if notes else {}
    if _SHUT.search(fold(value)) and not re.search(r"\d", bare):
        rest = _SHUT.sub("", fold(value)).strip(" :;,.-()")
        return OpenHours(days=days, spans="", season=season, nth=nth, note={"lv": value} if rest else {})
    if nth and bare and not re.search(r"\d", bare):
        raise Unclear(f'"{bare}" does not say whether it is open')
    plain = re.sub(r"(?i)\bplkst\.?|\bno\b", " ", bare)
    plain = re.sub(r"\s*(?:,|;|/|\bun\b)\s*", "; ", plain).strip(" ;")
    plain = re.sub(r"(\d)\s*(?:līdz|lidz)\s*(\d)", r"\1-\2", plain)
    if not plain:
        raise Unclear(f"{'/'.join(days)} without hours")
    try:
        spans(plain)
    except ValueError as error:
        raise Unclear(str(error)) from None
    return OpenHours(days=days, spans=plain, season=season, nth=nth, note=note)


def _day_of(name: str) -> Weekday:
    plain = name.strip(".")
    return next(day for known, day in _DAYS.items() if plain == known or (known.endswith("dien") and plain.startswith(known)))


def _through(first: Weekday, last: Weekday) -> list[Weekday]:
    at, to = WEEKDAYS.index(first), WEEKDAYS.index(last)
    if to <= at:
        raise Unclear(f"{first} to {last}")
    return list(WEEKDAYS[at + 1 : to + 1])


def _within_brackets(low: str, at: int) -> bool:
    return low.count("(", 0, at) > low.count(")", 0, at)
