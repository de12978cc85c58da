"""`rinda training`: a second centre beside the live one, to practise with visitors that nobody sees. It touches nothing live."""

import logging
import os
import random
import secrets
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import gevent
from gevent import subprocess
from msgspec.structs import replace

from config import CATALOGUE, LOADS
from config.load import load_catalogue, load_visitors
from config.plan import Network, Plan
from config.settings import Settings, sqlite_url
from server.app import CentreServer
from server.demo import always_open
from server.domain.commands import Leave, TakeTicket
from server.domain.context import Actor
from server.domain.refusal import Refusal
from server.listen import until_interrupted
from server.people.people import SERVER
from server.simulation.visitors import Visitor, visitors
from server.training.courses import keep_courses
from server.training.live_copy import Live

log = logging.getLogger("rinda.training")

FOLDER = "training"
VISITORS = Actor("manager", "visitors")
USUAL_LOAD = {"vietejas": "p1", "novada": "p2", "regionalas": "p3", "nacionalas": "p4"}


def run(live: Live, folder: Path, *, host: str, port: int, per_hour: float) -> int:
    """Runs until interrupted, in `folder` (which is not the live one); `per_hour` visitors take numbers by themselves."""
    settle(folder)
    plan = practice(live.plan)
    server = CentreServer(training_settings(folder, host, port), plan)
    kiosk: subprocess.Popen[bytes] | None = None
    token = secrets.token_urlsafe(24)
    try:
        server.start()
        prepare(server, live, token)
        if plan.kiosks:
            kiosk = _kiosk(folder, host, port, plan.kiosks[0].code, token)
        coming = gevent.spawn(come, server, plan, per_hour) if per_hour else None
        _say(host, port, plan)
        until_interrupted()
        if coming is not None:
            coming.kill()
    finally:
        if kiosk is not None:
            kiosk.terminate()
            kiosk.wait()
        server.stop()
        settle(folder)
    return 0


def settle(folder: Path) -> None:
    """Each time begins with an empty day: of the one before only stays who practised how long."""
    keep_courses(folder)
    for path in folder.glob("rinda.db*"):
        path.unlink()
    shutil.rmtree(folder / "kiosk", ignore_errors=True)


def training_settings(folder: Path, host: str, port: int) -> Settings:
    """Nothing of the environment: no network, no single sign-on, no copies elsewhere."""
    return Settings(
        host=host, port=port, data_dir=folder, database_url=sqlite_url(folder), public_url=f"http://{host}:{port}",
        screen_token=secrets.token_urlsafe(24), training=True,
    )  # fmt: skip


def practice(plan: Plan) -> Plan:
    """The live plan, open at any hour, without serial lines and without the network's locks."""
    return replace(always_open(plan), lines=(), network=Network())


def prepare(server: CentreServer, live: Live, token: str) -> None:
    """The people of the live centre, and the devices of this one."""
    for person in live.people:
        server.people.copy_account(person.name, person.role, person.display, person.password, SERVER)
    server.people.add_device(f"screen-{secrets.token_hex(4)}", "display", server.settings.screen_token or "")
    if live.plan.kiosks:
        server.people.add_device(live.plan.kiosks[0].code, "kiosk", token)


def come(server: CentreServer, plan: Plan, per_hour: float) -> None:
    """Visitors as the usual load of such a centre draws them, at exponential distances; some lose patience and leave."""
    chance = random.Random()
    for visitor in drawn(plan):
        gevent.sleep(chance.expovariate(per_hour / 3600))
        first, *more = visitor.services
        done = server.door.handle(TakeTicket(service=first, needs=visitor.needs, more=tuple(more)), VISITORS, uuid4())
        if not isinstance(done, Refusal) and visitor.patience_s is not None:
            gevent.spawn_later(visitor.patience_s, _leave, server, UUID(done.result["visit"]))


def drawn(plan: Plan) -> Iterator[Visitor]:
    """One visitor after the other, without end."""
    load = load_visitors(LOADS / f"{USUAL_LOAD[plan.centre.type]}.toml", load_catalogue(CATALOGUE))
    day, seed = datetime.now(UTC).date(), secrets.randbits(31)
    while True:
        # A day on which nobody comes (a holiday) is passed over.
        yield from visitors(plan, load, seed, day)
        day += timedelta(days=1)


def _leave(server: CentreServer, id: UUID) -> None:
    visit = server.engine.floor.visits.get(id)
    if visit is not None and visit.state == "waiting":
        server.door.handle(Leave(visit=id), VISITORS, uuid4())


def _kiosk(folder: Path, host: str, port: int, code: str, token: str) -> "subprocess.Popen[bytes]":
    words = [
        "kiosk", "--server", f"http://{host}:{port}", "--kiosk", code, "--printer", "virtual:", "--port", str(port + 1),
        "--data", str(folder / "kiosk"), "--training", "--until-stdin-closes",
    ]  # fmt: skip
    env = {**os.environ, "RINDA_LOG_LEVEL": "warning", "RINDA_KIOSK_TOKEN": token}
    return subprocess.Popen([sys.executable, "-m", "server.cli", *words], env=env, stdin=subprocess.PIPE)


def _say(host: str, port: int, plan: Plan) -> None:
    base = f"http://{host}:{port}"
    print(f"\nMĀCĪBU REŽĪMS / training: {plan.centre.name['lv']}\n")
    print(f"  {base}/  every screen; sign in with the account of the live centre")
    if plan.kiosks:
        print(f"  http://127.0.0.1:{port + 1}/  the kiosk: take a number here; it prints on a printer made of software")
    print("\nNothing of this reaches the live centre. Ctrl-C ends it.", flush=True)
