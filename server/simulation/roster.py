"""When each counter is staffed on a day: by the plan's shifts, or by the load where the plan has none."""

from datetime import date, datetime
from random import Random

from config.hours import WEEKDAYS, Span, day_spans, instant, spans
from config.plan import Plan
from config.visitors import Load
from server.simulation.visitors import is_holiday

Times = tuple[tuple[datetime, datetime], ...]


def roster(plan: Plan, load: Load, seed: int, day: date) -> dict[str, Times]:
    """The stretches that each counter works, by counter; one that does not work is left out.

    Who is absent is drawn for every counter, whatever the plan says of it.
    """
    chance = Random(f"{seed} {day} absent")
    away = {counter.code: chance.random() * 100 < load.work.absent for counter in plan.counters}
    found = {}
    for n, counter in enumerate(plan.counters):
        worked = _planned(plan, counter.code, day) if plan.shifts else _usual(plan, load, n, day)
        if worked and not away[counter.code]:
            zone = plan.centre.timezone
            found[counter.code] = tuple((instant(day, one.begin, zone), instant(day, one.end, zone)) for one in worked)
    return found


def _planned(plan: Plan, counter: str, day: date) -> tuple[Span, ...]:
    weekday = WEEKDAYS[day.weekday()]
    if plan.hours is not None and not day_spans(plan.hours, day):
        return ()
    planned = [shift.spans for shift in plan.shifts if shift.counter == counter and weekday in shift.days]
    return tuple(sorted(span for text in planned for span in spans(text)))


def _usual(plan: Plan, load: Load, n: int, day: date) -> tuple[Span, ...]:
    """The load's stretches inside the opening hours, without the lunch of this counter's group."""
    if not load.weekdays.get(WEEKDAYS[day.weekday()]) or is_holiday(day):
        return ()
    worked = spans(load.work.spans) if plan.hours is None else day_spans(plan.hours, day)
    for lunch in spans(load.work.lunch):
        later = (n % load.work.groups) * (lunch.end - lunch.begin)
        worked = _without(worked, Span(lunch.begin + later, lunch.end + later))
    return worked


def _without(worked: tuple[Span, ...], gap: Span) -> tuple[Span, ...]:
    return tuple(
        part
        for span in worked
        for part in (Span(span.begin, min(span.end, gap.begin)), Span(max(span.begin, gap.end), span.end))
        if part.begin < part.end
    )
