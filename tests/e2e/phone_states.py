"""Every state of a visitor's phone page, on a real centre server: each brings a ticket into a state and names its page."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from tests.house import House

SERVICE, CLERK, COUNTER = "VSAA-01", "clerk-1", "1"
_RESERVE = count(1)


def centre(folder: Path, *options: str) -> House:
    """A running centre whose counter 1 is open; three were served today, so that waits can be told."""
    house = House(folder, options=options).start()
    house.done("OpenCounter", {"counter": COUNTER}, CLERK)
    for _ in range(3):
        take(house)
        serve(house)
    return house


def take(house: House, **more: object) -> str:
    """Somebody takes a number; its token."""
    return str(house.done("TakeTicket", {"service": SERVICE, **more})["token"])


def step(house: House, name: str, **data: object) -> None:
    """A step at the counter."""
    house.done(name, {"counter": COUNTER, **data}, CLERK)


def serve(house: House) -> None:
    """The next one comes, and goes again served."""
    for name in ("CallNext", "Serve"):
        step(house, name)
    step(house, "RecordService", service=SERVICE, kind="konsultacija")
    step(house, "Finish")


def clear(house: House) -> None:
    """Nobody waits or is called any more; the counter is open."""
    house.clear()
    house.done("OpenCounter", {"counter": COUNTER}, CLERK)


def line(house: House, ahead: int, behind: int = 0, **more: object) -> str:
    """A ticket that waits with so many before and after it."""
    for _ in range(ahead):
        take(house)
    token = take(house, **more)
    for _ in range(behind):
        take(house)
    return token


def called(house: House) -> str:
    """A ticket that is called."""
    token = take(house)
    step(house, "CallNext")
    return token


def recalled(house: House) -> str:
    """For the second time, and the visitor has asked for two minutes."""
    token = called(house)
    press(house, token, "two_minutes", calls=1)
    step(house, "Recall")
    return token


def answered(house: House) -> str:
    """The visitor says to be coming."""
    token = called(house)
    press(house, token, "coming", calls=1)
    return token


def after(*names: str) -> Callable[[House], str]:
    """A ticket that is called, and then these steps."""

    def reach(house: House) -> str:
        token = called(house)
        for name in names:
            step(house, name, **({"minutes": 30} if name == "Park" else {}))
        return token

    return reach


def at_a_break(house: House) -> str:
    """Whoever calls is back in a while."""
    token = line(house, 2)
    step(house, "Pause", reason="lunch", minutes=15)
    return token


def served(house: House) -> str:
    """A ticket whose visit is over."""
    token = take(house)
    serve(house)
    return token


def left(house: House) -> str:
    """The visitor gave up."""
    token = take(house)
    press(house, token, "leave")
    return token


def closed(house: House) -> str:
    """The centre closed first."""
    token = take(house)
    clear(house)
    return token


def reserve(house: House) -> str:
    """A number that a kiosk gave without the server."""
    data = {"number": f"X{next(_RESERVE):03d}", "service": SERVICE, "issued": datetime.now(UTC).isoformat()}
    return str(house.done("AdmitOffline", data, "demo-kiosk")["token"])


def press(house: House, token: str, what: str, **more: object) -> None:
    """A button of the page, without a browser."""
    fields = {"id": str(uuid.uuid4()), "do": what, **{name: str(value) for name, value in more.items()}}
    answer = house.form(f"/ticket/{token}", fields, Origin=house.address)
    assert answer.status == 303, answer.text


STATES: dict[str, Callable[[House], str]] = {
    "waiting": lambda house: line(house, 3, 2),
    "near": lambda house: line(house, 1, 9, language="en"),
    "next": lambda house: line(house, 0),
    "crowd": lambda house: line(house, 21),
    "at a break": at_a_break,
    "called": called,
    "recalled": recalled,
    "answered": answered,
    "serving": after("Serve"),
    "parked": after("Park"),
    "missed": after("NoShow"),
    "away": lambda house: after("NoShow")(house) + "?away=1",
    "served": served,
    "left": left,
    "closed": closed,
    "reserve": reserve,
    "unknown": lambda house: "nothing",
}
"""By name: makes the state and returns what follows `/ticket/` in the address of its page."""
