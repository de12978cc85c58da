"""When a slide or a notice is shown, as people say it: no 1. marta līdz 1. jūnijam, darbdienās 9:00–12:00."""

from collections.abc import Sequence
from datetime import date

from config import texts
from config.hours import WEEKDAYS, clock, season, spans
from config.plan import Notice, Slide, Weekday

_MONTHS = {
    "lv": ("janvār", "februār", "mart", "aprīl", "maij", "jūnij", "jūlij", "august", "septembr", "oktobr", "novembr", "decembr"),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_FROM = {"mart": "marta", "aprīl": "aprīļa", "maij": "maija", "jūnij": "jūnija", "jūlij": "jūlija", "august": "augusta"}
_TO = {"mart": "martam", "maij": "maijam", "jūnij": "jūnijam", "jūlij": "jūlijam", "august": "augustam"}
"""Months of the first declension, and the one whose consonant changes; the others end in -a and -im."""

_DAYS: dict[Weekday, str] = {
    "mon": "on Mondays", "tue": "on Tuesdays", "wed": "on Wednesdays", "thu": "on Thursdays", "fri": "on Fridays",
    "sat": "on Saturdays", "sun": "on Sundays",
}  # fmt: skip


def schedule(slide: Slide | Notice, language: str) -> str:
    """The schedule in words, "always" where there is none; nothing where a part of it has a fault."""
    try:
        said = [_between(slide.since, slide.until, language)]
        if isinstance(slide, Slide):
            said += [_yearly(slide.season, language), _on(slide.days, language), _hours(slide.spans)]
    except ValueError:
        return ""
    return ", ".join(filter(None, said)) or texts.translate(language, "always")


def _between(since: str, until: str, language: str) -> str:
    first, last = (date.fromisoformat(text) if text else None for text in (since, until))
    if first and first == last:
        return texts.translate(language, "on {day} only", day=_day(first, language, at=True))
    said = []
    if first:
        said.append(texts.translate(language, "from {day}", day=_day(first, language)))
    if last:
        said.append(texts.translate(language, "until {day}", day=_day(last, language, to=True)))
    return " ".join(said)


def _yearly(text: str, language: str) -> str:
    if not text:
        return ""
    first, last = (date.fromisoformat(f"2000-{end}") for end in season(text))
    begin, end = _month_day(first, language), _month_day(last, language, to=True)
    return texts.translate(language, "every year from {begin} until {end}", begin=begin, end=end)


def _on(days: Sequence[Weekday], language: str) -> str:
    named = [day for day in WEEKDAYS if day in days]
    if not named or len(named) == len(WEEKDAYS):
        return ""
    if named == list(WEEKDAYS[:5]):
        return texts.translate(language, "on working days")
    words = [texts.translate(language, _DAYS[day]) for day in named]
    return f" {texts.translate(language, 'and')} ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _hours(text: str) -> str:
    return ", ".join(f"{clock(span.begin)}–{clock(span.end)}" for span in spans(text)) if text else ""


def _day(day: date, language: str, to: bool = False, at: bool = False) -> str:
    said = _month_day(day, language, to, at)
    return f"{day.year}. gada {said}" if language == "lv" else f"{said} {day.year}"


def _month_day(day: date, language: str, to: bool = False, at: bool = False) -> str:
    """In Latvian the genitive, the dative after "līdz" (`to`), or the locative (`at`)."""
    month = _MONTHS["lv" if language == "lv" else "en"][day.month - 1]
    if language != "lv":
        return f"{day.day} {month}"
    if at:
        return f"{day.day}. {month}{'ā' if month in _TO else 'ī'}"
    return f"{day.day}. {_TO.get(month, f'{month}im') if to else _FROM.get(month, f'{month}a')}"
