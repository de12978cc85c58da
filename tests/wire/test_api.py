"""The HTTP API from outside: every status of the contract, in the person's language, with nothing half done."""

import json
import sqlite3
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from server.domain.commands import COMMANDS
from server.domain.refusal import CODES
from tests.house import House, Reply, bearer, together

SERVICE = "PMLP-01"
VISIT = "00000000-0000-4000-8000-000000000000"
JSON = {"Content-Type": "application/json"}


def position(house: House) -> float:
    """The journal's head as /metrics tells it."""
    families = text_string_to_metric_families(house.request("GET", "/metrics").text)
    return next(sample.value for family in families for sample in family.samples if family.name == "rinda_position")


@pytest.fixture
def unchanged(house: House) -> Iterator[House]:
    """Whatever the test does, the journal does not grow, and the next command works."""
    before = position(house)
    yield house
    assert position(house) == before
    house.done("TakeTicket", {"service": SERVICE})


def body(data: Any = None, id: str | None = None) -> str:
    """The JSON of a command."""
    return json.dumps({"id": id or str(uuid.uuid4()), "data": data or {}})


def refusal(answer: Reply, status: int, code: str) -> str:
    """The text of a refusal, after its shape was checked."""
    assert (answer.status, answer.json["code"]) == (status, code), answer.body
    assert answer.json == {"ok": False, "code": code, "text": answer.json["text"]}
    assert answer.headers["Content-Type"] == "application/json"
    text: str = answer.json["text"]
    assert text
    return text


# what a command answers


def test_a_number_and_its_promise(house: House) -> None:
    answer = house.submit("TakeTicket", {"service": SERVICE, "language": "en", "needs": ["accessible"]})
    assert answer.status == 200
    assert set(answer.json) == {"ok", "position", "result"}
    assert set(answer.json["result"]) == {"visit", "number", "service", "token", "ahead", "promise", "due", "linked"}
    assert set(answer.json["result"]["promise"]) == {"low", "high"}
    assert len(answer.json["result"]["token"]) >= 22  # 128 bits


def test_the_same_id_gives_the_same_answer_and_one_effect(house: House) -> None:
    id = str(uuid.uuid4())
    first = house.submit("TakeTicket", {"service": SERVICE}, id=id)
    head = position(house)
    assert [house.submit("TakeTicket", {"service": SERVICE}, id=id).json for _ in range(3)] == [first.json] * 3
    refusal(house.submit("TakeTicket", {"service": "VSAA-01"}, id=id), 409, "id_reused")
    assert position(house) == head


def test_one_id_from_sixteen_sides_at_once_has_one_effect(house: House) -> None:
    for _ in range(5):
        id, head = str(uuid.uuid4()), position(house)
        answers = together(16, lambda _, id=id: house.submit("TakeTicket", {"service": SERVICE}, id=id))  # type: ignore[misc]
        assert {answer.status for answer in answers} == {200}
        assert len({answer.body for answer in answers}) == 1
        assert position(house) == head + 1


def test_sixteen_ids_at_once_are_sixteen_numbers(house: House) -> None:
    answers = together(16, lambda _: house.done("TakeTicket", {"service": SERVICE}))
    assert len({answer["number"] for answer in answers}) == 16
    assert len({answer["visit"] for answer in answers}) == 16


def test_the_whole_job(house: House) -> None:
    taken = house.done("TakeTicket", {"service": SERVICE})
    number, clerk = taken["number"], "clerk-6"
    house.done("OpenCounter", {"counter": "6", "profile": "universal"}, clerk)
    called = house.done("CallNext", {"counter": "6"}, clerk)
    assert set(called) == {"visit", "number", "service", "reason"}
    while called["number"] != number:
        house.done("NoShow", {"counter": "6"}, clerk)
        called = house.done("CallNext", {"counter": "6"}, clerk)
    assert house.data("panel/6")["number"] == number
    house.done("Recall", {"counter": "6"}, clerk)
    house.done("Serve", {"counter": "6"}, clerk)
    refusal(house.submit("Finish", {"counter": "6"}, clerk), 409, "outcome_due")
    house.done("RecordService", {"counter": "6", "service": SERVICE, "kind": "konsultacija", "channel": "klatiene"}, clerk)
    house.done("Finish", {"counter": "6"}, clerk)
    found = house.request("GET", "/api/v1/visits?since=0", headers=bearer("demo-national")).json
    visit = next(one for one in found["visits"] if one["number"] == number)
    assert (visit["state"], visit["end"], visit["visit"]) == ("ended", "served", called["visit"])
    assert {"ahead": visit["ahead"], "promise": {"low": visit["low"], "high": visit["high"]}}.items() <= taken.items()
    assert "middle_s" in visit
    assert found["next"] == found["visits"][-1]["position"]
    house.done("CloseCounter", {"counter": "6"}, clerk)


# 400


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        (b"", "the message"), (b"{", "the message"), (b"[]", "the message"), (b"null", "the message"),
        (b"\xff\xfe{}", "the message"),
        (b'{"id": "x"}', "id"), (b"{}", "the message"), (b'{"id": 7}', "id"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": []}', "data"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {}}', "data"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": 7}}', "data.service"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": null}}', "data.service"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": "P", "needs": ["x"]}}', "data.needs[0]"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": "P", "needs": "x"}}', "data.needs"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": "P", "language": "latvian"}}', "data.language"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": "' + b"P" * 41 + b'"}}', "data.service"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": "P\\u0000"}}', "data.service"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": "P\\n"}}', "data.service"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": "\\ud800"}}', "the message"),
        (b'{"id": "00000000-0000-4000-8000-000000000000", "data": {"service": ' + b"[" * 100_000 + b"}}", "the message"),
        (b"[" * 400_000, "the message"),
        (b'{"id": 1e400}', "[...]"), (b'{"id": "00000000-0000-4000-8000-000000000000", "n": ' + b"9" * 9999 + b"}", "[...]"),
    ],
)  # fmt: skip
def test_malformed_names_the_place(unchanged: House, sent: bytes, place: str) -> None:
    for language, words in (("lv", "Ziņojums ir kļūdains."), ("en", "The message is malformed.")):
        headers = {**bearer("demo-manager"), **JSON, "Accept-Language": language}
        text = refusal(unchanged.request("POST", "/api/v1/commands/TakeTicket", sent, headers), 400, "malformed")
        assert text.startswith(f"{words} {place}: "), text


@pytest.mark.parametrize("note", ["a\x00b", "\x1bp0", "a\nb", "a\n", "\r", "\x7f", "\x1d", "x" * 141])
def test_control_bytes_in_a_note_are_malformed(unchanged: House, note: str) -> None:
    text = refusal(unchanged.submit("Park", {"counter": "1", "note": note}), 400, "malformed")
    assert "data.note: " in text


@pytest.mark.parametrize("minutes", [0, -1, 10**30, 1441, 1.5, "5", True, None, [], {}])
def test_numbers_out_of_range_and_of_the_wrong_type(unchanged: House, minutes: object) -> None:
    text = refusal(unchanged.submit("Park", {"counter": "1", "minutes": minutes}), 400, "malformed")
    assert "data.minutes: " in text


@pytest.mark.parametrize("query", ["since=-1", "since=x", "since=%00", "since=1e3", "since=" + "9" * 40,
                                   "since=" + "0" * 30 + "9" * 30,
                                   "limit=0", "limit=501", "since", "&&", "since=%C4%81", "since=%D9%A1"])  # fmt: skip
def test_queries(unchanged: House, query: str) -> None:
    answer = unchanged.request("GET", f"/api/v1/visits?{query.encode().decode('latin-1')}", headers=bearer("demo-manager"))
    refusal(answer, 400, "malformed")


# 401, 403, 404


@pytest.mark.parametrize("token", [None, "", "wrong", "demo-manage", "demo-manager2", "\xe4\xe4", "x" * 5000])
@pytest.mark.parametrize("path", ["commands/TakeTicket", "commands/Nothing", "views/menu", "views/board/hall", "visits"])
def test_nobody_known(unchanged: House, token: str | None, path: str) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    method = "POST" if path.startswith("commands") else "GET"
    answer = unchanged.request(method, f"/api/v1/{path}", body({"service": SERVICE}) if method == "POST" else None, headers)
    assert refusal(answer, 401, "signed_out") == "Vispirms piesakieties."


@pytest.mark.parametrize("scheme", ["Basic ZGVtby1tYW5hZ2VyOng=", "demo-manager", "Bearer", "Bearer  "])
def test_other_schemes_are_nobody(unchanged: House, scheme: str) -> None:
    refusal(unchanged.request("GET", "/api/v1/views/menu", headers={"Authorization": scheme}), 401, "signed_out")


def test_a_wrong_token_is_not_mended_by_a_cookie(unchanged: House) -> None:
    headers = {"Authorization": "Bearer wrong", "Cookie": "rinda_device=demo-display"}
    refusal(unchanged.request("GET", "/api/v1/views/board/hall", headers=headers), 401, "signed_out")
    del headers["Authorization"]
    assert unchanged.request("GET", "/api/v1/views/board/hall", headers=headers).status == 200


@pytest.mark.parametrize(
    "cookie", ["a/b=1", "a[b]=1", "=", ";;;", "rinda_session", 'rinda_session="', "\xff=\xff", "a=" + "x" * 6000]
)
def test_a_strange_cookie_of_another_program_on_this_host_does_no_harm(unchanged: House, cookie: str) -> None:
    headers = (
        {"Cookie": f"{cookie}; rinda_device=demo-display"}
        if "=" in cookie
        else {"Cookie": f"rinda_device=demo-display; {cookie}"}
    )
    assert unchanged.request("GET", "/api/v1/views/board/hall", headers=headers).status == 200
    assert unchanged.request("GET", "/", headers=headers).status == 200


def test_unknown_names(unchanged: House) -> None:
    for language, words in (("lv", "Tādas komandas nav."), ("en", "There is no such command.")):
        assert refusal(unchanged.submit("TakeTickets", Accept_Language=language), 404, "unknown_command") == words
    for channel in ("nothing", "board", "board/", "board/cellar", "desk/99", "panel/99", "menu/1", "menu/", "ticket/nothing"):
        refusal(unchanged.view(channel), 404, "unknown_channel")
    refusal(unchanged.request("GET", "/api/v1/nothing"), 404, "unknown_path")
    assert unchanged.request("GET", "/api/v1/commands/TakeTicket").status == 405
    assert unchanged.request("DELETE", "/api/v1/views/menu").status == 405


# 409


def test_what_the_floor_refuses(house: House) -> None:
    head = position(house)
    refusal(house.submit("TakeTicket", {"service": "NOTHING-9"}), 409, "unknown_service")
    refusal(house.submit("TakeTicket", {"service": SERVICE, "language": "fr"}), 409, "language_off")
    refusal(house.submit("CallNext", {"counter": "1"}), 409, "counter_closed")
    refusal(house.submit("CallNext", {"counter": "99"}), 409, "unknown_counter")
    refusal(house.submit("Leave", {"visit": VISIT}), 409, "unknown_visit")
    assert position(house) == head
    house.done("OpenCounter", {"counter": "1"}, "clerk-1")
    refusal(house.submit("CallNext", {"counter": "1"}, "clerk-2"), 409, "counter_taken")
    refusal(house.submit("OpenCounter", {"counter": "1"}, "clerk-2"), 409, "counter_taken")
    refusal(house.submit("OpenCounter", {"counter": "1"}, "clerk-1"), 409, "counter_open")
    house.done("CallNext", {"counter": "1"}, "clerk-1")
    refusal(house.submit("CloseCounter", {"counter": "1"}, "clerk-1"), 409, "counter_busy")
    refusal(house.submit("Park", {"counter": "1", "note": "010190-12345"}, "clerk-1"), 409, "personal_data")
    house.done("NoShow", {"counter": "1"}, "clerk-1")
    house.done("CloseCounter", {"counter": "1"}, "clerk-1")


def test_a_wrong_channel_of_a_contact_is_said_as_such(house: House) -> None:
    house.done("OpenCounter", {"counter": "1"}, "clerk-1")
    try:
        data = {"counter": "1", "service": SERVICE, "channel": "pasts"}
        answer = house.submit("RegisterContact", data, "clerk-1", Accept_Language="en")
        assert answer.status == 409
        assert "pasts" in answer.json["text"]
    finally:
        house.done("CloseCounter", {"counter": "1"}, "clerk-1")


@pytest.mark.parametrize("again", ["X0012", "X00012", "X012"])
def test_an_offline_number_is_admitted_once_however_it_is_written(house: House, again: str) -> None:
    issued = "2020-01-01T00:00:00Z"
    house.submit("AdmitOffline", {"number": "X012", "service": SERVICE, "issued": issued})
    found = house.submit("AdmitOffline", {"number": "X012", "service": SERVICE, "issued": issued}).json["result"]
    assert house.submit("AdmitOffline", {"number": again, "service": SERVICE, "issued": issued}).json["result"] == found
    other = {"number": again, "service": SERVICE, "issued": "2020-01-01T00:00:01Z"}
    refusal(house.submit("AdmitOffline", other), 409, "number_taken")


def test_refusals_speak_the_language_that_is_asked_for(unchanged: House) -> None:
    said = {
        language: unchanged.submit("CallNext", {"counter": "1"}, Accept_Language=language).json["text"]
        for language in ("lv", "en", "en-GB,en;q=0.9", "ru", "de, lv;q=0.5, en;q=0.4", "*", "", "x" * 3000, ";;q=\xff")
    }
    assert said.pop("en") == said.pop("en-GB,en;q=0.9") == "Counter 1 is closed. Open it first."
    assert set(said.values()) == {said["lv"]}
    assert said["lv"] != "Counter 1 is closed. Open it first."


def test_every_code_has_a_latvian_sentence() -> None:
    from config import texts

    assert [code for code, text in CODES.items() if texts.translate("lv", text) == text] == []


# 413, 429


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_a_megabyte_is_too_large(unchanged: House, chunked: bool) -> None:
    sent: Any = body({"service": "P" * 1_000_000}).encode()
    headers = {**bearer("demo-manager"), **JSON}
    if chunked:
        sent = iter([sent[:500_000], sent[500_000:]])
    answer = unchanged.request("POST", "/api/v1/commands/TakeTicket", sent, headers)
    refusal(answer, 413, "too_large")


def test_a_chunked_body_is_read(house: House) -> None:
    sent: Any = body({"service": SERVICE}).encode()
    answer = house.request("POST", "/api/v1/commands/TakeTicket", iter([sent[:9], sent[9:]]), bearer("demo-manager"))  # type: ignore[arg-type]
    assert answer.status == 200, answer.body


@pytest.mark.parametrize("length", ["-1", "x", "99999999999999999999", "1e3"])
def test_a_lie_about_the_length(unchanged: House, length: str) -> None:
    headers = {**bearer("demo-manager"), "Content-Length": length}
    answer = unchanged.request("POST", "/api/v1/commands/TakeTicket", body({"service": SERVICE}), headers, timeout=5)
    assert answer.status in (400, 413)


def test_a_kiosk_has_a_visitors_pace_and_a_manager_has_not(house: House) -> None:
    answers = together(8, lambda _: [house.submit("TakeTicket", {"service": SERVICE}, "demo-kiosk") for _ in range(7)])
    codes = [answer.status for some in answers for answer in some]
    assert 40 <= codes.count(200) < 56
    assert set(codes) == {200, 429}
    # the pace is the kiosk's, whatever it asks for
    last = [house.submit("CheckIn", {"code": "000000"}, "demo-kiosk") for _ in range(10)]
    refusal(next(answer for answer in last if answer.status != 409), 429, "too_fast")
    assert {house.submit("TakeTicket", {"service": SERVICE}).status for _ in range(60)} == {200}


# cookies


def test_sign_in_sign_out(house: House) -> None:
    page = house.request("GET", "/login")
    assert page.status == 200
    signed = house.sign_in("clerk1")
    assert (signed.status, signed.headers["Location"]) == (303, "/")
    line = signed.cookies()["rinda_session"]
    assert "; HttpOnly" in line
    assert "; SameSite=Lax" in line
    assert "; Path=/" in line
    assert "; Domain" not in line
    cookie = line.partition(";")[0]
    assert house.request("GET", "/counter/3", headers={"Cookie": cookie}).status == 200
    assert house.request("GET", "/api/v1/views/desk/3", headers={"Cookie": cookie}).status == 200
    assert house.request("POST", "/logout", headers={"Cookie": cookie, "Origin": "http://evil.example"}).status == 403
    assert house.request("GET", "/api/v1/views/desk/3", headers={"Cookie": cookie}).status == 200
    out = house.request("POST", "/logout", headers={"Cookie": cookie})
    assert out.status == 303
    assert "Expires=Thu, 01 Jan 1970" in out.cookies()["rinda_session"]
    assert house.request("GET", "/api/v1/views/desk/3", headers={"Cookie": cookie}).status == 401
    again = house.request("GET", "/counter/3", headers={"Cookie": cookie})
    assert (again.status, again.headers["Location"]) == (302, "/login?next=/counter/3")


def test_sessions_are_stored_hashed_and_differ(house: House) -> None:
    first, second = house.session("clerk1"), house.session("clerk1")
    assert first != second
    raw = (house.folder / "rinda.db").read_bytes() + (house.folder / "rinda.db-wal").read_bytes()
    assert first.partition("=")[2].encode() not in raw
    assert b"demo-manager\x00" not in raw


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/counter/3", "/counter/3"), ("", "/"), ("https://evil.example/", "/"), ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"), ("/\n/evil.example", "/"), ("\t//evil.example", "/"), (" //evil.example", "/"), ("/\x00", "/"),
        ("javascript:alert(1)", "/"), ("/a\r\nSet-Cookie: x=y", "/"), ("/display/hall?x=//y", "/display/hall?x=//y"),
    ],
)  # fmt: skip
def test_after_sign_in_only_to_a_page_of_ours(house: House, wanted: str, goes: str) -> None:
    answer = house.sign_in("clerk1", next=wanted)
    assert (answer.status, answer.headers["Location"]) == (303, goes)
    assert set(answer.cookies()) == {"rinda_session", "rinda_station", "rinda_language"}


def test_wrong_passwords_are_answered_alike_and_slowed_down(house: House) -> None:
    wrong = house.sign_in("clerk2", "demo2")
    assert wrong.status == 401
    assert house.sign_in("nobody", "demo").status == 401
    assert "rinda_session" not in wrong.cookies()
    statuses = [wrong.status]
    while statuses.count(429) < 2 or statuses[-1] != 401:  # the wait that begins with this one is of some seconds
        statuses.append(house.sign_in("clerk2", "x").status)
        assert len(statuses) < 40
    assert house.sign_in("clerk2", "demo").status == 429  # not even the right one
    assert house.sign_in("clerk1").status == 303  # everybody else


def test_sign_in_forms_that_no_page_of_ours_sent(house: House) -> None:
    fields = {"csrf_token": "x", "name": "clerk1", "password": "demo", "next": ""}
    assert house.form("/login", fields).status == 400
    assert house.form("/login", fields, Cookie="rinda_csrf=y").status == 400
    assert house.form("/login", {**fields, "csrf_token": "ā"}, Cookie="rinda_csrf=y").status == 400
    assert house.form("/login", {**fields, "csrf_token": ""}, Cookie="rinda_csrf=").status == 400
    assert house.form("/login", {**fields, "csrf_token": "y"}, Cookie="rinda_csrf=y", Origin="http://evil.example").status == 403
    assert house.form("/login", {**fields, "csrf_token": "y"}, Cookie="rinda_csrf=y", Origin="http://[").status == 403
    assert house.form("/login", {"csrf_token": "y", "name": "\x00\u2028", "password": ""}, Cookie="rinda_csrf=y").status == 401


def test_a_cookie_alone_is_not_believed(house: House) -> None:
    cookie, head = house.session("clerk1"), position(house)
    here = f"http://127.0.0.1:{house.port}"

    def take(**headers: str) -> Reply:
        return house.submit("TakeTicket", {"service": SERVICE}, None, Cookie=cookie, **headers)

    refusal(take(), 403, "foreign_origin")
    refusal(take(Origin=here), 403, "foreign_origin")
    refusal(take(X_CSRF_Token="x"), 403, "foreign_origin")
    for foreign in ("http://evil.example", "null", f"http://127.0.0.1:{house.port}.evil.example", "http://[", "", f"{here}x"):
        refusal(take(X_CSRF_Token=csrf_of(house, "clerk1"), Origin=foreign), 403, "foreign_origin")
    assert position(house) == head
    assert take(X_CSRF_Token=csrf_of(house, "clerk1"), Origin=here).status == 200
    assert house.submit("TakeTicket", {"service": SERVICE}, "demo-manager", Cookie=cookie).status == 200  # a token of its own
    refusal(house.submit("TakeTicket", {"service": SERVICE}, "wrong", Cookie=cookie), 401, "signed_out")


def test_a_session_says_what_its_commands_must_carry(house: House) -> None:
    cookie = house.session("manager")
    said = house.request("GET", "/api/v1/session", headers={"Cookie": cookie})
    assert (said.status, set(said.json)) == (200, {"account", "role", "csrf"})
    assert (said.json["account"], said.json["role"]) == ("manager", "manager")
    taken = house.submit("TakeTicket", {"service": SERVICE}, None, Cookie=cookie, X_CSRF_Token=said.json["csrf"])
    assert taken.status == 200
    refusal(house.request("GET", "/api/v1/session", headers={"Authorization": "Bearer demo-manager"}), 401, "signed_out")


def csrf_of(house: House, name: str) -> str:
    """The token of the person's newest session, from the database."""
    with sqlite3.connect(house.folder / "rinda.db") as base:
        found: str = base.execute("SELECT csrf FROM sessions WHERE account = ? ORDER BY until DESC", (name,)).fetchone()[0]
    return found


def test_someone_who_may_not_see_a_screen_is_told_so_and_not_sent_in_circles(house: House) -> None:
    cookie = house.session("network")
    as_a_screen = house.request("GET", "/counter/3", headers={"Cookie": "rinda_device=demo-display"})
    assert as_a_screen.status == 302, "a browser that showed a board is asked to sign in, not turned away"
    for path in ("/display/hall", "/panel/3", "/counter/3"):
        assert house.request("GET", path, headers={"Cookie": f"{cookie}; rinda_device=demo-display"}).status == 403, path


# every kind of answer


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200), ("GET", "/login", 200), ("GET", "/nothing", 404), ("GET", "/healthz", 200), ("GET", "/readyz", 200),
        ("GET", "/metrics", 200), ("GET", "/counter/3", 302), ("GET", "/ticket/nothing", 404), ("GET", "/static/base.css", 200),
        ("GET", "/static/../app.py", 404), ("GET", "/static/nothing", 404), ("GET", "/display/hall", 302),
        ("GET", "/display/no", 404),
        ("GET", "/api/v1/openapi.json", 200), ("GET", "/api/v1/views/menu", 401), ("POST", "/login", 400), ("PUT", "/login", 405),
        ("GET", "/socket.io/", 400), ("GET", "/socket.io", 400), ("GET", "/api/v1/nothing", 404), ("GET", "/display/../%00", 404),
    ],
)  # fmt: skip
def test_security_headers(house: House, method: str, path: str, status: int) -> None:
    answer = house.request(method, path)
    assert answer.status == status
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert answer.headers["Cache-Control"] == ("max-age=0" if path == "/static/base.css" else "no-store") or "/static/" in path


def test_a_ticket_page_by_its_token(house: House) -> None:
    taken = house.done("TakeTicket", {"service": SERVICE, "language": "en"})
    page = house.request("GET", f"/ticket/{taken['token']}")
    assert page.status == 200
    assert taken["number"] in page.text
    seen = house.view(f"ticket/{taken['token']}", None)
    assert seen.status == 200
    assert seen.json["data"]["number"] == taken["number"]
    assert taken["visit"] not in seen.text
    for wrong in (taken["visit"], taken["token"][:-1], taken["token"] + "x", taken["token"].swapcase(), "%00", "x" * 3000):
        assert house.request("GET", f"/ticket/{wrong}").status == 404
        assert house.view(f"ticket/{wrong}", None).status == 404


def test_ticket_pages_have_a_pace(house: House) -> None:
    assert 429 in {house.request("GET", "/ticket/guess").status for _ in range(200)}
    assert 429 in {house.view("ticket/guess", None).status for _ in range(200)}
    assert house.request("GET", "/healthz").status == 200


def test_a_page_that_no_one_could_write_into(house: House) -> None:
    """Nothing that a request says comes back as markup."""
    bait = "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E"
    for path in (
        f"/login?next={bait}&language={bait}",
        f"/{bait}",
        f"/ticket/{bait}?language={bait}",
        f"/display/{bait}",
        f"/counter/{bait}",
    ):
        assert "<img src=x" not in house.request("GET", path).text


def test_metrics_and_readiness(house: House) -> None:
    families = {family.name: family for family in text_string_to_metric_families(house.request("GET", "/metrics").text)}
    assert {
        "rinda_position",
        "rinda_waiting",
        "rinda_counters",
        "rinda_devices",
        "rinda_commands",
        "rinda_command_seconds",
    } <= set(families)
    names = {sample.labels["name"] for sample in families["rinda_commands"].samples}
    assert names <= set(COMMANDS)
    ready = house.request("GET", "/readyz")
    assert (ready.status, ready.json) == (200, {"ok": True, "checks": {"plan": True, "store": True, "disk": True}})


# who may what: written by hand, not from server/authority.py

STEPS = {
    "OpenCounter", "CloseCounter", "Pause", "Resume", "CallNext", "CallVisit", "Recall", "Serve", "Requeue", "Transfer", "Park",
    "NoShow", "RecordService", "AmendService", "StrikeService", "Finish", "Undo", "RegisterContact", "TakeTicket", "CheckIn",
    "Leave", "StoreNext", "CallRoll", "SetRoll", "HoldSlot", "BookAppointment", "MoveAppointment", "CancelAppointment",
    "PrintSlip", "AnswerHelp", "RegisterCallback", "CallCallback", "EndCallback", "SendMessage", "AcknowledgeMessage",
    "RaiseAlarm", "AcknowledgeAlarm", "SetBooth", "StartRoom", "ExtendRoom", "EndRoom", "WipeRoom", "JoinRoom", "LeaveRoom",
    "BookRoom", "CancelRoomBooking", "PrintPaper", "CallToPlace",
}  # fmt: skip
MANAGING = {
    "SetQueue", "ReleaseCounter", "SetProfile", "MoveVisit", "EndVisit", "Announce", "Withdraw", "SeeTrouble", "CloseDay",
    "AdmitOffline", "RevisePlan", "SchedulePlan", "WithdrawPlan", "ReportSlip", "CorrectVisit", "CloseMonth",
    "TestSound", "HearSound",
}  # fmt: skip
PROOFS = {"ConfirmShown", "ConfirmSpoken", "ReportSound"}
MAY_SUBMIT = {
    "demo-kiosk": {"TakeTicket", "CheckIn", "AdmitOffline", "ReportSlip", "CallHelp", "PrintPaper", "ReportPaper"},
    "demo-display": PROOFS,
    "demo-panel": {"CallNext", "Recall", "Serve", "NoShow", "Requeue", "Finish", "Resume"},
    "demo-clerk": STEPS,
    "demo-manager": STEPS | MANAGING,
    "demo-national": set(),
}
CHANNELS = (
    "menu",
    "jobs/kiosk-1",
    "desk/3",
    "finished/3",
    "panel/3",
    "board/hall",
    "catalogue",
    "overview",
    "visits",
    "panels",
    "room/d1",
    "rate/1",
)
MAY_SEE = {
    "demo-kiosk": {"menu", "jobs/kiosk-1"},
    "demo-display": {"panel/3", "board/hall", "panels", "room/d1", "rate/1"},
    "demo-panel": {"panels"},
    "demo-clerk": {"menu", "desk/3", "finished/3", "panel/3", "board/hall", "catalogue", "overview", "visits", "room/d1"},
    "demo-manager": set(CHANNELS),
    "demo-national": {"overview"},
}


@pytest.mark.parametrize("token", MAY_SUBMIT)
def test_every_role_and_every_command(house: House, token: str) -> None:
    assert len(COMMANDS) == 78
    for name in COMMANDS:
        # A shape that no command accepts: whoever may submit it is told of the shape, everybody else of the right.
        answer = house.submit(name, {"counter": [], "service": [], "visit": [], "plan": [], "number": [], "code": []}, token)
        if name in MAY_SUBMIT[token]:
            assert answer.status in (400, 200, 409), (token, name, answer.body)
            if name == "CloseDay":
                assert answer.status == 200
        else:
            assert refusal(answer, 403, "not_allowed"), (token, name)


@pytest.mark.parametrize("token", MAY_SEE)
def test_every_role_and_every_channel(house: House, token: str) -> None:
    for channel in CHANNELS:
        answer = house.view(channel, token)
        assert answer.status == (200 if channel in MAY_SEE[token] else 403), (token, channel)
        if answer.status == 200:
            assert set(answer.json) == {"channel", "position", "now", "data"}
            assert answer.json["channel"] == channel
    sees_visits = house.request("GET", "/api/v1/visits", headers=bearer(token)).status
    assert sees_visits == (200 if token in ("demo-manager", "demo-national") else 403)


def test_a_kiosk_sees_only_its_own_slips(house: House) -> None:
    refusal(house.view("jobs/kiosk-2", "demo-kiosk"), 403, "not_allowed")
