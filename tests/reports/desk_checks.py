"""Holds the reports about desks against what `DeskRecount` counts."""

import math
from collections import defaultdict
from datetime import date
from statistics import fmean, variance
from typing import Any

import pytest

from server.engine import Engine
from server.reports import REPORTS
from server.reports.clerks import clerks
from server.store.sheets import DaySheets
from tests.reports.recount_desk import DeskRecount

HOUR_S, RIGA_S = 3600, 7200
"""The days of these lives lie in winter."""


def desk_equal(lived: Engine, recount: DeskRecount) -> None:
    """Every figure."""
    time_equal(lived, recount)
    alone_equal(lived, recount)
    away_equal(lived, recount)
    proofs_equal(lived, recount)
    arrivals_equal(lived, recount)
    clerks_equal(lived, recount)


def rows(engine: Engine, name: str) -> list[dict[str, Any]]:
    """A report of all days."""
    table = DaySheets(engine._store, lambda: engine.floor, engine.do).get("2026-01-01", "2026-12-31", REPORTS[name])
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def time_equal(lived: Engine, recount: DeskRecount) -> None:
    """Minutes by institution, as said or as shares of the clock."""
    counted = recount.dict("SELECT institution, SUM(minutes) FROM shares_ GROUP BY institution")
    assert {row["institution"]: row["minutes"] for row in rows(lived, "time")} == counted
    assert sum(counted.values()) > 0


def alone_equal(lived: Engine, recount: DeskRecount) -> None:
    """Help with e-services and what was said of the next time."""
    helped = recount.dict("SELECT institution, SUM(quantity) FROM services_ WHERE kind = 'e_atbalsts' GROUP BY institution")
    said = recount.dict("SELECT institution, alone, COUNT(*) FROM services_ WHERE alone IS NOT NULL GROUP BY institution, alone")
    lodged = recount.dict(
        "SELECT institution, SUM(quantity) FROM services_ WHERE kind = 'e_atbalsts' AND outcome = 'lodged' GROUP BY institution"
    )
    found = rows(lived, "alone")
    assert helped
    assert {answer for _, answer in said} == {"yes", "helped", "no"}
    for row in found:
        here = row["institution"]
        answers = [said.get((here, one), 0) for one in ("yes", "helped", "no")]
        assert [row["alone_yes"], row["alone_helped"], row["alone_no"]] == answers
        assert (row["helped"], row["lodged"], row["asked"]) == (helped.get(here, 0), lodged.get(here, 0), sum(answers))
        assert row["alone_share"] == (round(answers[0] / sum(answers), 4) if sum(answers) else None)
    assert {row["institution"] for row in found} >= {*helped, *(here for here, _ in said)}


def away_equal(lived: Engine, recount: DeskRecount) -> None:
    """Where visitors were sent, and shares of all."""
    visits = recount.rows("SELECT COUNT(*) FROM visits_")[0][0]
    services = recount.rows("SELECT COALESCE(SUM(quantity), 0) FROM services_")[0][0]
    places = recount.dict("SELECT place, SUM(quantity) FROM services_ WHERE outcome = 'redirected' GROUP BY place")
    centres = recount.rows("SELECT COUNT(*) FROM visits_ WHERE ending = 'sent'")[0][0]
    found = rows(lived, "away")
    assert {row["reason"]: row["count"] for row in found if row["what"] == "redirected"} == places
    assert {row["reason"]: row["count"] for row in found if row["what"] == "sent"} == ({"Limbaži": centres} if centres else {})
    for row in found:
        assert row["share"] == round(row["count"] / (services if row["what"] in ("redirected", "not_served") else visits), 4)


def proofs_equal(lived: Engine, recount: DeskRecount) -> None:
    """Calls shown in time, later, never, and spoken."""
    took = [row[0] for row in recount.rows("SELECT took FROM shown_")]
    spoken = recount.rows("SELECT COUNT(*) FROM (SELECT DISTINCT visit, position FROM proofs WHERE type = 'CallSpoken') AS s")[0][
        0
    ]
    found = rows(lived, "calls")
    sums = {key: sum(row[key] for row in found) for key in ("in_time", "later", "never", "spoken")}
    summons = recount.rows("SELECT COUNT(*) FROM summons")[0][0]
    in_time = sum(one <= 2_000_000 for one in took)
    assert sums == {"in_time": in_time, "later": len(took) - in_time, "never": summons - len(took), "spoken": spoken}
    assert spoken
    assert took


def arrivals_equal(lived: Engine, recount: DeskRecount) -> None:
    """The staffing hint: arrivals of each weekday and hour, their bounds, the time at a desk, and the desks of Erlang's sum."""
    counted = recount.rows(
        f"SELECT day, ((at / 1000000 + {RIGA_S}) / {HOUR_S}) % 24, COUNT(*) FROM issued WHERE series IS NOT NULL GROUP BY 1, 2"
    )
    days = {day for day, _, _ in counted}
    came = defaultdict[tuple[int, int], dict[str, int]](dict)
    for day, hour, count in counted:
        came[date.fromisoformat(day).isoweekday(), hour][day] = count
    desk = fmean(float(seconds + walk) for seconds, walk in recount.rows("SELECT seconds, walk FROM desk"))
    expected = {}
    for (weekday, hour), by_day in came.items():
        counts = [by_day.get(day, 0) for day in days if date.fromisoformat(day).isoweekday() == weekday]
        mean = fmean(counts)
        spread = max(mean, variance(counts)) if len(counts) > 1 else mean
        reach = 1.28 * math.sqrt(spread * (1 + 1 / len(counts)))
        high = math.ceil(mean + reach)
        expected[str(weekday), f"{hour:02}"] = (len(counts), mean, max(0, math.floor(mean - reach)), high, needed(high, desk))
    found = rows(lived, "staffing")
    assert {(r["weekday"], r["hour"]): (r["days"], r["arrivals"], r["low"], r["high"], r["need"]) for r in found} == {
        key: (n, round(mean, 2), low, high, need) for key, (n, mean, low, high, need) in expected.items()
    }
    assert [row["minutes"] for row in found] == pytest.approx([desk / 60] * len(found), abs=0.006)


def needed(an_hour: int, desk_s: float, target_s: float = 900) -> int:
    """The least desks, by the sum that Erlang's formula is written as."""
    load = an_hour * desk_s / HOUR_S
    count = math.floor(load) + 1
    while True:
        last = load**count / math.factorial(count) * count / (count - load)
        late = last / (sum(load**n / math.factorial(n) for n in range(count)) + last)
        if late * math.exp(-(count - load) * target_s / desk_s) <= 0.2:
            return count
        count += 1


def clerks_equal(lived: Engine, recount: DeskRecount) -> None:
    """What every clerk did."""
    spans = recount.dict("SELECT clerk, COUNT(*) FROM spans WHERE clerk IS NOT NULL GROUP BY clerk")
    seconds = recount.dict(
        "SELECT clerk, SUM(CASE WHEN ended > served THEN ended - served ELSE 0 END) FROM spans "
        "WHERE clerk IS NOT NULL GROUP BY clerk"
    )
    absent = recount.dict(
        "SELECT clerk, COUNT(*) FROM last_calls JOIN visits_ ON visits_.visit = last_calls.visit "
        "WHERE ending = 'no_show' GROUP BY clerk"
    )
    days = sorted({str(row[0]) for row in recount.rows("SELECT DISTINCT day FROM visits_")})
    table = clerks([visit for day in days for visit in lived._store.visits_on(day)])  # type: ignore[misc]
    found = {str(row[0]): row[1:] for row in table.rows}
    visits, micros = defaultdict[str, int](int), defaultdict[str, int](int)
    for name, count in spans.items():
        visits[name.partition(":")[2] or name] += count
        micros[name.partition(":")[2] or name] += int(seconds[name])
    assert {name: row[0] for name, row in found.items() if row[0]} == dict(visits)
    assert {name: row[2] for name, row in found.items() if row[0]} == {
        name: round(all_ / 60e6, 2) for name, all_ in micros.items()
    }
    assert {name: row[4] for name, row in found.items() if row[4]} == absent
    assert len(visits) >= 2
