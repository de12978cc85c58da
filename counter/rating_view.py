"""What the rating tablet of a counter shows: the two questions after a visit that ended there, else nothing that disturbs."""

import hashlib
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from config.catalogue import Text
from server.domain.floor import Floor, Visit, post

ASK_S = 60
"""So long after the end of a visit its questions stand on the tablet."""
LATE_S = 30
"""And so long after that an answer that was begun in time is still taken."""


class RateView(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `rate/<counter>`: "ask" with the word for this one visit (`key`) until a time, or "calm". Nothing personal.

    `language` is the one in which the visit's number was taken; it stands under the Latvian.
    """

    centre: Text
    place: Text
    state: Literal["ask", "calm"]
    key: str | None
    until: datetime | None
    language: str


def rate(floor: Floor, counter: str, now: datetime) -> RateView:
    """The tablet of a counter (LookupError for one that is not in the plan)."""
    plan, here = floor.settled, floor.look.counters[counter]
    place = {code: text.replace("{n}", here.code) for code, text in plan.place.noun.items()}
    over = last_over(floor, counter, now, ASK_S)
    if over is None:
        return RateView(centre=plan.centre.short, place=place, state="calm", key=None, until=None, language="lv")
    visit, at = over
    return RateView(
        centre=plan.centre.short, place=place, state="ask", key=key(visit), until=at + timedelta(seconds=ASK_S),
        language=visit.language,
    )  # fmt: skip


def last_over(floor: Floor, counter: str, now: datetime, within_s: float) -> tuple[Visit, datetime] | None:
    """The visit that was served last at a counter and when it ended, if that is not longer ago.

    It is one of the last two steps there: who serves the next visitor already asks the one before no more.
    """
    if not floor.settled.feedback.asks:
        return None
    step = post(floor, counter).step
    while step is not None and step.event != "VisitEnded":
        step = step.post.step
    if step is None or now - step.at >= timedelta(seconds=within_s):
        return None
    visit = floor.visits.get(step.before.id)
    return (visit, step.at) if visit is not None and visit.end == "served" and visit.origin != "contact" else None


def key(visit: Visit) -> str:
    """A word that stands for the visit on the tablet, and from which nobody finds it."""
    return hashlib.sha256(f"tablet {visit.token}".encode()).hexdigest()[:24]
