"""Every device of a centre, one row for each: where it is, how it is, what it proved last. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from config.catalogue import Text
from config.plan import Plan
from server.alerts import Health
from server.domain.floor import SoundTest
from server.people.devices import Device

Kind = Literal["kiosk", "board", "line", "panel", "room", "other"]
State = Literal["ok", "attention", "trouble", "off", "never"]

FAULTS = {
    "paper_out": "the paper is out", "cover": "the cover is open", "cutter": "the cutter is stuck", "jam": "the paper is jammed",
    "overheat": "it is too hot", "offline": "the printer is off line", "away": "the printer does not answer",
    "fault": "the printer reports a fault", "lost": "the line is not there", "silent": "a sign does not answer",
    "paper_low": "the paper runs low", "ready_low": "the paper runs low", "number_refused": "a number was not taken",
    "missing": "spoken clips are missing",
}  # fmt: skip
"""What is wrong, by the word of a status: source texts."""

_SOON = ("paper_low", "ready_low", "number_refused")
_WELL = ("ok", "starting", "unknown", "connecting", "recovering", "presenter", "presenter_busy")
CLOCK_MS = 30_000


class Place(Struct, frozen=True):
    """Where a device belongs by the plan. `mine` and `heard` say which tokens and which health (channel, device) are of
    it; `zone` is a board's.
    """

    kind: Kind
    code: str
    where: Text
    mine: Callable[[Device], bool]
    heard: Callable[[str, str], bool]
    zone: str = ""


class DeviceRow(Struct, frozen=True, kw_only=True):
    """One device. `name` is what the plan or people call it, `what` a source text about its state, `since` when that began.

    `proofs` are (printed, shown or spoken; when), newest first. `handle` names its token, empty for none; `shared`: the token is
    of several devices. `doubled` are the addresses of machines that use the token at once. `tries`: a test slip can be printed;
    `sounds`: its sound can be tested, `test` is the last time that this was done.
    """

    kind: Kind
    code: str
    where: Text
    name: str
    state: State
    what: str
    since: datetime | None
    detail: str
    driver: str
    confirms: bool | None
    proofs: tuple[tuple[str, datetime], ...]
    slips: int | None
    version: str
    clock_ms: int | None
    sound: str
    address: str
    handle: str
    shared: bool
    renewing: bool
    paired: datetime | None
    by: str
    doubled: tuple[str, ...]
    tries: bool
    zone: str = ""
    sounds: bool = False
    test: SoundTest | None = None


class Known(Struct, frozen=True):
    """What else there is to know: `doubled(key)` are the addresses at which a token is used at once, `proofs(key)` what devices
    with a token proved before the server started, `tests` the tests of sound by zone and screen.
    """

    doubled: Callable[[str], tuple[str, ...]] = lambda _: ()
    proofs: Callable[[str], Mapping[str, datetime]] = lambda _: {}
    tests: Mapping[tuple[str, str], SoundTest] = {}


def rows(plan: Plan, health: Mapping[str, Health], devices: Sequence[Device], more: Known) -> list[DeviceRow]:
    """A row for each token and each device that is heard, by the plan's order; one without either where nobody came yet."""
    left = {one.key: one for one in devices}
    unheard, found = dict(health), list[DeviceRow]()
    for place in places(plan):
        heard = {name: one for name, one in unheard.items() if place.heard(one.channel, name)}
        mine = [one for one in devices if place.mine(one)]
        for name, said in sorted(heard.items()):
            del unheard[name]
            token = left.get(said.key)
            found.append(_row(plan, place, name, said, token, more, shared=token is not None and token not in mine))
        silent = [one for one in mine if all(each.key != one.key for each in heard.values())]
        found += [_row(plan, place, "", None, one, more) for one in silent]
        if not heard and not silent:
            found.append(_row(plan, place, "", None, None, more))
        for one in mine:
            left.pop(one.key, None)
    shown = {row.handle for row in found}
    for one in devices:
        if one.handle not in shown:
            kind: Kind = "panel" if one.only.startswith("panel/") else "room" if one.only.startswith("room/") else "other"
            place = Place(kind, one.device, {}, lambda _: True, lambda channel, name: True)
            name = next((name for name, each in sorted(unheard.items()) if each.key == one.key), "")
            found.append(_row(plan, place, name, unheard.get(name), one, more))
    return found


def places(plan: Plan) -> Iterator[Place]:
    """Every place of the plan where a device belongs."""
    zones = {zone.code: zone.name for zone in plan.zones}
    for kiosk in plan.kiosks:
        yield Place(
            "kiosk", kiosk.code, zones.get(kiosk.zone, {}),
            lambda one, code=kiosk.code: one.role == "kiosk" and one.device == code,  # type: ignore[misc]
            lambda channel, name, code=kiosk.code: channel == "menu" and name.endswith(f"@{code}"),  # type: ignore[misc]
        )  # fmt: skip
    for zone, name, screen, others in boards(plan):
        path = board_page(zone, screen)
        yield Place(
            "board", screen or zone, name,
            lambda one, path=path: one.page == path,  # type: ignore[misc]
            lambda channel, device, zone=zone, screen=screen, others=others: (  # type: ignore[misc]
                channel == f"board/{zone}" and _screen(device, zone, others) == screen
            ),
            zone,
        )  # fmt: skip
    for line in plan.lines:
        yield Place(
            "line", line.code, {},
            lambda one, code=line.code: one.role == "panel" and one.device == code,  # type: ignore[misc]
            lambda channel, name, code=line.code: channel == "panels" and name.endswith(f"@{code}"),  # type: ignore[misc]
        )  # fmt: skip


def boards(plan: Plan) -> Iterator[tuple[str, Text, str, tuple[str, ...]]]:
    """Every screen of every zone: zone, its name, the screen ("" where the plan names none), and all screens of the zone."""
    for zone in plan.zones:
        codes = tuple(screen.code for screen in plan.screens if screen.zone == zone.code)
        for code in codes or ("",):
            yield zone.code, zone.name, code, codes


def board_page(zone: str, screen: str) -> str:
    """The page of a screen."""
    return f"/display/{zone}?screen={screen}" if screen else f"/display/{zone}"


def _screen(device: str, zone: str, codes: tuple[str, ...]) -> str:
    """Which screen of the plan a board says that it is; the first one if it says none of them."""
    return max((code for code in codes if device.startswith(f"board-{zone}-{code}-")), key=len, default=next(iter(codes), ""))


def _row(
    plan: Plan, place: Place, device: str, said: Health | None, token: Device | None,
    more: Known, shared: bool = False,
) -> DeviceRow:  # fmt: skip
    status = said.status if said is not None else None
    state, what = _state(said, token)
    at = more.doubled(token.key) if token is not None else ()
    if at:
        state, what = "trouble", "one token is used on two machines"
    since = said.since if said is not None else datetime.fromtimestamp(token.seen, UTC) if token and token.seen else None
    proofs = said.proofs if said is not None else more.proofs(token.key) if token is not None and not shared else {}
    screen = place.code if place.code != place.zone else ""
    prints = any(kiosk.code == place.code and kiosk.prints for kiosk in plan.kiosks)
    line = next((one for one in plan.lines if place.kind == "line" and one.code == place.code), None)
    return DeviceRow(
        kind=place.kind, code=place.code, where=place.where,
        name=(token.title if token and not shared else "") or (device.rpartition("@")[0] if place.kind == "board" else ""),
        state=state, what=what, since=since,
        detail=status.detail if status else "", driver=(status.driver if status else "") or (line.driver if line else ""),
        confirms=status.confirms if status else None,
        proofs=tuple(sorted(proofs.items(), key=lambda one: one[1], reverse=True)),
        slips=status.slips if status else None, version=(status.version if status else "") or (token.version if token else ""),
        clock_ms=status.clock_ms if status else None, sound=status.sound if status else "",
        address=token.place if token else "", handle=token.handle if token else "", shared=shared,
        renewing=token is not None and token.renew,
        paired=datetime.fromtimestamp(token.paired, UTC) if token and token.paired else None, by=token.by if token else "",
        doubled=at, tries=place.kind == "kiosk" and prints and said is not None and said.connected,
        zone=place.zone, sounds=said is not None and said.connected and status is not None and status.sound in ("on", "blocked"),
        test=more.tests.get((place.zone, screen)) if place.zone else None,
    )  # fmt: skip


def _state(said: Health | None, token: Device | None) -> tuple[State, str]:
    if said is None:
        if token is None:
            return "never", "not paired yet"
        return ("off", "not connected") if token.seen else ("never", "paired, never seen")
    if not said.connected:
        return "off", "not connected"
    status = said.status
    if status.state in FAULTS:
        return ("attention" if status.state in _SOON else "trouble"), FAULTS[status.state]
    if status.state.startswith("reserve"):
        return "attention", "it gives numbers of its own"
    if status.silent:
        return "trouble", FAULTS["silent"]
    if status.state not in _WELL:
        return "trouble", status.state
    if status.sound == "blocked":
        return "attention", "it must not make a sound until somebody touches it"
    if status.clock_ms is not None and abs(status.clock_ms) > CLOCK_MS:
        return "attention", "its clock is wrong"
    return "ok", "works"
