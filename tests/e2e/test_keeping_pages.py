"""The pages of keeping and of the journal in a browser: clean for axe-core, usable when narrow, and by keys alone."""

from typing import Any

import pytest

from tests.e2e.axe import clean
from tests.e2e.conftest import Demo, sign_in

pytestmark = pytest.mark.e2e

PAGES = ("/admin/keeping", "/admin/keeping/check", "/admin/journal", "/admin/journal?number=A001&day=x")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (320, 640)])
def test_every_page_is_clean_and_fits(demo: Demo, open_page: Any, width: int, height: int) -> None:
    page = open_page(f"{demo.base}/admin/keeping", width, height)
    sign_in(page, "manager")
    for path in PAGES:
        page.goto(demo.base + path)
        page.get_by_role("heading", level=1).wait_for()
        clean(page, f"{path} at {width}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} at {width}"


def test_a_visit_is_found_and_its_story_read(demo: Demo, open_page: Any) -> None:
    page = open_page(f"{demo.base}/admin/journal", 1280, 800)
    sign_in(page, "manager")
    page.get_by_label("Veids").select_option("DayOpened")
    page.get_by_role("button", name="Meklēt").press("Enter")
    page.get_by_text("Sākās darba diena").first.wait_for()
    page.locator("summary").first.press("Enter")
    page.get_by_text('"type": "DayOpened"').first.wait_for()
    clean(page, "a record's own words")
    page.get_by_role("button", name="Pārbaudīt visas kontrolsummas").press("Enter")
    page.get_by_role("status").get_by_text("visas kontrolsummas pareizas").wait_for()
