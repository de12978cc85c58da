"""What a touch comes to: the server's number, or one of the kiosk's own while the server is silent."""

import logging
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from config import texts
from kiosk.clock import moment_of
from kiosk.memory import Remembered, opening_times, without_server
from kiosk.pace import LIMITS, Limit, Pace
from kiosk.reserve import Reserve, ReserveNumber, Wish
from kiosk.shapes import SlipJob
from server.protocol import Answer, CommandMessage, companion, visit_of

log = logging.getLogger("rinda.kiosk")

ANSWER_S = 3.5
"""How long a visitor waits for the server; the page waits for 4 s."""
DEAF_S = 1.0
"""How long the next ones wait after it did not answer at all."""
BLINK_S = 5.0
"""A link that was down for less than this may be back at once."""
RETURN_S = 1.0
KEPT = 64
MOST_NUMBERS = 6
"""One for each service of a TakeTicket."""

NO_APPOINTMENTS = "Appointments cannot be looked up now. Please take a number."
NO_HELP = "Nobody can be called from here now. Please call a member of staff."
NO_WIFI = "The slip cannot be printed now. Please ask a member of staff."
NO_NUMBER = "No number can be given now. Please call a member of staff."
CLOSED = "The centre is closed now."
TOO_LATE = "No more numbers are given today: the centre closes at {closes}."
NONE_LEFT = "All of today's numbers for this service have been given."
QUEUE_CLOSED = "No numbers are given for this queue now."
AGAIN = "Numbers are given again from {time} on {date}."
TOO_FAST = "Too many requests. Wait a moment."


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What of a TakeTicket a reserve number needs."""

    service: str
    language: str = "lv"
    needs: Annotated[tuple[str, ...], msgspec.Meta(max_length=6)] = ()
    more: Annotated[tuple[str, ...], msgspec.Meta(max_length=5)] = ()


class Line(Protocol):
    """The link to the server."""

    @property
    def up(self) -> bool:
        """Whether the server is in reach."""

    since: float

    def submit(self, message: CommandMessage, within_s: float = 10.0) -> Answer | None:
        """The server's answer, or None when there was none in time."""


class Numbers:
    """Answers a visitor's commands. `remembered` gives the last menu; `slip_of` a slip that the server wants printed, by visit.

    `lock` is the one under which slips are handed to the printer: a number is never replaced while its slip goes out.
    """

    def __init__(
        self,
        line: Line,
        reserve: Reserve,
        lock: AbstractContextManager[object],
        remembered: Callable[[], Remembered | None],
        slip_of: Callable[[UUID], SlipJob | None],
        limits: tuple[Limit, ...] = LIMITS,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line, self._reserve, self._lock = line, reserve, lock
        self._remembered, self._slip_of, self._timer = remembered, slip_of, timer
        self._pace = Pace(limits)
        self._given: OrderedDict[UUID, Answer] = OrderedDict()
        self._deaf = False

    def heard(self) -> None:
        """The server said something."""
        self._deaf = False

    @property
    def alone(self) -> bool:
        """Whether the next number will be one of the kiosk's own."""
        return not self._line.up or self._deaf

    def take(self, message: CommandMessage) -> Answer:
        """The answer to TakeTicket, within 4 s, the same for the same id. msgspec.ValidationError for data that is none."""
        wish = msgspec.convert(message.data, Taken)
        if (before := self._given.get(message.id)) is not None:
            return before
        if own := self._reserve.of(message.id):
            return self._keep(message.id, _answer(own))
        if not self._pace.allows(self._timer()):
            return Answer(ok=False, code="too_fast", text=texts.translate(message.language, TOO_FAST))
        answer = self._asked(message)
        if answer is None:
            answer = self._alone(message, wish)
        if answer.ok:
            self._pace.gave(self._timer())
            self._keep(message.id, answer)
        return answer

    def relay(self, message: CommandMessage, without: str) -> Answer:
        """The server's answer to a command that needs it; `without` is the sentence if there is none."""
        answer = self._asked(message)
        if answer is None and (slip := self._slip_of(visit_of(message.id))) is not None:
            return self._of_slips(slip, "")
        return answer or Answer(ok=False, code="no_link", text=texts.translate(message.language, without))

    def _asked(self, message: CommandMessage) -> Answer | None:
        up = self._line.up
        blink = not up and time.time() - self._line.since < BLINK_S
        within = (DEAF_S if self._deaf else ANSWER_S) if up else RETURN_S if blink else 0.0
        answer = self._line.submit(message, within) if within else None
        self._deaf = answer is None and self._line.up
        return answer

    def _alone(self, message: CommandMessage, wish: Taken) -> Answer:
        with self._lock:
            if (slip := self._slip_of(visit_of(message.id))) is not None:
                return self._of_slips(slip, wish.service)
            return self._own(message, wish)

    def _own(self, message: CommandMessage, wish: Taken) -> Answer:
        """A number of the reserve, or why there is none: hours and what is used up hold without the server too."""
        remembered, language = self._remembered(), message.language
        if remembered is None:
            return _no(language, "no_link", NO_NUMBER)
        menu = without_server(remembered, self._reserve.known)
        offered = {one.service: one for one in menu.services}
        if wish.service not in offered:
            return _no(language, "no_link", NO_NUMBER)
        if menu.opens is not None or (menu.week and menu.closes is None):
            _, closes = opening_times(menu.week, menu.timezone, moment_of(self._reserve.now))
            return _closed(language, menu.opens, closes, menu.timezone)
        wanted = tuple(dict.fromkeys((wish.service, *(one for one in wish.more if one in offered))))
        if shut := next((offered[one] for one in wanted if not offered[one].open), None):
            return _no(language, *(("none_left", NONE_LEFT) if shut.left == 0 else ("queue_closed", QUEUE_CLOSED)))
        touch = Wish(
            touch=message.id, services=wanted, needs=wish.needs,
            language=wish.language if wish.language in menu.languages else menu.languages[0],
        )  # fmt: skip
        try:
            return _answer(self._reserve.issue(touch, menu.reserve, menu.timezone, remembered.used(self._reserve.now)))
        except sqlite3.Error:
            log.exception("a reserve number could not be stored")
            return _no(language, "not_stored", NO_NUMBER)

    def _of_slips(self, slip: SlipJob, service: str) -> Answer:
        """The number that the server did give: it did not say so, but it wants it printed."""
        menu = remembered.menu if (remembered := self._remembered()) else None
        others = (self._slip_of(companion(slip.visit, n)) for n in range(1, MOST_NUMBERS))
        linked = []
        for other in filter(None, others):
            codes = (one.service for one in menu.services if one.name == other.service) if menu else iter(())
            linked.append(_numbered(other, next(codes, "")))
        result = {**_numbered(slip, service), "ahead": slip.ahead, "due": slip.due, "linked": linked}
        return Answer(ok=True, result=msgspec.to_builtins(result))

    def _keep(self, touch: UUID, answer: Answer) -> Answer:
        self._given[touch] = answer
        while len(self._given) > KEPT:
            self._given.popitem(last=False)
        return answer


def reserve_slip(row: ReserveNumber, remembered: Remembered | None, party: tuple[str, ...] = ()) -> SlipJob:
    """The slip of a reserve number, with what the last menu says about its service; `party`: all numbers of the touch."""
    return SlipJob(
        visit=row.visit, number=row.number, language=row.language, issued=row.issued, ahead=0, low=None, high=None, token="",
        waiting=True, reserve=True, party=party if len(party) > 1 else (), **_about(row.service, remembered),
    )  # fmt: skip


def likely_slip(result: dict[str, Any], language: str, now: datetime, remembered: Remembered | None) -> SlipJob:
    """The slip that the server will want for a number that it has just given: `result` is its answer to TakeTicket."""
    party = (result["number"], *(one["number"] for one in result["linked"]))
    due = datetime.fromisoformat(result["due"]) if result["due"] else None
    return SlipJob(
        visit=UUID(result["visit"]), number=result["number"], language=language, issued=now, ahead=result["ahead"],
        low=result["promise"]["low"], high=result["promise"]["high"], token=result["token"], waiting=True, due=due,
        party=party if len(party) > 1 else (), **_about(result["service"], remembered),
    )  # fmt: skip


def _about(code: str, remembered: Remembered | None) -> dict[str, Any]:
    """What paper says of a service; of a sensitive one only its institution, as others see the paper."""
    menu = remembered.menu if remembered else None
    service = next((one for one in menu.services if one.service == code), None) if menu else None
    if menu is None or service is None:
        return {"service": {"lv": ""}, "institution": {}, "where": {}, "bring": {}}
    short = next((one.short for one in menu.institutions if one.institution == service.institution), {"lv": ""})
    queue = next((one for one in menu.queues if one.queue == service.queue), None)
    zone, way = (queue.zone, queue.where) if queue else ({}, {})
    where = {language: ", ".join(filter(None, (name, way.get(language, "")))) for language, name in zone.items()}
    if service.sensitive:
        return {"service": short, "institution": {}, "where": where, "bring": {}}
    return {"service": service.name, "institution": short, "where": where, "bring": service.bring}


def _answer(own: tuple[ReserveNumber, ...]) -> Answer:
    nothing = {"low": None, "high": None}
    numbers: list[dict[str, Any]] = [
        {"visit": str(one.visit), "number": one.number, "service": one.service, "token": "", "promise": nothing} for one in own
    ]
    return Answer(ok=True, result={**numbers[0], "ahead": 0, "due": None, "linked": numbers[1:], "reserve": True})


def _numbered(slip: SlipJob, service: str) -> dict[str, Any]:
    promise = {"low": slip.low, "high": slip.high}
    return {"visit": slip.visit, "number": slip.number, "service": service, "token": slip.token, "promise": promise}


def _closed(language: str, opens: datetime | None, closes: datetime | None, timezone: str) -> Answer:
    """Closed, or, with `closes`, too near to it; and when numbers are given again."""
    again, zone = "", ZoneInfo(timezone)
    code, words = "closed_now", texts.translate(language, CLOSED)
    if closes is not None:
        code, words = "too_late", texts.translate(language, TOO_LATE, closes=_clock(closes.astimezone(zone)))
    if opens is not None:
        local = opens.astimezone(zone)
        again = " " + texts.translate(language, AGAIN, time=_clock(local), date=f"{local:%d.%m.%Y}")
    return Answer(ok=False, code=code, text=words + again)


def _clock(local: datetime) -> str:
    return f"{local.hour}:{local:%M}"


def _no(language: str, code: str, words: str) -> Answer:
    return Answer(ok=False, code=code, text=texts.translate(language, words))
