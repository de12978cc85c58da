"""A whole demo centre as its users get it, and a browser that looks at it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house import free_port, share_clips

pytestmark = pytest.mark.e2e


class Demo:
    """`rinda demo` in a process of its own."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.base, self.kiosk = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "server.cli", "demo", "--port", str(self.port), "--data", str(self.data)]
        share_clips(self.data)
        log = (self.data.parent / "demo.log").open("ab")
        self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        until(lambda: self.answers(f"{self.base}/readyz") and self.answers(f"{self.kiosk}/readyz"), "the demo to answer", 60)

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, how) if how == signal.SIGKILL else self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None

    @staticmethod
    def answers(url: str) -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def command(self, token: str, name: str, **data: Any) -> dict[str, Any]:
        body = json.dumps({"id": str(uuid.uuid4()), "data": data}).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base}/api/v1/commands/{name}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))

    def view(self, channel: str) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.base}/api/v1/views/{channel}", headers={"Authorization": "Bearer demo-manager"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.load(answer)["data"])

    def clear(self) -> None:
        """Everybody goes home: no open visit, all counters closed, numbers not stopped."""
        assert self.command("demo-manager", "CloseDay")["ok"]
        again = self.command("demo-manager", "SetQueue", open=True, reason="tests")
        assert again.get("code", "") in ("", "numbers_open_already")


def until(happened: Callable[[], Any], what: str, seconds: float = 15.0) -> Any:
    """What `happened` answers as soon as it is true; fails when it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := happened():
            return found
        time.sleep(0.05)
    pytest.fail(f"waited {seconds:.0f} s for {what}")


def free_ports() -> int:
    """The first of the three ports of a demo."""
    return free_port(2)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo centre for the session; tests leave its floor cleared."""
    centre = Demo(tmp_path_factory.mktemp("demo") / "data", free_ports())
    centre.start()
    yield centre
    centre.stop()


def sign_in(page: Any, name: str = "clerk1") -> None:
    """On the sign-in page: signs in with the demo's password."""
    page.fill("#name", name)
    page.fill("#password", "demo")
    page.click("button[type=submit]")
