"""New centres: a checked plan from a template, a place in the register, and the code with which its server joins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, delete, select

from config.catalogue import Catalogue
from config.fault import Fault, PlanFault
from config.first_plan import Facts, first_plan
from config.load import dump_plan
from config.network import Bundle
from server.domain.moment import microseconds
from server.national.node.bundles import bundle_of, meant
from server.national.node.register import Register
from server.national.node.schema import bundles, centres, first_plans


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """What the people of a new centre are given: the plan as TOML, and the code, good once."""

    centre: str
    plan: str
    code: str


def newcomer(
    engine: Engine, type_: str, facts: Facts, place: Mapping[str, Any], packaged: Catalogue, now: datetime
) -> Newcomer:  # fmt: skip
    """Makes it; `place` has lat and lon, or nothing. PlanFault for facts that give no sound plan, or a code that is taken."""
    with engine.connect() as connection:
        secret = connection.execute(select(centres.c.secret).where(centres.c.centre == facts.code)).scalar()
        bundle = newest_of(connection, facts.code, type_)
    if secret is not None:
        raise PlanFault([Fault("code", None, f'there is a centre "{facts.code}" with papers already')])
    catalogue = bundle.catalogue if bundle is not None else packaged
    plan = dump_plan(first_plan(type_, facts, catalogue, bundle), catalogue)
    register = Register(engine)
    register.add(facts.code, {"name": facts.short, "type": type_, "municipality": facts.municipality, **place})
    with engine.begin() as connection:
        connection.execute(delete(first_plans).where(first_plans.c.centre == facts.code))
        connection.execute(first_plans.insert(), {"centre": facts.code, "made": microseconds(now), "plan": plan})
    return Newcomer(centre=facts.code, plan=plan, code=register.invite(facts.code, now))


def first_plan_of(connection: Connection, centre: str) -> str:
    """The plan that was made for a centre, as TOML; empty for none."""
    return connection.execute(select(first_plans.c.plan).where(first_plans.c.centre == centre)).scalar() or ""


def newest_of(connection: Connection, centre: str, type_: str) -> Bundle | None:
    """The newest published bundle for a centre that is perhaps not in the register yet."""
    query = select(bundles.c.revision, bundles.c.scope).where(bundles.c.published.is_not(None))
    for revision, scope in connection.execute(query.order_by(bundles.c.revision.desc())):
        if meant(scope, centre, type_):
            return bundle_of(connection, revision)
    return None
