"""`rinda simulate` from outside."""

import json
from pathlib import Path

import pytest

from config import LOADS
from server.cli import main

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
