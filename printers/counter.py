"""The cut counter as a witness: read before a job, and after a loss (rules 2a and 4 of docs/printing.md)."""

from collections.abc import Callable
from typing import Literal

from printers import codec
from printers.codec import Block, Message
from printers.session import Session

AUDIT_IDENT = b"nnno"


class Counter:
    """Questions to one printer's cut counter; while one is open, no status is polled, for its digits could hide an answer."""

    def __init__(self, session: Session, timer: Callable[[], float]) -> None:
        self._session, self._timer = session, timer
        self.base: int | None = None  # cuts before the next job; -1: the printer does not tell
        self._base_at = 0.0
        self._base_asked_at: float | None = None
        self._audit_at: float | None = None
        self._fenced = False

    @property
    def asking(self) -> bool:
        """True while an answer is due."""
        return self._base_asked_at is not None or self._audit_at is not None

    def forget(self) -> None:
        """Drops all questions and what was known."""
        self.base, self._base_asked_at, self._audit_at, self._fenced = None, None, None, False
        self._session.hold = False

    def ask(self, messages: list[Message]) -> bool:
        """Reads the counter, with no poll due meanwhile; True once it is known or the printer will not tell."""
        session, now = self._session, self._timer()
        if self._base_asked_at is None:
            if not session.fresh:
                session.poll_soon()
                return False
            session.hold = True
            if not session.polling and not session.unsent:
                session.queue(codec.CUTS)
                self._base_asked_at = now
            return False
        counts = [m.count for m in messages if isinstance(m, Block) and m.count is not None]
        if not counts and now - self._base_asked_at < session.timing.counter:
            return False
        session.hold, self._base_asked_at = False, None
        self.base, self._base_at = counts[-1] if counts else -1, now
        return True

    def known(self, messages: list[Message]) -> bool:
        """Whether the counter and the printer's state were read so lately that a job may start; if not, they are asked for."""
        session = self._session
        if self.base is None or (self.base >= 0 and self._timer() - self._base_at > session.timing.fresh):
            self.base = None
            return self.ask(messages)
        if not session.fresh:
            session.poll_soon()
        return session.fresh

    def audit(self, before: int, messages: list[Message]) -> Literal["", "cut", "nothing"]:
        """Behind a fence, one cut more than `before` means that the job was cut; all else proves nothing; '' not yet known."""
        session, now = self._session, self._timer()
        if self._audit_at is None:
            session.hold = True
            if not session.polling and not session.unsent:
                session.queue(codec.process_id(AUDIT_IDENT) + codec.CUTS)
                self._audit_at = now
            return ""
        found: Literal["", "cut", "nothing"] = ""
        for message in messages:
            if isinstance(message, Block) and message.process == AUDIT_IDENT:
                self._fenced = True
            elif isinstance(message, Block) and message.count is not None and self._fenced:
                found = "cut" if message.count == before + 1 else "nothing"
        if now - self._audit_at > session.timing.marker:
            found = found or "nothing"
        if found:
            self.forget()
        return found
