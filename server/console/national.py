"""`rinda national` and `rinda enrol`: the network's node, and how a centre joins it."""

import argparse
import logging
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server import logs
from server.console import data_option, office, open_data
from server.national.wire import LEASE_S

if TYPE_CHECKING:
    from server.people.people import People

Port = Callable[[str], int]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", port: Port) -> None:
    """Adds the commands."""
    national = commands.add_parser("national", help="the network's node")
    verbs = national.add_subparsers(title="commands", metavar="COMMAND", required=True)
    example = "Example: rinda national serve --database postgresql+psycopg://rinda@/network --port 8090"
    serve = verbs.add_parser("serve", help="takes in what centres send and shows it", epilog=example)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=port, default=8090)
    serve.add_argument("--public-url", default="", help="how others reach it")
    serve.add_argument("--key", type=Path, default=Path("rinda-node.key"), help="the node's signing key; made if it is not there")
    serve.add_argument(
        "--demo", action="store_true", help="the accounts and tokens that the documentation names; on loopback only"
    )
    serve.add_argument(
        "--lease", type=float, default=LEASE_S, metavar="SECONDS",
        help="of silence, after which another server may speak for a centre; the same for all intakes",
    )  # fmt: skip
    serve.add_argument("--proxies", type=int, default=0, metavar="N", help="of ours in front, which add to X-Forwarded-For")
    serve.add_argument("--open-metrics", action="store_true", help="/metrics to everybody, not to this machine alone")
    serve.add_argument("--no-projections", action="store_true", help="an intake only: another process makes the figures")
    serve.add_argument("--until-stdin-closes", action="store_true", help="end when the program that started this one ends")
    serve.set_defaults(run=_serve)
    new = verbs.add_parser(
        "add", help="a centre of the network", epilog="Example: rinda national add smiltene --name 'Smiltenes VPVKAC'"
    )
    new.add_argument("centre")
    for fact in ("name", "type", "municipality"):
        new.add_argument(f"--{fact}")
    for fact in ("lat", "lon"):
        new.add_argument(f"--{fact}", type=float, help="WGS 84 degrees")
    new.set_defaults(run=_add)
    invite = verbs.add_parser(
        "invite", help="prints a code for a centre's server", epilog="Example: rinda national invite smiltene"
    )
    revoke = verbs.add_parser("revoke", help="a centre's papers are void", epilog="Example: rinda national revoke smiltene")
    rebuild = verbs.add_parser("rebuild", help="make a centre's figures anew", epilog="Example: rinda national rebuild smiltene")
    for verb, run in ((invite, _invite), (revoke, _revoke), (rebuild, _rebuild)):
        verb.add_argument("centre")
        verb.set_defaults(run=run)
    step = verbs.add_parser(
        "step", help="when a centre reaches a step of its way", epilog="Example: rinda national step rauna training 2027-03-08"
    )
    step.add_argument("centre")
    step.add_argument("step", help="planned, contract, equipped, training, open or closed")
    step.add_argument("day", type=date.fromisoformat)
    step.set_defaults(run=_step)
    account = verbs.add_parser("account", help="who may see the network").add_subparsers(metavar="COMMAND", required=True)
    person = account.add_parser(
        "add", help="asks for the password", epilog="Example: rinda national account add liga --role holder --institution VSAA"
    )
    person.add_argument("name")
    person.add_argument("--role", choices=("national", "ministry", "association", "holder"), default="national")
    person.add_argument("--institution", default="", help="of a holder: its code in the catalogue")
    person.add_argument("--display", help="the name that is shown")
    person.set_defaults(run=_account)
    sso = account.add_parser(
        "sso", help="who it is at the single sign-on", epilog="Example: rinda national account sso liga 9f3c"
    )
    sso.add_argument("name")
    sso.add_argument("subject", help="the value of the claim that RINDA_SSO_CLAIM names; - for nobody")
    sso.set_defaults(run=_sso)
    factor = account.add_parser(
        "factor", help="off: the phone and the codes are lost", epilog="Example: rinda national account factor anna off"
    )
    factor.add_argument("name")
    factor.add_argument("state", choices=("off",))
    factor.set_defaults(run=_factor)
    ready = verbs.add_parser(
        "prepare",
        help="makes the tables, or brings them to this version",
        epilog="Example: rinda national prepare --database URL",
    )
    ready.set_defaults(run=_prepare)
    office.add(verbs)
    open_data.add(verbs)
    for verb in (serve, new, invite, revoke, rebuild, step, person, sso, factor, ready):
        data_option.add_node(verb)
    enrol = commands.add_parser(
        "enrol", help="join the network", epilog="Example: rinda enrol https://tikls.example.lv ABCDE-FGHJK --data DIR"
    )
    enrol.add_argument("node", help="the node's address")
    enrol.add_argument("code", help="from the network's officer, good once and for a day")
    data_option.add(enrol)
    enrol.set_defaults(run=_enrol)


def _serve(chosen: argparse.Namespace) -> int:
    from server.listen import until_interrupted
    from server.national.node.app import Node, NodeSettings
    from server.parent import end_with_parent

    if chosen.demo and chosen.host not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("--demo has a password that everybody knows: only on loopback")
    logs.start()
    if chosen.until_stdin_closes:
        end_with_parent()
    node = Node(
        NodeSettings(
            host=chosen.host, port=chosen.port, database_url=chosen.database, project=not chosen.no_projections,
            lease_s=chosen.lease,
            trusted_proxies=chosen.proxies, open_metrics=chosen.open_metrics, **_people_settings(),
            key_file=chosen.key, public_url=chosen.public_url or f"http://{chosen.host}:{chosen.port}", demo=chosen.demo,
        )
    )  # fmt: skip
    try:
        node.start()
        logging.getLogger("rinda").info("listening on %s:%s", chosen.host, chosen.port)
        until_interrupted()
    finally:
        node.stop()
    return 0


def _people_settings() -> dict[str, Any]:
    """How people sign in, as the environment says."""
    from config.settings import second_factor, single_sign_on

    return {**single_sign_on(), **second_factor()}


def _register(chosen: argparse.Namespace):  # type: ignore[no-untyped-def]
    from server.national.node.database import open_engines
    from server.national.node.register import Register

    return Register(open_engines(chosen.database)[0])


def _here(chosen: argparse.Namespace) -> str:
    """The centre that is meant; ValueError if this node has none of that name."""
    if not _register(chosen).knows(chosen.centre):
        where = "--database, or RINDA_NODE_DATABASE_URL, names the node's database"
        raise ValueError(f"there is no centre {chosen.centre!r} here; {where}")
    return str(chosen.centre)


def _prepare(chosen: argparse.Namespace) -> int:
    from server.national.node.database import HEAD, open_engines

    for engine in open_engines(chosen.database):
        engine.dispose()
    print(f"the tables are those of schema {HEAD}")
    return 0


def _add(chosen: argparse.Namespace) -> int:
    facts = {name: getattr(chosen, name) for name in ("name", "type", "municipality", "lat", "lon")}
    _register(chosen).add(chosen.centre, {name: value for name, value in facts.items() if value is not None})
    return 0


def _invite(chosen: argparse.Namespace) -> int:
    print(_register(chosen).invite(_here(chosen), datetime.now(UTC)))
    return 0


def _revoke(chosen: argparse.Namespace) -> int:
    _register(chosen).revoke(_here(chosen))
    print(f"the papers of {chosen.centre} are void")
    return 0


def _rebuild(chosen: argparse.Namespace) -> int:
    from server.national.node.database import open_engines
    from server.national.node.projection import Projection

    projection = Projection(open_engines(chosen.database)[0])
    projection.rebuild(_here(chosen))
    while projection.step():
        pass
    return 0


def _step(chosen: argparse.Namespace) -> int:
    from server.national.node.database import open_engines
    from server.national.node.pages_network import set_step

    set_step(open_engines(chosen.database)[0], chosen.centre, chosen.step, chosen.day)
    return 0


def _account(chosen: argparse.Namespace) -> int:
    from server.console.people import asked
    from server.national.node.access import NodeDoor, Viewers
    from server.national.node.database import open_engines
    from server.people.hashing import PASSWORD_LEAST
    from server.people.people import People

    if chosen.institution:
        _known_institution(chosen)
    password = asked("Password: ")
    if len(password) < PASSWORD_LEAST:
        print(f"rinda: a password has at least {PASSWORD_LEAST} characters", file=sys.stderr)
        return 2
    door = NodeDoor(open_engines(chosen.database)[0], 1)
    people = People(door.do)
    viewers = Viewers(people, door.do)
    viewers.load()
    if people.account(chosen.name) is not None:
        print(f"rinda: there is an account {chosen.name!r} already", file=sys.stderr)
        return 1
    viewers.add(chosen.name, chosen.role, chosen.display or chosen.name, password, chosen.institution)
    print(f"{chosen.name} may sign in as {chosen.role}")
    return 0


def _known_institution(chosen: argparse.Namespace) -> None:
    """ValueError for an institution that the network's catalogue does not have: its holder would see nothing, ever."""
    from config import CATALOGUE
    from config.fault import did_you_mean
    from config.load import load_catalogue
    from server.national.node.bundles import published_before
    from server.national.node.database import open_engines

    with open_engines(chosen.database)[1].connect() as connection:
        newest = published_before(connection)
    known = [one.code for one in (newest.catalogue if newest else load_catalogue(CATALOGUE)).institutions]
    if chosen.institution not in known:
        hint = did_you_mean(chosen.institution, known)
        raise ValueError(f"the catalogue has no institution {chosen.institution!r}{hint}")


def _sso(chosen: argparse.Namespace) -> int:
    subject = None if chosen.subject == "-" else chosen.subject
    return _changed(chosen, lambda people: people.set_sso(chosen.name, subject), "is known at the single sign-on")


def _factor(chosen: argparse.Namespace) -> int:
    from server.people.people import SERVER

    off = "signs in with the password alone, within half a minute"
    return _changed(chosen, lambda people: people.set_factor(chosen.name, None, 0, (), SERVER), off)


def _changed(chosen: argparse.Namespace, work: "Callable[[People], None]", said: str) -> int:
    from server.national.node.access import NodeDoor
    from server.national.node.database import open_engines
    from server.people.people import People

    people = People(NodeDoor(open_engines(chosen.database)[0], 1).do)
    people.load()
    if people.account(chosen.name) is None:
        print(f"rinda: there is no account {chosen.name!r}", file=sys.stderr)
        return 1
    work(people)
    print(f"{chosen.name} {said}")
    return 0


def _enrol(chosen: argparse.Namespace) -> int:
    from config.settings import from_environment
    from server.national.enrol import PLAN, enrol

    folder = from_environment(data_dir=chosen.data).data_dir
    papers = enrol(chosen.node, chosen.code, folder)
    print(f"this server speaks for {papers.centre} at {papers.node}; restart it")
    if (folder / PLAN).exists():
        print(f"its plan is {folder / PLAN}, which rinda serve takes where no --plan is given")
    return 0
