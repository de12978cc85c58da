"""Hundreds of calls (at night a thousand) over a line slow, deaf, cut: each shown or alarmed, in order, the last view right."""

import json
import time
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.conftest import NIGHTLY
from tests.e2e.board_line import Line
from tests.e2e.board_stand import Counters, board
from tests.e2e.conftest import until
from tests.house import MANAGER, House

pytestmark = pytest.mark.e2e

CALLS = 1000 if NIGHTLY else 300
STOOD = 10
STOOD_EVERY = CALLS // STOOD
COUNTERS = 5
RIGHT_WITHIN_S = 3.0
MARKED_WITHIN_S = 10.0
ALARM_S = 2.0
SLACK_S = 2.0
"""For a loaded machine."""

WITNESS = """
window.seen = [];
addEventListener("DOMContentLoaded", () => {
  const known = new Set();
  new MutationObserver(() => {
    for (const each of document.querySelectorAll("[data-call]")) {
      if (known.has(each.dataset.call)) continue;
      known.add(each.dataset.call);
      seen.push(each.dataset.call);
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-call"] });
});
"""
"""`seen` are the calls in the order in which they stood on the screen for the first time."""


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("house")).start()
    yield found
    found.stop()


class Desk:
    """Commands one after the other on one connection: quicker than people ever are."""

    def __init__(self, house: House) -> None:
        self.house, self.line = house, HTTPConnection("127.0.0.1", house.port, timeout=15)
        self.made: list[tuple[str, int]] = []

    def do(self, name: str, **data: Any) -> dict[str, Any]:
        """The result of a command that must succeed."""
        body = json.dumps({"id": str(uuid.uuid4()), "data": data})
        self.line.request("POST", f"/api/v1/commands/{name}", body, {"Authorization": f"Bearer {MANAGER}"})
        answer = json.loads(self.line.getresponse().read())
        assert answer["ok"], answer
        found: dict[str, Any] = answer.get("result") or {}
        return found

    def called(self) -> dict[str, Any]:
        """The visits that are called now, by id, as their counters' desks see them."""
        visits = (self.house.data(f"desk/{n}")["visit"] for n in range(1, COUNTERS + 1))
        return {visit["visit"]: visit for visit in visits if visit}


def alarmed(house: House) -> set[str]:
    """The numbers that the desks are told to call out by voice."""
    return {one["number"] for one in house.data("overview")["alerts"] if one["kind"] == "unshown"}


def stand(desk: Desk) -> set[str]:
    """Waits until every call that stands now was shown on the board or alarmed; the numbers that were alarmed."""
    found: set[str] = set()

    def settled() -> bool:
        found.update(alarmed(desk.house))
        return all(visit["shown"] or visit["number"] in found for visit in desk.called().values())

    until(settled, "every call to be shown or alarmed")
    return found


def test_calls_over_a_bad_line(house: House, browser: Any) -> None:
    Counters(house, COUNTERS)
    desk, line = Desk(house), Line(house.port)
    page = board(browser, house, line.address, script=WITNESS, reduced_motion="reduce")
    troubles = {1: line.slow, 3: line.cut, 4: line.mend, 6: line.deafen, 7: line.mend}
    alarms: set[str] = set()
    for n in range(CALLS):
        if n % STOOD_EVERY == 0:
            troubles.get(n // STOOD_EVERY, lambda: None)()
        desk.do("TakeTicket", service="PMLP-02")
        counter = str(n % COUNTERS + 1)
        if n < COUNTERS:
            desk.do("CallNext", counter=counter)
        elif n % 10 == 9:
            desk.do("Recall", counter=counter)
        else:
            desk.do("NoShow", counter=counter, then_next=True)
        if n % STOOD_EVERY == STOOD_EVERY - 1:
            alarms |= stand(desk)
    assert alarms, "the line was cut while calls stood"

    page.wait_for_selector(".board[data-link=up]")
    line.deafen()
    deaf = time.monotonic()
    desk.do("Recall", counter="1")
    page.wait_for_selector(".board[data-link=stale]")
    assert time.monotonic() - deaf < MARKED_WITHIN_S + SLACK_S
    alarms |= stand(desk)
    line.mend()
    mended = time.monotonic()
    page.wait_for_selector(".board[data-link=up]")
    right(house, page)
    assert time.monotonic() - mended < RIGHT_WITHIN_S + SLACK_S
    until(lambda: all(visit["shown"] for visit in desk.called().values()), "the calls that stand to be shown at last")
    assert not alarmed(house)
    judge(house, page, alarms)
    line.close()
    page.context.close()


def right(house: House, page: Any) -> None:
    """Waits until all that is called stands on the page, and nothing that the server's view does not have."""
    calls = house.data("board/hall")["calls"]
    known = {f"{one['visit']}/{one['calls']}" for one in calls}
    called = {f"{one['visit']}/{one['calls']}" for one in calls if one["state"] == "called"}
    there = "[...document.querySelectorAll('[data-call]')].map((each) => each.dataset.call)"
    until(lambda: called <= set(page.evaluate(there)) <= known, "the page to show what is called")


def judge(house: House, page: Any, alarms: set[str]) -> None:
    """Every summons against the journal: seen in the order of its counter; and none stood unseen without an alarm."""
    summons, shown = journal(house)
    assert len(summons) == CALLS + 1
    seen = page.evaluate("seen")
    assert set(seen) <= set(summons)
    assert set(shown) <= set(seen), "what was confirmed was on the screen"
    assert len(shown) >= COUNTERS * STOOD // 2, "calls that stood on a line that was whole"
    for counter in {one["counter"] for one in summons.values()}:
        keys = [key for key, one in summons.items() if one["counter"] == counter]
        mine = [key for key in seen if key in keys]
        assert mine == sorted(mine, key=keys.index)
    for key, one in summons.items():
        assert key in shown or one["number"] in alarms or one["stood_s"] < ALARM_S + SLACK_S, one


def journal(house: House) -> tuple[dict[str, dict[str, Any]], set[str]]:
    """The summonses of the day in their order, by the name that a board has for them, and which of them were confirmed."""
    from server.store.centre import CentreStore

    calls: dict[str, int] = {}
    numbers: dict[str, str] = {}
    summons: dict[str, dict[str, Any]] = {}
    shown: set[str] = set()
    for row in CentreStore(f"sqlite:///{house.folder / 'rinda.db'}").rows(0):
        data, at = json.loads(row["data"]), row["at"] / 1e6
        visit = data.get("visit")
        if row["type"] == "TicketIssued":
            numbers[visit] = data["number"]
        elif row["type"] == "CallShown":
            shown.add(f"{visit}/{data['calls']}")
        elif visit in calls and row["type"] in ("VisitRecalled", "VisitEnded"):
            summons[f"{visit}/{calls[visit]}"]["stood_s"] = at - summons[f"{visit}/{calls[visit]}"]["at"]
        if row["type"] in ("VisitCalled", "VisitRecalled"):
            calls[visit] = calls.get(visit, 0) + 1
            one = {"counter": data["counter"], "number": numbers[visit], "at": at, "stood_s": 0.0}
            summons[f"{visit}/{calls[visit]}"] = one
    return summons, shown
