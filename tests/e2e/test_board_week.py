"""A week of a board in seconds: nothing is left behind, and it paints as steadily as at the beginning, on a weak machine too."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.board_stand import EAR, board, loud_browser, pack
from tests.house import House

pytestmark = pytest.mark.e2e

CLIPS = {"intro": 20, "A": 10, "1": 10}
VIEWS = int(os.environ.get("RINDA_BOARD_VIEWS", "2000"))
"""With 20000 of them, every fourth with a call, it is a whole week and takes minutes."""
STEP_S = 30
"""Between two views, on the server's clock."""
WEAK = 6
"""By how much a stick PC is slower than this machine."""
FLAT = ("Nodes", "JSEventListeners", "AudioHandlers", "elements")
LONG_MS = 200
TASKS = 100

WORLD = """
const sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    sockets.push(this);
    this.addEventListener("message", (event) => {
      if (!event.data.startsWith?.('42["view"')) return;
      if (event.isTrusted && !window.first) window.first = JSON.parse(event.data.slice(2))[1];
      else if (event.isTrusted) event.stopImmediatePropagation();
    });
  }
  send(data) {
    const asked = /^42(\\d+)\\["command"/.exec(data);
    if (!asked) return super.send(data);
    window.told = (window.told ?? 0) + 1;
    queueMicrotask(() => this.dispatchEvent(new MessageEvent("message", { data: `43${asked[1]}[{"ok":true}]` })));
  }
};
const voice = { clips: "week", chime: false, repeat_s: 0, volume: 0.5 };
let [views, calls, start] = [0, [], 0];
window.push = () => {
  start ||= Date.parse(first.now);
  const now = new Date(start + views * STEP * 1000).toISOString();
  views += 1;
  if (views % 4 === 0) {
    const n = views / 4;
    const visit = `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const number = `${"ABDNU"[n % 5]}${String(n % 1000).padStart(3, "0")}`;
    const call = { visit, calls: 1, number, counter: String(n % 9 + 1), towards: { lv: `pie ${n % 9 + 1}. lodziņa` }, at: now };
    const before = calls.map((one) => (one.counter === call.counter ? { ...one, state: "over" } : one));
    calls = [{ ...call, state: "called", said: [["intro", "A", "1"]] }, ...before].slice(0, 12);
  }
  const waiting = (n) => ({ waiting: (views + n) % 30, low: 5, high: 10 + (views % 5) * 5 });
  const queues = first.data.queues.map((queue, n) => ({ ...queue, ...waiting(n) }));
  const view = { ...first, position: first.position + views, now, data: { ...first.data, calls, queues, voice } };
  sockets.at(-1).dispatchEvent(new MessageEvent("message", { data: `42${JSON.stringify(["view", view])}` }));
};
window.frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
window.run = async (count) => {
  for (let n = 0; n < count; n += 1) {
    push();
    if (n % 50 === 49) await frame().then(frame).then(frame);
  }
};
""".replace("STEP", str(STEP_S))
"""The page's own socket, its views made here and its commands answered here. `push()` is the next view, every fourth with a call;
`run(n)` pushes many, `frame()` waits for a paint."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("house")).start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def loud(browser: Any) -> Iterator[Any]:
    yield from loud_browser(browser)


class Gauge:
    """What a page holds."""

    def __init__(self, page: Any) -> None:
        self.page, self.cdp = page, page.context.new_cdp_session(page)
        self.cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    def read(self) -> dict[str, float]:
        """After everything that may go has gone."""
        self.page.wait_for_function("() => heard.every((one) => one.ended !== null)")
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")
        found = {one["name"]: one["value"] for one in self.cdp.send("Performance.getMetrics")["metrics"]}
        found["elements"] = self.page.evaluate("document.querySelectorAll('*').length")
        return found

    def paints(self) -> list[float]:
        """The work of each of some views from its coming until it is painted: ms of a weak processor's time, sorted."""
        found, before = [], self._work()
        for _ in range(TASKS):
            self.page.evaluate("push(), frame()")
            after = self._work()
            found.append((after - before) * 1000 * WEAK)
            before = after
        return sorted(found)

    def _work(self) -> float:
        """Seconds of the page's own thread, whoever else uses the machine."""
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def test_a_week_leaves_nothing_behind_and_paints_as_on_the_first_day(house: House, loud: Any) -> None:
    page = board(loud, house, script=EAR + WORLD, service_workers="block")
    page.route("**/display/voice/week.pack", lambda route: route.fulfill(body=pack(CLIPS)))
    gauge = Gauge(page)
    page.wait_for_function("() => window.first")
    page.evaluate("run(500)")
    before = gauge.read()
    fresh = gauge.paints()
    page.evaluate(f"run({VIEWS})")
    after = gauge.read()
    worn = gauge.paints()

    figures = {name: (before[name], after[name]) for name in (*FLAT, "JSHeapUsedSize")}
    figures["ms to paint"] = (fresh[TASKS // 2], worn[TASKS // 2], worn[int(TASKS * 0.99)])
    assert page.evaluate("told") > VIEWS // 50, "calls were painted and confirmed all the while"
    assert page.evaluate("heard.length") > 3, "and announced"
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 1_000_000, figures
    for name in FLAT:
        assert after[name] <= before[name] * 1.2 + 20, figures
    assert worn[int(TASKS * 0.99)] < max(LONG_MS, 2 * fresh[int(TASKS * 0.99)]), figures
    assert worn[TASKS // 2] < 1.5 * fresh[TASKS // 2], figures
    page.context.close()
