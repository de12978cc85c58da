"""What a centre is for, in figures: less burden, more efficiency, access, transparency. Each with meaning and source."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from config.plan import Plan
from server.quality.measures import Figures
from server.quality.rating import Rating
from server.reports.table import quantile

Group = Literal["burden", "efficiency", "access", "transparency"]
Unit = Literal["share", "minutes", "count", "number"]

GROUPS: dict[Group, str] = {
    "burden": "Less burden for people", "efficiency": "Efficiency", "access": "Access", "transparency": "Transparency",
}  # fmt: skip


class Indicator(Struct, frozen=True, kw_only=True):
    """One figure (a share of one, seconds for minutes) of `n` cases; the texts are English sentences."""

    group: Group
    title: str
    value: float | None
    unit: Unit
    n: int
    means: str
    source: str


VISITS = "Journal of visits"
PLAN = "Plan in force"
SAID = "Ratings and complaints"


def indicators(found: Figures, plan: Plan, ratings: Sequence[Rating], answered: tuple[float | None, int]) -> list[Indicator]:
    """All of a period; None where there is nothing to reckon from."""
    return [*_burden(found), *_efficiency(found), *_access(found, plan), *_transparency(found, ratings, answered)]


def _burden(found: Figures) -> list[Indicator]:
    services = found.services
    return [
        _one("burden", "Time in the centre, half of the visitors", quantile(found.stays, 0.5), "minutes", len(found.stays),
             "From taking a number to the end of service; half of the visitors needed no more."),
        _one("burden", "Time in the centre, eight of ten", quantile(found.stays, 0.8), "minutes", len(found.stays),
             "From taking a number to the end of service; eight of ten visitors needed no more."),
        _one("burden", "Settled at the first visit", _share(services - found.unsettled, services), "share", services,
             "Services that were neither sent elsewhere nor left ungiven."),
        _one("burden", "Sent elsewhere", _share(found.redirected, services), "share", services,
             "What is left of the way from office to office: services whose outcome is that somebody was sent on."),
        _one("burden", "Numbers without paper", _share(found.paperless, found.numbers), "share", found.numbers,
             "Numbers for which no slip was printed."),
    ]  # fmt: skip


def _efficiency(found: Figures) -> list[Indicator]:
    waits = found.waits
    return [
        *(_one("efficiency", title, quantile(waits, at), "minutes", len(waits), "From taking a number to the first call.")
          for title, at in (("Wait, P50", 0.5), ("Wait, P80", 0.8), ("Wait, P95", 0.95))),
        _one("efficiency", "Service time, P50", quantile(found.takes, 0.5), "minutes", len(found.takes),
             "From the begin to the end of service at a counter."),
        _one("efficiency", "Promise kept", _share(found.kept, found.promised), "share", found.promised,
             "Calls that came by the later end of the time that the slip told."),
        _one("efficiency", "Did not come", _share(found.ends["no_show"], found.numbers), "share", found.numbers,
             "Numbers that were called and nobody came: capacity lost."),
        _one("efficiency", "Services in one visit", found.services / found.ends["served"] if found.ends["served"] else None,
             "number", found.ends["served"], "Recorded services for each served visit: several matters in one walk."),
    ]  # fmt: skip


def _access(found: Figures, plan: Plan) -> list[Indicator]:
    reached = sum(counter.accessible for counter in plan.counters)
    remote = sum(n for channel, n in found.ways.items() if channel != "klatiene")
    taught = sum(found.alone.values())
    return [
        _one("access", "Accessible counters", float(reached), "count", len(plan.counters),
             "Counters that the plan calls accessible.", PLAN),
        _one("access", "Facts about access for visitors", float(len(plan.centre.access)), "count", 1,
             "Sentences about ramp, lift, loop and the like on slips, kiosks and phones.", PLAN),
        _one("access", "Institutions under one roof", float(len(plan.institutions)), "count", 1,
             "Institutions whose services can be had here.", PLAN),
        _one("access", "Services offered", float(sum(not one.retired for one in plan.services)), "count", 1,
             "Services of the catalogue that can be had here.", PLAN),
        _one("access", "By phone, video or in writing", _share(remote, found.services), "share", found.services,
             "Services that did not need a walk to the centre."),
        _one("access", "With an appointment", _share(found.booked, found.visits), "share", found.visits,
             "Visits that were booked ahead."),
        _one("access", "With a wish for help", _few(found.wishes, found.visits), "share", found.visits,
             "Visits with a need such as an accessible place; hidden under five."),
        _one("access", "Next time alone", _share(found.alone["yes"], taught) if taught >= 5 else None, "share", taught,
             "Of those asked after help with an e-service, who will do it alone next time."),
    ]  # fmt: skip


def _transparency(found: Figures, ratings: Sequence[Rating], answered: tuple[float | None, int]) -> list[Indicator]:
    return [
        _one("transparency", "Calls proven on a board", _share(found.shown, found.summons), "share", found.summons,
             "Calls and recalls that a board showed within two seconds, as it reported itself."),
        _one("transparency", "Calls out of order with a reason", _share(found.why, found.chosen), "share", found.chosen,
             "Of the calls that a clerk chose, those with a written reason."),
        _one("transparency", "Records complete", _share(found.recorded, found.ends["served"]), "share", found.ends["served"],
             "Served visits with a service and an outcome on record."),
        _one("transparency", "Visitors who rated", _share(len(ratings), found.ends["served"]), "share", found.ends["served"],
             "Anonymous ratings for each served visit.", SAID),
        _one("transparency", "Complaints answered in time", answered[0], "share", answered[1],
             "Complaints and proposals answered by the day they were due.", SAID),
    ]  # fmt: skip


def _one(
    group: Group, title: str, value: float | None, unit: Unit, n: int, means: str, source: str = VISITS
) -> Indicator:  # fmt: skip
    return Indicator(group=group, title=title, value=value, unit=unit, n=n, means=means, source=source)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _few(part: int, whole: int) -> float | None:
    """A share whose part could tell who it is; None of fewer than five."""
    return part / whole if part >= 5 else None
