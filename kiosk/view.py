"""What a kiosk shows and prints now, as pure functions of the floor."""

import itertools

from config.plan import Plan
from kiosk.shapes import Jobs, Menu, MenuInstitution, MenuQueue, MenuService, SlipJob
from server.domain.floor import Floor
from server.domain.labels import public_label
from server.domain.order import EMPTY
from server.domain.waiting import estimate, waiting_in

SLIPS_AT_ONCE = 20


def menu(floor: Floor, kiosk: str | None) -> Menu:
    """The menu of a kiosk; without one, of the centre (no quick choices)."""
    plan = floor.settled
    own = next((k for k in plan.kiosks if k.code == kiosk), None) or next(iter(plan.kiosks), None)
    queues = []
    for queue in plan.queues:
        low, high = estimate(floor, queue.code, waiting_in(floor, queue.code))
        queues.append(
            MenuQueue(
                queue=queue.code, name=queue.name, letter=queue.letter, waiting=waiting_in(floor, queue.code), low=low, high=high
            )
        )  # fmt: skip
    services = _services(plan)
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
    return (menu.services, menu.quick, menu.unknown, menu.languages, menu.centre)


def _services(plan: Plan) -> tuple[MenuService, ...]:
    queues = {service: queue.code for queue in plan.queues for service in queue.services}
    return tuple(
        MenuService(service=s.code, institution=s.institution, name=s.name, minutes=s.minutes, queue=queues[s.code])
        for s in plan.services
        if s.code in queues and not s.retired
    )
