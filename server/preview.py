"""A slip as it would be printed now, as a picture or as text: of the plan in force, or with texts that are not saved yet."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec
from PIL import Image

from config.catalogue import Text
from config.logo import check_logo
from config.plan import Plan, SlipTexts
from printers import render
from printers.layout import Ticket, ticket_slip
from printers.profile import PAPER_58, PAPER_80
from printers.slip import Slip, as_text

PAPERS = {"80": PAPER_80, "58": PAPER_58}


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


def sample(plan: Plan, query: SlipQuery, draft: SlipDraft, now: datetime) -> Slip:
    """The slip of a made-up visitor. LookupError for a service that has no queue, ValueError for a bad logo or language."""
    queue = next((queue for queue in plan.queues if query.service in queue.services), None)
    service = next((service for service in plan.services if service.code == query.service), None)
    if queue is None or service is None:
        raise LookupError(query.service)
    if query.language not in plan.languages:
        raise ValueError(f"language: {query.language!r} is not offered here ({', '.join(plan.languages)})")
    said = draft.slip or plan.slip
    if said.logo:
        try:
            check_logo(said.logo)
        except ValueError as fault:
            raise ValueError(f"slip.logo: {fault}") from fault
    zone = next(zone for zone in plan.zones if zone.code == queue.zone)
    holder = next(institution for institution in plan.institutions if institution.code == service.institution)
    alone = query.kind == "reserve"
    return ticket_slip(
        Ticket(
            number="X012" if alone else f"{queue.letter}012", service=service.name, institution=holder.short,
            centre=plan.centre.short, zone=plan.centre.timezone, issued=now, language=query.language,
            url="" if alone else "https://example.org/ticket/7Q4MK2XD9A7Q4MK2XD9A7Q", ahead=None if alone else 4,
            low=None if alone else 10, high=None if alone else 20, copy=query.kind == "copy", reserve=alone,
            closing=(draft.footer or plan.slip_footer) or None, due=now if query.kind == "appointment" else None,
            where={key: ", ".join(filter(None, (name, zone.where.get(key, "")))) for key, name in zone.name.items()},
            bring=service.bring, access=plan.centre.access if said.access else (), wifi=said.wifi, logo=said.logo,
        )
    )  # fmt: skip


def asked(arguments: Mapping[str, str], body: bytes) -> tuple[SlipQuery, SlipDraft]:
    """The query and the draft, from a request's arguments and JSON body (empty: none); ValueError with the path of a fault."""
    query = msgspec.convert(dict(arguments), SlipQuery)
    try:
        return query, msgspec.json.decode(body or b"{}", type=SlipDraft)
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error


def rendered(slip: Slip, query: SlipQuery) -> bytes:
    """The slip as PNG or as UTF-8 text."""
    return as_text(slip).encode() if query.format == "txt" else _png(render.image(slip, PAPERS[query.paper]))


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
