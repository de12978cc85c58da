"""Whatever a day brings, the sums of the report are those of the journal's events."""

from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import commands as c
from server.domain.context import Actor, Context
from server.domain.decide import decide
from server.domain.events import Record, StepUndone, TicketIssued, VisitCorrected, VisitEnded
from server.domain.follow import follow
from server.domain.refusal import Refusal
from server.reports import REPORTS
from tests.conftest import drawn
from tests.journal import visits_of
from tests.support import CLERK, KIOSK, MANAGER, SYSTEM, Scene, service_of, tiny_plan

PLAN = tiny_plan()
SERVICE = service_of(PLAN)
GOT = (c.DeliveredService(service=SERVICE, kind="konsultacija"),)
STEPS: list[tuple[c.Command | str, Actor]] = [
    (c.TakeTicket(service=SERVICE), KIOSK), (c.TakeTicket(service=service_of(PLAN, 1)), KIOSK),
    (c.CallNext(counter="1"), CLERK), (c.CallNext(counter="1"), CLERK), (c.Serve(counter="1"), CLERK),
    (c.RecordService(counter="1", service=SERVICE, kind="konsultacija"), CLERK), (c.Finish(counter="1"), CLERK),
    (c.NoShow(counter="1"), CLERK), (c.Park(counter="1", minutes=1), CLERK), (c.Undo(counter="1"), CLERK),
    (c.Transfer(counter="1", queue="vsaa", rank="last"), CLERK), (c.OpenCounter(counter="1"), CLERK),
    (c.RegisterContact(counter="1", service=SERVICE, channel="talrunis"), CLERK),
    (c.CloseDay(), MANAGER), ("leave", CLERK), ("served", MANAGER), ("no_show", MANAGER), ("left", MANAGER), ("morrow", SYSTEM),
]  # fmt: skip


def counted(records: list[Record]) -> Counter[tuple[str, str]]:
    """Ends by day from the events alone: a later word about a visit goes before an earlier one."""
    day, ends = dict[UUID, str](), dict[UUID, str]()
    for record in records:
        event = record.event
        if isinstance(event, TicketIssued):
            day[event.visit], ends[event.visit] = event.day, "open"
        elif isinstance(event, VisitEnded):
            ends[event.visit] = event.reason
        elif isinstance(event, VisitCorrected):
            ends[event.visit] = event.end
        elif isinstance(event, StepUndone) and event.step == "VisitEnded":
            ends[event.visit] = "open"
    return Counter((day[visit], end) for visit, end in ends.items())


class Days(Scene):
    """A centre whose manager may also correct visits of earlier days."""

    def step(self, step: c.Command | str, actor: Actor, which: int) -> None:
        """Does it if it can be done."""
        self.clock.pass_(seconds=20)
        known = visits_of(self.records)
        chosen = list(known)[which % len(known)] if known else uuid4()
        if step == "morrow":
            self.tick(days=1)
            return
        command = step if isinstance(step, c.Command) else c.Leave(visit=chosen)
        past = None
        if isinstance(step, str) and step != "leave":
            visit = known[chosen][0] if known else None
            began = visit.leg.served or visit.leg.called or visit.issued if visit is not None and step == "served" else None
            command = c.CorrectVisit(
                visit=chosen, end=step, served=began, delivered=GOT if step == "served" else (), reason="pārbaude"  # type: ignore[arg-type]
            )  # fmt: skip
            past = visit
        context = Context(now=self.clock.now, actor=actor, visit=uuid4(), token=uuid4().hex, past=past)
        try:
            events = decide(self.floor, command, context)
        except Refusal:
            return
        after = follow(self.floor, events, uuid4(), actor, self.clock.now, past)
        self.floor = after.floor
        self.records += after.records


@settings(deadline=None, max_examples=drawn(80))
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 50)), max_size=60))
def test_sums_are_those_of_the_journal(steps: list[tuple[tuple[c.Command | str, Actor], int]]) -> None:
    days = Days(opened=["1"])
    for (step, actor), which in steps:
        days.step(step, actor, which)
    visits = [visit for visit, _ in visits_of(days.records).values()]
    table = REPORTS["visits"]([visits])
    keys = [column.key for column in table.columns]
    sums: Counter[tuple[str, str]] = Counter()
    for row in table.rows:
        cells = dict(zip(keys, row, strict=True))
        ends = {end: int(cells[end] or 0) for end in ("served", "no_show", "left", "sent", "day_closed", "open")}
        assert cells["issued"] == sum(ends.values())
        sums.update({(str(cells["day"]), end): count for end, count in ends.items()})
    assert +sums == counted(days.records)


def test_the_random_days_reach_every_end() -> None:
    days = Days(opened=["1"])
    take, call, serve = STEPS[0], STEPS[2], STEPS[4]
    script = [take, take, take, take, call, serve, STEPS[5], STEPS[6], call, STEPS[7], ("leave", CLERK), ("morrow", SYSTEM),
              take, ("no_show", MANAGER)]  # fmt: skip
    for step, actor in script:
        days.step(step, actor, 2 if step == "leave" else 0)
    assert counted(days.records) == {
        ("2026-03-16", "no_show"): 2, ("2026-03-16", "left"): 1, ("2026-03-16", "day_closed"): 1, ("2026-03-17", "open"): 1,
    }  # fmt: skip
    assert days.clock.now - days.records[0].at >= timedelta(days=1)
