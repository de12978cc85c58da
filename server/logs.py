"""Logs as JSON, one object a line, times in UTC."""

import logging
import os
import sys
from datetime import UTC, datetime

import msgspec

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """`{"at", "level", "logger", "text", ...extra, "trace"}`; line ends inside a text are escaped by JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": record.getMessage(),
            **{key: str(value) for key, value in vars(record).items() if key not in _PLAIN},
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


MUTE = logging.getLogger("rinda.wire")
"""For Engine.IO and Socket.IO, which log a traceback for every malformed packet: what a stranger can send must not fill
the disk. Left alone they add handlers of their own, so they are handed this one."""
MUTE.setLevel(logging.CRITICAL + 1)


def cause(error: BaseException) -> str:
    """What broke first, in a few words: "Connection refused" out of the wrappings that libraries put around it."""
    inner: BaseException | None = error
    while inner is not None:
        error = inner
        wrapped = (getattr(error, "reason", None), error.__cause__, *error.args)
        inner = next((one for one in wrapped if isinstance(one, BaseException)), None)
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def told_by(error: Exception) -> str:
    """The first line of what a database says of its fault, without what stood in the row."""
    first = next(iter(str(getattr(error, "orig", None) or error).splitlines()), "")
    return first.partition(" with text '")[0][:200]


def start(level: str | None = None) -> None:
    """Sends everything from `level` (else RINDA_LOG_LEVEL, else info) on to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    wanted = (level or os.environ.get("RINDA_LOG_LEVEL") or "info").upper()
    logging.basicConfig(level=wanted, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
