"""Decisions about the services that a visitor got: recorded, amended, taken out, put right after the end; what is due."""

from datetime import datetime

from msgspec.structs import replace

from config.plan import Rules
from server.domain.arrival import OF_CONTACTS
from server.domain.commands import AmendService, DeliveredService, RecordService, StrikeService
from server.domain.context import Actor, Context
from server.domain.events import Delivered, Event, ServiceRecorded, ServiceStruck, VisitCorrected
from server.domain.floor import Floor, Visit, post
from server.domain.post import own_post, serving_at
from server.domain.refusal import Refusal
from server.domain.shares import served_s

_DEFAULT_OUTCOME = {"pieteikums": "lodged"}


def record_service(floor: Floor, command: RecordService, context: Context) -> tuple[Event, ...]:
    """One more delivered service."""
    visit = _meant(floor, command, context)
    return _recorded(floor, command, visit, len(visit.delivered) + 1, context)


def amend_service(floor: Floor, command: AmendService, context: Context) -> tuple[Event, ...]:
    """Another value for a service that is recorded already."""
    visit = _meant(floor, command, context)
    if command.n > len(visit.delivered):
        raise Refusal("unknown_record", n=command.n)
    return _recorded(floor, command, visit, command.n, context)


def strike_service(floor: Floor, command: StrikeService, context: Context) -> tuple[Event, ...]:
    """A recorded service is taken out; of a visit that is over not the last one, where the plan wants one."""
    visit = _meant(floor, command, context)
    if command.n > len(visit.delivered):
        raise Refusal("unknown_record", n=command.n)
    struck, rest = visit.delivered[command.n - 1], (*visit.delivered[: command.n - 1], *visit.delivered[command.n :])
    services = tuple(replace(one, n=n) for n, one in enumerate(rest, start=1))
    if visit.state == "serving":
        return (ServiceStruck(visit=visit.id, counter=command.counter, service=struck.service, delivered=services),)
    if not services and floor.settled.rules.outcome_required:
        raise Refusal("outcome_due", number=visit.number or "—")
    return _corrected(visit, services)


def missing(rules: Rules, delivered: tuple[Delivered, ...]) -> tuple[str, ...]:
    """What has to be recorded before a visit with these services is finished: `service`, or words of `rules.record`."""
    if not delivered:
        return ("service",) if rules.outcome_required else ()
    return tuple(field for field in rules.record if any(_lacks(one, field) for one in delivered))


def ensure_complete(rules: Rules, visit: Visit) -> None:
    """Refuses the end of a visit of which something is still to be recorded, and names it."""
    if lacking := missing(rules, visit.delivered):
        ways = tuple(f"lacks_{field}" for field in lacking if field != "service")
        raise Refusal("outcome_due", ways, number=visit.number or "—")


def _lacks(one: Delivered, field: str) -> bool:
    if field == "redirected_to":
        return one.outcome == "redirected" and not one.redirected_to
    if field == "why":
        return one.outcome == "not_served" and not one.why
    return getattr(one, field) in (None, "")


def may_correct(floor: Floor, visit: Visit, actor: Actor) -> bool:
    """Whether the record of a visit that is over is this actor's to put right: today who served it, a manager always."""
    here = visit.day == floor.day and any(leg.clerk == actor.id for leg in visit.legs if leg.served)
    return actor.role == "manager" or here


def _meant(floor: Floor, command: RecordService | StrikeService, context: Context) -> Visit:
    """The visit that the command is about; one that is over may be corrected today by who served it, later by a manager."""
    at = post(floor, command.counter)
    if command.visit is None or command.visit == at.visit:
        return serving_at(floor, command.counter, context.actor)
    if command.visit == at.contact:
        own_post(floor, command.counter, context.actor)
        return floor.visits[command.visit]
    visit = floor.visits.get(command.visit) or context.past
    if visit is None or visit.id != command.visit:
        raise Refusal("unknown_visit")
    if visit.state != "ended":
        raise Refusal("not_over", number=visit.number or "—")
    if not may_correct(floor, visit, context.actor):
        raise Refusal("manager_only", number=visit.number or "—")
    return visit


def _recorded(floor: Floor, command: RecordService, visit: Visit, n: int, context: Context) -> tuple[Event, ...]:
    delivered = delivered_service(floor, command, n)
    services = (*visit.delivered[: n - 1], delivered, *visit.delivered[n:])
    _mind_minutes(visit, services, context.now)
    if visit.state == "serving":
        return (ServiceRecorded(visit=visit.id, counter=command.counter, delivered=delivered),)
    return _corrected(visit, services)


def _corrected(visit: Visit, services: tuple[Delivered, ...]) -> tuple[Event, ...]:
    """Other services of a visit that is over; refused where nobody was served or nothing is another."""
    leg, number = visit.leg, visit.number or "—"
    if visit.end is None or leg.ended is None or not any(one.served for one in visit.legs):
        raise Refusal("never_served", number=number)
    if services == visit.delivered:
        raise Refusal("nothing_changed", number=number)
    return (
        VisitCorrected(
            visit=visit.id, day=visit.day, was=visit.end, end=visit.end, served=leg.served, ended=leg.ended, delivered=services,
            reason="",
        ),
    )  # fmt: skip


def _mind_minutes(visit: Visit, services: tuple[Delivered, ...], now: datetime) -> None:
    """What is said of minutes is not more than the clock's; of a contact without a number what is said counts."""
    clock = -(-served_s(visit, now) // 60)
    if visit.origin not in OF_CONTACTS and sum(one.minutes or 0 for one in services) > clock:
        raise Refusal("minutes_over", minutes=clock)


def delivered_service(floor: Floor, command: RecordService | DeliveredService, n: int) -> Delivered:
    """The n-th delivered service of a visit; every word of it must be known."""
    plan, service = floor.settled, floor.look.services.get(command.service)
    outcome = command.outcome or _told(command) or _usual(floor, command.kind)
    if service is None:
        raise Refusal("unknown_service", service=command.service)
    if command.kind not in plan.kinds:
        raise Refusal("unknown_kind", kind=command.kind)
    if command.channel not in plan.channels:
        raise Refusal("unknown_service_channel", channel=command.channel)
    if outcome and outcome not in plan.outcomes:
        raise Refusal("unknown_outcome", outcome=outcome)
    if command.why is not None and command.why not in plan.unserved:
        raise Refusal("unknown_why", why=command.why)
    if (command.redirected_to and outcome != "redirected") or (command.why and outcome != "not_served"):
        raise Refusal("outcome_other")
    counted = plan.counted.get(command.kind)
    return Delivered(
        n=n, service=service.code, institution=service.institution, kind=command.kind, channel=command.channel,
        outcome=outcome, quantity=command.quantity, redirected_to=command.redirected_to, why=command.why or "",
        scanned=command.scanned, printed=command.printed, alone=command.alone, language=command.language,
        minutes=command.minutes, note=command.note,
        counts="" if counted is None else counted.lodged if outcome == "lodged" else counted.otherwise,
    )  # fmt: skip


def _told(command: RecordService | DeliveredService) -> str:
    """The outcome that goes with what else was said."""
    return "redirected" if command.redirected_to else "not_served" if command.why else ""


def _usual(floor: Floor, kind: str) -> str:
    """The outcome of most services of a kind; none where the plan wants it said."""
    return "" if "outcome" in floor.settled.rules.record else _DEFAULT_OUTCOME.get(kind, "advised")
