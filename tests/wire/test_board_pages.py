"""The boards' addresses: one per screen, a clear no for others, and what a browser is told of their version."""

import json
import re

from tests.house import House, bearer

SCREEN = bearer("demo-display")


def boot(text: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def test_a_page_is_the_screen_of_its_address_else_the_first_of_its_zone(house: House) -> None:
    pages = [house.request("GET", f"/display/hall{query}", headers=SCREEN) for query in ("", "?screen=hall-1", "?screen=hall-2")]
    assert [boot(page.text)["screen"] for page in pages] == ["hall-1", "hall-1", "hall-2"]
    assert len({str(boot(page.text)["device"]) for page in pages}) == 2, "two screens are two devices"


def test_a_screen_that_the_zone_has_not_is_answered_with_those_it_has(house: House) -> None:
    answer = house.request("GET", "/display/hall?screen=%3Cb%3E", headers=SCREEN)
    assert answer.status == 404
    assert "Šajā zonā nav ekrāna „&lt;b&gt;”. Tajā ir šie: hall-1, hall-2." in answer.text
    assert house.request("GET", "/display/cellar", headers=SCREEN).status == 404


def test_pairing_keeps_the_screen_of_the_address(house: House) -> None:
    answer = house.request("GET", "/display/hall?screen=hall-2&token=demo-display")
    assert (answer.status, answer.headers["Location"]) == (302, "/display/hall?screen=hall-2")


def test_the_front_page_lists_every_screen(house: House) -> None:
    links = re.findall(r'href="(/display/[^"]*)"', house.request("GET", "/").text)
    assert links[:2] == ["/display/hall?screen=hall-1", "/display/hall?screen=hall-2"]
    assert all(house.request("GET", link, headers=SCREEN).status == 200 for link in links)


def test_page_and_worker_are_of_one_version_and_every_file_is_there(house: House) -> None:
    page = house.request("GET", "/display/hall", headers=SCREEN)
    worker = house.request("GET", "/display/worker.js")
    version = page.headers["Rinda-Version"]
    assert boot(page.text)["version"] == version
    assert f'const VERSION = "{version}";' in worker.text
    assert worker.headers["Cache-Control"] == "no-cache"
    files = json.loads(re.search(r"const FILES = (\[.*?\]);", worker.text)[1])  # type: ignore[index]
    assert {"/static/page.js", "/display/static/board.js", "/static/vendor/lit/lit-html.js"} <= set(files)
    assert [file for file in files if house.request("GET", file).status != 200] == []
