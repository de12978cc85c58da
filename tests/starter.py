"""Programs of the tests begin in a process that has read their modules already: a start costs what a program does, no more.

`python -m tests.starter FD` forks a child for each request on a socket; a child runs its module as `python -m` would and ends as
an interpreter ends. Whatever asks about the cost or the way of a real start uses `subprocess` instead.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MODULES = ("alembic.command", "server.app", "server.cli", "server.listen", "server.national.uplink", "kiosk.agent")
_MOST = 1 << 20


class Started:
    """A program, with what tests use of `subprocess.Popen`."""

    def __init__(self, starter: "Starter", pid: int, out: int | None) -> None:
        self.pid, self.returncode = pid, None
        self._starter, self._end, self._lock = starter, os.pidfd_open(pid), threading.Lock()
        self.stdout = os.fdopen(out, "rb") if out is not None else None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._seen(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code as soon as it ends; subprocess.TimeoutExpired."""
        code = self._seen(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Nothing happens to one that ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _seen(self, timeout: float | None) -> int | None:
        with self._lock:
            if self.returncode is None and select.select([self._end], [], [], timeout)[0]:
                self.returncode = self._starter.ask({"reap": self.pid})["code"]
                os.close(self._end)
            return self.returncode


class Starter:
    """This side of the process that forks; it ends with this one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.starter", str(theirs.fileno())], cwd=ROOT, pass_fds=(theirs.fileno(),)
            )
        atexit.register(self._close)

    def ask(self, request: dict[str, Any], files: tuple[int, ...] = ()) -> dict[str, Any]:
        """One request, one answer."""
        with self._lock:
            socket.send_fds(self._line, [json.dumps(request).encode()], files)
            answer: dict[str, Any] = json.loads(self._line.recv(_MOST))
        return answer

    def start(self, module: str, arguments: list[str], log: int, *, piped: bool) -> Started:
        """`python -m module arguments...` in the repository, with the environment of now; `log` takes its stderr."""
        ours, theirs = os.pipe() if piped else (None, os.dup(1))
        request = {"module": module, "arguments": arguments, "environ": dict(os.environ)}
        try:
            pid = self.ask(request, (theirs, log))["pid"]
        finally:
            os.close(theirs)
        return Started(self, pid, ours)

    def _close(self) -> None:
        self._line.close()
        self._process.wait()


_starter: Starter | None = None
_first = threading.Lock()


def starter() -> Starter:
    """The one of this process."""
    global _starter
    with _first:
        _starter = _starter or Starter()
        return _starter


def _serve(line: socket.socket) -> dict[str, Any] | None:
    """In a child what it shall run; None in the parent, when nobody asks any more."""
    while True:
        asked, files, _flags, _address = socket.recv_fds(line, _MOST, 2)
        if not asked:
            return None
        request: dict[str, Any] = json.loads(asked)
        if "reap" in request:
            answer = {"code": os.waitstatus_to_exitcode(os.waitpid(request["reap"], 0)[1])}
        elif pid := os.fork():
            answer = {"pid": pid}
            for file in files:
                os.close(file)
        else:
            line.close()
            for file, number in zip(files, (1, 2), strict=True):
                os.dup2(file, number)
                os.close(file)
            return request
        line.send(json.dumps(answer).encode())


def _main(number: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it decides when it ends
    for module in MODULES:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    request = _serve(socket.socket(fileno=number))
    if request is None:
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request["environ"])
    sys.argv = [request["module"], *request["arguments"]]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
