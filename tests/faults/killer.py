"""A process that is killed at one of its own steps: a file that it opens, names or removes, a statement, a commit."""

import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import event

FILES = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "shutil.copyfile", "sqlite3.connect"})
KILLED = -signal.SIGKILL


def ended(work: Callable[[], object], folder: Path, kill_at: int = 0, largest: int | None = None) -> int:
    """The exit code of a process that did the work: 0, what it returned, 1 for an exception, or KILLED at its n-th step.

    Steps are those with files under the folder and with databases. `largest`: no file of it may grow beyond so many bytes.
    """
    pid = os.fork()
    if pid == 0:
        try:
            _die_at(kill_at, folder)
            if largest is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
            code = work()
            os._exit(code if isinstance(code, int) else 0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed(work: Callable[[], object], folder: Path, every: int = 1, first: int = 1) -> Iterator[int]:
    """Does the work again and again, each time killed `every` steps later, until it comes to its end; the step, after each."""
    at = first
    while (code := ended(work, folder, at)) == KILLED:
        yield at
        at += every
    assert code == 0
    assert at > first, "it was never killed"


def _die_at(wanted: int, folder: Path) -> None:
    seen, under = 0, str(folder)

    def step(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(name: str, said: tuple[Any, ...]) -> None:
        if name in FILES and any(under in str(one) for one in said):
            step()

    sys.addaudithook(heard)
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(sqlalchemy.Engine, name, step)
