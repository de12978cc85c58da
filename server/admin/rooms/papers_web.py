"""Slips that belong to no visit, in the office: the visitors' network, what to bring, papers received and handed over."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, get_args
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import flask
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from config import texts
from server import authority
from server.admin.ground import Ground
from server.admin.rooms.web import HERE, Read, SubmitCommand
from server.domain.context import Actor
from server.domain.events import Document
from server.domain.floor import Floor, Paper
from server.domain.moment import microseconds, moment
from server.engine import now_utc
from server.protocol import Answer, CommandMessage
from server.shell import chosen_language, whole
from server.store import intakes, vouchers
from server.store.intakes import Intake

LETTERS = "23456789ABCDEFGHJKLMNPRSTUVZ"
"""Of the code of an intake: nothing that reads as something else."""
VOUCHER_MOST, VOUCHERS_AT_ONCE = 12, 5000
GONE_DAYS = 30

PaperPicture = Callable[[Floor, Paper], bytes]


class PaperPages:
    """`picture` makes the PNG of a slip as it is printed."""

    def __init__(self, ground: Ground, submit: SubmitCommand, read: Read, picture: PaperPicture) -> None:
        self._ground, self._submit, self._read, self._picture = ground, submit, read, picture

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint, ground = flask.Blueprint("papers", __name__), self._ground
        see, do = ground.admitted(HERE), ground.posted(HERE)
        blueprint.get("/admin/rooms/papers", endpoint="papers")(see(self.papers))
        blueprint.post("/admin/rooms/papers/print", endpoint="print")(do(self.print))
        blueprint.post("/admin/rooms/papers/intake", endpoint="intake")(do(self.intake))
        blueprint.post("/admin/rooms/papers/vouchers", endpoint="vouchers")(do(self.add_vouchers))
        blueprint.get("/admin/rooms/papers/<uuid:paper>.png", endpoint="picture")(see(self.picture))
        blueprint.get("/admin/rooms/handover", endpoint="handover")(see(self.handover))
        blueprint.post("/admin/rooms/handover", endpoint="hand_over")(do(self.hand_over))
        return blueprint

    def papers(self, actor: Actor) -> ResponseReturnValue:
        """What can be printed, and what was today."""
        return self._papers(actor)

    def print(self, actor: Actor) -> ResponseReturnValue:
        """A slip of the network, or a card of what to bring."""
        said = _said("kind", "kiosk", "service", "language")
        answer = self._ask(actor, {name: value for name, value in said.items() if value})
        if not answer.ok:
            return self._papers(actor, 409, said=said, about=said["kind"], error=answer.text)
        return flask.redirect("/admin/rooms/papers#today", 303)

    def intake(self, actor: Actor) -> ResponseReturnValue:
        """Keeps an application that came on paper, and prints the slip for who brought it."""
        floor, language = self._ground.floor(), chosen_language()
        said = _said("kiosk", "institution", "service", *get_args(Document))
        counts = {kind: n for kind in get_args(Document) if (n := whole(said[kind]))}
        wrong = [kind for kind in get_args(Document) if said[kind] and whole(said[kind]) is None]
        problem = ""
        if wrong or any(n > 99 for n in counts.values()):
            problem = "Documents: say how many, from 0 to 99."
        elif not counts:
            problem = "Say how many documents were received."
        elif said["institution"] not in floor.look.institutions:
            problem = "Institution: choose one of this centre."
        elif said["service"] and said["service"] not in floor.look.services:
            problem = "Service: choose one of this centre."
        if problem:
            return self._papers(actor, 400, said=said, about="intake", error=texts.translate(language, problem))
        code = self._keep(actor, floor, said, counts)
        data = {
            "kiosk": said["kiosk"], "kind": "intake", "institution": said["institution"], "code": code,
            "counts": [{"kind": kind, "n": n} for kind, n in counts.items()],
            **({"service": said["service"]} if said["service"] else {}),
        }  # fmt: skip
        answer = self._ask(actor, data) if said["kiosk"] else Answer(ok=True)
        if not answer.ok:
            kept = texts.translate(
                language, "The application is kept under the code {code}, but its slip was not printed.", code=code
            )
            return self._papers(actor, 409, about="intake", error=f"{kept} {answer.text}")
        return self._papers(actor, done=code)

    def add_vouchers(self, actor: Actor) -> ResponseReturnValue:
        """Words for the network, one on a line; those that are there already stay as they are."""
        language, file = chosen_language(), request.files.get("file")
        raw = file.read(512 * 1024).decode("utf-8", "replace") if file is not None else ""
        words = [line.strip() for line in (request.form.get("codes", "") + "\n" + raw).splitlines() if line.strip()]
        bad = next((word for word in words if len(word) > VOUCHER_MOST or not word.isascii() or not word.isprintable()), None)
        problem = ""
        if not authority.may_submit(actor.role, "RevisePlan"):
            return self._ground.refused("not_allowed", 403)
        if not words or len(words) > VOUCHERS_AT_ONCE:
            problem = texts.translate(language, "Vouchers: one on a line, at most {n}.", n=VOUCHERS_AT_ONCE)
        elif bad is not None:
            problem = texts.translate(
                language,
                "Vouchers: “{word}” has more than {n} characters, or some that cannot be printed.",
                word=bad[:40],
                n=VOUCHER_MOST,
            )
        if problem:
            return self._papers(actor, 400, said=_said("codes"), about="vouchers", error=problem)
        at = microseconds(now_utc())
        self._ground.door.do(lambda connection: vouchers.add(connection, words, at, actor.id))
        return flask.redirect("/admin/rooms/papers#wifi", 303)

    def picture(self, actor: Actor, paper: UUID) -> ResponseReturnValue:
        """A slip of today as it is printed."""
        floor = self._ground.floor()
        known = floor.papers.get(paper)
        if known is None:
            flask.abort(404)
        return flask.Response(self._ground.door.native(self._picture, floor, known), mimetype="image/png")

    def handover(self, actor: Actor) -> ResponseReturnValue:
        """What is here for each institution, as a list to print and sign, and what they have."""
        return self._handover(actor)

    def hand_over(self, actor: Actor) -> ResponseReturnValue:
        """The chosen applications are with the institution now; with a kiosk their list is printed there."""
        said, chosen = _said("institution", "kiosk"), request.form.getlist("code")
        here = {one.code: one for one in self._here() if one.institution == said["institution"]}
        codes = [code for code in dict.fromkeys(chosen) if code in here]
        language = chosen_language()
        if not codes:
            return self._handover(actor, 400, texts.translate(language, "Choose the applications that are handed over."))
        at, by = microseconds(now_utc()), actor.id
        self._ground.door.do(lambda connection: intakes.hand_over(connection, codes, at, by))
        if said["kiosk"]:
            counts: dict[str, int] = {}
            for code in codes:
                for kind, n in here[code].counts.items():
                    counts[kind] = counts.get(kind, 0) + n
            data = {
                "kiosk": said["kiosk"], "kind": "handover", "institution": said["institution"], "day": self._day(),
                "codes": codes[:200],
                "counts": [{"kind": kind, "n": n} for kind, n in counts.items()],
            }  # fmt: skip
            answer = self._ask(actor, data)
            if not answer.ok:
                kept = texts.translate(language, "The hand-over is recorded, but its list was not printed.")
                return self._handover(actor, 409, f"{kept} {answer.text}")
        return flask.redirect("/admin/rooms/handover", 303)

    def _ask(self, actor: Actor, data: dict[str, Any]) -> Answer:
        return self._submit(actor, CommandMessage(id=uuid4(), name="PrintPaper", data=data), chosen_language())

    def _keep(self, actor: Actor, floor: Floor, said: dict[str, str], counts: dict[str, int]) -> str:
        """The code under which it is kept; one that there is already is drawn anew."""
        while True:
            one = Intake(
                code="".join(secrets.choice(LETTERS) for _ in range(6)), day=self._day(), at=microseconds(now_utc()), by=actor.id,
                institution=said["institution"], service=said["service"], counts=counts,
            )  # fmt: skip
            try:
                self._ground.door.do(partial(intakes.add, one=one))
            except IntegrityError:
                continue
            return one.code

    def _here(self) -> list[Intake]:
        return [intakes.intake(row) for row in self._ground.door.native(self._read, intakes.here())]

    def _papers(self, actor: Actor, status: int = 200, **extra: Any) -> ResponseReturnValue:
        floor = self._ground.floor()
        (listed,) = self._ground.door.native(self._read, vouchers.counts())
        slips = sorted(floor.papers.values(), key=lambda one: one.at, reverse=True)
        return self._ground.show(
            actor, HERE, "rooms_papers.html", status, wifi=floor.settled.wifi,
            all=listed["all"], spare=listed["spare"], slips=slips[:30],
            kiosks=[one for one in floor.settled.kiosks if one.prints], institutions=floor.settled.institutions,
            services=[one for one in floor.settled.services if not one.retired],
            brought=[one for one in floor.settled.services if one.bring and not one.retired], documents=DOCUMENTS,
            languages=floor.settled.languages, lv=_in(chosen_language()), manages=authority.may_submit(actor.role, "RevisePlan"),
            error=extra.get("error"), about=extra.get("about"), said=extra.get("said", {}), done=extra.get("done"),
        )  # fmt: skip

    def _handover(self, actor: Actor, status: int = 200, error: str | None = None) -> ResponseReturnValue:
        floor, since = self._ground.floor(), microseconds(now_utc() - timedelta(days=GONE_DAYS))
        by: dict[str, list[Intake]] = {}
        for one in self._here():
            by.setdefault(one.institution, []).append(one)
        gone = [intakes.intake(row) for row in self._ground.door.native(self._read, intakes.gone(since))]
        return self._ground.show(
            actor, HERE, "rooms_handover.html", status, here_now=by, gone=gone, error=error, names=floor.look.institutions,
            service_names={one.code: one.name for one in floor.settled.services}, documents=dict(DOCUMENTS),
            kiosks=[one for one in floor.settled.kiosks if one.prints], lv=_in(chosen_language()), days=GONE_DAYS,
            local=moment, local_day=self._local_day,
        )  # fmt: skip

    def _local_day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self._ground.plan().centre.timezone)).date()

    def _day(self) -> str:
        return self._local_day(now_utc()).isoformat()


DOCUMENTS = (
    ("application", "Application"), ("annex", "Annex"), ("certificate", "Certificate"), ("contract", "Contract"),
    ("copy", "Copy of a document"), ("authority", "Power of attorney"), ("receipt", "Receipt or payment order"),
    ("photograph", "Photograph"), ("other", "Other document"),
)  # fmt: skip
"""Kinds of document in the order of the form, with their source texts."""


def _said(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in names}


def _in(language: str) -> Callable[[dict[str, str]], str]:
    return lambda text: text.get(language, text.get("lv", ""))
