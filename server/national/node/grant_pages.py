"""The page of the grant: terms as a sentence that can be changed, the sheet with its arithmetic, and sheets that are kept."""

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import flask
import msgspec
from babel.numbers import format_decimal
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from config import CATALOGUE, GRANT
from config.load import load_catalogue
from server.domain.months import month_after
from server.national.node.access import Viewer
from server.national.node.grant import CENT, FormulaError, Terms, Worksheet, by_municipality, is_amount, sentence
from server.national.node.grants import Saved, all_kept, example, keep, kept, reckoned, same_again, set_terms, terms_now
from server.national.node.months import MonthError, months_known
from server.national.node.pages_ground import Ground, now_utc
from server.national.node.pages_network import month_asked
from server.national.node.pages_words import ZONE, Words, local
from server.reports.formats import KINDS, encode
from server.reports.table import Cell, Column, Table
from server.shell import chosen_language

NAMES = {
    "base": "base by the type of the centre", "months": "months", "pieteikums": "applications", "konsultacija": "consultations",
    "informacija": "information", "cits": "other services", "e_atbalsts": "help with e-services", "min": "the least of",
    "max": "the most of",
}  # fmt: skip
"""What the words of a formula are called."""


class GrantPages:
    """`terms` are the example while nobody has entered others."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._example, self._kinds = ground, example(GRANT), tuple(load_catalogue(CATALOGUE).kinds)

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        ground, blueprint = self._ground, flask.Blueprint("grant", __name__)
        blueprint.get("/grant")(ground.admitted("grant")(self.sheet))
        blueprint.get("/grant.<kind>")(ground.admitted("grant")(self.file))
        blueprint.post("/grant/terms")(ground.admitted("change")(self.set))
        blueprint.post("/grant/keep")(ground.admitted("change")(self.keep))
        blueprint.get("/grant/<name>")(ground.admitted("grant")(self.saved))
        blueprint.get("/grant/<name>.<kind>")(ground.admitted("grant")(self.saved_file))
        return blueprint

    def sheet(
        self, viewer: Viewer, tried: Terms | None = None, error: str = "", wrong: FormulaError | None = None
    ) -> flask.Response:
        """The sheet by the terms in force; `tried` are those that were just refused: `error` is the field that is no amount or is
        missing, `wrong` what is wrong with the formula."""
        first, last = _span()

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            said = terms_now(connection, self._example)
            sheet, fault = None, ""
            try:
                sheet = reckoned(connection, said.terms, first, last)
            except (MonthError, FormulaError) as found:
                fault = found.said(words)
            return {
                "said": said, "terms": tried or said.terms, "error": error, "fault": fault,
                "at": wrong.at if wrong else 0, "wrong": wrong.said(words) if wrong else "",
                "first": first, "last": last,
                "since": local(said.since) if said.since else None, "saved": all_kept(connection), "local": local,
                "known": months_known(connection), "open": _open(first, last, sheet), **_shown(sheet, said.terms, words),
            }  # fmt: skip

        return self._ground.show(viewer, "grant", "grant.html", work)

    def set(self, viewer: Viewer) -> ResponseReturnValue:
        """Sets the terms as the form has them; what is wrong is told at its place."""
        self._own_form()
        form, known = request.form, self._ground.look_up(terms_now, self._example).terms
        base, rate, wrong = dict[str, Decimal](), dict[str, Decimal](), ""
        for kind, values in (("base", base), ("rate", rate)):
            for name in getattr(known, kind):
                try:
                    said = Decimal("".join(form.get(f"{kind}.{name}", "").split()).replace(",", "."))
                    values[name] = said if is_amount(abs(said)) else getattr(known, kind)[name]
                    wrong = wrong if is_amount(said) else f"{kind}.{name}"
                except InvalidOperation:
                    values[name], wrong = getattr(known, kind)[name], f"{kind}.{name}"
        new = Terms(
            formula=form.get("formula", "").strip()[:500], base=base, rate=rate, source=form.get("source", "").strip()[:300],
            approved=form.get("approved") == "1",
        )  # fmt: skip
        if wrong or (new.approved and not new.source):
            return self.sheet(viewer, new, wrong or "source"), 400
        try:
            self._ground.door.native(set_terms, self._ground.write, new, viewer.name, now_utc(), self._kinds)
        except FormulaError as error:
            return self.sheet(viewer, new, wrong=error), 400
        except ValueError as error:
            return self.sheet(viewer, new, str(error)), 400
        first, last = _span()
        return flask.redirect(f"/grant?first={first}&last={last}", 303)

    def keep(self, viewer: Viewer) -> ResponseReturnValue:
        """Keeps the sheet as it is now."""
        self._own_form()
        first, last = _span()

        def work(connection: Connection) -> Worksheet:
            return reckoned(connection, terms_now(connection, self._example).terms, first, last)

        try:
            sheet = self._ground.look_up(work)
        except (MonthError, FormulaError):
            return self.sheet(viewer), 409
        name = self._ground.door.native(keep, self._ground.write, sheet, viewer.name, now_utc())
        return flask.redirect(f"/grant/{name}", 303)

    def saved(self, viewer: Viewer, name: str) -> ResponseReturnValue:
        """A kept sheet, made again from the frozen figures and compared byte for byte."""
        found = self._kept(name)

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            return {
                "saved": found, "same": same_again(connection, found), "made": local(found.made),
                **_shown(found.sheet, found.sheet.terms, words),
            }  # fmt: skip

        return self._ground.show(viewer, "grant", "grant_saved.html", work)

    def file(self, viewer: Viewer, kind: str) -> ResponseReturnValue:
        """The present sheet as CSV, JSON or XLSX."""
        first, last = _span()

        def work(connection: Connection) -> Worksheet:
            return reckoned(connection, terms_now(connection, self._example).terms, first, last)

        try:
            return _download(self._ground.look_up(work), kind, f"{first}-{last}")
        except (MonthError, FormulaError) as error:
            return flask.jsonify(ok=False, code="no_sheet", text=str(error)), 409

    def saved_file(self, viewer: Viewer, name: str, kind: str) -> ResponseReturnValue:
        """A kept sheet as a file."""
        return _download(self._kept(name).sheet, kind, name)

    def _kept(self, name: str) -> Saved:
        found: Saved | None = self._ground.look_up(kept, name)
        return found or flask.abort(404)

    def _own_form(self) -> None:
        if self._ground.forged():
            flask.abort(403)


def table(sheet: Worksheet) -> Table:
    """The sheet for programs and spreadsheets: a row for each centre, with its arithmetic."""
    kinds = kinds_of(sheet)
    columns = (
        Column(key="municipality", title="Municipality", kind="text"), Column(key="centre", title="Centre", kind="text"),
        Column(key="name", title="Short name", kind="text"), Column(key="type", title="Type", kind="text"),
        *(Column(key=f"registered_{kind}", title=NAMES.get(kind, kind), kind="count") for kind in kinds),
        Column(key="arithmetic", title="Arithmetic", kind="text"), Column(key="amount_eur", title="Amount, €", kind="minutes"),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            line.inputs.municipality, line.inputs.centre, line.inputs.name, line.inputs.type,
            *(line.inputs.registered.get(kind, 0) for kind in kinds), line.sum, float(line.amount),
        )
        for line in sheet.lines
    )  # fmt: skip
    return Table(columns=columns, rows=rows)


def kinds_of(sheet: Worksheet) -> list[str]:
    """The kinds of service that were put in, those that have a rate first; in one order, however the terms name them."""
    rated, order = sheet.terms.rate.keys(), [*NAMES]
    found = rated | {kind for line in sheet.lines for kind in line.inputs.registered}
    return sorted(found, key=lambda kind: (kind not in rated, order.index(kind) if kind in order else len(order), kind))


def euro(value: Decimal, language: str) -> str:
    """An amount as people read it, to the cent."""
    groups = language != "lv" or abs(value) >= 10_000
    return str(format_decimal(value, "#,##0.00", locale=language, group_separator=groups))


def amount(value: Decimal, language: str) -> str:
    """A value as its field has it, every digit and no groups: who sets the terms again changes nothing."""
    places = value.as_tuple().exponent
    plain = format(value if isinstance(places, int) and places < -2 else value.quantize(CENT), "f")
    return plain.replace(".", ",") if language == "lv" else plain


def _shown(sheet: Worksheet | None, terms: Terms, words: Words) -> dict[str, Any]:
    try:
        said = sentence(terms, {code: words(name) for code, name in NAMES.items()})
    except FormulaError as error:
        said = error.said(words)
    if sheet is None:
        return {
            "sheet": None, "sentence": said, "parts": (), "kinds": [], "sums": {}, "totals": {}, "names": NAMES, "euro": euro,
            "amount": amount,
        }  # fmt: skip
    parts, kinds = by_municipality(sheet), kinds_of(sheet)
    sums = {
        name: {kind: sum(line.inputs.registered.get(kind, 0) for line in lines) for kind in kinds} for name, lines, _ in parts
    }
    totals = {kind: sum(of[kind] for of in sums.values()) for kind in kinds}
    return {
        "sheet": sheet, "sentence": said, "parts": parts, "kinds": kinds, "sums": sums, "totals": totals,
        "names": NAMES, "euro": euro, "amount": amount,
    }  # fmt: skip


def _open(first: str, last: str, sheet: Worksheet | None) -> list[str]:
    """Months of the time that are not closed, so that they are not in the sheet."""
    found, month = [], first
    while month <= last:
        if sheet is None or month not in sheet.digests:
            found.append(month)
        month = month_after(month)
    return found


def _span() -> tuple[str, str]:
    """From and to, of the address or the form: the present year up to last month unless they say otherwise; 36 months at most."""
    before = now_utc().astimezone(ZONE).date().replace(day=1) - timedelta(days=1)
    last = month_asked(request.values.get("last", ""), f"{before:%Y-%m}")
    first = month_asked(request.values.get("first", ""), f"{last[:4]}-01")
    least = f"{int(last[:4]) - 3:04}-{last[5:]}"
    return (min(max(first, least), last), last)


def as_file(sheet: Worksheet, kind: str, language: str, now: datetime) -> bytes:
    """The sheet in a format of KINDS."""
    if kind == "json":
        return msgspec.json.encode(sheet)
    first = date.fromisoformat(f"{sheet.months[0]}-01")
    until = date.fromisoformat(f"{month_after(sheet.months[-1])}-01") - timedelta(days=1)
    return encode(table(sheet), kind, "grant", first, until, language, now)


def _download(sheet: Worksheet, kind: str, name: str) -> flask.Response:
    if kind not in KINDS:
        flask.abort(404)
    response = flask.Response(as_file(sheet, kind, chosen_language(), now_utc()), mimetype=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="rinda-grant-{name}.{kind}"'
    return response
