"""Visits made by hand: minutes after MORNING say when what happened."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.domain.events import Delivered, Passed, Reason, Rule
from server.domain.floor import Leg, Visit
from server.domain.order import Key
from tests.support import MORNING

GOT = (Delivered(n=1, service="S-1", institution="VID", kind="konsultacija", channel="klatiene", outcome="advised", quantity=1),)


def at(minutes: float | None) -> datetime | None:
    """The moment."""
    return None if minutes is None else MORNING + timedelta(minutes=minutes)


def leg(since: float, called: float | None = None, served: float | None = None, ended: float | None = None, **more: Any) -> Leg:
    """A leg in queue `vid` at counter 1."""
    facts: dict[str, Any] = {"queue": "vid", "line": "vid", "counter": None if called is None else "1", **more}
    return Leg(
        since=MORNING + timedelta(minutes=since), key=Key(1, 0, 0), called=at(called), served=at(served), ended=at(ended), **facts
    )


def visit(n: int, *legs: Leg, end: Any = None, issued: float = 0, **more: Any) -> Visit:
    """The n-th visit of the day; ended if `end` is given."""
    facts: dict[str, Any] = {
        "id": UUID(int=n), "day": "2026-03-16", "number": f"A{n:03d}", "series": "A", "n": n, "service": "S-1", "language": "lv",
        "needs": (), "origin": "kiosk", "device": "kiosk:kiosk-1", "token": str(n), "position": n, "moved": n, "ahead": 0,
        "low": None, "high": None, "due": None, **more,
    }  # fmt: skip
    return Visit(
        issued=MORNING + timedelta(minutes=issued), state="waiting" if end is None else "ended", end=end, legs=legs, **facts
    )


def served(n: int, wait: float, minutes: float = 5, *, issued: float = 0, **more: Any) -> Visit:
    """A visit that was called after `wait` minutes and served for `minutes` at once."""
    called = issued + wait
    return visit(
        n, leg(issued, called, called, called + minutes), end="served", issued=issued, **{"delivered": GOT, **more}
    )  # fmt: skip


def reason(rule: Rule, *passed: tuple[int, int]) -> Reason:
    """A reason that names passed-over visits by number and times."""
    who = tuple(Passed(visit=UUID(int=n), number=f"A{n:03d}", times=times) for n, times in passed)
    return Reason(rule=rule, waited_s=0, overtakes=len(passed), passed=who)
