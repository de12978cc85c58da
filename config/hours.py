"""Opening hours as people write them: lunch gaps, seasons, "second Wednesday", exceptions, holidays, moved working days."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from html import unescape
from typing import NamedTuple
from zoneinfo import ZoneInfo

from config.plan import Exceptional, Hours, OpenHours, Queue, Weekday

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MIDNIGHT = 1_440
_HORIZON = 60
_SHUT = ("", "-", "–", "—", "slēgts", "slēgta", "closed")
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:[-‐‑‒–—−]|līdz)\s*(\d{1,2})(?:[:.](\d{2}))?")


class Span(NamedTuple):
    """Minutes since local midnight by the clock on the wall; `end` is at most 1440."""

    begin: int
    end: int


class Opening(NamedTuple):
    """A stretch of open time; aware, UTC."""

    begin: datetime
    end: datetime


Rota = Hours | tuple[OpenHours, ...] | None
"""Hours of a centre, or of one queue; None or none at all: always open."""


@lru_cache(maxsize=4096)
def spans(text: str) -> tuple[Span, ...]:
    """The spans that `text` names, in their order, touching ones as one; ValueError says what is wrong with it.

    Reads what is found on the sites of the centres: `8:30-12:00; 12:20-17:00`, `8.00 – 17.00`, `8–14`, `slēgts`.
    """
    found: list[Span] = []
    plain = unescape(text).strip()
    if plain.casefold() in _SHUT:
        return ()
    for part in re.split(r"[;,/]", plain):
        match = _SPAN.fullmatch(part.strip())
        if not match:
            raise ValueError(f'"{part.strip()}" is not a stretch of time such as 8:30-12:00')
        begin, end = _minute(match[1], match[2]), _minute(match[3], match[4])
        if end <= begin:
            raise ValueError(f'"{part.strip()}" ends before it begins')
        found.append(Span(begin, end))
    found.sort()
    joined = found[:1]
    for span in found[1:]:
        if span.begin < joined[-1].end:
            raise ValueError(f"{shown(joined[-1])} and {shown(span)} overlap")
        joined[-1:] = [Span(joined[-1].begin, span.end)] if span.begin == joined[-1].end else [joined[-1], span]
    return tuple(joined)


def season(text: str) -> tuple[str, str]:
    """First and last "MM-DD" of "MM-DD/MM-DD"; ValueError if it is none."""
    match = re.fullmatch(r"(\d\d-\d\d)/(\d\d-\d\d)", text)
    if not match:
        raise ValueError(f'"{text}" is not a season such as 10-01/05-31')
    for end in match.groups():
        _date(f"2000-{end}", end)
    return match[1], match[2]


def stretches(text: str) -> tuple[tuple[str, str], ...]:
    """A season as one stretch of the year, or two where it goes over its end."""
    first, last = season(text)
    return ((first, last),) if first <= last else ((first, "12-31"), ("01-01", last))


def dates(text: str) -> tuple[date, date]:
    """First and last day of "2026-12-24" or "2026-12-24/2026-12-26"; ValueError if it is neither."""
    first, _, last = text.partition("/")
    found = _date(first, first), _date(last or first, last)
    if found[1] < found[0]:
        raise ValueError(f'"{text}" ends before it begins')
    return found


def own_hours(queue: Queue) -> Rota:
    """The hours of one queue with their exceptions; a public holiday is the centre's matter."""
    return (
        Hours(regular=queue.hours, exceptions=queue.exceptions, holidays=False)
        if queue.hours and queue.exceptions
        else queue.hours
    )


def day_spans(hours: Rota, day: date) -> tuple[Span, ...]:
    """When it is open on a local day.

    An exception goes before a public holiday, that before a rule for the n-th weekday of a month, that before one for a
    season, that before a plain one; among equals the last. A working day that the state has moved to a Saturday has the
    hours of the day it was moved from. The last minutes of the day before a holiday are cut as the hours say.
    """
    if not hours:
        return (Span(0, _MIDNIGHT),)
    if isinstance(hours, tuple):
        return _by_rule(hours, day)
    for exception in reversed(hours.exceptions):
        if _is_on(exception, day):
            return spans(exception.spans)
    off, moved = _public(day.year) if hours.holidays else (frozenset(), {})
    if day in off:
        return ()
    found = _by_rule(hours.regular, moved.get(day, day))
    tomorrow = day + timedelta(days=1)
    if hours.short_before_holiday and tomorrow in _public(tomorrow.year)[0]:
        return _cut(found, hours.short_before_holiday)
    return found


def week(rules: tuple[OpenHours, ...], day: date) -> dict[Weekday, tuple[Span, ...]]:
    """The usual week in the season of a day, from Monday on: without exceptions, holidays and rules for the n-th weekday."""
    known = [rule for rule in rules if not rule.nth and _in_season(rule, day)]
    known.sort(key=lambda rule: bool(rule.season))
    said = {name: rule.spans for rule in known for name in rule.days}
    return {name: spans(said.get(name, "")) for name in WEEKDAYS}


def opening(hours: Rota, at: datetime, timezone: str) -> Opening | None:
    """The stretch that is open at an instant; None if it is closed then."""
    return next((one for one in _openings(hours, _local(at, timezone), timezone) if one.begin <= at < one.end), None)


def openings(hours: Rota, at: datetime, timezone: str) -> tuple[Opening, ...]:
    """The stretches of the local day of an instant."""
    return tuple(_openings(hours, _local(at, timezone), timezone))


def closing(hours: Rota, at: datetime, timezone: str) -> datetime | None:
    """When the last stretch of the local day ends; None where it is always open or closed all that day."""
    found = openings(hours, at, timezone) if hours else ()
    return found[-1].end if found else None


def next_opening(hours: Rota, at: datetime, timezone: str) -> datetime | None:
    """The next beginning of a stretch after an instant, within sixty days."""
    if not hours:
        return None
    day = _local(at, timezone)
    for ahead in range(_HORIZON + 1):
        for one in _openings(hours, day + timedelta(days=ahead), timezone):
            if one.begin > at:
                return one.begin
    return None


def instant(day: date, minute: int, timezone: str, *, fold: int = 0) -> datetime:
    """The instant at which the clock on the wall shows `minute` of a day; of two such the first, or with `fold` the second."""
    shown = datetime.combine(day, time(), ZoneInfo(timezone)) + timedelta(minutes=minute)
    return shown.replace(fold=fold).astimezone(UTC)


def _openings(hours: Rota, day: date, timezone: str) -> Iterator[Opening]:
    for span in day_spans(hours, day):
        begin = instant(day, span.begin, timezone)
        # An end that the clock shows twice is its second; one that the clock leaps over comes as late as without the leap.
        end = max(instant(day, span.end, timezone, fold=fold) for fold in (0, 1))
        yield Opening(begin, end)


def _by_rule(rules: tuple[OpenHours, ...], day: date) -> tuple[Span, ...]:
    best, found = -1, ""
    for rule in rules:
        rank = 2 if rule.nth else 1 if rule.season else 0
        if rank >= best and _applies(rule, day):
            best, found = rank, rule.spans
    return spans(found)


def _applies(rule: OpenHours, day: date) -> bool:
    if WEEKDAYS[day.weekday()] not in rule.days:
        return False
    if not _in_season(rule, day):
        return False
    left = monthrange(day.year, day.month)[1] - day.day
    return not rule.nth or (day.day + 6) // 7 in rule.nth or (left < 7 and -1 in rule.nth)


def _in_season(rule: OpenHours, day: date) -> bool:
    return not rule.season or any(first <= f"{day:%m-%d}" <= last for first, last in stretches(rule.season))


def _is_on(exception: Exceptional, day: date) -> bool:
    first, last = dates(exception.date)
    return first <= day <= last


def _cut(found: tuple[Span, ...], minutes: int) -> tuple[Span, ...]:
    """Without the last `minutes` before the end of the day."""
    if not found:
        return ()
    end = found[-1].end - minutes
    return tuple(Span(span.begin, min(span.end, end)) for span in found if span.begin < end)


@cache
def _public(year: int) -> tuple[frozenset[date], dict[date, date]]:
    """Public holidays of Latvia and days off moved elsewhere; and each Saturday worked instead with the day it stands for."""
    import holidays  # 0.4 s, and only where a plan has hours

    known = holidays.country_holidays("LV", years=year, language="lv")
    saturdays = known.weekend_workdays
    moved = {saturday: off for off, name in known.items() for saturday in saturdays if f"{saturday:%d.%m.%Y}" in name}
    return frozenset(known), moved


def _date(text: str, said: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'there is no date "{said}"') from None


def _local(at: datetime, timezone: str) -> date:
    return at.astimezone(ZoneInfo(timezone)).date()


def _minute(hour: str, minute: str | None) -> int:
    found = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or found > _MIDNIGHT:
        raise ValueError(f"there is no time {hour}:{minute or '00'}")
    return found


def clock(minute: int) -> str:
    """A minute of the day as people write it: 8:30."""
    return f"{minute // 60}:{minute % 60:02d}"


def shown(span: Span) -> str:
    """The span as people write it."""
    return "-".join(map(clock, span))
