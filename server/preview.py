"""A slip as it would be printed now, as a picture or as text: of the plan in force, or with texts that are not saved yet."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from PIL import Image

from config.catalogue import Text
from config.feedback import slip_footer
from config.plan import SlipTexts
from config.shape import Report, read
from kiosk.paper import sheet_of
from kiosk.view import directions, paper_job, plan_zone
from printers import render
from printers.layout import Ticket, ticket_slip
from printers.profile import PAPER_58, PAPER_80
from printers.slip import Slip, as_text
from server.domain.floor import Floor, Paper
from server.domain.labels import public_label

PAPERS = {"80": PAPER_80, "58": PAPER_58}
SAMPLE = "https://example.org/ticket/7Q4MK2XD9A7Q4MK2XD9A7Q"


class SlipQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to show: a service's code, the visitor's language, the paper's width in millimetres, the kind of slip."""

    service: str
    language: str = "lv"
    paper: Literal["80", "58"] = "80"
    kind: Literal["ticket", "reserve", "copy", "appointment"] = "ticket"
    format: Literal["png", "txt"] = "png"


class SlipDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts to try before they are saved; what is left out is the plan's."""

    slip: SlipTexts | None = None
    footer: Text | None = None


def sample(floor: Floor, query: SlipQuery, draft: SlipDraft, now: datetime) -> Slip:
    """The slip of a made-up visitor. LookupError for a service that has no queue, ValueError for a language not offered."""
    plan = floor.settled
    service, queue = floor.look.services.get(query.service), floor.look.queue_of.get(query.service)
    if service is None or queue is None:
        raise LookupError(query.service)
    if query.language not in plan.languages:
        raise ValueError(f"language: {query.language!r} is not offered here ({', '.join(plan.languages)})")
    said = draft.slip or plan.slip
    label, institution = public_label(floor, query.service)
    kiosk = next(iter(plan.kiosks), None)
    reserve = query.kind == "reserve"
    letter = floor.look.queues[queue].letter if not reserve else kiosk.reserve if kiosk else "X"
    return ticket_slip(
        Ticket(
            number=f"{letter}000", service=label, institution=institution, centre=plan.centre.short,
            zone=plan.centre.timezone, issued=now, language=query.language, url="" if reserve else SAMPLE,
            ahead=None if reserve else 4, low=None if reserve else 10, high=None if reserve else 20,
            copy=query.kind == "copy", reserve=reserve, closing=(draft.footer or slip_footer(plan)) or None,
            due=now if query.kind == "appointment" else None, where=directions(*plan_zone(plan, floor.look.queues[queue])),
            bring={} if service.sensitive else service.bring, access=plan.centre.access if said.access else (),
            wifi=said.wifi, logo=said.logo,
        )
    )  # fmt: skip


def asked(arguments: Mapping[str, str], body: bytes) -> tuple[SlipQuery, SlipDraft]:
    """The query and the draft, from a request's arguments and JSON body (empty: none); ValueError with the path of every fault.

    A draft is held to the rules of a plan.
    """
    query = msgspec.convert(dict(arguments), SlipQuery)
    report = Report()
    try:
        data: dict[str, Any] = msgspec.json.decode(body or b"{}", type=dict)
        draft = read(data, SlipDraft, report)
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error
    if report.faults:
        raise ValueError("; ".join(f"{path}: {text}" for path, text in report.faults))
    return query, draft


def rendered(slip: Slip, query: SlipQuery) -> bytes:
    """The slip as PNG or as UTF-8 text."""
    return as_text(slip).encode() if query.format == "txt" else _png(render.image(slip, PAPERS[query.paper]))


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def paper_picture(floor: Floor, paper: Paper) -> bytes:
    """A slip that belongs to no visit, as PNG of the width of the usual paper."""
    plan = floor.settled
    sheet = sheet_of(paper_job(floor, paper), plan.centre.short, plan.centre.timezone, plan.slip.logo)
    return _png(render.image(sheet, PAPER_80))
