"""What a plan says that reports hold against what happened."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from config.hours import WEEKDAYS, Span, spans, week
from config.plan import Plan
from server.reports.sheet import About

HALF_AN_HOUR = 30


def about(plan: Plan, day: date) -> About:
    """As it is on a day. Without shifts every counter is meant to be there while the centre is open."""
    have: Counter[tuple[int, int]] = Counter()
    for shift in plan.shifts:
        have.update((WEEKDAYS.index(name), hour) for name in shift.days for hour in _hours(spans(shift.spans)))
    if not plan.shifts:
        usual = week(plan.hours.regular, day) if plan.hours is not None else dict.fromkeys(WEEKDAYS, (Span(0, 24 * 60),))
        for name, worked in usual.items():
            have.update({(WEEKDAYS.index(name), hour): len(plan.counters) for hour in _hours(worked)})
    targets = {queue.code: queue.target for queue in plan.queues if queue.target}
    return About(target=plan.rules.wait_minutes, targets=targets, have=dict(have))


def _hours(worked: Iterable[Span]) -> list[int]:
    """The hours of which at least half is worked."""
    minutes = Counter(minute // 60 for span in worked for minute in range(span.begin, span.end))
    return [hour for hour, count in minutes.items() if count >= HALF_AN_HOUR]
