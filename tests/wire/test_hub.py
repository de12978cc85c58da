"""The hub as devices meet it: the official Socket.IO client against a server in a process of its own."""

import bisect
import json
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import socketio

from server.hub import CALM_S, COMMANDS_BURST, SWEEP_S
from tests.house import MANAGER, PATIENCE_S, House, together, until
from tests.wire.test_gate import Socket

SERVICE = "PMLP-01"
SLOW_S = 2.0  # generous allowance for a loaded machine, beyond the time that a rule states
AT_ONCE_S = CALM_S * 0.8  # a call must not wait for the calm changes


class Device:
    """One connection; collects every view."""

    def __init__(
        self, house: House, channel: str, token: str | None = None, *, device: str = "", cookie: str = "", **more: Any
    ) -> None:
        self.views: list[dict[str, Any]] = []
        self.times: list[float] = []
        self.order = threading.Lock()
        self.events: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.refusal: Any = None
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("view", self._view)
        self.socket.on("disconnect", lambda *_: self.events.put("disconnect"))
        self.socket.on("connect_error", self._refused)
        self.auth = {"protocol": 1, "channel": channel, "device": device or f"d-{uuid.uuid4()}", "token": token, **more}
        self.house, self.headers = house, {"Cookie": cookie} if cookie else {}

    def connect(self) -> "Device":
        """With a session or a token; ConnectionError when refused."""
        self.socket.connect(self.house.address, headers=self.headers, auth=self.auth, transports=["websocket"], wait_timeout=10)
        return self

    def close(self) -> None:
        self.socket.disconnect()

    def submit(self, name: str, data: Any = None, **more: Any) -> dict[str, Any]:
        """The acknowledged answer."""
        return self.ask({"id": str(uuid.uuid4()), "name": name, "data": data or {}, **more})

    def ask(self, message: Any) -> dict[str, Any]:
        """The acknowledged answer to whatever is sent as a command."""
        found: dict[str, Any] = self.socket.call("command", message, timeout=10)
        return found

    def shows(self, test: Callable[[Any], Any], within_s: float = PATIENCE_S) -> Any:
        """Waits until the newest view's data passes."""

        def look() -> Any:
            return bool(self.views) and test(self.views[-1]["data"])

        until(look, f"{self.auth['channel']}: {self.views[-1:]}", within_s)
        return self.views[-1]["data"]

    def disconnected(self, within_s: float = SLOW_S) -> bool:
        try:
            return self.events.get(timeout=within_s) == "disconnect"
        except queue.Empty:
            return False

    def _view(self, view: dict[str, Any]) -> None:
        """In the order in which they were sent: the official Python client runs each message in a thread of its own."""
        with self.order:
            age = (view["position"], view["now"])
            place = bisect.bisect([(one["position"], one["now"]) for one in self.views], age)
            self.times.insert(place, time.monotonic())
            self.views.insert(place, view)

    def _refused(self, data: Any) -> None:
        self.refusal = data


@pytest.fixture
def join(house: House) -> Iterator[Callable[..., Device]]:
    """Connects devices and closes them afterwards."""
    opened: list[Device] = []

    def one(channel: str, token: str | None = MANAGER, **more: Any) -> Device:
        opened.append(Device(house, channel, token, **more))
        return opened[-1].connect()

    yield one
    for device in opened:
        device.close()


@pytest.fixture
def desk(house: House) -> Iterator[str]:
    """Counter 3, open, and closed again afterwards."""
    house.done("OpenCounter", {"counter": "3", "profile": "universal"}, "clerk-3")
    yield "3"
    state = house.data("desk/3")["state"]
    if state == "serving":
        house.done("RecordService", {"counter": "3", "service": SERVICE, "kind": "konsultacija"})
    if state in ("called", "serving"):
        house.done("NoShow" if state == "called" else "Finish", {"counter": "3"})
    if state != "closed":
        house.done("CloseCounter", {"counter": "3"})


# identify


@pytest.mark.parametrize(
    ("channel", "token", "more", "code"),
    [
        ("board/hall", "demo-display", {"protocol": 2}, "protocol"), ("board/hall", "demo-display", {"protocol": 0}, "protocol"),
        ("board/hall", "wrong", {}, "signed_out"), ("board/hall", None, {}, "signed_out"), ("board/hall", "", {}, "signed_out"),
        ("board/cellar", "demo-display", {}, "unknown_channel"), ("board", "demo-display", {}, "unknown_channel"),
        ("desk/3", "demo-display", {}, "not_allowed"), ("desk/99", "demo-clerk", {}, "unknown_channel"),
        ("nothing", "demo-manager", {}, "not_allowed"), ("jobs/kiosk-2", "demo-kiosk", {}, "not_allowed"),
        ("board/hall", "demo-display", {"protocol": "1"}, "malformed"), ("board/hall", 7, {}, "malformed"),
        ("ticket/guess", None, {}, "unknown_channel"),
    ],
)  # fmt: skip
def test_refused_on_connect_with_a_code(house: House, channel: str, token: Any, more: dict[str, Any], code: str) -> None:
    device = Device(house, channel, token, **more)
    with pytest.raises(socketio.exceptions.ConnectionError):
        device.connect()
    assert device.refusal["data"]["code"] == code
    assert device.refusal["message"]
    assert device.views == []
    device.close()


def test_the_whole_view_at_once(house: House, join: Callable[..., Device]) -> None:
    channels = {"menu": "demo-kiosk", "jobs/kiosk-1": "demo-kiosk", "desk/3": "demo-clerk", "panel/3": "demo-display",
                "catalogue": "demo-clerk", "board/hall": "demo-display", "overview": "demo-national"}  # fmt: skip
    ticket = house.done("TakeTicket", {"service": SERVICE})["token"]
    for channel, token in {**channels, f"ticket/{ticket}": None}.items():
        device = join(channel, token)
        device.shows(lambda _: True)
        view = device.views[0]
        assert set(view) == {"channel", "position", "now", "data"}
        assert view["channel"] == channel
        assert datetime.fromisoformat(view["now"]).tzinfo is not None
        if channel != "overview":  # which shows this very connection
            assert view["data"] == house.data(channel, token or MANAGER)


def test_new_fields_are_allowed(join: Callable[..., Device]) -> None:
    device = join("board/hall", "demo-display", something_new=[1])
    device.shows(lambda _: True)
    answer = device.ask({"id": str(uuid.uuid4()), "name": "TakeTicket", "data": {}, "something_new": 1})
    assert answer["code"] == "not_allowed"


# commands


def test_a_command_and_its_answers(house: House, join: Callable[..., Device]) -> None:
    kiosk, id = join("menu", MANAGER), str(uuid.uuid4())
    message = {"id": id, "name": "TakeTicket", "data": {"service": SERVICE}}
    first = kiosk.ask(message)
    assert set(first) == {"ok", "position", "result"}
    assert first["ok"] is True
    assert set(first["result"]) == {"visit", "number", "service", "token", "ahead", "promise", "due", "linked"}
    assert kiosk.ask(message) == first
    assert house.submit("TakeTicket", {"service": SERVICE}, id=id).json == first  # HTTP is the same door
    other = kiosk.ask({**message, "data": {"service": "VSAA-01"}})
    assert (other["ok"], other["code"]) == (False, "id_reused")
    refused = kiosk.submit("CallNext", {"counter": "5"}, language="en")
    assert refused == {"ok": False, "code": "counter_closed", "text": "Counter 5 is closed. Open it first."}
    assert "slēgts" in kiosk.submit("CallNext", {"counter": "5"})["text"]


def test_the_same_id_from_two_sockets_and_http_at_once(house: House, join: Callable[..., Device]) -> None:
    devices = [join("menu") for _ in range(4)]
    message = {"id": str(uuid.uuid4()), "name": "TakeTicket", "data": {"service": SERVICE}}
    before = house.view("overview").json["position"]

    def ask(n: int) -> Any:
        return devices[n].ask(message) if n < 4 else house.submit("TakeTicket", {"service": SERVICE}, id=str(message["id"])).json

    answers = together(8, ask)
    assert all(answer == answers[0] for answer in answers)
    assert house.view("overview").json["position"] == before + 1


@pytest.mark.parametrize(
    "message",
    [
        None, 7, "x", [], {}, {"id": "x", "name": "TakeTicket"}, {"id": str(uuid.uuid4())}, {"id": str(uuid.uuid4()), "name": 7},
        {"id": str(uuid.uuid4()), "name": "TakeTicket", "data": []},
        {"id": str(uuid.uuid4()), "name": "TakeTicket", "data": {"service": b"x"}},
        {"id": str(uuid.uuid4()), "name": "TakeTicket", "data": {"service": "x" * 41}}, b"\xff\x00", b"{",
        {"id": str(uuid.uuid4()), "name": "TakeTicket", "data": {"service": "a\nb"}}, {"id": 10**30, "name": "TakeTicket"},
    ],
)  # fmt: skip
def test_malformed_commands(house: House, join: Callable[..., Device], message: Any) -> None:
    device = join("menu")
    before = house.view("menu").json["position"]
    answer = device.ask(message)
    assert (answer["ok"], answer["code"]) == (False, "malformed")
    assert answer["text"].startswith("Ziņojums ir kļūdains. ")
    assert device.ask({"id": str(uuid.uuid4()), "name": "Nothing"})["code"] == "unknown_command"
    assert device.submit("TakeTicket", {"service": SERVICE})["position"] == before + 1


def test_too_many_arguments_and_unknown_events(house: House, join: Callable[..., Device]) -> None:
    device = join("menu")
    id = str(uuid.uuid4())
    assert device.socket.call("command", ({"id": id, "name": "TakeTicket", "data": {"service": SERVICE}}, 2, 3))["ok"]
    for name in ("view", "nothing", "connect_error"):
        device.socket.emit(name, {"x": 1})
    device.socket.emit("status", ({"state": "ok"}, 1, 2))
    device.socket.emit("status", [1])
    assert device.submit("TakeTicket", {"service": SERVICE})["ok"]


def test_a_message_of_a_megabyte_ends_the_connection_and_nothing_else(house: House, join: Callable[..., Device]) -> None:
    other = join("board/hall", "demo-display")
    other.shows(lambda _: True)
    for payload in ("x" * 1_000_000, b"x" * 1_000_000):
        device = join("menu")
        device.shows(lambda _: True)
        device.socket.emit("command", {"id": str(uuid.uuid4()), "name": "TakeTicket", "data": {"service": payload}})
        assert device.disconnected(10)
    assert house.submit("TakeTicket", {"service": SERVICE}).status == 200
    assert join("menu").submit("TakeTicket", {"service": SERVICE})["ok"]
    assert other.socket.connected


def test_a_flood_is_answered_too_fast(house: House, join: Callable[..., Device]) -> None:
    device = join("desk/4", "clerk-4")
    answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    count = COMMANDS_BURST * 4
    for _ in range(count):
        message = {"id": str(uuid.uuid4()), "name": "CallNext", "data": {"counter": "4"}, "language": "en"}
        device.socket.emit("command", message, callback=answers.put)
    codes = [answers.get(timeout=20) for _ in range(count)]
    assert {answer["code"] for answer in codes} == {"counter_closed", "too_fast"}
    slow = next(answer for answer in codes if answer["code"] == "too_fast")
    assert slow == {"ok": False, "code": "too_fast", "text": "Too many requests. Wait a moment."}
    assert join("desk/5", "clerk-5").submit("CallNext", {"counter": "5"})["code"] == "counter_closed"  # others are not slowed
    until(lambda: device.submit("CallNext", {"counter": "4"})["code"] == "counter_closed", "pace again", 10)


# one live connection


def test_the_newest_connection_of_a_device_wins(join: Callable[..., Device]) -> None:
    first = join("board/hall", "demo-display", device="board-hall")
    first.shows(lambda _: True)
    second = join("board/hall", "demo-display", device="board-hall")
    second.shows(lambda _: True)
    assert first.disconnected()
    assert second.socket.connected
    third = join("board/hall", "demo-display", device="board-hall-2")
    third.shows(lambda _: True)
    assert not second.disconnected(0.3)


def test_nobody_takes_over_the_device_of_another(house: House, join: Callable[..., Device]) -> None:
    board = join("board/hall", "demo-display", device="board-hall")
    board.shows(lambda _: True)
    ticket = house.done("TakeTicket", {"service": SERVICE})["token"]
    phones = [join(f"ticket/{ticket}", None, device="board-hall") for _ in range(3)]
    join("menu", "demo-kiosk", device="board-hall")
    for phone in phones:
        phone.shows(lambda data: data["state"] == "waiting")
    assert not board.disconnected(0.5)
    assert all(phone.socket.connected for phone in phones)
    shown = [one for one in house.data("overview")["devices"] if "board-hall" in one["device"] and one["connected"]]
    assert sorted(one["channel"] for one in shown) == ["board/hall", "menu"]


def test_a_desk_in_two_windows_of_one_clerk(house: House, join: Callable[..., Device]) -> None:
    cookie = house.session("clerk1")
    first = join("desk/2", None, cookie=cookie, device="desk-2-aaa")
    first.shows(lambda data: data["state"] == "closed")
    second = join("desk/2", None, cookie=cookie, device="desk-2-bbb")
    second.shows(lambda _: True)
    assert first.disconnected()
    assert second.submit("OpenCounter", {"counter": "2"})["ok"]
    second.shows(lambda data: data["state"] == "idle" and data["clerk"] == "clerk1")
    # another clerk and the manager look on, and nobody is thrown out
    other = join("desk/2", None, cookie=house.session("clerk2"))
    assert other.shows(lambda _: True)["actions"] == []
    assert other.submit("CloseCounter", {"counter": "2"})["code"] == "counter_taken"
    assert second.submit("CloseCounter", {"counter": "2"})["ok"]
    other.shows(lambda data: data["state"] == "closed" and data["actions"] == ["OpenCounter"])
    assert second.socket.connected


# credentials


def test_signing_out_cuts_the_socket(house: House, join: Callable[..., Device]) -> None:
    cookie = house.session("clerk1")
    desk, token = join("desk/1", None, cookie=cookie), join("desk/1", "clerk-1")
    desk.shows(lambda _: True)
    assert house.request("POST", "/logout", headers={"Cookie": cookie}).status == 303
    assert desk.disconnected(SWEEP_S + SLOW_S)
    again = Device(house, "desk/1", None, cookie=cookie)
    with pytest.raises(socketio.exceptions.ConnectionError):
        again.connect()
    assert token.submit("CallNext", {"counter": "1"})["code"] == "counter_closed"


def test_a_client_cannot_leave_its_seat_and_stay_in_the_room(house: House, join: Callable[..., Device]) -> None:
    """Without a seat the end of its session would not cut it."""
    cookie = house.session("clerk1")
    desk, token = join("desk/1", None, cookie=cookie), join("desk/1", "clerk-1")
    desk.shows(lambda _: True)
    for name in ("disconnect", "connect"):
        desk.socket.emit(name)
        desk.socket.emit(name, {"protocol": 1, "channel": "desk/1", "device": "other"})
    assert desk.submit("CallNext", {"counter": "1"})["code"] == "counter_closed", "it is who it was"
    assert house.request("POST", "/logout", headers={"Cookie": cookie}).status == 303
    assert desk.disconnected(SWEEP_S + SLOW_S)
    token.shows(lambda _: True)
    assert "Traceback" not in house.log()


# what is shown


def test_a_call_goes_out_at_once_and_counts_are_calm(house: House, join: Callable[..., Device], desk: str) -> None:
    boards = [join("board/hall", "demo-display") for _ in range(3)]
    for board in boards:
        board.shows(lambda _: True)
    menu = join("menu", "demo-kiosk")
    menu.shows(lambda _: True)
    before = [len(board.views) for board in boards]
    started = time.monotonic()
    while time.monotonic() - started < 4:
        house.done("TakeTicket", {"service": SERVICE})
    busy = time.monotonic() - started
    for board, seen in zip(boards, before, strict=True):
        fresh = len(board.views) - seen
        assert 1 <= fresh <= busy / CALM_S + 2, fresh
    asked = time.monotonic()
    called = house.done("CallNext", {"counter": desk}, "clerk-3")
    answered = time.monotonic()
    for board in boards:
        board.shows(lambda data: data["calls"] and data["calls"][0]["visit"] == called["visit"])
        call = board.views[-1]["data"]["calls"][0]
        assert (call["number"], call["counter"], call["calls"], call["state"]) == (called["number"], "3", 1, "called")
        first = next(at for at, view in zip(board.times, board.views, strict=True)
                     if any(one["visit"] == called["visit"] for one in view["data"]["calls"]))  # fmt: skip
        assert first - answered < AT_ONCE_S, (first - asked, first - answered)
    house.done("Recall", {"counter": desk}, "clerk-3")
    boards[0].shows(lambda data: data["calls"][0]["calls"] == 2)
    house.done("Serve", {"counter": desk}, "clerk-3")
    boards[0].shows(lambda data: data["calls"][0]["state"] == "serving")
    # and in the end the counts are right
    waiting = {one["queue"]: one["waiting"] for one in house.data("board/hall")["queues"]}
    boards[0].shows(lambda data: {one["queue"]: one["waiting"] for one in data["queues"]} == waiting)
    menu.shows(lambda data: all(one["waiting"] == waiting.get(one["queue"], one["waiting"]) for one in data["queues"]))


def test_a_view_is_never_older_than_its_position(house: House, join: Callable[..., Device], desk: str) -> None:
    """Who sees position p sees everything up to p: the step at p is in the data."""
    board = join("panel/3", "demo-display")
    board.shows(lambda _: True)
    steps: dict[int, tuple[str, int]] = {}
    for _ in range(15):
        house.done("TakeTicket", {"service": SERVICE})
        for name, state, calls in (("CallNext", "called", 1), ("Recall", "called", 2), ("Serve", "serving", 2)):
            steps[house.submit(name, {"counter": desk}, "clerk-3").json["position"]] = (state, calls)
        house.done("RecordService", {"counter": desk, "service": SERVICE, "kind": "konsultacija"}, "clerk-3")
        steps[house.submit("Finish", {"counter": desk}, "clerk-3").json["position"]] = ("idle", 0)
    board.shows(lambda data: data["state"] == "idle")
    for view in board.views[1:]:
        last = max((at for at in steps if at <= view["position"]), default=None)
        if last is not None:
            assert (view["data"]["state"], view["data"]["calls"]) == steps[last], view


def test_views_leave_in_the_order_of_their_positions(house: House, desk: str) -> None:
    """On the raw socket: the official Python client may swap two messages, the wire may not."""
    raw = Socket(house, Authorization="Bearer demo-display")
    assert raw.connect(protocol=1, channel="panel/3", device="raw", token=None).startswith(b"40")
    last = 0
    for _ in range(10):
        house.done("TakeTicket", {"service": SERVICE})
        house.done("CallNext", {"counter": desk}, "clerk-3")
        house.done("Recall", {"counter": desk}, "clerk-3")
        last = house.submit("NoShow", {"counter": desk}, "clerk-3").json["position"]
    positions = []
    while not positions or positions[-1] < last:
        packet = raw.packet()
        assert packet.startswith(b"42"), packet
        positions.append(json.loads(packet[2:])[1]["position"])
    raw.close()
    assert len(positions) > 10
    assert positions == sorted(positions)


def test_status_shows_in_the_overview(house: House, join: Callable[..., Device]) -> None:
    manager = join("overview")
    kiosk = join("menu", "demo-kiosk", device="lobby")

    def lobby(data: Any) -> Any:
        return next((one for one in data["devices"] if one["device"].startswith("lobby")), None)

    assert manager.shows(lobby)
    kiosk.socket.emit("status", {"state": "paper_out", "detail": "rullis"})
    manager.shows(
        lambda data: (one := lobby(data)) and (one["state"], one["detail"], one["connected"]) == ("paper_out", "rullis", True)
    )
    for wrong in (None, [], {"state": 7}, "x", {"detail": []}, b"\x00"):
        kiosk.socket.emit("status", wrong)
    assert kiosk.submit("TakeTicket", {"service": SERVICE})["ok"]
    assert lobby(house.data("overview"))["state"] == "paper_out"
    kiosk.close()
    manager.shows(lambda data: (one := lobby(data)) and not one["connected"])


def test_a_flood_of_status_does_not_flood_the_overview(house: House, join: Callable[..., Device]) -> None:
    manager, kiosk = join("overview"), join("menu", "demo-kiosk", device="noisy")
    manager.shows(lambda data: any(one["device"].startswith("noisy") for one in data["devices"]))
    seen = len(manager.views)
    for n in range(600):
        kiosk.socket.emit("status", {"state": f"s{n}"})
    house.done("TakeTicket", {"service": SERVICE})
    time.sleep(1)
    assert len(manager.views) - seen <= COMMANDS_BURST + 100


# after a fall


def test_after_a_kill_every_device_shows_the_right_state_within_three_seconds(tmp_path: Path) -> None:
    """As server.link and server/static/link.js reconnect: at once, then within at most two seconds each time."""
    from server.link import Link

    house = House(tmp_path / "house").start()
    seen: dict[str, list[tuple[float, Any]]] = {}
    links = []
    try:
        house.done("OpenCounter", {"counter": "3", "profile": "universal"}, "clerk-3")
        numbers = [house.done("TakeTicket", {"service": SERVICE})["number"] for _ in range(5)]
        for n in range(20):
            channel, token = (
                ("board/hall", "demo-display"),
                ("panel/3", "demo-display"),
                ("menu", "demo-kiosk"),
                ("overview", "demo-manager"),
            )[n % 4]
            name = f"{channel} {n}"
            seen[name] = []
            links.append(
                Link(house.address, token, channel, f"d{n}", lambda data, name=name: seen[name].append((time.monotonic(), data)))
            )  # type: ignore[misc]
        for link in links:
            link.start()
        until(lambda: all(seen.values()), "first views")
        for fall, number in enumerate(numbers[:2]):
            assert house.done("CallNext", {"counter": "3"}, "clerk-3")["number"] == number
            house.kill()  # whether or not the call was shown
            time.sleep((0.1, 3.0)[fall])
            before = time.monotonic()
            house.start()
            listening = time.monotonic()
            assert house.data("panel/3")["number"] == number

            def right(name: str, number: str = number, before: float = before) -> float | None:
                for at, data in list(seen[name]):
                    if at < before:
                        continue
                    there = (
                        data["number"] if name.startswith("panel") else data["calls"][0]["number"] if "calls" in data else number
                    )
                    if there == number:
                        return at
                return None

            until(lambda: all(right(name) for name in seen), "the right state everywhere", 3.0 + SLOW_S)
            last = max(at for name in seen if (at := right(name)))
            assert last - listening < 3.0 + SLOW_S
            house.done("NoShow", {"counter": "3"}, "clerk-3")
    finally:
        for link in links:
            link.stop()
        house.stop()


def test_json_of_the_wire_is_plain(join: Callable[..., Device]) -> None:
    view = join("overview").shows(lambda _: True)
    assert json.loads(json.dumps(view)) == view


def test_each_call_goes_out_at_once_though_another_was_just_sent(join: Callable[..., Device], house: House, desk: str) -> None:
    """Six urgent changes in a row: with one view a second (CALM_S) they would take more than five."""
    board = join("board/hall", "demo-display")
    board.shows(lambda _: True)
    house.done("TakeTicket", {"service": SERVICE})
    house.done("CallNext", {"counter": desk}, "clerk-3")
    board.shows(lambda data: data["calls"] and data["calls"][0]["calls"] == 1)
    began = time.monotonic()
    for calls in range(2, 8):
        house.done("Recall", {"counter": desk}, "clerk-3")
        board.shows(lambda data, calls=calls: data["calls"][0]["calls"] == calls)
    assert time.monotonic() - began < 3 * CALM_S


def test_the_older_connection_going_does_not_mark_the_newer_as_gone(house: House, join: Callable[..., Device]) -> None:
    first = join("board/hall", "demo-display", device="twice")
    first.shows(lambda _: True)
    second = join("board/hall", "demo-display", device="twice")
    second.shows(lambda _: True)
    assert first.disconnected()
    house.done("TakeTicket", {"service": SERVICE})
    assert [one["connected"] for one in house.data("overview")["devices"] if one["device"].startswith("twice")] == [True]
    third = join("board/hall", "demo-display", device="twice")
    assert second.disconnected(), "the newest still wins after a take-over"
    assert third.socket.connected


def test_signing_out_cuts_the_socket_before_any_sweep(house: House, join: Callable[..., Device]) -> None:
    for _ in range(4):
        cookie = house.session("clerk1")
        desk = join("desk/1", None, cookie=cookie)
        desk.shows(lambda _: True)
        assert house.request("POST", "/logout", headers={"Cookie": cookie}).status == 303
        assert desk.disconnected(SWEEP_S / 4)


def test_a_desk_hears_of_a_printer_at_once_and_also_after_its_kiosk_came_back(house: House, join: Callable[..., Device]) -> None:
    def alerts(data: Any) -> list[tuple[str, str]]:
        return [(one["kind"], one["detail"]) for one in data["alerts"]]

    desk = join("desk/5", MANAGER)
    kiosk = join("menu", "demo-kiosk", device="kiosk-1:menu")
    kiosk.socket.emit("status", {"state": "paper_low", "slips": 30, "unsent": 2})
    desk.shows(lambda data: alerts(data) == [("reserve", ""), ("paper_low", "")])
    kiosk.socket.emit("status", {"state": "paper_out"})
    told = time.monotonic()
    desk.shows(lambda data: alerts(data) == [("printer", "paper_out")])
    assert time.monotonic() - told < AT_ONCE_S
    kiosk.close()
    again = join("menu", "demo-kiosk", device="kiosk-1:menu")
    until(lambda: house.data("overview")["kiosks"][0]["connected"], "the kiosk to be back")
    assert alerts(house.data("desk/5")) == [("printer", "paper_out")]
    again.submit("CallHelp")
    desk.shows(lambda data: alerts(data)[0] == ("help", ""))
    house.done("AnswerHelp", {"kiosk": "kiosk-1"})
    desk.shows(lambda data: data["alerts"][0]["clerk"])
    again.socket.emit("status", {})
    desk.shows(lambda data: ("printer", "paper_out") not in alerts(data))
