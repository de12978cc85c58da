"""All centres now: what the node knows of each, which need somebody, and what people asked to see. Pure but for one read."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from config.open_data.municipalities import shown_on
from server.domain.moment import moment
from server.national.node.bundles import highest
from server.national.node.live import Live
from server.national.node.quarantine import counts
from server.national.node.schema import centres
from server.national.wire import HEARTBEAT_S, Pulse

LOST_S = 4 * HEARTBEAT_S
"""Who was not heard for so long has no link."""

LATE_S = 60.0
"""Records that are not here after so long are a backlog; younger ones are on their way."""

State = Literal["open", "late", "closed", "lost", "new"]
"""late: somebody waits longer than was promised; closed: no counter works; lost: no link; new: never heard."""

STATES: tuple[State, ...] = ("lost", "late", "open", "closed", "new")
_KINDS = {" pagasta": " pagasts", " valstspilsētas": " valstspilsēta", " pilsētas": " pilsēta", " novada": " novads"}
"""What a place is, of the place and by itself."""
_COLUMNS = (
    "centre", "name", "type", "municipality", "lat", "lon", "epoch", "acked", "projected", "heard", "skew_ms", "pulse", "live",
    "skipped", "refused", "projected_epoch",
)  # fmt: skip


class CentreNow(Struct, frozen=True, kw_only=True):
    """One centre as the node knows it. `backlog` are records that are safe at the centre and not here yet, `awaited` those that
    came damaged; `ahead` is a revision of the settings that the centre has and the node does not know.
    """

    centre: str
    name: str
    type: str
    municipality: str
    lat: float | None
    lon: float | None
    state: State
    epoch: int
    acked: int
    projected: int
    lag_s: float | None
    phase: str
    heard: datetime | None
    skew_ms: int | None
    backlog: int
    backlog_since: datetime | None
    version: str
    skipped: int
    refused: str
    troubles: tuple[str, ...]
    live: Live
    awaited: int = 0
    ahead: int = 0

    @property
    def label(self) -> str:
        """The name by which people know it, without the words that all centres share."""
        return short(self.name) or self.centre

    @property
    def affected(self) -> int:
        """How many people its trouble concerns, as far as is known."""
        return max(self.live.waiting, 1 if self.state in ("lost", "late") else 0)

    @property
    def needs(self) -> bool:
        """Whether somebody must look at it."""
        said = self.troubles or self.skipped or self.refused or self.awaited or self.ahead
        return self.state in ("lost", "late") or bool(said) or self.phase == "behind"


def short(name: str) -> str:
    """A name that stands alone: the place where its kind is named (Raunas pagasts), else with `VPVKAC`, for the rest of it only
    says whose centre it is. The county goes where the place has its name too (Cēsu novada Cēsu).
    """
    whose = name
    for words in (" valsts un pašvaldības vienotais klientu apkalpošanas centrs", " VPVKAC"):
        whose = whose.removesuffix(words)
    if whose == name:
        return name
    county, _, place = whose.partition(" novada ")
    if place.split(" ")[0] == county:
        whose = place
    for of, kind in _KINDS.items():
        if whose.endswith(of):
            return whose.removesuffix(of) + kind
    return f"{whose} VPVKAC"


def read(connection: Connection, now: datetime) -> list[CentreNow]:
    """Every centre, by name."""
    rows = connection.execute(select(*(centres.c[name] for name in _COLUMNS))).all()
    awaited, top = counts(connection), highest(connection)
    found = (centre_now(row, now, awaited.get(row.centre, 0), top) for row in rows)
    return sorted(found, key=lambda one: (fold(one.label), one.centre))


def centre_now(row: Any, now: datetime, awaited: int = 0, top: int = 0) -> CentreNow:
    """A centre's row as a value; `top` is the highest revision of settings that the node has."""
    live = _live.decode(row.live)
    pulse = None if row.pulse in ("", "{}") else _pulse.decode(row.pulse)
    heard = moment(row.heard) if row.heard is not None else None
    backlog = max(0, pulse.head - row.acked) if pulse else 0
    silent = (now - heard).total_seconds() if heard else None
    down = silent is not None and silent > LOST_S
    lag = _lag(silent, down, backlog, pulse.backlog_since if pulse else None, now)
    level = row.projected >= row.acked and row.epoch == row.projected_epoch
    phase = (
        "new" if heard is None else "down" if down else "late" if backlog and (lag or 0) > LATE_S else "up" if level else "behind"
    )
    return CentreNow(
        centre=row.centre, name=row.name, type=row.type, lat=row.lat, lon=row.lon,
        municipality=shown_on(row.municipality, now.date()),
        state=_state(heard, down, live), epoch=row.epoch, acked=row.acked, projected=row.projected, lag_s=lag, phase=phase,
        heard=heard, skew_ms=row.skew_ms, backlog=backlog, backlog_since=pulse.backlog_since if pulse and backlog else None,
        version=pulse.version if pulse else "", skipped=row.skipped, refused=row.refused,
        troubles=pulse.troubles if pulse else (), live=live,
        awaited=awaited, ahead=known if pulse and (known := max(pulse.bundle, pulse.bundle_known)) > top else 0,
    )  # fmt: skip


def _state(heard: datetime | None, down: bool, live: Live) -> State:
    if heard is None:
        return "new"
    if down:
        return "lost"
    if not live.working:
        return "closed"
    return "late" if live.late else "open"


def _lag(silent: float | None, down: bool, backlog: int, since: datetime | None, now: datetime) -> float | None:
    """How old our picture of the centre may be; None before it was ever heard."""
    if silent is None:
        return None
    if backlog and since is not None:
        return max(0.0, (now - since).total_seconds())
    return silent if down else 0.0


class Look(Struct, frozen=True, kw_only=True):
    """What a person asked to see of the list."""

    q: str = ""
    county: str = ""
    type: str = ""
    state: str = ""
    group: str = ""
    view: str = ""


def chosen(all_: Iterable[CentreNow], look: Look) -> list[CentreNow]:
    """The centres that were asked for; words of the search stand anywhere in name, county or code, with or without diacritics."""
    words = fold(look.q).split()
    return [
        one
        for one in all_
        if look.county in ("", one.municipality)
        and look.type in ("", one.type)
        and look.state in ("", one.state)
        and all(word in fold(f"{one.name} {one.municipality} {one.centre}") for word in words)
    ]


def attention(all_: Sequence[CentreNow]) -> list[CentreNow]:
    """Centres that somebody must look at, most people first."""
    return sorted((one for one in all_ if one.needs), key=lambda one: (-one.affected, STATES.index(one.state), one.label))


def by_county(all_: Sequence[CentreNow]) -> list[tuple[str, list[CentreNow]]]:
    """The centres under their county, counties by name."""
    names = sorted({one.municipality for one in all_}, key=fold)
    return [(name, [one for one in all_ if one.municipality == name]) for name in names]


def fold(text: str) -> str:
    """For searching: no case, no diacritics."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


_live, _pulse = msgspec.json.Decoder(Live), msgspec.json.Decoder(Pulse)
