"""`rinda device add`: devices and programs that come in by a token."""

from io import StringIO
from pathlib import Path

import pytest

from server.cli import main
from server.domain.context import Actor
from server.engine import Engine
from server.people import People
from server.store.centre import CentreStore


@pytest.mark.parametrize("role", ["kiosk", "display", "manager", "national"])
def test_a_device_or_program_gets_its_token(role: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["device", "add", "figures", "--role", role, "--data", str(tmp_path)]) == 0
    token = capsys.readouterr().out.strip()
    engine = Engine(CentreStore(f"sqlite:///{tmp_path}/rinda.db"))
    engine.start()
    people = People(engine.do)
    people.load()
    engine.stop()
    assert people.by_token(token) == Actor(role, "figures")  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [["device", "add", "kiosk-1"], ["account", "add", "ilze"]])
def test_a_folder_that_is_not_there_is_named_and_not_made(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("long enough a word\n"))
    missing = tmp_path / "mistyped"
    assert main([*words, "--data", str(missing)]) != 0
    said = capsys.readouterr()
    assert str(missing) in said.err
    assert said.out == ""
    assert not missing.exists()
