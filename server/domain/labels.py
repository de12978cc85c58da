"""What the public may read of a service: its name, or only the institution where the name would tell too much."""

from config.catalogue import Text
from server.domain.floor import Floor

NOTHING: Text = {"lv": ""}


def public_label(floor: Floor, service: str) -> tuple[Text, Text]:
    """The label of a service for slips and phones, and its institution's short name.

    A sensitive service goes by its institution's name alone; one that the plan no longer has is empty.
    """
    found = floor.look.services.get(service)
    if found is None:
        return NOTHING, NOTHING
    short = floor.look.institutions.get(found.institution, NOTHING)
    return (short, NOTHING) if found.sensitive else (found.name, short)
