"""A desk of a real centre server in a real browser: signed in, its strokes counted, its states waited for."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.e2e.axe import clean
from tests.e2e.conftest import sign_in
from tests.house import House, until

WORLD = """
const now = performance.now.bind(performance), date = Date.now.bind(Date);
let passed = 0, skew = 0, down = false, held = null;
performance.now = () => now() + passed;
Date.now = () => date() + skew;
window.rest = () => (passed += 500);
const sockets = (window.sockets = []);
window.views = [];
window.WebSocket = class extends WebSocket {
  constructor(address, protocols) {
    super(down ? address.replace("/socket.io/", "/nowhere/") : address, protocols);
    sockets.push(this);
    this.addEventListener("message", ({ data, isTrusted }) => {
      if (isTrusted && data.startsWith?.('42["view"')) window.views.push(data);
    });
  }
  send(data) {
    if (held) held.push(() => super.send(data));
    else super.send(data);
  }
};
window.cut = (unheard = 0) => {
  [down, skew] = [true, skew + unheard];
  for (const socket of sockets.splice(0)) socket.close();
};
window.mend = () => (down = false);
window.hold = () => (held = []);
window.lose = () => (held = null);
window.release = () => {
  for (const send of held.splice(0)) send();
  held = null;
};
"""
"""The world around the page, to be changed by a test.

`rest()` is half a second of its own clock: so long the main keys rest after a change of state. `cut(ms)` takes the link away,
after so long a silence, until `mend()`. `hold()` keeps what the page sends until `release()`, or `lose()`s it.
`views` is what came.
"""


class Desk:
    """One counter's page. `key` presses as a clerk does: where the main keys rest, when they have rested."""

    def __init__(self, house: House, page: Any, counter: str) -> None:
        self.house, self.page, self.counter = house, page, counter
        self.strokes = 0

    def key(self, *keys: str) -> None:
        """Presses keys one after the other."""
        for one in keys:
            self.page.evaluate("rest()")
            self.page.keyboard.press(one)
            self.strokes += 1

    def type(self, text: str) -> None:
        """Types letter by letter."""
        self.page.keyboard.type(text)
        self.strokes += len(text)

    def state(self, wanted: str) -> None:
        """Waits until the page shows a state of the counter, and nothing is on its way any more."""
        self.page.wait_for_function(
            "s => document.querySelector('.desk')?.matches(`[data-state=${s}][data-busy=false]`)",
            arg=wanted,
        )

    def called_again(self) -> None:
        """Waits until the page shows the second call; that it is busy is drawn with a view, or after a while, not at once."""
        self.page.wait_for_selector(".desk[data-busy=false] .call-head :text('Izsaukts 2. reizi')")

    def shows(self, text: str, where: str = ".desk") -> None:
        """Waits until a part of the page has a text."""
        self.page.wait_for_function(
            "([where, text]) => document.querySelector(where)?.innerText.includes(text)", arg=[where, text]
        )

    def focused(self, selector: str) -> None:
        """Waits until the focus is there."""
        self.page.wait_for_function("s => document.activeElement?.matches(s)", arg=selector)

    def sheet(self, present: bool = True) -> None:
        """Waits until a sheet is open, or none."""
        self.page.wait_for_selector("dialog.sheet[open]" if present else "dialog.sheet:not([open])", state="attached")

    def text(self, where: str = ".desk") -> str:
        """What can be read there."""
        return str(self.page.inner_text(where))

    def data(self) -> Any:
        """The desk as the server sees it."""
        return self.house.data(f"desk/{self.counter}")

    def until(self, test: Callable[[Any], Any], what: str) -> Any:
        """Waits until the server's desk passes; returns it."""
        return until(lambda: (data := self.data()) and test(data) and data, what)

    def take(self, service: str = "VSAA-21") -> dict[str, Any]:
        """Somebody takes a number; waits until the desk knows."""
        issued = self.house.done("TakeTicket", {"service": service})
        self.page.wait_for_function("n => document.querySelector('.desk').innerText.includes(n)", arg=issued["number"])
        return issued

    def serving(self, service: str = "VSAA-21") -> str:
        """Somebody comes and is being served; their number."""
        number = str(self.take(service)["number"])
        self.key("F2")
        self.state("called")
        self.key("F2")
        self.state("serving")
        return number


def open_desk(house: House, open_page: Callable[..., Any], counter: str = "3", name: str = "clerk1", **more: Any) -> Desk:
    """The page of a counter, signed in."""
    page = open_page("about:blank", **more)
    page.context.add_init_script(WORLD)
    page.goto(f"{house.address}/counter/{counter}")
    if page.url.split("?")[0].endswith("/login"):
        sign_in(page, name)
    page.wait_for_selector(".desk[data-state]:not([data-state=unknown])[data-link=up]")
    return Desk(house, page, counter)


def opened(house: House, open_page: Callable[..., Any], counter: str = "3", name: str = "clerk1", **more: Any) -> Desk:
    """An open counter, nobody called."""
    desk = open_desk(house, open_page, counter, name, **more)
    desk.state("closed")
    desk.key("F2")
    desk.state("idle")
    return desk


@contextmanager
def running(folder: Any) -> Iterator[House]:
    """A centre server with nobody in it."""
    house = House(folder).start()
    try:
        yield house
    finally:
        house.stop()


def words(*parts: str) -> re.Pattern[str]:
    """A name that has these parts in this order."""
    return re.compile(".*".join(re.escape(part) for part in parts))


__all__ = ["Desk", "clean", "open_desk", "opened", "running", "words"]
