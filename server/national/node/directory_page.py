"""The page of the directory: what the open list of contacts says of each centre, and which centres it does not name."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import flask
import msgspec
from babel.dates import get_day_names
from flask import request
from msgspec import Struct
from sqlalchemy import Connection, select

from config.hours import WEEKDAYS
from config.open_data.municipalities import shown_on
from config.plan import OpenHours
from server.national.node.access import Viewer
from server.national.node.pages_ground import Ground, now_utc
from server.national.node.pages_live import fold, short
from server.national.node.pages_words import Words, local
from server.national.node.schema import centres, directory

_hours = msgspec.json.Decoder(tuple[OpenHours, ...])


class Entry(Struct, frozen=True, kw_only=True):
    """A centre of the register with what the list says; `source` is empty of one that it does not name."""

    centre: str
    name: str
    municipality: str
    address: str = ""
    phone: str = ""
    email: str = ""
    hours: tuple[str, ...] = ()
    soon: bool = False
    source: str = ""
    noted: datetime | None = None


def entries(connection: Connection, text: str, now: datetime, language: str) -> list[Entry]:
    """By name; all words of `text` stand in name, municipality, address or code, with or without diacritics."""
    own = select(centres.c.centre, centres.c.name, centres.c.municipality, directory)
    joined = centres.outerjoin(directory, directory.c.centre == centres.c.centre)
    wanted, found = fold(text).split(), []
    for row in connection.execute(own.select_from(joined)):
        place = shown_on(row.municipality, now.date()) if row.municipality else ""
        known = row.source is not None
        one = Entry(
            centre=row.centre, name=short(row.name) or row.centre, municipality=place, address=row.address or "",
            phone=row.phone or "", email=row.email or "", hours=tuple(said(_hours.decode(row.hours), language)) if known else (),
            soon=bool(row.soon), source=row.source or "", noted=local(row.noted) if known else None,
        )  # fmt: skip
        if all(word in fold(f"{one.name} {place} {one.address} {one.centre}") for word in wanted):
            found.append(one)
    return sorted(found, key=lambda one: (fold(one.name), one.centre))


def said(hours: Sequence[OpenHours], language: str) -> list[str]:
    """Opening hours as people read them: days in a row from the first to the last."""
    names = get_day_names("abbreviated", locale=language)
    lines = []
    for one in hours:
        numbers = sorted(WEEKDAYS.index(day) for day in one.days)
        runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
        days = ", ".join(f"{names[run[0]]}–{names[run[-1]]}" if len(run) > 1 else str(names[run[0]]) for run in runs)
        nth = f" ({', '.join(f'{n}.' for n in one.nth)})" if one.nth else ""
        season = f" [{one.season}]" if one.season else ""
        note = one.note.get(language) or one.note.get("lv", "")
        lines.append(f"{days}{nth}{season}: {one.spans or '–'}{f' ({note})' if note else ''}")
    return lines


class DirectoryPage:
    """`/directory`."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def routes(self) -> flask.Blueprint:
        """The blueprint of this page."""
        blueprint = flask.Blueprint("directory", __name__)
        blueprint.get("/directory")(self._ground.admitted("centres")(self.page))
        return blueprint

    def page(self, viewer: Viewer) -> flask.Response:
        """Addresses, telephones and hours; who is not in the list comes last."""
        text, now = request.args.get("q", "")[:80], now_utc()

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            found = entries(connection, text, now, words.language)
            return {"q": text, "named": [one for one in found if one.source], "absent": [one for one in found if not one.source]}

        return self._ground.show(viewer, "centres", "directory.html", work)
