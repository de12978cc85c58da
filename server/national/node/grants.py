"""The grant's terms and sheets in the database: terms with who set them, sheets that frozen figures give again."""

import hashlib
import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, and_, func, or_, select

from config.open_data.municipalities import shown_on
from server.domain.moment import microseconds
from server.national.node.grant import Inputs, Terms, Worksheet, check_names, is_amount, worksheet
from server.national.node.months import MonthError
from server.national.node.places import last_day
from server.national.node.schema import centres, frozen, months, terms, worksheets


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Terms in force, with who entered or confirmed them and when (microseconds since 1970); nobody did the example."""

    terms: Terms
    by: str = ""
    since: int | None = None


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet that was kept. `data` is its JSON, byte for byte."""

    name: str
    made: int
    by: str
    data: str
    sheet: Worksheet


def example(path: Path) -> Terms:
    """The terms that come with the program."""
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Terms, strict=False)


def terms_now(connection: Connection, otherwise: Terms) -> Said:
    """The terms in force; the example while nobody has entered any."""
    row = connection.execute(select(terms).order_by(terms.c.n.desc()).limit(1)).first()
    return Said(terms=otherwise) if row is None else Said(terms=_terms(row.data), by=row.by, since=row.since)


def set_terms(engine: Engine, new: Terms, by: str, now: datetime, kinds: Collection[str]) -> None:
    """Other terms from now on. FormulaError for a formula that cannot be read or names a kind of service that is neither one of
    `kinds` nor in a closed month, or that has no result for the month that was closed last; ValueError names a value that is no
    amount."""
    with engine.connect() as connection:
        counted = set(connection.execute(select(frozen.c.kind).distinct()).scalars())
        check_names(new, counted.union(kinds))
        if (newest := connection.execute(select(func.max(months.c.month))).scalar()) is not None:
            reckoned(connection, new, newest, newest)
    for part in ("base", "rate"):
        for name, value in getattr(new, part).items():
            if not is_amount(value):
                raise ValueError(f"{part}.{name}")
    with engine.begin() as connection:
        n = (connection.execute(select(func.max(terms.c.n))).scalar() or 0) + 1
        connection.execute(terms.insert(), {"n": n, "since": microseconds(now), "by": by, "data": _json(new)})


def closed_between(connection: Connection, first: str, last: str) -> dict[str, str]:
    """Closed months with their digests."""
    here = select(months.c.month, months.c.digest).where(months.c.month >= first, months.c.month <= last)
    return {row.month: row.digest for row in connection.execute(here.order_by(months.c.month))}


def reckoned(connection: Connection, by: Terms, first: str, last: str) -> Worksheet:
    """The sheet of the closed months between two, corrections included; MonthError for none, FormulaError."""
    digests = closed_between(connection, first, last)
    if not digests:
        raise MonthError("no month is closed in this time")
    last_n = select(frozen.c.month, func.max(frozen.c.n)).where(frozen.c.month.in_(digests)).group_by(frozen.c.month)
    corrections = dict.fromkeys(digests, 0) | {row[0]: row[1] for row in connection.execute(last_n)}
    counts = _registered(connection, corrections)
    here = select(centres.c.centre, centres.c.name, centres.c.municipality, centres.c.type, centres.c.secret)
    rows = [row for row in connection.execute(here) if row.secret is not None or row.centre in counts]
    found = [
        Inputs(
            centre=row.centre, name=row.name, municipality=shown_on(row.municipality, last_day(max(digests))), type=row.type,
            registered=counts.get(row.centre, {}),
        )
        for row in rows
    ]  # fmt: skip
    return worksheet(by, tuple(sorted(found, key=lambda one: (one.municipality, one.name, one.centre))), digests, corrections)


def keep(engine: Engine, sheet: Worksheet, by: str, now: datetime) -> str:
    """Keeps the sheet; its name, which the same sheet has again."""
    data = _json(sheet)
    name = hashlib.sha256(data.encode()).hexdigest()[:12]
    with engine.begin() as connection:
        if connection.execute(select(worksheets.c.worksheet).where(worksheets.c.worksheet == name)).scalar() is None:
            row = {"worksheet": name, "made": microseconds(now), "by": by, "terms": _json(sheet.terms), "data": data}
            connection.execute(worksheets.insert(), row)
    return name


def kept(connection: Connection, name: str) -> Saved | None:
    """A sheet by its name."""
    row = connection.execute(select(worksheets).where(worksheets.c.worksheet == name)).first()
    if row is None:
        return None
    sheet = msgspec.json.decode(row.data, type=Worksheet)
    return Saved(name=row.worksheet, made=row.made, by=row.by, data=row.data, sheet=sheet)


def all_kept(connection: Connection) -> Sequence[Saved]:
    """Every sheet, the newest first."""
    names = connection.execute(select(worksheets.c.worksheet).order_by(worksheets.c.made.desc())).scalars().all()
    return [saved for name in names if (saved := kept(connection, name)) is not None]


def same_again(connection: Connection, saved: Saved) -> bool:
    """Whether the frozen figures and the months' digests give the same sheet byte for byte.

    Names, types and municipalities are those of the sheet: a centre that has another since then was what it was.
    """
    counts = _registered(connection, saved.sheet.corrections)
    facts = tuple(msgspec.structs.replace(one.inputs, registered=counts.get(one.inputs.centre, {})) for one in saved.sheet.lines)
    digests = closed_between(connection, saved.sheet.months[0], saved.sheet.months[-1])
    ours = {month: digests.get(month, "") for month in saved.sheet.months}
    missing = counts.keys() - {one.centre for one in facts}
    return not missing and _json(worksheet(saved.sheet.terms, facts, ours, saved.sheet.corrections)) == saved.data


def _registered(connection: Connection, corrections: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Services by centre and kind, in these months, each with so many corrections."""
    until = or_(*(and_(frozen.c.month == month, frozen.c.n <= n) for month, n in corrections.items()))
    query = select(frozen.c.centre, frozen.c.kind, func.sum(frozen.c.quantity)).where(until)
    found: dict[str, dict[str, int]] = {}
    for centre, kind, quantity in connection.execute(query.group_by(frozen.c.centre, frozen.c.kind)):
        found.setdefault(centre, {})[kind] = int(quantity)
    return found


def _terms(data: str) -> Terms:
    return msgspec.json.decode(data, type=Terms)


def _json(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()
