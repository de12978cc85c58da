"""`rinda journal` and `rinda plan export` beside a running server: they only read, and show no live key."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from server.cli import main
from server.domain import commands as c
from server.engine import Engine
from server.store.centre import CentreStore
from tests.support import KIOSK, SYSTEM


@pytest.fixture
def token(tmp_path: Path) -> Iterator[str]:
    """The token of a ticket, while the writer runs on the data folder."""
    engine = Engine(CentreStore(f"sqlite:///{tmp_path}/rinda.db"))
    engine.start()
    plan = load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE))
    engine.handle(c.RevisePlan(plan=plan), SYSTEM)
    engine.handle(c.Tick(), SYSTEM)
    yield str(engine.handle(c.TakeTicket(service=plan.queues[0].services[0]), KIOSK).result["token"])
    engine.stop()


def test_tokens_are_not_shown(token: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for verb in (["tail"], ["tail", "--json"], ["export"]):
        assert main(["journal", *verb, "--data", str(tmp_path)]) == 0
        said = capsys.readouterr().out
        assert token not in said
        assert '"token": "…"' in said
    assert main(["journal", "export", "--tokens", "--data", str(tmp_path)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert token in [row["data"].get("token") for row in rows]


def test_the_plan_is_exported_beside_a_running_server(token: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "export", "--data", str(tmp_path)]) == 0
    copy = tmp_path / "copy.toml"
    copy.write_text(capsys.readouterr().out, encoding="utf-8")
    catalogue = load_catalogue(CATALOGUE)
    assert load_plan(copy, catalogue) == load_plan(CENTRES / "demo.toml", catalogue)


def test_what_is_shown_remains_a_plan_and_tells_the_week(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "show", str(CENTRES / "village.toml")]) == 0
    said = capsys.readouterr().out
    assert "# mon  8:30-12:00; 12:30-17:00\n" in said
    assert "# sun  closed\n" in said
    copy = tmp_path / "copy.toml"
    copy.write_text(said, encoding="utf-8")
    catalogue = load_catalogue(CATALOGUE)
    assert load_plan(copy, catalogue) == load_plan(CENTRES / "village.toml", catalogue)
