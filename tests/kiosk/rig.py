"""A kiosk's reserve on a machine whose clocks and power a test holds, before a centre with a real engine."""

import itertools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec.structs import replace

from kiosk.clock import Moment, microseconds_of, moment_of
from kiosk.replay import Replay
from kiosk.reserve import Reserve, ReserveNumber, Wish
from server.domain import commands as c
from server.domain.context import Actor
from server.domain.refusal import Refusal
from server.engine import Engine
from server.protocol import Answer, CommandMessage
from server.store.centre import CentreStore
from tests.support import MORNING, SYSTEM, Clock, engine_over, service_of, tiny_plan

RIGA = "Europe/Riga"
_BOOTS = itertools.count(1)


class Centre:
    """The server: an engine over a database, with a clock that stands until it is moved; kiosk-1 has X, kiosk-2 has Y."""

    def __init__(self, folder: Path) -> None:
        plan = tiny_plan()
        first = plan.kiosks[0]
        self.plan = replace(plan, kiosks=(replace(first, code="kiosk-1"), replace(first, code="kiosk-2", reserve="Y")))
        self.url = f"sqlite:///{folder / 'centre.db'}"
        self.clock = Clock(MORNING)
        self.engine: Engine = engine_over(self.url, self.clock, self.plan)
        self.machines: list[Machine] = []

    @property
    def service(self) -> str:
        """A service that is offered."""
        return service_of(self.plan)

    def pass_(self, **delta: float) -> None:
        """Time goes by, here and on every machine that is on."""
        self.clock.pass_(**delta)
        for machine in self.machines:
            machine.wall += timedelta(**delta) // timedelta(microseconds=1)
            machine.boot += timedelta(**delta) // timedelta(microseconds=1)
        self.engine.handle(c.Tick(), SYSTEM)

    def take(self, kiosk: str = "kiosk-1") -> str:
        """A number of the main series."""
        done = self.engine.handle(c.TakeTicket(service=self.service), Actor("kiosk", kiosk), uuid4())
        return str(done.result["number"])

    def submit(self, kiosk: str, message: CommandMessage) -> Answer:
        """What the server answers to a kiosk."""
        command = msgspec.convert(message.data, getattr(c, message.name))
        try:
            done = self.engine.handle(command, Actor("kiosk", kiosk), message.id)
        except Refusal as refusal:
            return Answer(ok=False, code=refusal.code, text=refusal.code)
        return Answer(ok=True, position=done.position, result=done.result)

    def issued(self) -> list[dict[str, Any]]:
        """What was issued, in the order of its times: `{day, number, issued, ...}`."""
        rows = CentreStore(self.url).rows(0)
        events = [msgspec.json.decode(row["data"]) for row in rows if row["type"] == "TicketIssued"]
        return sorted(events, key=lambda event: str(event["issued"]))

    def numbers(self) -> list[tuple[str, str]]:
        """Day and number of all that was issued, in the order of their times."""
        return [(event["day"], event["number"]) for event in self.issued()]


class Machine:
    """A kiosk machine. `wall` and `boot` are its clocks in microseconds."""

    def __init__(self, centre: Centre, folder: Path, kiosk: str = "kiosk-1", letter: str = "X") -> None:
        folder.mkdir(exist_ok=True)
        self.centre, self.folder, self.kiosk, self.letter = centre, folder, kiosk, letter
        self.wall, self.boot, self.boot_id = microseconds_of(centre.clock.now), 0, ""
        self.reachable = True
        centre.machines.append(self)
        self.switch_on()

    def moment(self) -> Moment:
        """What its clocks show."""
        return Moment(wall=self.wall, boot=self.boot, boot_id=self.boot_id)

    def switch_on(self, rtc: datetime | None = None) -> None:
        """Off and on again; `rtc` is what its wall clock shows then, if not the same as before."""
        self.boot, self.boot_id = 7_000_000, f"boot-{next(_BOOTS)}"
        if rtc is not None:
            self.wall = microseconds_of(rtc)
        self.start()

    def start(self) -> None:
        """The program, anew; the machine stays on."""
        self.reserve = Reserve(self.folder / "reserve.db", self.moment, threading.RLock())
        self.replay = Replay(self.reserve, self._submit, timer=lambda: self.boot / 1e6)

    def _submit(self, message: CommandMessage) -> Answer | None:
        return self.centre.submit(self.kiosk, message) if self.reachable else None

    def hear(self) -> None:
        """A view comes from the server."""
        self.reserve.heard(microseconds_of(self.centre.clock.now))

    def touch(self, used: int = 0, touch: UUID | None = None) -> ReserveNumber:
        """A visitor takes a number while the link is down."""
        wish = Wish(touch=touch or uuid4(), services=(self.centre.service,), language="lv")
        (one,) = self.reserve.issue(wish, self.letter, RIGA, used)
        return one

    def back(self) -> None:
        """The link is up again: a view, then what is unsent."""
        self.hear()
        self.replay.step()


def at(text: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def truth(machine: Machine) -> Iterator[tuple[str, datetime]]:
    """Number and time of each row as the server was told."""
    for row in machine.reserve.rows():
        assert row.told is not None
        yield row.number, moment_of(row.told)
