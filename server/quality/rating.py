"""Two questions after a visit, answered without a name: once for each visit, and nobody can tell later for which."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import Connection, Select, delete, select

from server.domain.floor import Floor, Visit
from server.quality.fields import Fields
from server.quality.records import Records, fresh
from server.store.quality_schema import rated, ratings

SCORES = ("5", "4", "3", "2", "1")
SETTLED = ("yes", "partly", "no")
TEXT_MOST = 140
LEAST = 5
"""Of fewer ratings nothing but their number is shown."""

Way = Literal["phone", "tablet"]


class Rating(Struct, frozen=True, kw_only=True):
    """What one visitor said, without hour and counter: those are for nobody's eyes."""

    day: str
    institution: str
    way: Way
    score: int | None
    settled: Literal["yes", "partly", "no"] | None
    text: str


class Summary(Struct, frozen=True, kw_only=True):
    """Several ratings; every figure is None where fewer than `LEAST` answered that question."""

    n: int
    good: float | None
    mean: float | None
    settled: float | None
    scores: Mapping[int, int]


class Ratings:
    """Takes ratings. Which visits of today have one is known by a digest of their token, which is forgotten with the day."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._rated: set[str] = set()

    def turn(self, day: str) -> None:
        """A business day began (or the server did): digests of other days are erased, those of this one read."""

        before, found = set(self._rated), set[str]()

        def work(connection: Connection) -> None:
            connection.execute(delete(rated).where(rated.c.day != day))
            found.update(connection.execute(select(rated.c.digest)).scalars())

        self._records.work(work)
        self._rated = found | (self._rated - before)

    def open_for(self, floor: Floor, visit: Visit) -> bool:
        """Whether the two questions are to be asked of this visit now."""
        asks = floor.settled.feedback.asks
        return asks and visit.state == "ended" and visit.end == "served" and _digest(visit) not in self._rated

    def is_rated(self, visit: Visit) -> bool:
        """Whether this visit of today has its rating."""
        return _digest(visit) in self._rated

    def take(self, floor: Floor, visit: Visit, form: Mapping[str, str], way: Way, now: datetime) -> dict[str, str]:
        """Keeps what the form says, and returns the faults by field instead if there are any.

        A visit that has its rating, or cannot have one, changes nothing: to whoever asks it is as if it were taken.
        """
        fields = Fields(form, floor.settled.health_words)
        score = fields.one("score", SCORES, needed=False)
        settled = fields.one("settled", SETTLED, needed=False)
        text = fields.text("text", TEXT_MOST, needed=False)
        if not (score or settled or fields.faults):
            fields.faults["score"] = "Please choose one of these."
        if fields.faults or not self.open_for(floor, visit):
            return fields.faults
        service = floor.look.services.get(visit.service)
        local, digest = now.astimezone(ZoneInfo(floor.settled.centre.timezone)), _digest(visit)
        row = {
            "id": fresh(), "day": visit.day, "hour": local.hour, "counter": visit.leg.counter, "way": way,
            "institution": "" if service is None or service.sensitive else service.institution,
            "score": int(score) if score else None, "settled": settled or None, "text": text,
        }  # fmt: skip
        self._rated.add(digest)
        try:
            self._records.write(rated.insert().values(digest=digest, day=visit.day), ratings.insert().values(row))
        except Exception:
            self._rated.discard(digest)
            raise
        return {}


def between(first: date, last: date) -> Select[Any]:
    """Reads the ratings of these days as `Rating`, in no order that tells who came first."""
    columns = [ratings.c[name] for name in Rating.__struct_fields__]
    return select(*columns).where(ratings.c.day.between(first.isoformat(), last.isoformat())).order_by(ratings.c.id)


def summary(found: Sequence[Rating]) -> Summary:
    """The figures of several ratings."""
    scores = [one.score for one in found if one.score is not None]
    said = [one.settled for one in found if one.settled is not None]
    enough = len(scores) >= LEAST
    return Summary(
        n=len(found), good=sum(score >= 4 for score in scores) / len(scores) if enough else None,
        mean=sum(scores) / len(scores) if enough else None,
        settled=sum(one == "yes" for one in said) / len(said) if len(said) >= LEAST else None,
        scores=Counter(scores) if enough else {},
    )  # fmt: skip


def _digest(visit: Visit) -> str:
    return hashlib.sha256(f"rating {visit.token}".encode()).hexdigest()
