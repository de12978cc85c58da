"""A centre as part of a network: its line, the settings that come over it, and whether they do harm."""

import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from config import CATALOGUE, texts
from config.load import load_catalogue
from config.plan import Plan
from server import channels
from server.alerts import Health, alerts
from server.bridge import Outside
from server.channels import Onlooker
from server.domain.commands import RevisePlan
from server.domain.context import NETWORK, Actor
from server.domain.floor import Floor, post
from server.domain.refusal import CODES, Refusal
from server.engine import Engine, now_utc
from server.national.line import CentreLine, Tell
from server.national.papers import Papers
from server.national.receiver import Later, Receiver
from server.national.troubles import troubles
from server.store.centre import CentreStore

log = logging.getLogger("rinda.app")


class Membership:
    """`line` is to be started and stopped; what comes over it goes through the engine like everything else."""

    def __init__(
        self, papers: Papers, data: Path, engine: Engine, store: CentreStore, health: Callable[[], Mapping[str, Health]],
        tell: Tell, believed: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._engine, self._health = engine, health
        receiver = None
        if papers.key:
            receiver = Receiver(
                data, papers.key, load_catalogue(CATALOGUE), lambda: engine.floor.plan, self._revise, self._healthy
            )  # fmt: skip
        self.line = CentreLine(papers, store, tell, Outside(1), receiver, self._troubles, believed, data)

    def _troubles(self) -> tuple[str, ...]:
        """Of devices, for the network to see."""
        floor = self._engine.floor
        return () if floor.plan is None else troubles(alerts(floor, self._health(), now_utc()))

    def _revise(self, plan: Plan, made_from: Plan) -> None:
        """The network's plan into force (on the line's thread); ValueError with the refusal's words."""
        floor = self._engine.floor
        if floor.plan != made_from:
            raise Later("the plan was changed meanwhile")
        try:
            self._engine.handle(RevisePlan(plan=plan, version=floor.version, reason=_reason(plan, made_from)), NETWORK)
        except Refusal as refusal:
            kind = Later if refusal.code in ("plan_moved_on", "not_stored") else ValueError
            raise kind(CODES[refusal.code].format(**refusal.facts)) from None

    def _healthy(self) -> bool:
        """Whether what everybody sees can still be made."""
        floor, health, now = self._engine.floor, self._health(), now_utc()
        try:
            for name, actor in views_of(floor):
                channels.view(floor, name, Onlooker(actor, health, now))
        except Exception:
            log.exception("a view cannot be made any more")
            return False
        return not self._engine.broken


def _reason(plan: Plan, before: Plan) -> str:
    """For the history of the plan, in Latvian as what people write there is."""
    if plan.network.bundle < before.network.bundle:
        source = "The network's settings {n} taken back: with them the centre did not work well"
        return texts.translate("lv", source, n=before.network.bundle)
    return texts.translate("lv", "The network's settings, revision {n}", n=plan.network.bundle)


def views_of(floor: Floor) -> Iterator[tuple[str, Actor]]:
    """Every channel that the plan in force has, with somebody whom it is for; of tickets one of each state."""
    plan = floor.settled
    manager = Actor("manager", "")
    yield from (("overview", manager), ("visits", manager), ("catalogue", manager))
    for kiosk in plan.kiosks:
        yield from ((name, Actor("kiosk", kiosk.code)) for name in ("menu", f"jobs/{kiosk.code}"))
    yield from (("panels", Actor("panel", line.code)) for line in plan.lines)
    yield from ((f"board/{zone.code}", Actor("display", zone.code)) for zone in plan.zones)
    yield from ((f"room/{room}", Actor("display", room)) for room in floor.look.rooms)
    for counter in floor.look.counters:
        yield f"panel/{counter}", Actor("panel", counter)
        yield f"rate/{counter}", Actor("display", counter)
        clerk = Actor("clerk", post(floor, counter).clerk or "")
        yield from ((f"desk/{counter}", clerk), (f"finished/{counter}", clerk))
    tickets = {floor.visits[visit].state: token for token, visit in floor.tokens.items() if visit in floor.visits}
    yield from ((f"ticket/{token}", Actor("visitor", token)) for token in tickets.values())
