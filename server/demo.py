"""The demo: a whole centre on this machine, the kiosk as a program of its own with a virtual printer."""

import logging
import os
import random
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import gevent

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.plan import Plan
from config.settings import Settings, sqlite_url
from server.app import CentreServer
from server.domain.commands import TakeTicket
from server.domain.context import Actor
from server.listen import until_interrupted
from server.people import People

log = logging.getLogger("rinda.demo")

HOST = "127.0.0.1"


def run(*, port: int, data: Path, centre: str, visitors: float) -> int:
    """Runs until interrupted. ValueError-like faults of the plan go to the caller."""
    path = CENTRES / f"{centre}.toml"
    if not path.is_file():
        print(f"rinda: there is no centre {centre!r}; there are {', '.join(centres())}", file=sys.stderr)
        return 2
    plan = load_plan(path, load_catalogue(CATALOGUE))
    server = CentreServer(_settings(port, data), plan)
    kiosk: subprocess.Popen[bytes] | None = None
    try:
        server.start()
        _people(server.people, plan)
        if plan.kiosks:
            kiosk = _kiosk(port, data, plan.kiosks[0].code)
        if visitors:
            gevent.spawn(_visit, server, plan, visitors)
        _say(port, plan)
        until_interrupted()
    finally:
        if kiosk is not None:
            _end(kiosk)
        server.stop()
    return 0


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


def _kiosk(port: int, data: Path, code: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [
            sys.executable, "-m", "server.cli", "kiosk", "--server", f"http://{HOST}:{port}", "--token", "demo-kiosk",
            "--kiosk", code, "--printer", "virtual:", "--port", str(port + 1), "--data", str(data / "kiosk"),
            "--until-stdin-closes",
        ],
        env={**os.environ, "RINDA_LOG_LEVEL": "warning"},
        stdin=subprocess.PIPE,
    )  # fmt: skip


def _end(program: "subprocess.Popen[bytes]", within_s: float = 5.0) -> None:
    """Ends a program; the loop goes on meanwhile, for the program takes leave of the server."""
    program.terminate()
    waited = 0.0
    while program.poll() is None and waited < within_s:
        gevent.sleep(0.02)
        waited += 0.02
    if program.poll() is None:
        program.kill()
        program.wait()


def _visit(server: CentreServer, plan: Plan, per_hour: float) -> None:
    """Visitors who take a number for any service, at exponential distances."""
    chance = random.Random()
    offered = [service for queue in plan.queues for service in queue.services]
    while True:
        gevent.sleep(chance.expovariate(per_hour / 3600))
        server.door.handle(TakeTicket(service=chance.choice(offered)), Actor("manager", "visitors"), uuid4())


def _say(port: int, plan: Plan) -> None:
    base, zone = f"http://{HOST}:{port}", plan.zones[0].code
    counter = plan.counters[min(2, len(plan.counters) - 1)].code
    rows = [
        (f"{base}/", "every screen of the demo"),
        *([(f"http://{HOST}:{port + 1}/", "the kiosk: take a number here")] if plan.kiosks else []),
        *([(f"http://{HOST}:{port + 1}/paper", "what its printer printed")] if plan.kiosks else []),
        (f"{base}/counter/{counter}", "a clerk's desk: sign in as clerk1, password demo"),
        (f"{base}/display/{zone}", "the waiting-room board"),
        (f"{base}/panel/{counter}", "the call panel over the counter"),
    ]
    width = max(len(address) for address, _ in rows)
    print(f"\nRinda demo: {plan.centre.name['lv']}\n")
    for address, what in rows:
        print(f"  {address:<{width}}  {what}")
    print("\nCtrl-C ends it.", flush=True)
