"""The public page of the load in a real browser, over a centre that has worked for some weeks."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from server.domain import commands as c
from server.store.centre import CentreStore
from tests.e2e.axe import clean
from tests.e2e.test_phone import LOOK, WELL
from tests.house import House
from tests.support import KIOSK, Scene, demo_plan

pytestmark = pytest.mark.e2e

SERVICE = "VSAA-01"
PAGE_BYTES = 60_000


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two weeks behind it, in which every waiter waited as many minutes as the hour says."""
    folder = tmp_path_factory.mktemp("load")
    begun = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0) - timedelta(days=15)
    scene = Scene(replace(demo_plan(), hours=None), now=begun)
    store = CentreStore(f"sqlite:///{folder / 'rinda.db'}")
    store.open()
    for day in range(14):
        scene.do(c.OpenCounter(counter="1"))
        for hour in range(4):
            scene.clock.now = begun + timedelta(days=day, hours=hour)
            for _ in range(5):
                scene.do(c.TakeTicket(service=SERVICE), KIOSK)
                scene.clock.pass_(minutes=hour + day % 2)
                scene.do(c.CallNext(counter="1"))
                scene.do(c.NoShow(counter="1"))
        store.append(scene.records, [(visit, visit.moved) for visit in scene.floor.visits.values()], [])
        scene.records.clear()
        scene.clock.now = begun + timedelta(days=day + 1)
        scene.tick()
    store.close()
    found = House(folder).start()
    yield found
    found.stop()


@pytest.mark.parametrize("query", ["", "?language=en"])
def test_the_page_at_every_size(house: House, open_page: Callable[..., Any], query: str) -> None:
    house.done("TakeTicket", {"service": SERVICE}, "demo-kiosk")
    fetched: list[tuple[str, int]] = []
    page = open_page("about:blank")
    page.on("response", lambda answer: fetched.append((answer.url, len(answer.body()))))
    page.goto(f"{house.address}/load{query}")
    page.wait_for_load_state("networkidle")
    # The icons are one file for all pages of the house, kept for a day.
    assert sum(size for url, size in fetched if "/fonts/" not in url and "icons.svg" not in url) <= PAGE_BYTES
    for width, size in ((1280, 100), (390, 100), (320, 100), (320, 200)):
        page.set_viewport_size({"width": width, "height": 720})
        page.evaluate("size => (document.documentElement.style.fontSize = `${size}%`)", size)
        if (width, size) in ((1280, 100), (320, 200)):
            clean(page, f"{width} px, {size} %")
        assert page.evaluate(LOOK) == WELL, (width, size)


def test_it_is_whole_without_script_and_tells_programs_the_same(house: House, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{house.address}/load", java_script_enabled=False)
    told = house.request("GET", "/api/v1/load").json
    assert len(told["best"]) >= 20
    assert {one["arrivals"] for one in told["best"]} == {5}
    rows = page.locator("tbody tr")
    assert rows.count() == len({one["hour"] for one in told["best"]})
    assert page.locator("td.short").count() == 3
    assert page.locator(".shortest li").count() == 3
    assert page.get_by_text("Valmieras").first.is_visible()


def test_anybody_may_ask_it_may_be_kept_and_one_address_has_a_pace(house: House) -> None:
    for path in ("/load", "/api/v1/load"):
        answer = house.request("GET", path)
        assert (answer.status, answer.headers["Cache-Control"], answer.headers.get("Set-Cookie")) == (
            200,
            "public, max-age=5",
            None,
        )
    assert 429 in {house.request("GET", "/load").status for _ in range(200)}
    answers = (house.request("GET", "/api/v1/load") for _ in range(200))  # the pace grows back while a slow machine asks
    refused = next(one for one in answers if one.status == 429)
    assert refused.json["code"] == "too_fast"
