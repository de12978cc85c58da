"""The repair list, and the form that puts a record right: ends, times and services in words, no codes to be known."""

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from config.hours import closing
from server.admin.ground import Ground
from server.admin.reports.names import Names
from server.admin.reports.period import KINDS, TOO_LONG, Period, around, asked
from server.admin.reports.web import PAGES
from server.authority import may_submit
from server.domain.commands import CorrectVisit, DeliveredService
from server.domain.context import Actor
from server.domain.events import Delivered
from server.domain.floor import Visit
from server.domain.refusal import CODES, Refusal
from server.engine import now_utc
from server.repairs import FAULTS, Repair, repairs
from server.shell import chosen_language, whole
from server.store.centre import CentreStore
from server.store.sheets import DaySheets
from server.words import Words

DAYS_MOST = 92
BLANK = 2
"""Empty lines for services beside those that are there."""
LISTED = 300
ENDS = ("served", "no_show", "left", "sent", "day_closed")


class RepairPages:
    """For whoever may submit CorrectVisit."""

    def __init__(self, ground: Ground, store: CentreStore, sheets: DaySheets) -> None:
        self._ground, self._store, self._sheets = ground, store, sheets

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        ground, blueprint = self._ground, flask.Blueprint("repairs", __name__)
        blueprint.get("/admin/reports/repairs")(ground.admitted("reports")(self.all))
        blueprint.get("/admin/reports/repairs/<uuid:visit>")(ground.admitted("reports")(self.form))
        blueprint.post("/admin/reports/repairs/<uuid:visit>")(ground.posted("reports")(self.correct))
        return blueprint

    def all(self, actor: Actor) -> ResponseReturnValue:
        """Records of a period that are impossible or unfinished."""
        if not may_submit(actor.role, "CorrectVisit"):
            return self._ground.refused("not_allowed", 403)
        today, fault = date.fromisoformat(self._ground.floor().day), ""
        try:
            wanted = asked(request.args, today)
            if wanted.days > DAYS_MOST:
                raise ValueError(TOO_LONG)
        except ValueError as error:
            wanted, fault = around("month", today), str(error)
        found = self._ground.door.native(self._found, wanted)
        language = chosen_language()
        said = [(one, texts.translate(language, FAULTS[one.fault], **one.facts)) for one in found[:LISTED]]
        return self._ground.show(
            actor, "reports", "report_repairs.html", 400 if fault else 200, **self._frame(wanted), repairs=said, count=len(found),
            fault=fault, done=request.args.get("done") == "1",
        )  # fmt: skip

    def form(self, actor: Actor, visit: UUID) -> ResponseReturnValue:
        """One record."""
        if not may_submit(actor.role, "CorrectVisit"):
            return self._ground.refused("not_allowed", 403)
        return self._form(actor, self._visit(visit), {}, "", 200)

    def correct(self, actor: Actor, visit: UUID) -> ResponseReturnValue:
        """Puts it right; what is refused comes back as it was written, with the reason."""
        if not may_submit(actor.role, "CorrectVisit"):
            return self._ground.refused("not_allowed", 403)
        known, said = self._visit(visit), request.form.to_dict()
        try:
            command = self._command(known, said)
        except ValueError as error:
            return self._form(actor, known, said, str(error), 400)
        reply = self._ground.door.handle(command, actor, uuid4())
        if isinstance(reply, Refusal):
            return self._form(actor, known, said, texts.translate(chosen_language(), CODES[reply.code], **reply.facts), 409)
        return flask.redirect(f"/admin/reports/repairs?span=month&at={known.day}&done=1", 303)

    def _command(self, visit: Visit, said: dict[str, str]) -> CorrectVisit:
        """What the form says; ValueError in words that name the field."""
        zone, language = ZoneInfo(self._ground.plan().centre.timezone), chosen_language()
        times: dict[str, datetime | None] = {}
        for field, was in (("served", visit.leg.served), ("ended", visit.leg.ended)):
            text = said.get(field, "").strip()
            if not text:
                times[field] = None
                continue
            if was is not None and text == f"{was.astimezone(zone):%H:%M}":
                times[field] = was  # the seconds stay where nobody changed the minute
                continue
            try:
                at = time.fromisoformat(text)
            except ValueError:
                name = texts.translate(language, "Service began" if field == "served" else "The visit ended")
                raise ValueError(texts.translate(language, "{field}: a time such as 14:05.", field=name)) from None
            times[field] = datetime.combine(date.fromisoformat(visit.day), at, zone)
        services = tuple(self._service(visit, said, n) for n in range(len(visit.delivered) + BLANK) if said.get(f"service{n}"))
        absent = said.get("end") in ("no_show", "left")
        draft = {
            "visit": str(visit.id), "end": said.get("end", ""), "served": None if absent else times["served"],
            "ended": times["ended"], "delivered": services, "reason": said.get("reason", "").strip(),
        }  # fmt: skip
        try:
            return msgspec.convert(msgspec.to_builtins(draft), CorrectVisit)
        except msgspec.ValidationError as error:
            if "reason" in str(error):
                raise ValueError(texts.translate(language, "The reason: 3 to 140 characters.")) from None
            raise ValueError(str(error)) from None

    @staticmethod
    def _service(visit: Visit, said: dict[str, str], n: int) -> DeliveredService:
        """A line of the form; what the form does not ask stays as it was."""
        kept = {}
        if n < len(visit.delivered):
            one = visit.delivered[n]
            kept = {
                "redirected_to": one.redirected_to, "why": one.why or None, "scanned": one.scanned, "printed": one.printed,
                "alone": one.alone, "language": one.language, "minutes": one.minutes, "note": one.note,
            }  # fmt: skip
            if said.get(f"outcome{n}") != one.outcome:
                kept |= {"redirected_to": "", "why": None}
        quantity = said.get(f"quantity{n}", "1").strip() or "1"
        count = whole(quantity)
        facts: dict[str, Any] = {
            **kept, "service": said[f"service{n}"], "kind": said.get(f"kind{n}", ""), "channel": said.get(f"channel{n}", ""),
            "outcome": said.get(f"outcome{n}") or None, "quantity": quantity if count is None else count,
        }  # fmt: skip
        try:
            return msgspec.convert(facts, DeliveredService)
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from None

    def _form(self, actor: Actor, visit: Visit, said: dict[str, str], fault: str, status: int) -> flask.Response:
        plan = self._ground.plan()
        zone, w = ZoneInfo(plan.centre.timezone), Words(chosen_language())
        here = (visit,)
        shut = partial(closing, plan.hours, timezone=plan.centre.timezone)
        found = repairs(here, now_utc(), shut, timezone=plan.centre.timezone)
        lines = [
            *map(_line, visit.delivered),
            *({"kind": "konsultacija", "channel": "klatiene", "quantity": 1} for _ in range(BLANK)),
        ]
        return self._ground.show(
            actor, "reports", "report_repair.html", status, **self._frame(around("month", date.fromisoformat(visit.day))),
            visit=visit, said=said, fault=fault, zone=zone, names=Names(plan, w), plan=plan, lines=lines, ends=ENDS,
            repairs=[w(FAULTS[one.fault], **one.facts) for one in found],
        )  # fmt: skip

    def _visit(self, id: UUID) -> Visit:
        found: Visit | None = self._ground.door.native(self._store.visit, id)
        return found if found is not None and found.end is not None else flask.abort(404)

    def _found(self, wanted: Period) -> list[Repair]:
        """Reads only days that have any fault by their sheets, and the open one."""
        plan, now = self._ground.plan(), now_utc()
        zone, today = plan.centre.timezone, self._ground.floor().day
        shut = partial(closing, plan.hours, timezone=zone)
        days = self._sheets.get(wanted.first.isoformat(), wanted.last.isoformat(), _doubtful)
        if wanted.first.isoformat() <= today <= wanted.last.isoformat():
            days = sorted({*days, today})

        def each() -> Iterator[tuple[Repair, ...]]:
            for day in days:
                yield repairs(self._store.visits_on(day), now, shut, timezone=zone)

        return list(chain.from_iterable(each()))

    def _frame(self, wanted: Period) -> dict[str, Any]:
        return {
            "period": wanted, "spans": KINDS, "pages": PAGES, "key": "repairs", "table": False, "manages": True,
            "clerks": self._ground.plan().rules.clerk_figures,
        }  # fmt: skip


def _doubtful(sheets: Any) -> list[str]:
    part = sheets.visits
    return [sheets.days[n] for n in sorted(set(part.day[part["faults"] > 0].tolist()))]


def _line(one: Delivered) -> dict[str, object]:
    return {"service": one.service, "kind": one.kind, "channel": one.channel, "outcome": one.outcome, "quantity": one.quantity}
