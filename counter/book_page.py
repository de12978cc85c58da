"""The appointments of the centre as staff keep them, /counter/appointments. Its files lie in counter/static."""

import re
from collections.abc import Callable

import flask
import qrcode
from flask.typing import ResponseReturnValue
from qrcode.image.svg import SvgPathFillImage

from config import texts
from config.plan import Plan
from counter.web import SHEETS
from server.shell import LANGUAGES, chosen_language, shell

CHANNEL = "catalogue"
"""What the page shows of the plan; the appointments themselves it asks of the API, for contacts are in no view."""

CODE = re.compile(r"[0-9]{6}")


def book_pages(
    plan: Callable[[], Plan], admit: Callable[[str], flask.Response | None], who: Callable[[], str]
) -> flask.Blueprint:
    """`/counter/appointments`, and the code of an appointment as the picture that a kiosk's reader takes."""
    blueprint = flask.Blueprint("book", __name__)

    @blueprint.get("/counter/appointments")
    def book() -> ResponseReturnValue:
        refused = admit(CHANNEL)
        if refused is not None:
            return refused
        now, language = plan(), chosen_language()
        asked = flask.request.args.get("counter", "")
        return shell(
            title=texts.translate(language, "Appointments"),
            language=language,
            languages=LANGUAGES,
            channel=CHANNEL,
            device="book",
            catalogues=("counter", "lock"),
            sheets=[f"/counter/static/{name}.css" for name in (*SHEETS, "book")],
            scripts=("/counter/static/book.js",),
            counter=asked if asked in {each.code for each in now.counters} else None,
            clerk=who(),
            place=now.place,
            centre=now.centre.short,
            spoken=now.languages,
            timezone=now.centre.timezone,
        )

    @blueprint.get("/counter/appointments/<code>.svg")
    def picture(code: str) -> ResponseReturnValue:
        if not CODE.fullmatch(code):
            flask.abort(404)
        made = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, image_factory=SvgPathFillImage)
        made.add_data(f"RINDA:{code}")
        return flask.Response(made.make_image().to_string(), mimetype="image/svg+xml")

    return blueprint
