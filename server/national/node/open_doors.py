"""What the node offers to others: exports, open data, the public page, and the messages of webhooks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import flask

from server.bridge import Outside
from server.national.node.exports import Exports
from server.national.node.open_data import OpenData
from server.national.node.pages_ground import Ground, now_utc
from server.national.node.pages_words import ZONE
from server.national.node.public_page import Load
from server.national.node.webhooks import Webhooks

WATCH_S = 5.0
SEND_WITHIN_S = 45.0
"""For one message, all in all; below the time for which it is claimed."""


def open_doors(ground: Ground) -> list[flask.Blueprint]:
    """Their blueprints."""
    return [Exports(ground).routes(), OpenData(ground, _today).routes(), Load(ground, now_utc).routes()]


def _today() -> date:
    return now_utc().astimezone(ZONE).date()


class Courier:
    """Tells subscribers. Sending has threads of its own: an address that hangs stops nothing else."""

    def __init__(self, webhooks: Webhooks, native: Callable[..., Any]) -> None:
        self._webhooks, self._native, self._outside = webhooks, native, Outside()

    def step(self) -> float:
        """Writes down what is new and sends one message; seconds until there may be more to do."""
        self._native(self._webhooks.watch, now_utc())
        try:
            sent = self._outside(self._webhooks.send_one, now_utc(), within_s=SEND_WITHIN_S)
        except TimeoutError:
            return WATCH_S
        return 0.0 if sent else WATCH_S
