"""Decisions about paper: which kiosk owes a slip, and what became of it."""

from config.plan import Kiosk
from server.domain.commands import PrintSlip, ReportSlip
from server.domain.context import Actor, Context
from server.domain.events import Event, SlipReported, SlipRequested
from server.domain.floor import Floor
from server.domain.refusal import Refusal

_STAFF = ("clerk", "manager")


def print_slip(floor: Floor, command: PrintSlip, context: Context) -> tuple[Event, ...]:
    """The slip of an open visit of today is owed by this kiosk; one that another kiosk still owes moves.

    Whoever is being called or served may need one too: for the next counter.
    """
    kiosk = printing(floor, command.kiosk)
    visit = floor.visits.get(command.visit)
    if visit is None:
        raise Refusal("unknown_visit")
    if visit.state == "ended":
        raise Refusal("visit_over", number=visit.number)
    if not visit.number:
        raise Refusal("no_number")
    return (SlipRequested(visit=visit.id, kiosk=kiosk.code, copy=visit.prints is not None),)


def report_slip(floor: Floor, command: ReportSlip, context: Context) -> tuple[Event, ...]:
    """What became of a slip; the same report twice, or one of a slip that staff asked for again since, changes nothing."""
    visit = floor.visits.get(command.visit)
    if visit is None:
        raise Refusal("unknown_visit")
    if visit.prints is None or (context.actor.role == "kiosk" and context.actor.id != visit.prints):
        raise Refusal("other_kiosk")
    if command.order is not None and command.order != visit.order:
        return ()
    if visit.slip == command.state and not command.copy:
        return ()
    return (SlipReported(visit=visit.id, kiosk=visit.prints, state=command.state, copy=command.copy),)


def wished(floor: Floor, prints: str | None, actor: Actor) -> str | None:
    """The kiosk at which whoever gives a number wants it printed; only staff may choose one."""
    if prints is None:
        return None
    if actor.role not in _STAFF:
        raise Refusal("not_allowed")
    return printing(floor, prints).code


def printing(floor: Floor, code: str) -> Kiosk:
    """The kiosk of that code, which must print."""
    kiosk = kiosk_named(floor, code)
    if not kiosk.prints:
        raise Refusal("no_printer", kiosk=code)
    return kiosk


def kiosk_named(floor: Floor, code: str) -> Kiosk:
    """The plan's kiosk of that code."""
    for kiosk in floor.settled.kiosks:
        if kiosk.code == code:
            return kiosk
    raise Refusal("unknown_kiosk", kiosk=code)
