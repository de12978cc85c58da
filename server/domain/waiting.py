"""How long somebody will wait, said only where today's work gives a basis."""

import math

from server.domain.floor import Floor, Pace, line

MIN_SERVED = 3
STEP_MINUTES = 5
SPREAD = 0.35


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
    pace = floor.paces.get(queue) or Pace()
    counters = serving_counters(floor, queue)
    if pace.count < MIN_SERVED or not counters:
        return None, None
    middle = ahead * pace.seconds / pace.count / counters / 60
    low = math.floor(middle * (1 - SPREAD) / STEP_MINUTES) * STEP_MINUTES
    high = math.ceil(middle * (1 + SPREAD) / STEP_MINUTES) * STEP_MINUTES
    return low, max(high, STEP_MINUTES)


def waiting_in(floor: Floor, queue: str) -> int:
    """People waiting in a queue."""
    return len(line(floor, queue))
