"""The page of the months: which are closed, what is missing for the others, what was put right afterwards."""

from datetime import datetime
from typing import Any

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, func, select

from server.national.node.access import Viewer
from server.national.node.months import MonthError, close_month, months_known, note_corrections, unready, verify
from server.national.node.pages_ground import Ground, now_utc
from server.national.node.pages_live import short
from server.national.node.pages_network import month_asked
from server.national.node.pages_words import ZONE, Words, local
from server.national.node.schema import centres, deliveries, frozen, months
from server.shell import chosen_language

LISTED = 24


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What was put right at one time: in how many figures and centres, and by how many services in all."""

    at: datetime
    cells: int
    centres: int
    services: int


class MonthState(msgspec.Struct, frozen=True, kw_only=True):
    """A month of the list. `over`: it may be closed; `missing` are centres of which records may still come, or were when it was
    closed."""

    month: str
    over: bool
    services: int
    missing: tuple[str, ...]
    closed: datetime | None = None
    by: str = ""
    digest: str = ""
    corrections: tuple[Correction, ...] = ()


class MonthStates:
    """The pages of closing."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        ground, blueprint = self._ground, flask.Blueprint("closing", __name__)
        blueprint.get("/months")(ground.admitted("closing")(self.all))
        blueprint.get("/months/<month>/close")(ground.admitted("change")(self.ask))
        blueprint.post("/months/<month>/close")(ground.admitted("change")(self.close))
        blueprint.post("/months/<month>/verify")(ground.admitted("closing")(self.verify))
        blueprint.post("/months/<month>/corrections")(ground.admitted("change")(self.correct))
        return blueprint

    def all(self, viewer: Viewer, said: tuple[str, str, str] | None = None) -> flask.Response:
        """Every month. `said` is what came of the last step: a kind of notice, its text, its month."""
        now = now_utc()

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            return {"months": states(connection, now), "names": _names(connection), "said": said}

        return self._ground.show(viewer, "closing", "months.html", work)

    def ask(self, viewer: Viewer, month: str, error: MonthError | None = None) -> flask.Response:
        """Whether the month shall be closed, with what is missing."""
        month = _month(month)

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            said = error.said(words) if error is not None else ""
            return {"month": month, "missing": unready(connection, month), "names": _names(connection), "error": said}

        return self._ground.show(viewer, "closing", "month_close.html", work)

    def close(self, viewer: Viewer, month: str) -> ResponseReturnValue:
        """Closes it, without missing records only if that was said."""
        month, anyway = _month(month), request.form.get("anyway") == "1"
        self._own_form()
        try:
            self._ground.door.native(lambda: close_month(self._ground.write, month, viewer.name, now_utc(), anyway=anyway))
        except MonthError as error:
            return self.ask(viewer, month, error), 409
        return flask.redirect(f"/months#m{month}", 303)

    def verify(self, viewer: Viewer, month: str) -> ResponseReturnValue:
        """Compares the frozen figures with their digest."""
        month = _month(month)
        self._own_form()
        same = self._ground.door.native(verify, self._ground.read, month)
        found = (
            ("ok", "The frozen figures are those that were closed.") if same else ("trouble", "The frozen figures were changed!")
        )
        return self.all(viewer, (*found, month))

    def correct(self, viewer: Viewer, month: str) -> ResponseReturnValue:
        """Writes down what the records say otherwise by now."""
        month = _month(month)
        self._own_form()
        try:
            n = self._ground.door.native(note_corrections, self._ground.write, month, now_utc())
        except MonthError as error:
            return self.all(viewer, ("trouble", error.said(Words(chosen_language())), "")), 409
        text = "Corrections are written down." if n else "There is nothing to put right."
        return self.all(viewer, ("ok", text, month))

    def _own_form(self) -> None:
        if self._ground.forged():
            flask.abort(403)


def states(connection: Connection, now: datetime) -> list[MonthState]:
    """The newest months with figures, and what became of them."""
    present = f"{now.astimezone(ZONE):%Y-%m}"
    closed = {row.month: row for row in connection.execute(select(months))}
    corrected: dict[str, list[Correction]] = {}
    changes = select(
        frozen.c.month, frozen.c.n, func.max(frozen.c.noted), func.count(), func.count(frozen.c.centre.distinct()),
        func.sum(frozen.c.quantity),
    ).where(frozen.c.n > 0)  # fmt: skip
    for month, _, noted, cells, places, services in connection.execute(
        changes.group_by(frozen.c.month, frozen.c.n).order_by(frozen.c.month, frozen.c.n)
    ):
        one = Correction(at=local(noted), cells=cells, centres=places, services=int(services))
        corrected.setdefault(month, []).append(one)
    found = []
    for month in months_known(connection)[:LISTED]:
        row = closed.get(month)
        if row is None:
            missing, sums = tuple(unready(connection, month)), select(func.sum(deliveries.c.quantity)).where(
                deliveries.c.month == month, deliveries.c.lost == 0
            )  # fmt: skip
        else:
            missing = tuple(msgspec.json.decode(row.open_centres, type=dict[str, int]))
            sums = select(func.sum(frozen.c.quantity)).where(frozen.c.month == month, frozen.c.n == 0)
        services = int(connection.execute(sums).scalar() or 0)
        facts = {} if row is None else {"closed": local(row.closed), "by": row.by, "digest": row.digest}
        found.append(
            MonthState(
                month=month, over=month < present, services=services, missing=missing,
                corrections=tuple(corrected.get(month, ())), **facts,
            )
        )  # fmt: skip
    return found


def _names(connection: Connection) -> dict[str, str]:
    return {row.centre: short(row.name) or row.centre for row in connection.execute(select(centres.c.centre, centres.c.name))}


def _month(text: str) -> str:
    """The month of an address; 404 for what is none."""
    return month_asked(text, "") or flask.abort(404)
