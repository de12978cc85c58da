"""The network as a whole: which centres are to come, and how like centres compare."""

import math
from collections.abc import Mapping
from datetime import date, timedelta
from statistics import median
from typing import Any

import flask
from flask import request
from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, select

from config.open_data.municipalities import shown_on
from server.national.node.access import Viewer
from server.national.node.figures import Waits, ends, waits
from server.national.node.figures_filter import MONTH, Filter
from server.national.node.figures_month import months_until
from server.national.node.pages_ground import Ground, now_utc
from server.national.node.pages_live import short
from server.national.node.pages_words import ZONE
from server.national.node.schema import centres, rollout

STEPS = ("planned", "contract", "equipped", "training", "open", "closed")
BANDS = ((0, 8), (8, 30), (30, 120), (120, None))
"""Visits on a day with visits, from and below."""
COMPARED_MONTHS = 3
FEW = 30
"""Of fewer waits a centre is not compared."""


class Coming(Struct, frozen=True, kw_only=True):
    """A centre on its way: the step that it is at, and the next one with its day."""

    centre: str
    name: str
    municipality: str
    step: str
    since: str
    next: str = ""
    due: str = ""


class Rollout(Struct, frozen=True, kw_only=True):
    """How far the network is; `coming` by the day that is next, `gone` are closed ones. `silent` are registered without any step
    and were never heard, so that nobody can say how far they are.
    """

    open: int
    preparing: int
    planned: int
    silent: int
    coming: tuple[Coming, ...]
    gone: tuple[Coming, ...]


def rollout_of(connection: Connection, today: str) -> Rollout:
    """By the steps that were written down; a centre that was heard without any is open."""
    steps: dict[str, list[tuple[str, str]]] = {}
    for row in connection.execute(select(rollout)):
        steps.setdefault(row.centre, []).append((row.day, row.step))
    found, heard, silent = [], 0, 0
    for row in connection.execute(select(centres.c.centre, centres.c.name, centres.c.municipality, centres.c.heard)):
        own = sorted(steps.get(row.centre, []), key=lambda one: (one[0], STEPS.index(one[1])))
        if not own:
            heard += row.heard is not None
            silent += row.heard is None
            continue
        past, ahead = [one for one in own if one[0] <= today], [one for one in own if one[0] > today]
        since, step = past[-1] if past else ("", "planned")
        due, following = ahead[0] if ahead else ("", "")
        name = short(row.name) or row.centre
        found.append(
            Coming(
                centre=row.centre,
                name=name,
                municipality=shown_on(row.municipality, date.fromisoformat(today)),
                step=step,
                since=since,
                next=following,
                due=due,
            )
        )
    coming = sorted((one for one in found if one.step not in ("open", "closed")), key=lambda one: (one.due or "9999", one.name))
    return Rollout(
        open=heard + sum(one.step == "open" for one in found),
        preparing=sum(one.step in ("contract", "equipped", "training") for one in found),
        planned=sum(one.step == "planned" for one in found), silent=silent, coming=tuple(coming),
        gone=tuple(one for one in found if one.step == "closed"),
    )  # fmt: skip


def set_step(engine: Engine, centre: str, step: str, day: date) -> None:
    """When a centre reaches a step, or shall; ValueError for a centre or a step that is none."""
    if step not in STEPS:
        raise ValueError(f"{step!r} is none of {', '.join(STEPS)}")
    with engine.begin() as connection:
        if connection.execute(select(centres.c.centre).where(centres.c.centre == centre)).scalar() is None:
            raise ValueError(f"there is no centre {centre!r}")
        connection.execute(delete(rollout).where(rollout.c.centre == centre, rollout.c.step == step))
        connection.execute(rollout.insert(), {"centre": centre, "step": step, "day": day.isoformat()})


class Compared(Struct, frozen=True, kw_only=True):
    """A centre among like ones. `kept` is the share with its interval; `differs`: longer or shorter than the group, surely."""

    centre: str
    name: str
    daily: float
    waits: Waits
    kept: tuple[float, float, float] | None
    differs: str = ""


class Peers(Struct, frozen=True, kw_only=True):
    """Centres of one type and load; `typical` is the median of their P80, seconds."""

    type: str
    band: tuple[int, int | None]
    months: tuple[str, str]
    centres: tuple[Compared, ...]
    few: int
    typical: float | None


def peers_of(connection: Connection, kind: str, band: int, last: str) -> Peers:
    """Like centres, by name: there is no ranking, only what differs beyond chance."""
    months = months_until(last, COMPARED_MONTHS)
    asked = Filter(first=months[0], last=last, type=kind)
    names = {row.centre: short(row.name) or row.centre for row in connection.execute(select(centres.c.centre, centres.c.name))}
    days: dict[str, list[int]] = {}
    for (centre, _), sums in ends(connection, asked, ("centre", "day")).items():
        days.setdefault(centre, []).append(sums["issued"])
    daily = {centre: sum(found) / len(found) for centre, found in days.items()}
    low, high = BANDS[band]
    alike = {centre for centre, mean in daily.items() if low <= mean and (high is None or mean < high)}
    found = {centre: its for (centre,), its in waits(connection, asked, ("centre",)).items() if centre in alike}
    enough = {centre: its for centre, its in found.items() if its.called >= FEW}
    typical = median([its.p80 for its in enough.values()]) if enough else None
    compared = [
        Compared(
            centre=centre, name=names.get(centre, centre), daily=daily[centre], waits=its,
            kept=wilson(its.kept, its.promised), differs=_differs(its, typical),
        )
        for centre, its in enough.items()
    ]  # fmt: skip
    compared.sort(key=lambda one: one.name)
    return Peers(
        type=kind,
        band=BANDS[band],
        months=(months[0], last),
        centres=tuple(compared),
        few=len(alike) - len(enough),
        typical=typical,
    )


def wilson(part: int, whole: int) -> tuple[float, float, float] | None:
    """A share with its interval of 95 % (Wilson 1927); None of nothing."""
    if not whole:
        return None
    z, p = 1.96, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return p, max(0.0, middle - half), min(1.0, middle + half)


def _differs(its: Waits, typical: float | None) -> str:
    if typical is None:
        return ""
    return "longer" if its.p80_low > typical else "shorter" if its.p80_high < typical else ""


def usual(connection: Connection, last: str) -> tuple[str, int]:
    """The type and the load with the most centres: where a person begins who asked for none."""
    types: Mapping[str, str] = {row.centre: row.type for row in connection.execute(select(centres.c.centre, centres.c.type))}
    count: dict[tuple[str, int], int] = {}
    days: dict[str, list[int]] = {}
    for (centre, _), sums in ends(connection, Filter(first=last, last=last), ("centre", "day")).items():
        days.setdefault(centre, []).append(sums["issued"])
    for centre, found in days.items():
        mean = sum(found) / len(found)
        band = next(n for n, (low, high) in enumerate(BANDS) if low <= mean and (high is None or mean < high))
        count[types.get(centre, ""), band] = count.get((types.get(centre, ""), band), 0) + 1
    return max(count, key=lambda key: count[key]) if count else ("", 0)


class NetworkPages:
    """Roll-out and comparison."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        blueprint = flask.Blueprint("network", __name__)
        blueprint.get("/rollout")(self._ground.admitted("rollout")(self.rollout))
        blueprint.get("/compare")(self._ground.admitted("compare")(self.compare))
        return blueprint

    def rollout(self, viewer: Viewer) -> flask.Response:
        """Which centres are to come, and when."""
        today = now_utc().astimezone(ZONE).date().isoformat()
        return self._ground.show(
            viewer,
            "rollout",
            "rollout.html",
            lambda connection, words: {"rollout": rollout_of(connection, today), "steps": STEPS},
        )

    def compare(self, viewer: Viewer) -> flask.Response:
        """Like centres beside each other."""
        before = now_utc().astimezone(ZONE).date().replace(day=1) - timedelta(days=1)
        last = month_asked(request.args.get("month", ""), f"{before:%Y-%m}")
        asked, band = request.args.get("type"), request.args.get("band", "")

        def work(connection: Connection, words: Any) -> dict[str, Any]:
            type_, n = (
                usual(connection, last) if asked is None else (asked[:40], int(band) if band in ("0", "1", "2", "3") else 0)
            )
            types = connection.execute(select(centres.c.type).distinct().order_by(centres.c.type)).scalars().all()
            return {"peers": peers_of(connection, type_, n, last), "bands": BANDS, "band": n, "types": types, "month": last}

        return self._ground.show(viewer, "compare", "compare.html", work)


def month_asked(text: str, usual: str) -> str:
    """The month of an address, if it is one of this century."""
    return text if MONTH.fullmatch(text) else usual
