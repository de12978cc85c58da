"""Every table of the network by month, as CSV, JSON and XLSX for programs and spreadsheets."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import IO, Any

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, select

from config.open_data.municipalities import shown_on
from server.domain.moment import moment
from server.national.node.access import Viewer
from server.national.node.exports_file import Lines, TooLong, written
from server.national.node.exports_pvs import flowing, pvs
from server.national.node.figures import ENDS, ends, services, waits
from server.national.node.figures_filter import MONTH, Filter
from server.national.node.grant import Worksheet
from server.national.node.pages_ground import Ground, now_utc
from server.national.node.places import last_day
from server.national.node.schema import centres, frozen, worksheets
from server.reports.formats import KINDS
from server.reports.table import Cell, Column, minutes
from server.shell import chosen_language

MONTHS_MOST = 36

_sheet = msgspec.json.Decoder(Worksheet)

Places = dict[str, tuple[str, str]]
"""Name and municipality, as it is registered, by centre."""
Read = Callable[[Connection, str, str, Viewer], Lines]


class Exports:
    """`/api/v1/exports/<name>?from=2026-01&to=2026-10&format=csv|json|xlsx`; who may see what is that of the pages."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def routes(self) -> flask.Blueprint:
        """The blueprint of the exports."""
        blueprint = flask.Blueprint("exports", __name__, url_prefix="/api/v1/exports")
        for name, (what, _) in EXPORTS.items():
            blueprint.get(f"/{name}", endpoint=name)(self._ground.admitted(what)(self._of(name)))
        return blueprint

    def _of(self, name: str) -> Callable[[Viewer], ResponseReturnValue]:
        def export(viewer: Viewer) -> ResponseReturnValue:
            first, last = request.args.get("from", ""), request.args.get("to", "")
            kind = request.args.get("format", "json")
            if (
                kind not in KINDS
                or not MONTH.fullmatch(first)
                or not MONTH.fullmatch(last)
                or not 0 <= _apart(first, last) < MONTHS_MOST
            ):
                return flask.jsonify(
                    ok=False, code="malformed", text=f"from and to are months, at most {MONTHS_MOST}; format: {', '.join(KINDS)}"
                ), 400
            try:
                file = self._ground.look_up(self._made, name, first, last, viewer, kind, chosen_language())
            except TooLong as error:
                return flask.jsonify(ok=False, code="too_large", text=f"{error}; take fewer months, or csv"), 413
            answer = flask.send_file(file, KINDS[kind], etag=False)
            answer.headers["Content-Disposition"] = f'attachment; filename="rinda-{name}-{first}-{last}.{kind}"'
            return answer

        return export

    @staticmethod
    def _made(connection: Connection, name: str, first: str, last: str, viewer: Viewer, kind: str, language: str) -> IO[bytes]:
        lines = EXPORTS[name][1](connection, first, last, viewer)
        return written(lines, kind, name, date.fromisoformat(f"{first}-01"), last_day(last), language, now_utc())


def _apart(first: str, last: str) -> int:
    return int(last[:4]) * 12 + int(last[5:]) - int(first[:4]) * 12 - int(first[5:])


def places(connection: Connection) -> Places:
    """Every centre's name and municipality."""
    rows = connection.execute(select(centres.c.centre, centres.c.name, centres.c.municipality))
    return {row.centre: (row.name, row.municipality) for row in rows}


def _place(known: Places, centre: str, month: str) -> tuple[str, str]:
    """Name and municipality of a centre, the one that was valid when the month ended."""
    name, municipality = known.get(centre, ("", ""))
    return name, shown_on(municipality, last_day(month)) if municipality else ""


_HERE = (
    Column(key="month", title="Month", kind="text"), Column(key="centre", title="Centre", kind="text"),
    Column(key="name", title="Name of the centre", kind="text"), Column(key="municipality", title="Municipality", kind="text"),
)  # fmt: skip
_CELL = (
    Column(key="institution", title="Institution", kind="text"), Column(key="service", title="Service", kind="text"),
    Column(key="kind", title="Kind", kind="text"), Column(key="channel", title="Channel", kind="text"),
)  # fmt: skip


def _count(key: str, title: str) -> Column:
    return Column(key=key, title=title, kind="count")


def deliveries(connection: Connection, first: str, last: str, viewer: Viewer) -> Lines:
    """Services that were given, by cell."""
    found = services(
        connection, _asked(first, last, viewer, "institution"), ("month", "centre", "institution", "service", "kind", "channel")
    )
    known = places(connection)
    sums = ("services", "minutes", "lodged", "redirected", "not_served")
    titles = ("Services", "Minutes of work", "Lodged", "Redirected", "Not served")
    rows = tuple(
        (month, centre, *_place(known, centre, month), *cell, *(its[one] for one in sums))
        for (month, centre, *cell), its in sorted(found.items())
    )
    return Lines(columns=(*_HERE, *_CELL, *(_count(key, title) for key, title in zip(sums, titles, strict=True))), rows=rows)


def visits(connection: Connection, first: str, last: str, viewer: Viewer) -> Lines:
    """Visits by how they ended; to a service holder those for its services."""
    found = ends(connection, _asked(first, last, viewer, "about"), ("month", "centre"))
    known = places(connection)
    sums = ("issued", *ENDS, "corrected")
    titles = (
        "Visits", "Served", "Did not come", "Left", "Sent to another centre", "Ended with the day", "Not ended",
        "Put right afterwards",
    )  # fmt: skip
    rows = tuple(
        (month, centre, *_place(known, centre, month), *(its[one] for one in sums))
        for (month, centre), its in sorted(found.items())
    )
    return Lines(columns=(*_HERE, *(_count(key, title) for key, title in zip(sums, titles, strict=True))), rows=rows)


def waiting(connection: Connection, first: str, last: str, viewer: Viewer) -> Lines:
    """Waits in minutes, and promises kept."""
    found = waits(connection, _asked(first, last, viewer, "about"), ("month", "centre"))
    known = places(connection)
    columns = (
        _count("called", "Called"), _count("promised", "Told a time"), _count("kept", "Called by then"),
        *(Column(key=f"p{n}", title=f"Wait P{n}, minutes", kind="minutes") for n in (50, 80, 95)),
    )  # fmt: skip
    rows = tuple(
        (
            month,
            centre,
            *_place(known, centre, month),
            its.called,
            its.promised,
            its.kept,
            *map(minutes, (its.p50, its.p80, its.p95)),
        )
        for (month, centre), its in sorted(found.items())
    )
    return Lines(columns=(*_HERE, *columns), rows=rows)


def closed(connection: Connection, first: str, last: str, viewer: Viewer) -> Lines:
    """Closed months as they were closed (correction 0), and what was put right later as differences of their own."""
    here = select(frozen).where(frozen.c.month >= first, frozen.c.month <= last)
    if viewer.institution:
        here = here.where(frozen.c.institution == viewer.institution)
    known = places(connection)
    columns = (
        *_HERE[:1], _count("correction", "Correction"), *_HERE[1:], *_CELL, _count("services", "Services"),
        _count("minutes", "Minutes of work"),
        Column(key="noted", title="Noted", kind="text"),
    )  # fmt: skip
    c = frozen.c
    rows = (
        (
            row.month, row.n, row.centre, *_place(known, row.centre, row.month), row.institution, row.service, row.kind,
            row.channel,
            row.quantity, row.minutes, moment(row.noted).isoformat(),
        )
        for row in flowing(connection, here.order_by(c.month, c.n, c.centre, c.institution, c.service, c.kind, c.channel))
    )  # fmt: skip
    return Lines(columns=columns, rows=rows)


def grants(connection: Connection, first: str, last: str, viewer: Viewer) -> Lines:
    """The kept worksheets of the grant that rest on months between two, a row for each centre. Amounts are whole cents."""
    rows: list[tuple[Cell, ...]] = []
    for row in connection.execute(select(worksheets).order_by(worksheets.c.made, worksheets.c.worksheet)):
        sheet = _sheet.decode(row.data)
        if not sheet.months or sheet.months[0] < first or sheet.months[-1] > last:
            continue
        head = (row.worksheet, moment(row.made).isoformat(), row.by, " ".join(sheet.months), int(sheet.terms.approved))
        rows += [
            (
                *head, one.inputs.centre, one.inputs.name, one.inputs.municipality, one.inputs.type,
                sum(one.inputs.registered.values()),
                one.sum, int(one.amount * 100),
            )
            for one in sheet.lines
        ]  # fmt: skip
    columns = (
        Column(key="worksheet", title="Worksheet", kind="text"), Column(key="made", title="Made", kind="text"),
        Column(key="by", title="By", kind="text"), Column(key="months", title="Months", kind="text"),
        _count("approved", "Formula approved"),
        *_HERE[1:], Column(key="type", title="Type of centre", kind="text"), _count("registered", "Services registered"),
        Column(key="sum", title="Arithmetic", kind="text"), _count("cents", "Amount, cents"),
    )  # fmt: skip
    return Lines(columns=columns, rows=tuple(rows))


def _asked(first: str, last: str, viewer: Viewer, by: str) -> Filter:
    """What the viewer may see of these months; `by` is the field that narrows it to one institution."""
    if not viewer.institution:
        return Filter(first=first, last=last)
    only: Any = (viewer.institution,) if by == "institution" else viewer.institution
    return msgspec.structs.replace(Filter(first=first, last=last), **{by: only})


EXPORTS: Mapping[str, tuple[str, Read]] = {
    "deliveries": ("figures", deliveries), "visits": ("figures", visits), "waits": ("figures", waiting),
    "months": ("figures", closed),
    "worksheets": ("grant", grants), "pvs": ("visits", pvs),
}  # fmt: skip
"""By name: what one must be admitted to, and who reads it."""
