"""A program that another one started ends with it, whatever became of that."""

import os
import signal
import sys
import threading


def end_with_parent() -> None:
    """From now on SIGTERM comes when standard input closes: whoever started this program holds its other end."""
    threading.Thread(target=_watch, name="parent", daemon=True).start()


def _watch() -> None:
    # Unbuffered: a thread that waits inside a buffered read would be found holding its lock when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
