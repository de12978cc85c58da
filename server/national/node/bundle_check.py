"""A bundle held against the centres that would get it: who would refuse it and why, who differs and where."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select

from config.catalogue import Catalogue
from config.fault import Fault
from config.load import check_sense, check_shape
from config.network import Bundle, Deviation, Unfit, applied, check_bundle, deviations
from config.plan import Plan
from server.national.node.bundles import bundle_of, meant_for
from server.national.node.schema import bundle_states, bundles, centres

SHOWN = 5
"""So many faults of one centre are told."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. `refusals` by centre; of the `unknown` no plan is here yet; `good` are all others of the scope."""

    good: int
    refusals: dict[str, tuple[Fault, ...]]
    unknown: tuple[str, ...]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A centre's way with a bundle: published (not heard of), fetched, applied, kept, rejected, rolled_back."""

    centre: str
    state: str
    at: int | None = None
    text: str = ""


def check(connection: Connection, bundle: Bundle, scope: str, packaged: Catalogue) -> Checked:
    """Every centre of the scope by the plan that is in force there, as the centre itself will check it."""
    catalogues: dict[int, Catalogue] = {0: packaged}
    known: dict[bytes, tuple[Fault, ...]] = {}
    refusals, unknown, good = dict[str, tuple[Fault, ...]](), list[str](), 0
    for centre, plan in plans(connection, scope):
        if plan is None:
            unknown.append(centre)
            continue
        revision = plan.network.bundle
        if revision not in catalogues:
            before = bundle_of(connection, revision)
            catalogues[revision] = before.catalogue if before is not None else packaged
        if faults := _faults(plan, catalogues[revision], bundle, known):
            refusals[centre] = faults[:SHOWN]
        else:
            good += 1
    return Checked(good=good, refusals=refusals, unknown=tuple(unknown))


def plans(connection: Connection, scope: str) -> Iterator[tuple[str, Plan | None]]:
    """The plan in force at each centre of a scope; None where none is known."""
    meant = set(meant_for(connection, scope))
    for row in connection.execute(select(centres.c.centre, centres.c.plan).order_by(centres.c.centre)):
        if row.centre in meant:
            yield row.centre, msgspec.json.decode(row.plan, type=Plan) if row.plan not in ("", "{}", "null") else None


def scope_of(connection: Connection, revision: int) -> str:
    """For whom a revision is meant; LookupError for one that is not there."""
    found: str | None = connection.execute(select(bundles.c.scope).where(bundles.c.revision == revision)).scalar()
    if found is None:
        raise LookupError(f"there is no revision {revision}")
    return found


def states(connection: Connection, revision: int) -> list[State]:
    """Every centre for which a bundle is meant, with what it has told of it."""
    row = connection.execute(select(bundles.c.scope, bundles.c.published).where(bundles.c.revision == revision)).one()
    told = {
        one.centre: State(centre=one.centre, state=one.state, at=one.at, text=one.text)
        for one in connection.execute(select(bundle_states).where(bundle_states.c.revision == revision))
    }
    first = "drafted" if row.published is None else "published"
    return [told.get(centre, State(centre=centre, state=first)) for centre in meant_for(connection, row.scope)]


def differing(connection: Connection, bundle: Bundle, scope: str) -> dict[str, tuple[Deviation, ...]]:
    """Where centres say otherwise than the bundle; centres that do not are left out."""
    each = ((centre, deviations(plan, bundle)) for centre, plan in plans(connection, scope) if plan is not None)
    return {centre: found for centre, found in each if found}


def _faults(plan: Plan, before: Catalogue, bundle: Bundle, known: dict[bytes, tuple[Fault, ...]]) -> tuple[Fault, ...]:
    """What the centre would say. The plan in force is sound, so that only parts that the bundle changes are read anew, and
    equal ones once for the whole network (`known`)."""
    if faults := check_bundle(bundle, plan):
        return faults
    try:
        fresh = applied(plan, before, bundle)
    except Unfit as error:
        return error.faults
    except ValueError as error:
        return (Fault("", None, str(error)),)
    parts = {name: getattr(fresh, name) for name in fresh.__struct_fields__ if name != "network"}
    parts = {name: value for name, value in parts.items() if value != getattr(plan, name)}
    key = msgspec.json.encode(parts, order="deterministic")
    if key not in known:
        known[key] = check_shape(fresh)
    return known[key] or check_sense(fresh)
