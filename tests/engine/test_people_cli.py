"""`rinda device add`: devices and programs that come in by a token."""

from io import StringIO
from pathlib import Path

import pytest

from server.cli import main
from server.domain.context import Actor
from server.engine import Engine
from server.people.people import People
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


def test_pin_single_sign_on_and_switching_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", StringIO(f"{typed}\n"))
        return main([*words, "--data", str(tmp_path)])

    assert run("account", "add", "ilze", typed="long enough a word") == 0
    assert run("account", "pin", "ilze", typed="111111") == 2
    assert run("account", "pin", "ilze", typed="482915") == 0
    assert run("account", "sso", "ilze", "9f3c") == 0
    assert run("account", "off", "ilze") == 0
    assert run("account", "pin", "nobody", typed="482915") == 1
    assert "there is no account 'nobody'" in capsys.readouterr().err
    engine = Engine(CentreStore(f"sqlite:///{tmp_path}/rinda.db"))
    engine.start()
    people = People(engine.do)
    people.load()
    engine.stop()
    account = people.account("ilze")
    assert account is not None
    assert (account.sso, account.off, people.check("ilze", "long enough a word", "")) == ("9f3c", True, False)
    assert account.pin is not None
    assert account.pin.startswith("$argon2id$")
    assert run("account", "on", "ilze") == 0
    assert run("account", "sso", "ilze", "-") == 0
