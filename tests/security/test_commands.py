"""Every command and every channel, over HTTP and Socket.IO, by everybody: the table of `server/authority.py`, nothing else."""

import json
import uuid
from collections.abc import Iterable

import pytest
from socketio.exceptions import ConnectionError as Refused

from server import authority, channels
from server.domain.commands import COMMANDS
from server.hub import COMMANDS_BURST
from tests.house import until
from tests.security.kept import snapshot
from tests.security.world import Centre, Who
from tests.wire.test_hub import Device

NO_SHAPE = {"counter": [], "service": [], "visit": [], "plan": [], "number": [], "code": [], "zone": [], "room": [], "kiosk": []}
"""What no command takes: who may submit it is told of the shape or, where there is nothing to say, of the floor."""

TURNED_AWAY = {"signed_out", "not_allowed", "locked", "foreign_origin"}
SPENDING = {"CloseDay", "CloseMonth"}
"""Without fields: they would happen. Who may not is tried, who may is tried in tests/domain."""

NAMED = {
    "jobs": "kiosk-1", "desk": "3", "finished": "3", "panel": "3", "board": "hall", "rate": "3", "room": "d1",
    "ticket": "nothing",
}  # fmt: skip


def all_channels() -> list[str]:
    """One of each kind; KeyError names a kind that nobody has thought about."""
    return [f"{kind}/{NAMED[kind]}" if one.named else kind for kind, one in channels.CHANNELS.items()]


def expected(who: Who, name: str) -> str:
    """The code with which somebody is turned away; empty where the door is open."""
    if not who.role:
        return "signed_out"
    if who.locked:
        return "locked"
    return "" if authority.may_submit(who.role, name) else "not_allowed"


def test_every_role_and_every_command_over_http(here: Centre, people: list[Who]) -> None:
    """Those that are refused first: nothing of them may be written down."""
    tries = sorted(((who, name) for who in people for name in COMMANDS), key=lambda one: not expected(*one))
    wrong, before, opened = [], snapshot(here), False
    for who, name in tries:
        wanted = expected(who, name)
        if not wanted and not opened:
            assert snapshot(here) == before
            opened = True
        if wanted or name not in SPENDING:
            body = f'{{"id": "{uuid.uuid4()}", "data": {json.dumps(NO_SHAPE)}}}'.encode()
            code = here.ask("POST", f"/api/v1/commands/{name}", who.headers, body).json.get("code", "ok")
            if code != wanted and not (not wanted and code not in TURNED_AWAY):
                wrong.append(f"{name} by {who.name}: {code}, wanted {wanted or 'the door open'}")
    assert not wrong, "\n".join(wrong)
    assert opened


def test_every_role_and_every_channel_over_http(here: Centre, people: list[Who]) -> None:
    wrong = []
    for who in people:
        for channel in all_channels():
            status = here.ask("GET", f"/api/v1/views/{channel}", who.headers).status
            if status != (wanted := _view_status(who, channel)):
                wrong.append(f"{channel} by {who.name}: {status}, wanted {wanted}")
    assert not wrong, "\n".join(wrong)


def _view_status(who: Who, channel: str) -> int:
    kind = channel.partition("/")[0]
    if who.locked and kind != "desk":
        return 423
    if kind in authority.OPEN_CHANNELS:
        return 404  # nobody holds this ticket
    if not who.role:
        return 401
    return 200 if authority.may_see(who.role, channel, _id(who), who.only) else 403


def test_every_role_and_every_channel_over_socket_io(here: Centre, people: list[Who]) -> None:
    wrong = []
    for who in people:
        for channel in all_channels():
            if channel.startswith("ticket/"):
                continue  # open to whoever holds one: tests/wire/test_phone.py
            code = _joins(here, who, channel)
            wanted = _seat(who, channel)
            if code != wanted:
                wrong.append(f"{channel} by {who.name}: {code or 'a seat'}, wanted {wanted or 'a seat'}")
    assert not wrong, "\n".join(wrong)


def _seat(who: Who, channel: str) -> str:
    if not who.role:
        return "signed_out"
    if who.locked and channel.partition("/")[0] not in ("desk", "board", "panel", "room", "panels", "rate"):
        return "locked"
    return "" if authority.may_see(who.role, channel, _id(who), who.only) else "not_allowed"


def _joins(here: Centre, who: Who, channel: str) -> str:
    """The code of the refusal; empty where there is a seat."""
    device = _device(here, who, channel)
    try:
        device.connect()
    except Refused:
        until(lambda: device.refusal, "why it is refused")
        return str((device.refusal.get("data") or {}).get("code", device.refusal))
    finally:
        device.close()
    return ""


def test_every_role_and_every_command_over_socket_io(here: Centre, people: list[Who]) -> None:
    wrong = []
    for who in people:
        seats = [channel for channel in all_channels() if not channel.startswith("ticket/") and not _seat(who, channel)]
        if not seats:
            continue  # there is no connection on which it could submit: shown above
        for some in batched(COMMANDS):
            device = _device(here, who, seats[0]).connect()
            for name in some:
                wanted = expected(who, name)
                if name in SPENDING and not wanted:
                    continue
                code = device.submit(name, NO_SHAPE).get("code", "ok")
                if code != wanted and not (not wanted and code not in TURNED_AWAY):
                    wrong.append(f"{name} by {who.name}: {code}, wanted {wanted or 'the door open'}")
            device.close()
    assert not wrong, "\n".join(wrong)


def batched(names: Iterable[str]) -> list[list[str]]:
    """As many as one connection may submit at once."""
    whole, size = list(names), COMMANDS_BURST - 1
    return [whole[at : at + size] for at in range(0, len(whole), size)]


@pytest.mark.parametrize("event", ["view", "connect_error", "message", "admin", "__init__", "disconnect_all"])
def test_no_other_event_is_answered(here: Centre, event: str) -> None:
    device = Device(here, "desk/3", here.token("manager")).connect()  # type: ignore[arg-type]
    before = snapshot(here)
    device.socket.emit(event, {"name": "CloseDay"})
    assert device.submit("Nothing")["code"] == "unknown_command", "what came before was looked at, and the connection lives"
    device.close()
    assert snapshot(here) == before


def _device(here: Centre, who: Who, channel: str) -> Device:
    token = who.headers.get("Authorization", "").partition(" ")[2] or None
    return Device(here, channel, token, cookie=who.headers.get("Cookie", ""))  # type: ignore[arg-type]


def _id(who: Who) -> str | None:
    return "kiosk-1" if who.role == "kiosk" else None
