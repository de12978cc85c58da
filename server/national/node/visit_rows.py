"""A visit as rows of the node: one of `visits`, and one of `deliveries` for each service that it got. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec

from server.domain.floor import Visit
from server.domain.moment import microseconds
from server.domain.shares import clock_minutes, shares

_encoder = msgspec.json.Encoder()


def visit_row(centre: str, epoch: int, visit: Visit, position: int, institution: str) -> dict[str, Any]:
    """The visit after the record at a position."""
    leg = visit.leg
    called = next((past.called for past in visit.legs if past.called), None)
    served = next((past.served for past in reversed(visit.legs) if past.served), None)
    wait = None if called is None or visit.series is None else max(0, microseconds(called) - microseconds(visit.issued))
    return {
        "centre": centre, "visit": str(visit.id), "epoch": epoch, "position": position, "lost": 0, "day": visit.day,
        "month": visit.day[:7], "number": visit.number, "service": visit.service, "institution": institution,
        "origin": visit.origin, "channel": visit.channel, "end": visit.end, "issued": microseconds(visit.issued),
        "called": called and microseconds(called), "served": served and microseconds(served),
        "ended": microseconds(leg.ended) if leg.ended and visit.end else None, "low": visit.low, "high": visit.high,
        "wait_s": None if wait is None else wait // 1_000_000,
        "kept": None if wait is None or visit.high is None else int(wait <= visit.high * 60_000_000),
        "corrected": visit.corrected, "data": _encoder.encode(visit).decode(),
    }  # fmt: skip


def services_of(centre: str, visit: Visit) -> Iterator[dict[str, Any]]:
    """As `server.reports.delivered` counts: quantities count, minutes do not multiply with them."""
    now = visit.leg.ended or visit.issued
    for n, (one, minutes) in enumerate(zip(visit.delivered, shares(visit.delivered, clock_minutes(visit, now)), strict=True), 1):
        yield {
            "centre": centre, "visit": str(visit.id), "n": n, "lost": 0, "day": visit.day, "month": visit.day[:7],
            "institution": one.institution, "service": one.service, "kind": one.counts or one.kind, "own_kind": one.kind,
            "channel": one.channel, "outcome": one.outcome, "why": one.why, "redirected_to": one.redirected_to,
            "alone": one.alone, "scanned": one.scanned, "printed": one.printed, "quantity": one.quantity, "minutes": minutes,
        }  # fmt: skip
