"""The load of a centre for a simulation: who comes when and for what, how long it takes, and who works; in whole numbers."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from config.catalogue import Catalogue
from config.hours import WEEKDAYS, spans
from config.shape import Report

Shares = dict[str, int]
"""Weights by name; only their ratios count."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Common shape of the parts."""


class Times(_Part, frozen=True, kw_only=True):
    """Service times: log-normal, with `factor` percent of the catalogue's minutes as mean and `cv` percent of it as deviation.

    After it the clerk records for `record_s` seconds. A called visitor walks `walk_s` seconds on the average; the clerk ends
    a call that nobody follows after `absent_s` seconds, with a second call half-way.
    """

    factor: int = 100
    cv: int = 60
    record_s: int = 40
    walk_s: int = 30
    absent_s: int = 180


class People(_Part, frozen=True, kw_only=True):
    """Percent of all visitors, but `booked_no_show`: of those with an appointment.

    Whom `leaves` counts has patience for `patience` minutes on the average and goes when it has run out.
    """

    no_show: int = 3
    priority: int = 5
    several: int = 8
    booked: int = 0
    booked_no_show: int = 10
    leaves: int = 5
    patience: int = 45


class Work(_Part, frozen=True, kw_only=True):
    """When counters work where the plan has no shifts: `spans` but for `lunch`, taken in `groups` one after the other.

    `absent` percent of the counters stay closed on a day, planned or not. Who still waits at the end is served for at most
    `overtime` minutes.
    """

    spans: str = "8:30-17:00"
    lunch: str = ""
    groups: int = 2
    absent: int = 0
    overtime: int = 60


class Load(_Part, frozen=True, kw_only=True):
    """`visitors` come on a mean working day to a centre of so many `counters`; to a larger or smaller one in proportion.

    `hours` are weights by local hour. Percent of a mean day: `weekdays` (nobody comes on one that is left out), `months` (100
    if left out), `after_holiday`. `mix` are weights of institutions or of single services, in some months `month_mix` instead.
    """

    visitors: int
    counters: int
    hours: Shares
    weekdays: Shares
    mix: Shares
    months: Shares = {}
    month_mix: dict[str, Shares] = {}
    after_holiday: int = 100
    times: Times = Times()
    people: People = People()
    work: Work = Work()


def check_load(load: Load, catalogue: Catalogue, report: Report) -> None:
    """Names that do not exist, and numbers out of range."""
    _shares("hours", load.hours, [str(hour) for hour in range(24)], report)
    _shares("weekdays", load.weekdays, WEEKDAYS, report)
    months = [str(month) for month in range(1, 13)]
    _names("months", load.months, months, report)
    _names("month_mix", load.month_mix, months, report)
    known = [*(one.code for one in catalogue.institutions), *(one.code for one in catalogue.services)]
    _shares("mix", load.mix, known, report)
    for month, mix in load.month_mix.items():
        _shares(f"month_mix.{month}", mix, known, report)
    for part, most, names in (
        (load.people, 100, ("no_show", "priority", "several", "booked", "booked_no_show", "leaves")),
        (load.work, 100, ("absent",)),
    ):
        where = "people" if part is load.people else "work"
        for name in names:
            _within(f"{where}.{name}", getattr(part, name), 0, most, report)
    _within("visitors", load.visitors, 1, 20_000, report)
    _within("counters", load.counters, 1, 500, report)
    _within("times.factor", load.times.factor, 10, 1_000, report)
    _within("times.cv", load.times.cv, 0, 500, report)
    _within("work.groups", load.work.groups, 1, 20, report)
    for name in ("spans", "lunch"):
        _readable(f"work.{name}", getattr(load.work, name), spans, report)


def _shares(path: str, shares: Mapping[str, int], known: Iterable[str], report: Report) -> None:
    _names(path, shares, known, report)
    if shares and not any(weight > 0 for weight in shares.values()):
        report.add(path, "has no weight above 0")
    for name, weight in shares.items():
        _within(f"{path}.{name}", weight, 0, 1_000_000, report)


def _names(path: str, found: Mapping[str, object], known: Iterable[str], report: Report) -> None:
    known = list(known)
    for name in found:
        if name not in known:
            report.add(f"{path}.{name}", f'there is no "{name}"{report.did_you_mean(name, known)}')


def _within(path: str, value: int, low: int, high: int, report: Report) -> None:
    if not low <= value <= high:
        report.add(path, f"{value} is outside {low} to {high}")


def _readable(path: str, text: str, read: Callable[[str], object], report: Report) -> None:
    try:
        read(text)
    except ValueError as fault:
        report.add(path, str(fault))
