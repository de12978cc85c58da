"""Pairing by a code: a device shows it, a manager types it within a window and says what it is, the device gets a token."""

import secrets
import time
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from server.bridge import Signal
from server.domain.context import Role
from server.guard import Bucket
from server.people.passwords import code, typed
from server.people.sessions import digest

CODE_LENGTH = 7
"""33 random bits."""
CODE_S = 600.0
WINDOW_S = 300.0
OFFERS_MOST, OFFERS_EACH = 50, 5
"""So many devices wait at once, and of one address."""
BEGIN_BURST, BEGIN_RATE = 10, 1 / 30
WRONG_MOST = 10
"""So many wrong codes close a window: whoever guesses has tried one of 10 billion with each."""

Kind = Literal["screen", "kiosk", "panel"]


class Target(Struct, frozen=True):
    """What a device is made: the name as which it acts, its role, the one channel that it may see, the page that it opens."""

    device: str
    role: Role
    only: str = ""
    page: str = ""
    title: str = ""


class Given(Struct, frozen=True):
    """What a paired device fetches: its token, and what it is."""

    token: str
    device: str
    page: str


class Refused(Exception):
    """No pairing; `text` is a source text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Offer:
    """A device that shows a code. `wanted` is the page that it was opened with; `given` what it got."""

    def __init__(self, code: str, kind: Kind, place: str, address: str, wanted: str, until: float) -> None:
        self.code, self.kind, self.place, self.address = code, kind, place, address
        self.wanted, self.until = wanted, until
        self.claimed = False
        self.given: Given | None = None
        self.settled = Signal()


CLOSED = "Nothing can be paired now: open the window first."
UNKNOWN = "No device shows this code now. Look at its screen once more."
TOO_MANY = "Too many wrong codes. The window is closed."
BUSY = "Too many devices ask for a code at this moment. Wait a minute."


class Pairing:
    """Offers by code, in memory; the window for all of them. `clock` is one that nobody sets."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._offers: dict[str, Offer] = {}
        self._pace = Bucket(BEGIN_RATE, BEGIN_BURST, clock)
        self._until, self._wrong = 0.0, 0

    def begin(self, kind: Kind, place: str, address: str, wanted: str = "") -> tuple[str, Offer]:
        """A device asks for a code: the secret by which it fetches what it gets, and its offer. Refused."""
        self._tidy()
        mine = sum(one.address == address for one in self._offers.values())
        if len(self._offers) >= OFFERS_MOST or mine >= OFFERS_EACH or not self._pace.take(address):
            raise Refused(BUSY)
        shown = code(CODE_LENGTH)
        while any(one.code == shown for one in self._offers.values()):
            shown = code(CODE_LENGTH)
        secret = secrets.token_urlsafe(32)
        made = self._offers[digest(secret)] = Offer(shown, kind, place, address, wanted, self._clock() + CODE_S)
        return secret, made

    def of(self, secret: str) -> Offer | None:
        """The offer of a device, while its code holds."""
        self._tidy()
        return self._offers.get(digest(secret)) if secret else None

    def fetch(self, secret: str, within_s: float) -> Given | None:
        """What the device got, waited for; once. None: not yet, or the code holds no more."""
        offer = self.of(secret)
        if offer is None or not offer.settled.wait(min(within_s, offer.until - self._clock())):
            return None
        return offer.given if self._offers.pop(digest(secret), None) is not None else None

    def left(self, offer: Offer) -> float:
        """How many seconds its code still holds."""
        return max(0.0, offer.until - self._clock())

    def open(self) -> None:
        """The window is open from now."""
        self._until, self._wrong = self._clock() + WINDOW_S, 0

    def close(self) -> None:
        """No code is taken any more."""
        self._until = 0.0

    @property
    def window_s(self) -> float:
        """How many seconds the window is still open; 0.0: it is closed."""
        return max(0.0, self._until - self._clock())

    def find(self, given: str) -> Offer:
        """The device that shows this code, for a person who types it; Refused."""
        if not self.window_s:
            raise Refused(CLOSED)
        self._tidy()
        plain = typed(given)
        found = next((one for one in self._offers.values() if not one.claimed and one.code == plain), None)
        if found is None:
            self._wrong += 1
            if self._wrong >= WRONG_MOST:
                self.close()
                raise Refused(TOO_MANY)
            raise Refused(UNKNOWN)
        return found

    def claim(self, offer: Offer, claimed: bool = True) -> bool:
        """Nobody else gives this device a place meanwhile; False when somebody does already."""
        if claimed and offer.claimed:
            return False
        offer.claimed = claimed
        return True

    def settle(self, offer: Offer, given: Given) -> None:
        """The device gets it; its code is used up."""
        offer.given = given
        offer.settled.ring()

    def _tidy(self) -> None:
        now = self._clock()
        self._offers = {key: one for key, one in self._offers.items() if one.until > now}
