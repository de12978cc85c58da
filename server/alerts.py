"""What staff must see to at the kiosks: calls for a person, printers, paper, numbers not yet here. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from server.domain.floor import Floor, open_help
from server.protocol import Status

OFF_S = 5
"""A kiosk that is away for less is only reconnecting."""

AlertKind = Literal["help", "printer", "kiosk_off", "reserve", "paper_low"]
"""Gravest first."""

_RANK: tuple[AlertKind, ...] = ("help", "printer", "kiosk_off", "reserve", "paper_low")
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
    """One thing that somebody must see to at a kiosk, with its time if that is known (UTC).

    `detail` is the word for a printer's fault, `slips` about how many more the paper will do, `unsent` how many numbers of the
    kiosk are not with the server yet, `clerk` the account that goes there.
    """

    kind: AlertKind
    kiosk: str
    since: datetime | None = None
    detail: str = ""
    slips: int | None = None
    unsent: int = 0
    clerk: str | None = None


def kiosk_health(health: Mapping[str, Health]) -> dict[str, Health]:
    """By kiosk what its program says on its connection for the menu (`<device>@<kiosk>`); of several the connected one."""
    found: dict[str, Health] = {}
    for device, one in health.items():
        if one.channel == "menu":
            kiosk = device.rpartition("@")[2]
            if kiosk not in found or one.connected or not found[kiosk].connected:
                found[kiosk] = one
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
    return tuple(sorted(found, key=lambda one: (_RANK.index(one.kind), one.clerk is not None)))


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
    return [(one.kind, one.kiosk, one.detail, one.clerk) for one in found]
