"""Every report page with figures: axe finds nothing, nothing sticks out, no name is cut; on three screens and on paper."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import CATALOGUE, CENTRES, LOADS
from config.load import load_catalogue, load_plan, load_visitors
from server.admin.reports.web import PAGES
from server.simulation.run import run
from tests.e2e.axe import clean
from tests.e2e.conftest import sign_in
from tests.house import House

pytestmark = pytest.mark.e2e

TODAY = datetime.now(ZoneInfo("Europe/Riga")).date()
FIRST = TODAY - timedelta(days=TODAY.weekday() + 4)
"""A Thursday: nobody comes to the demo at a week's end."""
CUT = """() => [...document.querySelectorAll("svg.chart")].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter(one => {
    const box = one.getBoundingClientRect();
    const out = box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
    return out || one.textContent.endsWith("…");
  }).map(one => one.textContent);
})"""
BARE = """() => [...document.querySelectorAll("svg.chart, table.heat, ul.lying")].filter(one =>
  !one.closest(".card").querySelector(".axis")).length"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A centre with two days behind it."""
    folder, catalogue = tmp_path_factory.mktemp("reports"), load_catalogue(CATALOGUE)
    run(load_plan(CENTRES / "demo.toml", catalogue), load_visitors(LOADS / "p2.toml", catalogue), 4, FIRST, 2, data=folder)
    found = House(folder).start()
    yield found
    found.stop()


@pytest.fixture
def page(house: House, open_page: Any) -> Any:
    found = open_page(f"{house.address}/login?next=/admin/reports/months", 1440, 900)
    sign_in(found, "manager")
    found.locator("h1").wait_for()
    return found


ALL = ("", *PAGES, "months", "repairs")


@pytest.mark.parametrize("some", [ALL[n : n + 3] for n in range(0, len(ALL), 3)])
def test_on_every_screen_and_on_paper(house: House, page: Any, some: tuple[str, ...]) -> None:
    for name in some:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{house.address}/admin/reports/{name}?span=free&at={FIRST}".replace("/?", "?"))
        for width in (1440, 1024, 390):
            page.set_viewport_size({"width": width, "height": 900})
            clean(page, f"{name} at {width}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
            assert page.evaluate(CUT) == [], f"{name} at {width}"
        assert page.evaluate(BARE) == 0, f"{name}: a drawing whose axes have no names"
        page.emulate_media(media="print")
        assert page.locator("h1").is_visible()
        assert not page.locator("aside, nav.report-menu, form.find, .files").locator("visible=true").count(), f"{name} on paper"
        page.emulate_media(media="screen")


def test_an_empty_period_says_so_with_a_way_on(house: House, page: Any) -> None:
    for name in PAGES:
        page.goto(f"{house.address}/admin/reports/{name}?span=year&at=2019-05-05")
        assert not page.locator("svg.chart, .lying li, .heat").count(), name
        page.get_by_text("Par šīm dienām nav ko rādīt.").wait_for()
    clean(page, "empty")
    page.get_by_role("main").get_by_role("link", name="Iepriekšējais laikposms").last.click()
    page.wait_for_url("**at=2018-01-01**")
