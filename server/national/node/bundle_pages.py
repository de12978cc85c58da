"""The pages of the network's settings: drafts, what they change, who would refuse them, publishing, what became of them."""

from datetime import datetime
from pathlib import Path
from typing import Any

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, select

from config import CATALOGUE
from config.catalogue import Catalogue
from config.catalogue_diff import differences
from config.fault import Fault, PlanFault
from config.load import load_catalogue, read_catalogue
from server import fault_words
from server.national.node.access import Viewer
from server.national.node.bundle_check import check, differing, scope_of, states
from server.national.node.bundle_keys import keys_of, keys_text
from server.national.node.bundles import FAR, Bundles, bundle_of, check_centres, held, published_before
from server.national.node.pages_ground import Ground, now_utc
from server.national.node.pages_live import short
from server.national.node.pages_words import ZONE, Words, local
from server.national.node.reported import reported
from server.national.node.schema import bundles, centres
from server.national.node.told import Told
from server.shell import chosen_language

LARGEST = 2 * 1024 * 1024
STATES = {
    "drafted": "drafted", "published": "published", "fetched": "fetched", "applied": "applied", "kept": "kept",
    "rejected": "rejected", "rolled_back": "taken back",
}  # fmt: skip
KEYS = {"locked": "Locked keys", "advised": "Advised keys"}
PARTS = {
    "kinds": "kind of service", "channels": "channel", "outcomes": "outcome", "unserved": "reason for no service",
    "counted": "way of counting", "health_words": "word not let into notes", "institutions": "institution",
    "services": "service", "situations": "life event",
}  # fmt: skip


class BundlePages:
    """`packaged` is the catalogue that centres without a bundle have."""

    def __init__(self, ground: Ground, made: Bundles) -> None:
        self._ground, self._bundles, self._packaged = ground, made, load_catalogue(CATALOGUE)

    def routes(self) -> flask.Blueprint:
        """The blueprint of these pages."""
        ground, blueprint = self._ground, flask.Blueprint("settings", __name__)
        blueprint.get("/settings")(ground.admitted("settings")(self.all))
        blueprint.post("/settings")(ground.admitted("change")(self.draft))
        blueprint.get("/settings/<int(max=2147483647):revision>")(ground.admitted("settings")(self.one))
        blueprint.post("/settings/<int(max=2147483647):revision>/publish")(ground.admitted("change")(self.publish))
        return blueprint

    def all(self, viewer: Viewer, errors: tuple[str, ...] = ()) -> flask.Response:
        """Every revision, and the form for a new one, which begins with what was published last."""
        form = request.form if errors else {}

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            rows = connection.execute(select(bundles).order_by(bundles.c.revision.desc()).limit(50)).all()
            newest = published_before(connection)
            counts = {row.revision: _counts(connection, row.revision) for row in rows}
            return {
                "ahead": {code: n for code, n in held(connection).items() if n > (rows[0].revision if rows else 0)},
                "rows": rows, "counts": counts, "states": STATES, "local": local, "errors": errors,
                "scope": form.get("scope", scope_of(connection, newest.revision) if newest else "all"),
                "note": form.get("note", ""),
                "locked": form.get("locked", keys_text(newest.locked) if newest else ""),
                "advised": form.get("advised", keys_text(newest.advised) if newest else ""),
            }  # fmt: skip

        return self._ground.show(viewer, "settings", "settings.html", work)

    def draft(self, viewer: Viewer) -> ResponseReturnValue:
        """A new revision from the form: the catalogue of the file, else the one that was published last."""
        self._own_form()
        form, upload = request.form, request.files.get("catalogue")
        source = upload.read(LARGEST + 1) if upload is not None and upload.filename else b""
        now, file = now_utc(), Path(upload.filename or "").name if upload is not None else ""

        def work() -> int:
            values = {name: keys_of(form.get(name, ""), what) for name, what in KEYS.items()}
            catalogue = _read(source, file) if source else self._newest()
            note, scope = form.get("note", "").strip()[:300], "".join(form.get("scope", "all").split()) or "all"
            with self._ground.read.connect() as connection:
                check_centres(connection, scope)
            return self._bundles.draft(scope, viewer.name, now, catalogue=catalogue, not_before=now, note=note, **values)

        try:
            revision = self._ground.door.native(work)
        except PlanFault as fault:
            return self.all(viewer, tuple(_said(one, chosen_language()) for one in fault.faults[:20])), 400
        except Told as error:
            return self.all(viewer, (error.said(Words(chosen_language())),)), 400
        return flask.redirect(f"/settings/{revision}", 303)

    def one(self, viewer: Viewer, revision: int, error: Told | None = None) -> flask.Response:
        """A revision: what it changes of what was published before, who would refuse it, and where it has come to."""

        def work(connection: Connection, words: Words) -> dict[str, Any]:
            row = connection.execute(select(bundles).where(bundles.c.revision == revision)).one()
            bundle = bundle_of(connection, revision)
            assert bundle is not None  # the row is there
            earlier = published_before(connection, revision)
            draft = row.published is None
            return {
                "row": row, "bundle": bundle, "local": local, "error": error.said(words) if error else "",
                "states": STATES, "names": _names(connection),
                "changes": _sentences(earlier.catalogue if earlier else self._packaged, bundle.catalogue, words),
                "keys": _key_changes(earlier.locked if earlier else {}, bundle.locked),
                "checked": check(connection, bundle, row.scope, self._packaged) if draft else None,
                "said": lambda fault: _said(fault, words.language), "reported": lambda text: reported(text, words.language),
                "told": states(connection, revision), "counts": _counts(connection, revision),
                "deviations": {} if draft else differing(connection, bundle, row.scope), "json": _plain,
            }  # fmt: skip

        if self._ground.look_up(bundle_of, revision) is None:
            flask.abort(404)
        return self._ground.show(viewer, "settings", "settings_one.html", work)

    def publish(self, viewer: Viewer, revision: int) -> ResponseReturnValue:
        """Signs it and gives it out, in force from the form's time; with centres that would refuse it only if that was said."""
        self._own_form()

        def refused(connection: Connection) -> int:
            bundle = bundle_of(connection, revision)
            if bundle is None:
                return 0
            return len(check(connection, bundle, scope_of(connection, revision), self._packaged).refusals)

        if self._ground.look_up(refused) and request.form.get("anyway") != "1":
            return self.one(viewer, revision, Told("Some centres would refuse it.")), 409
        try:
            self._ground.door.native(self._bundles.publish, revision, now_utc(), _time(request.form.get("at", "")))
        except Told as error:
            return self.one(viewer, revision, error), 409
        return flask.redirect(f"/settings/{revision}", 303)

    def _newest(self) -> Catalogue:
        with self._ground.read.connect() as connection:
            found = published_before(connection)
        return found.catalogue if found is not None else self._packaged

    def _own_form(self) -> None:
        if self._ground.forged():
            flask.abort(403)


def _time(said: str) -> datetime:
    """The time of the form, now for none; Told says what it should be."""
    try:
        return datetime.fromisoformat(said).replace(tzinfo=ZONE) if said else now_utc()
    except ValueError:
        raise Told(FAR) from None


def _read(source: bytes, name: str) -> Catalogue:
    if len(source) > LARGEST:
        raise Told("{name}: larger than {n} MB", name=name, n=str(LARGEST // 1024 // 1024))
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Told("{name}: is not UTF-8 text", name=name) from None
    return read_catalogue(text, Path(name))


def _said(fault: Fault, language: str) -> str:
    """A fault in the officer's language, with the key as the plan has it."""
    path = fault.path.removeprefix("locked.").removeprefix("advised.")
    return str(msgspec.structs.replace(fault, path=path, text=fault_words.words(fault.text, language)))


def _sentences(before: Catalogue, after: Catalogue, words: Words) -> list[str]:
    """What the catalogue says otherwise, in plain words."""
    forms = {
        "new": "New {part}: {code} {name}", "gone": "No more: {part} {code} {name}",
        "changed": "{part} {code} {name}: {field} was {before}, is {after}",
    }  # fmt: skip
    return [
        words(
            forms[one.what], part=words(PARTS[one.part]), code=one.code,
            name=one.name.get(words.language, one.name.get("lv", "")),
            field=one.field, before=_plain(one.before), after=_plain(one.after),
        )
        for one in differences(before, after)
    ]  # fmt: skip


def _key_changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Locked keys that are new, other or free again: key, value before, value now (empty: not locked)."""
    return [
        (key, _plain(before[key]) if key in before else "", _plain(after[key]) if key in after else "")
        for key in {**before, **after} if key not in before or key not in after or before[key] != after[key]
    ]  # fmt: skip


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 120 else f"{text[:117]}..."


def _counts(connection: Connection, revision: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in states(connection, revision):
        found[one.state] = found.get(one.state, 0) + 1
    return {state: found[state] for state in STATES if state in found}


def _names(connection: Connection) -> dict[str, str]:
    return {row.centre: short(row.name) or row.centre for row in connection.execute(select(centres.c.centre, centres.c.name))}
