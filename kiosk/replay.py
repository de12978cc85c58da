"""Hands the numbers that were given without the server to it: oldest first, each with its true time, until it has answered."""

import logging
import time
from collections.abc import Callable
from datetime import UTC

from kiosk.clock import moment_of
from kiosk.reserve import Reserve, ReserveNumber
from server.protocol import Answer, CommandMessage

log = logging.getLogger("rinda.kiosk")

LATER = ("too_fast", "not_stored", "server_error", "signed_out", "not_allowed", "no_link", "time_ahead")
"""Answers after which the same number, or the same report about a slip, is sent again."""
AGAIN_S = 2.0
REFUSED_AGAIN_S = 600.0


class Replay:
    """`step` sends what is due and says when to be called again; `submit` gives None when there was no answer."""

    def __init__(
        self, reserve: Reserve, submit: Callable[[CommandMessage], Answer | None], timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._reserve, self._submit, self._timer = reserve, submit, timer
        self._tried: dict[int, float] = {}
        self._not_before = 0.0

    def step(self) -> None:
        """Sends all that is due, once the server was heard since the machine was switched on: before, no true time is known.

        A number that the server refuses is kept and marked, and sent again after ten minutes: the plan may have changed. It
        does not hold up those behind it.
        """
        if self._timer() < self._not_before or not self._reserve.sure:
            return
        unsent = self._reserve.unsent()
        times = self._reserve.times() if unsent else {}
        for one in unsent:
            if one.refused and self._timer() - self._tried.get(one.place, -REFUSED_AGAIN_S) < REFUSED_AGAIN_S:
                continue
            one = self._reserve.tell(one, times)
            self._tried[one.place] = self._timer()
            answer = self._submit(message_of(one))
            if answer is None or answer.code in LATER:
                self._not_before = self._timer() + AGAIN_S
                return
            if answer.ok:
                self._reserve.mark(one, sent=True)
                log.info("the centre has taken %s", one.number)
            else:
                if one.refused != answer.code:
                    log.error("the centre does not take %s: %s (%s)", one.number, answer.text, answer.code)
                self._reserve.mark(one, sent=False, refused=answer.code or "refused")


def message_of(one: ReserveNumber) -> CommandMessage:
    """The AdmitOffline of a number whose time has been fixed; the same each time."""
    issued = moment_of(one.told if one.told is not None else one.given.thought).astimezone(UTC)
    data = {
        "number": one.number, "service": one.service, "issued": issued.isoformat(), "language": one.language,
        "needs": list(one.needs), "instead": str(one.instead),
    }  # fmt: skip
    return CommandMessage(id=one.command, name="AdmitOffline", data=data, language=one.language)
