"""A ticket's page from outside: the token alone gives a visitor's rights, each step has one effect, many phones get in."""

import re
import uuid
from collections.abc import Iterator

import pytest
import socketio

from server import authority
from server.hub import PHONES_MOST
from tests.e2e import phone_states as phones
from tests.house import House, Reply
from tests.wire.test_hub import Device, join  # noqa: F401

VISITORS = ("Leave", "Delay", "AnswerCall", "Return")
ROLES = {
    "kiosk": "demo-kiosk", "clerk": "demo-clerk", "manager": "demo-manager", "display": "demo-display",
    "national": "demo-national", "panel": "demo-panel",
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A centre with counter 1 open."""
    found = phones.centre(tmp_path_factory.mktemp("phones"))
    yield found
    found.stop()


@pytest.fixture(autouse=True)
def nobody(house: House) -> Iterator[None]:
    yield
    phones.clear(house)


def press(
    house: House, token: str, what: str, *, id: str | None = None, headers: dict[str, str] | None = None, **more: str
) -> Reply:  # fmt: skip
    return house.form(f"/ticket/{token}", {"id": id or str(uuid.uuid4()), "do": what, **more}, **(headers or {}))


def visit_of(house: House) -> str:
    """The id of the visit that waits last, as a desk knows it."""
    return str(house.data("desk/1")["waiting"][-1]["visit"])


@pytest.mark.parametrize("name", VISITORS)
def test_without_the_token_nobody_may_take_a_visitors_step(house: House, join, name: str) -> None:  # noqa: F811
    """Over HTTP every role and nobody; over a socket those, and a phone that follows another ticket, or this one."""
    token, other = phones.line(house, 0, 1), phones.take(house)
    data = {"visit": visit_of(house), **({"calls": 1, "says": "coming"} if name == "AnswerCall" else {})}
    for role, secret in ROLES.items():
        answer = house.submit(name, data, secret)
        if not authority.may_submit(role, name):
            assert (answer.status, answer.json["code"]) == (403, "not_allowed"), role
        else:
            assert name == "Leave", role
            data["visit"] = phones.take(house) and visit_of(house)
    for secret in (None, token, other):
        answer = house.submit(name, data, secret)
        assert (answer.status, answer.json["code"]) == (401, "signed_out")
    for channel in (f"ticket/{token}", f"ticket/{other}"):
        phone = join(channel, None)
        phone.shows(lambda _: True)
        assert phone.submit(name, data)["code"] == "not_allowed"


def test_a_step_is_one_effect_however_often_it_is_sent(house: House) -> None:
    token = phones.line(house, 0, 4)
    id = str(uuid.uuid4())
    for _ in range(3):
        assert press(house, token, "delay", id=id, places="2").status == 303
    assert house.data(f"ticket/{token}")["ahead"] == 2
    assert house.data(f"ticket/{token}")["delay"] == 2, "one of two was used"


def test_a_form_of_another_site_is_not_taken(house: House) -> None:
    token = phones.take(house)
    for headers in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        fields = {name.replace("-", "_"): value for name, value in headers.items()}
        assert press(house, token, "leave", headers=fields).status == 403, headers
    assert house.data(f"ticket/{token}")["state"] == "waiting"
    for headers in ({}, {"Origin": "null"}, {"Origin": house.address}, {"Sec_Fetch_Site": "same-origin", "Origin": "null"}):
        assert press(house, phones.take(house), "leave", headers=headers).status == 303, headers


def test_forms_that_no_page_has(house: House) -> None:
    token = phones.take(house)
    for fields in ({}, {"do": "leave"}, {"id": "x", "do": "leave"}, {"id": str(uuid.uuid4()), "do": "finish"}):
        assert house.form(f"/ticket/{token}", fields).status == 400, fields
    assert press(house, token, "delay", places="many").status == 400
    for places in ("0", "-3", "100", str(10**30)):
        assert press(house, token, "delay", places=places).status == 400, places
    assert press(house, token, "coming", calls="7").status == 409
    assert press(house, "nothing", "leave").status == 404
    assert house.data(f"ticket/{token}")["state"] == "waiting"


def test_a_refusal_shows_the_truth_in_the_visitors_language(house: House) -> None:
    token = phones.take(house)
    answer = house.form(f"/ticket/{token}?language=en", {"id": str(uuid.uuid4()), "do": "delay"})
    assert answer.status == 409
    assert "so there is nobody to let go first." in answer.text
    assert "Jūsu kārta ir nākamā." in answer.text


def test_headers_and_what_is_not_on_the_page(house: House) -> None:
    token = phones.take(house)
    page = house.request("GET", f"/ticket/{token}")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers.get("Set-Cookie") is None
    assert visit_of(house) not in page.text
    assert len(token) >= 22, "128 bits"


def test_every_button_of_a_page_is_a_step_of_its_own(house: House) -> None:
    """Also on a page that a browser kept: who went back to it after one step can still take another."""
    token = phones.line(house, 0, 4)
    delay, leave = re.findall(r'name="id" value="([^"]+)"', house.request("GET", f"/ticket/{token}").text)
    assert press(house, token, "delay", id=delay, places="1").status == 303
    assert press(house, token, "leave", id=leave).status == 303


def test_a_hall_behind_one_address_gets_in_and_one_ticket_has_a_pace(house: House) -> None:
    tokens = [phones.take(house) for _ in range(10)]
    assert {house.request("GET", f"/ticket/{token}").status for token in tokens for _ in range(20)} == {200}
    assert 429 in {house.request("GET", f"/ticket/{tokens[0]}").status for _ in range(40)}
    assert house.request("GET", f"/ticket/{tokens[1]}").status == 200


def test_so_many_phones_follow_one_ticket(house: House, join) -> None:  # noqa: F811
    token = phones.take(house)
    for _ in range(PHONES_MOST):
        join(f"ticket/{token}", None).shows(lambda _: True)
    one_more = Device(house, f"ticket/{token}")
    with pytest.raises(socketio.exceptions.ConnectionError):
        one_more.connect()
    assert one_more.refusal["data"]["code"] == "too_fast"


def test_a_call_comes_to_the_phone_at_once(house: House, join) -> None:  # noqa: F811
    token = phones.take(house)
    phone: Device = join(f"ticket/{token}", None)
    phone.shows(lambda data: data["state"] == "waiting")
    phones.step(house, "CallNext")
    shown = phone.shows(lambda data: data["state"] == "called")
    assert (shown["counter"], shown["calls"], shown["actions"]) == ("1", 1, ["coming", "two_minutes"])


def test_the_desk_is_told_what_the_visitor_answers(house: House, join) -> None:  # noqa: F811
    token = phones.called(house)
    desk: Device = join("desk/1", phones.CLERK)
    desk.shows(lambda data: data["visit"]["answer"] is None and data["visit"]["grace_s"] == 0)
    assert press(house, token, "two_minutes", calls="1").status == 303
    desk.shows(lambda data: data["visit"]["answer"] == "two_minutes" and data["visit"]["grace_s"] == 120)
