"""The device side of the protocol: connect, identify, take whole views, submit with the same id until answered."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import socketio

from server.logs import MUTE
from server.protocol import COMMAND, PROTOCOL, STATUS, VIEW, Answer, CommandMessage, Identify, Status

log = logging.getLogger("rinda.link")

ANSWER_S = 4.0
FAREWELL_S = 0.3
REFUSED_S = 5.0
ADVICE = {
    "signed_out": "the server does not know this token; `rinda device add` on the server makes one",
    "not_allowed": "this token is for another device: its code or role does not fit the channel",
    "unknown_channel": "the plan has no device of this code",
    "renew": "the token is to be replaced; only a program that was started with --pair can fetch a new one",
}
"""What to do about a refusal, by its code."""
RETRY_S = (0.25, 0.5, 1.0)
_NONE = (-1, "")
_EVENT = "2"
"""How a Socket.IO packet with an event begins."""


class Link:
    """One channel of one device. Callbacks run on the link's own threads and must not block for long.

    `on_view(data)` gets each whole view as JSON values; `on_change()` is called when the link comes up or goes down,
    `on_time(now)` with the server's clock at each view, before it. A `prompt` link calls `on_view` in the thread that reads: a
    millisecond sooner, but answers to commands wait for it. `renew(token)` fetches a new token when the server wants that.
    """

    def __init__(
        self,
        url: str,
        token: str,
        channel: str,
        device: str,
        on_view: Callable[[Any], None],
        on_change: Callable[[], None] = lambda: None,
        on_time: Callable[[datetime], None] = lambda now: None,
        prompt: bool = False,
        renew: Callable[[str], str | None] | None = None,
    ) -> None:
        self._url, self._token, self._on_view, self._on_change = url, token, on_view, on_change
        self._on_time, self._renew = on_time, renew
        self._who = Identify(protocol=PROTOCOL, channel=channel, device=device, token=token)
        self._up = threading.Event()
        self._stop = threading.Event()
        self.since = time.time()
        self._socket = socketio.Client(
            reconnection=True,
            reconnection_delay=0.25,
            reconnection_delay_max=2,
            randomization_factor=0.5,
            logger=MUTE,
            engineio_logger=MUTE,
        )
        if prompt:
            self._socket.eio.start_background_task = partial(_begin, self._socket.eio.start_background_task)
        self._socket.on(VIEW, self._view)
        self._socket.on("connect", lambda: self._turn(True))
        self._socket.on("disconnect", lambda *_: self._turn(False))
        self._socket.on("connect_error", self._refused)
        self._thread = threading.Thread(target=self._run, name=f"link {channel}", daemon=True)
        self._said: str | None = None
        self._no = False
        self._order = threading.Lock()
        self._newest: tuple[int, str] = _NONE

    @property
    def up(self) -> bool:
        """Whether the server is in reach."""
        return self._up.is_set()

    def start(self) -> None:
        """Begins to connect, and goes on trying for ever."""
        self._thread.start()

    def stop(self) -> None:
        """Disconnects; a server that does not say goodbye is not waited for (the client would wait 3 s)."""
        self._stop.set()
        farewell = threading.Thread(target=self._socket.disconnect, daemon=True)
        farewell.start()
        farewell.join(FAREWELL_S)

    def submit(self, message: CommandMessage, within_s: float = 10.0) -> Answer | None:
        """The server's answer, or None when there was none in time; it may have taken effect all the same.

        Retries with the same id, so whatever is lost on the way, there is one effect.
        """
        deadline = time.monotonic() + within_s
        for attempt in range(1000):
            left = deadline - time.monotonic()
            if left <= 0 or not self._up.wait(left):
                return None
            try:
                raw = self._socket.call(COMMAND, msgspec.to_builtins(message), timeout=min(ANSWER_S, max(left, 0.1)))
                return msgspec.convert(raw, Answer)
            except (socketio.exceptions.SocketIOError, msgspec.ValidationError) as error:
                log.debug("no answer to %s: %s", message.name, error)
                self._stop.wait(min(RETRY_S[min(attempt, len(RETRY_S) - 1)], max(deadline - time.monotonic(), 0)))
        return None

    def status(self, status: Status) -> None:
        """Tells the server how the device is; lost without harm when the link is down."""
        if self._up.is_set():
            try:
                self._socket.emit(STATUS, msgspec.to_builtins(status))
            except socketio.exceptions.SocketIOError as error:
                log.debug("status not sent: %s", error)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._no = False
            try:
                self._socket.connect(self._url, headers=self._headers, auth=self._auth, transports=["websocket"])
                self._socket.wait()
            except socketio.exceptions.ConnectionError as error:
                if not self._no:
                    self._say(f"{self._url} cannot be reached: {error}")
            except Exception as error:
                self._say(f"{self._url}: {error}")
            self._stop.wait(REFUSED_S if self._no else RETRY_S[-1])

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def _auth(self) -> Any:
        return msgspec.to_builtins(msgspec.structs.replace(self._who, token=self._token))

    def _view(self, view: Any) -> None:
        """One view at a time, and none that is older than the last: the client runs each message in a thread of its own."""
        try:
            with self._order:
                age = (view["position"], view["now"])
                if age < self._newest:
                    return
                self._newest = age
                self._on_time(msgspec.convert(view["now"], datetime))
                self._on_view(view["data"])
        except Exception:
            log.exception("a view could not be used", extra={"channel": self._who.channel})

    def _refused(self, data: Any = None) -> None:
        """The server said no (and not merely nothing): it is asked again, but without haste."""
        if not isinstance(data, dict):
            return
        self._no = True
        code = (data.get("data") or {}).get("code")
        if code == "renew" and self._renew is not None and (fresh := self._renew(self._token)) is not None:
            self._token, self._no = fresh, False
            return
        self._say(ADVICE.get(str(code), str(data.get("message", data))))

    def _turn(self, up: bool) -> None:
        if up:
            self._said = None
            self._up.set()
        else:
            self._up.clear()
            with self._order:
                self._newest = _NONE
        self.since = time.time()
        log.info("link %s is %s", self._who.channel, "up" if up else "down")
        self._on_change()

    def _say(self, reason: str) -> None:
        """On the edge only: the same reason is not logged again until the link was up."""
        if reason != self._said:
            log.warning("link %s: %s", self._who.channel, reason)
            self._said = reason


def _begin(spawn: Callable[..., Any], target: Callable[..., None], *args: Any) -> Any:
    """In place of the client's own, which begins a thread for each message."""
    if not (args and isinstance(args[0], str) and args[0].startswith(_EVENT)):
        return spawn(target, *args)
    try:
        target(*args)
    except ValueError:
        log.exception("a message could not be read")
    return None
