"""Every channel by name: the pure view behind it, and the part of it that cannot wait."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

import counter.finished
import counter.panels.view
import counter.rating_view
import counter.view
import display.phone
import display.room_view
import display.view
import kiosk.view
import server.admin.view
import server.admin.visits
from server.alerts import Health, clips_ready
from server.domain.context import Actor
from server.domain.floor import Floor


class Onlooker(msgspec.Struct, frozen=True):
    """Who looks and when: the actor, what the hub knows of the devices, and the time, if it is not that of the floor.

    `vouchers` are words for the visitors' network by the slip that they are for: they are on no floor.
    """

    actor: Actor
    health: Mapping[str, Health] = {}
    now: datetime | None = None
    vouchers: Mapping[UUID, str] = {}


class Channel(msgspec.Struct, frozen=True):
    """A kind of view. `personal`: two onlookers of the same name may see different data."""

    view: Callable[[Floor, str, Onlooker], Any]
    urgent: Callable[[Any], object]
    named: bool
    personal: bool = False


def _whole(data: Any) -> object:
    return data


def _never(data: Any) -> object:
    return None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

CHANNELS: dict[str, Channel] = {
    "menu": Channel(
        lambda f, name, o: kiosk.view.menu(f, o.actor.id, o.now or f.at or _EPOCH), kiosk.view.urgent, named=False, personal=True
    ),
    "jobs": Channel(lambda f, name, o: kiosk.view.jobs(f, name, o.vouchers), _whole, named=True),
    "desk": Channel(
        lambda f, name, o: counter.view.desk(f, name, o.actor, o.health, o.now or f.at or _EPOCH),
        counter.view.desk_urgent,
        named=True,
        personal=True,
    ),
    "finished": Channel(lambda f, name, o: counter.finished.finished(f, name, o.actor), _never, named=True, personal=True),
    "panel": Channel(lambda f, name, o: counter.view.panel(f, name), _whole, named=True),
    "panels": Channel(lambda f, name, o: counter.panels.view.panels(f, o.actor.id), _whole, named=False, personal=True),
    "catalogue": Channel(lambda f, name, o: counter.view.catalogue(f), _whole, named=False),
    "board": Channel(
        lambda f, name, o: display.view.board(f, name, o.now or f.at or _EPOCH, clips_ready(o.health)),
        display.view.urgent,
        named=True,
    ),
    "rate": Channel(lambda f, name, o: counter.rating_view.rate(f, name, o.now or f.at or _EPOCH), _whole, named=True),
    "ticket": Channel(lambda f, name, o: display.phone.ticket(f, name, o.now), display.phone.urgent, named=True),
    "room": Channel(
        lambda f, name, o: display.room_view.room_screen(f, name, o.now or f.at or _EPOCH), display.room_view.urgent, named=True
    ),
    "overview": Channel(
        lambda f, name, o: server.admin.view.overview(f, o.health, o.now or f.at or _EPOCH, o.actor),
        server.admin.view.urgent,
        named=False,
        personal=True,
    ),
    "visits": Channel(lambda f, name, o: server.admin.visits.visits(f, o.actor), _never, named=False, personal=True),
}
"""The kinds of channel; `named` ones take a name behind a slash: `desk/3`."""


def resolve(channel: str) -> tuple[Channel, str]:
    """The kind and the name of a channel such as `desk/3`; LookupError if there is no such kind."""
    kind, slash, name = channel.partition("/")
    found = CHANNELS.get(kind)
    if found is None or found.named != bool(slash) or (found.named and not name):
        raise LookupError(channel)
    return found, name


def view(floor: Floor, channel: str, onlooker: Onlooker) -> Any:
    """The data of a channel; LookupError if the channel or what it names does not exist."""
    kind, name = resolve(channel)
    return kind.view(floor, name, onlooker)
