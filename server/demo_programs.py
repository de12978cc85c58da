"""The programs beside the demo's server: forks of a process that has read the modules: once, not four times."""

import logging
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module

import gevent
import msgspec
from gevent.socket import wait_read

log = logging.getLogger("rinda.demo")

MODULES = (
    "server.console.national", "server.national.node.app", "kiosk.agent", "printers.drivers", "printers.ports", "counter.agent",
    "counter.panel_cli", "server.pairing.client",
)  # fmt: skip
"""What the programs read beyond the server's own modules."""
AGAIN_S = 2.0
Command = Callable[[list[str]], int]
"""The `rinda` command."""
_LOG = {"RINDA_LOG_LEVEL": "warning"}


def read_modules() -> None:
    """Reads what the programs need; before the first of them is made."""
    for name in MODULES:
        import_module(name)


class Program:
    """One of them: `command` with the words of `begin`, for which it waits. It is started again when it ends by itself, and
    ends with this process in any case.

    To be made before this process has threads or a loop; `others` are those made before.
    """

    def __init__(self, name: str, command: Command, others: Iterable["Program"] = ()) -> None:
        self._name = name
        theirs, self._line = os.pipe()
        self._over, held = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self._pid = os.fork()
        if not self._pid:
            for end in (self._line, self._over, *(end for other in others for end in (other._line, other._over))):
                os.close(end)
            _become(theirs, command)
        os.close(theirs)
        os.close(held)
        self._wait: Callable[[], int] = lambda: os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        self._watch: gevent.Greenlet[..., None] | None = None
        self._ended = False

    def begin(self, words: list[str]) -> None:
        """It runs the `rinda` command with these words; one that is gone already is started again."""
        with suppress(BrokenPipeError):
            os.write(self._line, msgspec.json.encode(words))
        self._watch = gevent.spawn(self._keep, words)

    def end(self, within_s: float = 5.0) -> None:
        """Ends it, once; the loop goes on meanwhile, for the program takes leave of the server."""
        if self._ended:
            return
        self._ended = True
        if self._watch is None:
            os.close(self._line)
        else:
            self._watch.kill()
            os.kill(self._pid, signal.SIGTERM)
        try:
            wait_read(self._over, timeout=within_s)
        except TimeoutError:
            os.kill(self._pid, signal.SIGKILL)
        self._wait()

    def _keep(self, words: list[str]) -> None:
        while True:
            wait_read(self._over)
            log.error("the %s program ended with %s; it is started again", self._name, self._wait())
            gevent.sleep(AGAIN_S)
            self._start(words)

    def _start(self, words: list[str]) -> None:
        """In an interpreter of its own: by now this process has threads."""
        for end in (self._line, self._over):
            os.close(end)
        theirs, self._line = os.pipe()
        self._over, held = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", *words], env={**os.environ, **_LOG}, stdin=theirs, pass_fds=(held,)
        )
        os.close(theirs)
        os.close(held)
        self._pid, self._wait = process.pid, process.wait


def _become(line: int, command: Command) -> None:
    """The rest of a child's life: its words come on the line, which is its standard input from now on."""
    code: object = 0
    try:
        os.dup2(line, 0)
        os.close(line)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        if words := os.read(0, 65536):
            os.environ.update(_LOG)
            code = command(msgspec.json.decode(words, type=list[str]))
    except KeyboardInterrupt:
        pass
    except SystemExit as over:
        code = over.code
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code if isinstance(code, int) else 1)
