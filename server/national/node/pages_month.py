"""The months: charts and tables, the lists of what they count, and their files."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, func, select

from server.charts import draw
from server.domain.floor import Visit
from server.domain.months import month_after
from server.national.node.access import Viewer
from server.national.node.figures import count_listed, ends, given_to, listed, services
from server.national.node.figures_filter import Filter, read_filter
from server.national.node.figures_month import (
    closed_by,
    coming,
    grouping,
    read_year,
    set_grouping,
)
from server.national.node.figures_sheets import Link, Sheet, charts, quality, reach, sheet_of
from server.national.node.grant_pages import NAMES
from server.national.node.pages_ground import Ground, now_utc
from server.national.node.pages_live import fold, short
from server.national.node.pages_network import month_asked
from server.national.node.pages_words import ZONE, Words
from server.national.node.places import spans
from server.national.node.schema import centres, deliveries, visits
from server.reports import OF_VISITS, REPORTS
from server.reports.formats import KINDS, encode
from server.shell import chosen_language

PAGE = 100
DAYS_MOST = 400
_visit = msgspec.json.Decoder(Visit)


class MonthPages:
    """Figures by month for everybody, the visits that they count for those who may see them."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        ground, blueprint = self._ground, flask.Blueprint("months", __name__)
        blueprint.get("/month")(ground.admitted("figures")(self.month))
        blueprint.get("/month/<key>.<kind>")(ground.admitted("figures")(self.file))
        blueprint.get("/visits")(ground.admitted("visits")(self.visits))
        blueprint.get("/groups")(ground.admitted("change")(self.groups))
        blueprint.post("/groups")(ground.admitted("change")(self.set_groups))
        blueprint.get("/api/v1/reports/<name>")(ground.admitted("visits")(self.report))
        return blueprint

    def month(self, viewer: Viewer) -> flask.Response:
        """The four charts, waits and quality, and the reach."""
        asked, last, table = _asked(viewer), _last(), request.args.get("view") == "table"
        link, today = _link(viewer), now_utc().astimezone(ZONE).date().isoformat()

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            year = read_year(connection, asked, last)
            made = charts(year, words, link)
            drawn = {one.key: draw(one, words.number) for one in made if one.shape != "share"}
            of = msgspec.structs.replace(asked, institution=() if viewer.institution else asked.institution)
            lying = spans(connection, year.months[0].key, last, asked.borders)
            types = connection.execute(select(centres.c.type).distinct()).scalars()
            return {
                "year": year, "charts": made, "drawn": drawn, "sheets": {one.key: sheet_of(one, words) for one in made},
                "quality": quality(year, words, link), "reach": _reach(connection, asked, last, words, link),
                "table": table, "month": last, "asked": asked, "query": of.query(month=last),
                "before": of.query(month=month_after(last, -1)), "after": of.query(month=month_after(last)),
                "late": closed_by(connection, last),
                "total": connection.execute(select(func.count()).select_from(centres)).scalar(),
                "counties": sorted({name for one in lying for name in one.of.values() if name}, key=fold), "today": today,
                "types": sorted({one for one in types if one}),
                "institutions": [] if viewer.institution else _institutions(connection, last),
            }  # fmt: skip

        return self._ground.show(viewer, "figures", "month.html", work)

    def file(self, viewer: Viewer, key: str, kind: str) -> ResponseReturnValue:
        """One of the charts or tables as CSV, JSON or XLSX."""
        if kind not in KINDS:
            flask.abort(404)
        asked, last, words, now = _asked(viewer), _last(), Words(chosen_language()), now_utc()

        def work(connection: Connection) -> bytes | None:
            found = _sheets(connection, asked, last, words).get(key)
            first = date.fromisoformat(f"{month_after(last, -11)}-01")
            until = date.fromisoformat(f"{month_after(last)}-01") - timedelta(days=1)
            return None if found is None else encode(found.table(), kind, key, first, until, words.language, now)

        body = self._ground.look_up(work)
        if body is None:
            flask.abort(404)
        return _download(body, kind, f"rinda-{key}-{last}.{kind}")

    def visits(self, viewer: Viewer) -> flask.Response:
        """The visits that a figure counts, with what they got."""
        asked = _narrow(viewer, read_filter(request.args.to_dict(flat=False)))
        own = msgspec.structs.replace(asked, institution=(viewer.institution,)) if viewer.institution else asked
        wanted = request.args.get("page", "1")[:5]
        n = max(1, int(wanted) if wanted.isdecimal() else 1)

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            found = connection.execute(listed(connection, asked).limit(PAGE).offset((n - 1) * PAGE)).all()
            given: dict[tuple[str, str], list[Any]] = {}
            for row in connection.execute(given_to([(one.centre, one.visit) for one in found], own)) if found else ():
                given.setdefault((row.centre, row.visit), []).append(row)
            names = {row.centre: row.name for row in connection.execute(select(centres.c.centre, centres.c.name))}
            count, services, records = count_listed(connection, asked, own)
            return {
                "found": found, "given": given, "names": {code: short(name) or code for code, name in names.items()},
                "count": count, "services": services, "records": records, "asked": asked, "n": n, "pages": -(-count // PAGE),
                "query": asked.query(), "conditions": _conditions(asked, words),
            }  # fmt: skip

        return self._ground.show(viewer, "figures", "visits.html", work)

    def groups(self, viewer: Viewer, error: str = "") -> flask.Response:
        """How charts group institutions."""

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            known = sorted(connection.execute(select(deliveries.c.institution).distinct()).scalars())
            return {"grouping": grouping(connection), "known": known, "error": error}

        return self._ground.show(viewer, "figures", "groups.html", work)

    def set_groups(self, viewer: Viewer) -> ResponseReturnValue:
        """Sets the groups: a line of the form is a name and the institutions under it."""
        if self._ground.forged():
            flask.abort(403)
        names, members = request.form.getlist("name")[:20], request.form.getlist("members")[:20]
        lines = ((name.strip()[:40], one.replace(",", " ").upper().split()) for name, one in zip(names, members, strict=False))
        try:
            self._ground.door.native(set_grouping, self._ground.write, {name: one for name, one in lines if name and one})
        except ValueError as error:
            return self.groups(viewer, str(error)), 400
        return flask.redirect("/month", 303)

    def report(self, viewer: Viewer, name: str) -> ResponseReturnValue:
        """A centre's own report, made of the visits that are here by the centre's own code."""
        centre, kind = request.args.get("centre", ""), request.args.get("format", "json")
        try:
            first, last = date.fromisoformat(request.args["from"]), date.fromisoformat(request.args["to"])
        except (KeyError, ValueError):
            return flask.jsonify(ok=False, code="malformed"), 400
        if kind not in KINDS or name not in OF_VISITS or not 0 <= (last - first).days < DAYS_MOST or viewer.institution:
            status = 403 if viewer.institution else 404 if name not in OF_VISITS else 400
            return flask.jsonify(ok=False, code="not_allowed" if status == 403 else "malformed"), status
        language, now = chosen_language(), now_utc()

        def work(connection: Connection) -> bytes:
            return encode(REPORTS[name](_days(connection, centre, first, last)), kind, name, first, last, language, now)

        return flask.Response(self._ground.look_up(work), mimetype=KINDS[kind])


def _days(connection: Connection, centre: str, first: date, last: date) -> Any:
    """The centre's visits day by day in the order of their beginning, as the centre itself reads them."""
    here = select(visits.c.day, visits.c.data).where(visits.c.centre == centre, visits.c.lost == 0)
    between = here.where(visits.c.day >= first.isoformat(), visits.c.day <= last.isoformat())
    days: dict[str, list[Visit]] = {}
    for row in connection.execute(between):
        days.setdefault(row.day, []).append(_visit.decode(row.data))
    return [sorted(days[day], key=lambda visit: visit.position) for day in sorted(days)]


def _asked(viewer: Viewer) -> Filter:
    """Of which centres and institutions the page shall speak."""
    given = read_filter(request.args.to_dict(flat=False))
    only = {name: getattr(given, name) for name in ("centre", "municipality", "borders", "type", "institution")}
    return _narrow(viewer, Filter(**only))


def _narrow(viewer: Viewer, which: Filter) -> Filter:
    """A service holder sees what was given of its own, or who came for it, whatever the address says."""
    if not viewer.institution:
        return which
    if which.about:
        return msgspec.structs.replace(
            which, about=viewer.institution, institution=(), besides=(), kind=(), channel="", outcome="", alone=""
        )
    return msgspec.structs.replace(which, institution=(viewer.institution,), besides=())


def _last() -> str:
    """The last month to show: the present one unless the address names another."""
    return month_asked(request.args.get("month", ""), f"{now_utc().astimezone(ZONE):%Y-%m}")


def _link(viewer: Viewer) -> Link:
    def link(which: Filter) -> str:
        return f"/visits?{which.query()}" if viewer.may("visits") else ""

    return link


def _no_link(which: Filter) -> str:
    return ""


def _institutions(connection: Connection, last: str) -> list[str]:
    here = select(deliveries.c.institution).where(deliveries.c.month == last).distinct()
    return sorted(connection.execute(here).scalars())


def _reach(connection: Connection, asked: Filter, last: str, words: Words, link: Link) -> Sheet:
    """By municipality, as it was or with other borders; within one of them by centre."""
    here = msgspec.structs.replace(asked, first=last, last=last)
    by = "centre" if asked.municipality or asked.centre else "municipality"
    counts: dict[str, int] = {}
    names: dict[str, str] = {}
    lying = spans(connection, last, last, asked.borders)
    for row in connection.execute(select(centres.c.centre, centres.c.name, centres.c.type)):
        its = {one.of[row.centre] for one in lying if asked.municipality in ("", one.of[row.centre])}
        if its and asked.type in ("", row.type) and asked.centre in ("", row.centre):
            for code in its if by == "municipality" else (row.centre,):
                counts[code] = counts.get(code, 0) + 1
                names[code] = (short(row.name) or row.centre) if by == "centre" else code
    ended, given = ends(connection, coming(here), (by,)), services(connection, here, (by,))

    def onward(code: str) -> str:
        return f"/month?{urlencode({by: code, **({'borders': asked.borders} if asked.borders else {}), 'month': last})}"

    order = sorted(names.items(), key=lambda one: fold(one[1]))
    return reach(order, by, here, ended, given, counts, words, link, onward)


def _sheets(connection: Connection, asked: Filter, last: str, words: Words) -> dict[str, Sheet]:
    year = read_year(connection, asked, last)
    found = [sheet_of(one, words) for one in charts(year, words, _no_link)]
    found += [quality(year, words, _no_link), _reach(connection, asked, last, words, _no_link)]
    return {one.key: one for one in found}


def _conditions(which: Filter, words: Words) -> list[str]:
    """What the list is narrowed to, in words."""
    names = {
        "first": "from {value}", "last": "to {value}", "day": "on {value}", "centre": "centre {value}",
        "municipality": "municipality {value}", "borders": "with the borders of {value}",
        "type": "type {value}", "service": "service {value}",
        "about": "came for {value}", "end": "ended: {value}", "called": "called to a counter", "promised": "with a promised time",
        "kept": "called within the promised time",
        "corrected": "put right afterwards", "institution": "institution {value}", "besides": "not of {value}",
        "kind": "kind {value}", "channel": "channel {value}", "outcome": "outcome {value}", "alone": "next time alone: {value}",
    }  # fmt: skip
    found = []
    if which.first and which.first == which.last:
        found.append(words.month(which.first))
        names = {name: text for name, text in names.items() if name not in ("first", "last")}
    for name, text in names.items():
        if value := getattr(which, name):
            shown = words.month(value) if name in ("first", "last") else words.day(value) if name in ("day", "borders") else value
            said = [words(NAMES.get(one, one)) for one in shown] if name == "kind" else shown
            found.append(words(text, value=", ".join(said) if isinstance(shown, tuple) else words(shown)))
    return found


def _download(body: bytes, kind: str, name: str) -> flask.Response:
    response = flask.Response(body, mimetype=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
