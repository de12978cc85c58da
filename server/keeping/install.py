"""What a machine needs around the program: users, folders, units of systemd, files with settings. Read from the package."""

import importlib.resources
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

UNITS = Path("/etc/systemd/system")
RUNNING = Path("/run/systemd/system")
"""Is there while systemd runs; not in an image that is being made."""
ROLES: dict[str, tuple[str, ...]] = {
    "server": ("rinda-server.service",),
    "kiosk": ("rinda-kiosk.service", "rinda-kiosk-page.service"),
    "panel": ("rinda-panel@.service",),
    "node": ("rinda-node.service",),
}
"""What a machine can be, and the units that it has then."""
SETTINGS = {"server": "server.env", "kiosk": "kiosk.env", "panel": "panel-hall-panels.env", "node": "node.env"}
_KIOSK_ONLY = ("chromium", "modprobe.d", "modules-load.d", "sysctl.d", "udev", "systemd/logind.conf.d", "systemd/system.conf.d")
"""What only a machine with a kiosk or panels wants, as a folder of /etc."""


def said_in(file: Path) -> dict[str, str]:
    """What a file of settings says, as systemd reads it; OSError."""
    lines = [one.strip() for one in file.read_text("utf-8").splitlines()]
    pairs = [one.split("=", 1) for one in lines if "=" in one and not one.startswith(("#", ";"))]
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: a file to be written (`text`, mode), or words of a command."""

    path: Path | None = None
    text: str = ""
    mode: int = 0o644
    words: tuple[str, ...] = ()
    once: bool = False

    def said(self) -> str:
        """For people to read before it is done."""
        if self.path is None:
            return " ".join(self.words)
        return f"write {self.path} ({self.mode:04o}{', unless it is there' if self.once else ''})"


def packaged() -> Path:
    """The machine's files in the package, laid out as in /etc."""
    return Path(str(importlib.resources.files("kiosk"))) / "machine" / "etc"


def packaged_units() -> tuple[Path, ...]:
    """Every unit."""
    return tuple(sorted((packaged() / "systemd" / "system").glob("*.service")))


def steps(roles: Sequence[str], program: Path, root: Path = Path("/")) -> tuple[Step, ...]:
    """What makes a machine one with these roles; `program` is the `rinda` that the units start. ValueError for another word."""
    if unknown := [one for one in roles if one not in ROLES]:
        raise ValueError(f"there is no {unknown[0]!r} to install; there are {', '.join(ROLES)}")
    source, etc = packaged(), root / "etc"
    wanted = [etc / "sysusers.d" / "rinda.conf"]
    found = [_write(source, etc, one, program) for one in wanted]
    for role in roles:
        found += [_write(source, etc, etc / "systemd" / "system" / unit, program) for unit in ROLES[role]]
        settings = etc / "rinda" / SETTINGS[role]
        found.append(msgspec.structs.replace(_write(source, etc, settings, program), mode=0o600, once=True))
    if {"kiosk", "panel"} & set(roles):
        for folder in _KIOSK_ONLY:
            for path in sorted(one for one in (source / folder).rglob("*") if one.is_file()):
                step = _write(source, etc, etc / path.relative_to(source), program)
                found.append(msgspec.structs.replace(step, once="udev" in folder))
    found += [Step(words=("systemd-sysusers", *_root(root)))]
    found += [Step(words=("systemctl", *_root(root), "daemon-reload"))] if root == Path("/") else []
    names = [unit for role in roles for unit in ROLES[role] if "@" not in unit]
    found += [Step(words=("systemctl", *_root(root), "enable", *names))] if names else []
    return tuple(found)


def carry_out(todo: Sequence[Step], told: Callable[[str], None]) -> None:
    """Does it all, in order. OSError or CalledProcessError at the first that cannot be done; done twice is as done once."""
    for step in todo:
        if step.words[-1:] == ("daemon-reload",) and not RUNNING.is_dir():
            told("systemd does not run here: it reads its units when it starts")
            continue
        if step.path is None:
            if shutil.which(step.words[0]) is None:
                raise OSError(f"{step.words[0]} is not on this machine: only systems with systemd are installed so")
            subprocess.run(step.words, check=True)
        elif step.once and step.path.exists():
            told(f"{step.path} stays as it is")
            continue
        else:
            step.path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(step.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, step.mode), "w", encoding="utf-8") as file:
                file.write(step.text)
            step.path.chmod(step.mode)
        told(step.said())


def _write(source: Path, etc: Path, target: Path, program: Path) -> Step:
    text = (source / target.relative_to(etc)).read_text("utf-8")
    return Step(path=target, text=text.replace("/opt/rinda/bin/rinda", str(program)))


def _root(root: Path) -> tuple[str, ...]:
    return () if root == Path("/") else (f"--root={root}",)
