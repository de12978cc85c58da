"""The network's months: services by kind and institution, waits, and how well people were served. From the database to values."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, select

from config import GROUPS
from server.domain.months import month_after
from server.national.node.figures import Sums, Waits, ends, services, waits
from server.national.node.figures_filter import Filter
from server.national.node.schema import groups, months

OTHER = ""
"""The group of all institutions that no group names."""
APPLICATION, CONSULTATION = "pieteikums", "konsultacija"
"""The two kinds that the network counts."""
PORTAL = "PORTALS"
"""The institution under which help with latvija.gov.lv is recorded."""

Key = tuple[Any, ...]


class Grouping(Struct, frozen=True):
    """Groups of institutions in their order; what none names is OTHER."""

    groups: dict[str, tuple[str, ...]]

    def of(self, institution: str) -> str:
        """The group of an institution."""
        return next((name for name, members in self.groups.items() if institution in members), OTHER)

    def narrowed(self, which: Filter, group: str) -> Filter:
        """The filter for what a group counts."""
        if group != OTHER:
            return msgspec.structs.replace(which, institution=self.groups[group])
        return msgspec.structs.replace(which, besides=tuple(one for members in self.groups.values() for one in members))


def grouping(connection: Connection) -> Grouping:
    """As the network's officer set it, else as config says."""
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(select(groups).order_by(groups.c.place, groups.c.institution)):
        found[row.name] = (*found.get(row.name, ()), row.institution)
    return Grouping(found or msgspec.toml.decode(GROUPS.read_bytes(), type=dict[str, tuple[str, ...]]))


def set_grouping(engine: Engine, wanted: Mapping[str, Iterable[str]]) -> None:
    """Replaces the groups; ValueError if an institution stands in two, none at all: as config says."""
    named = [(name, one) for name, members in wanted.items() for one in members]
    twice = sorted({one for _, one in named if sum(one == other for _, other in named) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)}")
    order = list(wanted)
    with engine.begin() as connection:
        connection.execute(groups.delete())
        if named:
            rows = [{"institution": one, "name": name, "place": order.index(name)} for name, one in named]
            connection.execute(groups.insert(), rows)


class Month(Struct, frozen=True, kw_only=True):
    """A month of the charts: `closed` or still open, `empty`: no visit at all in it, so that its figures are gaps."""

    key: str
    closed: bool = False
    empty: bool = False


class Year(Struct, frozen=True, kw_only=True):
    """What was counted in some months; keys are (month, ...)."""

    which: Filter
    months: tuple[Month, ...]
    grouping: Grouping
    services: Sums
    channels: dict[Key, int]
    ends: Sums
    waits: dict[Key, Waits]

    def count(self, month: str, kind: str = "", group: str | None = None, sum_: str = "services") -> int:
        """Services of a month, of one kind, of one group of institutions."""
        return sum(
            sums[sum_]
            for (its, institution, its_kind), sums in self.services.items()
            if its == month and kind in ("", its_kind) and (group is None or self.grouping.of(institution) == group)
        )


def months_until(last: str, count: int) -> list[str]:
    """So many months, the last one given, as 2026-11."""
    return [month_after(last, -ago) for ago in reversed(range(count))]


def read_year(connection: Connection, which: Filter, last: str, count: int = 12) -> Year:
    """The months up to the last one, of what the filter asks."""
    keys = months_until(last, count)
    asked = msgspec.structs.replace(which, first=keys[0], last=last)
    fine = services(connection, asked, ("month", "institution", "kind", "channel"))
    given: Sums = {}
    channels: Counter[Key] = Counter()
    for (month, institution, kind, channel), sums in fine.items():
        channels[month, channel] += sums["services"]
        whole = given.setdefault((month, institution, kind), dict.fromkeys(sums, 0))
        for name, value in sums.items():
            whole[name] += value
    came = coming(asked)
    ended = ends(connection, came, ("month",))
    everybody = msgspec.structs.replace(asked, institution=())
    known = ended if everybody == asked else ends(connection, everybody, ("month",))
    closed = set(connection.execute(select(months.c.month).where(months.c.month.in_(keys))).scalars())
    return Year(
        which=which,
        months=tuple(Month(key=one, closed=one in closed, empty=(one,) not in known) for one in keys),
        grouping=grouping(connection), services=given, channels=channels, ends=ended, waits=waits(connection, came, ("month",)),
    )  # fmt: skip


def coming(which: Filter) -> Filter:
    """Visits by what people came for, where services are asked for by what they got."""
    return msgspec.structs.replace(which, institution=(), about=which.institution[0]) if which.institution else which


def closed_by(connection: Connection, month: str) -> int | None:
    """How many centres had records that were missing when the month was closed; None while it is open."""
    found = connection.execute(select(months.c.open_centres).where(months.c.month == month)).scalar()
    return None if found is None else len(msgspec.json.decode(found, type=dict[str, int]))
