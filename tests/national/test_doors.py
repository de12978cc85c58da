"""The node's doors to strangers: how fast one may try codes, who may read the metrics, and what enrolment believes."""

import errno
import http.server
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from server.guard import Bucket
from server.national import enrol as enrol_module
from server.national import sender
from server.national.enrol import enrol
from server.national.node.app import PACE, PACE_OF_ALL, RETRY_S, Node
from server.national.node.register import Register
from server.national.papers import Papers, save_papers
from tests.national.nodes import node_in


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return node_in(tmp_path)


def guess(node: Node, code: str = "AAAAA-AAAAA", address: str = "192.0.2.1") -> Any:
    return node.app.test_client().post("/sync/v1/enrol", data=code, environ_base={"REMOTE_ADDR": address})


def test_codes_cannot_be_tried_faster_than_agreed(node: Node) -> None:
    now = [0.0]
    node._pace, node._pace_of_all = Bucket(*PACE, clock=lambda: now[0]), Bucket(*PACE_OF_ALL, clock=lambda: now[0])
    answers = [guess(node).status_code for _ in range(12)]
    assert answers == [403] * 10 + [429] * 2
    late = guess(node)
    assert (late.json["code"], late.headers["Retry-After"]) == ("too_many", str(RETRY_S))
    assert guess(node, address="192.0.2.2").status_code == 403, "nobody is kept waiting for what another did"
    Register(node._write).add("a")
    code = Register(node._write).invite("a", datetime.now(UTC))
    assert guess(node, code).status_code == 429
    now[0] += RETRY_S
    assert guess(node, code).status_code == 200, "and the code is good still"


def test_many_addresses_together_are_no_faster(node: Node) -> None:
    node._pace_of_all = Bucket(*PACE_OF_ALL, clock=lambda: 0.0)
    answers = [guess(node, address=f"192.0.2.{n}").status_code for n in range(120)]
    assert (answers.count(403), answers.count(429)) == (PACE_OF_ALL[1], 120 - PACE_OF_ALL[1])


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [("127.0.0.1", {}, 200), ("::1", {}, 200), ("192.0.2.1", {}, 403), ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 403)],
)
def test_metrics_are_for_this_machine(node: Node, address: str, headers: dict[str, str], status: int) -> None:
    client = node.app.test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers).status_code == status


def test_metrics_are_for_all_where_that_was_set(tmp_path: Path) -> None:
    client = node_in(tmp_path, open_metrics=True).app.test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


class _Other(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            return

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def other() -> Iterator[str]:
    """A machine that is no node: its answer does not end."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Other)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_enrolment_reads_no_endless_answer_and_no_proxy_of_the_environment(
    other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "ANSWER_MOST", 1 << 20)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(OSError, match="larger than 1048576"):
        enrol(other, "AAAAA-AAAAA", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_database_that_is_down_is_logged_once_until_it_is_back(
    node: Node, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def down(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    def say() -> int:
        return int(node.app.test_client().post("/sync/v1/hello", data=b"").status_code)

    with caplog.at_level("INFO", "rinda.node"):
        with monkeypatch.context() as cut:
            cut.setattr(node, "_exchange", down)
            assert [say(), say(), say()] == [503, 503, 503]
        assert [say(), say()] == [401, 401]
    said = [one.getMessage() for one in caplog.records]
    assert len([one for one in said if "takes no message" in one]) == 1
    assert said.count("the database takes messages again") == 1


def test_a_code_is_not_used_up_where_the_papers_could_not_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its use the papers of before are void, so a full disk would cut off a centre that has a line."""
    asked: list[object] = []

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(enrol_module, "post", lambda *said: asked.append(said))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="the disk is full; make room and begin again"):
        enrol("https://node.example", "AAAAA-AAAAA", tmp_path / "data")
    assert (asked, list((tmp_path / "data").iterdir())) == ([], [])
    with pytest.raises(OSError, match="No space"):
        save_papers(tmp_path, Papers(node="https://node.example", centre="a", secret="s"))
    assert [one.name for one in tmp_path.iterdir()] == ["data"], "no secret lies about"
