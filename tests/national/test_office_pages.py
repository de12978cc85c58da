"""The officers' pages in Chromium: axe finds nothing, all fits on a phone, and a month goes from open to a printed sheet."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from config.open_data.municipalities import shown_on
from server.national.node.schema import centres
from tests.e2e.axe import clean
from tests.national.test_dashboard import Served, fits, node, signed_in  # noqa: F401 - a fixture
from tests.national.test_pages import LAST, MONTH
from tests.national.year import network

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
SHEET = f"/grant?first={LAST.replace(day=1) - timedelta(days=1):%Y-%m}&last={MONTH}"


def test_a_month_is_closed_and_its_sheet_printed(signed_in: Callable[..., Any], node: Served) -> None:  # noqa: F811
    with node.write.begin() as connection:
        connection.execute(update(centres).values(secret=centres.c.centre, projected=centres.c.acked))
    page = signed_in("/months")
    page.locator(f"#m{MONTH}").get_by_role("link", name="Slēgt mēnesi").click()
    page.locator("main h1").wait_for()
    anyway = page.locator("input[name=anyway]")
    if anyway.count():
        anyway.check()
    page.get_by_role("button", name="Slēgt mēnesi").click()
    page.locator(f"#m{MONTH} .tag[data-kind=ok]").wait_for()
    page.goto(node.base + SHEET)
    assert "piemērs, nav apstiprināta" in page.locator("#terms-h").inner_text()
    counties = {shown_on(one["municipality"], LAST) for one in network()}
    assert page.locator("table.grant .county").count() == len(counties)
    page.get_by_role("button", name="Saglabāt un drukāt ar aprēķinu").click()
    page.locator("[data-print]").wait_for()
    assert "līdz pēdējam baitam" in page.locator(".notice").inner_text()
    page.emulate_media(media="print")
    assert not page.locator("aside").is_visible(), "the menu is not printed"
    assert page.locator("table.grant .sum").first.is_visible(), "the arithmetic is"


def test_settings_are_drafted_and_published(signed_in: Callable[..., Any]) -> None:  # noqa: F811
    page = signed_in("/settings")
    page.locator("textarea[name=locked]").fill("rules.lock_minutes = 5")
    page.get_by_role("button", name="Sagatavot un pārbaudīt").click()
    page.locator("#check-h").wait_for()
    assert "slēgts: 5" in page.locator("section[aria-labelledby=diff-h]").inner_text()
    page.get_by_role("button", name="Parakstīt un publicēt").click()
    page.locator("#told-h").wait_for()
    assert "publicēts: 592" in page.locator("#told-h").inner_text()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_every_page_is_clean_and_fits(signed_in: Callable[..., Any], node: Served, width: int, height: int) -> None:  # noqa: F811
    page = signed_in("/months", width, height)
    office = ("/months", f"/months/{MONTH}/close", SHEET, "/settings", "/settings/1", "/centres/new")
    for path in (*office, "/account", "/account/factor"):
        page.goto(node.base + path)
        if width > height or path == "/settings":
            clean(page, path)
        assert fits(page), path
