"""Open data by the year, for everybody: services by centre, made safe, with what each field means and the licence.

A year is published when it is over and each of its months is closed, from the figures as they were closed: it never changes
afterwards, so that nothing can be learned from the difference between two versions. No day, weekday or hour is in it, and no
visit.
"""

import csv
import hashlib
import io
from collections.abc import Callable
from datetime import date

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import Connection, func, select

from config.open_data.municipalities import shown_on
from server.national.node.exports import Places, places
from server.national.node.kept import Kept, language_asked
from server.national.node.pages_ground import Ground
from server.national.node.pages_words import Words
from server.national.node.schema import deliveries, frozen, months
from server.national.node.suppression import OTHER, SMALL, Safe, folded_rows, protect
from server.reports.formats import harmless
from server.shell import page

LICENCE = {"name": "CC0 1.0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"}
RULE = (
    f"Counts of 1 to {SMALL - 1} are hidden (hidden = 1, no value); others are hidden with them, so that none can be reckoned "
    f"from the totals: at least {SMALL} values remain possible for each. Rows and columns that cannot be protected, or whose "
    f"total is below {SMALL}, are summed in {OTHER}. 0 is a count of none. Later corrections of closed months are not included."
)
FIELDS: dict[str, str] = {
    "year": "The year of the business day on which the service was given.",
    "table": "institutions: centre by service holder; kinds: centre by kind; months: month by kind. Each has totals, marked *.",
    "row": f"Code of the centre, or the month (2026-11); {OTHER}: several centres together; *: all rows.",
    "name": "Name of the centre in the network's register.",
    "municipality": "The municipality in which the centre lay on the last day of the year.",
    "column": f"Code of the institution in the network's catalogue, or the kind of service; {OTHER}: several; *: all columns.",
    "services": "How many services were given; empty where hidden.",
    "hidden": "1: there is a count, which is not published; 0: it is.",
}
ALL = "*"
TABLES = {"institutions": ("centre", "institution"), "kinds": ("centre", "kind"), "months": ("month", "kind")}
"""Rows and columns of each."""
_MAX_AGE_S, _YEARS_S = 3600, 60.0


class Cell(Struct, frozen=True):
    """A line of the file."""

    year: int
    table: str
    row: str
    name: str
    municipality: str
    column: str
    services: int | None
    hidden: int


class Year(Struct, frozen=True, kw_only=True):
    """A published year; `digests` are those of the closed months that it was made from."""

    year: int
    title: str
    licence: dict[str, str]
    rule: str
    fields: dict[str, str]
    digests: dict[str, str]
    cells: tuple[Cell, ...]


def published(connection: Connection, today: date) -> dict[int, dict[str, str]]:
    """The years that may be read, with the digests of their months: over, and no month with a service in it is open."""
    closed: dict[int, dict[str, str]] = {}
    for row in connection.execute(select(months.c.month, months.c.digest).order_by(months.c.month)):
        closed.setdefault(int(row.month[:4]), {})[row.month] = row.digest
    here = select(deliveries.c.month).where(deliveries.c.lost == 0).distinct()
    used = set(connection.execute(here).scalars())
    return {
        year: digests
        for year, digests in closed.items()
        if year < today.year and f"{year}-12" in digests and all(one in digests for one in used if one.startswith(str(year)))
    }


def read_year(connection: Connection, year: int, digests: dict[str, str]) -> Year:
    """The safe tables of a year."""
    safe = made_safe(connection, year)
    known = places(connection)
    cells = tuple(cell for name, table in safe.items() for cell in _lines(year, name, table, known))
    return Year(
        year=year, title=f"VPVKAC services {year}", licence=LICENCE, rule=RULE, fields=FIELDS, digests=digests, cells=cells
    )


def made_safe(connection: Connection, year: int) -> dict[str, Safe]:
    """The three tables. Those by centre fold the same centres, for they share their totals."""
    tables = {name: _counted(connection, year, *by) for name, by in TABLES.items()}
    fold = folded_rows([tables["institutions"], tables["kinds"]])
    return {name: protect(table, fold if name != "months" else frozenset()) for name, table in tables.items()}


def _counted(connection: Connection, year: int, row: str, column: str) -> dict[tuple[str, str], int]:
    keys = frozen.c[row], frozen.c[column]
    here = select(*keys, func.sum(frozen.c.quantity)).where(frozen.c.month.between(f"{year}-01", f"{year}-12"), frozen.c.n == 0)
    return {(one, other): int(count) for one, other, count in connection.execute(here.group_by(*keys))}


def _lines(year: int, name: str, table: Safe, known: Places) -> list[Cell]:
    end = date(year, 12, 31)

    def line(row: str, column: str, value: int | None) -> Cell:
        called, municipality = known.get(row, ("", "")) if name != "months" else ("", "")
        where = shown_on(municipality, end) if municipality else ""
        return Cell(year, name, row, called, where, column, value, int(value is None))

    found = [line(row, column, table.cells[row, column]) for row in table.rows for column in table.columns]
    found += [line(row, ALL, value) for row, value in table.row_totals.items()]
    found += [line(ALL, column, value) for column, value in table.column_totals.items()]
    return [*found, line(ALL, ALL, table.total)]


def as_csv(year: Year) -> bytes:
    """RFC 4180 with a mark that tells a spreadsheet that it is UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(Cell.__struct_fields__)
    for cell in year.cells:
        writer.writerow([harmless(one) if isinstance(one, str) else one for one in msgspec.structs.astuple(cell)])
    return out.getvalue().encode("utf-8-sig")


class OpenData:
    """`/open-data` and its files; without sign-in. A year is made once."""

    def __init__(self, ground: Ground, today: Callable[[], date]) -> None:
        self._ground = ground
        self._years = Kept(_YEARS_S, lambda: ground.look_up(published, today()))
        self._made: dict[tuple[int, str], tuple[str, dict[str, bytes]]] = {}

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint = flask.Blueprint("open_data", __name__)
        blueprint.get("/open-data")(self.page)
        blueprint.get("/open-data/<int:year>.<kind>")(self.file)
        return blueprint

    def page(self) -> ResponseReturnValue:
        """Which years there are, and by which rule."""
        words = Words(language_asked())
        years = sorted(self._years(), reverse=True)
        return flask.Response(
            page(
                "national/open_data.html",
                language=words.language,
                w=words,
                years=years,
                licence=LICENCE,
                small=SMALL,
                fields=FIELDS,
            ),
            headers={"Cache-Control": f"public, max-age={_MAX_AGE_S}"},
        )

    def file(self, year: int, kind: str) -> ResponseReturnValue:
        """A year as CSV or JSON."""
        found = self._years().get(year)
        if found is None or kind not in ("csv", "json"):
            return flask.jsonify(ok=False, code="unknown_path"), 404
        tag, bodies = self._bodies(year, found)
        answer = flask.Response(bodies[kind], mimetype="application/json" if kind == "json" else "text/csv; charset=utf-8")
        answer.headers.update({
            "Cache-Control": f"public, max-age={_MAX_AGE_S}", "Access-Control-Allow-Origin": "*",
            "Link": f'<{LICENCE["url"]}>; rel="license"',
            "Content-Disposition": f'attachment; filename="vpvkac-{year}.{kind}"',
        })  # fmt: skip
        answer.set_etag(f"{tag}-{kind}")
        return answer.make_conditional(request.environ)

    def _bodies(self, year: int, digests: dict[str, str]) -> tuple[str, dict[str, bytes]]:
        key = year, hashlib.sha256("".join(digests.values()).encode()).hexdigest()[:24]
        if key not in self._made:
            made = self._ground.look_up(read_year, year, digests)
            self._made[key] = key[1], {"csv": as_csv(made), "json": msgspec.json.encode(made)}
        return self._made[key]
