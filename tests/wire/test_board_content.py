"""The boards' files and the manager's page of them over HTTP: who may, what is kept, what a lost race or a lost line leaves."""

import json
import re
import socket
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house import House, bearer, together, until
from tests.media.made import mp4, picture

BOARD = bearer("demo-display")


class Manager:
    """A manager's page: session and the value that its posts carry."""

    def __init__(self, house: House, name: str = "manager") -> None:
        self.house = house
        cookie = house.session(name)
        csrf = house.request("GET", "/api/v1/session", headers={"Cookie": cookie}).json["csrf"]
        self.headers = {"Cookie": cookie, "X-CSRF-Token": csrf, "Content-Type": "application/json"}

    def post(self, path: str, body: bytes | str = "{}", **headers: str) -> Any:
        return self.house.request("POST", f"/admin/board{path}", body, self.headers | headers)

    def loaded(self) -> dict[str, Any]:
        """What the page was loaded with."""
        answer = self.house.request("GET", "/admin/board", headers=self.headers)
        assert answer.status == 200
        boot = re.search(r'<script type="application/json" id="boot">(.*?)</script>', answer.text, re.DOTALL)
        assert boot is not None
        return dict(json.loads(boot[1]))

    def save(self, version: int, content: dict[str, Any], id: str | None = None) -> Any:
        return self.post("/save", json.dumps({"id": id or str(uuid.uuid4()), "version": version, "content": content}))


@pytest.fixture(scope="module")
def manager(house: House) -> Manager:
    return Manager(house)


@pytest.fixture
def clean(house: House) -> Iterator[None]:
    """The folder as it was before the test."""
    folder = house.folder / "media"
    before = {path.name for path in folder.iterdir()}
    yield
    for path in folder.iterdir():
        if path.name not in before:
            path.unlink()


def left(house: House) -> list[str]:
    return sorted(path.name for path in (house.folder / "media").iterdir())


def test_a_picture_goes_from_the_manager_to_the_boards(house: House, manager: Manager, clean: None) -> None:
    answer = manager.post("/media", picture("JPEG", (300, 200)))
    assert answer.status == 200
    name = answer.json["file"]["name"]
    assert answer.json["files"] == [{**answer.json["file"], "used": False}]
    got = house.request("GET", f"/display/media/{name}", headers=BOARD)
    assert got.status == 200
    assert got.body == (house.folder / "media" / name).read_bytes()
    assert got.headers["Content-Type"] == "image/jpeg"
    assert got.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in got.headers["Content-Security-Policy"]
    again = house.request("GET", f"/display/media/{name}", headers=BOARD | {"If-None-Match": got.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


# What a player asks for of 1,000 bytes, the answer, and which bytes.
RANGES = {
    "bytes=0-": (206, (0, 999)),
    "bytes=0-0": (206, (0, 0)),
    "bytes=100-199": (206, (100, 199)),
    "bytes=-5": (206, (995, 999)),
    "bytes=990-5000": (206, (990, 999)),
    "bytes=1000-": (416, None),
    "bytes=5-2": (416, None),
    "lines=1-2": (416, None),
}


@pytest.mark.parametrize("asked", RANGES)
def test_a_player_gets_the_part_that_it_asks_for(house: House, manager: Manager, asked: str) -> None:
    film = mp4(media=1000 - len(mp4(media=0)))
    name = manager.post("/media", film).json["file"]["name"]
    status, part = RANGES[asked]
    got = house.request("GET", f"/display/media/{name}", headers=BOARD | {"Range": asked})
    assert got.status == status
    if part is not None:
        first, last = part
        assert got.body == film[first : last + 1]
        assert (got.headers["Content-Type"], got.headers["Content-Length"]) == ("video/mp4", str(last - first + 1))
    if status == 206 and part is not None:
        assert got.headers["Content-Range"] == f"bytes {part[0]}-{part[1]}/1000"


@pytest.mark.parametrize("page", ["load", "feedback"])
def test_the_code_leads_to_its_page(house: House, page: str) -> None:
    import numpy
    import zxingcpp

    got = house.request("GET", f"/display/{page}.svg", headers=BOARD)
    assert (got.status, got.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', got.text)[1])  # type: ignore[index]
    dark = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", got.text)]
    assert min(min(one) for one in dark) == 4, "as much light around it as the standard wants"
    assert max(max(one) for one in dark) == side - 5
    drawn = numpy.full((side, side), 255, numpy.uint8)
    for x, y in dark:
        drawn[y, x] = 0
    read = zxingcpp.read_barcode(drawn.repeat(8, 0).repeat(8, 1))
    assert read is not None
    assert read.text == f"{house.address}/{page}"
    assert "M" in read.extra["ECLevel"]
    again = house.request("GET", f"/display/{page}.svg", headers=BOARD | {"If-None-Match": got.headers["ETag"]})
    assert again.status == 304
    assert "script" not in got.text


def test_who_may_see_a_board_may_see_its_files_and_nobody_else(house: House, manager: Manager, clean: None) -> None:
    name = manager.post("/media", picture()).json["file"]["name"]
    paths = (f"/display/media/{name}", "/display/load.svg", "/display/feedback.svg")
    for token, status in (("demo-display", 200), ("demo-clerk", 200), ("demo-manager", 200), ("demo-national", 403), (None, 403)):
        assert [house.request("GET", path, headers=bearer(token)).status for path in paths] == [status] * 3, token


NAMES = ("..%2frinda.db", "%2e%2e/rinda.db", "..%5crinda.db", "%2fetc%2fpasswd", ".part-x", "a.png", "x" * 300, "%00.png")


@pytest.mark.parametrize("name", NAMES)
def test_no_other_name_leads_anywhere(house: House, manager: Manager, name: str) -> None:
    assert house.request("GET", f"/display/media/{name}", headers=BOARD).status in (400, 404)
    assert manager.post(f"/media/{name}/delete").status in (400, 404, 409)
    assert (house.folder / "rinda.db").exists()


def test_only_a_manager_changes_the_boards_and_only_from_a_page_of_ours(house: House, manager: Manager) -> None:
    posts = ("/check", "/save", "/media", f"/media/{'0' * 64}.png/delete")
    clerk, before = Manager(house, "clerk1"), house.data("overview")["plan"]
    assert house.request("GET", "/admin/board", headers=clerk.headers).status == 403
    assert [clerk.post(path).status for path in posts] == [403] * 4
    assert [manager.post(path, **{"X-CSRF-Token": "wrong"}).json["code"] for path in posts] == ["foreign_origin"] * 4
    assert [manager.post(path, Origin="https://evil.example").status for path in posts] == [403] * 4
    assert [house.request("POST", f"/admin/board{path}", "{}").status for path in posts] == [401] * 4
    assert house.request("GET", "/admin/board").status == 302, "to the sign-in"
    assert house.data("overview")["plan"] == before


LIES = {
    "a page that says it is a picture": (b"<html><script>alert(1)</script>", "image/png"),
    "a film cut off": (mp4()[:-9], "video/mp4"),
    "half a picture": (picture("JPEG", (300, 300))[:2000], "image/jpeg"),
}


@pytest.mark.parametrize("name", LIES)
def test_what_a_file_says_of_itself_does_not_count(house: House, manager: Manager, name: str) -> None:
    data, kind = LIES[name]
    before = left(house)
    answer = manager.post("/media", data, **{"Content-Type": kind})
    assert (answer.status, answer.json["code"]) == (409, "unusable")
    assert answer.json["text"].endswith((".", "!")), "a sentence"
    assert left(house) == before


def test_a_picture_with_a_false_type_is_taken_for_what_it_is(manager: Manager, clean: None) -> None:
    answer = manager.post("/media", picture("WEBP"), **{"Content-Type": "video/mp4"})
    assert answer.json["file"]["name"].endswith(".webp")


def test_the_same_picture_sent_by_many_at_once_is_there_once(house: House, manager: Manager, clean: None) -> None:
    """Two are looked at at a time; who comes third is told to come again."""
    before, data = left(house), picture("PNG", (400, 300))
    answers = together(5, lambda _: manager.post("/media", data))
    names = {answer.json["file"]["name"] for answer in answers if answer.status == 200}
    assert len(names) == 1
    assert {answer.status for answer in answers} <= {200, 409}
    assert left(house) == sorted([*before, *names])


def test_a_line_that_is_cut_leaves_nothing(house: House, manager: Manager) -> None:
    before = left(house)
    head = "".join(f"{name}: {value}\r\n" for name, value in manager.headers.items() if name != "Content-Type")
    with socket.create_connection(("127.0.0.1", house.port), timeout=10) as line:
        line.sendall(
            f"POST /admin/board/media HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 3000000\r\n\r\n".encode() + b"x" * 1_500_000
        )
        until(lambda: len(left(house)) > len(before), "the part to be there")
    until(lambda: left(house) == before, "the part to be gone")


def test_too_much_is_refused_without_being_read(house: House, manager: Manager) -> None:
    before = left(house)
    head = "".join(f"{name}: {value}\r\n" for name, value in manager.headers.items() if name != "Content-Type")
    with socket.create_connection(("127.0.0.1", house.port), timeout=10) as line:
        line.sendall(f"POST /admin/board/media HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {2**40}\r\n\r\n".encode())
        answer = line.recv(65536)
    assert b" 409 " in answer.partition(b"\r\n")[0] + b" "
    assert left(house) == before
    assert manager.post("/check", b"x" * 600_000).status == 413, "elsewhere the limit is what it was"


def test_what_is_saved_is_on_the_boards_and_in_the_journal_as_one_change(house: House, manager: Manager, clean: None) -> None:
    page = manager.loaded()
    name = manager.post("/media", picture()).json["file"]["name"]
    content = page["content"]
    slides = [{"code": "new", "kind": "picture", "file": name, "text": {"lv": "Karte"}, "zones": ["hall"]}, *content["slides"]]
    answer = manager.save(page["version"], content | {"slides": slides, "notices": []})
    assert (answer.status, answer.json["version"]) == (200, page["version"] + 1)
    assert house.data("overview")["plan"] == page["version"] + 1
    assert house.data("board/hall")["slides"][0]["file"] == f"/display/media/{name}"
    assert [one["code"] for one in house.data("board/side")["slides"]].count("new") == 0
    used = manager.post(f"/media/{name}/delete")
    assert (used.status, used.json["code"]) == (409, "in_use")
    assert house.request("GET", f"/display/media/{name}", headers=BOARD).status == 200
    back = manager.save(answer.json["version"], content)
    assert back.status == 200
    assert manager.loaded()["content"] == content
    assert manager.post(f"/media/{name}/delete").status == 200
    assert house.request("GET", f"/display/media/{name}", headers=BOARD).status == 404


def test_faults_are_shown_and_nothing_is_saved(house: House, manager: Manager) -> None:
    page = manager.loaded()
    bad = page["content"] | {"slides": [{"code": "x", "text": {"lv": "x"}, "spans": "12-9"}]}
    answer = manager.save(page["version"], bad)
    assert (answer.status, answer.json["ok"]) == (422, False)
    assert [fault["path"] for fault in answer.json["checked"]["faults"]] == ["slides[0].spans"]
    assert [fault["path"] for fault in manager.post("/check", json.dumps(bad)).json["faults"]] == ["slides[0].spans"]
    assert house.data("overview")["plan"] == page["version"]


def test_a_file_that_is_gone_is_a_fault(manager: Manager) -> None:
    page = manager.loaded()
    slide = {"code": "x", "kind": "picture", "file": f"{'0' * 64}.png", "text": {"lv": "x"}}
    answer = manager.save(page["version"], page["content"] | {"slides": [slide]})
    assert (answer.status, answer.json["checked"]["faults"][0]["path"]) == (422, "slides[0].file")


def test_of_two_who_change_the_boards_at_once_one_is_told_so(house: House, manager: Manager) -> None:
    """Whoever is first: the other's change is neither lost unseen nor laid over it."""
    page, other = manager.loaded(), Manager(house)
    pages = (manager, other)
    contents = [page["content"] | {"slides": [{"code": f"s{n}", "text": {"lv": str(n)}}]} for n in (0, 1)]
    answers = together(2, lambda n: pages[n].save(page["version"], contents[n]))
    assert sorted(answer.status for answer in answers) == [200, 409]
    won = 0 if answers[0].status == 200 else 1
    assert answers[1 - won].json["code"] == "plan_moved_on"
    assert [one["code"] for one in manager.loaded()["content"]["slides"]] == [f"s{won}"]
    assert manager.save(answers[won].json["version"], page["content"]).status == 200


def test_saved_twice_with_one_id_is_saved_once(manager: Manager) -> None:
    page, id = manager.loaded(), str(uuid.uuid4())
    changed = page["content"] | {"notices": [{"text": {"lv": "Rīt slēgts"}}]}
    first, again = (manager.save(page["version"], changed, id) for _ in range(2))
    assert (first.status, again.status) == (200, 200)
    assert manager.loaded()["version"] == page["version"] + 1
    assert manager.save(page["version"] + 1, page["content"]).status == 200


@pytest.mark.parametrize(
    "body",
    ["", "x", "[]", "null", "{", '{"id": 1}', "[" * 5000, '{"slides": {"a": 1}}', "\ud800".encode("utf-8", "surrogatepass")],
)
def test_whatever_is_posted_is_answered(manager: Manager, body: str | bytes) -> None:
    assert manager.post("/check", body).status in (200, 400)
    assert manager.post("/save", body).status == 400
