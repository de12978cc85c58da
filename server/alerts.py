"""What staff must see to: calls for a person, booths, printers, paper, numbers not yet here, dead signs. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from config.plan import Line
from server.domain.booths import booth_use, unready
from server.domain.floor import Floor, open_alarm, open_help
from server.protocol import Status

OFF_S = 5
"""A kiosk that is away for less is only reconnecting."""

AlertKind = Literal["alarm", "help", "booth", "printer", "kiosk_off", "panel", "reserve", "paper_low"]
"""Gravest first."""

_RANK: tuple[AlertKind, ...] = ("alarm", "help", "booth", "printer", "kiosk_off", "panel", "reserve", "paper_low")
_LOW = ("paper_low", "ready_low")
_WELL = (
    "ok", "starting", "unknown", "connecting", "recovering", "presenter", "presenter_busy", "number_refused", *_LOW,
)  # fmt: skip
"""Words of a status with which slips come out, or soon will."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """A device as the hub knows it; `since` when it is connected, or is not, and says the same."""

    channel: str
    connected: bool
    status: Status
    since: datetime | None = None


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody must see to at a kiosk, in a booth or on a line of panels, with its time if that is known (UTC).

    Of `kiosk`, `line` and `booth` at most one is named; `counters` are those whose signs are meant. `detail` is the word for the
    fault of a printer, or of a line: silent (no answer), lost (the line is not there) or off (its program is not); of a booth
    its state, and `since` is when its talk begins. `slips` is about how many more the paper will do, `unsent` how many numbers
    of the kiosk are not with the server yet, `clerk` the account that goes there.
    """

    kind: AlertKind
    kiosk: str = ""
    since: datetime | None = None
    detail: str = ""
    slips: int | None = None
    unsent: int = 0
    clerk: str | None = None
    line: str = ""
    counters: tuple[str, ...] = ()
    booth: str = ""


def kiosk_health(health: Mapping[str, Health]) -> dict[str, Health]:
    """By kiosk what its program says on its connection for the menu (`<device>@<kiosk>`); of several the connected one."""
    return _by_owner(health, "menu")


def _by_owner(health: Mapping[str, Health], channel: str) -> dict[str, Health]:
    found: dict[str, Health] = {}
    for device, one in health.items():
        if one.channel == channel:
            owner = device.rpartition("@")[2]
            if owner not in found or one.connected or not found[owner].connected:
                found[owner] = one
    return found


def alerts(floor: Floor, health: Mapping[str, Health], now: datetime) -> tuple[Alert, ...]:
    """Gravest first, at most one of a kind for a kiosk. A kiosk that was never heard since the server started is not missed."""
    known, found = kiosk_health(health), list[Alert]()
    for kiosk in floor.settled.kiosks:
        called = open_help(floor, kiosk.code, now)
        if called is not None:
            found.append(Alert(kind="help", kiosk=kiosk.code, since=called.since, clerk=called.clerk))
        if (said := known.get(kiosk.code)) is not None:
            found += _of(kiosk.code, said, now)
    for counter in floor.look.counters:
        if (raised := open_alarm(floor, counter, now)) is not None:
            found.append(Alert(kind="alarm", since=raised.since, clerk=raised.clerk, counters=(counter,)))
    for booth, talk in unready(floor, now):
        found.append(Alert(kind="booth", booth=booth, since=talk.booked.start, detail=booth_use(floor, booth).state))
    lines = _by_owner(health, "panels")
    for line in floor.settled.lines:
        if (said := lines.get(line.code)) is not None:
            found += _of_line(line, said, now)
    return tuple(sorted(found, key=lambda one: (_RANK.index(one.kind), one.clerk is not None)))


def at_counter(found: tuple[Alert, ...], counter: str) -> tuple[Alert, ...]:
    """Those that concern a counter: all of the kiosks, its own sign, and the alarms of others, for its own is quiet."""
    found = tuple(one for one in found if one.kind != "alarm" or counter not in one.counters)
    own = ((one, tuple(c for c in one.counters if c == counter)) for one in found)
    return tuple(
        msgspec.structs.replace(one, counters=here) if one.kind == "panel" else one
        for one, here in own if one.kind != "panel" or here
    )  # fmt: skip


def _of_line(line: Line, said: Health, now: datetime) -> list[Alert]:
    every = tuple(dict.fromkeys(panel.counter for panel in line.panels))
    status, since = said.status, said.since
    if not said.connected:
        gone = since is None or now - since >= timedelta(seconds=OFF_S)
        detail, counters = "off", every if gone else ()
    elif status.state == "lost":
        detail, counters = "lost", every
    else:
        detail, counters = "silent", tuple(counter for counter in every if counter in status.silent)
    return [Alert(kind="panel", since=since, detail=detail, line=line.code, counters=counters)] if counters else []


def _of(kiosk: str, said: Health, now: datetime) -> list[Alert]:
    status, since = said.status, said.since
    if not said.connected:
        gone = since is None or now - since >= timedelta(seconds=OFF_S)
        return [Alert(kind="kiosk_off", kiosk=kiosk, since=since, unsent=status.unsent)] if gone else []
    found = []
    alone = status.state.startswith("reserve")
    if not alone and status.state not in _WELL:
        found.append(Alert(kind="printer", kiosk=kiosk, since=since, detail=status.state))
    if alone or status.unsent:
        found.append(Alert(kind="reserve", kiosk=kiosk, unsent=status.unsent))
    if status.state in _LOW:
        found.append(Alert(kind="paper_low", kiosk=kiosk, since=since, slips=status.slips))
    return found


def pressing(found: tuple[Alert, ...]) -> object:
    """The part that cannot wait a second: all but the counts."""
    return [(one.kind, one.kiosk, one.detail, one.clerk, one.line, one.counters, one.booth) for one in found]
