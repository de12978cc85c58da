"""The demo: a whole centre on this machine; kiosk and panel program run by themselves, with a virtual printer and signs."""

import logging
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import gevent
from gevent import subprocess
from msgspec.structs import replace

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.plan import Plan
from config.settings import Settings, sqlite_url
from counter.panels.virtual import DRIVERS
from counter.sign_page import sign_pages
from server import demo_network
from server.app import CentreServer
from server.domain.commands import TakeTicket
from server.domain.context import Actor
from server.listen import until_interrupted
from server.people import People
from server.virtual_serial import VirtualSerial

log = logging.getLogger("rinda.demo")

HOST = "127.0.0.1"


def run(*, port: int, data: Path, centre: str, visitors: float, hours: bool) -> int:
    """Runs until interrupted; without `hours` open day and night. ValueError-like faults of the plan go to the caller."""
    path = CENTRES / f"{centre}.toml"
    if not path.is_file():
        print(f"rinda: there is no centre {centre!r}; there are {', '.join(centres())}", file=sys.stderr)
        return 2
    written = load_plan(path, load_catalogue(CATALOGUE))
    plan = written if hours else always_open(written)
    data.mkdir(parents=True, exist_ok=True)
    node = demo_network.prepare(data, f"http://{HOST}:{port + 2}", plan)
    server = CentreServer(_settings(port, data), plan)
    programs: list[_Program] = []
    signs = _signs(server, plan)
    try:
        programs.append(_Program("node", lambda: _start(node)))
        server.start()
        _people(server.people, plan)
        if plan.kiosks:
            code = plan.kiosks[0].code
            programs.append(_Program("kiosk", lambda: _start(_kiosk(port, data, code))))
        if signs is not None:
            programs.append(_Program("panel", lambda: _start(_panel(port, data, signs.port))))
        if visitors:
            gevent.spawn(_visit, server, plan, visitors)
        _say(
            port,
            plan,
            "" if plan == written else "Open day and night; --hours keeps the opening hours and shifts of the plan.",
            signs is not None,
        )
        until_interrupted()
    finally:
        for program in programs:
            program.end()
        server.stop()
        if signs is not None:
            signs.close()
    return 0


def always_open(plan: Plan) -> Plan:
    """The plan without opening hours and shifts, so that it can be tried at any hour."""
    return replace(plan, hours=None, shifts=(), queues=tuple(replace(queue, hours=()) for queue in plan.queues))


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


def _signs(server: CentreServer, plan: Plan) -> VirtualSerial | None:
    """Signs of software for the first line, if they understand it, on a page of the server."""
    line = next((line for line in plan.lines[:1] if line.driver in DRIVERS), None)
    if line is None or not hasattr(os, "openpty"):
        return None
    signs = VirtualSerial(line)
    server.app.register_blueprint(sign_pages(lambda: plan, line, signs.shown, signs.press))
    return signs


def _kiosk(port: int, data: Path, code: str) -> list[str]:
    return [
        "kiosk", "--server", f"http://{HOST}:{port}", "--token", "demo-kiosk", "--kiosk", code, "--printer", "virtual:",
        "--port", str(port + 1), "--data", str(data / "kiosk"),
    ]  # fmt: skip


def _panel(port: int, data: Path, line: str) -> list[str]:
    return [
        "panel", "--server", f"http://{HOST}:{port}", "--token", "demo-panel", "--port", line, "--data", str(data / "panel"),
    ]  # fmt: skip


def _start(words: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "server.cli", *words, "--until-stdin-closes"],
        env={**os.environ, "RINDA_LOG_LEVEL": "warning"},
        stdin=subprocess.PIPE,
    )


class _Program:
    """A program beside the server: started again when it ends by itself, ended with the demo."""

    def __init__(self, name: str, start: Callable[[], "subprocess.Popen[bytes]"]) -> None:
        self._name, self._start, self._process = name, start, start()
        self._watch = gevent.spawn(self._keep)

    def end(self, within_s: float = 5.0) -> None:
        """Ends it; the loop goes on meanwhile, for the program takes leave of the server."""
        self._watch.kill()
        self._process.terminate()
        try:
            self._process.wait(timeout=within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _keep(self) -> None:
        while True:
            self._process.wait()
            log.error("the %s program ended with %s; it is started again", self._name, self._process.returncode)
            gevent.sleep(2)
            self._process = self._start()


def _visit(server: CentreServer, plan: Plan, per_hour: float) -> None:
    """Visitors who take a number for any service, at exponential distances."""
    chance = random.Random()
    offered = [service for queue in plan.queues for service in queue.services]
    while True:
        gevent.sleep(chance.expovariate(per_hour / 3600))
        server.door.handle(TakeTicket(service=chance.choice(offered)), Actor("manager", "visitors"), uuid4())


def _say(port: int, plan: Plan, note: str, signs: bool) -> None:
    base, zone = f"http://{HOST}:{port}", plan.zones[0].code
    counter = plan.counters[min(2, len(plan.counters) - 1)].code
    rows = [
        (f"{base}/", "every screen of the demo"),
        *([(f"http://{HOST}:{port + 1}/", "the kiosk: take a number here")] if plan.kiosks else []),
        *([(f"http://{HOST}:{port + 1}/paper", "what its printer printed")] if plan.kiosks else []),
        (f"{base}/counter/{counter}", "a clerk's desk: sign in as clerk1, password demo"),
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
