"""Rooms and client computers in the office: as they stand and what is done to them, their week, visiting specialists."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import flask
import msgspec
from babel.dates import format_date
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from config import texts
from config.hours import dates, instant, spans
from config.plan import Exceptional, Plan
from server import authority
from server.admin.ground import Ground
from server.admin.rooms.ical import queue_calendar, room_calendar
from server.admin.rooms.view import WEEKS, cards, monday, visiting, visiting_queues, week_of
from server.domain.context import Actor
from server.domain.events import RoomEnded, RoomWiped
from server.domain.floor import Floor
from server.domain.rooms import bookings
from server.engine import now_utc
from server.protocol import Answer, CommandMessage
from server.reports.rooms import RoomUsage, usage
from server.shell import chosen_language, whole
from server.store.schema import contacts, journal
from server.words import Words

SubmitCommand = Callable[[Actor | None, CommandMessage, str], Answer]
Read = Callable[[Select[Any]], list[dict[str, Any]]]

HERE = "rooms"
USED_DAYS = 30
ACTS = {
    "start": "StartRoom",
    "extend": "ExtendRoom",
    "end": "EndRoom",
    "wipe": "WipeRoom",
    "join": "JoinRoom",
    "leave": "LeaveRoom",
    "call": "CallToPlace",
}
_NUMBERS, _SWITCHES = ("minutes",), ("helped", "helper")
_KINDS: dict[str, type[RoomEnded] | type[RoomWiped]] = {"RoomEnded": RoomEnded, "RoomWiped": RoomWiped}


class RoomPages:
    """`submit` is the door's outer side, `read` the store's."""

    def __init__(self, ground: Ground, submit: SubmitCommand, read: Read) -> None:
        self._ground, self._submit, self._read = ground, submit, read

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint, ground = flask.Blueprint("rooms", __name__), self._ground
        see, do = ground.admitted(HERE), ground.posted(HERE)
        blueprint.get("/admin/rooms")(see(self.rooms))
        blueprint.post("/admin/rooms/<room>/<act>", endpoint="act")(do(self.act))
        blueprint.get("/admin/rooms/week", endpoint="week")(see(self.week))
        blueprint.post("/admin/rooms/week", endpoint="book")(do(self.book))
        blueprint.post("/admin/rooms/week/cancel", endpoint="cancel")(do(self.cancel))
        blueprint.get("/admin/rooms/specialists", endpoint="specialists")(see(self.specialists))
        blueprint.post("/admin/rooms/specialists", endpoint="except")(do(self.exception))
        blueprint.get("/admin/rooms/<kind>/<code>.ics", endpoint="ics")(see(self.calendar))
        return blueprint

    def rooms(self, actor: Actor) -> ResponseReturnValue:
        """Every room with its state and what may be done."""
        return self._rooms(actor)

    def act(self, actor: Actor, room: str, act: str) -> ResponseReturnValue:
        """One step in one room."""
        if act not in ACTS:
            flask.abort(404)
        said = {name: request.form[name].strip() for name in request.form if name != "csrf_token"}
        asked: dict[str, Any] = {name: value for name, value in said.items() if value}
        asked |= {name: True for name in _SWITCHES if name in asked}
        asked |= {name: n for name in _NUMBERS if (n := whole(asked.get(name, ""))) is not None}
        data = {"kind": "room", "place": room, "number": asked.get("number", "")} if act == "call" else {**asked, "room": room}
        answer = self._submit(actor, CommandMessage(id=uuid4(), name=ACTS[act], data=data), chosen_language())
        if not answer.ok:
            return self._rooms(actor, 409, said=said, room=room, error=answer.text)
        return flask.redirect(f"/admin/rooms#room-{room}", 303)

    def week(self, actor: Actor) -> ResponseReturnValue:
        """What is booked in one week, and the form for more."""
        return self._week(actor)

    def book(self, actor: Actor) -> ResponseReturnValue:
        """Keeps a room."""
        form, language = request.form, chosen_language()
        said = {name: form.get(name, "").strip() for name in form if name != "csrf_token"}
        start = self._start(said.get("day", ""), said.get("time", ""))
        if start is None:
            return self._week(actor, 400, said, texts.translate(language, "Say the day and the time at which it begins."))
        if (minutes := whole(said.get("minutes", ""))) is None:
            return self._week(actor, 400, said, texts.translate(language, "Say for how many minutes."))
        contact = {name: said[name] for name in ("name", "phone", "email") if said.get(name)}
        data = {
            "room": said.get("room", ""), "start": start.isoformat(), "minutes": minutes,
            "title": said.get("title", ""),
            "purpose": said.get("purpose", "visit"), "helper": "helper" in said, **({"contact": contact} if contact else {}),
        }  # fmt: skip
        answer = self._submit(actor, CommandMessage(id=uuid4(), name="BookRoom", data=data), language)
        if not answer.ok:
            return self._week(actor, 409, said, answer.text)
        return flask.redirect(f"/admin/rooms/week?from={monday(start.astimezone(self._zone()).date())}", 303)

    def cancel(self, actor: Actor) -> ResponseReturnValue:
        """Gives a room back."""
        data = {"booking": request.form.get("booking", "")}
        answer = self._submit(actor, CommandMessage(id=uuid4(), name="CancelRoomBooking", data=data), chosen_language())
        if not answer.ok:
            return self._week(actor, 409, {}, answer.text)
        return flask.redirect(f"/admin/rooms/week?from={request.form.get('from', '')}", 303)

    def specialists(self, actor: Actor) -> ResponseReturnValue:
        """When visiting specialists come, four weeks on."""
        return self._specialists(actor)

    def exception(self, actor: Actor) -> ResponseReturnValue:
        """Another time on a date, or not at all; refused while somebody has an appointment then."""
        said = {name: request.form.get(name, "").strip() for name in ("queue", "date", "spans", "note", "remove")}
        try:
            plan = self._excepted(self._ground.plan(), said)
        except ValueError as error:
            return self._specialists(actor, 400, said, str(error))
        reason = texts.translate(chosen_language(), "Visiting specialists: other times")
        data = {"plan": msgspec.to_builtins(plan), "version": self._ground.floor().version, "reason": reason}
        answer = self._submit(actor, CommandMessage(id=uuid4(), name="RevisePlan", data=data), chosen_language())
        if not answer.ok:
            return self._specialists(actor, 409, said, answer.text)
        return flask.redirect("/admin/rooms/specialists", 303)

    def calendar(self, actor: Actor, kind: str, code: str) -> ResponseReturnValue:
        """`room/<code>.ics` or `queue/<code>.ics`."""
        floor, now = self._ground.floor(), now_utc()
        plan, queues = floor.settled, {one.code: one for one in visiting_queues(floor.settled)}
        if kind == "room" and code in floor.look.rooms:
            body = room_calendar(plan, floor.look.rooms[code], bookings(floor, code), now)
        elif kind == "queue" and code in queues:
            body = queue_calendar(plan, queues[code], self._today(), now)
        else:
            flask.abort(404)
        headers = {"Content-Disposition": f'attachment; filename="{kind}-{code}.ics"'}
        return flask.Response(body, mimetype="text/calendar", headers=headers)

    def _rooms(self, actor: Actor, status: int = 200, **extra: Any) -> flask.Response:
        floor, now = self._ground.floor(), now_utc()
        return self._ground.show(
            actor, HERE, "rooms.html", status, cards=cards(floor, now), now=now, services=floor.settled.services,
            tickets=_tickets(floor), used=self._used(), days=USED_DAYS, lv=_in(chosen_language()),
            error=extra.get("error"), at=extra.get("room"), said=extra.get("said", {}),
            names={one.code: _in(chosen_language())(one.name) for one in floor.settled.rooms}, local_day=self._local_day,
        )  # fmt: skip

    def _week(
        self, actor: Actor, status: int = 200, said: dict[str, str] | None = None, error: str | None = None
    ) -> flask.Response:
        floor, first = self._ground.floor(), monday(self._asked())
        return self._ground.show(
            actor, HERE, "rooms_week.html", status, rows=week_of(floor, first), first=first, error=error, said=said or {},
            days=[first + timedelta(days=n) for n in range(7)], before=first - timedelta(days=7), after=first + timedelta(days=7),
            rooms=[one for one in floor.settled.rooms if one.bookable], lv=_in(chosen_language()), now_day=self._today(),
            contacts=self._contacts(), day_name=day_name,
        )  # fmt: skip

    def _specialists(
        self, actor: Actor, status: int = 200, said: dict[str, str] | None = None, error: str | None = None
    ) -> flask.Response:
        plan, first = self._ground.plan(), monday(self._asked())
        weeks = [(day := first + timedelta(days=7 * n), visiting(plan, day)) for n in range(WEEKS)]
        return self._ground.show(
            actor, HERE, "rooms_specialists.html", status, weeks=weeks, queues=visiting_queues(plan), error=error,
            said=said or {}, lv=_in(chosen_language()), manages=authority.may_submit(actor.role, "RevisePlan"),
            day_of=lambda first, n: first + timedelta(days=n), day_name=day_name,
            days_said=lambda text: "–".join(map(Words(chosen_language()).day, text.split("/"))),
        )  # fmt: skip

    def _contacts(self) -> dict[str, str]:
        """Who to reach about a booking of the week, for whoever looks at this page."""
        found = {str(one.id) for one in bookings(self._ground.floor())}
        rows = self._ground.door.native(self._read, select(contacts).where(contacts.c.appointment.in_(found))) if found else []
        return {row["appointment"]: ", ".join(filter(None, (row["name"], row["phone"], row["email"]))) for row in rows}

    def _used(self) -> tuple[RoomUsage, ...]:
        """Of the last thirty days, from the journal."""
        since = (self._today() - timedelta(days=USED_DAYS)).isoformat()
        query = select(journal.c.type, journal.c.data).where(journal.c.type.in_(_KINDS), journal.c.day >= since)
        rows = self._ground.door.native(self._read, query.order_by(journal.c.position))
        return usage(msgspec.json.decode(row["data"], type=_KINDS[row["type"]]) for row in rows)

    def _excepted(self, plan: Plan, said: dict[str, str]) -> Plan:
        """The plan with one exception more, or one less; ValueError says what is wrong, in the person's language."""
        w, queue = chosen_language(), next((one for one in visiting_queues(plan) if one.code == said["queue"]), None)
        if queue is None:
            raise ValueError(texts.translate(w, "Choose the specialist."))
        if said["remove"]:
            kept = tuple(one for one in queue.exceptions if one.date != said["remove"])
        else:
            try:
                first, last = dates(days := _dates(said["date"]))
            except ValueError:
                raise ValueError(texts.translate(w, "Date: say a day such as 24.12.2026., or two with / between.")) from None
            try:
                spans(said["spans"])
            except ValueError as error:
                raise ValueError(texts.translate(w, "Hours: {fault}", fault=error)) from None
            self._unbooked(queue.services, first, last)
            one = Exceptional(date=days, spans=said["spans"], note={"lv": said["note"]} if said["note"] else {})
            kept = (*(old for old in queue.exceptions if old.date != days), one)
        changed = msgspec.structs.replace(queue, exceptions=tuple(sorted(kept, key=lambda one: one.date)))
        return msgspec.structs.replace(plan, queues=tuple(changed if one.code == queue.code else one for one in plan.queues))

    def _unbooked(self, services: tuple[str, ...], first: date, last: date) -> None:
        zone = self._zone()
        booked = [
            one for one in self._ground.floor().book.values()
            if one.service in services and first <= one.start.astimezone(zone).date() <= last
        ]  # fmt: skip
        if booked:
            language, n = chosen_language(), len(booked)
            text = texts.plural(
                language,
                "{n} appointment is booked then: move it first.",
                "{n} appointments are booked then: move them first.",
                n,
            )
            raise ValueError(text)

    def _start(self, day: str, clock: str) -> datetime | None:
        try:
            at = time.fromisoformat(clock)
            return instant(date.fromisoformat(day), at.hour * 60 + at.minute, self._ground.plan().centre.timezone)
        except (ValueError, OverflowError):
            return None

    def _asked(self) -> date:
        try:
            asked = date.fromisoformat(request.args.get("from", ""))
        except ValueError:
            return self._today()
        # At either end of the calendar there is no week before or after.
        return asked if 2000 <= asked.year <= 9000 else self._today()

    def _today(self) -> date:
        return now_utc().astimezone(self._zone()).date()

    def _local_day(self, at: datetime) -> date:
        return at.astimezone(self._zone()).date()

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._ground.plan().centre.timezone)


def _dates(text: str) -> str:
    """A day or two as the plan has them, said so or as people write them: 24.12.2026."""
    written = re.compile(r"\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?\s*")
    return written.sub(lambda day: f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}", text)


def day_name(day: date) -> str:
    """A day of a week's table: its weekday and date, short."""
    return format_date(day, "EEE d.MM." if chosen_language() == "lv" else "EEE d MMM", locale=chosen_language())


def _tickets(floor: Floor) -> list[tuple[str, str]]:
    """Numbers of today that are not over, as (visit, number), for who goes to a room."""
    here = sorted((one for one in floor.visits.values() if one.state != "ended" and one.number), key=lambda one: one.number)
    return [(str(one.id), one.number) for one in here]


def _in(language: str) -> Callable[[dict[str, str]], str]:
    return lambda text: text.get(language, text.get("lv", ""))
