"""Files of the boards over HTTP: pictures and videos of the media folder, and the code that leads to the page of the load."""

from collections.abc import Callable
from functools import lru_cache

import flask
from flask import request
from flask.typing import ResponseReturnValue

from server import authority
from server.guard import identify
from server.media import Media, content_type
from server.people import People

YEAR_S = 365 * 86_400
BORDER = 4
"""Light modules around a code, as its standard wants."""


class MediaPages:
    """`public_url` is what a visitor's phone can open."""

    def __init__(self, media: Media, people: People, public_url: str) -> None:
        self._media, self._people, self._load = media, people, f"{public_url}/load"

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint = flask.Blueprint("media", __name__)
        blueprint.get("/display/media/<name>")(self._seen(self.file))
        blueprint.get("/display/load.svg")(self._seen(self.code))
        return blueprint

    def file(self, name: str) -> ResponseReturnValue:
        """A file, or the part of it that a player asks for; what a name means never changes."""
        path = self._media.path(name)
        if path is None:
            flask.abort(404)
        answer = flask.send_file(path, mimetype=content_type(name), conditional=True, etag=path.stem, max_age=YEAR_S)
        answer.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
        return answer

    def code(self) -> ResponseReturnValue:
        """The QR code of the page of the load; it changes with the address alone, so browsers ask whether it did."""
        answer = flask.Response(qr_picture(self._load), mimetype="image/svg+xml")
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.add_etag()
        return answer.make_conditional(request)

    def _seen(self, page: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        """The page for whoever may see a board."""

        def answer(**given: str) -> ResponseReturnValue:
            actor = identify(request.environ, self._people)
            if actor is None or not authority.may_see(actor.role, "board"):
                flask.abort(403)
            return page(**given)

        answer.__name__ = page.__name__
        return answer


@lru_cache(maxsize=8)
def qr_picture(data: str) -> str:
    """A QR code of level M as SVG, dark on light whatever is around it."""
    import qrcode  # late: no board may ever ask for it
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=BORDER)
    code.add_data(data)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, one in enumerate(row) if one)
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{dark}"/></svg>'
    )
