"""From a key to the painted desk in a real browser, against a bare Socket.IO round trip to a page that paints one number."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.client import HOST, MANAGER, ask, command
from tests.bench.report import Row, at_most, quantile
from tests.bench.servers import COUNTERS, bare, centre, unpin
from tests.conftest import chromium_path

GOAL = 1.5
WARM = 5
COUNTER = COUNTERS[0]
ALL = {
    "key to painted": "painted",
    "key to drawn (before the browser's next frame)": "drawn",
}

PROBE = """
const now = performance.now.bind(performance);
let passed = 0;
performance.now = () => now() + passed;
window.rest = () => (passed += 500);
const frame = () => new Promise((done) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => done(now());
  port2.postMessage(null);
}));
window.watch = (shown) => {
  let began = null;
  const key = (event) => event.key === "F2" && (began ??= now());
  addEventListener("keydown", key, { capture: true });
  window.measured = new Promise((done) => {
    const seen = new MutationObserver(async () => {
      if (began === null || !shown()) return;
      seen.disconnect();
      removeEventListener("keydown", key, { capture: true });
      const drawn = now() - began;
      done({ drawn, painted: (await frame()) - began });
    });
    seen.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
};
"""
"""`watch(shown)` measures from the next F2 until `shown`, and until the browser has painted that."""

CALLED = "() => document.querySelector('.desk').dataset.state === 'called'"
FREE = "() => document.querySelector('.desk')?.matches('[data-state=idle][data-busy=false]')"
TURNED = "() => document.getElementById('number').dataset.n !== window.before"


def desk(quick: bool) -> Iterator[Row]:
    """Measured in turn in two pages of one browser; nothing else runs in it."""
    samples = 60 if quick else 300
    ours: dict[str, list[float]] = {part: [] for part in ALL.values()}
    base: dict[str, list[float]] = {part: [] for part in ALL.values()}
    with centre(2_000) as server, bare() as plain, chromium() as browser:
        page = _page(browser, f"http://{HOST}:{server.port}/counter/{COUNTER}", FREE)
        other = _page(browser, f"http://{HOST}:{plain.port}/", "() => document.body.dataset.link === 'up'")
        for n in range(-WARM, samples):
            told, alone = _call(page, server.port), _turn(other)
            if n >= 0:
                for part in ALL.values():
                    ours[part].append(told[part] / 1000)
                    base[part].append(alone[part] / 1000)
    for name, part in ALL.items():
        goal = GOAL if part == "painted" else None
        yield at_most(f"desk, {name}: p95 / p95 of a bare page", [quantile(ours[part], 0.95)], [quantile(base[part], 0.95)], goal)
        yield at_most(f"desk, {name}: median / median", [quantile(ours[part], 0.5)], [quantile(base[part], 0.5)])


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser, with all cores."""
    from playwright.sync_api import sync_playwright

    if (path := chromium_path()) is None:
        raise RuntimeError("missing: chromium")
    unpin()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


def _page(browser: Any, address: str, ready: str) -> Any:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, extra_http_headers={"Authorization": f"Bearer {MANAGER}"}
    )  # fmt: skip
    page = context.new_page()
    page.add_init_script(PROBE)
    page.goto(address)
    page.wait_for_function(ready)
    return page


def _call(page: Any, port: int) -> dict[str, float]:
    """Milliseconds from F2 to the called number; then the counter is made free again."""
    page.bring_to_front()
    page.evaluate("shown => { rest(); watch(eval(shown)); }", CALLED)
    page.keyboard.press("F2")
    found: dict[str, float] = page.evaluate("measured")
    ask(port, command("NoShow", counter=COUNTER))
    page.wait_for_function(FREE)
    return found


def _turn(page: Any) -> dict[str, float]:
    """The same for a page that sends the key and shows what comes back."""
    page.bring_to_front()
    page.evaluate("shown => { window.before = document.getElementById('number').dataset.n; watch(eval(shown)); }", TURNED)
    page.keyboard.press("F2")
    found: dict[str, float] = page.evaluate("measured")
    return found
