"""Passwords and PINs: Argon2id, the growing delay after wrong ones, and which PINs are too easy."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

FAILURES_FREE = 5
DELAY_MAX_S = 60
FAILURES_KEPT = 10_000
TRIES_FREE, TRY_EVERY_S, ADDRESSES_KEPT = 30, 2.0, 10_000
PASSWORD_LEAST = 8
SECRET_MOST = 200

_PIN = re.compile(r"[0-9]{6,12}")
_RUNS = "01234567890 09876543210"

Native = Callable[..., Any]
"""Runs work, given with its arguments, on another thread; TimeoutError when too much waits already."""

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's floor for Argon2id: 19 MiB, two passes; a flood of sign-ins must not eat the memory of a small PC."""

nobody = hasher.hash(secrets.token_urlsafe(16))
"""Checked when the name is unknown, so that the answer takes as long as for a known one."""


class TooFast(Exception):
    """Too many failed sign-ins; try again in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = seconds


def right(hashed: str | None, secret: str) -> bool:
    """Whether it is the secret of this hash; as slow where there is none. Tens of milliseconds of one core."""
    try:
        hasher.verify(hashed or nobody, secret)
    except VerificationError:
        return False
    return hashed is not None


def run_here(work: Callable[..., Any], *args: Any) -> Any:
    """Where nobody else waits for this thread."""
    return work(*args)


def like_pin(secret: str) -> bool:
    """Whether it could be a PIN: 6 to 12 digits."""
    return _PIN.fullmatch(secret) is not None


def easy(pin: str) -> bool:
    """Whether others would try this PIN first: one or two digits over and over, or a run such as 345678."""
    halves = {pin[n : n + 3] for n in range(0, len(pin), 3)} if len(pin) % 3 == 0 else {pin, ""}
    return len(set(pin)) < 3 or pin in _RUNS or len(halves) == 1


class Delays:
    """Whom a wrong password makes wait. After five from one address each further try must wait, twice as long every time,
    at most a minute; nobody is ever locked out for good. Wrong ones under many names from one address: thirty, then one every
    two seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures: dict[tuple[str, str], tuple[int, float]] = {}
        self._tries: dict[str, tuple[float, float]] = {}

    def begin(self, name: str, address: str, known: bool = False) -> None:
        """Counts a try before it is made; TooFast while this name, or everybody, must wait at this address.

        Who is `known` at the workstation does not wait for what strangers at the same address do.
        """
        self._await(name, address)
        if known:
            return
        now = self._clock()
        used = self._used(address, now)
        if used > TRIES_FREE - 1:
            raise TooFast((used + 1 - TRIES_FREE) * TRY_EVERY_S)
        self._tries[address] = (used + 1, now)
        if len(self._tries) > ADDRESSES_KEPT:
            self._tries = {one: at for one, at in self._tries.items() if self._used(one, now) > 0}

    def _used(self, address: str, now: float) -> float:
        used, since = self._tries.get(address, (0.0, now))
        return max(0.0, used - max(0.0, now - since) / TRY_EVERY_S)

    def _await(self, name: str, address: str) -> None:
        count, since = self._failures.get((name, address), (0, 0.0))
        wait = min(DELAY_MAX_S, 2.0 ** min(count - FAILURES_FREE, 10)) if count >= FAILURES_FREE else 0.0
        # The clock may have been set back since.
        if (left := min(wait, since + wait - self._clock())) > 0:
            raise TooFast(left)

    def wrong(self, name: str, address: str) -> int:
        """One more; how many now."""
        count, _ = self._failures.get((name, address), (0, 0.0))
        self._failures[(name, address)] = (count + 1, self._clock())
        while len(self._failures) > FAILURES_KEPT:
            self._failures.pop(next(iter(self._failures)))
        return count + 1

    def right(self, name: str, address: str, known: bool = False) -> None:
        """The right one came: neither this name nor this try counts."""
        self._failures.pop((name, address), None)
        if not known and (used := self._used(address, now := self._clock())) > 0:
            self._tries[address] = (max(0.0, used - 1), now)
