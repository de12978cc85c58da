"""What the signs of a line show now, as a pure function of the floor."""

from counter.panels.shapes import Panels, Sign
from server.domain.floor import Floor, counter_state, post


def panels(floor: Floor, device: str) -> Panels:
    """The line of that code and its counters; without such a line every counter of the centre."""
    plan = floor.settled
    line = next((line for line in plan.lines if line.code == device), None)
    ours = {panel.counter for panel in line.panels} if line else None
    counters = (counter.code for counter in plan.counters if ours is None or counter.code in ours)
    return Panels(timezone=plan.centre.timezone, line=line, signs=tuple(_sign(floor, code) for code in counters))


def _sign(floor: Floor, counter: str) -> Sign:
    at = post(floor, counter)
    visit = floor.visits[at.visit] if at.visit is not None else None
    return Sign(
        counter=counter, state=counter_state(floor, counter), number=visit.number if visit else None,
        calls=visit.leg.calls if visit else 0, until=at.until,
    )  # fmt: skip
