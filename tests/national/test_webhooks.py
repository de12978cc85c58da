"""Webhooks: told once of what is true, signed, sent again until answered, and never to an address inside."""

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import gevent
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine, create_engine, select, update
from sqlalchemy.pool import StaticPool

from server.bridge import Threads
from server.domain.moment import microseconds
from server.national.node import hook_sender
from server.national.node.database import open_engines
from server.national.node.hook_sender import Forbidden, Sender, is_public
from server.national.node.open_doors import Courier
from server.national.node.schema import bundle_states, centres, hook_messages, metadata, months
from server.national.node.webhooks import CLAIM_S, EVENTS, SILENT_S, WAITS_S, Webhooks, check_address, signature
from server.store.journal import GENESIS
from server.workers import Worker

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Other(Sender):
    """The other side: answers with what it was told to, and remembers what it got."""

    def __init__(self) -> None:
        self.answers: list[int | Exception] = []
        self.got: list[tuple[str, bytes, dict[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, inside: bool) -> int:
        self.got.append((url, body, dict(headers)))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(made)
    with made.begin() as connection:
        connection.execute(
            centres.insert(),
            [{"centre": c, "name": f"{c} VPVKAC", "hash": GENESIS, "secret": c, "heard": microseconds(NOW)} for c in "ab"],
        )
    yield made
    made.dispose()


def hear(engine: Engine, centre: str, at: datetime) -> None:
    with engine.begin() as connection:
        connection.execute(update(centres).where(centres.c.centre == centre).values(heard=microseconds(at)))


def close(engine: Engine, month: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            months.insert(), {"month": month, "closed": microseconds(NOW), "by": "anna", "digest": "d", "open_centres": "{}"}
        )


def told(other: Other) -> list[tuple[str, dict[str, Any]]]:
    return [(said["type"], said["data"]) for said in (json.loads(body) for _, body, _ in other.got)]


def send_one(hooks: Webhooks, now: datetime) -> bool:
    """Sends the message that has waited longest; whether there was one."""
    message = hooks.claim(now)
    if message is not None:
        hooks.send(message, now)
    return message is not None


def send_all(hooks: Webhooks, now: datetime) -> None:
    while send_one(hooks, now):
        pass


def test_everything_is_told_once_and_history_never(engine: Engine) -> None:
    other = Other()
    hooks = Webhooks(engine, other)
    close(engine, "2026-08")
    hooks.add("https://example.lv/in", EVENTS)
    assert hooks.watch(NOW) == 0
    close(engine, "2026-09")
    with engine.begin() as connection:
        connection.execute(bundle_states.insert(), [
            {"centre": "a", "revision": n, "state": state, "at": microseconds(NOW)} for n,
            state in ((6, "fetched"), (7, "applied"))
        ])  # fmt: skip
    assert [hooks.watch(NOW), hooks.watch(NOW)] == [2, 0]
    late = NOW + timedelta(seconds=SILENT_S + 1)
    hear(engine, "b", late)
    assert [hooks.watch(late), hooks.watch(late)] == [1, 0]
    hear(engine, "a", late)
    assert [hooks.watch(late), hooks.watch(late)] == [1, 0]
    send_all(hooks, late)
    assert [kind for kind, _ in told(other)] == ["month_closed", "bundle_applied", "centre_silent", "centre_back"]
    assert [data.get("month") or data.get("centre") for _, data in told(other)] == ["2026-09", "a", "a", "a"]


def test_postgresql_tells_the_same(postgres_url: str) -> None:
    engine, read = open_engines(postgres_url)
    known = [
        {"centre": c, "name": f"{c} VPVKAC", "hash": GENESIS, "secret": c, "heard": microseconds(NOW)} for c in "ab"
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(centres.insert(), known)
    test_everything_is_told_once_and_history_never(engine)
    for one in (engine, read):
        one.dispose()


def test_a_centre_that_never_was_heard_or_has_no_papers_is_not_silent(engine: Engine) -> None:
    other = Other()
    hooks = Webhooks(engine, other)
    hooks.add("https://example.lv/in", EVENTS)
    hooks.watch(NOW)
    with engine.begin() as connection:
        connection.execute(update(centres).where(centres.c.centre == "a").values(heard=None))
        connection.execute(update(centres).where(centres.c.centre == "b").values(secret=None))
    assert hooks.watch(NOW + timedelta(days=1)) == 0


def test_only_who_asked_for_it_is_told(engine: Engine) -> None:
    other = Other()
    hooks = Webhooks(engine, other)
    hooks.watch(NOW)
    hooks.add("https://example.lv/months", ("month_closed",))
    hooks.add("https://example.lv/bundles", ("bundle_applied",))
    close(engine, "2026-09")
    hooks.watch(NOW)
    send_all(hooks, NOW)
    assert [url for url, _, _ in other.got] == ["https://example.lv/months"]


def test_the_signature_is_that_of_standard_webhooks(engine: Engine) -> None:
    # The example of the specification's own libraries.
    assert (
        signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
    other = Other()
    hooks = Webhooks(engine, other)
    hook, secret = hooks.add("https://example.lv/in", EVENTS)
    assert hooks.test(hook, NOW) == "HTTP 204"
    _, body, headers = other.got[0]
    wanted = hmac.new(
        base64.b64decode(secret[6:]), f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body, hashlib.sha256
    )
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(wanted.digest()).decode()}"
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())


def test_it_is_tried_again_under_the_same_id_and_given_up_after_days(engine: Engine) -> None:
    other = Other()
    other.answers = [OSError("no link"), 500, 302, *[503] * 20]
    hooks = Webhooks(engine, other)
    hook, _ = hooks.add("https://example.lv/in", EVENTS)
    hooks.watch(NOW)
    close(engine, "2026-09")
    hooks.watch(NOW)
    now, tried = NOW, []
    while hooks.listed()[0].waiting:
        if send_one(hooks, now):
            tried.append(now - NOW)
        else:
            with engine.connect() as connection:
                due = connection.execute(select(hook_messages.c.due)).scalar()
            assert due is not None
            now = NOW + timedelta(microseconds=due - microseconds(NOW))
    assert len(tried) == len(WAITS_S)
    assert timedelta(days=2) < tried[-1] < timedelta(days=4)
    assert len({headers["webhook-id"] for _, _, headers in other.got}) == 1
    assert len({headers["webhook-signature"] for _, _, headers in other.got}) == len(tried)
    assert (hooks.listed()[0].hook, hooks.listed()[0].given_up) == (hook, 1)


def test_what_was_answered_is_not_sent_again(engine: Engine) -> None:
    other = Other()
    other.answers = [500, 200]
    hooks = Webhooks(engine, other)
    hooks.add("https://example.lv/in", EVENTS)
    hooks.watch(NOW)
    close(engine, "2026-09")
    hooks.watch(NOW)
    for hours in (0, 1, 2, 60):
        send_all(hooks, NOW + timedelta(hours=hours))
    assert len(other.got) == 2


def test_a_message_has_one_sender_at_a_time_and_a_dead_ones_is_taken_over(engine: Engine) -> None:
    class Dies(Other):
        def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, inside: bool) -> int:
            assert not send_one(beside, NOW)
            raise KeyboardInterrupt

    other = Other()
    hooks, beside = Webhooks(engine, Dies()), Webhooks(engine, other)
    hooks.add("https://example.lv/in", EVENTS)
    hooks.watch(NOW)
    close(engine, "2026-09")
    hooks.watch(NOW)
    with pytest.raises(KeyboardInterrupt):
        send_one(hooks, NOW)
    assert not send_one(beside, NOW + timedelta(seconds=CLAIM_S - 1))
    assert send_one(beside, NOW + timedelta(seconds=CLAIM_S))
    assert len(other.got) == 1


def test_who_answers_gone_is_left_alone(engine: Engine) -> None:
    other = Other()
    other.answers = [410]
    hooks = Webhooks(engine, other)
    hooks.add("https://example.lv/in", EVENTS)
    hooks.watch(NOW)
    close(engine, "2026-09")
    hooks.watch(NOW)
    send_all(hooks, NOW)
    close(engine, "2026-10")
    hooks.watch(NOW)
    send_all(hooks, NOW + timedelta(days=1))
    assert len(other.got) == 1
    assert "410" in hooks.listed()[0].off


@pytest.mark.parametrize(
    "url",
    ["http://example.lv/", "ftp://example.lv/", "https://", "https://me:word@example.lv/", "https://example.lv/#a", "file:///etc/passwd",
     "https://example.lv/\r\nX: y", "https://" + "a" * 600],
)  # fmt: skip
def test_addresses_that_are_none_are_refused(engine: Engine, url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        check_address(url, inside=False)
    with pytest.raises(ValueError, match="address"):
        Webhooks(engine, Other()).add(url, EVENTS)


def test_unknown_events_are_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="weather"):
        Webhooks(engine, Other()).add("https://example.lv/", ("weather",))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.1.1", False), ("172.16.0.1", False), ("169.254.169.254", False),
        ("0.0.0.0", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False),
        ("192.0.0.192", False),
        ("::", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("ff02::1", False), ("fec0::1", False), ("localhost", False), ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("::ffff:93.184.216.34", True), ("64:ff9b::5db8:d822", True),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], []])
def test_a_name_that_leads_inside_is_not_connected_to(found: list[str]) -> None:
    with pytest.raises(Forbidden):
        Sender(lambda host, port: found)("https://example.lv/", b"{}", {}, inside=False)


class _Receiver(BaseHTTPRequestHandler):
    got: ClassVar[list[tuple[str, str, bytes]]] = []
    status = 200

    def do_POST(self) -> None:
        self.got.append((self.path, self.headers["Host"], self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[HTTPServer, ssl.SSLContext]]:
    """A server with a certificate of its own for `hooks.example`, and the trust in it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    today = dt.datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = tmp_path / "both.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(pem)
    server.socket = own.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    _Receiver.got = []
    yield server, ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_goes_to_the_address_that_was_looked_at_under_the_name_of_the_certificate(
    receiver: tuple[HTTPServer, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, trust = receiver
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    url = f"https://hooks.example:{server.server_port}/in?x=1"
    assert Sender(resolve, trust)(url, b"{}", {"Content-Type": "application/json"}, inside=True) == 200
    assert asked == ["hooks.example"]
    assert _Receiver.got == [("/in?x=1", f"hooks.example:{server.server_port}", b"{}")]
    with pytest.raises(ssl.SSLCertVerificationError):
        Sender(resolve, trust)(url.replace("hooks.", "other."), b"{}", {}, inside=True)
    with pytest.raises(ssl.SSLCertVerificationError):
        Sender(resolve)(url, b"{}", {}, inside=True)
    monkeypatch.setattr(_Receiver, "status", 302)
    assert Sender(resolve, trust)(url, b"{}", {}, inside=True) == 302
    assert [path for path, _, _ in _Receiver.got] == ["/in?x=1", "/in?x=1"]


def test_who_answers_a_byte_at_a_time_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook_sender, "WITHIN_S", 0.3)
    over = threading.Event()

    def drip(line: socket.socket) -> None:
        line.recv(65536)
        while not over.wait(0.05):
            line.sendall(b"H")

    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError), door.accept()[0] as line:
            drip(line)

    threading.Thread(target=serve, daemon=True).start()
    try:
        with pytest.raises(TimeoutError):
            Sender(lambda host, port: ["127.0.0.1"])(f"http://h:{door.getsockname()[1]}/", b"{}", {}, inside=True)
    finally:
        over.set()
        door.close()


def test_a_receiver_that_hangs_keeps_no_other_waiting_and_gets_one_message_at_a_time(tmp_path: Path) -> None:
    engine, read = open_engines(f"sqlite:///{tmp_path}/node.db")
    hang, under_way, got, most = threading.Event(), dict[str, int](), list[str](), [0]

    class Hanging(Sender):
        def __init__(self) -> None:
            """Nothing to prepare."""

        def __call__(self, url: str, body: bytes, headers: Mapping[str, str], *, inside: bool) -> int:
            under_way[url] = under_way.get(url, 0) + 1
            most[0] = max(most[0], under_way[url])
            if "slow" in url:
                hang.wait(20)
            got.append(url)
            under_way[url] -= 1
            return 204

    hooks = Webhooks(engine, Hanging())
    for name in ("slow", "a", "b"):
        hooks.add(f"https://{name}.example.lv/", ("month_closed",))
    hooks.watch(NOW)
    door = Threads(4)
    workers = list[Worker]()

    def wake() -> None:
        for worker in workers:
            worker.wake()

    courier = Courier(hooks, door.native, wake, wake, 2)
    workers += [Worker("dealer", courier.deal), *(Worker(f"sender {n}", courier.send) for n in range(2))]
    for month in ("2026-07", "2026-08", "2026-09"):
        close(engine, month)
    for worker in workers:
        worker.start()
    try:
        with gevent.Timeout(15):
            while len(got) < 6:
                gevent.sleep(0.01)
        assert sorted({one.split(".")[0] for one in got}) == ["https://a", "https://b"]
        hang.set()
        with gevent.Timeout(15):
            while len(got) < 9:
                gevent.sleep(0.01)
    finally:
        hang.set()
        for worker in workers:
            worker.stop()
    assert most == [1]
    for one in (engine, read):
        one.dispose()
