"""The network's settings on their way down: drafted, published under the node's signature, and what became of them where."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from config.network import Bundle
from server.domain.moment import microseconds
from server.national.node.schema import bundle_states, bundles, centres
from server.national.node.told import Told
from server.national.signing import Signed, sign
from server.national.wire import Pulse

LEAP_MOST = 1000
"""No backup is so many revisions old: a centre that says more is wrong, and must not use up the numbers of all."""


FAR = "Say a time within a year from now, or leave it empty: then they are in force at once."
AHEAD_MOST = timedelta(days=366)
"""Settings that come into force later than this, or before, were meant otherwise."""


class _Said(msgspec.Struct, frozen=True):
    bundle: int = 0
    bundle_known: int = 0
    bundle_state: str = ""
    bundle_text: str = ""


class Bundles:
    """Revisions count up over the whole network; a centre takes the newest published one whose scope it is in."""

    def __init__(self, engine: Engine, key: Ed25519PrivateKey) -> None:
        self._engine, self._key = engine, key

    def draft(self, scope: str, by: str, now: datetime, **values: Any) -> int:
        """A new revision that nobody gets yet; `values` are the fields of a Bundle. Told for a scope that means nothing.

        Its number is above every one that a centre has named too: a node that came back from a backup must not use one twice.
        """
        check_scope(scope)
        with self._engine.begin() as connection:
            own = highest(connection)
            revision = max(own, *(one for one in held(connection).values() if one <= own + LEAP_MOST), 0) + 1
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
        """From now on centres fetch it, in force from `not_before` on if that is given. Told for one that is not there, is out
        already, or is older than one that is out, which centres would go on taking for the newest; for a time not near."""
        if not_before is not None and not -AHEAD_MOST <= not_before - now <= AHEAD_MOST:
            raise Told(FAR)
        with self._engine.begin() as connection:
            draft = select(bundles.c.payload).where(bundles.c.revision == revision, bundles.c.published.is_(None))
            payload = connection.execute(draft).scalar()
            if payload is None:
                raise Told("there is no draft {n}", n=str(revision))
            out = select(func.max(bundles.c.revision)).where(bundles.c.published.is_not(None))
            if (newest := connection.execute(out).scalar() or 0) > revision:
                raise Told("revision {n} is out already: draft it anew", n=str(newest))
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


def highest(connection: Connection) -> int:
    """The highest revision that the node has, published or not; 0 for none."""
    return connection.execute(select(func.max(bundles.c.revision))).scalar() or 0


def held(connection: Connection) -> dict[str, int]:
    """By centre the highest revision that it says it knows."""
    known = {row.centre: _said.decode(row.pulse) for row in connection.execute(select(centres.c.centre, centres.c.pulse))}
    return {centre: max(said.bundle, said.bundle_known) for centre, said in known.items()}


class Published:
    """What is published and for whom, read again only when there is something newer than it knows: revisions only rise."""

    def __init__(self) -> None:
        self._top, self._scopes = 0, list[tuple[int, str]]()

    def newest(self, connection: Connection, top: int, centre: str, kind: str) -> int:
        """The newest revision for a centre of a type; 0 for none. `top` is the newest of all, as the database has it now."""
        if top != self._top:
            self._scopes, self._top = _published(connection), top
        return _newest(self._scopes, centre, kind)


TOP = select(func.coalesce(func.max(bundles.c.revision), 0)).where(bundles.c.published.is_not(None)).scalar_subquery()
"""The newest published revision of all."""


def newest_for(connection: Connection, centre: str) -> int:
    """The newest published revision that is meant for the centre; 0 for none."""
    return _newest(_published(connection), centre, _type_of(connection, centre))


def _published(connection: Connection) -> list[tuple[int, str]]:
    query = select(bundles.c.revision, bundles.c.scope).where(bundles.c.published.is_not(None))
    return [(row.revision, row.scope) for row in connection.execute(query.order_by(bundles.c.revision.desc()))]


def _newest(scopes: Sequence[tuple[int, str]], centre: str, kind: str) -> int:
    return next((revision for revision, scope in scopes if meant(scope, centre, kind)), 0)


def note_state(connection: Connection, centre: str, before: str, pulse: Pulse, newest: int, now: datetime) -> None:
    """What a centre says of its bundle, written down when it is not what it said `before` (JSON)."""
    known = _said.decode(before)
    if not pulse.bundle_state or known == _Said(pulse.bundle, pulse.bundle_known, pulse.bundle_state, pulse.bundle_text):
        return
    revision = pulse.bundle if pulse.bundle_state in ("applied", "kept") else pulse.bundle_known or newest
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
    """Told for a scope that means nothing."""
    what, _, names = scope.partition(":")
    if what != "all" and (what not in ("type", "centre") or not names):
        raise Told("“{scope}” is no scope: all, type:novada or centre:smiltene,valka", scope=scope)


def check_centres(connection: Connection, scope: str) -> None:
    """Told for a scope that names a centre which the register has not: nobody there would ever get it."""
    what, _, names = scope.partition(":")
    known = set(connection.execute(select(centres.c.centre)).scalars())
    if what == "centre" and (strange := [name for name in names.split(",") if name not in known]):
        raise Told("There is no centre with the code {codes}.", codes=", ".join(strange))


def published_before(connection: Connection, revision: int | None = None) -> Bundle | None:
    """The bundle that was published last, or last before a revision."""
    query = select(func.max(bundles.c.revision)).where(bundles.c.published.is_not(None))
    if revision is not None:
        query = query.where(bundles.c.revision < revision)
    return bundle_of(connection, connection.execute(query).scalar() or 0)


def bundle_of(connection: Connection, revision: int) -> Bundle | None:
    """The bundle of a revision, published or not."""
    payload = connection.execute(select(bundles.c.payload).where(bundles.c.revision == revision)).scalar()
    return None if payload is None else msgspec.json.decode(payload, type=Bundle)


def meant_for(connection: Connection, scope: str) -> list[str]:
    """The centres of a scope, by code."""
    rows = connection.execute(select(centres.c.centre, centres.c.type).order_by(centres.c.centre))
    return [row.centre for row in rows if meant(scope, row.centre, row.type)]


_said = msgspec.json.Decoder(_Said)
