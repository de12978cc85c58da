"""What a kiosk shows and prints now, as pure functions of the floor."""

import itertools
from datetime import datetime

from config.hours import closing, next_opening
from kiosk.shapes import Jobs, Menu, MenuInstitution, MenuQueue, MenuService, SlipJob
from server.domain.admission import centre_shut, left, queue_shut
from server.domain.floor import Floor
from server.domain.labels import public_label
from server.domain.order import EMPTY
from server.domain.waiting import estimate, waiting_in

SLIPS_AT_ONCE = 20


def menu(floor: Floor, kiosk: str | None, now: datetime) -> Menu:
    """The menu of a kiosk; without one, of the centre (no quick choices)."""
    plan, zone = floor.settled, floor.settled.centre.timezone
    shut = centre_shut(floor, now) is not None
    own = next((k for k in plan.kiosks if k.code == kiosk), None) or next(iter(plan.kiosks), None)
    queues = []
    for queue in plan.queues:
        told = estimate(floor, queue.code)
        queues.append(
            MenuQueue(
                queue=queue.code, name=queue.name, letter=queue.letter, waiting=waiting_in(floor, queue.code),
                low=told.low, high=told.high,
            )
        )  # fmt: skip
    services = _services(floor, shut, now)
    offered = {service.institution for service in services}
    return Menu(
        centre=plan.centre.short,
        timezone=plan.centre.timezone,
        languages=plan.languages,
        institutions=tuple(
            MenuInstitution(institution=i.code, short=i.short, name=i.name, icon=i.icon)
            for i in plan.institutions
            if i.code in offered
        ),
        services=services,
        queues=tuple(queues),
        quick=own.quick if own else (),
        unknown=own.unknown if own else None,
        booking=plan.booking is not None,
        closes=None if shut else closing(plan.hours, now, zone),
        opens=next_opening(plan.hours, now, zone) if shut else None,
    )


def jobs(floor: Floor, kiosk: str) -> Jobs:
    """The slips that a kiosk owes, oldest first, at most twenty; LookupError for a kiosk that the plan does not have."""
    if all(one.code != kiosk for one in floor.settled.kiosks):
        raise LookupError(kiosk)
    plan, slips = floor.settled, []
    for place in itertools.islice(floor.owed.get(kiosk) or EMPTY, SLIPS_AT_ONCE):
        visit = floor.visits[place.visit]
        label, institution = public_label(floor, visit.service)
        slips.append(
            SlipJob(
                visit=visit.id, number=visit.number, service=label, institution=institution,
                language=visit.language, issued=visit.issued, ahead=visit.ahead, low=visit.low, high=visit.high,
                token=visit.token, waiting=visit.state == "waiting",
            )
        )  # fmt: skip
    return Jobs(
        centre=plan.centre.short, timezone=plan.centre.timezone, footer=plan.slip_footer, slips=tuple(slips)
    )  # fmt: skip


def urgent(menu: Menu) -> object:
    """The part of a menu that cannot wait a second: everything but the waiting counts."""
    return (menu.services, menu.opens, menu.quick, menu.unknown, menu.booking, menu.languages, menu.centre)


def _services(floor: Floor, shut: bool, now: datetime) -> tuple[MenuService, ...]:
    queues = floor.look.queue_of
    giving = {code for code in floor.look.queues if not shut and queue_shut(floor, code, now) is None}
    return tuple(
        MenuService(
            service=s.code, institution=s.institution, name=s.name, minutes=s.minutes, queue=queues[s.code],
            open=queues[s.code] in giving and left(floor, s.code) != 0, left=left(floor, s.code),
        )
        for s in floor.settled.services
        if s.code in queues and not s.retired
    )  # fmt: skip
