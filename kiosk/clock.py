"""What time it is at the centre, as far as a kiosk can know: the server's time, carried on by a clock that nobody can set."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """An instant as this machine's clocks show it, in microseconds.

    `wall` is since 1970 by the clock that people set; `boot` since the machine was switched on (CLOCK_BOOTTIME, which counts
    sleep and cannot be set); `boot_id` names that switching on.
    """

    wall: int
    boot: int
    boot_id: str


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """What the server's clock showed (`server`, microseconds since 1970) at an instant of this machine."""

    server: int
    at: Moment


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """When something happened: the instant, the time that it was thought to be, and the server's last time known then (or 0)."""

    at: Moment
    thought: int
    after: int


def reader(boot_id: str) -> Callable[[], Moment]:
    """The clocks of this machine. One that cannot name its switching on counts from now on, under a name of its own."""
    zero, name = (0, boot_id) if boot_id else (time.clock_gettime_ns(time.CLOCK_BOOTTIME), str(uuid4()))

    def moment() -> Moment:
        boot = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - zero
        return Moment(wall=time.time_ns() // 1000, boot=boot // 1000, boot_id=name)

    return moment


def estimate(at: Moment, contacts: Mapping[str, Contact], last: Contact | None) -> int:
    """The server's time at an instant: known where it was heard since this machine was switched on.

    Where it was not, the wall clock with the difference that it had at the `last` contact, but not less than that contact and
    the time that the machine has been on since.
    """
    if (known := contacts.get(at.boot_id)) is not None:
        return known.server + at.boot - known.at.boot
    if last is None:
        return at.wall
    return max(_by_wall(at, last), last.server + at.boot)


def known(at: Moment, contacts: Mapping[str, Contact], last: Contact | None) -> bool:
    """Whether the time of an instant can be told: not if the wall clock is behind the last contact, for it was set back."""
    return at.boot_id in contacts or last is None or _by_wall(at, last) >= last.server


def _by_wall(at: Moment, last: Contact) -> int:
    return at.wall + last.server - last.at.wall


def true_times(given: Sequence[Given], contacts: Mapping[str, Contact], now: int) -> list[int]:
    """When each of `given`, in the order in which they happened, took place; none after `now`, none before the one before it.

    Where the server was heard since the machine was switched on, before or after, its time is known. Else all of one
    switching on move together, by what the wall clock said last that was possible, for a clock that was put right in between
    was wrong before.
    """
    known = [estimate(one.at, contacts, None) if one.at.boot_id in contacts else None for one in given]
    latest = now
    bounds = []
    for at in reversed(known):
        latest = latest if at is None else min(latest, at)
        bounds.append(latest)
    bounds.reverse()
    moves: dict[str, int] = {}
    for boot in {one.at.boot_id for one, at in zip(given, known, strict=True) if at is None}:
        moves[boot] = _move([(one, bound) for one, bound in zip(given, bounds, strict=True) if one.at.boot_id == boot])
    found: list[int] = []
    for one, at, bound in zip(given, known, bounds, strict=True):
        guess = max(one.at.boot + moves[one.at.boot_id], one.after) if at is None else at
        found.append(max(min(guess, bound), *found[-1:], 0))
    return found


def _move(given: Sequence[tuple[Given, int]]) -> int:
    """The difference between time and boot time for what happened in one switching on; each with the latest time possible."""
    possible = [one for one, bound in given if one.after <= one.thought <= bound]
    if possible:
        return possible[-1].thought - possible[-1].at.boot
    first, bound = given[0]
    return min(max(first.thought, first.after), bound) - first.at.boot


def moment_of(microseconds: int) -> datetime:
    """Microseconds since 1970 as an aware UTC time."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds_of(at: datetime) -> int:
    """An aware time as microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)
