"""A board outlives its server and its own restart: the last truth in grey, then the right state, without a ring; no old code."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.board_stand import Counters, board, linked, loud_browser
from tests.house import ROOT, House, until

pytestmark = pytest.mark.e2e

KEPT = """async () => {
  const { version } = JSON.parse(document.getElementById("boot").textContent);
  const names = (await caches.keys()).filter((name) => name.startsWith("board "));
  if (names.join() !== `board ${version}` || !(await caches.match(location.href))) return false;
  const old = JSON.parse(localStorage.getItem("board hall hall-1"));
  return old?.version === version && document.querySelectorAll(".board [data-call]").length === old.data.calls.length;
}"""


RIGHT_WITHIN_S = 3.0
SLACK_S = 2.0
"""For a loaded machine."""


class Copy(House):
    """A centre server that runs on files of its own, which a test may change."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "data")
        self.root = folder / "tree"
        for name in ("config", "counter", "kiosk", "printers", "tests"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).symlink_to(ROOT / name)
        for name in ("display", "server"):
            shutil.copytree(ROOT / name, self.root / name)

    def change(self, file: str, old: str, new: str) -> None:
        """Another version of a file."""
        text = (self.root / file).read_text("utf-8")
        assert old in text
        (self.root / file).write_text(text.replace(old, new, 1), "utf-8")

    def _spawn(self, arguments: list[str], **more: Any) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([sys.executable, *arguments], cwd=self.root, stderr=log, **more)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    found = Copy(tmp_path_factory.mktemp("copy"))
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def loud(browser: Any) -> Iterator[Any]:
    yield from loud_browser(browser)


def kept(page: Any) -> None:
    """Waits until the browser has all that a start without a server needs, of the page's own version."""
    until(lambda: page.evaluate(KEPT), "the page to be kept")


def stands_alone(page: Any, number: str) -> None:
    """The page says since when it does not know, and shows the last call as such."""
    page.locator(".cut", has_text="neatjaunojas kopš").wait_for()
    page.locator(".board[data-kind=last]", has_text=number).wait_for()


def chimes(page: Any) -> int:
    """How many there were, once there was one."""
    page.wait_for_function("() => heard.filter((one) => one.kind === 'tone' && one.ended).length >= 2")
    return len([one for one in page.evaluate("heard") if one["kind"] == "tone"]) // 2


def test_restarts_of_server_screen_and_version(house: Copy, loud: Any) -> None:
    page = board(loud, house)
    number = str(house.done("TakeTicket", {"service": "PMLP-02"})["number"])
    Counters(house, 1).next()
    page.wait_for_selector("[data-call]")
    assert chimes(page) == 1
    kept(page)

    house.kill()
    page.reload()
    stands_alone(page, number)

    house.start()
    back = time.monotonic()
    linked(page)
    page.locator(".board[data-kind=calls]", has_text=number).wait_for()
    assert time.monotonic() - back < RIGHT_WITHIN_S + SLACK_S
    house.done("Recall", {"counter": "1"})
    assert chimes(page) == 1, "the recall rings; what was heard before the restarts does not"

    kept(page)
    house.stop()
    house.change("display/static/board.js", "const PULSE_MS", 'document.documentElement.dataset.made = "later";\nconst PULSE_MS')
    house.start()
    page.wait_for_selector("html[data-made=later] .board[data-link=up]")
    kept(page)
    house.kill()
    page.reload()
    stands_alone(page, number)
    assert page.get_attribute("html", "data-made") == "later", "what is kept is the newer version"

    house.change("server/protocol.py", "PROTOCOL = 1\n", "PROTOCOL = 2\n")
    house.start()
    page.wait_for_function("() => document.getElementById('boot').textContent.includes('\"protocol\":2')")
    linked(page)
    assert page.evaluate("heard.length") == 0
    page.context.close()


def test_a_kept_film_is_played_in_parts(house: Copy, browser: Any) -> None:
    page = board(browser, house)
    kept(page)
    parts = page.evaluate(
        """async () => {
          const cache = await caches.open("files test");
          await cache.put("/display/media/film.webm", new Response("0123456789", { headers: { "Content-Type": "video/webm" } }));
          const ask = async (range) => {
            const answer = await fetch("/display/media/film.webm", { headers: range ? { Range: range } : {} });
            return [answer.status, answer.headers.get("Content-Range"), await answer.text()];
          };
          return [await ask(""), await ask("bytes=0-"), await ask("bytes=2-4"), await ask("bytes=8-99"), await ask("bytes=10-")];
        }"""
    )
    assert parts == [
        [200, None, "0123456789"], [206, "bytes 0-9/10", "0123456789"], [206, "bytes 2-4/10", "234"],
        [206, "bytes 8-9/10", "89"], [416, "bytes */10", ""],
    ]  # fmt: skip
    page.context.close()


def test_only_what_the_view_names_is_kept(house: Copy, browser: Any) -> None:
    page = board(browser, house)
    found = page.evaluate(
        """async () => {
          const { fileKeeper } = await import("/display/static/kept.js");
          const files = fileKeeper("trial");
          const has = async () => (await (await caches.open("files trial")).keys()).map(({ url }) => new URL(url).pathname);
          const until = async (wanted) => {
            while ((await has()).join() !== wanted) await new Promise((done) => setTimeout(done, 20));
            return has();
          };
          files.files(["/static/mark.svg", "/static/base.css"]);
          const both = await until("/static/mark.svg,/static/base.css");
          files.files(["/static/base.css"]);
          return [both, await until("/static/base.css")];
        }"""
    )
    assert found == [["/static/mark.svg", "/static/base.css"], ["/static/base.css"]]
    page.context.close()
