"""Whether a number may be given now: opening hours, the day's contingent, and whether the turn would come before closing."""

from datetime import datetime

from server.domain.floor import Floor


def admit(floor: Floor, service: str, queue: str, now: datetime, *, remote: bool = False) -> None:
    """Nothing if a number may be given for the service; raises the Refusal that says why not, and what else is possible."""
