"""The demo: a whole centre on this machine; kiosk and panel program run by themselves, with a virtual printer and signs."""

import logging
import os
import random
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import gevent
from gevent import socket
from msgspec.structs import replace

from config import CATALOGUE, CENTRES
from config.hours import WEEKDAYS
from config.load import load_catalogue, load_plan
from config.plan import OpenHours, Plan
from config.settings import Settings, sqlite_url
from counter.panels.virtual import DRIVERS
from counter.sign_page import sign_pages
from server import demo_network, demo_past
from server.app import CentreServer
from server.demo_clerks import Clerk, clerk_of
from server.demo_programs import Command, Program, read_modules
from server.domain.commands import TakeTicket
from server.domain.context import Actor
from server.engine import now_utc
from server.listen import until_interrupted
from server.people.people import People
from server.virtual_serial import VirtualSerial

log = logging.getLogger("rinda.demo")

HOST = "127.0.0.1"
BESIDE = "--until-stdin-closes"


def run(
    *, port: int, data: Path, centre: str, visitors: float, hours: bool, history: int = 0, clerks: int = 0, command: Command,
) -> int:  # fmt: skip
    """Runs until interrupted; without `hours` open day and night. ValueError-like faults of the plan go to the caller.

    `history` days are drawn before the first start; at `clerks` counters somebody works without anybody's hand;
    `command` is the `rinda` command, for the programs beside the server.
    """
    path = CENTRES / f"{centre}.toml"
    if not path.is_file():
        print(f"rinda: there is no centre {centre!r}; there are {', '.join(centres())}", file=sys.stderr)
        return 2
    if taken := [str(own) for own in (port, port + 1, port + 2) if not _free(own)]:
        print(f"rinda: port {', '.join(taken)} is in use; is another one running? --port names another", file=sys.stderr)
        return 1
    written = load_plan(path, load_catalogue(CATALOGUE))
    plan = written if hours else always_open(written)
    programs: dict[str, Program] = {}
    read_modules()
    for name in ("node", *(["kiosk"] if plan.kiosks else []), *(["panel"] if _imitated(plan) else [])):
        programs[name] = Program(name, command, programs.values())
    try:
        return _run(port, data, plan, programs, visitors, history, clerks, open_always=plan != written)
    finally:
        for program in programs.values():
            program.end()


def _run(
    port: int, data: Path, plan: Plan, programs: Mapping[str, Program], visitors: float, history: int, clerks: int, *,
    open_always: bool,
) -> int:  # fmt: skip
    data.mkdir(parents=True, exist_ok=True)
    if history and not demo_past.make(data, plan, history, now_utc(), _progress(history + 1)):
        print(f"{data} has records already: --history is for a new folder, and nothing is added.", file=sys.stderr)
    programs["node"].begin([*demo_network.prepare(data, f"http://{HOST}:{port + 2}", plan), BESIDE])
    server = CentreServer(_settings(port, data), plan)
    signs = _signs(server, plan)
    try:
        server.start()
        _people(server.people, plan)
        for counter in _staffed(plan, clerks):
            server.people.add_account(clerk_of(counter), "clerk", f"Palīgs {counter}", "demo")
        if plan.kiosks:
            programs["kiosk"].begin(_kiosk(port, data, plan.kiosks[0].code))
        if signs is not None:
            programs["panel"].begin(_panel(port, data, signs.port))
        if visitors:
            gevent.spawn(_visit, server, plan, visitors)
        for counter in _staffed(plan, clerks):
            gevent.spawn(_work, server, Clerk(server.door, plan, counter, random.Random()))
        _answering([port + 2, *([port + 1] if plan.kiosks else [])])
        _say(
            port,
            plan,
            "Open day and night; --hours keeps the opening hours and shifts of the plan." if open_always else "",
            signs is not None,
        )
        until_interrupted()
    finally:
        for program in programs.values():
            program.end()
        server.stop()
        if signs is not None:
            signs.close()
    return 0


def _free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            return False
    return True


EVERY_DAY = (OpenHours(days=WEEKDAYS, spans="0:00-24:00"),)


def always_open(plan: Plan) -> Plan:
    """The plan without opening hours and shifts, so that it can be tried at any hour; its visiting specialists come every day."""
    queues = (replace(queue, hours=EVERY_DAY if queue.hours else (), exceptions=()) for queue in plan.queues)
    return replace(plan, hours=None, shifts=(), queues=tuple(queues))


def centres() -> list[str]:
    """The plans that come with the program."""
    return sorted(path.stem for path in CENTRES.glob("*.toml"))


def _settings(port: int, data: Path) -> Settings:
    return Settings(
        host=HOST, port=port, data_dir=data, database_url=sqlite_url(data),
        public_url=f"http://{HOST}:{port}", screen_token="demo-display",
    )  # fmt: skip


def _people(people: People, plan: Plan) -> None:
    """The accounts and tokens that docs and checks name; they exist nowhere but here, on the loopback."""
    people.add_account("clerk1", "clerk", "Ilze Kalniņa", "demo")
    people.add_account("clerk2", "clerk", "Jānis Ozols", "demo")
    people.add_account("manager", "manager", "Anna Bērziņa", "demo")
    people.add_account("network", "national", "Tīkla amatpersona", "demo")
    people.add_device(plan.kiosks[0].code if plan.kiosks else "kiosk-1", "kiosk", "demo-kiosk")
    people.add_device("demo-clerk", "clerk", "demo-clerk")
    people.add_device("demo-manager", "manager", "demo-manager")
    people.add_device("demo-display", "display", "demo-display")
    people.add_device("demo-national", "national", "demo-national")
    people.add_device(plan.lines[0].code if plan.lines else "panels", "panel", "demo-panel")


def _imitated(plan: Plan) -> bool:
    """Whether signs of software can stand for the first line."""
    return hasattr(os, "openpty") and any(line.driver in DRIVERS for line in plan.lines[:1])


def _signs(server: CentreServer, plan: Plan) -> VirtualSerial | None:
    """Signs of software for the first line, if they understand it, on a page of the server."""
    if not _imitated(plan):
        return None
    line = plan.lines[0]
    signs = VirtualSerial(line)
    server.app.register_blueprint(sign_pages(lambda: plan, line, signs.shown, signs.press))
    return signs


def _kiosk(port: int, data: Path, code: str) -> list[str]:
    return [
        "kiosk", "--server", f"http://{HOST}:{port}", "--token", "demo-kiosk", "--kiosk", code, "--printer", "virtual:",
        "--port", str(port + 1), "--data", str(data / "kiosk"), BESIDE,
    ]  # fmt: skip


def _panel(port: int, data: Path, line: str) -> list[str]:
    return [
        "panel", "--server", f"http://{HOST}:{port}", "--token", "demo-panel", "--port", line, "--data", str(data / "panel"),
        BESIDE,
    ]  # fmt: skip


def _answering(ports: Iterable[int], within_s: float = 60.0) -> None:
    """Waits until somebody listens on each port, so that an address that is printed can be opened; not for ever."""
    with suppress(gevent.Timeout), gevent.Timeout(within_s):
        for port in ports:
            while True:
                try:
                    socket.create_connection((HOST, port)).close()
                    break
                except OSError:
                    gevent.sleep(0.1)


def _visit(server: CentreServer, plan: Plan, per_hour: float) -> None:
    """Visitors who take a number for any service, at exponential distances."""
    chance = random.Random()
    offered = [service for queue in plan.queues for service in queue.services]
    while True:
        gevent.sleep(chance.expovariate(per_hour / 3600))
        server.door.handle(TakeTicket(service=chance.choice(offered)), Actor("manager", "visitors"), uuid4())


def _progress(days: int) -> Callable[[int], None]:
    """Says how far it is: over and over on a terminal, once a week elsewhere."""

    def told(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\rday {done} of {days}", end="\n" if done == days else "", file=sys.stderr, flush=True)
        elif done % 7 == 0 or done == days:
            print(f"day {done} of {days}", file=sys.stderr, flush=True)

    return told


def _staffed(plan: Plan, clerks: int) -> list[str]:
    """The last counters: the first ones, and the third that the docs name, are for hands."""
    codes = [counter.code for counter in plan.counters]
    return codes[max(0, len(codes) - clerks) :]


def _work(server: CentreServer, clerk: Clerk) -> None:
    while (pause := clerk.step(server.engine.floor)) is not None:
        gevent.sleep(pause)


def _say(port: int, plan: Plan, note: str, signs: bool) -> None:
    base, zone = f"http://{HOST}:{port}", plan.zones[0].code
    counter = plan.counters[min(2, len(plan.counters) - 1)].code
    rows = [
        (f"{base}/", "every screen of the demo"),
        *([(f"http://{HOST}:{port + 1}/", "the kiosk: take a number here")] if plan.kiosks else []),
        *([(f"http://{HOST}:{port + 1}/paper", "what its printer printed")] if plan.kiosks else []),
        (f"{base}/counter/{counter}", "a clerk's desk: sign in as clerk1, password demo"),
        (f"{base}/admin/", "the centre manager's page: sign in as manager, password demo"),
        (f"{base}/display/{zone}", "the waiting-room board"),
        (f"{base}/panel/{counter}", "the call panel over the counter"),
        (f"http://{HOST}:{port + 2}/", "the network: sign in as network, password demo"),
        *([(f"{base}/panels", "signs on a serial line, and keys beside them")] if signs else []),
    ]
    width = max(len(address) for address, _ in rows)
    print(f"\nRinda demo: {plan.centre.name['lv']}\n")
    for address, what in rows:
        print(f"  {address:<{width}}  {what}")
    print(f"\n{note}\n" if note else "")
    print("Ctrl-C ends it.", flush=True)
