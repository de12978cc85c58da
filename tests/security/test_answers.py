"""What every answer carries, and that nothing that can be sent makes a server fail: no answer of the kind 5xx."""

import http.client
import json
import socket
from pathlib import Path
from urllib.parse import quote

import pytest

from server.host_cookies import given, taken
from server.turned_away import where
from tests.house import House, Reply, bearer
from tests.security.expected import NAMES, OWN
from tests.security.kept import snapshot
from tests.security.world import Centre, Route

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICTER = {"Referrer-Policy": "no-referrer"}
BODIES: dict[str, tuple[str, bytes]] = {
    "nothing": ("application/json", b""),
    "half an object": ("application/json", b'{"a":'),
    "a list": ("application/json", b"[1,2]"),
    "null": ("application/json", b"null"),
    "no UTF-8": ("application/json", b'{"a":"\xff\xfe"}'),
    "deep": ("application/json", b"[" * 20_000),
    "deep below a name that nobody asked for": ("application/json", b'{"a":' * 20_000),
    "a large number": ("application/json", b'{"id": 1e999, "version": 9' + b"9" * 400 + b"}"),
    "a surrogate": ("application/json", b'{"id": "\\ud800", "name": "\\u0000"}'),
    "an object": (
        "application/json",
        b'{"plan": {}, "patch": [], "id": 7, "data": "x", "version": "y", "secret": 5, "kind": null}',
    ),
    "a form of control signs": (
        "application/x-www-form-urlencoded",
        b"name=%00%1b&act=%ff&code=%0d%0a&month=%00&start=99:99&day=0000-00-00",
    ),
    "a form without an end": (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data; name=file; filename=a.toml\r\n\r\n\xff\xff",
    ),
    "a form without a boundary": ("multipart/form-data", b"--x\r\n"),
    "no type": ("", b"\x00\x01\x02"),
    "a strange type": ("application/json; charset=utf-7", b"+ADw-"),
}
QUERIES = (
    "%00",
    "from=9999-99-99&to=x&month=2020-13&day=0001-01-01&week=9999-12-31",
    "since=-1&limit=1e9&page=-1&after=99999999999999999999",
    "language=%ff&token=%ff&next=%00&counter=%C4%81&code=%D9%A3",
    "from=0001-01-01&to=9999-12-31&format=exe&month=0000-00&year=0",
    "position=%2B&visit=x&actor=%25&text=%5C%27%22%3B--&type=x&kind=x&screen=x&zone=x&key=x",
)
NAMES_OF_NOTHING = (
    "%00",
    "%ff",
    "..%2f..%2fetc%2fpasswd",
    "x" * 2000,
    "%D9%A3",
    "%F0%9F%98%80",
    "'; DROP TABLE events;--",
    "-1",
    "{{7*7}}",
)


def filled(route: Route, name: str) -> str:
    """The route with this in each of its places, safe for a request line."""
    names = {
        "counter": name,
        "zone": name,
        "code": name,
        "name": name,
        "visit": name,
        "paper": name,
        "month": name,
        "kind": name,
        "filename": name,
        "channel": name,
        "handle": name,
        "id": name,
        "token": name,
        "room": name,
        "act": name,
        "section": name,
    }
    return quote(route.path(names), safe="/%.")


def carried(answer: Reply) -> list[str]:
    """What is wrong with the headers of an answer."""
    wrong = [name for name, value in EVERYWHERE.items() if answer.headers[name] not in (value, STRICTER.get(name, value))]
    policy = answer.headers["Content-Security-Policy"] or ""
    parts = dict(part.partition(" ")[::2] for part in policy.split("; "))
    own = all(parts.get(name) == "'self'" for name in ("default-src", "script-src", "style-src", "connect-src", "form-action"))
    none = all(parts.get(name) == "'none'" for name in ("object-src", "base-uri", "frame-ancestors"))
    if not own or not none or "unsafe" in policy or "*" in policy:
        wrong.append(f"Content-Security-Policy: {policy}")
    if not answer.headers["Cache-Control"]:
        wrong.append("Cache-Control")
    kind = answer.headers["Content-Type"] or ""
    if answer.body and answer.status != 204 and ("/" not in kind or (kind.startswith("text/") and "charset" not in kind)):
        wrong.append(f"Content-Type: {kind}")
    if any(name.lower().startswith("access-control-") for name in answer.headers):
        wrong.append("CORS")
    if answer.headers["Server"] or answer.headers["X-Powered-By"]:
        wrong.append("the server's name")
    return wrong


def test_every_answer_carries_the_headers(here: Centre) -> None:
    """Every route and method, for a stranger and for the manager; pages, files, refusals, errors and what is not there."""
    wrong = []
    for route in here.routes:
        for method in (*route.methods, "HEAD", "OPTIONS", "PUT", "TRACE"):
            for headers in ({"Origin": "https://evil.example"}, here.forms("manager")):
                if "/logout" in route.rule or (method == "POST" and route.rule == "/session/lock"):
                    continue
                answer = here.ask(method, route.path(NAMES), headers)
                if answer.status >= 500 or (faults := carried(answer)):
                    wrong.append(f"{method} {route.rule}: {answer.status} {faults}")
    for path in ("/nothing", "/static/nothing", "/api/v1/nothing", "/socket.io/", "/.git/config", "/%00", "/admin/nothing"):
        answer = here.ask("GET", path)
        assert (answer.status in (400, 401, 404), carried(answer)) == (True, []), (path, answer.status)
    assert not wrong, "\n".join(wrong)


def test_answers_for_somebody_are_stored_nowhere(here: Centre) -> None:
    """Of what only some may see, nothing may be kept by a browser or by anything on the way."""
    for route in here.routes:
        if "GET" not in route.methods or "static" in route.endpoint:
            continue
        answer = here.ask("GET", route.path(NAMES), here.forms("manager"))
        stranger = here.ask("GET", route.path(NAMES))
        kept = answer.headers["Cache-Control"]
        if (answer.status, stranger.status) == (200, 200) or answer.status != 200:
            continue
        assert "no-store" in kept or "private" in kept, (route.rule, kept)


def test_whatever_is_posted_is_answered(here: Centre) -> None:
    wrong = []
    for route in here.routes:
        if "POST" not in route.methods or route.rule in ("/admin/keeping/copy", "/admin/keeping/erase"):
            continue
        for what, (kind, body) in BODIES.items():
            # The own session's pages know people alone; the others take a program's token.
            who = here.forms("clerk") if route.endpoint in OWN else bearer(here.token("manager"))
            if route.rule != "/session/lock":
                answer = here.ask("POST", route.path(NAMES), who | ({"Content-Type": kind} if kind else {}), body)
                if answer.status >= 500:
                    wrong.append(f"{route.rule} {what}: {answer.status}")
    assert not wrong, "\n".join(wrong)
    assert "Traceback" not in here.log()


def test_whatever_is_asked_is_answered(here: Centre) -> None:
    wrong, manager = [], bearer(here.token("manager"))
    for route in here.routes:
        if "GET" not in route.methods:
            continue
        paths = [f"{route.path(NAMES)}?{query}" for query in QUERIES]
        if "<" in route.rule:
            paths += [filled(route, name) for name in NAMES_OF_NOTHING]
        for path in paths:
            answer = here.ask("GET", path, manager)
            if answer.status >= 500:
                wrong.append(f"{path[:120]}: {answer.status}")
    assert not wrong, "\n".join(wrong)
    assert "Traceback" not in here.log()


def test_an_error_tells_nothing_of_what_is_inside(here: Centre) -> None:
    for path in ("/nothing", "/api/v1/nothing", "/api/v1/visits?since=x", "/admin/static/../../app.py", "/display/media/x"):
        text = here.ask("GET", path, bearer(here.token("manager"))).text
        assert not any(
            word in text for word in ("Traceback", "sqlite", "SELECT", str(Path.home()), str(here.folder), ".py", "werkzeug")
        )


@pytest.mark.parametrize(
    "path",
    [
        "/.git/HEAD",
        "/.env",
        "/server/app.py",
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/rinda.db",
        "/static/vendor/stamp.json/..%2f..%2f..%2fapp.py",
    ],
)
def test_nothing_but_its_files_is_served(here: Centre, path: str) -> None:
    assert here.ask("GET", path).status == 404


def test_a_body_that_is_too_large_is_refused_before_it_is_read(here: Centre) -> None:
    for path in ("/api/v1/commands/TakeTicket", "/admin/people", "/login", "/feedback", "/pair/begin", "/admin/plan/import"):
        with socket.create_connection(("127.0.0.1", here.port), timeout=20) as wire:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {here.token('manager')}\r\n"
            wire.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900000000\r\n\r\n".encode())
            answer = http.client.HTTPResponse(wire)
            answer.begin()
            assert answer.status in (403, 413), (path, answer.status)


def test_who_sends_a_byte_at_a_time_keeps_nobody_waiting(here: Centre) -> None:
    slow = [socket.create_connection(("127.0.0.1", here.port), timeout=20) for _ in range(200)]
    for one in slow:
        one.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nX-Slow: ")
    assert here.request("GET", "/healthz").status == 200
    assert here.request("GET", "/api/v1/views/overview", headers=bearer(here.token("manager"))).status == 200
    for one in slow:
        one.close()


def test_two_requests_are_never_one(here: Centre) -> None:
    """A length beside chunks, two lengths, a length that is none: refused or the connection ends; the second is not run."""
    before = snapshot(here)
    inner = (
        f"POST /api/v1/commands/SetQueue HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {here.token('manager')}\r\n"
        'Content-Length: 80\r\n\r\n{"id":"00000000-0000-4000-8000-00000000000a","data":{"open":false,"reason":"x"}}'
    )
    for heads in (
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 3\r\nContent-Length: 400\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Content-Length: +3\r\n",
        "Content-Length: 3_0\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
    ):
        with socket.create_connection(("127.0.0.1", here.port), timeout=5) as wire:
            wire.sendall(f"POST /healthz HTTP/1.1\r\nHost: x\r\n{heads}\r\n0\r\n\r\n{inner}".encode())
            with_answers = http.client.HTTPResponse(wire)
            try:
                with_answers.begin()
            except (http.client.HTTPException, OSError):
                continue
    assert here.request("GET", "/healthz").status == 200
    assert snapshot(here) == before


def test_metrics_are_for_this_machine(here: Centre) -> None:
    assert here.ask("GET", "/metrics").status == 200
    assert here.ask("GET", "/metrics", {"X-Forwarded-For": "192.0.2.1"}).status == 403


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """A centre behind a proxy of ours that ends TLS."""
    found = House(tmp_path_factory.mktemp("proxied"), options=("--proxy", "https://rinda.example.lv")).start()
    yield found
    found.stop()


SEEN_AS = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


def test_on_an_encrypted_line_browsers_are_told_to_stay_on_it(proxied: House) -> None:
    for path in ("/", "/login", "/nothing", "/static/base.css", "/api/v1/visits", "/socket.io/"):
        assert proxied.request("GET", path, headers=SEEN_AS).headers["Strict-Transport-Security"] == "max-age=31536000", path
    plain = proxied.request("GET", "/login", headers={"X-Forwarded-For": "203.0.113.7"})
    assert plain.headers["Strict-Transport-Security"] is None
    api = proxied.request("POST", "/api/v1/commands/TakeTicket", b"{}", {"X-Forwarded-For": "203.0.113.7"})
    assert (api.status, api.headers["Location"]) == (401, None), "programs are never sent on from the plain line"
    assert proxied.request("GET", "/metrics", headers=SEEN_AS).status == 403


def test_cookies_are_of_this_host_alone(proxied: House) -> None:
    login = proxied.request("GET", "/login", headers=SEEN_AS)
    (name, line), *_ = login.cookies().items()
    assert name == "__Host-rinda_csrf"
    word = line.partition("=")[2].partition(";")[0]
    form = f"csrf_token={word}&name=clerk1&password=demo&next=/counter/3"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    tossed = proxied.request("POST", "/login", form, SEEN_AS | kind | {"Cookie": f"rinda_csrf={word}"})
    assert tossed.status == 400, "what a neighbour's host has set is not ours"
    signed_in = proxied.request("POST", "/login", form, SEEN_AS | kind | {"Cookie": f"__Host-rinda_csrf={word}"})
    assert signed_in.status == 303
    for name, line in signed_in.cookies().items():
        assert name.startswith("__Host-"), name
        assert all(part in line for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Lax")), line
        assert "domain" not in line.lower()
    session = signed_in.cookies()["__Host-rinda_session"].partition(";")[0]
    assert proxied.request("GET", "/api/v1/session", headers=SEEN_AS | {"Cookie": session}).status == 200
    fixed = session.removeprefix("__Host-")
    assert proxied.request("GET", "/api/v1/session", headers=SEEN_AS | {"Cookie": fixed}).status == 401
    out = proxied.request("POST", "/logout", "", SEEN_AS | kind | {"Cookie": session})
    assert "; Secure" in out.cookies()["__Host-rinda_session"], "else the browser would keep it"


def test_what_is_not_ours_of_a_cookie_header_stays() -> None:
    assert taken("a=b; rinda_session=x; __Host-rinda_session=y;; __Host-other=z") == "a=b; rinda_session=y; other=z"
    assert given("Set-Cookie", "other=1; Path=/") == "other=1; Path=/"
    assert given("Location", "rinda_x") == "rinda_x"


def test_who_is_turned_away_is_in_the_log_and_no_token_with_it(here: Centre) -> None:
    here.request("POST", "/api/v1/commands/CloseDay", json.dumps({"data": {}}), bearer("a-guessed-token"))
    here.request("GET", "/ticket/" + "secret" * 5)
    lines = [json.loads(line) for line in here.log().splitlines() if '"turned away"' in line]
    assert lines
    assert set(lines[0]) == {"at", "level", "logger", "text", "status", "method", "address", "where"}
    assert where("/ticket/abcdef") == "/ticket"
    assert where("/api/v1/views/ticket/abcdef") == "/api/v1/views/ticket"
    assert where("/api/v1/commands/CloseDay") == "/api/v1/commands/CloseDay"
    assert where("/setup") == "/setup"
    assert where("") == "/"
    assert len(where("/" + "x" * 999)) == 80
