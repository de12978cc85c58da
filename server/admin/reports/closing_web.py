"""The pages of closing months: the list, a month with its corrections, and the form that closes one."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import flask
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from server.admin.ground import Ground
from server.admin.reports.closing import Months
from server.admin.reports.names import Names
from server.admin.reports.period import KINDS, around
from server.admin.reports.web import PAGES, download
from server.authority import may_submit
from server.domain.commands import CloseMonth
from server.domain.context import Actor
from server.domain.refusal import CODES, Refusal
from server.engine import now_utc
from server.reports.formats import KINDS as FORMATS
from server.reports.formats import encode
from server.reports.month import frozen
from server.shell import chosen_language
from server.words import Words

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class ClosingPages:
    """Whoever may see reports sees what is closed; who may submit CloseMonth closes."""

    def __init__(self, ground: Ground, months: Months) -> None:
        self._ground, self._months = ground, months

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        ground, blueprint = self._ground, flask.Blueprint("closing", __name__)
        blueprint.get("/admin/reports/months")(ground.admitted("reports")(self.all))
        blueprint.get("/admin/reports/months/<month>")(ground.admitted("reports")(self.one))
        blueprint.get("/admin/reports/months/<month>.<kind>")(ground.admitted("reports")(self.file))
        blueprint.post("/admin/reports/months/<month>")(ground.posted("reports")(self.close))
        return blueprint

    def all(self, actor: Actor, fault: str = "", status: int = 200) -> flask.Response:
        """Every month."""
        today = self._ground.floor().day
        rows = self._ground.door.native(self._months.rows, today)
        return self._ground.show(
            actor, "reports", "report_months.html", status, **self._frame(actor), months=rows, fault=fault
        )  # fmt: skip

    def one(self, actor: Actor, month: str) -> ResponseReturnValue:
        """A closed month."""
        state = self._ground.door.native(self._months.state, _month(month))
        if state is None:
            return flask.redirect("/admin/reports/months")
        names = Names(self._ground.plan(), Words(chosen_language()))
        return self._ground.show(
            actor, "reports", "report_month.html", **self._frame(actor), month=month, state=state, names=names
        )  # fmt: skip

    def file(self, actor: Actor, month: str, kind: str) -> ResponseReturnValue:
        """The frozen cells, and the corrections as rows of their own."""
        state = self._ground.door.native(self._months.state, _month(month))
        if state is None or kind not in FORMATS:
            flask.abort(404)
        days, now = around("month", first_of(month)), now_utc()
        table = frozen(state.closed.figures.cells, state.now.cells)
        body = self._ground.door.native(encode, table, kind, "month", days.first, days.last, chosen_language(), now)
        return download(body, kind, f"rinda-month-{month}.{kind}")

    def close(self, actor: Actor, month: str) -> ResponseReturnValue:
        """Freezes it; with records on the repair list only where that was said."""
        language = chosen_language()
        if not may_submit(actor.role, "CloseMonth"):
            return self._ground.refused("not_allowed", 403)
        row = next(
            (one for one in self._ground.door.native(self._months.rows, self._ground.floor().day) if one.month == _month(month)),
            None,
        )
        if row is not None and row.faults and request.form.get("anyway") != "1":
            said = texts.translate(
                language, "{month}: its records are on the repair list. Say that it shall be closed with them.",
                month=Words(language).month(month),
            )  # fmt: skip
            return self.all(actor, said, 409)
        reply = self._ground.door.handle(CloseMonth(month=month), actor, uuid4())
        if isinstance(reply, Refusal):
            named = {"month": Words(language).month(month)}
            return self.all(actor, texts.translate(language, CODES[reply.code], **reply.facts | named), 409)
        return flask.redirect(f"/admin/reports/months/{month}", 303)

    def _frame(self, actor: Actor) -> dict[str, Any]:
        today = first_of(self._ground.floor().day[:7])
        return {
            "period": around("month", today), "spans": KINDS, "pages": PAGES, "key": "months", "table": False,
            "manages": may_submit(actor.role, "CloseMonth"), "clerks": self._ground.plan().rules.clerk_figures,
        }  # fmt: skip


def _month(text: str) -> str:
    return text if _MONTH.fullmatch(text) else flask.abort(404)


def first_of(month: str) -> date:
    """The first day of a month such as 2026-03."""
    return date.fromisoformat(f"{month}-01")
