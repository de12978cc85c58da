"""From a call to its pixels on one of N boards, in a real browser, against a bare broadcast of the same bytes to as many."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec

from tests.bench.boards import Hall
from tests.bench.calls import call
from tests.bench.client import HOST, MANAGER, ask, command, post
from tests.bench.desk import chromium
from tests.bench.report import Row, at_most, quantile
from tests.bench.servers import COUNTERS, bare, centre

BOARDS = (1, 10, 60)
WARM, REST_S = 3, 0.02
COUNTER = COUNTERS[0]

PROBE = """
const now = performance.now.bind(performance);
const frame = () => new Promise((done) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => done(now());
  port2.postMessage(null);
}));
const seen = new Map(), waiting = new Map();
async function note(key) {
  if (seen.has(key)) return;
  const drawn = now();
  seen.set(key, null);
  const times = { drawn, painted: await frame() };
  seen.set(key, times);
  waiting.get(key)?.(times);
}
new MutationObserver(() => {
  for (const one of document.querySelectorAll(".calls [data-call]")) note(one.dataset.call);
  const number = document.getElementById("number");
  if (number) note(number.dataset.n);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
window.measure = async ({ path, token, body }) => {
  const began = now();
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  const answer = await (await fetch(path, { method: "POST", headers, body })).json();
  const key = answer.result ? `${answer.result.visit}/1` : String(answer.position);
  const times = seen.get(key) ?? (await new Promise((done) => waiting.set(key, done)));
  return { drawn: times.drawn - began, painted: times.painted - began };
};
"""
"""`measure(request)` gives it and waits until what it brings about is drawn, and until the browser has painted that."""


def boards(quick: bool) -> Iterator[Row]:
    """To the pixels of 1, 10 and 60 boards, and to the sockets of as many as 200."""
    yield from painted(quick)
    yield from call(quick)


def painted(quick: bool) -> Iterator[Row]:
    """Measured in turn in two pages of one browser, with one board of each kind fewer than the number beside them."""
    samples = 15 if quick else 60
    with centre(2_000) as ours, bare() as base, chromium() as browser:
        page = _page(browser, f"http://{HOST}:{ours.port}/display/hall?token=demo-display", ".calls")
        other = _page(browser, f"http://{HOST}:{base.port}/", "body[data-link=up]")
        for count in BOARDS:
            last = _last_bytes(ours.port)
            hall, plain = Hall(ours.port, count - 1), Hall(base.port, count - 1, views=False)
            plain.plain(post("/view", last))
            calls, told = list[dict[str, float]](), list[dict[str, float]]()
            for n in range(-WARM, samples):
                one, alone = _call(page, hall, ours.port), _broadcast(other, plain)
                if n >= 0:
                    calls.append(one)
                    told.append(alone)
            hall.close()
            plain.close()
            for part in ("painted", "drawn"):
                mine, bare_ones = ([one[part] / 1000 for one in found] for found in (calls, told))
                name = f"CallNext to {part} on a board among {count}"
                yield at_most(f"{name}: median / bare broadcast", mine, bare_ones)
                yield at_most(f"{name}: p95 / p95", [quantile(mine, 0.95)], [quantile(bare_ones, 0.95)])


def _page(browser: Any, address: str, ready: str) -> Any:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, service_workers="block")
    page = context.new_page()
    page.add_init_script(PROBE)
    page.goto(address)
    page.wait_for_selector(ready, state="attached")
    return page


def _last_bytes(port: int) -> bytes:
    """What a board is sent."""
    hall = Hall(port, 1)
    hall.close()
    return hall.boards[0].last.removeprefix(b'42["view",').removesuffix(b"]")


def _call(page: Any, hall: Hall, port: int) -> dict[str, float]:
    body = {"id": str(uuid4()), "data": {"counter": COUNTER}}
    found = _measured(page, hall, "/api/v1/commands/CallNext", msgspec.json.encode(body).decode())
    ask(port, command("NoShow", counter=COUNTER))
    hall.rest(REST_S)
    return found


def _broadcast(page: Any, plain: Hall) -> dict[str, float]:
    return _measured(page, plain, "/broadcast", "{}")


def _measured(page: Any, hall: Hall, path: str, body: str) -> dict[str, float]:
    """Milliseconds; the other boards read what was sent to them afterwards."""
    page.bring_to_front()
    found: dict[str, float] = page.evaluate("request => measure(request)", {"path": path, "token": MANAGER, "body": body})
    hall.rest(REST_S)
    return found
