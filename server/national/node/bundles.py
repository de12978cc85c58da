"""The network's settings on their way down: drafted, published under the node's signature, and what became of them where."""

from datetime import datetime
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from config.network import Bundle
from server.domain.moment import microseconds
from server.national.node.schema import bundle_states, bundles, centres
from server.national.signing import Signed, sign
from server.national.wire import Pulse


class _Said(msgspec.Struct, frozen=True):
    bundle: int = 0
    bundle_state: str = ""
    bundle_text: str = ""


class Bundles:
    """Revisions count up over the whole network; a centre takes the newest published one whose scope it is in."""

    def __init__(self, engine: Engine, key: Ed25519PrivateKey) -> None:
        self._engine, self._key = engine, key

    def draft(self, scope: str, by: str, now: datetime, **values: Any) -> int:
        """A new revision that nobody gets yet; `values` are the fields of a Bundle. ValueError for a scope that means nothing."""
        check_scope(scope)
        with self._engine.begin() as connection:
            revision = (connection.execute(select(func.max(bundles.c.revision))).scalar() or 0) + 1
            bundle = Bundle(revision=revision, **values)
            payload = msgspec.json.encode(bundle, order="deterministic").decode()
            connection.execute(
                bundles.insert(),
                {
                    "revision": revision,
                    "scope": scope,
                    "note": bundle.note,
                    "by": by,
                    "drafted": microseconds(now),
                    "payload": payload,
                },
            )
        return revision

    def publish(self, revision: int, now: datetime, not_before: datetime | None = None) -> None:
        """From now on centres fetch it, in force from `not_before` on if that is given. LookupError for one that is not there, is
        out already, or is older than one that is out, which centres would go on taking for the newest."""
        with self._engine.begin() as connection:
            draft = select(bundles.c.payload).where(bundles.c.revision == revision, bundles.c.published.is_(None))
            payload = connection.execute(draft).scalar()
            if payload is None:
                raise LookupError(f"there is no draft {revision}")
            out = select(func.max(bundles.c.revision)).where(bundles.c.published.is_not(None))
            if (newest := connection.execute(out).scalar() or 0) > revision:
                raise LookupError(f"revision {newest} is out already: draft it anew")
            bundle = msgspec.json.decode(payload, type=Bundle)
            if not_before is not None:
                bundle = msgspec.structs.replace(bundle, not_before=not_before)
            signed = sign(bundle, self._key)
            here = update(bundles).where(bundles.c.revision == revision)
            connection.execute(
                here.values(published=microseconds(now), payload=signed.payload, signature=signed.signature)
            )  # fmt: skip

    def get(self, centre: str, revision: int) -> Signed | None:
        """A published bundle, if it is meant for the centre."""
        query = select(bundles).where(bundles.c.revision == revision, bundles.c.published.is_not(None))
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
            if row is None or not meant(row["scope"], centre, _type_of(connection, centre)):
                return None
        return Signed(row["revision"], row["payload"], row["signature"])


def newest_for(connection: Connection, centre: str) -> int:
    """The newest published revision that is meant for the centre; 0 for none."""
    query = select(bundles.c.revision, bundles.c.scope).where(bundles.c.published.is_not(None))
    kind = None
    for revision, scope in connection.execute(query.order_by(bundles.c.revision.desc())):
        kind = _type_of(connection, centre) if kind is None else kind
        if meant(scope, centre, kind):
            return int(revision)
    return 0


def note_state(connection: Connection, centre: str, before: str, pulse: Pulse, newest: int, now: datetime) -> None:
    """What a centre says of its bundle, written down when it is not what it said `before` (JSON)."""
    known = msgspec.json.decode(before, type=_Said)
    if not pulse.bundle_state or known == _Said(pulse.bundle, pulse.bundle_state, pulse.bundle_text):
        return
    revision = pulse.bundle if pulse.bundle_state in ("applied", "kept") else newest
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    put = insert(bundle_states).values(
        centre=centre, revision=revision, state=pulse.bundle_state, at=microseconds(now), text=pulse.bundle_text
    )  # fmt: skip
    told = {name: put.excluded[name] for name in ("state", "at", "text")}
    connection.execute(put.on_conflict_do_update(index_elements=["centre", "revision"], set_=told))


def meant(scope: str, centre: str, kind: str) -> bool:
    """Whether a scope includes a centre of this type."""
    what, _, names = scope.partition(":")
    return what == "all" or (kind if what == "type" else centre) in names.split(",")


def _type_of(connection: Connection, centre: str) -> str:
    return connection.execute(select(centres.c.type).where(centres.c.centre == centre)).scalar() or ""


def check_scope(scope: str) -> None:
    """ValueError for a scope that means nothing."""
    what, _, names = scope.partition(":")
    if what != "all" and (what not in ("type", "centre") or not names):
        raise ValueError(f"{scope!r} is no scope: all, type:novada or centre:smiltene,valka")


def bundle_of(connection: Connection, revision: int) -> Bundle | None:
    """The bundle of a revision, published or not."""
    payload = connection.execute(select(bundles.c.payload).where(bundles.c.revision == revision)).scalar()
    return None if payload is None else msgspec.json.decode(payload, type=Bundle)


def meant_for(connection: Connection, scope: str) -> list[str]:
    """The centres of a scope, by code."""
    rows = connection.execute(select(centres.c.centre, centres.c.type).order_by(centres.c.centre))
    return [row.centre for row in rows if meant(scope, row.centre, row.type)]
