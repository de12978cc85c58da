"""How the kiosk program is told its token and its keypads."""

from pathlib import Path

import pytest

from server.cli import _kiosk_token, _parser

GIVEN = ("kiosk", "--server", "http://10.0.0.1:8080", "--printer", "virtual:")


def test_the_token_need_not_stand_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RINDA_KIOSK_TOKEN", raising=False)
    with pytest.raises(ValueError, match="--token-file"):
        _kiosk_token(_parser().parse_args(GIVEN))
    monkeypatch.setenv("RINDA_KIOSK_TOKEN", "from-environment")
    assert _kiosk_token(_parser().parse_args(GIVEN)) == "from-environment"
    (tmp_path / "token").write_text("from-file\n")
    assert _kiosk_token(_parser().parse_args([*GIVEN, "--token-file", str(tmp_path / "token")])) == "from-file"
    assert _kiosk_token(_parser().parse_args([*GIVEN, "--token", "given"])) == "given"
    (tmp_path / "token").write_text("\n")
    with pytest.raises(ValueError, match="no token"):
        _kiosk_token(_parser().parse_args([*GIVEN, "--token-file", str(tmp_path / "token")]))


def test_keypad_and_headphone_socket_are_two_devices() -> None:
    chosen = _parser().parse_args([*GIVEN, "--keys", "evdev:///dev/a", "--keys", "evdev:///dev/b"])
    assert chosen.keys == ["evdev:///dev/a", "evdev:///dev/b"]
    assert _parser().parse_args(GIVEN).keys == []
