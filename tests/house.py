"""A centre server and a kiosk program as processes that tests start, kill and talk to from outside."""

import http.client
import json
import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.starter import Started, starter

ROOT = Path(__file__).parent.parent
PATIENCE_S = 30.0  # before a test gives up; never reached when the code is right
MANAGER = "demo-manager"


def free_port(more: int = 0) -> int:
    """A port that nobody has now, nor the next ones, below the range from which outgoing connections take theirs."""
    while True:
        port = random.randrange(12_000, 30_000)
        if all(_is_free(port + n) for n in range(more + 1)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def until(done: Callable[[], Any], what: str, within_s: float = PATIENCE_S) -> Any:
    """Waits for a true value and returns it."""
    limit = time.monotonic() + within_s
    while not (found := done()):
        assert time.monotonic() < limit, f"not within {within_s} s: {what}"
        time.sleep(0.01)
    return found


def share_clips(data: Path) -> None:
    """Spoken clips that a server of an earlier test rendered are there for this one: else each would take seconds for them."""
    shared = ROOT / "build" / "clips"
    shared.mkdir(parents=True, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "clips").exists():
        (data / "clips").symlink_to(shared)


class Reply:
    """An HTTP answer, read whole."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    @property
    def json(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body's text."""
        return self.body.decode()

    def cookies(self) -> dict[str, str]:
        """The whole Set-Cookie line by cookie name."""
        return {line.partition("=")[0]: line for line in self.headers.get_all("Set-Cookie") or []}


class _Program:
    """A process with its log in a file."""

    def __init__(self, folder: Path, port: int | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, port or free_port()
        self.process: subprocess.Popen[bytes] | Started | None = None

    @property
    def address(self) -> str:
        """Without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        """What it wrote to stderr."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """SIGTERM; a process that does not end is a failure."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
        self.process = None

    def request(
        self, method: str, path: str, body: bytes | str | None = None, headers: Mapping[str, str] | None = None,
        timeout: float = 15.0,
    ) -> Reply:  # fmt: skip
        """One request on a connection of its own; OSError or HTTPException when there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, dict(headers or {}))
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def _spawn(self, arguments: list[str], **more: Any) -> None:
        """`-m MODULE ...`; with more than a pipe for its stdout it is a Python of its own."""
        with (self.folder / "log").open("ab") as log:
            if more in ({}, {"stdout": subprocess.PIPE}):
                self.process = starter().start(arguments[1], arguments[2:], log.fileno(), piped=bool(more))
            else:
                self.process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stderr=log, **more)


class House(_Program):
    """The centre server with the demo's plan, tokens and accounts (tests/house_server.py)."""

    def __init__(self, folder: Path, port: int | None = None, *, options: tuple[str, ...] = ()) -> None:
        super().__init__(folder, port)
        self.options = options

    def start(self) -> "House":
        """Returns when it serves."""
        self._spawn(
            ["-m", "tests.house_server", str(self.port), str(self.folder), *self.options], stdout=subprocess.PIPE
        )  # fmt: skip
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line == b"ready\n", self.log()[-4000:]
        return self

    def submit(self, name: str, data: Any = None, token: str | None = MANAGER, *, id: str | None = None, **headers: str) -> Reply:
        """A command; `headers` with underscores for dashes."""
        body = json.dumps({"id": id or str(uuid.uuid4()), "data": {} if data is None else data})
        return self.request("POST", f"/api/v1/commands/{name}", body, bearer(token) | _dashed(headers))

    def clear(self) -> None:
        """Everybody goes home, and numbers are given again if they were stopped."""
        self.done("CloseDay")
        assert self.submit("SetQueue", {"open": True, "reason": "tests"}).json.get("code", "") in ("", "numbers_open_already")

    def done(self, name: str, data: Any = None, token: str = MANAGER) -> dict[str, Any]:
        """The result of a command that must succeed."""
        answer = self.submit(name, data, token)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json["result"]
        return found

    def view(self, channel: str, token: str | None = MANAGER, **headers: str) -> Reply:
        """A view."""
        return self.request("GET", f"/api/v1/views/{channel}", headers=bearer(token) | _dashed(headers))

    def data(self, channel: str, token: str = MANAGER) -> Any:
        """The data of a view that must be there."""
        answer = self.view(channel, token)
        assert answer.status == 200, answer.body
        return answer.json["data"]

    def sign_in(self, name: str, password: str = "demo", **form: str) -> Reply:
        """Posts the sign-in form as a browser does."""
        page = self.request("GET", "/login")
        cookie = page.cookies()["rinda_csrf"].partition(";")[0]
        fields = {"csrf_token": cookie.partition("=")[2], "name": name, "password": password, "next": "", **form}
        return self.form("/login", fields, Cookie=cookie)

    def form(self, path: str, fields: Mapping[str, str], **headers: str) -> Reply:
        """A form as a browser posts it."""
        from urllib.parse import urlencode

        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urlencode(fields), kind | _dashed(headers))

    def session(self, name: str) -> str:
        """A session cookie `rinda_session=...` of a person."""
        return self.sign_in(name).cookies()["rinda_session"].partition(";")[0]


class Kiosk(_Program):
    """The kiosk program for a house."""

    def __init__(self, folder: Path, house: House, printer: str) -> None:
        super().__init__(folder, None)
        self.arguments = [
            "-m", "server.cli", "kiosk", "--server", house.address, "--token", "demo-kiosk", "--kiosk", "kiosk-1",
            "--printer", printer, "--port", str(self.port), "--data", str(folder),
        ]  # fmt: skip

    def start(self) -> "Kiosk":
        """Returns at once."""
        self._spawn(self.arguments)
        return self

    def command(self, name: str, data: Any, id: str) -> Reply:
        """What a touch posts."""
        headers = {"Content-Type": "application/json", "Origin": self.address}
        return self.request("POST", "/command", json.dumps({"id": id, "name": name, "data": data}), headers)


def bearer(token: str | None) -> dict[str, str]:
    """The header for a token; none for None."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Runs `work(0)` to `work(count - 1)` on threads at the same moment; results in that order, an exception is raised."""
    barrier, found = threading.Barrier(count), [None] * count
    faults: list[BaseException] = []

    def one(at: int) -> None:
        barrier.wait()
        try:
            found[at] = work(at)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=one, args=(at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return found


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


__all__ = ["MANAGER", "PATIENCE_S", "House", "Kiosk", "Reply", "bearer", "free_port", "together", "until"]
