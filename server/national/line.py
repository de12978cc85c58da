"""The centre's line to the node, as the server runs it: a step at a time, beside everything else."""

import logging
import random
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from server.alerts import UPLINK
from server.logs import cause
from server.national.heard import load_heard, save_heard
from server.national.outbox import JournalOutbox
from server.national.papers import Papers
from server.national.receiver import Receiver
from server.national.sender import ANSWER_S, CONNECT_S, Sender
from server.national.signing import Signed
from server.national.uplink import TEXT_MOST, Uplink, UplinkState
from server.national.wire import SYNC, Pull, Pulse, pack
from server.protocol import Status
from server.store.centre import CentreStore
from server.workers import Worker

log = logging.getLogger("rinda.uplink")

DEVICE = "uplink"
GATHER_S = 0.5
"""What happens within this time travels together."""
STEP_MOST_S = 3 * (CONNECT_S + ANSWER_S)

Tell = Callable[[str, Status], None]
Outside = Callable[..., float]


class CentreLine:
    """`tell` puts the state of the line among the devices; `outside` runs a step that may hang on a thread of its own.

    `troubles()` is asked on the loop's thread before each step. `believed()` says whether the computer's clock can be trusted:
    else no settings come into force by it. `folder` keeps what the node said last.
    """

    def __init__(
        self, papers: Papers, store: CentreStore, tell: Tell, outside: Outside, receiver: Receiver | None = None,
        troubles: Callable[[], tuple[str, ...]] = tuple, believed: Callable[[], bool] = lambda: True,
        folder: Path | None = None,
    ) -> None:  # fmt: skip
        self._sender, self._tell, self._outside, self._receiver = Sender(papers), tell, outside, receiver
        self._outbox, self._folder = JournalOutbox(store), folder
        self._heard = load_heard(folder, self._outbox)
        self._uplink = Uplink(
            self._outbox, self._sender, secrets.token_hex(12), self._pulse, random.Random(), heard=self._heard
        )  # fmt: skip
        self._worker = Worker("uplink", self._step, gather_s=GATHER_S)
        self._told: Status | None = None
        self._look, self._troubles = troubles, tuple[str, ...]()
        self._ahead, self._believed = "", believed

    @property
    def state(self) -> UplinkState:
        """How the line is."""
        return self._uplink.state

    def start(self) -> None:
        """Begins at once."""
        self._worker.start()

    def notice(self) -> None:
        """Something was recorded (on the loop's thread); a line that rests because it is broken goes on resting."""
        if self._uplink.state.phase == "up":
            self._worker.wake()

    def stop(self) -> None:
        """Gives the line back; a step that hangs at the node's end is not waited for."""
        self._worker.stop(CONNECT_S)
        try:
            self._outside(self._uplink.stop, within_s=CONNECT_S)
        except TimeoutError:
            return
        finally:
            self._sender.close()

    def _step(self) -> float:
        self._troubles = self._look()
        try:
            wait: float = self._outside(self._exchange, within_s=STEP_MOST_S)
        except Exception as error:
            # Whatever it was, nobody shall see a line that is up.
            self._say(msgspec.structs.replace(self._uplink.state, phase="down", text=cause(error)[:TEXT_MOST]))
            raise
        self._say(self._uplink.state)
        return wait

    def _say(self, state: UplinkState) -> None:
        unsent = max(0, state.head - (self._heard if state.acked is None else state.acked))
        since = state.backlog_since if unsent else None
        status = Status(state=state.phase, detail=state.text or self._ahead, unsent=unsent, unsent_since=since)
        if self._told is None or self._told.state != status.state:
            told = log.info if status.state in ("new", "up") else log.warning
            told("the line to the network: %s%s", status.state, f": {state.text}" if state.text else "")
        if status != self._told:
            self._told = status
            self._tell(UPLINK, status)

    def _exchange(self) -> float:
        """On the line's own thread: records up, then settings down."""
        wait = self._uplink.step(datetime.now(UTC))
        self._keep(self._uplink.state.acked)
        newest = self._uplink.state.bundle
        if self._receiver is not None:
            if newest is not None:
                self._compare(self._receiver.known, newest)
                if self._receiver.wants(newest):
                    self._fetch(self._receiver, newest)
            if self._believed():
                self._receiver.step(datetime.now(UTC))
                wait = min(wait, self._receiver.rest(datetime.now(UTC)))
        return wait

    def _keep(self, acked: int | None) -> None:
        if self._folder is not None and acked is not None and acked != self._heard:
            self._heard = acked
            save_heard(self._folder, acked, self._outbox)

    def _compare(self, known: int, newest: int) -> None:
        """Settings that the node does not know (any more) stay in force, and nobody may think that newer ones would come."""
        said = f"settings of revision {known} are known here, the network's newest for this centre is {newest}"
        ahead = said if known > newest else ""
        if ahead and ahead != self._ahead:
            log.error("%s: nothing older is taken; a revision above %s must be published", ahead, known)
        self._ahead = ahead

    def _fetch(self, receiver: Receiver, revision: int) -> None:
        try:
            reply = self._sender("bundle", pack(Pull(sync=SYNC, revision=revision)))
            if reply.status == 200:
                receiver.take(msgspec.json.decode(reply.body, type=Signed))
        except (OSError, msgspec.MsgspecError, RecursionError) as error:
            log.warning("the network's settings %s could not be fetched: %s", revision, error)

    def _pulse(self, head: int, since: datetime | None) -> Pulse:
        pulse = Pulse(at=datetime.now(UTC), head=head, version=version("rinda"), backlog_since=since, troubles=self._troubles)
        if self._receiver is None:
            return pulse
        kept = self._receiver.kept
        return msgspec.structs.replace(
            pulse, bundle=self._receiver.revision, bundle_known=self._receiver.known,
            bundle_state="" if kept.state == "none" else kept.state, bundle_text=kept.text,
        )  # fmt: skip
