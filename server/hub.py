"""Socket.IO: devices identify and take a seat; commands come in, changed views go out."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import gevent
import msgspec
from flask import request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO
from gevent.event import Event as Bell
from sqlalchemy.exc import SQLAlchemyError

from config import texts
from server import authority, channels
from server.alerts import DOUBLED, Health, turns
from server.bridge import Bridge
from server.channels import Channel, Onlooker
from server.domain.context import Actor
from server.domain.events import Record, TicketIssued
from server.domain.floor import Floor
from server.domain.refusal import CODES, Refusal
from server.guard import Bucket, awake, carried, credential, locked
from server.pairing.doubles import Doubles
from server.people.cookies import whence
from server.people.people import By, Device, People
from server.protocol import COMMAND, PROTOCOL, STATUS, VIEW, Answer, CommandMessage, Identify, Status, View
from server.submit import Submit, decode, refused
from server.workers import Worker

log = logging.getLogger("rinda.hub")

CALM_S = 1.0
"""Changes that can wait (counts of waiting people) go out at most this often per channel."""
ROUND_S = 0.1
"""News of tickets alone starts a round of views at most this often; everything else at once."""
TIME_S = 20.0
"""Views are looked at this often when nothing happens."""
SURE_S = 0.005
"""So much after the moment at which an alert comes with time alone its views are made: a wait may end a little early."""
PHONES_MOST = 8
"""So many phones follow one ticket."""
COMMANDS_BURST, COMMANDS_RATE = 40, 20.0
SWEEP_S = 2.0
"""A credential that was taken back ends its socket within this time, even if it says nothing."""
HEALTH_KEPT = 500
_PROOFS = {"ConfirmShown": "shown", "ConfirmSpoken": "spoken"}
"""What a device has proved by a command."""


class Group(msgspec.Struct, eq=False):
    """The devices that see the same data: one view is made and encoded for all of them."""

    room: str
    name: str
    kind: Channel
    actor: Actor
    seats: set[str]
    data: Any = None
    sent: float = 0.0


class Seat(msgspec.Struct, eq=False):
    """One connected device. `valid` looks its credential up again: a revoked one ends here; a locked one is not `awake`.

    `token` is what a device or program came with, None for a person; `since` is on a clock that nobody sets.
    """

    sid: str
    device: str
    channel: str
    group: Group
    actor: Actor
    valid: Callable[[], Actor | None]
    awake: Callable[[], bool]
    token: str | None = None
    address: str = ""
    since: float = 0.0


class Json:
    """The JSON of the wire: values are encoded as they are, without a detour through dicts."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """Compact JSON text."""
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        """JSON values."""
        return msgspec.json.decode(text)


class Hub:
    """Runs on the gevent loop. `notice` may be called from the writer's thread after every commit."""

    def __init__(
        self, socketio: SocketIO, floor: Callable[[], Floor], submit: Submit, people: People, bridge: Bridge,
        vouchers: Callable[[], Mapping[UUID, str]] = dict,
    ) -> None:  # fmt: skip
        self._io = socketio
        self._floor = floor
        self._submit = submit
        self._people = people
        self._bridge, self._vouchers = bridge, vouchers
        self._seats: dict[str, Seat] = {}
        self._devices: dict[str, str] = {}
        self._groups: dict[str, Group] = {}
        self._health: dict[str, Health] = {}
        self._doubles, self._doubled = Doubles(), ""
        self._pace = Bucket(COMMANDS_RATE, COMMANDS_BURST)
        self._bell, self._urgent = Bell(), Bell()
        self._sweeper = Worker("sweep", self._sweep)
        socketio.on_event("connect", self._connect)
        socketio.on_event("disconnect", self._disconnect)
        socketio.on_event(COMMAND, self._command)
        socketio.on_event(STATUS, self._status)
        socketio.on_error_default(_log_error)

    @property
    def health(self) -> Mapping[str, Health]:
        """What devices say of themselves, by device name."""
        return self._health

    @property
    def connected(self) -> int:
        """How many devices have a seat."""
        return len(self._seats)

    def report(self, device: str, status: Status) -> None:
        """What a part of the server itself says of its health, as devices do (on the loop)."""
        self._tell_health(device, device, status, "system")
        self._hurry()

    def start(self) -> None:
        """Starts the rounds of views."""
        gevent.spawn(self._rounds)
        self._sweeper.start()

    def notice(self, records: Sequence[Record]) -> None:
        """Something was committed (any thread)."""
        calm = all(isinstance(record.event, TicketIssued) and record.event.prints is None for record in records)
        self._bridge.post(self._bell.set if calm else self._hurry)

    def cut(self) -> None:
        """Cuts the sockets whose session has ended, whose person may other things now or whose token was taken back."""
        for seat in list(self._seats.values()):
            if seat.valid() != seat.actor:
                self._io.server.disconnect(seat.sid)

    def addresses(self, key: str) -> tuple[str, ...]:
        """Where the device with the token of this digest is connected from now."""
        return tuple(sorted({seat.address for seat in self._seats.values() if self._key(seat) == key}))

    def doubled(self, key: str) -> tuple[str, ...]:
        """The addresses of the machines that use one token at once; none when all is well."""
        return self._doubles.of(key)

    def _hurry(self) -> None:
        self._urgent.set()
        self._bell.set()

    def _pretended(self) -> bool:
        """Whether a client sent an event by a name that is Socket.IO's own: while it truly comes or goes it is not connected."""
        return bool(self._io.server.manager.is_connected(_sid(), "/"))

    def _connect(self, auth: Any = None) -> None:
        if self._pretended():
            return
        try:
            self._admit(auth)
        except TypeError:
            # Flask-SocketIO takes it for a handler without `auth`, calls again with nothing and so hides the fault.
            log.exception("a connection could not be let in")
            raise _no("server_error", CODES["server_error"]) from None

    def _admit(self, auth: Any) -> None:
        try:
            who = msgspec.convert(auth, Identify)
        except msgspec.ValidationError as error:
            raise _no("malformed", f"auth: {error}") from None
        if who.protocol != PROTOCOL:
            raise _no("protocol", f"This server speaks protocol {PROTOCOL}, not {who.protocol}.")
        environ = request.environ
        valid = credential(environ, self._people, who.token)
        actor, token = valid(), carried(environ, self._people, who.token)
        if actor is None and self._people.devices.must_renew(token):
            raise _no("renew", CODES["signed_out"])
        kind = who.channel.partition("/")[0]
        if actor is None and kind in authority.OPEN_CHANNELS:
            actor = Actor("visitor", kind)
            valid = partial(Actor, "visitor", kind)
        if actor is None:
            raise _no("signed_out", CODES["signed_out"])
        if not authority.may_see(actor.role, who.channel, actor.id, actor.only):
            raise _no("not_allowed", CODES["not_allowed"])
        if kind != "desk" and not authority.may_see("display", who.channel) and locked(environ, self._people, who.token):
            # A locked desk goes on seeing its calls, also after its connection broke, and what hangs in the waiting room.
            raise _no("locked", CODES["locked"])
        followed = self._groups.get(who.channel)
        if actor.role == "visitor" and followed is not None and len(followed.seats) >= PHONES_MOST:
            raise _no("too_fast", CODES["too_fast"])
        try:
            group = self._join(who.channel, actor, _sid())
        except LookupError:
            raise _no("unknown_channel", f"There is no channel {who.channel!r}.") from None
        environ.get("rinda.identified", lambda: None)()
        # One live connection per device of one actor; at a desk, one per clerk, whatever the browser window calls itself.
        # Phones are as many as hold the ticket, and nobody's devices: no name that they give is kept.
        own = _sid() if actor.role == "visitor" else actor.id
        device = f"{who.channel if kind == 'desk' else who.device}@{own}"
        known = self._people.devices.of(token) if token and actor.role != "visitor" else None
        before = self._devices.get(device)
        self._devices[device] = _sid()
        seat = self._seats[_sid()] = Seat(
            _sid(), device, who.channel, group, actor, valid, awake(environ, self._people, who.token),
            token if known is not None else None, str(request.remote_addr or ""), time.monotonic(),
        )  # fmt: skip
        if before in self._seats and self._seats[before].address != seat.address and (key := self._key(seat)):
            self._doubles.swapped(key, seat.since)
        if token is not None and known is not None:
            gevent.spawn(self._arrived, token, known, environ)
        if actor.role != "visitor":
            # What it said before its connection broke holds until it says something else: it speaks when something changed.
            said = self._health.get(device)
            self._tell_health(device, who.channel, said.status if said is not None else Status(), actor.role, self._key(seat))
        if before is not None and before in self._seats:
            gevent.spawn(self._io.server.disconnect, before)
        gevent.spawn(self._greet, _sid())

    def _disconnect(self, *_: Any) -> None:
        if self._pretended():
            return
        seat = self._seats.pop(_sid(), None)
        if seat is None:
            return
        seat.group.seats.discard(seat.sid)
        if not seat.group.seats:
            self._groups.pop(seat.group.room, None)
        if self._devices.get(seat.device) == seat.sid:
            del self._devices[seat.device]
            if (known := self._health.get(seat.device)) is not None:
                self._health[seat.device] = msgspec.structs.replace(known, connected=False, since=datetime.now(UTC))
        self._hurry()

    def _command(self, message: Any = None, *_: Any) -> Any:
        seat = self._seats.get(_sid())
        actor = seat.valid() if seat is not None else None
        if actor is None:
            self._leave_soon(_sid())
            return msgspec.to_builtins(refused(Refusal("signed_out"), "lv"))
        decoded = decode(message)
        if isinstance(decoded, Answer):
            return msgspec.to_builtins(decoded)
        if seat is not None and not seat.awake():
            return msgspec.to_builtins(refused(Refusal("locked"), decoded.language))
        if actor.role == "visitor":  # whose steps come by the page of the ticket: there is no other proof whose visit it is
            return msgspec.to_builtins(refused(Refusal("not_allowed"), decoded.language))
        if actor.role != "manager" and not self._pace.take(_sid()):
            return msgspec.to_builtins(refused(Refusal("too_fast"), decoded.language))
        done = self._submit(actor, decoded, decoded.language)
        if done.ok and seat is not None:
            self._prove(seat.device, _PROOFS.get(decoded.name) or _printed(decoded) or _sounded(decoded))
        return msgspec.to_builtins(done)

    def _prove(self, device: str, what: str | None) -> None:
        known = self._health.get(device)
        if known is not None and what is not None:
            proofs = {**known.proofs, what: (now := datetime.now(UTC))}
            self._people.proofs.note(device, known.key, what, now)
            self._health[device] = msgspec.structs.replace(known, proofs=proofs)

    def _key(self, seat: Seat) -> str:
        """The digest of the token that a seat came with; empty for a person and for a token that is gone."""
        one = self._people.devices.of(seat.token)
        return one.key if one is not None else ""

    def _arrived(self, token: str, one: Device, environ: dict[str, Any]) -> None:
        """A device is there: with its new token the old one is gone."""
        try:
            self._people.devices.used(token)
            self._people.devices.note_seen(one.key, whence(environ))
        except SQLAlchemyError:
            log.exception("it could not be written down that a device is there", extra={"device": one.device})

    def _status(self, message: Any = None, *_: Any) -> None:
        seat = self._seats.get(_sid())
        if seat is None or seat.actor.role == "visitor" or not self._pace.take(_sid()):
            return
        try:
            status = msgspec.convert(message, Status)
        except msgspec.ValidationError as error:
            log.warning("a device sent a malformed status: %s", error, extra={"device": seat.device})
            return
        self._tell_health(seat.device, seat.channel, status, seat.actor.role, key := self._key(seat))
        self._hurry()
        one = self._people.devices.get(key) if key else None
        if one is not None and status.version and status.version != one.version:
            gevent.spawn(self._people.devices.note_seen, key, one.place, status.version)

    def _tell_health(self, device: str, channel: str, status: Status, role: str, key: str = "") -> None:
        """Keeps what a connected device said; of those that left long ago the oldest are forgotten."""
        known = self._health.pop(device, None)
        same = known is not None and known.connected and known.status.state == status.state
        since = known.since if known is not None and same else datetime.now(UTC)
        proofs = known.proofs if known is not None else self._people.proofs.of(device)
        self._health[device] = Health(
            channel=channel, connected=True, status=status, since=since, role=role, key=key, proofs=proofs
        )  # fmt: skip
        if len(self._health) > HEALTH_KEPT:
            gone = [name for name, known in self._health.items() if not known.connected]
            for name in gone[: len(self._health) - HEALTH_KEPT]:
                del self._health[name]

    def _leave_soon(self, sid: str) -> None:
        gevent.spawn_later(0.1, self._io.server.disconnect, sid)

    def _sweep(self) -> float:
        """What nobody announced: sessions that ran out, and those that became locked."""
        self.cut()
        self._people.sessions.sweep()
        try:
            self._people.proofs.keep(datetime.now(UTC))
        except SQLAlchemyError:
            log.exception("what devices proved could not be written down")
        live = [(key, seat.address, seat.since) for seat in self._seats.values() if (key := self._key(seat))]
        for key in self._doubles.look(live, time.monotonic()):
            one = self._people.devices.get(key)
            if one is not None:
                log.warning("one token is used on two machines at once", extra={"device": one.device})
                self._people.log.add(By(one.device), "device_doubled", one.device, ", ".join(self._doubles.of(key)))
        self._tell_doubled()
        return SWEEP_S

    def _tell_doubled(self) -> None:
        """Says whose tokens are used on two machines at once, as soon as these are others."""
        known = (self._people.devices.get(key) for key in self._doubles.now)
        found = ", ".join(sorted({one.title or one.device for one in known if one is not None}))[:200]
        if found != self._doubled:
            self._doubled = found
            self.report(DOUBLED, Status(state="doubled" if found else "ok", detail=found))

    def _join(self, channel: str, actor: Actor, sid: str) -> Group:
        kind, _ = channels.resolve(channel)
        room = f"{channel} {actor}" if kind.personal else channel
        group = self._groups.get(room)
        if group is None:
            group = Group(room, channel, kind, actor, set())
            group.data, _ = self._view(group)
            self._groups[room] = group
        group.seats.add(sid)
        self._io.server.enter_room(sid, room)
        return group

    def _greet(self, sid: str) -> None:
        """The first view goes to the newcomer alone; the others have it."""
        seat = self._seats.get(sid)
        if seat is None:
            return
        self._send(seat.group, *self._view(seat.group), to=sid)
        self._hurry()

    def _view(self, group: Group) -> tuple[Any, int]:
        """The data and its position, of one floor: the writer's thread may replace it at any moment."""
        floor = self._floor()
        look = Onlooker(group.actor, self._health, datetime.now(UTC), self._vouchers())
        return channels.view(floor, group.name, look), floor.position

    def _send(self, group: Group, data: Any, position: int, to: str) -> None:
        view = View(channel=group.name, position=position, now=datetime.now(UTC), data=data)
        self._io.server.emit(VIEW, view, to=to)

    def _rounds(self) -> None:
        waiting: float | None = None
        while True:
            # Time changes views too: what is open, who waits for how long.
            self._bell.wait(TIME_S if waiting is None else waiting)
            if self._bell.is_set() and not self._urgent.is_set():
                self._urgent.wait(ROUND_S)
            self._bell.clear()
            self._urgent.clear()
            started = time.monotonic()
            try:
                waiting = self._round(started)
            except Exception:
                log.exception("a round of views failed")
                waiting = CALM_S
            # As long a rest as the work took: at full load views leave half of the loop to everybody else.
            gevent.sleep(time.monotonic() - started)

    def _round(self, now: float) -> float | None:
        """Sends what changed and must go; returns the seconds until something is due that can wait, or comes with time alone."""
        clock = datetime.now(UTC)
        turn = turns(self._floor(), self._health, clock)
        due = None if turn is None else min(TIME_S, (turn - clock).total_seconds() + SURE_S)
        for group in list(self._groups.values()):
            try:
                data, position = self._view(group)
            except Exception:
                log.exception("a view could not be made", extra={"channel": group.name})
                continue
            if data == group.data:
                continue
            wait = group.sent + CALM_S - now
            if wait > 0 and group.kind.urgent(data) == group.kind.urgent(group.data):
                due = wait if due is None else min(due, wait)
                continue
            group.data, group.sent = data, now
            self._send(group, data, position, to=group.room)
        return due


def _sid() -> str:
    """The connection that the present event came on; Flask-SocketIO adds it to Flask's request."""
    return str(request.sid)  # type: ignore[attr-defined]


def _printed(message: CommandMessage) -> str | None:
    """A slip that came out for certain."""
    return "printed" if message.name in ("ReportSlip", "ReportPaper") and message.data.get("state") == "printed" else None


def _sounded(message: CommandMessage) -> str | None:
    """A test of the sound that was heard to the end by the machine that made it."""
    return "sounded" if message.name == "ReportSound" and message.data.get("result") in ("played", "chime") else None


def _no(code: str, text: str) -> Refused:
    sentence = texts.translate("lv", text)
    return Refused(sentence, {"code": code})


def _log_error(error: Exception) -> Any:
    log.error("a socket handler failed", exc_info=error)
    return msgspec.to_builtins(refused(Refusal("server_error"), "lv"))
