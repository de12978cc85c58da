"""Suggestions through the year, each one press away from a slide or a sentence at the kiosk, and quick cards to print."""

from datetime import date
from uuid import uuid4
from zoneinfo import ZoneInfo

import flask
import msgspec
from babel.dates import format_date
from flask import request
from flask.typing import ResponseReturnValue

from config import texts
from config.hours import stretches
from config.plan import Plan
from config.seasons import Season, fitting, seasons, with_notice, with_slide
from server import authority
from server.admin.ground import Ground
from server.admin.rooms.cards import CARDS
from server.admin.rooms.web import HERE, SubmitCommand
from server.domain.context import Actor
from server.engine import now_utc
from server.protocol import CommandMessage
from server.shell import chosen_language, whole


class LifePages:
    """`submit` is the door's outer side."""

    def __init__(self, ground: Ground, submit: SubmitCommand) -> None:
        self._ground, self._submit = ground, submit

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint, ground = flask.Blueprint("life", __name__), self._ground
        blueprint.get("/admin/rooms/season", endpoint="season")(ground.admitted(HERE)(self.season))
        blueprint.post("/admin/rooms/season", endpoint="take")(ground.posted(HERE)(self.take))
        blueprint.get("/admin/rooms/cards", endpoint="cards")(ground.admitted(HERE)(self.cards))
        return blueprint

    def season(self, actor: Actor) -> ResponseReturnValue:
        """What is worth telling in a month."""
        return self._season(actor)

    def take(self, actor: Actor) -> ResponseReturnValue:
        """A suggestion becomes a slide of the boards, or a sentence at the kiosks."""
        plan, one = self._ground.plan(), next((one for one in seasons() if one.code == request.form.get("code")), None)
        if one is None:
            flask.abort(404)
        made = with_slide(plan, one) if request.form.get("as") == "slide" else self._noticed(plan, one)
        reason = texts.translate(chosen_language(), "From the advice of the season")
        data = {"plan": msgspec.to_builtins(made), "version": self._ground.floor().version, "reason": reason}
        answer = self._submit(actor, CommandMessage(id=uuid4(), name="RevisePlan", data=data), chosen_language())
        if not answer.ok:
            return self._season(actor, 409, answer.text)
        return flask.redirect(f"/admin/rooms/season?month={self._month()}#{one.code}", 303)

    def cards(self, actor: Actor) -> ResponseReturnValue:
        """One page each, to print and to lay beside the desk."""
        return self._ground.show(actor, HERE, "rooms_cards.html", cards=CARDS, place=self._ground.plan().centre.name["lv"])

    def _season(self, actor: Actor, status: int = 200, error: str | None = None) -> ResponseReturnValue:
        plan, month = self._ground.plan(), self._month()
        language = chosen_language()
        names = [(n, format_date(date(2026, n, 1), "LLLL", locale=language)) for n in range(1, 13)]
        return self._ground.show(
            actor, HERE, "rooms_season.html", status, month=month, names=names, found=fitting(plan, month), error=error,
            slides={one.code for one in plan.slides}, notices=[one.text for one in plan.notices],
            manages=authority.may_submit(actor.role, "RevisePlan"), said=_plain,
        )  # fmt: skip

    def _noticed(self, plan: Plan, one: Season) -> Plan:
        """From today, or when its season begins, until that ends."""
        today = self._today()
        (first, last), *more = stretches(one.season)
        end = more[-1][1] if more else last
        year = today.year if f"{today:%m-%d}" <= end or more else today.year + 1
        since = max(today, date.fromisoformat(f"{year}-{first}"))
        until = date.fromisoformat(f"{since.year + (1 if more else 0)}-{end}")
        return with_notice(plan, one, since.isoformat(), until.isoformat())

    def _month(self) -> int:
        asked = whole(request.values.get("month", ""))
        return asked if asked is not None and 1 <= asked <= 12 else self._today().month

    def _today(self) -> date:
        return now_utc().astimezone(ZoneInfo(self._ground.plan().centre.timezone)).date()


def _plain(text: str) -> list[str]:
    """Lines of a slide's Markdown without its marks."""
    return [line.lstrip("#- ").replace("**", "") for line in text.splitlines() if line.strip()]
