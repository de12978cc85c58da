"""The page of devices, /admin/devices: how each one is; pairing, naming, trying and revoking them."""

import logging
import math
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import flask
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from config import texts
from config.plan import Plan
from server.admin.devices import Known, board_page, boards, rows
from server.admin.ground import Ground
from server.admin.plan.labels import CHOICES
from server.alerts import Health
from server.domain.context import Actor
from server.domain.refusal import CODES
from server.domain.sounds import PLAYED_WITHIN
from server.pairing.window import UNKNOWN, Given, Kind, Pairing, Refused, Target
from server.people.cookies import place
from server.people.people import By, Device
from server.people.sessions import digest
from server.protocol import Answer, CommandMessage
from server.shell import chosen_language
from server.submit import HTTP_STATUS

log = logging.getLogger("rinda.devices")

TITLE_MOST = 60
SubmitCommand = Callable[[Actor | None, CommandMessage, str], Answer]


class DevicePages:
    """`health()` is what devices say of themselves, `doubled(key)` where one token is used at once, `cut()` ends the sockets of
    tokens that were taken back, `submit` is the door's outer side.
    """

    def __init__(
        self, ground: Ground, pairing: Pairing, health: Callable[[], Mapping[str, Health]],
        doubled: Callable[[str], tuple[str, ...]], cut: Callable[[], None], submit: SubmitCommand,
    ) -> None:  # fmt: skip
        self._ground, self._pairing, self._health, self._doubled, self._cut = ground, pairing, health, doubled, cut
        self._submit = submit

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint, ground = flask.Blueprint("devices", __name__), self._ground
        blueprint.get("/admin/devices")(ground.admitted("devices")(self.show))
        for rule, handler in (
            ("/admin/devices/window", self.window),
            ("/admin/devices/pair", self.pair),
            ("/admin/devices/try", self.test_print),
            ("/admin/devices/sound", self.test_sound),
            ("/admin/devices/heard", self.heard),
            ("/admin/devices/<handle>", self.change),
        ):
            blueprint.post(rule)(ground.posted("devices")(handler))
        return blueprint

    def show(self, actor: Actor) -> ResponseReturnValue:
        """All of them."""
        return self._page(actor)

    def window(self, actor: Actor) -> ResponseReturnValue:
        """Opens or closes the window in which codes are taken."""
        opens = request.form.get("act") == "open"
        try:
            self._ground.people.log.add(_by(actor), "window_opened" if opens else "window_closed", "")
        except SQLAlchemyError:
            return self._page(actor, CODES["not_stored"], 503)
        self._pairing.open() if opens else self._pairing.close()
        return flask.redirect("/admin/devices#pair", 303)

    def pair(self, actor: Actor) -> ResponseReturnValue:
        """First the code, which tells what kind of device it is of; then what it is to be, which gives it its token."""
        by = _by(actor)
        try:
            offer = self._pairing.find(request.form.get("code", "")[:40])
        except Refused as refused:
            self._note_wrong(by)
            return self._page(actor, refused.text, 409)
        wanted = request.form.get("target", "")
        if not wanted:
            return self._page(actor, code=offer.code, kind=offer.kind, from_where=offer.place, wanted=offer.wanted)
        target = targets(self._ground.plan(), offer.kind, chosen_language()).get(wanted)
        if target is None:
            return self._page(
                actor, "Choose what the device is.", 400, code=offer.code, kind=offer.kind, from_where=offer.place
            )  # fmt: skip
        token = secrets.token_urlsafe(32)
        title = request.form.get("title", "").strip()
        made = Device(
            digest(token), target.device, target.role, target.only, target.page, title if _fits(title) else "", place=offer.place
        )  # fmt: skip
        if not self._pairing.claim(offer):
            return self._page(actor, UNKNOWN, 409)
        try:
            self._ground.people.devices.add(made, by)
        except SQLAlchemyError:
            self._pairing.claim(offer, False)
            return self._page(actor, CODES["not_stored"], 503)
        self._pairing.settle(offer, Given(token, target.device, target.page))
        log.info("%s: paired %s", actor.id, target.device)
        return flask.redirect(f"/admin/devices?paired={made.handle}", 303)

    def test_print(self, actor: Actor) -> ResponseReturnValue:
        """A slip that says that it is a test; what became of it is the kiosk's next proof."""
        asked = {"kiosk": request.form.get("kiosk", ""), "kind": "test"}
        return self._told(actor, "PrintPaper", asked, "/admin/devices?tried=1")

    def test_sound(self, actor: Actor) -> ResponseReturnValue:
        """The board of a screen plays a test; what it says of it, and who heard it, stands in its row."""
        asked = {"zone": request.form.get("zone", ""), "screen": request.form.get("screen", "")}
        return self._told(actor, "TestSound", asked, "/admin/devices?sounded=1")

    def heard(self, actor: Actor) -> ResponseReturnValue:
        """Somebody stood there and listened."""
        said = {"test": request.form.get("test", ""), "heard": request.form.get("heard") == "yes"}
        return self._told(actor, "HearSound", said, "/admin/devices")

    def _told(self, actor: Actor, name: str, data: dict[str, Any], then: str) -> ResponseReturnValue:
        answer = self._submit(actor, CommandMessage(id=uuid4(), name=name, data=data), chosen_language())
        if not answer.ok:
            return self._page(actor, answer.text or "", HTTP_STATUS.get(answer.code or "", 409))
        return flask.redirect(then, 303)

    def change(self, actor: Actor, handle: str) -> ResponseReturnValue:
        """Names, revokes or renews a device."""
        devices, by = self._ground.people.devices, _by(actor)
        one = devices.named(handle)
        if one is None:
            return self._page(actor, "This device is not paired any more.", 404)
        act, title = request.form.get("act", ""), request.form.get("title", "").strip()
        if act == "rename" and not _fits(title):
            return self._page(actor, "A device's name has at most 60 characters.", 400)
        try:
            if act == "rename":
                devices.rename(one.key, title, by)
            elif act == "revoke":
                devices.revoke(one.key, by)
            elif act == "renew":
                devices.ask_renewal(one.key, by)
            else:
                return self._ground.refused("malformed", 400)
        except SQLAlchemyError:
            log.exception("a change of a device could not be stored")
            return self._page(actor, CODES["not_stored"], 503)
        self._cut()
        return flask.redirect("/admin/devices", 303)

    def _note_wrong(self, by: By) -> None:
        try:
            self._ground.people.log.add(by, "wrong_code", "")
        except SQLAlchemyError:
            log.exception("a wrong code could not be written down")

    def _page(
        self, actor: Actor, error: str = "", status: int = 200, code: str = "", kind: Kind | None = None,
        from_where: str = "", wanted: str = "",
    ) -> flask.Response:  # fmt: skip
        plan, language = self._ground.plan(), chosen_language()
        more = Known(self._doubled, self._ground.people.proofs.of_token, self._ground.floor().sounds)
        found = rows(plan, self._health(), self._ground.people.devices.everything(), more)
        until = datetime.now(UTC) + timedelta(seconds=self._pairing.window_s) if self._pairing.window_s else None
        choices = targets(plan, kind, language) if kind is not None else {}
        meant = next((name for name, one in choices.items() if wanted and one.page == wanted), "")
        return self._ground.show(
            actor, "devices", "devices.html", status, rows=found, error=error, until=until,
            left=math.ceil(self._pairing.window_s / 60), code=code, choices=choices, meant=meant, from_where=from_where,
            tried=request.args.get("tried"), sounded=request.args.get("sounded"), kinds=KINDS, results=RESULTS, called=CHOICES,
            waits_since=datetime.now(UTC) - PLAYED_WITHIN,
            paired=self._ground.people.devices.named(request.args.get("paired", "")),
        )  # fmt: skip


KINDS = {
    "kiosk": "Kiosk", "board": "Board", "line": "Line of panels", "panel": "Panel page", "room": "Room page", "other": "Other",
}  # fmt: skip


RESULTS = {
    "played": ("ok", "circle-check", "played: chime and words"),
    "chime": ("attention", "alert-triangle", "played: the chime alone, the words are not ready"),
    "blocked": ("attention", "volume-off", "the browser blocks sound: touch the screen once"),
    "off": ("trouble", "volume-off", "sound is off here"),
}
"""What a board did with a test of its sound: kind of tag, icon, source text."""


def targets(plan: Plan, kind: Kind, language: str) -> dict[str, Target]:
    """By the word of the form what a device of this kind can be made, `title` being what people read."""
    found: dict[str, Target] = {}
    if kind == "kiosk":
        for kiosk in plan.kiosks:
            found[f"kiosk/{kiosk.code}"] = Target(kiosk.code, "kiosk", title=kiosk.code)
    elif kind == "panel":
        for line in plan.lines:
            found[f"line/{line.code}"] = Target(line.code, "panel", title=line.code)
    else:
        for zone, name, screen, _ in boards(plan):
            said = f"{texts.translate(language, 'Board')}: {name.get(language, name['lv'])}"
            found[f"board/{zone}/{screen}"] = Target(
                screen or zone, "display", f"board/{zone}", board_page(zone, screen), f"{said} · {screen}" if screen else said
            )
        for counter in plan.counters:
            said = f"{texts.translate(language, 'Call panel')} {counter.code}"
            found[f"panel/{counter.code}"] = Target(
                f"panel-{counter.code}", "display", f"panel/{counter.code}", f"/panel/{counter.code}", said
            )
        for room in plan.rooms:
            said = f"{texts.translate(language, 'Room page')}: {room.name.get(language, room.name['lv'])}"
            found[f"room/{room.code}"] = Target(f"room-{room.code}", "display", f"room/{room.code}", f"/room/{room.code}", said)
    return found


def _fits(title: str) -> bool:
    return len(title) <= TITLE_MOST and title.isprintable()


def _by(actor: Actor) -> By:
    return By(actor.id, place())
