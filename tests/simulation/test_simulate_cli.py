"""`rinda simulate` from outside."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from config import CENTRES, LOADS
from config.plan import Plan
from config.visitors import Load
from server.cli import main
from server.simulation.day import Day
from server.simulation.doors import Door, Watch
from server.simulation.roster import Times
from server.simulation.visitors import Visitor

DEMO = ["simulate", "--centre", "demo", "--seed", "1"]


@pytest.fixture
def quiet(tmp_path: Path) -> str:
    """A file with a fifth of the visitors."""
    path = tmp_path / "quiet.toml"
    path.write_text((LOADS / "p4.toml").read_text(encoding="utf-8").replace("visitors = 150", "visitors = 30"), encoding="utf-8")
    return str(path)


def test_a_table_and_a_plot_without_colours(quiet: str, capsys: pytest.CaptureFixture[str]):
    assert main([*DEMO, "--load", quiet, "--plot"]) == 0
    said = capsys.readouterr()
    assert "longest" in said.out
    assert "Wait in minutes by the time of arrival" in said.out
    assert "\x1b" not in said.out + said.err
    assert said.err == ""


def test_figures_as_json(quiet: str, capsys: pytest.CaptureFixture[str]):
    assert main([*DEMO, "--load", quiet, "--json", "--days", "2", "--from", "2026-10-06"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["demo"]["days"] == 2
    assert found["demo"]["waits"]["count"] > 20


def test_two_plans_on_the_same_visitors(quiet: str, capsys: pytest.CaptureFixture[str]):
    assert main([*DEMO, "--load", quiet, "--compare", "demo"]) == 0
    said = capsys.readouterr().out
    assert "With demo (2), for the very same visitors:" in said
    assert "the mean wait is the same" in said
    assert "the number refused is the same" in said
    assert "\nlongest wait" in said


def test_a_plan_with_fewer_counters_gets_the_same_visitors_who_take_as_long(
    quiet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    text = (CENTRES / "demo.toml").read_text(encoding="utf-8").partition("[[line]]")[0]
    head, *counters = text.split("[[counter]]")
    fewer = tmp_path / "fewer.toml"
    fewer.write_text("[[counter]]".join((head, *counters[:2], *counters[3:])), encoding="utf-8")
    seen: list[tuple[int, list[Visitor]]] = []

    class Watched(Day):
        def __init__(self, door: Door, plan: Plan, load: Load, watch: Watch | None = None, until: datetime | None = None) -> None:
            super().__init__(door, plan, load, watch, until)
            seen.append((len(plan.counters), []))

        def run(self, morning: datetime, visitors: Iterable[Visitor], roster: Mapping[str, Times]) -> None:
            seen[-1][1].extend(visitors := tuple(visitors))
            super().run(morning, visitors, roster)

    monkeypatch.setattr("server.simulation.run.Day", Watched)
    assert main([*DEMO, "--load", quiet, "--compare", str(fewer)]) == 0
    assert "for the very same visitors:" in capsys.readouterr().out
    (usual, first), (less, second) = seen
    assert less == usual - 1
    assert len(first) > 20
    assert [(one.at, one.services, one.seconds) for one in first] == [(one.at, one.services, one.seconds) for one in second]


def test_the_journal_of_a_kept_run_is_good(quiet: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    data = str(tmp_path / "kept")
    assert main([*DEMO, "--load", quiet, "--data", data]) == 0
    assert main(["journal", "verify", "--data", data]) == 0
    assert "every hash right" in capsys.readouterr().out
    assert main([*DEMO, "--load", quiet, "--data", data]) == 2
    assert "not empty" in capsys.readouterr().err


def test_every_fault_of_a_load_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "bad.toml"
    text = (LOADS / "p4.toml").read_text(encoding="utf-8")
    for right, wrong in (
        ("mon = 118", "mno = 118"),
        ("cv = 70", 'cv = "x"'),
        ("VSAA = 245", "VSAAA = 245"),
        ("3 = 200", "13 = 200"),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    path.write_text(text, encoding="utf-8")
    assert main([*DEMO, "--load", str(path)]) == 2
    said = capsys.readouterr().err
    for part in ("weekdays.mno", 'did you mean "mon"?', "times.cv: expected a whole number", 'did you mean "VSAA"?', "months.13"):
        assert part in said


@pytest.mark.parametrize("bad", [["--days", "0"], ["--from", "tomorrow"], ["--seed", "x"]])
def test_bad_usage(bad: list[str]):
    with pytest.raises(SystemExit) as stopped:
        main([*DEMO, *bad])
    assert stopped.value.code == 2


def test_unknown_names(capsys: pytest.CaptureFixture[str]):
    assert main(["simulate", "--centre", "nowhere", "--seed", "1"]) == 2
    assert main([*DEMO, "--load", "p9"]) == 2
    assert main([*DEMO, "--compare", "demo", "--data", "x"]) == 2
    assert "nowhere: cannot be read" in capsys.readouterr().err
