"""One command makes a machine: what it would do is said first, what people wrote stays, twice is as once."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli import main
from server.keeping import install
from server.keeping.install import ROLES, Step, carry_out, packaged_units, steps
from tests.conftest import need

PROGRAM = Path("/opt/rinda/bin/rinda")


def test_every_unit_of_the_package_belongs_to_a_role() -> None:
    assert {unit for units in ROLES.values() for unit in units} == {path.name for path in packaged_units()}


def test_the_dry_run_only_speaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", "server", "node", "--dry-run", "--root", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    for words in ("rinda-server.service", "rinda-node.service", "server.env (0600, unless it is there)", "systemctl"):
        assert words in said
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no 'tower' to install; there are server"):
        steps(["tower"], PROGRAM)


def test_files_units_users_and_settings_are_there_afterwards(tmp_path: Path) -> None:
    need("systemd-sysusers", shutil.which("systemd-sysusers"))
    need("systemctl", shutil.which("systemctl"))
    todo = steps(["server", "panel"], tmp_path / "venv" / "bin" / "rinda", tmp_path)
    carry_out(todo, lambda said: None)
    unit = (tmp_path / "etc/systemd/system/rinda-server.service").read_text()
    assert f"ExecStart={tmp_path}/venv/bin/rinda serve" in unit
    settings = tmp_path / "etc/rinda/server.env"
    assert settings.stat().st_mode & 0o777 == 0o600
    assert "\nrinda:" in (tmp_path / "etc/passwd").read_text() or (tmp_path / "etc/passwd").read_text().startswith("rinda:")
    assert (tmp_path / "etc/systemd/system/multi-user.target.wants/rinda-server.service").is_symlink()
    settings.write_text("RINDA_PORT=9000\n")
    said: list[str] = []
    carry_out(todo, said.append)
    assert settings.read_text() == "RINDA_PORT=9000\n", "what people wrote stays"
    assert f"{settings} stays as it is" in said


def test_a_command_that_is_missing_is_named() -> None:
    with pytest.raises(OSError, match="no-such-program is not on this machine"):
        carry_out([Step(words=("no-such-program",))], lambda said: None)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is not on this machine")
@pytest.mark.parametrize("name", ["control", "postinst", "prerm", "postrm"])
def test_every_name_in_the_debian_package_is_filled_in(name: str, tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "kiosk" / "machine" / "debian"
    words = subprocess.run(
        [sys.executable, folder / "names.py"], cwd=folder.parents[2], capture_output=True, text=True, check=True
    )
    made = subprocess.run(["sed", *words.stdout.split(), folder / name], capture_output=True, text=True, check=True).stdout
    assert not re.search("@[A-Z]+@", made)
    if name != "control":
        (tmp_path / name).write_text(made)
        subprocess.run(["sh", "-n", tmp_path / name], check=True)


def test_a_package_that_goes_stops_and_disables_each_unit_by_its_name(tmp_path: Path) -> None:
    """`systemctl disable` takes no pattern: with one, all ran on from files that were gone, and again at each boot."""
    text = (Path(__file__).parents[2] / "kiosk" / "machine" / "debian" / "prerm").read_text()
    (tmp_path / "prerm").write_text(text.replace("/run/systemd/system", str(tmp_path)))
    fake = tmp_path / "systemctl"
    fake.write_text(
        f'#!/bin/sh\necho "$*" >>{tmp_path}/said\n[ "$1" != list-unit-files ] || '
        "printf 'rinda-server.service enabled enabled\\nrinda-panel@.service    disabled enabled\\n'\n"
    )
    fake.chmod(0o755)
    subprocess.run(["sh", tmp_path / "prerm", "remove"], env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, check=True)
    assert (tmp_path / "said").read_text().splitlines() == [
        "stop rinda-*", "list-unit-files --no-legend rinda-*", "disable rinda-server.service", "disable rinda-panel@.service",
    ]  # fmt: skip


def test_a_package_asks_for_nothing_that_a_machine_without_a_line_cannot_get() -> None:
    """apt fetches what is recommended, and ends where it cannot."""
    control = (Path(__file__).parents[2] / "kiosk" / "machine" / "debian" / "control").read_text()
    assert "Recommends:" not in control


def test_where_systemd_does_not_run_its_units_are_left_for_its_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the making of an image, as `dpkg` in a chroot; else it is told to read them."""
    said: list[str] = []
    reload = [Step(words=("systemctl", "daemon-reload"))]
    monkeypatch.setattr(install, "RUNNING", tmp_path / "nothing")
    carry_out(reload, said.append)
    assert said == ["systemd does not run here: it reads its units when it starts"]
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(install, "RUNNING", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", lambda words, check: asked.append(words))
    carry_out(reload, said.append)
    assert asked == [("systemctl", "daemon-reload")]
