"""Which centre gives a service, how far it is and how long one waits: made from what centres say of themselves, for everybody."""

import math
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from config.catalogue import Text
from config.hours import next_opening, opening
from config.open_data.municipalities import shown_on
from config.plan import Hours
from server.national.node.live import Live
from server.national.node.pages_live import fold, read
from server.national.node.schema import centres

State = Literal["open", "closed", "unknown"]
"""unknown: no link, so that what we know may be old."""
_ORDER: tuple[State, ...] = ("open", "unknown", "closed")


class _Service(Struct, frozen=True):
    code: str
    name: Text
    keywords: tuple[str, ...] = ()
    retired: bool = False


class _Centre(Struct, frozen=True):
    timezone: str = "Europe/Riga"


class Plan(Struct, frozen=True):
    """What the public page needs of a centre's plan."""

    services: tuple[_Service, ...] = ()
    hours: Hours | None = None
    centre: _Centre = _Centre()


class Queue(Struct, frozen=True, kw_only=True):
    """Who waits for some services, and how long one would (minutes); None: not known."""

    services: frozenset[str]
    waiting: int
    low: int | None
    high: int | None


class Place(Struct, frozen=True, kw_only=True):
    """A centre as everybody may see it. `at` is when this was true; `queues` are empty where nothing is known of today."""

    centre: str
    name: str
    municipality: str
    lat: float | None
    lon: float | None
    state: State
    at: datetime | None
    closes: datetime | None
    opens: datetime | None
    services: frozenset[str]
    queues: tuple[Queue, ...]


class Offered(Struct, frozen=True, kw_only=True):
    """A service that some centre gives."""

    code: str
    name: Text
    words: str


class Picture(Struct, frozen=True, kw_only=True):
    """The network at a moment."""

    at: datetime
    places: tuple[Place, ...]
    services: tuple[Offered, ...]

    @property
    def municipalities(self) -> list[str]:
        """Those that have a centre, by name."""
        return sorted({one.municipality for one in self.places if one.municipality}, key=fold)


class Found(Struct, frozen=True, kw_only=True):
    """A centre for what was asked: people and minutes of the queue of this service, or of all; `km` as the crow flies."""

    place: Place
    waiting: int | None
    low: int | None
    high: int | None
    km: float | None


class Plans:
    """Plans are large and change rarely: each is read once for every version of it."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[int, int], Plan]] = {}

    def read(self, connection: Connection, versions: dict[str, tuple[int, int]]) -> dict[str, Plan]:
        """The plans of these centres; versions are epoch and version."""
        for centre, version in versions.items():
            if self._known.get(centre, (None,))[0] != version:
                text = connection.execute(_PLAN, {"of": centre}).scalar()
                self._known[centre] = version, _plan.decode(text or "{}")
        return {centre: self._known[centre][1] for centre in versions}


def picture(connection: Connection, plans: Plans, now: datetime, today: date) -> Picture:
    """Every centre that was ever heard, by name."""
    heard = [one for one in read(connection, now) if one.state != "new" and one.live.version]
    known = plans.read(connection, {one.centre: (one.epoch, one.live.version) for one in heard})
    places, offered = [], dict[str, Offered]()
    for one in heard:
        plan = known[one.centre]
        gives = {service.code: service for service in plan.services if not service.retired}
        taken = frozenset(code for queue in one.live.queues for code in queue.services if code in gives)
        for code in taken:
            if code not in offered:
                offered[code] = _offered(gives[code])
        state = _state(one.state == "lost", one.live, plan, now)
        fresh = one.live.day == today.isoformat() and state != "closed"
        its = opening(plan.hours, now, plan.centre.timezone) if plan.hours else None
        places.append(
            Place(
                centre=one.centre, name=one.name or one.centre,
                municipality=shown_on(one.municipality, today) if one.municipality else "", lat=one.lat, lon=one.lon, state=state,
                at=one.heard if one.state == "lost" else now, closes=its.end if its else None,
                opens=next_opening(plan.hours, now, plan.centre.timezone) if plan.hours and state == "closed" else None,
                services=taken,
                queues=tuple(
                    Queue(services=frozenset(queue.services), waiting=queue.waiting, low=queue.low, high=queue.high)
                    for queue in one.live.queues
                ) if fresh else (),
            )
        )  # fmt: skip
    return Picture(at=now, places=tuple(places), services=tuple(sorted(offered.values(), key=lambda one: fold(one.name["lv"]))))


def _state(lost: bool, live: Live, plan: Plan, now: datetime) -> State:
    if plan.hours and opening(plan.hours, now, plan.centre.timezone) is None:
        return "closed"
    if lost:
        return "unknown"
    return "open" if live.working else "closed"


def _offered(service: _Service) -> Offered:
    return Offered(
        code=service.code, name=service.name, words=fold(" ".join((*service.name.values(), *service.keywords, service.code)))
    )


def search(all_: Iterable[Offered], text: str) -> list[Offered]:
    """Services in whose name or other words all that was typed stands, with or without diacritics."""
    wanted = fold(text).split()
    return [one for one in all_ if wanted and all(word in one.words for word in wanted)]


def nearest(seen: Picture, service: str, municipality: str) -> list[Found]:
    """The centres that give the service (empty: any), open ones first; by distance from the municipality if one is named, then by
    the wait.

    A distance is from the middle of its centres, as the crow flies: an order, not a way.
    """
    middle = _middle([one for one in seen.places if one.municipality == municipality]) if municipality else None
    found = [
        _found(one, service, 0.0 if one.municipality == municipality and municipality else None, middle)
        for one in seen.places
        if not service or service in one.services
    ]

    def key(one: Found) -> tuple[object, ...]:
        far = one.km if one.km is not None else math.inf
        wait = one.high if one.high is not None else math.inf
        home = bool(municipality) and one.place.municipality != municipality
        return (_ORDER.index(one.place.state), home, *((far, wait) if municipality else (wait, far)), fold(one.place.name))

    return sorted(found, key=key)


def _found(one: Place, service: str, here: float | None, middle: tuple[float, float] | None) -> Found:
    queues = [queue for queue in one.queues if not service or service in queue.services]
    km = None
    if here is None and middle is not None and one.lat is not None and one.lon is not None:
        km = round(distance(middle, (one.lat, one.lon)))
    # A service of several queues is had from the shortest; who names none sees all people and the longest.
    lows, highs = (
        [queue.low for queue in queues if queue.low is not None],
        [queue.high for queue in queues if queue.high is not None],
    )
    best = min((queue for queue in queues if queue.high is not None), key=lambda queue: queue.high or 0, default=None)
    if service and best is not None:
        return Found(place=one, waiting=best.waiting, low=best.low, high=best.high, km=km)
    waiting = sum(queue.waiting for queue in queues) if queues else None
    if service:
        return Found(place=one, waiting=waiting, low=None, high=None, km=km)
    return Found(place=one, waiting=waiting, low=min(lows, default=None), high=max(highs, default=None), km=km)


def _middle(places: list[Place]) -> tuple[float, float] | None:
    spots = [(one.lat, one.lon) for one in places if one.lat is not None and one.lon is not None]
    return (sum(lat for lat, _ in spots) / len(spots), sum(lon for _, lon in spots) / len(spots)) if spots else None


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places (WGS 84 degrees) on a sphere: within half a per cent."""
    (lat, lon), (lat_2, lon_2) = ((math.radians(a), math.radians(b)) for a, b in (one, other))
    part = math.sin((lat_2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat_2) * math.sin((lon_2 - lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(part))


_PLAN = select(centres.c.plan).where(centres.c.centre == bindparam("of"))
_plan = msgspec.json.Decoder(Plan)
