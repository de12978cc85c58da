"""`rinda panel` on the command line: what it refuses, and which line comes of it and of the plan."""

from pathlib import Path

import pytest

from config.plan import Line, Panel
from counter.panels.settings import PanelSettings, line_of
from counter.panels.shapes import Panels, Sign
from server.cli import main

NEEDED = ["panel", "--server", "http://127.0.0.1:1"]
SIGNS = tuple(Sign(counter=counter, state="idle") for counter in ("7", "A"))
PLANNED = Line(code="hall", driver="alpha", port="/dev/ttyS0", panels=(Panel(counter="7", address=9),))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "there is no token"),
        (["--token", "t", "--driver", "template", "--port", "x"], "needs --template"),
        (["--token", "t", "--template", "{addr}"], "has no {num}"),
        (["--token", "t", "--template", "{num}}"], "column 6: a single }"),
        (["--token", "t", "--counter", "3"], "'3' is not a counter with an address"),
        (["--token", "t", "--counter", "3=999"], "from 0 to 255"),
        (["--token", "t", "--driver", "neon"], "invalid choice"),
        (["--token", "t", "--speed", "0"], "'0' is not a number from 300 to 921600"),
        (["--token", "t", "--speed", "-5"], "'-5' is not a number"),
        (["--token", "t", "--width", "100000000"], "from 1 to 40"),
        (["--token", "t", "--width", "0"], "from 1 to 40"),
        (["--token", "t", "--port", "spy:///dev/ttyS0?file=x"], "neither a device file nor a serial server"),
    ],
)
def test_bad_usage(given: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RINDA_PANEL_TOKEN", raising=False)
    try:
        code = main([*NEEDED, *given])
    except SystemExit as end:
        code = int(end.code or 0)
    assert code == 2
    assert words in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["panel", "--help"])
    assert "Example: rinda panel --server" in capsys.readouterr().out


def settings(addresses: dict[str, int] | None = None, **said: object) -> PanelSettings:
    return PanelSettings(server="http://x", token="t", said=dict(said), addresses=addresses or {})


def test_the_line_of_the_plan_and_what_is_said_otherwise() -> None:
    view = Panels(timezone="Europe/Riga", line=PLANNED, signs=SIGNS)
    assert line_of(settings(), view) == PLANNED
    said = line_of(settings({"A": 3}, port="/dev/ttyS1"), view)
    assert said is not None
    assert (said.driver, said.port, said.panels) == ("alpha", "/dev/ttyS1", (Panel(counter="A", address=3),))


def test_without_a_line_in_the_plan() -> None:
    view = Panels(timezone="Europe/Riga", line=None, signs=SIGNS)
    assert line_of(settings(port="x"), view) is None
    found = line_of(settings(port="x", driver="modbus"), view)
    assert found is not None
    assert [(panel.counter, panel.address) for panel in found.panels] == [("7", 1), ("A", 2)]


def test_the_token_may_stand_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "token").write_text("  \n")
    assert main([*NEEDED, "--token-file", str(tmp_path / "token")]) == 2
    assert "there is no token" in capsys.readouterr().err
