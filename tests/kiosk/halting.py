"""The kiosk program that stands still in one state of the reserve until it is killed: `python -m tests.kiosk.halting STATE ...`.

It makes the file `halted` in the folder behind `--data` when it has come to the state.
"""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.replay import Replay
from kiosk.reserve import Reserve
from kiosk.slips import Slips
from server import cli


def halt() -> None:
    """Stands still."""
    Path(sys.argv[sys.argv.index("--data") + 1], "halted").touch()
    threading.Event().wait()


def before(kind: type, name: str) -> None:
    """Halts instead of the call."""
    setattr(kind, name, lambda *args, **named: halt())


def after(kind: type, name: str) -> None:
    """Halts when the call is done, before anybody gets its result."""
    inner: Callable[..., Any] = getattr(kind, name)

    def whole(*args: Any, **named: Any) -> None:
        inner(*args, **named)
        halt()

    setattr(kind, name, whole)


def before_commit() -> None:
    """The number is in an open transaction."""
    from kiosk import reserve

    inner = Reserve.issue

    def issue(self: Reserve, *args: Any) -> Any:
        class Open(reserve._transaction):
            def __exit__(self, kind: object, *rest: object) -> None:
                halt()

        reserve._transaction = Open  # type: ignore[misc]
        return inner(self, *args)

    Reserve.issue = issue  # type: ignore[method-assign]


STATES: dict[str, Callable[[], None]] = {
    "before_commit": before_commit,
    "committed": lambda: after(Reserve, "issue"),
    "before_paper": lambda: before(Slips, "_print_own"),
    "told_time": lambda: after(Reserve, "tell"),
    "answered": lambda: before(Reserve, "mark"),
    "marked": lambda: after(Reserve, "mark"),
    "replaying": lambda: before(Replay, "step"),
}

if __name__ == "__main__":
    STATES[sys.argv[1]]()
    sys.exit(cli.main(sys.argv[2:]))
