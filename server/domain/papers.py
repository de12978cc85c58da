"""Slips that belong to no visit: the visitors' network, what to bring, papers received, papers handed over."""

from server.domain.commands import PrintPaper, ReportPaper
from server.domain.context import Context
from server.domain.events import Event, PaperCount, PaperReported, PaperRequested
from server.domain.floor import Floor, Paper
from server.domain.refusal import Refusal
from server.domain.slips import printing

MOST_OWED = 20
"""So many slips wait at one printer; whoever asks for more is told that it does not print."""


def print_paper(floor: Floor, command: PrintPaper, context: Context) -> tuple[Event, ...]:
    """The kiosk owes the slip."""
    kiosk = printing(floor, command.kiosk)
    if context.actor.role == "kiosk":
        wifi = floor.settled.wifi
        if command.kind != "wifi" or wifi is None or not wifi.tile:
            raise Refusal("not_allowed")
        if context.actor.id != kiosk.code:
            raise Refusal("other_kiosk")
    _mind(floor, command, context)
    if len(owed(floor, kiosk.code)) >= MOST_OWED:
        raise Refusal("printer_behind", kiosk=kiosk.code)
    return (
        PaperRequested(
            paper=context.visit, kiosk=kiosk.code, kind=command.kind, language=command.language,
            service=command.service or "", institution=command.institution or "", code=command.code,
            counts=tuple(PaperCount(kind=one.kind, n=one.n) for one in command.counts if one.n), codes=command.codes,
            day=command.day, voucher_n=context.voucher_n if command.kind == "wifi" else 0,
        ),
    )  # fmt: skip


def report_paper(floor: Floor, command: ReportPaper, context: Context) -> tuple[Event, ...]:
    """What became of it; the same report twice changes nothing."""
    known = floor.papers.get(command.paper)
    if known is None:
        raise Refusal("unknown_paper")
    if context.actor.role == "kiosk" and context.actor.id != known.asked.kiosk:
        raise Refusal("other_kiosk")
    return () if known.state == command.state else (PaperReported(paper=command.paper, state=command.state),)


def owed(floor: Floor, kiosk: str) -> tuple[Paper, ...]:
    """Such slips that a kiosk still owes, oldest first."""
    due = (one for one in floor.papers.values() if one.asked.kiosk == kiosk and one.state == "owed")
    return tuple(sorted(due, key=lambda one: (one.at, one.asked.paper)))


def _mind(floor: Floor, command: PrintPaper, context: Context) -> None:
    """Each kind has what it is about."""
    plan = floor.settled
    if command.language not in plan.languages:
        raise Refusal("language_off", language=command.language)
    if command.kind == "test":
        return
    if command.kind == "wifi":
        if plan.wifi is None:
            raise Refusal("no_wifi")
        if plan.wifi.vouchers and not context.voucher_n:
            raise Refusal("no_voucher")
        return
    if command.service is not None and command.service not in floor.look.services:
        raise Refusal("unknown_service", service=command.service)
    if command.kind == "reminder":
        service = floor.look.services.get(command.service or "")
        if service is None or not service.bring:
            raise Refusal("nothing_to_bring", service=command.service or "")
        return
    if command.institution not in floor.look.institutions:
        raise Refusal("unknown_institution", institution=command.institution or "")
    if command.kind == "intake" and not (command.code and any(one.n for one in command.counts)):
        raise Refusal("no_documents")
    if command.kind == "handover" and not (command.codes and command.day):
        raise Refusal("nothing_to_hand_over")
