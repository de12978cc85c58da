"""Files of the boards over HTTP: pictures and videos of the media folder, and the code that leads to the page of the load."""

from collections.abc import Callable

import flask
from flask import request
from flask.typing import ResponseReturnValue

from server import authority
from server.guard import identify
from server.media.folder import Media, content_type
from server.pages.qr import qr_picture
from server.people.people import People

YEAR_S = 365 * 86_400


class MediaPages:
    """`public_url` is what a visitor's phone can open."""

    def __init__(self, media: Media, people: People, public_url: str) -> None:
        self._media, self._people = media, people
        self._codes = {page: f"{public_url}/{page}" for page in ("load", "feedback")}

    def routes(self) -> flask.Blueprint:
        """The blueprint."""
        blueprint = flask.Blueprint("media", __name__)
        blueprint.get("/display/media/<name>")(self._seen(self.file))
        blueprint.get("/display/<any(load, feedback):page>.svg")(self._seen(self.code))
        return blueprint

    def file(self, name: str) -> ResponseReturnValue:
        """A file, or the part of it that a player asks for; what a name means never changes."""
        path = self._media.path(name)
        if path is None:
            flask.abort(404)
        answer = flask.send_file(path, mimetype=content_type(name), conditional=True, etag=path.stem, max_age=YEAR_S)
        answer.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
        return answer

    def code(self, page: str) -> ResponseReturnValue:
        """The QR code of a page for visitors; it changes with the address alone, so browsers ask whether it did."""
        answer = flask.Response(qr_picture(self._codes[page]), mimetype="image/svg+xml")
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
