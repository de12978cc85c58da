"""The manager's page of people over HTTP: accounts, codes, roles, sign-ins ended at once, the second factor at sign-in."""

import re
import time

import pytest

from server.people.factor import STEP_S, code_at
from tests.house import House, Reply
from tests.wire.test_gate import Socket
from tests.wire.test_sessions import Page, cut_off


def manager_of(house: House) -> Page:
    found = Page(house)
    assert found.sign_in("manager").status == 303
    return found


@pytest.fixture
def manager(house: House) -> Page:
    return manager_of(house)


def code_of(answer: Reply) -> str:
    found = re.search(r'class="code">([A-Z0-9-]+)<', answer.text)
    assert found, answer.text[-3000:]
    return found[1]


def made(manager: Page, name: str, role: str = "clerk") -> str:
    """A new account; its code."""
    answer = manager.form("/admin/people", name=name, display=name.title(), role=role)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return code_of(answer)


def stepped(page: Page, **fields: str) -> Reply:
    """The next step of a sign-in."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.request("GET", "/login/step").text)
    assert token
    from urllib.parse import urlencode

    kind = "application/x-www-form-urlencoded"
    return page.request("POST", "/login/step", urlencode({"csrf_token": token[1], **fields}), Content_Type=kind)


def newcomer(house: House, manager: Page, name: str, password: str, role: str = "clerk") -> Page:
    """Somebody who signed in with a code and chose a password."""
    page = Page(house)
    assert page.sign_in(name, made(manager, name, role)).headers["Location"] == "/login/step"
    assert stepped(page, password=password, again=password).headers["Location"] == "/counter/3"
    return page


def test_a_newcomer_signs_in_with_the_code_and_chooses_a_password(house: House, manager: Page) -> None:
    code = made(manager, "dace")
    assert code not in manager.request("GET", "/admin/people/dace").text  # shown once
    page = Page(house)
    assert page.sign_in("dace", code).headers["Location"] == "/login/step"
    assert page.request("GET", "/counter/3").headers["Location"].startswith("/login")  # nothing is open yet
    for password, again in (("12345678", ""), ("īss", ""), ("dace dace dace", ""), ("četri zaļi vārdi", "četri zili vārdi")):
        assert stepped(page, password=password, again=again or password).status == 400, password
    assert stepped(page, password="četri zaļi vārdi", again="četri zaļi vārdi").status == 303
    assert page.request("GET", "/account").status == 200
    other = Page(house)
    assert other.sign_in("dace", code).status == 401
    assert other.sign_in("dace", "četri zaļi vārdi").headers["Location"] == "/counter/3"


def test_a_code_opens_nothing_at_a_desk(house: House, manager: Page) -> None:
    code = made(manager, "ieva")
    desk = Page(house)
    desk.sign_in("clerk1")
    assert desk.post("switch", name="ieva", secret=code).json["code"] == "sign_in_first"
    assert desk.here()["account"] == "clerk1"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": "Ilze", "display": "Ilze", "role": "clerk"}, 400), ({"name": "", "display": "x", "role": "clerk"}, 400),
        ({"name": "x y", "display": "x", "role": "clerk"}, 400), ({"name": "x", "display": "", "role": "clerk"}, 400),
        ({"name": "x", "display": "x", "role": "system"}, 400), ({"name": "x", "display": "x\u0007", "role": "clerk"}, 400),
        ({"name": "manager", "display": "x", "role": "manager"}, 409), ({"name": "x" * 41, "display": "x", "role": "clerk"}, 400),
    ],
)  # fmt: skip
def test_what_an_account_cannot_be(manager: Page, fields: dict[str, str], status: int) -> None:
    answer = manager.form("/admin/people", **fields)
    assert answer.status == status
    assert 'role="alert"' in answer.text
    assert f'value="{fields["display"]}"' in answer.text  # what was typed is not lost


def test_changes_of_an_account(house: House, manager: Page) -> None:
    made(manager, "vita")
    assert manager.form("/admin/people/vita", act="rename", display="Vita Liepa").status == 303
    assert manager.form("/admin/people/vita", act="role", role="national").status == 303
    assert manager.form("/admin/people/vita", act="sso", subject="vita-7").status == 303
    made(manager, "vita2")
    assert manager.form("/admin/people/vita2", act="sso", subject="vita-7").status == 409
    assert manager.form("/admin/people/vita", act="pin", pin="123456").status == 400
    assert manager.form("/admin/people/vita", act="nothing").status == 400
    assert manager.form("/admin/people/nobody", act="off").status == 404
    page = manager.request("GET", "/admin/people/vita").text
    assert "Vita Liepa" in page
    assert "vita-7" in page
    for said in ("izveidoja kontu", "mainīja vārdu", "mainīja lomu", "saistīja ar vienoto pieteikšanos"):
        assert said in page, said


def test_the_last_manager_is_neither_switched_off_nor_demoted(manager: Page) -> None:
    for fields in ({"act": "off"}, {"act": "role", "role": "clerk"}):
        answer = manager.form("/admin/people/manager", **fields)
        assert (answer.status, "pēdējais vadītājs" in answer.text) == (409, True)
    assert manager.request("GET", "/admin/people").status == 200


def test_who_is_switched_off_is_gone_within_a_second_with_all_sockets(house: House, manager: Page) -> None:
    page = newcomer(house, manager, "gone", "četri zaļi vārdi")
    cookie = f"rinda_session={page.cookies['rinda_session']}"
    socket = Socket(house, Cookie=cookie, Origin=house.address)
    assert socket.connect(protocol=1, channel="overview", device="d").startswith(b"40")
    assert manager.form("/admin/people/gone", act="off").status == 303
    assert cut_off(socket)
    assert page.request("GET", "/account").headers["Location"].startswith("/login")
    assert page.sign_in("gone", "četri zaļi vārdi").status == 401
    assert manager.form("/admin/people/gone", act="on").status == 303
    assert page.sign_in("gone", "četri zaļi vārdi").status == 303


def test_sign_ins_are_ended_one_by_one_and_all(house: House, manager: Page) -> None:
    first = newcomer(house, manager, "many", "četri zaļi vārdi")
    second = Page(house)
    second.sign_in("many", "četri zaļi vārdi")
    handles = re.findall(r'name="session" value="(\w+)"', manager.request("GET", "/admin/people/many").text)
    assert len(handles) == 2
    assert manager.form("/admin/people/many", act="end", session=handles[0]).status == 303  # newest first
    assert second.request("GET", "/account").status == 302
    assert first.request("GET", "/account").status == 200
    assert manager.form("/admin/people/many", act="end_all").status == 303
    assert first.request("GET", "/account").status == 302


def test_a_changed_role_cuts_what_was_open_by_the_old_one(house: House, manager: Page) -> None:
    page = newcomer(house, manager, "moved", "četri zaļi vārdi", role="manager")
    cookie = f"rinda_session={page.cookies['rinda_session']}"
    socket = Socket(house, Cookie=cookie, Origin=house.address)
    assert socket.connect(protocol=1, channel="menu", device="d").startswith(b"40")
    assert manager.form("/admin/people/moved", act="role", role="national").status == 303
    assert cut_off(socket)
    assert page.request("GET", "/admin/people").status == 403


def test_only_managers_and_only_from_our_page(house: House, manager: Page) -> None:
    clerk = Page(house)
    clerk.sign_in("clerk1")
    for path in ("/admin/people", "/admin/people/clerk2", "/admin/devices"):
        assert clerk.request("GET", path).status == 403, path
    assert clerk.form("/admin/people/clerk2", act="off").status == 403
    assert clerk.form("/admin/devices/window", act="open").status == 403
    kind = "application/x-www-form-urlencoded"
    for path in ("/admin/people/clerk2", "/admin/devices/window", "/admin/devices/pair"):
        assert manager.request("POST", path, "act=off", Content_Type=kind).status == 403, path
        assert manager.request("POST", path, "act=off", Content_Type=kind, Origin="http://evil.example").status == 403, path


def with_factor(page: Page, password: str) -> tuple[str, str]:
    """Switches the second factor on; its secret, and the code that was used for that."""
    letters = re.search(r'class="letters">([A-Z2-7 ]+)<', page.request("GET", "/account/factor").text)
    assert letters
    secret = letters[1].replace(" ", "")
    code = code_at(secret, int(time.time() // STEP_S))
    assert page.form("/account/factor", password=password, code="000000").status == 403
    answer = page.form("/account/factor", password=password, code=code)
    assert answer.status == 200
    assert len(set(re.findall(r"<li><code>([A-Z0-9-]+)</code>", answer.text))) == 10
    return secret, code


def test_the_second_factor_is_asked_for_at_another_workstation(house: House, manager: Page) -> None:
    own = newcomer(house, manager, "vaditaja", "četri zaļi vārdi", role="manager")
    secret, used = with_factor(own, "četri zaļi vārdi")
    assert own.sign_in("vaditaja", "četri zaļi vārdi").headers["Location"] == "/counter/3"  # known here
    other = Page(house)
    assert other.sign_in("vaditaja", "četri zaļi vārdi").headers["Location"] == "/login/step"
    assert stepped(other, code="123").status == 403
    assert stepped(other, code=used).status == 403
    desk = Page(house)
    desk.sign_in("clerk1")
    assert desk.post("switch", name="vaditaja", secret="četri zaļi vārdi").json["code"] == "sign_in_first"
    fresh = Page(house)
    fresh.sign_in("vaditaja", "četri zaļi vārdi")
    assert stepped(fresh, code=code_at(secret, int(time.time() // STEP_S) + 1)).headers["Location"] == "/counter/3"
    code = code_of(manager.form("/admin/people/vaditaja", act="reset"))
    reset = Page(house)
    assert reset.sign_in("vaditaja", code).headers["Location"] == "/login/step"
    assert 'name="code"' in reset.request("GET", "/login/step").text  # the reset kept it
    assert manager.form("/admin/people/vaditaja", act="no_factor").status == 303
    assert reset.sign_in("vaditaja", code).status == 303
    assert 'name="password"' in reset.request("GET", "/login/step").text


def test_five_wrong_codes_begin_anew(house: House, manager: Page) -> None:
    own = newcomer(house, manager, "otra", "četri zaļi vārdi", role="manager")
    with_factor(own, "četri zaļi vārdi")
    other = Page(house)
    other.sign_in("otra", "četri zaļi vārdi")
    for _ in range(4):  # one wrong one was given when it was switched on, which is not counted here
        assert stepped(other, code="000000").status == 403
    assert "parol" in stepped(other, code="000000").text
    assert other.request("GET", "/login/step").headers["Location"] == "/login"


def test_ones_own_password(house: House, manager: Page) -> None:
    own = newcomer(house, manager, "pati", "četri zaļi vārdi")
    elsewhere = Page(house)
    elsewhere.sign_in("pati", "četri zaļi vārdi")
    new = {"new": "pieci zili vārdi", "again": "pieci zili vārdi"}
    assert own.form("/account/password", password="nepareiza", **new).status == 403
    assert own.form("/account/password", password="četri zaļi vārdi", new="parole", again="parole").status == 400
    assert own.form("/account/password", password="četri zaļi vārdi", **new).status == 303
    assert own.request("GET", "/account").status == 200
    assert elsewhere.request("GET", "/account").status == 302
    assert elsewhere.sign_in("pati", "pieci zili vārdi").status == 303
