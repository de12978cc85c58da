"""Figures of clerks: for the manager where the municipality switched them on, and for every clerk the same of himself."""

from datetime import date
from typing import Any

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from server.admin.ground import Ground
from server.admin.reports.names import Names
from server.admin.reports.period import KINDS, TOO_LONG, Period, around, asked
from server.admin.reports.web import PAGES
from server.authority import may_submit
from server.domain.context import Actor
from server.reports.clerks import DAYS_MOST, Work, clerks
from server.reports.table import Table
from server.shell import chosen_language
from server.store.centre import CentreStore
from server.store.schema import visits
from server.words import Words

_work = msgspec.json.Decoder(Work)


class ClerkPages:
    """Both pages tell the same figures."""

    def __init__(self, ground: Ground, store: CentreStore) -> None:
        self._ground, self._store = ground, store

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        ground, blueprint = self._ground, flask.Blueprint("clerk_figures", __name__)
        blueprint.get("/admin/reports/clerks")(ground.admitted("reports")(self.all))
        blueprint.get("/admin/figures")(ground.admitted("figures")(self.own))
        return blueprint

    def all(self, actor: Actor) -> ResponseReturnValue:
        """Every clerk; not for the network."""
        if not may_submit(actor.role, "CorrectVisit"):
            return self._ground.refused("not_allowed", 403)
        return self._show(actor, "reports", None)

    def own(self, actor: Actor) -> ResponseReturnValue:
        """Whoever asks."""
        return self._show(actor, "figures", actor.id)

    def _show(self, actor: Actor, here: str, only: str | None) -> flask.Response:
        plan, fault = self._ground.plan(), ""
        today = date.fromisoformat(self._ground.floor().day)
        try:
            wanted = asked(request.args, today)
            if wanted.days > DAYS_MOST:
                raise ValueError(TOO_LONG)
        except ValueError as error:
            wanted, fault = around("month", today), str(error)
        on = plan.rules.clerk_figures
        table = self._ground.door.native(self._table, wanted, only) if on else None
        return self._ground.show(
            actor, here, "report_clerks.html", 400 if fault else 200, period=wanted, spans=KINDS, pages=PAGES, key="clerks",
            table=False, manages=only is None, clerks=on, on=on, figures=table, only=only, fault=fault,
            names=Names(plan, Words(chosen_language())),
        )  # fmt: skip

    def _table(self, wanted: Period, only: str | None) -> Table:
        days = visits.c.day.between(wanted.first.isoformat(), wanted.last.isoformat())
        rows: list[dict[str, Any]] = self._store.read(select(visits.c.data).where(days))
        return clerks((_work.decode(row["data"]) for row in rows), only)
