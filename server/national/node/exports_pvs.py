"""Which recorded services carry all that the state's system for services (PVS) would want: a list, no link to it.

What PVS asks for was nowhere to be read: the fields below are our own assumption from the law's purpose (who gave which
holder's service, when, how, with what result) and stand in the export, so that a person can hold them against the real ones.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from config.open_data.municipalities import shown_on
from server.national.node.access import Viewer
from server.national.node.exports_file import Lines
from server.national.node.schema import centres, deliveries
from server.reports.table import Cell, Column

FIELDS = ("municipality", "centre", "institution", "service", "day", "kind", "channel", "outcome", "quantity")
KINDS = ("pieteikums", "konsultacija")
"""The two that the network counts."""


def missing(row: dict[str, object]) -> tuple[str, ...]:
    """The fields without which a service is not ready; a kind that the network does not count is as none."""
    return tuple(
        one
        for one in FIELDS
        if not row[one] or (one == "kind" and row[one] not in KINDS) or (one == "quantity" and int(str(row[one])) < 1)
    )


def pvs(connection: Connection, first: str, last: str, viewer: Viewer) -> Lines:
    """Every service that was given, with what it lacks; a service holder gets its own."""
    given = deliveries.c
    fields = [centres.c.municipality if one == "municipality" else given[one] for one in FIELDS]
    joined = deliveries.join(centres, centres.c.centre == given.centre)
    here = (
        select(*fields, given.visit, given.n)
        .select_from(joined)
        .where(given.month >= first, given.month <= last, given.lost == 0)
    )
    if viewer.institution:
        here = here.where(given.institution == viewer.institution)
    titles = ("Municipality", "Centre", "Institution", "Service", "Day", "Kind", "Channel", "Outcome", "Quantity")
    columns = (
        *(
            Column(key=key, title=title, kind="date" if key == "day" else "count" if key == "quantity" else "text")
            for key, title in zip(FIELDS, titles, strict=True)
        ),
        Column(key="visit", title="Visit", kind="text"), Column(key="n", title="Record", kind="count"),
        Column(key="ready", title="Nothing missing", kind="count"), Column(key="missing", title="Missing", kind="text"),
    )  # fmt: skip
    ordered = here.order_by(given.month, given.day, given.centre, given.visit, given.n)
    return Lines(columns=columns, rows=map(_line, flowing(connection, ordered)))


def _line(found: Row[Any]) -> tuple[Cell, ...]:
    row = dict(found._mapping)
    if row["municipality"]:
        row["municipality"] = shown_on(row["municipality"], date.fromisoformat(row["day"]))
    lacks = missing(row)
    return (*(row[one] for one in FIELDS), row["visit"], row["n"], int(not lacks), " ".join(lacks))


def flowing(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of a query as they come out of the database, some at a time."""
    yield from connection.execution_options(yield_per=2000).execute(query)
