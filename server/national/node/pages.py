"""The node's pages: all centres now, one centre, and what programs read."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from config import texts
from server.national.node import map as schematic
from server.national.node.access import Viewer
from server.national.node.figures import ends, services, waits
from server.national.node.figures_filter import Filter
from server.national.node.figures_month import APPLICATION, CONSULTATION
from server.national.node.looks import ERRORS, look_address, looks_of
from server.national.node.pages_ground import Ground, now_utc, tagged
from server.national.node.pages_live import (
    STATES,
    CentreNow,
    Look,
    attention,
    by_county,
    chosen,
    fold,
    read,
)
from server.national.node.pages_network import rollout_of
from server.national.node.pages_words import ZONE, Words
from server.national.node.reported import line_refused
from server.national.node.schema import centres, damaged, epochs
from server.pages.faults import not_taken
from server.shell import chosen_language, page

NOT_STORED = "Nothing was changed: the network's server cannot write to its database. Tell those who run it."
DAYS = 14
"""So many days of a centre are shown."""

LARGE = ("nacionalas", "regionalas")
"""Types of centres that have a large sign and a label on the map."""


class Pages:
    """Everything but the months."""

    def __init__(self, ground: Ground, open_metrics: bool = False) -> None:
        self._ground, self._open_metrics = ground, open_metrics

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages, with the error pages of the whole app."""
        ground, blueprint = self._ground, flask.Blueprint("pages", __name__)
        blueprint.get("/")(ground.admitted("centres")(self.live))
        blueprint.get("/live")(ground.admitted("centres")(self.fragment))
        blueprint.get("/centre/<code>")(ground.admitted("centres")(self.centre))
        blueprint.get("/api/v1/centres")(ground.admitted("centres")(self.api_centres))
        blueprint.get("/favicon.ico")(self.mark)
        blueprint.get("/healthz")(self.healthz)
        blueprint.get("/readyz")(self.readyz)
        blueprint.get("/metrics")(self.metrics)
        blueprint.app_errorhandler(HTTPException)(error_page)
        return blueprint

    def live(self, viewer: Viewer) -> flask.Response:
        """All centres now."""
        look, now = _look(), now_utc()

        here, error = look_address(look), ERRORS.get(request.args.get("error", ""))

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            return {
                **_live(connection, words, look, now),
                "looks": looks_of(connection, viewer.account),
                "query": here,
                "error": error,
            }

        return self._ground.show(viewer, "centres", "live.html", work)

    def fragment(self, viewer: Viewer) -> flask.Response:
        """The part of that page which changes by itself."""
        look, now = _look(), now_utc()
        return self._ground.show(
            viewer, "centres", "live_part.html", lambda connection, words: _live(connection, words, look, now)
        )

    def centre(self, viewer: Viewer, code: str) -> ResponseReturnValue:
        """One centre: its line, its queues, its last days."""
        now = now_utc()
        if not self._ground.look_up(_known, code):
            flask.abort(404)
        return self._ground.show(viewer, "centres", "centre.html", lambda connection, words: _centre(connection, code, now))

    def api_centres(self, viewer: Viewer) -> flask.Response:
        """For programs: every centre with its marks, its line and what is true there."""
        now = now_utc()
        found = self._ground.look_up(
            lambda connection: msgspec.json.encode({"centres": [_told(one) for one in read(connection, now)]})
        )
        return tagged(found, "application/json")

    def mark(self) -> ResponseReturnValue:
        """The sign of the window."""
        return flask.redirect("/static/mark.svg")

    def healthz(self) -> ResponseReturnValue:
        """The process answers."""
        return flask.jsonify(ok=True)

    def readyz(self) -> ResponseReturnValue:
        """Whether the database answers."""
        try:
            self._ground.look_up(lambda connection: connection.execute(select(1)).scalar())
        except SQLAlchemyError:
            return flask.jsonify(ok=False, checks={"store": False}), 503
        return flask.jsonify(ok=True, checks={"store": True})

    def metrics(self) -> flask.Response:
        """Prometheus; to this machine alone, and to nobody who comes through a proxy on it, unless it was set otherwise."""
        if not self._open_metrics and not _near(request):
            return flask.Response("only from this machine; rinda national serve --open-metrics\n", 403, mimetype="text/plain")
        now = now_utc()
        found = self._ground.look_up(read, now)
        return flask.Response(_metrics(found), mimetype="text/plain; version=0.0.4")


def _near(asked: flask.Request) -> bool:
    return asked.remote_addr in ("127.0.0.1", "::1", "::ffff:127.0.0.1") and "X-Forwarded-For" not in asked.headers


def _look() -> Look:
    given = {name: request.args.get(name, "")[:80] for name in Look.__struct_fields__}
    return Look(**given)


def _live(connection: Connection, words: Words, look: Look, now: datetime) -> dict[str, Any]:
    everybody = read(connection, now)
    shown = chosen(everybody, look)
    today = now.astimezone(ZONE).date()
    month = f"{today:%Y-%m}"
    here = Filter(first=month, last=month, day=today.isoformat())
    kinds = services(connection, here, ("kind",))
    today_waits = waits(connection, here, ()).get(())
    behind = [one for one in everybody if one.phase in ("down", "late")]
    return {
        "now": now, "look": look, "everybody": everybody, "shown": shown, "states": STATES,
        "counties": by_county(shown) if look.group == "county" else [("", shown)],
        "all_counties": sorted({one.municipality for one in everybody if one.municipality}, key=fold),
        "all_types": sorted({one.type for one in everybody if one.type}),
        "attention": attention(everybody), "map": _map(shown), "size": (schematic.WIDTH, schematic.HEIGHT),
        "open": sum(one.state in ("open", "late") for one in everybody),
        "closed": sum(one.state == "closed" for one in everybody),
        "lost": sum(one.state == "lost" for one in everybody),
        "known": sum(one.state != "new" for one in everybody),
        "waiting": sum(one.live.waiting for one in everybody if one.state != "lost"),
        "waits": today_waits, "today": today.isoformat(), "month": month,
        "services": sum(one["services"] for one in kinds.values()),
        "applications": kinds.get((APPLICATION,), {}).get("services", 0),
        "consultations": kinds.get((CONSULTATION,), {}).get("services", 0),
        "behind": sorted(behind, key=lambda one: -(one.lag_s or 0)),
        "rollout": rollout_of(connection, today.isoformat()),
    }  # fmt: skip


def _map(shown: list[CentreNow]) -> list[tuple[CentreNow, schematic.Drawn, bool]]:
    """The centres with coordinates, small ones first, so that nothing large is hidden."""
    placed = [one for one in shown if one.lat is not None and one.lon is not None]
    ranks = {one.centre: 2 * (one.type in LARGE) + (one.state in ("late", "lost")) for one in placed}
    if len(placed) <= 30:
        ranks = {code: max(1, rank) for code, rank in ranks.items()}
    placed.sort(key=lambda one: (ranks[one.centre], one.label))
    drawn = schematic.draw([
        schematic.Place(code=one.centre, label=one.label, lat=one.lat or 0.0, lon=one.lon or 0.0, rank=ranks[one.centre])
        for one in placed
    ])  # fmt: skip
    return [(one, spot, ranks[one.centre] > 0) for one, spot in zip(placed, drawn, strict=True)]


def _known(connection: Connection, code: str) -> bool:
    return connection.execute(select(centres.c.centre).where(centres.c.centre == code)).scalar() is not None


def _centre(connection: Connection, code: str, now: datetime) -> dict[str, Any]:
    one = next(found for found in read(connection, now) if found.centre == code)
    first = (now.astimezone(ZONE).date() - timedelta(days=DAYS - 1)).isoformat()
    here = Filter(first=first[:7], centre=code)
    days = {day: sums for (day,), sums in ends(connection, here, ("day",)).items() if day >= first}
    given = {day: sums["services"] for (day,), sums in services(connection, here, ("day",)).items() if day >= first}
    lines = connection.execute(select(epochs).where(epochs.c.centre == code).order_by(epochs.c.epoch)).all()
    broken = connection.execute(select(func.count()).select_from(damaged).where(damaged.c.centre == code)).scalar()
    names = _names(connection, code)
    return {
        "now": now, "one": one, "days": sorted(days, reverse=True), "ends": days, "given": given, "lines": lines,
        "damaged": broken, "names": names, "line_refused": line_refused,
        "lost": sum(line.lost - line.base for line in lines),
    }  # fmt: skip


class _Named(msgspec.Struct, frozen=True):
    code: str
    name: dict[str, str]


class _Queues(msgspec.Struct, frozen=True):
    queues: tuple[_Named, ...] = ()


def _names(connection: Connection, code: str) -> dict[str, dict[str, str]]:
    """The names of a centre's queues, by its plan in force."""
    plan = connection.execute(select(centres.c.plan).where(centres.c.centre == code)).scalar() or "{}"
    return {queue.code: queue.name for queue in msgspec.json.decode(plan, type=_Queues).queues}


def _told(one: CentreNow) -> dict[str, Any]:
    names = (
        "centre", "name", "acked", "projected", "lag_s", "phase", "epoch", "heard", "skew_ms", "backlog", "backlog_since",
        "version", "state", "live",
    )  # fmt: skip
    return {name: getattr(one, name) for name in names}


class _Now(Collector):
    def __init__(self, found: list[CentreNow]) -> None:
        self._found = found

    def collect(self) -> Any:
        """One value for each centre; None is left out."""
        each: dict[str, tuple[str, Callable[[CentreNow], float | None]]] = {
            "acked": ("Last record acknowledged", lambda one: one.acked),
            "projected": ("Last record in the figures", lambda one: one.projected),
            "backlog": ("Records that are not here yet", lambda one: one.backlog),
            "lag_seconds": ("How old our picture may be", lambda one: one.lag_s),
            "waiting": ("People waiting", lambda one: one.live.waiting),
            "skipped": ("Records that could not be read", lambda one: one.skipped),
            "damaged": ("Records that came damaged and count nowhere", lambda one: one.awaited),
            "settings_ahead": ("Revision of settings that the node does not know", lambda one: one.ahead),
        }
        for name, (text, value) in each.items():
            metric: Metric = GaugeMetricFamily(f"rinda_centre_{name}", text, labels=["centre"])
            for one in self._found:
                if (now := value(one)) is not None:
                    metric.add_sample(metric.name, {"centre": one.centre}, now)
            yield metric


def _metrics(found: list[CentreNow]) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Now(found))
    return generate_latest(registry)


def error_page(error: HTTPException) -> ResponseReturnValue:
    """An error as JSON for programs and as a page for people; a form that the database did not take is told so."""
    code, text = error.code or 500, None
    if not_taken(error):
        code, text = 503, texts.translate(chosen_language(), NOT_STORED)
    if re.match(r"/(api|sync)/", request.path):
        return flask.jsonify(ok=False, code={404: "unknown_path", 413: "too_large"}.get(code, "malformed")), code
    return page("error.html", language=chosen_language(), code=code, text=text), code
