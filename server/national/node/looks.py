"""Filters of the page of all centres that a person keeps under a name; each is an address, so it can be handed on."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select

from server.national.node.access import Viewer
from server.national.node.pages_ground import Ground
from server.national.node.pages_live import Look
from server.national.node.schema import looks

NAME_MOST, LOOKS_MOST, FIELD_MOST = 60, 30, 80


class Saved(Struct, frozen=True):
    """A filter by its name; `query` is what stands behind the question mark."""

    name: str
    query: str


class LookError(ValueError):
    """Why it is not kept: a key of ERRORS."""


ERRORS = {
    "name": "A filter has a name of at most 60 characters.",
    "many": "Thirty filters are kept already: remove one first.",
}


def look_address(look: Look) -> str:
    """The filter as it stands in the address of the page."""
    return urlencode([(name, value) for name, value in msgspec.structs.asdict(look).items() if value])


def looks_of(connection: Connection, account: str) -> list[Saved]:
    """All that a person keeps, by name."""
    rows = connection.execute(select(looks).where(looks.c.account == account).order_by(looks.c.name))
    return [Saved(row.name, row.query) for row in rows]


def keep(connection: Connection, account: str, name: str, query: str) -> Saved:
    """Keeps a filter; one of the same name is replaced. LookError."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_MOST:
        raise LookError("name")
    given = {key: value[:FIELD_MOST] for key, value in parse_qsl(query[:2000]) if key in Look.__struct_fields__}
    connection.execute(delete(looks).where(looks.c.account == account, looks.c.name == name))
    count = connection.execute(select(func.count()).select_from(looks).where(looks.c.account == account)).scalar() or 0
    if count >= LOOKS_MOST:
        raise LookError("many")
    saved = Saved(name, look_address(Look(**given)))
    connection.execute(looks.insert(), {"account": account, "name": saved.name, "query": saved.query})
    return saved


class LookPages:
    """Keeping and removing; showing them is the page's."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        blueprint = flask.Blueprint("looks", __name__)
        blueprint.post("/looks")(self._ground.admitted("centres")(self.keep))
        blueprint.post("/looks/remove")(self._ground.admitted("centres")(self.remove))
        return blueprint

    def keep(self, viewer: Viewer) -> ResponseReturnValue:
        """Keeps the filter of the form, and shows it."""
        self._own_form()
        name, query = request.form.get("name", ""), request.form.get("query", "")
        try:
            saved: Saved = self._write(lambda connection: keep(connection, viewer.account, name, query))
        except LookError as error:
            return flask.redirect(f"/?{urlencode([*parse_qsl(query[:2000]), ('error', str(error))])}", 303)
        return flask.redirect(f"/?{saved.query}", 303)

    def remove(self, viewer: Viewer) -> ResponseReturnValue:
        """Forgets it."""
        self._own_form()
        mine = (looks.c.account == viewer.account, looks.c.name == request.form.get("name", ""))
        self._write(lambda connection: connection.execute(delete(looks).where(*mine)))
        return flask.redirect("/", 303)

    def _write(self, work: Callable[[Connection], Any]) -> Any:
        def within() -> Any:
            with self._ground.write.begin() as connection:
                return work(connection)

        return self._ground.door.native(within)

    def _own_form(self) -> None:
        if self._ground.forged():
            flask.abort(403)
