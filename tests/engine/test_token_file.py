"""The file of a device's token: threads that find the token old at the same moment renew it once."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from server.pairing.client import Kept, TokenFile
from tests.house import until

THREADS = 3


class Renewing(ThreadingHTTPServer):
    """Gives `new-1`, `new-2`, ... for whatever it is shown, as soon as `go` is set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Renew)
        self.shown: list[str] = []
        self.go = threading.Event()


class _Renew(BaseHTTPRequestHandler):
    server: Renewing

    def do_POST(self) -> None:
        self.server.shown.append(self.headers["Authorization"])
        self.server.go.wait(10)
        body = json.dumps({"token": f"new-{len(self.server.shown)}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@pytest.fixture
def renewing() -> Iterator[Renewing]:
    server = Renewing()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.go.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_several_threads_renew_a_token_once(renewing: Renewing, tmp_path: Path) -> None:
    file = TokenFile(f"http://127.0.0.1:{renewing.server_address[1]}", tmp_path / "token.json")
    file.keep(Kept("old", "kiosk-1"))
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.append(file.fresh("old"))) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    until(lambda: renewing.shown, "the first asks")
    renewing.go.set()
    for thread in threads:
        thread.join()
    assert renewing.shown == ["Bearer old"]
    assert found == ["new-1"] * THREADS
    assert TokenFile("http://127.0.0.1:1", tmp_path / "token.json").kept() == Kept("new-1", "kiosk-1")
