"""What staff must see to: calls nobody saw, calls for a person, booths, printers, paper, dead signs and boards. Pure."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal, get_args

import msgspec

from config.catalogue import Text
from config.plan import Line, Zone
from config.zones import counters_for
from server.domain.booths import booth_use, unready
from server.domain.floor import Floor, PlaceCall, open_alarm, open_help, post
from server.domain.place_calls import unshown_places, way
from server.domain.proof import PROOF_S, Unshown, due, overdue, unshown
from server.domain.rooms import rooms_now
from server.protocol import Status

OFF_S = 5
"""A device that is away for less is only reconnecting."""
_OFF = timedelta(seconds=OFF_S)

UPLINK = "uplink"
"""The name under which the server says how its line to the network is: a phase of the line as `state`."""

VOICE = "voice"
"""The name under which the server says of its own voice whether clips are "missing", and in `detail` which set is ready."""

DOUBLED = "doubled"
"""The name under which the server says which devices' tokens are used on two machines at once, in `detail`."""

DISK, CLOCK = "disk", "clock"
"""The names under which the server says that its disk is nearly full, and that its clock leapt and is not believed."""

CLOCK_MS = 30_000
"""A board whose clock differs by more shows a wrong time, and its calls too long or too short."""

AlertKind = Literal[
    "unshown", "alarm", "help", "booth", "room", "board_off", "printer", "kiosk_off", "panel", "board_mute", "voice", "reserve",
    "disk", "clock", "backup", "retention", "plan", "doubled", "board_clock", "paper_low",
]  # fmt: skip
"""Gravest first."""

_OWN: dict[str, tuple[AlertKind, frozenset[str]]] = {
    VOICE: ("voice", frozenset({"missing"})),
    DISK: ("disk", frozenset({"low"})),
    CLOCK: ("clock", frozenset({"doubted"})),
    "backup": ("backup", frozenset({"failed", "old", "place"})),
    "retention": ("retention", frozenset({"failed"})),
    DOUBLED: ("doubled", frozenset({"doubled"})),
}
"""Parts of the server itself by name: the kind of alert, and the states that are one."""

_RANK: tuple[AlertKind, ...] = get_args(AlertKind)
_LOCAL = (
    "unshown", "alarm", "board_off", "board_mute", "voice", "board_clock", "disk", "clock", "backup", "retention", "plan",
    "doubled",
)  # fmt: skip
_LOW = ("paper_low", "ready_low")
_WELL = (
    "ok", "starting", "unknown", "connecting", "recovering", "presenter", "presenter_busy", "number_refused", *_LOW,
)  # fmt: skip
"""Words of a status with which slips come out, or soon will."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """A device as the hub knows it; `since` when it is connected, or is not, and says the same; `role` is who it came as.

    `key` is the digest of the token it came with, empty for a person; `proofs` is when it last did what a command of its says:
    by the word printed, shown or spoken.
    """

    channel: str
    connected: bool
    status: Status
    since: datetime | None = None
    role: str = ""
    key: str = ""
    proofs: Mapping[str, datetime] = {}


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody must see to: of a kiosk, a booth, a line of panels or boards, with its time if that is known (UTC).

    Of `kiosk`, `line`, `booth`, `room` and `zone` (the last two called `name`) at most one is named; `counters` are those whose
    signs are meant, those
    that the boards of a zone are for, or the one that has called `number` and nobody has seen it. `detail` is the word for the
    fault of a printer, or of a line: silent (no answer), lost (the line is not there) or off (its program is not); of a booth
    its state, and `since` is when its talk begins. `slips` is about how many more the paper will do, `unsent` how many numbers
    of the kiosk are not with the server yet, `clerk` the account that goes there. Of boards `detail` are the screens of the
    plan that are meant, of a clock by how many seconds it is ahead.
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
    room: str = ""
    zone: str = ""
    name: Text = {}
    number: str = ""

    @property
    def about(self) -> str:
        """What tells it from others of its kind, also in the journal."""
        return self.kiosk or self.line or self.booth or self.room or self.zone or self.number or ",".join(self.counters)


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
    known, found, boards = kiosk_health(health), list[Alert](), boards_heard(health)
    for call in unproven(floor, health, now):
        found.append(Alert(kind="unshown", counters=(call.counter,), number=call.number, since=call.since))
    for place, since in unshown_places(floor, boards):
        if now >= since + timedelta(seconds=PROOF_S):
            found.append(_unshown_place(floor, place, since))
    for zone in floor.settled.zones:
        if zone.code in boards:
            found += _of_boards(floor, zone, boards[zone.code], now)
    for name, (kind, bad) in _OWN.items():
        if (own := health.get(name)) is not None and own.status.state in bad:
            found.append(Alert(kind=kind, since=own.since, detail=_about_own(kind, own)))
    if (planned := floor.planned) is not None and planned.code:
        found.append(Alert(kind="plan", since=planned.at, detail=planned.code))
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
    found += _of_rooms(floor, now)
    lines = _by_owner(health, "panels")
    for line in floor.settled.lines:
        if (said := lines.get(line.code)) is not None:
            found += _of_line(line, said, now)
    return tuple(sorted(found, key=lambda one: (_RANK.index(one.kind), one.clerk is not None)))


def at_counter(found: tuple[Alert, ...], counter: str) -> tuple[Alert, ...]:
    """Those that concern a counter: its own sign, call and boards, all of the kiosks, and the alarms of others: its own is quiet.

    The clock of a board is for who manages.
    """
    found = tuple(one for one in found if one.kind not in _LOCAL or (counter in one.counters) != (one.kind == "alarm"))
    own = ((one, tuple(c for c in one.counters if c == counter)) for one in found)
    return tuple(
        msgspec.structs.replace(one, counters=here) if one.kind == "panel" else one
        for one, here in own if one.kind != "panel" or here
    )  # fmt: skip


def _unshown_place(floor: Floor, call: PlaceCall, since: datetime) -> Alert:
    return Alert(
        kind="unshown", number=call.number, since=since, name=way(floor, call.kind, call.place),
        room=call.place if call.kind == "room" else "", booth=call.place if call.kind == "booth" else "",
    )  # fmt: skip


def _about_own(kind: AlertKind, own: Health) -> str:
    """What there is to know of a part of the server itself: of tokens the devices, of the voice nothing, else its state."""
    return "" if kind == "voice" else own.status.detail if kind == "doubled" else own.status.state


def _of_rooms(floor: Floor, now: datetime) -> Iterator[Alert]:
    """One whose time is ending, one of which nobody has said that it is signed out, and a free one that somebody waits for."""
    for one in rooms_now(floor, now):
        told = Alert(kind="room", room=one.room.code, name=one.room.name)
        if one.use.state == "used" and one.use.warned:
            yield msgspec.structs.replace(told, since=one.use.until, detail="ending")
        elif one.use.state == "wipe":
            yield msgspec.structs.replace(told, since=one.use.since, detail="wipe")
        elif one.use.state == "free" and one.use.waits:
            yield msgspec.structs.replace(told, since=one.use.since, detail="waiting", number=one.use.waits[0].number)


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
    return [
        (
            one.kind,
            one.kiosk,
            one.detail,
            one.clerk,
            one.line,
            one.counters,
            one.booth,
            one.room,
            one.zone,
            one.number,
        )
        for one in found
    ]


def clips_ready(health: Mapping[str, Health]) -> str:
    """The set of spoken clips that boards can have now; empty if none is ready."""
    voice = health.get(VOICE)
    return voice.status.detail if voice is not None else ""


def unproven(floor: Floor, health: Mapping[str, Health], now: datetime) -> list[Unshown]:
    """The calls that no board has shown in time, where there are boards."""
    return [one for one in unshown(floor, boards_heard(health)) if overdue(one, now)]


def turns(floor: Floor, health: Mapping[str, Health], now: datetime) -> datetime | None:
    """When the next alert comes by itself, with time alone; None if none does."""
    away = (one.since + timedelta(seconds=OFF_S) for one in health.values() if not one.connected and one.since is not None)
    boards = boards_heard(health)
    calls = (due(one) for one in unshown(floor, boards)) if floor.plan is not None else ()
    places = (since + timedelta(seconds=PROOF_S) for _, since in unshown_places(floor, boards)) if floor.plan is not None else ()
    return min((at for at in (*away, *calls, *places) if at > now), default=None)


def boards_heard(health: Mapping[str, Health]) -> dict[str, dict[str, Health]]:
    """By zone and device the boards heard since the server started; a person who looks at one on a desk is none."""
    found: dict[str, dict[str, Health]] = {}
    for device, one in health.items():
        kind, _, zone = one.channel.partition("/")
        if kind == "board" and one.role == "display":
            found.setdefault(zone, {})[device] = one
    return found


def _of_boards(floor: Floor, zone: Zone, known: Mapping[str, Health], now: datetime) -> Iterator[Alert]:
    """At most one of a kind. A screen of the plan is missed when no machine is there for it, one that is not in the plan when
    the zone has none at all, and none of them when the work is over.
    """
    counters = counters_for(floor.settled, zone.code)
    there = [one for one in known.values() if one.connected]
    missing = dict[str, datetime | None]()
    mute = dict[str, None]()
    for screen, machines in _by_screen(floor, zone.code, known).items():
        gone = [one.since for one in machines if not one.connected and (one.since is None or now - one.since >= _OFF)]
        if gone and not any(one.connected for one in (machines if screen else there)):
            missing[screen] = max((since for since in gone if since is not None), default=None)
        if any(one.connected and one.status.sound == "blocked" for one in machines):
            mute[screen] = None
    if missing and any(post(floor, counter).clerk is not None for counter in counters):
        since = min((since for since in missing.values() if since is not None), default=None)
        yield Alert(kind="board_off", zone=zone.code, name=zone.name, since=since, detail=_named(missing), counters=counters)
    if mute:
        yield Alert(kind="board_mute", zone=zone.code, name=zone.name, detail=_named(mute), counters=counters)
    wrong = [one.status.clock_ms for one in there if one.status.clock_ms is not None and abs(one.status.clock_ms) > CLOCK_MS]
    if wrong:
        ahead = int(max(wrong, key=abs) / 1000)
        yield Alert(kind="board_clock", zone=zone.code, name=zone.name, detail=str(ahead))


def _by_screen(floor: Floor, zone: str, known: Mapping[str, Health]) -> dict[str, list[Health]]:
    """The machines by the screen of the plan that they are, as their name says; "" of all others."""
    codes = [screen.code for screen in floor.settled.screens if screen.zone == zone]
    found: dict[str, list[Health]] = {}
    for device, one in known.items():
        own = max((code for code in codes if device.startswith(f"board-{zone}-{code}-")), key=len, default="")
        found.setdefault(own, []).append(one)
    return found


def _named(screens: Collection[str]) -> str:
    return ", ".join(sorted(filter(None, screens)))
