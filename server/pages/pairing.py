"""What an unpaired screen or program sees: its code, and then its token. `/pair`, `/pair/begin`, `/pair/wait`, `/pair/renew`."""

import math
from typing import Annotated

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from server.api import no, speaks
from server.guard import DEVICE_COOKIE, SCREENS, carried, same_origin
from server.pairing.window import CODE_S, Given, Kind, Pairing, Refused
from server.people.cookies import DEVICE_DAYS, here, place, set_cookie
from server.people.passwords import grouped
from server.people.people import People
from server.shell import page

PAIR_COOKIE = "rinda_pair"
WAIT_S = 25.0
"""A request that waits for the manager is answered at least this often, so that nothing between takes it for dead."""


class Begin(msgspec.Struct, frozen=True):
    """What a program says of itself when it asks for a code."""

    kind: Kind
    name: Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[ -~]*$")] = ""


class Wait(msgspec.Struct, frozen=True):
    """The secret that came with the code."""

    secret: Annotated[str, msgspec.Meta(max_length=80)]


class PairingPages:
    """Open to everybody; a code opens nothing until a manager has typed it."""

    def __init__(self, pairing: Pairing, people: People) -> None:
        self._pairing, self._people = pairing, people

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint = flask.Blueprint("pairing", __name__)
        blueprint.get("/pair")(self.screen)
        blueprint.post("/pair/begin")(self.begin)
        blueprint.post("/pair/wait")(self.wait)
        blueprint.post("/pair/renew")(self.renew)
        return blueprint

    def screen(self) -> ResponseReturnValue:
        """The page of a screen that knows nothing of its place yet."""
        return self.show(here(request.args.get("next", "")), 200)

    def show(self, wanted: str, status: int = 403) -> flask.Response:
        """The code of this screen, large; `wanted` is the page that it was opened with."""
        secret = request.cookies.get(PAIR_COOKIE, "")
        offer = self._pairing.of(secret)
        if offer is None or offer.kind != "screen":
            try:
                secret, offer = self._pairing.begin("screen", place(), request.remote_addr or "", wanted)
            except Refused as refused:
                return flask.make_response(page("pair.html", language="lv", code="", text=refused.text, left=0), 429)
        left = math.ceil(self._pairing.left(offer))
        made = page("pair.html", language="lv", code=grouped(offer.code), text="", left=left, whole=int(CODE_S))
        response = flask.make_response(made, status)
        set_cookie(response, PAIR_COOKIE, secret, left)
        return response

    def begin(self) -> ResponseReturnValue:
        """A program asks for a code: `{kind, name}`; answers `{code, secret, seconds}`."""
        try:
            asked = msgspec.json.decode(request.get_data(cache=False), type=Begin)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return no("malformed", speaks())
        try:
            name = " · ".join(filter(None, (request.remote_addr or "", asked.name)))
            secret, offer = self._pairing.begin(asked.kind, name, request.remote_addr or "")
        except Refused:
            return no("too_fast", speaks())
        return flask.jsonify(code=grouped(offer.code), secret=secret, seconds=math.ceil(self._pairing.left(offer)))

    def wait(self) -> ResponseReturnValue:
        """Waits for the manager: 200 with what the device is, 204 not yet, 410 the code holds no more.

        A program sends its secret and gets its token; a screen's browser brings a cookie for the one and keeps one for the other.
        """
        if not same_origin(request.environ):
            return no("foreign_origin", speaks())
        secret = self._secret()
        if secret is None:
            return no("malformed", speaks())
        if self._pairing.of(secret) is None:
            return flask.jsonify(ok=False), 410
        given = self._pairing.fetch(secret, WAIT_S)
        if given is None:
            return flask.Response(status=204)
        if PAIR_COOKIE not in request.cookies:
            return flask.jsonify(ok=True, token=given.token, device=given.device)
        return self._keeps(given)

    def renew(self) -> ResponseReturnValue:
        """A new token for a device whose old one must be renewed; 409 where there is nothing to renew."""
        if not same_origin(request.environ):
            return no("foreign_origin", speaks())
        token = carried(request.environ, self._people) or ""
        try:
            fresh = self._people.devices.renew(token)
        except SQLAlchemyError:
            return no("not_stored", speaks())
        one = self._people.devices.of(token)
        if fresh is None or one is None:
            return flask.jsonify(ok=False), 409
        if request.cookies.get(DEVICE_COOKIE) == token and one.role in SCREENS:
            response = flask.make_response(flask.jsonify(ok=True))
            set_cookie(response, DEVICE_COOKIE, fresh, DEVICE_DAYS * 86400)
            return response
        return flask.jsonify(ok=True, token=fresh)

    def _secret(self) -> str | None:
        if PAIR_COOKIE in request.cookies:
            return request.cookies[PAIR_COOKIE]
        try:
            return msgspec.json.decode(request.get_data(cache=False), type=Wait).secret
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @staticmethod
    def _keeps(given: Given) -> flask.Response:
        response = flask.make_response(flask.jsonify(ok=True, open=given.page))
        set_cookie(response, DEVICE_COOKIE, given.token, DEVICE_DAYS * 86400)
        response.delete_cookie(PAIR_COOKIE)
        return response
