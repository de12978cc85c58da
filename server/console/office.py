"""`rinda national close|correct|verify|grant|template|draft|publish|bundles`: the officers' work on the command line."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server.console import data_option


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verbs to `rinda national`."""
    close = verbs.add_parser("close", help="freeze a month", epilog="Example: rinda national close 2026-10")
    close.add_argument("--anyway", action="store_true", help="even if records are missing; they become corrections")
    correct = verbs.add_parser(
        "correct",
        help="write down what the records of a closed month say otherwise",
        epilog="Example: rinda national correct 2026-10",
    )
    verify = verbs.add_parser(
        "verify",
        help="whether a month's frozen figures are those that were closed",
        epilog="Example: rinda national verify 2026-10",
    )
    for verb, run in ((close, _close), (correct, _correct), (verify, _verify)):
        verb.add_argument("month", help="2026-10")
        verb.set_defaults(run=run)
    grant = verbs.add_parser(
        "grant", help="the grant's worksheet", epilog="Example: rinda national grant 2026-01 2026-12 > grant.csv"
    )
    grant.add_argument("first")
    grant.add_argument("last")
    grant.add_argument("--format", choices=("csv", "json"), default="csv")
    grant.set_defaults(run=_grant)
    template = verbs.add_parser(
        "template", help="a new centre: prints its plan, and the code for its server",
        epilog="Example: rinda national template vietejas rauna --short 'Raunas VPVKAC' --municipality 'Smiltenes novads'",
    )  # fmt: skip
    template.add_argument("type", help="vietejas, novada, regionalas or nacionalas")
    template.add_argument("centre", help="its code")
    template.add_argument("--short", required=True, help="what people call it")
    template.add_argument("--name", default="", help="the whole name")
    template.add_argument("--municipality", required=True)
    template.add_argument("--counters", type=int, default=1)
    template.add_argument("--hours", default="", help="'mon-thu 8:30-17:00 | fri 8:30-12:00; 12:30-15:00'; else the template's")
    for fact in ("lat", "lon"):
        template.add_argument(f"--{fact}", type=float, help="WGS 84 degrees")
    template.set_defaults(run=_template)
    draft = verbs.add_parser(
        "draft",
        help="a new revision of the settings",
        epilog="Example: rinda national draft --catalogue catalogue.toml --lock rules.lock_minutes=5",
    )
    draft.add_argument("--scope", default="all", help="all, type:novada or centre:smiltene,valka")
    draft.add_argument("--catalogue", type=Path, help="TOML; else as the newest revision has it")
    for flag, what in (("--lock", "every centre has this value"), ("--advise", "a centre may say otherwise")):
        draft.add_argument(flag, action="append", default=[], metavar="KEY=VALUE", help=what)
    draft.add_argument("--note", default="")
    publish = verbs.add_parser("publish", help="sign a draft and give it out", epilog="Example: rinda national publish 4")
    publish.add_argument("revision", type=int)
    publish.add_argument("--at", type=datetime.fromisoformat, help="in force from then on (2026-12-01T06:00+02:00); else at once")
    publish.add_argument("--anyway", action="store_true", help="even if some centres would refuse it")
    for verb, run in ((draft, _draft), (publish, _publish)):
        verb.add_argument("--key", type=Path, default=Path("rinda-node.key"), help="the node's signing key")
        verb.set_defaults(run=run)
    bundles = verbs.add_parser("bundles", help="where a revision has come to", epilog="Example: rinda national bundles 4")
    bundles.add_argument("revision", type=int)
    bundles.set_defaults(run=_bundles)
    for verb in (close, correct, verify, grant, template, draft, publish, bundles):
        data_option.add_node(verb)


def _write(chosen: argparse.Namespace) -> Any:
    from server.national.node.database import open_engines

    return open_engines(chosen.database)[0]


def _now() -> datetime:
    return datetime.now(UTC)


def _close(chosen: argparse.Namespace) -> int:
    from server.national.node.months import close_month

    closed = close_month(_write(chosen), chosen.month, "command line", _now(), anyway=chosen.anyway)
    missing = f"; without all records of {', '.join(sorted(closed.unready))}" if closed.unready else ""
    print(f"{closed.month} is closed: {closed.services} services, {closed.digest}{missing}")
    return 0


def _correct(chosen: argparse.Namespace) -> int:
    from server.national.node.months import note_corrections

    print(f"{note_corrections(_write(chosen), chosen.month, _now())} figures were put right")
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    from server.national.node.months import verify

    same = verify(_write(chosen), chosen.month)
    print("the frozen figures are those that were closed" if same else "the frozen figures are not those that were closed")
    return 0 if same else 1


def _grant(chosen: argparse.Namespace) -> int:
    import sys

    import msgspec

    from config import GRANT
    from server.national.node.grant_pages import as_file
    from server.national.node.grants import example, reckoned, terms_now

    with _write(chosen).connect() as connection:
        sheet = reckoned(connection, terms_now(connection, example(GRANT)).terms, chosen.first, chosen.last)
    body = msgspec.json.encode(sheet) if chosen.format == "json" else as_file(sheet, "csv", "lv", _now())
    sys.stdout.buffer.write(body)
    return 0


def _template(chosen: argparse.Namespace) -> int:
    import sys

    from config import CATALOGUE
    from config.first_plan import Facts, open_hours
    from config.load import load_catalogue
    from server.national.node.newcomers import newcomer

    facts = Facts(
        code=chosen.centre, name=chosen.name, short=chosen.short, municipality=chosen.municipality, counters=chosen.counters,
        hours=open_hours(chosen.hours),
    )  # fmt: skip
    place = {name: getattr(chosen, name) for name in ("lat", "lon") if getattr(chosen, name) is not None}
    made = newcomer(_write(chosen), chosen.type, facts, place, load_catalogue(CATALOGUE), _now())
    print(made.plan, end="")
    print(f"at the centre: rinda enrol https://NODE {made.code} --data DIR; then rinda serve --data DIR", file=sys.stderr)
    return 0


def _draft(chosen: argparse.Namespace) -> int:
    from sqlalchemy import func, select

    from config import CATALOGUE
    from config.load import load_catalogue
    from server.national.node.bundle_keys import keys_of
    from server.national.node.bundles import Bundles, bundle_of
    from server.national.node.schema import bundles
    from server.national.signing import load_key

    engine = _write(chosen)
    with engine.connect() as connection:
        newest = bundle_of(connection, connection.execute(select(func.max(bundles.c.revision))).scalar() or 0)
    if chosen.catalogue is not None or newest is None:
        catalogue = load_catalogue(chosen.catalogue or CATALOGUE)
    else:
        catalogue = newest.catalogue
    revision = Bundles(engine, load_key(chosen.key)).draft(
        chosen.scope, "command line", _now(), catalogue=catalogue, not_before=_now(), note=chosen.note,
        locked=keys_of("\n".join(chosen.lock), "--lock"), advised=keys_of("\n".join(chosen.advise), "--advise"),
    )  # fmt: skip
    print(f"draft {revision}: rinda national publish {revision}")
    return 0


def _publish(chosen: argparse.Namespace) -> int:
    import sys

    from config import CATALOGUE
    from config.load import load_catalogue
    from server.national.node.bundle_check import check, scope_of
    from server.national.node.bundles import Bundles, bundle_of
    from server.national.signing import load_key

    engine = _write(chosen)
    with engine.connect() as connection:
        bundle = bundle_of(connection, chosen.revision)
        if bundle is None:
            raise ValueError(f"there is no draft {chosen.revision}")
        found = check(connection, bundle, scope_of(connection, chosen.revision), load_catalogue(CATALOGUE))
    for centre, faults in found.refusals.items():
        print(f"{centre} would refuse it: {'; '.join(map(str, faults))}", file=sys.stderr)
    if found.refusals and not chosen.anyway:
        return 1
    when = chosen.at or _now()
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()}: say of which zone, as in +02:00")
    Bundles(engine, load_key(chosen.key)).publish(chosen.revision, _now(), when)
    print(f"revision {chosen.revision} is out, in force from {when.isoformat()}")
    return 0


def _bundles(chosen: argparse.Namespace) -> int:
    from server.national.node.bundle_check import states

    with _write(chosen).connect() as connection:
        for one in states(connection, chosen.revision):
            print(f"{one.centre}: {one.state}{f': {one.text}' if one.text else ''}")
    return 0
