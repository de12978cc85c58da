"""The log of who may come in: who did what to whose account or device, when, from where. Kept for eighteen months."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Connection, delete, func, or_, select

from server.people.sessions import Do
from server.store.schema import access_log

KEPT_DAYS = 548
SURE_DAYS = 1
"""By rows younger than this nothing is old: a clock that leapt may have written them."""
SHOWN_MOST = 1000

Act = Literal[
    "account_made", "account_renamed", "role_changed", "password_reset", "password_chosen", "pin_set", "pin_removed", "sso_set",
    "sso_removed", "switched_off", "switched_on", "signed_in", "wrong_secret", "session_ended", "sessions_ended", "factor_set",
    "factor_removed", "recovery_used", "wrong_factor", "first_manager", "window_opened", "window_closed", "wrong_code",
    "device_paired", "device_renamed", "device_revoked", "device_renewing", "device_renewed", "device_doubled",
]  # fmt: skip


class By(Struct, frozen=True):
    """Who does something: an account or a device, from where (address and browser, empty at the server itself)."""

    actor: str
    place: str = ""


SERVER = By("server")
"""Whoever has the command line of the centre server."""


class Deed(Struct, frozen=True):
    """One row of the log. `subject` is the account or device that it was done to, `detail` what it became."""

    at: datetime
    actor: str
    act: Act
    subject: str
    detail: str
    place: str


class AccessLog:
    """Written through `do` (a transaction on the writer's connection)."""

    def __init__(self, do: Do, clock: Callable[[], float]) -> None:
        self._do, self._clock = do, clock

    def note(self, connection: Connection, by: By, act: Act, subject: str, detail: str = "") -> None:
        """Writes a row in the transaction of what was done."""
        now = self._clock()
        sure = select(func.max(access_log.c.at)).where(access_log.c.at < int((now - SURE_DAYS * 86_400) * 1e6)).scalar_subquery()
        connection.execute(delete(access_log).where(access_log.c.at < sure - int(KEPT_DAYS * 86_400 * 1e6)))
        row = {
            "at": int(now * 1e6), "actor": by.actor[:80], "act": act, "subject": subject[:80], "detail": detail[:200],
            "place": by.place[:200],
        }  # fmt: skip
        connection.execute(access_log.insert(), row)

    def add(self, by: By, act: Act, subject: str, detail: str = "") -> None:
        """Writes a row by itself: of what changes nothing else."""
        self._do(lambda connection: self.note(connection, by, act, subject, detail))

    def newest(self, most: int = 50, about: str = "") -> list[Deed]:
        """The last rows, newest first, at most SHOWN_MOST; only those by or about one name if `about` says it."""
        found: list[Any] = []
        wanted = select(access_log).order_by(access_log.c.n.desc()).limit(min(most, SHOWN_MOST))
        if about:
            wanted = wanted.where(or_(access_log.c.actor == about, access_log.c.subject == about))
        self._do(lambda connection: found.extend(connection.execute(wanted).all()))
        return [
            Deed(datetime.fromtimestamp(row.at / 1e6, UTC), row.actor, row.act, row.subject, row.detail, row.place)
            for row in found
        ]
