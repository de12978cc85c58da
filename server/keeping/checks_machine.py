"""The machine: Python, folder, plan file, disk, clock, browser packages, voices, certificate, units of systemd."""

import os
import re
import shutil
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from config import CATALOGUE
from config.fault import PlanFault
from config.load import load_catalogue, load_plan
from server.keeping.checks import Case, Check, Look, attention, note, ok, trouble
from server.keeping.install import UNITS, packaged_units
from server.owner import closed, foreign
from server.shell import check_built
from server.voice.espeak import engine

FREE_LEAST, FREE_LOW = 0.02, 0.1
"""Of the disk: below the first the server says that it is not ready."""
CERTIFICATE_DAYS = 30
WITHIN_S = 5.0


def python(case: Case) -> Iterator[Check]:
    """The interpreter and what was installed beside the program."""
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = [re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in metadata.requires("rinda") or () if "extra ==" not in one]
    missing = [one for one in wanted if not _installed(one)]
    if missing:
        yield trouble(
            "Program", "Python {version}; missing: {missing}", "Install once more: docs/deployment.md, first lines.",
            version=version, missing=", ".join(missing),
        )  # fmt: skip
    else:
        yield ok("Program", "Rinda {rinda}, Python {version}, all packages", rinda=metadata.version("rinda"), version=version)
    try:
        check_built()
    except (OSError, RuntimeError) as error:
        yield trouble("Browser packages", "{error}", "Install Rinda once more: its build fetches them.", error=error)
    else:
        yield ok("Browser packages", "all there")


def folder(case: Case) -> Iterator[Check]:
    """The data folder: there, ours alone."""
    path = case.settings.data_dir
    if not path.is_dir():
        yield trouble(
            "Data folder",
            "{path} is not there",
            "Name it: --data, or RINDA_DATA_DIR; a new one is made by the first start of the server.",
            path=path,
        )
        return
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield trouble("Data folder", "{path} cannot be written", "Give it to the server's user: chown -R rinda {path}", path=path)
    elif others := foreign(path):
        yield trouble(
            "Data folder", "{first} belongs to another user than its folder: the server cannot use it",
            "chown -R --reference={path} {path}", first=others[0], path=path,
        )  # fmt: skip
    elif stat.S_IMODE(path.stat().st_mode) & 0o007:
        yield attention("Data folder", "others on this machine can look into {path}", "chmod o-rwx {path}", path=path)
    else:
        yield ok("Data folder", "{path}", path=path)


def plan_file(path: Path) -> Look:
    """A look at the file that the server is started with."""

    def look(case: Case) -> Iterator[Check]:
        if not path.exists():
            yield trouble(
                "Plan file", "{path} is not there: no server starts", "Put the plan there, or change RINDA_PLAN.", path=path
            )
            return
        try:
            load_plan(path, load_catalogue(CATALOGUE))
        except PlanFault as fault:
            first = str(fault).split("\n")[0]
            yield trouble("Plan file", "no server starts with it: {first}", "rinda plan check {path}", first=first, path=path)
            return
        if closed(path, case.settings.data_dir):
            yield trouble(
                "Plan file", "the server's user cannot read {path}", "chmod a+r {path}; and its folder: a+rx", path=path
            )
        else:
            yield ok("Plan file", "{path} has no faults", path=path)

    return look


def disk(case: Case) -> Iterator[Check]:
    """Room for years."""
    if not case.settings.data_dir.is_dir():
        return
    usage = shutil.disk_usage(case.settings.data_dir)
    free, facts = usage.free / usage.total, {"free": f"{usage.free / 1024**3:.1f}", "share": f"{usage.free * 100 // usage.total}"}
    todo = "Make room: old pictures and videos on /admin/board, old log files; or move the data to a larger disk."
    if free < FREE_LEAST:
        yield trouble("Disk", "{free} GB free ({share} %): no numbers can be given", todo, **facts)
    elif free < FREE_LOW:
        yield attention("Disk", "{free} GB free ({share} %)", todo, **facts)
    else:
        yield ok("Disk", "{free} GB free ({share} %)", **facts)


def voices(case: Case) -> Iterator[Check]:
    """What speaks."""
    if not (name := engine()):
        yield attention(
            "Voice", "no speech engine is installed: boards only chime", "apt install espeak-ng, or requirements-speech.lock"
        )  # fmt: skip
        return
    clips = len(list(case.settings.clips_dir.glob("*"))) if case.settings.clips_dir.is_dir() else 0
    piper = case.settings.piper_dir
    if piper is not None and find_spec("piper") is None:
        yield attention("Voice", "voices of Piper are named, Piper is not installed", "docs/voice.md: Piper")
    else:
        yield ok("Voice", "{engine}; {clips} clips are ready", engine=name, clips=clips)


def time_service(case: Case) -> Iterator[Check]:
    """Whether the computer's clock follows the world's."""
    tool = shutil.which("timedatectl")
    if tool is None:
        yield note("Time service", "this machine does not say whether its clock is set by the network")
        return
    said = _said([tool, "show", "--property=NTPSynchronized", "--value"])
    if said == "yes":
        yield ok("Time service", "the clock is set by the network")
    elif said == "no":
        yield attention("Time service", "the clock is not set by the network", "apt install chrony, or timedatectl set-ntp true")
    else:
        yield note("Time service", "this machine does not say whether its clock is set by the network")


def certificate(case: Case) -> Iterator[Check]:
    """How long the certificate of the public address is good."""
    parts = urlsplit(case.settings.public_url)
    if parts.scheme != "https" or not parts.hostname:
        return
    try:
        until = _valid_until(parts.hostname, parts.port or 443)
    except (OSError, ValueError) as error:
        yield trouble(
            "TLS certificate", "{url}: {error}", "Look at the proxy in front: docs/deployment.md", url=case.settings.public_url,
            error=error,
        )  # fmt: skip
        return
    days = (until - case.now).days
    facts = {"url": case.settings.public_url, "days": days}
    if days < CERTIFICATE_DAYS:
        kind = trouble if days < 7 else attention
        yield kind("TLS certificate", "{url}: {days} days are left", "Renew it now; look why it was not renewed.", **facts)
    else:
        yield ok("TLS certificate", "{url}: {days} days are left", **facts)


def units(case: Case) -> Iterator[Check]:
    """The units of systemd that are installed here."""
    tool = shutil.which("systemctl")
    installed = [one for one in packaged_units() if (UNITS / one.name).is_file()]
    if tool is None or not installed:
        return
    for unit in installed:
        if _wherever((UNITS / unit.name).read_text("utf-8")) != _wherever(unit.read_text("utf-8")):
            yield note("Service", "{unit} is not the one of this version; rinda install would replace it", unit=unit.name)
        if "@" in unit.name:
            continue
        if _said([tool, "is-enabled", unit.name]) == "enabled" and (state := _said([tool, "is-active", unit.name])) != "active":
            yield trouble(
                "Service", "{unit} is {state}", "systemctl restart {unit}; journalctl -u {unit} says why", unit=unit.name,
                state=state or "not known",
            )  # fmt: skip
        else:
            yield ok("Service", "{unit}", unit=unit.name)


def _wherever(unit: str) -> str:
    """A unit without the place of the program, which is where it was installed."""
    return re.sub(r"(?<==)/\S+/rinda ", "rinda ", unit)


def _installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def _said(words: list[str]) -> str:
    try:
        return subprocess.run(words, capture_output=True, text=True, timeout=WITHIN_S, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _valid_until(host: str, port: int) -> datetime:
    """The end of the certificate that is shown there, whoever signed it: that it is trusted is the browsers' to say."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((host, port), WITHIN_S) as plain, context.wrap_socket(plain, server_hostname=host) as line:
        shown = line.getpeercert(binary_form=True)
    if shown is None:
        raise ValueError("no certificate is shown")
    return x509.load_der_x509_certificate(shown).not_valid_after_utc
