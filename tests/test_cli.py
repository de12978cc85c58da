"""The `rinda` command reads what the chosen command needs, and knows all of them."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from server.cli import _ADD, _parser, main

ROOT = Path(__file__).parent.parent


def names(first: str = "") -> set[str]:
    """The commands of the parser for a first word."""
    return {name for action in _parser(first)._subparsers._group_actions for name in action.choices}  # type: ignore[union-attr]


def test_every_command_is_found_by_its_name() -> None:
    assert names() == set(_ADD)
    for name in _ADD:
        assert name in names(name)


def test_a_command_that_is_none_is_told_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["kisok"])
    said = capsys.readouterr().err
    assert all(name in said for name in _ADD)


def test_without_a_command_the_help_lists_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert set(_ADD) <= set(capsys.readouterr().out.split())


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rinda {version('rinda')}\n"


@pytest.mark.parametrize("command", ["kiosk", "panel", "printer"])
def test_a_device_reads_nothing_of_a_server(command: str) -> None:
    heavy = ("sqlalchemy", "numpy", "server.app", "server.engine", "server.store")
    said = f"import sys; from server.cli import _parser; _parser({command!r}); print(*(set(sys.modules) & set({heavy!r})))"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_a_node_without_a_database_is_told_so_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RINDA_NODE_DATABASE_URL", raising=False)
    for line in ("serve", "invite rauna", "close 2026-10", "webhook list", "account factor anna off"):
        with pytest.raises(SystemExit) as ended:
            main(["national", *line.split()])
        assert ended.value.code == 2
        assert "the following arguments are required: --database" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_no_option_is_short_for_another(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["national", "invite", "rauna", "--database", "sqlite://", "--data", "node"])
    assert "unrecognized arguments: --data node" in capsys.readouterr().err
