"""Lock, unlock, switch, PINs and ending sessions, as a page at a desk asks for them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house import House, Reply
from tests.wire.test_gate import Socket

PIN = "482915"


class Page:
    """A browser at a workstation: it keeps cookies, and posts with the token of its session. A proxy calls it `address`."""

    def __init__(self, house: House, address: str = "") -> None:
        self.house, self.address = house, address
        self.cookies: dict[str, str] = {}

    def request(self, method: str, path: str, body: str | None = None, **headers: str) -> Reply:
        """One request; new cookies are kept."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "https"} if self.address else {}
        answer = self.house.request(method, path, body, {"Cookie": cookie, **named})
        for name, line in answer.cookies().items():
            self.cookies[name] = line.partition("=")[2].partition(";")[0]
        return answer

    def form(self, path: str, **fields: str) -> Reply:
        """A form as this page's session posts it."""
        from urllib.parse import urlencode

        token = re.search(
            r'name="csrf_token" value="([^"]+)"', self.request("GET", path if path == "/login" else "/account").text
        )
        assert token
        kind = "application/x-www-form-urlencoded"
        return self.request("POST", path, urlencode({"csrf_token": token[1], **fields}), Content_Type=kind)

    def sign_in(self, name: str, secret: str = "demo") -> Reply:
        """The sign-in page."""
        return self.form("/login", name=name, password=secret, next="/counter/3")

    def here(self) -> Any:
        """What the lock knows."""
        return self.request("GET", "/session/here", Accept_Language="en").json

    def post(self, what: str, **data: Any) -> Reply:
        """One of the session's posts."""
        return self.request("POST", f"/session/{what}", json.dumps(data), X_CSRF_Token=self.here()["csrf"], Accept_Language="en")

    def command(self, name: str, **data: Any) -> Reply:
        """A command that rides on the session's cookie."""
        body = json.dumps({"id": f"00000000-0000-4000-8000-{next(_IDS):012d}", "data": data})
        token = self.request("GET", "/api/v1/session").json["csrf"]
        return self.request("POST", f"/api/v1/commands/{name}", body, X_CSRF_Token=token)


_IDS = iter(range(1, 10_000))


def code(answer: Reply) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status, answer.json["code"]


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    """Where clerk1 gave the password, and with the counter 3 closed at the end."""
    found = Page(house)
    assert found.sign_in("clerk1").status == 303
    yield found
    house.clear()


@pytest.fixture(scope="module", autouse=True)
def pins(house: House) -> None:
    """Both clerks have a PIN; the manager sets them."""
    manager = Page(house)
    assert manager.sign_in("manager").status == 303
    for name in ("clerk1", "clerk2"):
        assert manager.form(f"/admin/people/{name}", act="pin", pin=PIN).status == 303
    assert manager.request("GET", "/admin/people").text.count("parole, PIN") == 2


def test_a_locked_session_takes_no_commands_until_it_is_unlocked(page: Page) -> None:
    assert page.command("OpenCounter", counter="3").status == 200
    assert page.here()["locked"] is False
    assert page.post("lock").status == 200
    assert page.here()["locked"] is True
    assert code(page.command("Pause", counter="3", reason="lunch")) == (423, "locked")
    assert code(page.request("GET", "/api/v1/slots")) == (423, "locked")
    assert page.request("GET", "/api/v1/views/desk/3").json["data"]["state"] == "idle"  # calls go on arriving
    for path in ("/counter/3", "/counter/appointments", "/account", "/admin/"):
        assert page.request("GET", path).headers["Location"].startswith("/login?next=/"), path
    assert code(page.post("unlock", secret="wrong")) == (403, "wrong_secret")
    assert page.post("unlock", secret="demo").status == 200
    assert page.command("Pause", counter="3", reason="lunch").status == 200


@pytest.mark.parametrize("header", ["Basic x", "demo-manager", "Bearer wrong", "Bearer demo-display", ""])
def test_no_header_lifts_the_lock_or_the_token_of_the_form(page: Page, header: str) -> None:
    assert page.command("OpenCounter", counter="3").status == 200
    body = json.dumps({"id": f"00000000-0000-4000-8000-{next(_IDS):012d}", "data": {"counter": "3", "reason": "lunch"}})
    command = {"method": "POST", "path": "/api/v1/commands/Pause", "body": body, "Authorization": header}
    assert page.request(**command).status in (401, 403)
    csrf = page.here()["csrf"]
    assert page.post("lock").status == 200
    assert page.request(**command, X_CSRF_Token=csrf).status in (401, 403, 423)
    for path in ("/counter/3", "/account", "/admin/", "/api/v1/views/overview", "/api/v1/slots"):
        assert page.request("GET", path, Authorization=header).status in (302, 401, 403, 423), path
    assert page.house.data("desk/3")["state"] == "idle"


def test_a_locked_session_opens_no_connection_but_its_desks_and_the_waiting_rooms(page: Page) -> None:
    page.post("lock")
    headers = {"Cookie": f"rinda_session={page.cookies['rinda_session']}", "Authorization": "Basic x"}
    answers = {}
    for channel in ("overview", "catalogue", "menu", "desk/3", "board/hall"):
        socket = Socket(page.house, **headers)
        answers[channel] = b'"locked"' in socket.connect(protocol=1, channel=channel, device="d")
        socket.close()
    assert answers == {"overview": True, "catalogue": True, "menu": True, "desk/3": False, "board/hall": False}


def test_a_pin_is_enough_only_where_its_person_gave_the_password(house: House, page: Page) -> None:
    assert page.post("lock").status == 200
    assert page.post("unlock", secret=PIN).status == 200
    # clerk2 was never at this workstation: neither switch nor sign-in takes the PIN, and an unknown name hears the same.
    for name in ("clerk2", "nobody"):
        assert code(page.post("switch", name=name, secret=PIN)) == (403, "password_needed")
    stranger = Page(house)
    assert stranger.sign_in("clerk1", PIN).status == 403
    assert page.post("switch", name="clerk2", secret="demo").status == 200
    assert [(one["name"], one["pin"]) for one in page.here()["people"]] == [("clerk2", True), ("clerk1", True)]
    assert page.post("switch", name="clerk1", secret=PIN).status == 200
    assert page.here()["account"] == "clerk1"


def test_switching_hands_the_open_counter_over_and_ends_the_old_session(house: House, page: Page) -> None:
    assert page.command("OpenCounter", counter="3").status == 200
    service = house.data("menu")["services"][0]["service"]
    house.done("TakeTicket", {"service": service}, "demo-kiosk")
    page.command("CallNext", counter="3")
    assert page.command("Serve", counter="3").status == 200
    old = dict(page.cookies)
    assert page.post("switch", name="clerk2", secret="demo", counter="3").status == 200
    data = house.data("desk/3")
    assert (data["clerk"], data["state"]) == ("clerk2", "serving")
    kind = house.data("catalogue")["kinds"]
    assert page.command("RecordService", counter="3", service=service, kind=next(iter(kind))).status == 200
    assert page.command("Undo", counter="3").status == 200  # the newcomer's own step; not the other one's call
    before = Page(house)
    before.cookies = old
    assert before.request("GET", "/api/v1/session").status == 401


def test_a_counter_of_somebody_else_is_not_taken(house: House, page: Page) -> None:
    house.done("OpenCounter", {"counter": "3"}, "clerk-1")
    assert page.post("switch", name="clerk2", secret="demo", counter="3").status == 200
    assert house.data("desk/3")["clerk"] == "clerk-1"


def test_no_other_site_and_no_guess_at_the_token_gets_through(page: Page) -> None:
    token = page.here()["csrf"]
    for headers in ({}, {"X_CSRF_Token": "x"}, {"X_CSRF_Token": token, "Origin": "http://evil.example"}):
        assert code(page.request("POST", "/session/lock", "{}", **headers)) == (403, "foreign_origin")
    assert page.here()["locked"] is False
    assert code(Page(page.house).request("POST", "/session/lock", "{}")) == (401, "signed_out")
    assert code(page.request("POST", "/session/unlock", "[", X_CSRF_Token=token)) == (400, "malformed")


def test_wrong_pins_are_counted_and_the_password_still_works(house: House) -> None:
    page = Page(house)
    page.sign_in("clerk2")
    page.post("lock")
    for _ in range(5):
        assert code(page.post("unlock", secret="739154")) == (403, "wrong_secret")
    assert code(page.post("unlock", secret=PIN)) == (403, "password_needed")
    assert page.post("unlock", secret="demo").status == 200
    page.post("lock")
    assert page.post("unlock", secret=PIN).status == 200


def test_ones_own_sessions_are_listed_and_ended(house: House) -> None:
    here, there = Page(house), Page(house)
    here.sign_in("network")
    there.sign_in("network")
    text = here.request("GET", "/account", User_Agent="Mozilla/5.0 (X11; Linux) Chrome/120.0").text
    handles = re.findall(r'name="session" value="([0-9a-f]{16})"', text)
    assert len(handles) == 2
    assert text.count("šī lapa") == 1
    assert here.form("/account/end", session="others").status == 303
    assert there.request("GET", "/api/v1/session").status == 401
    assert here.request("GET", "/api/v1/session").status == 200
    (own,) = re.findall(r'name="session" value="([0-9a-f]{16})"', here.request("GET", "/account").text)
    other = Page(house)
    other.sign_in("clerk1")
    assert other.form("/account/end", session=own).status == 303  # somebody else's handle names nothing
    assert here.request("GET", "/api/v1/session").status == 200
    assert here.form("/account/end", session=own).headers["Location"] == "/login"


def test_a_pin_is_set_only_with_the_password_and_not_an_easy_one(house: House) -> None:
    page = Page(house)
    page.sign_in("clerk1")
    assert page.form("/account/pin", pin="111111", password="demo").status == 400
    assert page.form("/account/pin", pin="12345", password="demo").status == 400
    assert page.form("/account/pin", pin="591736", password="wrong").status == 403
    assert page.form("/account/pin", pin=PIN, password="demo").status == 200
    assert page.form("/admin/people/clerk2", act="no_pin").status == 403
    assert page.request("GET", "/admin/people").status == 403
    page.post("lock")
    assert code(page.post("unlock", secret=PIN)) == (403, "password_needed")  # not before the next password


def connected(page: Page, counter: str) -> Socket:
    """A desk's connection of this page."""
    cookie = f"rinda_session={page.cookies['rinda_session']}"
    socket = Socket(page.house, Cookie=cookie, Origin=page.house.address)
    assert socket.connect(protocol=1, channel=f"desk/{counter}", device="d").startswith(b"40")
    return socket


def cut_off(socket: Socket, within_s: float = 1.0) -> bool:
    """Whether the server ends a device's connection in time."""
    socket.sock.settimeout(within_s)
    try:
        while (packet := socket.packet()) and not packet.startswith(b"41"):
            pass  # the views before the end
    except TimeoutError:
        return False
    return True


def over(socket: Socket, name: str, **data: Any) -> Any:
    """The answer to a command over the connection."""
    sent = {"id": f"00000000-0000-4000-8000-{next(_IDS):012d}", "name": name, "data": data}
    socket.send("427" + json.dumps(["command", sent]))
    while packet := socket.packet():
        if packet.startswith(b"437"):
            return json.loads(packet[3:])[0]
    raise AssertionError("the connection ended")


def test_a_locked_session_takes_no_commands_over_its_connection_which_stays(page: Page) -> None:
    socket = connected(page, "3")
    assert over(socket, "OpenCounter", counter="3")["ok"]
    page.post("lock")
    assert over(socket, "Pause", counter="3", reason="lunch")["code"] == "locked"
    page.post("unlock", secret="demo")
    assert over(socket, "Pause", counter="3", reason="lunch")["ok"]


def test_ending_a_session_cuts_its_connections_within_a_second_and_no_other(house: House) -> None:
    here, there = Page(house), Page(house)
    here.sign_in("clerk1")
    there.sign_in("clerk1")
    kept, cut = connected(here, "4"), connected(there, "5")
    assert here.form("/account/end", session="others").status == 303
    assert cut_off(cut)
    assert over(kept, "OpenCounter", counter="4")["ok"]
    here.command("CloseCounter", counter="4")
