"""What the node offers to others: exports, open data, the public page, and the messages of webhooks."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import flask

from server.bridge import Outside
from server.national.node.exports import Exports
from server.national.node.open_data import OpenData
from server.national.node.pages_ground import Ground, now_utc
from server.national.node.pages_words import ZONE
from server.national.node.public_page import Load
from server.national.node.webhooks import Message, Webhooks

WATCH_S = 5.0
IDLE_S = 60.0
"""A sender is woken when there is work."""
SEND_WITHIN_S = 45.0
"""For one message, all in all; below the time for which it is claimed."""


def open_doors(ground: Ground) -> list[flask.Blueprint]:
    """Their blueprints."""
    return [Exports(ground).routes(), OpenData(ground, _today).routes(), Load(ground, now_utc).routes()]


def _today() -> date:
    return now_utc().astimezone(ZONE).date()


class Courier:
    """Tells subscribers. `deal` claims messages for receivers that nobody talks to, `send` sends one of them: as many senders as
    there are places take turns, each receiver has one message under way at most, and sending has threads of its own, so that an
    address that hangs stops neither the others nor anything else. `wake_dealer` and `wake_senders` say that there is work.
    """

    def __init__(
        self, webhooks: Webhooks, native: Callable[..., Any], wake_dealer: Callable[[], None], wake_senders: Callable[[], None],
        places: int,
    ) -> None:  # fmt: skip
        self._webhooks, self._native, self._wake_dealer, self._wake_senders = webhooks, native, wake_dealer, wake_senders
        self._places, self._outside = places, Outside(places)
        self._ready, self._talking = list[Message](), set[str]()
        self._watched: datetime | None = None

    def deal(self) -> float:
        """Writes down what is new, and hands out what may be sent; seconds until it looks again."""
        now = now_utc()
        if self._watched is None or not 0 <= (now - self._watched).total_seconds() < WATCH_S:
            self._native(self._webhooks.watch, now)
            self._watched = now
        while len(self._talking) < self._places:
            message = self._native(self._webhooks.claim, now_utc(), frozenset(self._talking))
            if message is None:
                break
            self._talking.add(message.hook)
            self._ready.append(message)
            self._wake_senders()
        return WATCH_S

    def send(self) -> float:
        """Sends a message that was handed out; seconds until there may be more to do."""
        if not self._ready:
            return IDLE_S
        message = self._ready.pop(0)
        try:
            self._outside(self._webhooks.send, message, now_utc(), within_s=SEND_WITHIN_S)
        except TimeoutError:
            return 0.0
        finally:
            self._talking.discard(message.hook)
            self._wake_dealer()
        return 0.0
