"""Single sign-on against an independent OpenID provider, against a false one, and with nobody at the other end."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from server.pages.sso import AWAY, DEADLINE_S, FAILED, Sso, SsoFault
from tests.conftest import need
from tests.house import House, Reply, free_port, until

SLOW_S = 2.0
"""What a loaded machine may take beyond the deadline; less than it would take to wait twice."""


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    need("authlib", find_spec("authlib"))
    need("oidc-provider-mock", find_spec("oidc_provider_mock"))


@pytest.fixture(scope="module")
def issuer(installed: None) -> Iterator[str]:
    """The address of the provider, a program that others wrote."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def answers() -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    until(answers, "the provider answers")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="module")
def house(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A centre server that trusts the provider."""
    found = House(tmp_path_factory.mktemp("sso"), options=("--sso", issuer)).start()
    yield found
    found.stop()


def start(house: House) -> tuple[str, str]:
    """Where the browser is sent, and its cookie for the way back."""
    answer = house.request("GET", "/sso/start?next=/counter/3")
    assert answer.status == 302, answer.text
    return answer.headers["Location"], answer.cookies()["rinda_sso"].partition(";")[0]


def at_provider(address: str, **form: str) -> str:
    """What a person does on the provider's page; the address to which the browser is sent back."""
    import http.client

    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{parts.path}?{parts.query}", urlencode(form), kind)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return str(answer.headers["Location"])


def back(house: House, address: str, cookie: str) -> Reply:
    """The way back to us."""
    parts = urlsplit(address)
    assert parts.netloc == f"127.0.0.1:{house.port}"
    return house.request("GET", f"{parts.path}?{parts.query}", headers={"Cookie": cookie})


def test_a_person_who_is_known_there_and_here_comes_in(house: House) -> None:
    address, cookie = start(house)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", "rinda")
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    answer = back(house, at_provider(address, sub="ilze"), cookie)
    assert (answer.status, answer.headers["Location"]) == (303, "/counter/3")
    session = answer.cookies()["rinda_session"].partition(";")[0]
    assert house.request("GET", "/api/v1/session", headers={"Cookie": session}).json["account"] == "clerk1"
    assert "ar vienoto pieteikšanos" in house.request("GET", "/account", headers={"Cookie": session}).text


@pytest.mark.parametrize(
    ("subject", "says"), [("svešs", "šajā centrā jums nav konta"), ("janis", "Jūsu konts šajā centrā ir atslēgts")]
)
def test_who_is_not_known_or_not_allowed_is_told_so(house: House, subject: str, says: str) -> None:
    address, cookie = start(house)
    answer = back(house, at_provider(address, sub=subject), cookie)
    assert answer.status == 403
    assert says in answer.text
    assert "rinda_session" not in answer.cookies()


def test_who_is_refused_there_can_go_on_with_a_password(house: House) -> None:
    address, cookie = start(house)
    answer = back(house, at_provider(address, action="deny"), cookie)
    assert answer.status == 403
    assert "paroli vai PIN" in answer.text


def test_a_way_back_works_once_with_its_own_cookie_and_state(house: House) -> None:
    address, cookie = start(house)
    there = at_provider(address, sub="ilze")
    assert back(house, there, "rinda_sso=other").status == 403
    forged = there.replace("state=", "state=x")
    assert back(house, forged, cookie).status == 403
    assert back(house, there, f"{cookie[:-1]}{'A' if cookie[-1] != 'A' else 'B'}").status == 403  # not as it was signed
    assert back(house, there, cookie).status == 403  # the attempt is spent
    address, cookie = start(house)
    there = at_provider(address, sub="ilze")
    assert back(house, there, cookie).status == 303
    assert back(house, there, cookie).status == 403


def test_the_provider_is_told_to_ask_for_the_secret_again(house: House) -> None:
    asked = parse_qs(urlsplit(start(house)[0]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])


def test_only_the_same_person_comes_into_a_locked_page_from_there(house: House) -> None:
    def come(sub: str, jar: str) -> Reply:
        address, cookie = start(house)
        return back(house, at_provider(address, sub=sub), f"{cookie}; {jar}")

    for name, status in (("manager", 403), ("clerk1", 303)):
        jar = house.session(name)
        token = house.request("GET", "/api/v1/session", headers={"Cookie": jar}).json["csrf"]
        assert house.request("POST", "/session/lock", "", {"Cookie": jar, "X-CSRF-Token": token}).status == 200
        answer = come("ilze", jar)
        assert answer.status == status, name
        assert ("Šeit ir bloķēta cita darbinieka lapa." in answer.text) == (status == 403)
        assert ("rinda_session" in answer.cookies()) == (status == 303)
    assert come("ilze", house.session("manager")).status == 303  # one that is open gives way


def test_strangers_who_begin_a_thousand_times_are_in_nobodys_way(house: House) -> None:
    address, cookie = start(house)
    for _ in range(1000):
        assert house.request("GET", "/sso/start").status == 302
    assert back(house, at_provider(address, sub="ilze"), cookie).status == 303


def test_with_nobody_there_the_page_says_so_in_time_and_the_password_works(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:  # takes connections and never answers
        found = House(tmp_path, options=("--sso", f"http://127.0.0.1:{silent.getsockname()[1]}")).start()
        try:
            for _ in range(2):
                began = time.monotonic()
                answer = found.request("GET", "/sso/start?next=/counter/3")
                assert DEADLINE_S <= 3.0
                assert time.monotonic() - began < DEADLINE_S + SLOW_S
                assert answer.status == 503
                assert "Vienotā pieteikšanās pašlaik nav sasniedzama. Izmantojiet paroli vai PIN." in answer.text
            assert found.sign_in("clerk1").status == 303
            assert "Traceback" not in found.log()
        finally:
            found.stop()


class False_:
    """A provider of the test's own that lies in one way."""

    def __init__(self) -> None:
        from joserfc.jwk import RSAKey

        self.key, self.other = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
        self.claims: dict[str, Any] = {}
        self.header, self.signer, self.metadata = {"alg": "RS256"}, self.key, {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(provider.jwks() if self.path == "/jwks" else provider.describe())

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(provider.token())

            def answer(self, value: Mapping[str, Any]) -> None:
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def describe(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/go", "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks", "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.metadata,
        }  # fmt: skip

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def token(self) -> dict[str, Any]:
        from joserfc import jwt

        made = jwt.encode(self.header, self.claims, self.signer, algorithms=["RS256", "HS256", "none"])
        return {"access_token": "x", "token_type": "Bearer", "id_token": made}


@pytest.fixture(scope="module")
def liar() -> Iterator[False_]:
    found = False_()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def false(liar: False_) -> False_:
    """The false provider, telling the truth until a test says otherwise."""
    liar.header, liar.signer, liar.metadata = {"alg": "RS256"}, liar.key, {}
    return liar


def direct(work: Any, *args: Any, within_s: float) -> Any:
    """Nobody waits for anybody here."""
    return work(*args)


def finish(false: False_, lie: Mapping[str, Any], claim: str = "sub", **answer: str) -> str:
    """A whole sign-in in which the ID token says what `lie` says."""
    from config.settings import from_environment

    environ = {"RINDA_SSO_ISSUER": false.issuer, "RINDA_SSO_CLIENT_ID": "rinda", "RINDA_SSO_CLAIM": claim}
    sso = Sso(from_environment(environ), direct)
    address, kept = sso.begin("/")
    asked = parse_qs(urlsplit(address).query)
    now = int(time.time())
    true = {"iss": false.issuer, "aud": "rinda", "sub": "ilze", "nonce": asked["nonce"][0], "iat": now, "exp": now + 300}
    false.claims = {name: value for name, value in {**true, **lie}.items() if value is not None}
    return sso.finish(kept, {"state": asked["state"][0], "code": "c", **answer})[0]


def test_the_truth_is_believed(false: False_) -> None:
    assert finish(false, {}) == "ilze"
    assert finish(false, {"email": "a@b.lv", "email_verified": True}, "email") == "a@b.lv"
    assert finish(false, {}, iss=false.issuer) == "ilze"
    assert finish(false, {"auth_time": int(time.time()) - 1}) == "ilze"


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "x"}, {"nonce": None}, {"aud": "another"}, {"aud": None}, {"iss": "http://127.0.0.1:1"}, {"exp": 1},
        {"exp": None}, {"sub": None}, {"sub": ""}, {"sub": 7}, {"iat": 32_503_680_000},  # in the year 3000
        {"auth_time": 1_700_000_000}, {"auth_time": "now"},
    ],
    ids=str,
)  # fmt: skip
def test_an_id_token_that_lies_is_not_believed(false: False_, lie: Mapping[str, Any]) -> None:
    with pytest.raises(SsoFault) as caught:
        finish(false, lie)
    assert caught.value.text == FAILED


@pytest.mark.filterwarnings("ignore:JWS algorithm")
def test_a_token_signed_by_others_or_by_nobody_is_not_believed(false: False_) -> None:
    from joserfc.jwk import OctKey

    ours = OctKey.import_key("a secret of the tests")
    for header, signer in (({"alg": "RS256"}, false.other), ({"alg": "HS256"}, ours), ({"alg": "none"}, false.key)):
        false.header, false.signer = header, signer
        with pytest.raises(SsoFault):
            finish(false, {})


def test_an_answer_without_end_is_not_kept_in_memory(false: False_) -> None:
    false.metadata = {"more": "x" * 2_000_000}
    with pytest.raises(SsoFault) as caught:
        finish(false, {})
    assert (caught.value.text, caught.value.away) == (AWAY, True)


def test_another_issuer_and_an_unproved_address_are_not_believed(false: False_) -> None:
    with pytest.raises(SsoFault):
        finish(false, {}, iss="http://127.0.0.1:1")
    with pytest.raises(SsoFault):
        finish(false, {"email": "a@b.lv"}, "email")
    false.metadata = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(SsoFault):
        finish(false, {})
    false.metadata = {"issuer": "http://127.0.0.1:1"}
    with pytest.raises(SsoFault):
        finish(false, {})
    false.metadata = {"id_token_signing_alg_values_supported": ["HS256", "none"]}
    with pytest.raises(SsoFault):
        finish(false, {})
