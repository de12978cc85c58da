"""Video booths: what is given in them."""

from config.catalogue import Service
from config.plan import Booth

VIDEO = "video"
"""The channel of the catalogue by which a visitor speaks with an institution from a booth."""

WAYS = ("klatiene", VIDEO)
"""Channels by which there are appointments; the first goes without saying."""


def given_in(booth: Booth, services: tuple[Service, ...]) -> tuple[str, ...]:
    """Codes of the services given in the booth; an institution's code stands for all that it gives by video."""
    able = (service for service in services if VIDEO in service.channels and not service.retired)
    return tuple(service.code for service in able if service.code in booth.services or service.institution in booth.services)
