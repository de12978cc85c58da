"""Twelve hours of a desk in some seconds: thousands of real views through the real page leave nothing behind."""

import json
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import median
from typing import Any

import pytest

from tests.e2e.desk_stage import Desk, opened, running
from tests.house import House

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

WARM, PARTS, VISITS = 240, 9, 20
MOST_BYTES = 10_000
"""What the middle one of the parts may leave: each of them leaves what leaks, only some of them compiled code."""

FEED = """
async (visits) => {
  const socket = sockets.at(-1);
  const recorded = views;
  views.push = () => 0; // this day is kept and no more of it
  let position = 1e6;
  for (let n = 0; n < visits; n += 1) {
    for (const message of recorded) {
      const view = JSON.parse(message.slice(2))[1];
      view.position = position += 1;
      if (view.data.visit) Object.assign(view.data.visit, { visit: crypto.randomUUID(), number: `A${100 + (n % 900)}` });
      for (const one of view.data.waiting) one.visit = crypto.randomUUID();
      for (const one of view.data.messages) one.message = crypto.randomUUID();
      socket.dispatchEvent(new MessageEvent("message", { data: `42${JSON.stringify(["view", view])}` }));
    }
    if (n % 10 === 0) await new Promise(requestAnimationFrame);
  }
  return recorded.length * visits;
}
"""
"""Gives the page the views that it got so far again and again, with other visits in them, by the way they come."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    with running(tmp_path_factory.mktemp("hours")) as found:
        yield found


def seed(house: House, desk: Desk) -> None:
    """One visit with all that changes a desk: arrivals, a call again, a record, a message, an alarm, a pause."""
    desk.take()
    desk.take("VID-01")
    desk.key("F2")
    desk.state("called")
    desk.key("F4")
    desk.called_again()
    desk.key("F2")
    desk.state("serving")
    house.done("SendMessage", {"counter": "3", "to": "counter", "text": "Lūdzu, paskatieties"})
    desk.shows("Lūdzu, paskatieties")
    desk.key("Control+Shift+Space")
    desk.page.locator("[data-alarm]").wait_for()
    desk.key("F2")
    desk.focused("input[name=kind]")
    desk.key("1", "Enter")
    desk.state("idle")
    desk.key("Shift+F8")
    desk.sheet()
    desk.key("Enter")
    desk.state("paused")
    desk.key("F2")
    desk.state("idle")


def left(desk: Desk, cdp: Any) -> tuple[int, int, int]:
    """Nodes, listeners and bytes of the page after everything that can go has gone."""
    for _ in range(3):
        cdp.send("HeapProfiler.collectGarbage")
    found = {one["name"]: int(one["value"]) for one in cdp.send("Performance.getMetrics")["metrics"]}
    return found["Nodes"], found["JSEventListeners"], found["JSHeapUsedSize"]


def test_twelve_hours_leave_nothing(house: House, open_page: Callable[..., Any]) -> None:
    desk = opened(house, open_page)
    seed(house, desk)
    cdp = desk.page.context.new_cdp_session(desk.page)
    cdp.send("Performance.enable")
    desk.page.evaluate(FEED, WARM)  # all code is compiled as far as it gets, all caches are as full as they get
    parts, fed = [left(desk, cdp)], 0
    for _ in range(PARTS):
        fed += desk.page.evaluate(FEED, VISITS)
        parts.append(left(desk, cdp))
    sys.stdout.write(f"\n{fed} views; nodes, listeners, bytes: {json.dumps(parts)}\n")
    assert fed > 1200
    nodes, listeners, sizes = zip(*parts, strict=True)
    assert max(nodes) - nodes[0] < VISITS
    assert max(listeners) - listeners[0] < VISITS
    assert median(then - before for before, then in pairwise(sizes)) < MOST_BYTES
    desk.state("idle")
