"""What a kiosk shows and prints now, as pure functions of the floor."""

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from config.catalogue import Text
from config.feedback import slip_footer
from config.hours import Rota, clock, closing, day_spans, next_opening, own_hours
from config.notices import holds
from config.plan import Plan, Queue
from kiosk.shapes import (
    Jobs,
    Menu,
    MenuDay,
    MenuHelp,
    MenuInstitution,
    MenuNotice,
    MenuQueue,
    MenuService,
    MenuSituation,
    PaperJob,
    SlipJob,
)  # fmt: skip
from server.domain.admission import centre_shut, left, next_day, queue_shut, why_stopped
from server.domain.floor import WHOLE, Floor, Paper, Visit, open_help
from server.domain.labels import public_label
from server.domain.order import EMPTY
from server.domain.pace import usual
from server.domain.papers import owed
from server.domain.waiting import estimate, waiting_in

SLIPS_AT_ONCE = 20
_NO_VOUCHERS: Mapping[UUID, str] = {}
DAYS = 7


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
                low=told.low, high=told.high, zone=plan_zone(plan, queue)[0], where=plan_zone(plan, queue)[1],
                week=_week(own_hours(queue), now, zone),
            )
        )  # fmt: skip
    services = _services(floor, shut, now)
    offered = {service.institution for service in services}
    codes = {service.service for service in services}
    called = open_help(floor, own.code, now) if own else None
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
        opens=_opens(floor, now) if shut else None,
        situations=_situations(plan, codes),
        notices=tuple(
            MenuNotice(text=notice.text, kind=notice.kind, about=notice.about, until=notice.until)
            for notice in plan.notices
            if holds(notice, now.astimezone(ZoneInfo(zone)).date().isoformat())
        ),
        week=_week(plan.hours, now, zone),
        last_ticket=plan.hours.last_ticket if plan.hours else 0,
        access=plan.centre.access,
        phone=plan.centre.phone,
        portal=plan.centre.portal,
        inches=own.inches if own else 0.0,
        tray=own.tray if own else "below",
        reserve=own.reserve if own else "X",
        reserve_used=floor.series.get(own.reserve) or 0 if own else 0,
        help=MenuHelp(since=called.since, coming=called.answered is not None) if called else None,
        wifi=bool(own and own.prints and plan.wifi and plan.wifi.tile),
    )


def _opens(floor: Floor, now: datetime) -> datetime | None:
    """When numbers are given again: who closed the day, or stopped them, did so for the rest of it."""
    if WHOLE in floor.gates:
        return next_day(floor, now)
    return next_opening(floor.settled.hours, now, floor.settled.centre.timezone)


def jobs(floor: Floor, kiosk: str, vouchers: Mapping[UUID, str] = _NO_VOUCHERS) -> Jobs:
    """The slips that a kiosk owes, oldest first, at most twenty; LookupError for a kiosk that the plan does not have.

    `vouchers` are words for the visitors' network by the slip that they are for.
    """
    if all(one.code != kiosk for one in floor.settled.kiosks):
        raise LookupError(kiosk)
    plan, slips = floor.settled, []
    for place in itertools.islice(floor.owed.get(kiosk) or EMPTY, SLIPS_AT_ONCE):
        visit = floor.visits[place.visit]
        label, institution = public_label(floor, visit.service)
        service, queue = floor.look.services.get(visit.service), floor.look.queues.get(visit.leg.queue)
        slips.append(
            SlipJob(
                visit=visit.id, number=visit.number, service=label, institution=institution,
                language=visit.language, issued=visit.issued, ahead=visit.ahead, low=visit.low, high=visit.high,
                token=visit.token, waiting=visit.state == "waiting", where=directions(*plan_zone(plan, queue)) if queue else {},
                bring=service.bring if service and not service.sensitive else {}, order=visit.order, copy=visit.copy,
                due=visit.due, reserve=visit.origin == "offline", party=_party(floor, visit),
            )
        )  # fmt: skip
    return Jobs(
        centre=plan.centre.short, timezone=plan.centre.timezone, footer=slip_footer(plan), slips=tuple(slips),
        access=plan.centre.access if plan.slip.access else (), wifi=plan.slip.wifi, logo=plan.slip.logo,
        papers=tuple(paper_job(floor, one, vouchers.get(one.asked.paper, "")) for one in owed(floor, kiosk)),
    )  # fmt: skip


def paper_job(floor: Floor, paper: Paper, voucher: str = "") -> PaperJob:
    """A slip that belongs to no visit, with the plan's words about what it names and its word for the visitors' network."""
    asked, plan = paper.asked, floor.settled
    service, wifi = floor.look.services.get(asked.service), plan.wifi
    institution = asked.institution or (service.institution if service else "")
    return PaperJob(
        paper=asked.paper, kind=asked.kind, asked=paper.at, language=asked.language, voucher=voucher,
        network=wifi.network if wifi and asked.kind == "wifi" else "", note=wifi.note if wifi and asked.kind == "wifi" else {},
        service=public_label(floor, asked.service)[0] if service else {},
        institution=floor.look.institutions.get(institution, {}),
        bring=service.bring if service and asked.kind == "reminder" else {}, code=asked.code,
        counts=tuple((one.kind, one.n) for one in asked.counts), codes=asked.codes, day=asked.day,
    )  # fmt: skip


def _party(floor: Floor, visit: Visit) -> tuple[str, ...]:
    """The numbers of a person who has several, this one among them."""
    if visit.party is None:
        return ()
    return tuple(floor.visits[one].number for one in floor.parties.get(visit.party) or () if one in floor.visits)


def plan_zone(plan: Plan, queue: Queue) -> tuple[Text, Text]:
    """The name of the waiting area of a queue, and the way to it."""
    return next(((zone.name, zone.where) for zone in plan.zones if zone.code == queue.zone), ({}, {}))


def directions(zone: Text, where: Text) -> Text:
    """Where to wait, in one sentence part: "Lielā zāle, 2. stāvs", in every language that the name has."""
    return {language: ", ".join(filter(None, (name, where.get(language, "")))) for language, name in zone.items()}


def urgent(menu: Menu) -> object:
    """The part of a menu that cannot wait a second: everything but the waiting counts."""
    return (
        menu.services, menu.opens, menu.quick, menu.unknown, menu.booking, menu.languages, menu.centre, menu.notices, menu.help,
        menu.wifi,
    )  # fmt: skip


def _situations(plan: Plan, offered: set[str]) -> tuple[MenuSituation, ...]:
    found = (
        MenuSituation(
            situation=one.code, name=one.name, line=one.line, icon=one.icon,
            services=tuple(code for code in one.services if code in offered),
        )
        for one in plan.situations
    )  # fmt: skip
    return tuple(one for one in found if one.services)


def _week(hours: Rota, now: datetime, zone: str) -> tuple[MenuDay, ...]:
    """The coming days with their hours, today first; nothing for a centre or a queue without hours."""
    if not hours:
        return ()
    today = now.astimezone(ZoneInfo(zone)).date()
    days = (today + timedelta(days=n) for n in range(DAYS))
    return tuple(
        MenuDay(date=day.isoformat(), spans=tuple((clock(a), clock(b)) for a, b in day_spans(hours, day))) for day in days
    )


def _services(floor: Floor, shut: bool, now: datetime) -> tuple[MenuService, ...]:
    queues = floor.look.queue_of
    giving = {code for code in floor.look.queues if not shut and queue_shut(floor, code, now) is None}
    return tuple(
        MenuService(
            service=s.code, institution=s.institution, name=s.name, queue=queues[s.code],
            minutes=usual(floor, s.code) or s.minutes,
            open=queues[s.code] in giving and left(floor, s.code) != 0, left=left(floor, s.code), group=s.group,
            why=why_stopped(floor, queues[s.code]),
            keywords=s.keywords, bring=s.bring, alone=s.alone, sensitive=s.sensitive,
        )
        for s in floor.settled.services
        if s.code in queues and not s.retired
    )  # fmt: skip
