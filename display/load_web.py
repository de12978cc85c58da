"""The public page of the centre, /load, and the same for programs, /api/v1/load: who comes now, who could come later."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import flask
import msgspec
from babel.dates import get_day_names
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from config.hours import WEEKDAYS
from config.plan import Plan
from display.load import DAYS, Load, LoadHour, best_hours, load, shortest
from server.domain.floor import Floor, Visit
from server.domain.refusal import Refusal
from server.shell import page
from server.submit import refused

log = logging.getLogger("rinda.load")

LANGUAGE = "lv"
FRESH_S = 5
"""So long anybody between here and the phone may keep the page."""

Native = Callable[..., Any]


class Past:
    """The best hours of the week, reckoned once a day on a native thread; whoever asks meanwhile goes without them."""

    def __init__(self, native: Native, visits_on: Callable[[str], Sequence[Visit]]) -> None:
        self._native, self._visits_on = native, visits_on
        self._known: tuple[str, tuple[LoadHour, ...]] = ("", ())
        self._at_work = False

    def best(self, floor: Floor) -> tuple[LoadHour, ...]:
        """As known today."""
        if self._known[0] != floor.day and floor.day and not self._at_work:
            self._at_work = True
            try:
                found = self._native(best_hours, self._days(floor.day), floor.settled.centre.timezone)
                self._known = (floor.day, found)
            except Exception:
                log.exception("the best hours of the week could not be reckoned")
            finally:
                self._at_work = False
        return self._known[1]

    def _days(self, today: str) -> Iterator[Sequence[Visit]]:
        """The visits of each day before today; read one by one, so that no reading lasts."""
        for ago in range(DAYS, 0, -1):
            yield self._visits_on((date.fromisoformat(today) - timedelta(days=ago)).isoformat())


def load_pages(floor: Callable[[], Floor], may_ask: Callable[[str], bool], past: Past) -> flask.Blueprint:
    """For everybody; `may_ask(address)` keeps one address to a bearable pace."""
    blueprint = flask.Blueprint("load", __name__)

    def now() -> Load | None:
        if not may_ask(request.remote_addr or ""):
            return None
        here = floor()
        return load(here, datetime.now(UTC), past.best(here))

    def kept(sent: flask.Response) -> flask.Response:
        sent.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
        return sent

    @blueprint.get("/load")
    def shown() -> ResponseReturnValue:
        found = now()
        if found is None:
            flask.abort(429)
        return kept(flask.make_response(load_page(found, floor().settled, request.args.get("language", LANGUAGE))))

    @blueprint.get("/api/v1/load")
    def told() -> ResponseReturnValue:
        found = now()
        if found is None:
            answer = msgspec.json.encode(refused(Refusal("too_fast"), LANGUAGE))
            return flask.Response(answer, 429, mimetype="application/json")
        return kept(flask.Response(msgspec.json.encode(found), mimetype="application/json"))

    return blueprint


def load_page(found: Load, plan: Plan, language: str) -> str:
    """The page in Latvian, with another language of the plan beneath for whoever asked for it."""
    chosen = language if language in plan.languages else LANGUAGE
    zone = ZoneInfo(found.timezone)
    best = {(one.day, one.hour): one for one in found.best}
    shown = set(shortest(found.best))
    return page(
        "load.html",
        language=chosen,
        languages=plan.languages,
        lv=partial(texts.translate, LANGUAGE),
        load=found,
        people=lambda code, count: (
            texts.plural(code, "{n} person waits", "{n} people wait", count) if count else texts.translate(code, "nobody waits")
        ),
        numbers=lambda code, count: texts.plural(code, "{n} number left today", "{n} numbers left today", count),
        clock=partial(_clock, zone=zone),
        when=partial(_when, now=found.at, zone=zone),
        best=best,
        shortest=[one for one in found.best if one in shown],
        days=[day for day in WEEKDAYS if any(one.day == day for one in found.best)],
        hours=sorted({one.hour for one in found.best}),
        on_days=_ON_DAYS,
        day_names={
            code: {day: get_day_names("short", locale=code)[n] for n, day in enumerate(WEEKDAYS)} for code in {LANGUAGE, chosen}
        },
    )


def _clock(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.hour}:{local:%M}"


def _when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The time, with its date if that is not today."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return _clock(at, zone) if local.date() == today else f"{local.day:02d}.{local.month:02d}. {_clock(at, zone)}"


_ON_DAYS = {
    "mon": "on Mondays", "tue": "on Tuesdays", "wed": "on Wednesdays", "thu": "on Thursdays", "fri": "on Fridays",
    "sat": "on Saturdays", "sun": "on Sundays",
}  # fmt: skip
