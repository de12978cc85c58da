"""Every figure of the reports is the one that SQL counts over the journal's JSON, on both databases, whatever happened."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from server.domain import commands as c
from server.domain.context import Actor
from server.domain.floor import counter_state
from server.domain.refusal import Refusal
from server.engine import Engine
from server.reports import REPORTS
from server.reports.month import figures
from server.reports.table import quantile
from server.store.sheets import DaySheets
from tests.reports.desk_checks import desk_equal
from tests.reports.recount import Recount
from tests.reports.recount_desk import DeskRecount
from tests.support import BOARD, CLERK, KIOSK, MANAGER, OTHER, SYSTEM, Clock, service_of, tiny_plan

PLAN = replace(tiny_plan(), rules=replace(tiny_plan().rules, outcome_required=False))
DAYS, STEPS = 3, 220
ENDS = ("served", "no_show", "left", "sent", "day_closed", "open")


def got(service: str, chance: random.Random) -> c.DeliveredService:
    kind = chance.choice(["pieteikums", "konsultacija", "e_atbalsts"])
    more: dict[str, Any] = chance.choice([{}, {}, {"redirected_to": "NVA"}, {"quantity": 3}, {"minutes": 2}])
    more |= chance.choice([{}, {"alone": "yes"}, {"alone": "helped"}, {"alone": "no"}])
    return c.DeliveredService(service=service, kind=kind, **more)


class Life:
    """Random days at a centre: whatever can be done is done."""

    def __init__(self, engine: Engine, clock: Clock, seed: int) -> None:
        self.engine, self.clock, self.chance = engine, clock, random.Random(seed)
        self.known: list[UUID] = []
        self.do(c.RevisePlan(plan=PLAN), SYSTEM)
        self.do(c.Tick(), SYSTEM)

    def do(self, command: c.Command, actor: Actor = CLERK) -> dict[str, Any]:
        try:
            return self.engine.handle(command, actor).result
        except Refusal:
            return {}

    def day(self) -> None:
        self.do(c.OpenCounter(counter="1"))
        self.do(c.OpenCounter(counter="2"), OTHER)
        for _ in range(STEPS):
            self.clock.pass_(seconds=self.chance.choice([3, 20, 60, 400]))
            self.step()
        self.clock.pass_(days=1)
        self.do(c.Tick(), SYSTEM)

    def step(self) -> None:
        chance = self.chance
        at, who = chance.choice([("1", CLERK), ("2", OTHER)])
        service = service_of(PLAN, chance.randrange(3), chance.randrange(2))
        visit = chance.choice(self.known) if self.known else UUID(int=1)
        one = got(service, chance)
        record = c.RecordService(
            counter=at, service=service, kind=one.kind, quantity=one.quantity, redirected_to=one.redirected_to, alone=one.alone,
            minutes=one.minutes,
        )  # fmt: skip
        choices: list[tuple[int, c.Command, Actor]] = [
            (60, c.TakeTicket(service=service), KIOSK), (25, c.CallNext(counter=at), who), (20, c.Serve(counter=at), who),
            (15, record, who), (4, c.StrikeService(counter=at, n=chance.choice([1, 1, 2])), who),
            (18, c.Finish(counter=at), who), (5, c.NoShow(counter=at), who),
            (9, c.Park(counter=at, minutes=5), who), (5, c.Undo(counter=at), who), (4, c.Recall(counter=at), who),
            (4, c.Transfer(counter=at, queue=chance.choice(PLAN.queues).code, rank="last"), who),
            (2, c.Transfer(counter=at, to_centre="Limbaži"), who), (8, c.Requeue(counter=at), who),
            (4, c.Leave(visit=visit), CLERK), (2, c.Tick(), SYSTEM),
            (3, c.RegisterContact(counter=at, service=service, channel="talrunis"), who),
            (16, self._shown(), BOARD), (6, self._right(visit, service), MANAGER),
        ]  # fmt: skip
        _, command, actor = chance.choices(choices, [weight for weight, _, _ in choices])[0]
        if chance.random() < 0.55:
            command, actor = self._usual(at, record), who
        result = self.do(command, actor)
        if "visit" in result and UUID(str(result["visit"])) not in self.known:
            self.known.append(UUID(str(result["visit"])))

    def _usual(self, at: str, record: c.Command) -> c.Command:
        """What a clerk would do now."""
        state = counter_state(self.engine.floor, at)
        if state == "serving":
            visit = self.engine.floor.posts[at].visit
            done = visit is not None and self.engine.floor.visits[visit].delivered
            return c.Finish(counter=at) if done else record
        if state == "called":
            return c.Requeue(counter=at) if self.chance.random() < 0.1 else c.Serve(counter=at)
        return c.CallNext(counter=at)

    def _shown(self) -> c.Command:
        calls = list(self.engine.floor.calls)
        if not calls:
            return c.Tick()
        kind = self.chance.choice([c.ConfirmShown, c.ConfirmSpoken])
        return kind(visit=calls[-1].visit, calls=calls[-1].calls, zone="hall")

    def _right(self, id: UUID, service: str) -> c.Command:
        """A correction, most often of an earlier day."""
        visit = self.engine._store.visit(id)
        if visit is None:
            return c.Tick()
        end = self.chance.choice(["served", "no_show", "left"])
        began = visit.leg.served or visit.leg.called if end == "served" else None
        given = (got(service, self.chance),) if end == "served" else ()
        return c.CorrectVisit(visit=id, end=end, served=began, delivered=given, reason="pārbaude")  # type: ignore[arg-type]


@pytest.fixture(params=[1, 2])
def lived(start: Callable[[], Engine], clock: Clock, request: pytest.FixtureRequest) -> Engine:
    engine = start()
    life = Life(engine, clock, request.param)
    sheets = DaySheets(engine._store, lambda: engine.floor, engine.do)
    for _ in range(DAYS):
        life.day()
        sheets.step()  # so that later corrections meet sheets that are there
    for _ in range(STEPS // 2):
        life.step()
    return engine


def rows(engine: Engine, name: str) -> list[dict[str, Any]]:
    sheets = DaySheets(engine._store, lambda: engine.floor, engine.do)
    table = sheets.get("2026-01-01", "2026-12-31", REPORTS[name])
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def minutes(micros: float | None) -> float | None:
    return None if micros is None else round(micros / 60e6, 2)


def test_reports_equal_a_recount_of_the_journal_in_sql(lived: Engine) -> None:
    with lived._store.reading() as connection:
        recount = Recount(connection)
        assert connection.execute(text("SELECT COUNT(*) FROM day_sheets")).scalar_one() > 0
        visits_equal(lived, recount)
        waits_equal(lived, recount)
        services_equal(lived, recount)
        calls_equal(lived, recount)
        month_equal(lived, recount)
        desk_equal(lived, DeskRecount(connection))


def visits_equal(lived: Engine, recount: Recount) -> None:
    ends = recount.dict("SELECT day, service, ending, COUNT(*) FROM visits_ GROUP BY day, service, ending")
    again = "SUM(CASE WHEN corrected > 0 THEN 1 ELSE 0 END)"
    corrected = recount.dict(f"SELECT day, service, {again} FROM visits_ GROUP BY day, service")
    assert len({end for _, _, end in ends}) >= 4
    assert sum(corrected.values()) > 2
    found = rows(lived, "visits")
    assert {(row["day"], row["service"], end): row[end] for row in found for end in ENDS if row[end]} == ends
    assert {(row["day"], row["service"]): row["corrected"] for row in found} == corrected
    origins = recount.dict("SELECT origin, COUNT(*) FROM visits_ GROUP BY origin")
    (month,) = rows(lived, "volumes")
    by_end = Counter[str]()
    for (_, _, end), count in ends.items():
        by_end[end] += count
    assert {end: month[end] for end in ENDS} == {end: by_end[end] for end in ENDS}
    assert (month["visits"], month["contact"]) == (sum(origins.values()), origins.get("contact", 0))
    assert month["numbers"] == recount.rows("SELECT COUNT(*) FROM issued WHERE series IS NOT NULL")[0][0]
    (paper,) = rows(lived, "paper")
    assert paper["slips"] == recount.rows("SELECT COUNT(*) FROM issued WHERE prints IS NOT NULL")[0][0]
    assert paper["saved"] == recount.rows("SELECT COUNT(*) FROM issued WHERE prints IS NULL AND series IS NOT NULL")[0][0]
    away = {row["what"]: 0 for row in rows(lived, "away")}
    for row in rows(lived, "away"):
        away[row["what"]] += row["count"]
    wanted = {end: by_end[end] for end in ("no_show", "left", "day_closed", "sent") if by_end[end]}
    for what, kind in (("parked", "VisitParked"), ("transferred", "VisitTransferred"), ("requeued", "VisitRequeued")):
        query = f"SELECT COUNT(DISTINCT visit) FROM alive WHERE type = '{kind}'"
        if count := recount.rows(query)[0][0]:
            wanted[what] = count
    redirected = recount.rows("SELECT COALESCE(SUM(quantity), 0) FROM given WHERE outcome = 'redirected'")[0][0]
    assert away == wanted | ({"redirected": redirected} if redirected else {})
    assert {"parked", "transferred", "requeued", "redirected"} <= away.keys()


def waits_equal(lived: Engine, recount: Recount) -> None:
    found = rows(lived, "waits")
    parts = {"p50_min": 0.5, "p80_min": 0.8, "p95_min": 0.95}
    for row in found:
        column = {"all": "1", "service": "service", "queue": "queue"}.get(row["by"])
        if column is not None:
            where = "1 = 1" if row["by"] == "all" else f"{column} = '{row['value']}'"
            for key, part in parts.items():
                assert row[key] == minutes(recount.quantile(part, where=where)), (row, key)
            assert row["called"] == recount.rows(f"SELECT COUNT(*) FROM waits WHERE {where}")[0][0]
            limit = row["target_min"] * 60_000_000
            within = recount.rows(f"SELECT COUNT(*) FROM waits WHERE {where} AND wait <= {limit}")[0][0]
            if row["by"] == "queue":
                assert row["within_share"] == round(within / row["called"], 4)
    assert {row["by"] for row in found} == {"all", "hour", "weekday", "service", "queue"}
    for by in ("hour", "weekday"):
        assert sum(row["called"] for row in found if row["by"] == by) == recount.rows("SELECT COUNT(*) FROM waits")[0][0]
    error = "ABS(wait - COALESCE(middle, (low + high) * 30) * 1000000)"
    kept = "SUM(CASE WHEN wait <= high * 60000000 THEN 1 ELSE 0 END)"
    query = f"SELECT COUNT(*), {kept}, SUM({error}) FROM waits WHERE high IS NOT NULL"
    promised, on_time, off = recount.rows(query)[0]
    every = next(row for row in rows(lived, "promises") if row["service"] == "*")
    assert promised > 10
    assert (every["promised"], every["kept_share"]) == (promised, round(on_time / promised, 4))
    assert every["error_mean_min"] == pytest.approx(float(off) / promised / 60e6, abs=0.01)
    assert sum(row["count"] for row in rows(lived, "errors")) == promised
    weeks = rows(lived, "week")
    assert sum(row["visits"] for row in weeks) == recount.rows("SELECT COUNT(*) FROM issued")[0][0]
    targets = rows(lived, "targets")
    assert {row["queue"]: row["called"] for row in targets} == recount.dict("SELECT queue, COUNT(*) FROM waits GROUP BY queue")
    legs = rows(lived, "overtakes")
    assert sum(row["calls"] for row in legs) == recount.rows("SELECT COUNT(*) FROM alive WHERE type = 'VisitCalled'")[0][0]


def services_equal(lived: Engine, recount: Recount) -> None:
    counted = recount.dict(
        "SELECT day, institution, service, kind, SUM(quantity) FROM given GROUP BY day, institution, service, kind"
    )  # fmt: skip
    found = rows(lived, "delivered")
    assert {(r["day"], r["institution"], r["service"], r["kind"]): r["services"] for r in found} == counted
    assert len(counted) > 8
    by = defaultdict[tuple[str, str], int](int)
    for (_, institution, _, kind), count in counted.items():
        by[institution, kind] += count
    for row in rows(lived, "kinds"):
        assert row["applications"] == by[row["institution"], "pieteikums"]
        assert row["consultations"] == by[row["institution"], "konsultacija"]
    (month,) = rows(lived, "volumes")
    assert month["services"] == sum(counted.values()) == sum(row["services"] for row in rows(lived, "time"))
    assert sum(row["minutes"] for row in rows(lived, "time")) == sum(row["minutes"] for row in found)


def calls_equal(lived: Engine, recount: Recount) -> None:
    found = rows(lived, "calls")
    summons = recount.rows("SELECT COUNT(*) FROM summons")[0][0]
    assert sum(row["summons"] for row in found) == summons
    assert sum(row["in_time"] + row["later"] for row in found) > 0


def month_equal(lived: Engine, recount: Recount) -> None:
    sheets = DaySheets(lived._store, lambda: lived.floor, lived.do)
    month = sheets.get("2026-03-01", "2026-03-31", figures)
    ends = recount.dict("SELECT ending, COUNT(*) FROM visits_ GROUP BY ending")
    for end in ("served", "no_show", "left", "sent", "day_closed"):
        assert getattr(month, end) == ends.get(end, 0)
    assert month.visits == sum(ends.values())
    assert sum(cell.quantity for cell in month.cells) == recount.rows("SELECT SUM(quantity) FROM given")[0][0]
    waits = [row[0] for row in recount.rows("SELECT wait FROM waits")]
    assert [month.p50_s, month.p80_s, month.p95_s] == [int((quantile(waits, at) or 0) // 1_000_000) for at in (0.5, 0.8, 0.95)]
