"""The demo's signs on a page, /panels: what each shows of the bytes on its line, and the keys beside the counters."""

from collections.abc import Callable

import flask
import msgspec
from flask.typing import ResponseReturnValue

from config import texts
from config.plan import Key, Line, Plan
from counter.panels.virtual import VirtualSign
from server.shell import shell

LANGUAGE = "lv"


class Signs(msgspec.Struct, frozen=True, kw_only=True):
    """The signs of the line; `version` rises with each change."""

    version: int
    signs: tuple[VirtualSign, ...]


def sign_pages(
    plan: Callable[[], Plan], line: Line, signs: Callable[[int], Signs], press: Callable[[Key], None]
) -> flask.Blueprint:
    """`signs(version)` answers as soon as there is a later version, or after a while; `press(key)` says the key's bytes."""
    blueprint = flask.Blueprint("signs", __name__)

    @blueprint.get("/panels")
    def page() -> ResponseReturnValue:
        now = plan()
        return shell(
            title=f"{texts.translate(LANGUAGE, 'Signs on a serial line')} · {now.centre.short[LANGUAGE]}",
            language=LANGUAGE,
            languages=(LANGUAGE,),
            channel="",
            device="signs",
            catalogues=("server", "counter", "display"),
            sheets=("/counter/static/signs.css",),
            scripts=("/counter/static/signs.js",),
            theme="vakars",
            line=line.code,
            driver=line.driver,
            place=now.place.noun,
            keys=[(key.counter, key.does) for key in line.keys],
        )

    @blueprint.get("/panels/shown")
    def shown() -> ResponseReturnValue:
        return flask.Response(
            msgspec.json.encode(signs(flask.request.args.get("version", -1, type=int))), mimetype="application/json"
        )

    @blueprint.post("/panels/key")
    def key() -> ResponseReturnValue:
        # Only as JSON: another site's form cannot send that.
        if not flask.request.is_json:
            flask.abort(415)
        try:
            said = msgspec.json.decode(flask.request.get_data(cache=False))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            flask.abort(400)
        if not isinstance(said, int) or not 0 <= said < len(line.keys):
            flask.abort(404)
        press(line.keys[said])
        return flask.jsonify(ok=True)

    return blueprint
