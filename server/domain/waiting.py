"""How long somebody will wait, said only where today's work or earlier days give a basis."""

import math
from datetime import datetime

from msgspec import Struct

from server.domain.floor import Floor, Pace, line

MIN_SERVED = 3
STEP_MINUTES = 5
SPREAD = 0.35


class Told(Struct, frozen=True, kw_only=True):
    """A promise: minutes until the call in steps of five, and the expected seconds; all None where there is no basis."""

    low: int | None = None
    high: int | None = None
    middle_s: int | None = None


def promise(floor: Floor, queue: str, service: str, ahead: int, now: datetime) -> Told:
    """What is promised to somebody who takes a number now, with `ahead` people before them in the queue."""
    low, high = estimate(floor, queue, ahead)
    return Told(low=low, high=high)


def serving_counters(floor: Floor, queue: str) -> int:
    """Open counters, paused ones left out, that call from the queue."""
    profiles = floor.look.profiles
    return sum(
        at.clerk is not None and at.pause is None and queue in profiles.get(at.profile or "", ()) for at in floor.posts.values()
    )


def estimate(floor: Floor, queue: str, ahead: int) -> tuple[int | None, int | None]:
    """Low and high minutes until the call, in steps of five, for somebody with `ahead` people before them.

    (None, None) when fewer than three were served from the queue today or no counter calls from it. The middle is
    ahead x mean service time / counters; the band is +-35 %. Kept simple on purpose: the calling rules bring a better one.
    """
    paces = [floor.paces.get(service) or Pace() for service in floor.look.queues[queue].services]
    count, counters = sum(pace.count for pace in paces), serving_counters(floor, queue)
    if count < MIN_SERVED or not counters:
        return None, None
    middle = ahead * sum(pace.ms for pace in paces) / count / counters / 60_000
    low = math.floor(middle * (1 - SPREAD) / STEP_MINUTES) * STEP_MINUTES
    high = math.ceil(middle * (1 + SPREAD) / STEP_MINUTES) * STEP_MINUTES
    return low, max(high, STEP_MINUTES)


def waiting_in(floor: Floor, queue: str) -> int:
    """People waiting in a queue."""
    return len(line(floor, queue))
