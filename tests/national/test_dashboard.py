"""The dashboard of 592 centres in Chromium: it is found, searched, read and clicked through; axe finds nothing."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from server.domain.moment import microseconds
from server.national.node.database import open_engines
from server.national.node.schema import centres
from tests.e2e.axe import clean
from tests.e2e.conftest import Demo, free_ports, sign_in, until
from tests.national.year import live_now, load, network, year

PATHS = (
    "/", "/?view=map&group=county", "/month", "/month?view=table", "/visits", "/compare", "/rollout", "/directory", "/groups",
    "/centre/c001",
)  # fmt: skip
NARROW = ("/?view=map&group=county", "/centre/c001")
"""Looked at on a phone too, between them with every part that is another there."""
pytestmark = [pytest.mark.e2e, pytest.mark.slow]


class Served:
    """`rinda national serve --demo` in a process of its own, and its database."""

    def __init__(self, base: str, write: Engine) -> None:
        self.base, self.write = base, write


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("dashboard"), free_ports()
    write, _ = open_engines(url := f"sqlite:///{folder}/node.db")
    now, facts = datetime.now(UTC), network()
    live_now(write, facts, now)
    load(write, year(facts, now.date(), 12_000))
    command = [sys.executable, "-m", "server.cli", "national", "serve", "--demo", "--port", str(port), "--database", url]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "--key", str(folder / "key")], stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    until(lambda: Demo.answers(f"{base}/readyz"), "the node to answer", 60)
    yield Served(base, write)
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def signed_in(node: Served, open_page: Callable[..., Any]) -> Callable[..., Any]:
    def come(path: str, width: int = 1440, height: int = 900) -> Any:
        page = open_page(f"{node.base}/login?next={path}", width, height)
        sign_in(page, "network")
        page.wait_for_selector("main h1")
        return page

    return come


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_every_page_is_clean_and_fits(signed_in: Callable[..., Any], node: Served, width: int, height: int) -> None:
    page = signed_in("/", width, height)
    for path in PATHS:
        page.goto(node.base + path)
        if width > height or path in NARROW:
            clean(page, path)
        assert fits(page), path


def test_the_months_of_waiting_and_quality_are_seen_whole(signed_in: Callable[..., Any]) -> None:
    page = signed_in("/month")
    box = page.get_by_role("group", name="Gaidīšana un kvalitāte pa mēnešiem")
    assert box.locator("tbody tr").count() >= 12
    assert box.evaluate("one => one.scrollWidth <= one.clientWidth"), "no column is behind a scroll"
    month = box.locator("tbody th").last
    lines = (
        "one => { const said = document.createRange(); said.selectNode(one.firstChild); return said.getClientRects().length; }"
    )
    assert month.evaluate(lines) == 1


def test_the_list_is_searched_and_keeps_itself_up_to_date(signed_in: Callable[..., Any], node: Served) -> None:
    page = signed_in("/")
    assert page.locator("#list tbody th a").count() == 592
    page.locator("input[name=q]").press_sequentially("rezekne 2.")
    until(lambda: 0 < page.locator("#list tbody th a").count() < 30, "the list to be narrower")
    assert "q=rezekne" in page.url
    row = page.locator("#list tbody tr", has=page.locator("a#c-c006"))
    page.locator("input[name=q]").fill("rēzekne vpvkac")
    page.locator("select[name=type]").select_option("nacionalas")
    until(lambda: page.locator("#list tbody th a").count() == 1, "one centre to be left")
    page.locator("#c-c006").focus()
    gone = datetime.now(UTC) - timedelta(hours=2)
    with node.write.begin() as connection:
        connection.execute(update(centres).where(centres.c.centre == "c006").values(heard=microseconds(gone)))
    until(lambda: "nav sakaru" in row.inner_text(), "the page to show that the link is lost")
    assert page.evaluate("document.activeElement.id") == "c-c006", "the focus stays"
    page.keyboard.press("Enter")
    page.wait_for_url("**/centre/c006")
    assert "nav sakaru" in page.locator(".state-line").inner_text()


def test_a_figure_of_a_chart_leads_to_its_visits(signed_in: Callable[..., Any], node: Served) -> None:
    page = signed_in("/month?view=table")
    figure = page.locator("section[aria-labelledby=institutions-h] tbody tr:nth-last-child(2) td a").first
    said = "".join(filter(str.isdigit, figure.inner_text()))
    figure.click()
    page.wait_for_url("**/visits?**")
    heading = page.locator("h1").inner_text()
    assert "".join(filter(str.isdigit, heading.split(",")[1])) == said
    page.go_back()
    page.get_by_role("link", name="Rādīt kā diagrammas").click()
    page.locator("svg.chart").first.wait_for()
    marks = page.locator("section[aria-labelledby=kinds-h] svg a")
    assert marks.count() == 24
    marks.nth(3).dispatch_event("click")
    page.wait_for_url("**/visits?**kind=pieteikums**")
    page.go_back()
    marks.nth(15).dispatch_event("click")
    page.wait_for_url("**/visits?**kind=konsultacija**")


def test_the_page_says_that_the_node_is_away(signed_in: Callable[..., Any]) -> None:
    page = signed_in("/")
    page.context.set_offline(True)
    page.locator("#away").wait_for(state="visible")
    page.context.set_offline(False)
    page.locator("#away").wait_for(state="hidden")
