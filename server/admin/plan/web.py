"""The manager's page of the plan, /admin/plan: a draft in forms, checked while one types, compared, and started."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue

from config import CATALOGUE
from config.catalogue import Catalogue
from config.dump import dump_plan
from config.fault import PlanFault
from config.load import load_catalogue, read_plan
from config.merge import merged
from config.plan import Plan
from config.shape import LANGUAGES as KNOWN_LANGUAGES
from server.admin.ground import Ground
from server.admin.plan import history, review
from server.admin.plan.drafts import Draft, Drafts
from server.admin.plan.effect import Draws, effect
from server.admin.plan.fields import ELSEWHERE, SECTIONS, fields
from server.admin.plan.form import TOLD, Faults, as_network_says, brought_back, checked, data_of, grounds, held
from server.admin.plan.say import language_name
from server.admin.plan.translated import translated
from server.alerts import Health
from server.domain.context import Actor
from server.domain.floor import Planned
from server.domain.refusal import CODES, Refusal
from server.engine import now_utc
from server.fault_words import words
from server.protocol import Answer, CommandMessage
from server.shell import chosen_language
from server.submit import HTTP_STATUS, Submit
from server.words import Words

log = logging.getLogger("rinda.plan")

TOML_MOST = 128 * 1024
VERSIONS = 5
Trial = Callable[[Plan, Plan, date], Any]
"""A past day, or the last one before it, under two plans; None where there is none to play."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A file as the page has it, made from the plan `version`."""

    version: int
    data: dict[str, Any]


class Start(Sent, frozen=True, kw_only=True):
    """The draft is to start, now or at a minute of the centre's clock ("2026-03-02T08:00")."""

    id: UUID
    at: str = ""
    reason: str = ""


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the page stands on beside its ground.

    `catalogue(packaged)` is the one of the centre, `health` what is known of devices, `draws` what a channel shows, `media`
    the names of the media folder, `trial` plays a past day; both `trial` and `read` take their time.
    """

    submit: Submit
    read: history.Read
    catalogue: Callable[[Catalogue], Catalogue]
    health: Callable[[], Mapping[str, Health]]
    draws: Draws
    media: Callable[[], Iterable[str]]
    trial: Trial


class PlanPages:
    """All of /admin/plan."""

    def __init__(self, ground: Ground, parts: Parts) -> None:
        self._ground, self._parts = ground, parts
        self._drafts = Drafts(ground.door.do)
        self._packaged: Catalogue | None = None
        self._grounds: tuple[Plan, Catalogue] | None = None

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint = flask.Blueprint("plan", __name__)
        seen, posted = self._ground.admitted("plan"), self._ground.posted("plan")
        blueprint.get("/admin/plan")(seen(self.page))
        blueprint.get("/admin/plan/versions")(seen(self.versions))
        blueprint.get("/admin/plan/toml")(seen(self.toml))
        for name in ("check", "drop", "review", "trial", "start", "withdraw", "take", "back", "import", "merge"):
            blueprint.add_url_rule(f"/admin/plan/{name}", name, posted(getattr(self, f"{name}_")), methods=["POST"])
        return blueprint

    def page(self, actor: Actor) -> ResponseReturnValue:
        """The page with the manager's draft, or with the plan in force."""
        floor, language = self._ground.floor(), chosen_language()
        plan, catalogue, w = floor.settled, self._catalogue(), Words(language)
        now = data_of(plan, catalogue)
        draft = self._drafts.of(actor.id)
        data, version = (draft.data, draft.version) if draft is not None else (now, floor.version)
        stale = draft is not None and draft.version != floor.version
        return self._ground.screen(
            actor, "plan", "The plan", sheets=("/admin/static/plan.css",), scripts=("/admin/static/plan.js",),
            catalogues=("server", "manager", "plan"), device="plan",
            fields={name: translated(one, w) for name, one in fields().items()},
            sections=[{"name": name, "heading": w(heading), "fields": own} for name, heading, own in self._sections()],
            data=data, version=version, kept=draft.at if draft is not None else None,
            checked=self._checked(data, plan, catalogue, language, now if draft is None else draft.base),
            theirs=review.changes(draft.base, now, catalogue, w) if stale and draft is not None else None,
            offered=self._offered(catalogue, w), locked=plan.network.locked, known_languages=KNOWN_LANGUAGES,
            planned=self._planned(floor.planned, w), versions=self._versions(w, VERSIONS), now_version=floor.version,
            today=f"{now_utc().astimezone(ZoneInfo(plan.centre.timezone)):%Y-%m-%d}",
        )  # fmt: skip

    def check_(self, actor: Actor) -> ResponseReturnValue:
        """What is wrong with a draft, which is kept; one that says what its plan says is no draft."""
        sent = self._sent(Sent)
        if isinstance(sent, flask.Response):
            return sent
        floor, catalogue = self._ground.floor(), self._catalogue()
        base = self._base(actor, sent.version)
        if base is None:
            return self._no(Refusal("plan_moved_on"))
        found = self._checked(sent.data, floor.settled, catalogue, chosen_language(), base)
        if sent.data == base:
            self._drafts.drop(actor.id)
        else:
            self._drafts.keep(actor.id, Draft(at=now_utc(), version=sent.version, base=base, data=sent.data))
        return _json({"ok": True, **found, "now_version": floor.version, "kept": now_utc() if sent.data != base else None})

    def drop_(self, actor: Actor) -> ResponseReturnValue:
        """The draft is thrown away."""
        self._drafts.drop(actor.id)
        return _json({"ok": True})

    def review_(self, actor: Actor) -> ResponseReturnValue:
        """Faults, warnings, changes and what becomes of those who wait."""
        sent = self._sent(Sent)
        if isinstance(sent, flask.Response):
            return sent
        floor, catalogue, w = self._ground.floor(), self._catalogue(), Words(chosen_language())
        now = floor.settled
        plan, faults = self._made(sent.data, catalogue, now, w.language)
        before = data_of(now, catalogue)
        answer: dict[str, Any] = {"ok": True, "faults": faults.told, "more": faults.more, "now_version": floor.version}
        if not faults:
            answer["groups"] = review.changes(before, sent.data, catalogue, w)
            answer["warnings"] = review.warnings(plan, self._parts.media(), w)
            found = self._ground.door.native(effect, floor, plan, actor, now_utc(), self._parts.health(), self._parts.draws)
            answer["effect"] = review.told(found, before, sent.data, catalogue, w)
            answer["startable"] = found.refused is None
            answer["toml"] = review.toml_diff(now, plan, catalogue)
        return _json(answer)

    def trial_(self, actor: Actor) -> ResponseReturnValue:
        """A past day played with the plan in force and with the draft."""
        sent = self._sent(Sent)
        if isinstance(sent, flask.Response):
            return sent
        now, w = self._ground.plan(), Words(chosen_language())
        plan, faults = self._made(sent.data, self._catalogue(), now, w.language)
        if faults:
            return _json({"ok": False, "text": w("First put right what is wrong.")}, 409)
        try:
            found = self._ground.door.native(self._parts.trial, now, plan, _yesterday(now))
        except ValueError as error:
            log.info("no day could be played: %s", error)
            return _json({"ok": False, "text": w("No day can be played with this plan.")}, 409)
        return _json(
            {"ok": True, "day": w.day(found.day), "real": found.real, "visitors": found.visitors, "rows": _trial(found, w)}
        )

    def start_(self, actor: Actor) -> ResponseReturnValue:
        """The draft comes into force as one command, at once or at its time."""
        sent = self._sent(Start)
        if isinstance(sent, flask.Response):
            return sent
        floor, w = self._ground.floor(), Words(chosen_language())
        plan, faults = self._made(sent.data, self._catalogue(), floor.settled, w.language)
        if faults:
            text = w("First put right what is wrong.")
            return _json({"ok": False, "text": text, "faults": faults.told, "more": faults.more}, 422)
        data: dict[str, Any] = {"plan": msgspec.to_builtins(plan), "version": sent.version, "reason": sent.reason}
        if sent.at:
            try:
                local = datetime.fromisoformat(sent.at).replace(tzinfo=ZoneInfo(plan.centre.timezone))
                data["at"] = local.astimezone(UTC).isoformat()
            except (ValueError, OverflowError):
                return _json({"ok": False, "text": w("There is no such time.")}, 422)
        answer = self._submit(actor, sent.id, "SchedulePlan" if sent.at else "RevisePlan", data)
        if answer.ok:
            self._drafts.drop(actor.id)
        return self._answer(answer)

    def withdraw_(self, actor: Actor) -> ResponseReturnValue:
        """The plan that waits for its time goes back to being a draft: of whoever takes it back, if that one has none."""
        planned = self._ground.floor().planned
        if planned is None:
            return _json({"ok": True})
        if self._drafts.of(actor.id) is None:
            self._take(actor, planned)
        return self._answer(self._submit(actor, uuid4(), "WithdrawPlan", {}))

    def take_(self, actor: Actor) -> ResponseReturnValue:
        """The plan that could not be started becomes the manager's draft, in place of any other."""
        planned = self._ground.floor().planned
        if planned is None:
            return _json({"ok": True})
        self._take(actor, planned)
        return self._answer(self._submit(actor, uuid4(), "WithdrawPlan", {}))

    def back_(self, actor: Actor) -> ResponseReturnValue:
        """An earlier version comes into force again, but for what the network has set since."""
        floor, w = self._ground.floor(), Words(chosen_language())
        version = request.form.get("version", type=int)
        plan = self._version(version) if version is not None else None
        if plan is None:
            return self._refused(w("There is no such version."))
        fresh = brought_back(plan, floor.settled, self._catalogue())
        data = {"plan": msgspec.to_builtins(fresh), "version": floor.version, "reason": w("Back to version {n}", n=version)}
        answer = self._submit(actor, uuid4(), "RevisePlan", data)
        return flask.redirect("/admin/plan/versions", 303) if answer.ok else self._refused(answer.text or "")

    def import_(self, actor: Actor) -> ResponseReturnValue:
        """A TOML file as the body becomes the manager's draft, but for keys that the network `held`; with faults nothing does,
        and each has its line."""
        language = chosen_language()
        body = request.get_data(cache=False)
        catalogue, floor = self._catalogue(), self._ground.floor()
        now = floor.settled
        if len(body) > TOML_MOST:
            text = Words(language)("The file is too long: at most {n} kB.", n=TOML_MOST // 1024)
            return _json({"ok": False, "faults": [{"path": "", "line": None, "text": text}]}, 422)
        try:
            # A file of mistakes takes seconds: nobody at a kiosk waits for it.
            plan = self._ground.door.native(read_plan, body.decode("utf-8-sig"), Path("plan.toml"), catalogue)
        except UnicodeDecodeError:
            return _json({"ok": False, "faults": [{"path": "", "line": None, "text": words("is not UTF-8 text", language)}]}, 422)
        except PlanFault as fault:
            first = fault.faults[:TOLD]
            told = [{"path": one.path, "line": one.line, "text": words(one.text, language)} for one in first]
            return _json({"ok": False, "faults": told, "more": len(fault.faults) - len(told)}, 422)
        data, base = data_of(as_network_says(plan, now), catalogue), data_of(now, catalogue)
        self._drafts.keep(actor.id, Draft(at=now_utc(), version=floor.version, base=base, data=data))
        return _json({"ok": True, "held": held(plan, now)})

    def merge_(self, actor: Actor) -> ResponseReturnValue:
        """The draft with what others have started since it was begun; where both changed the same, the draft's stays."""
        draft, floor, catalogue = self._drafts.of(actor.id), self._ground.floor(), self._catalogue()
        if draft is None:
            return _json({"ok": True})
        now = data_of(floor.settled, catalogue)
        data, clashes = merged(draft.base, draft.data, now)
        self._drafts.keep(actor.id, Draft(at=now_utc(), version=floor.version, base=now, data=data))
        return _json({"ok": True, "clashes": [" › ".join(path) for path in clashes]})

    def versions(self, actor: Actor) -> ResponseReturnValue:
        """All versions: who, when, why, with a way back to each."""
        return self._show_versions(actor)

    def toml(self, actor: Actor) -> ResponseReturnValue:
        """The plan in force, a version of it, or the manager's draft as a TOML file."""
        floor, catalogue = self._ground.floor(), self._catalogue()
        plan: Plan | None = floor.settled
        name = f"{floor.settled.centre.code}-{floor.version}.toml"
        if (version := request.args.get("version", type=int)) is not None:
            plan, name = self._version(version), f"{floor.settled.centre.code}-{version}.toml"
        elif "draft" in request.args and (draft := self._drafts.of(actor.id)) is not None:
            made, faults = self._made(draft.data, catalogue, floor.settled, "en")
            plan, name = (None if faults else made), f"{floor.settled.centre.code}-draft.toml"
        if plan is None:
            return self._refused(Words(chosen_language())("There is no such version."))
        answer = flask.Response(dump_plan(plan, grounds(plan, catalogue)), mimetype="application/toml")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _catalogue(self) -> Catalogue:
        """The one that the plan in force is said with."""
        plan = self._ground.plan()
        if self._packaged is None:
            self._packaged = self._ground.door.native(load_catalogue, CATALOGUE)
        if self._grounds is None or self._grounds[0] is not plan:
            self._grounds = (plan, grounds(plan, self._parts.catalogue(self._packaged)))
        return self._grounds[1]

    def _base(self, actor: Actor, version: int) -> dict[str, Any] | None:
        """The file of the plan that a draft was made from; None where it is not the one in force, and nobody's draft knows it."""
        floor = self._ground.floor()
        if version == floor.version:
            return data_of(floor.settled, self._catalogue())
        draft = self._drafts.of(actor.id)
        return draft.base if draft is not None and draft.version == version else None

    def _checked(
        self, data: dict[str, Any], now: Plan, catalogue: Catalogue, language: str, base: dict[str, Any]
    ) -> dict[str, Any]:  # fmt: skip
        _, faults = self._made(data, catalogue, now, language)
        groups = () if faults else review.changes(base, data, catalogue, Words(language))
        changes = sum(len(one.rows) for one in groups)
        return {"faults": faults.told, "more": faults.more, "changes": changes}

    def _made(self, data: dict[str, Any], catalogue: Catalogue, now: Plan, language: str) -> tuple[Plan, Faults]:
        """As `checked`, beside the loop: a large file full of mistakes takes a second, and nobody at a counter waits for it."""
        made: tuple[Plan, Faults] = self._ground.door.native(checked, data, catalogue, now, language)
        return made

    def _take(self, actor: Actor, planned: Planned) -> None:
        catalogue = self._catalogue()
        before = self._version(planned.version) or self._ground.plan()
        draft = Draft(
            at=now_utc(), version=planned.version, base=data_of(before, catalogue), data=data_of(planned.plan, catalogue)
        )  # fmt: skip
        self._drafts.keep(actor.id, draft)

    def _version(self, version: int) -> Plan | None:
        found: Plan | None = self._ground.door.native(history.plan_of, self._parts.read, version)
        return found

    def _versions(self, w: Words, most: int) -> list[dict[str, Any]]:
        zone, people = ZoneInfo(self._ground.plan().centre.timezone), self._ground.people
        found = self._ground.door.native(history.versions, self._parts.read, most)
        return [
            {
                "version": one.version, "at": f"{w.day(one.at.astimezone(zone).date())} {one.at.astimezone(zone):%H:%M}",
                "who": _who(one.actor, people, w), "reason": one.reason, "moved": one.moved,
            }
            for one in found
        ]  # fmt: skip

    def _show_versions(self, actor: Actor, problem: str = "", status: int = 200) -> flask.Response:
        w, floor = Words(chosen_language()), self._ground.floor()
        rows = self._versions(w, history.SHOWN)
        return self._ground.show(
            actor, "plan", "plan_versions.html", status=status, rows=rows, now=floor.version, problem=problem,
            planned=self._planned(floor.planned, w),
        )  # fmt: skip

    def _planned(self, planned: Planned | None, w: Words) -> dict[str, Any] | None:
        if planned is None:
            return None
        at = planned.at.astimezone(ZoneInfo(self._ground.plan().centre.timezone))
        stays = review.refusal(Refusal(planned.code, (), **planned.facts), w) if planned.code else ""
        return {
            "at": f"{w.day(at.date())} {at:%H:%M}", "who": _who(planned.actor, self._ground.people, w),
            "reason": planned.reason, "stays": stays,
        }  # fmt: skip

    def _sections(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Those of the table, and one for what nobody sorted into it."""
        known = {name for _, _, own in SECTIONS for name in own}
        rest = tuple(name for name in fields() if name not in known and name not in ELSEWHERE)
        return [*SECTIONS, *([("other", "Other parts", rest)] if rest else [])]

    def _offered(self, catalogue: Catalogue, w: Words) -> dict[str, Any]:
        """What the catalogue and the accounts have, for fields that name one of it."""

        def said(text: Mapping[str, str]) -> str:
            return text.get(w.language) or text.get("lv", "")

        return {
            "institution": [[one.code, said(one.short)] for one in catalogue.institutions],
            "service": [[one.code, said(one.name), one.institution] for one in catalogue.services],
            "channel": [[code, said(text)] for code, text in catalogue.channels.items()],
            "kind_of_service": [[code, said(text)] for code, text in catalogue.kinds.items()],
            "account": [[one.name, one.display] for one in self._ground.people.everybody()],
            "language": [[code, language_name(code, w.language)] for code in KNOWN_LANGUAGES],
        }

    def _submit(self, actor: Actor, id: UUID, name: str, data: dict[str, Any]) -> Answer:
        return self._parts.submit(actor, CommandMessage(id=id, name=name, data=data), chosen_language())

    def _answer(self, answer: Answer) -> flask.Response:
        if not answer.ok:
            return _json({"ok": False, "code": answer.code, "text": answer.text}, HTTP_STATUS.get(answer.code or "", 409))
        return _json({"ok": True, "version": self._ground.floor().version})

    def _refused(self, text: str) -> flask.Response:
        actor = self._ground.actor()
        assert actor is not None  # every handler here is guarded
        return self._show_versions(actor, text, 409)

    def _sent(self, kind: type[Any]) -> Any:
        try:
            return msgspec.json.decode(request.get_data(cache=False), type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._no(Refusal("malformed"))

    @staticmethod
    def _no(refusal: Refusal) -> flask.Response:
        text = Words(chosen_language())(CODES[refusal.code], **refusal.facts)
        return _json({"ok": False, "code": refusal.code, "text": text}, HTTP_STATUS.get(refusal.code, 409))


def _who(actor: str, people: Any, w: Words) -> str:
    """A person's display name; the network or the server by their own."""
    role, _, id = actor.partition(":")
    if role == "system":
        return w("the network") if id == "network" else w("the server")
    account = people.account(id)
    return account.display if account is not None else id


def _yesterday(plan: Plan) -> date:
    return now_utc().astimezone(ZoneInfo(plan.centre.timezone)).date() - timedelta(days=1)


def _trial(found: Any, w: Words) -> list[dict[str, Any]]:
    """The figures of a trial: what it was, what it would be, and whether that is better."""
    rows = []
    for label, one, two, less_is_better, said in (
        (w("Four in five waited at most"), found.before.wait80, found.after.wait80, True, lambda n: w("{n} min", n=w.number(n))),
        (w("Promise kept"), found.before.kept, found.after.kept, False, w.share),
        (w("Served"), found.before.served, found.after.served, False, w.number),
    ):
        same = one is None or two is None or round(one, 3) == round(two, 3)
        better = None if same else (two < one) == less_is_better
        rows.append({"label": label, "before": said(one), "after": said(two), "better": better})
    return rows


def _json(data: object, status: int = 200) -> flask.Response:
    return flask.Response(msgspec.json.encode(data), status, mimetype="application/json")
