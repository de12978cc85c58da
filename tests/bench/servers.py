"""The servers under test, each in a process of its own on the first core; the clients stay on the last."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.plan import Plan
from server.demo import always_open
from tests.bench.client import HOST

COUNTERS = tuple(str(n) for n in range(1, 17))
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def hall() -> Plan:
    """The plan of the large hall, without what would refuse a number or a call: hours, contingents, skills."""
    plan = always_open(load_plan(CENTRES / "state_city.toml", load_catalogue(CATALOGUE)))
    return replace(
        plan,
        services=tuple(replace(service, daily=None) for service in plan.services),
        queues=tuple(replace(queue, skill=None) for queue in plan.queues),
    )


class Server(msgspec.Struct, frozen=True):
    """A running server: where it listens, where it keeps its data, and what it said when it was ready."""

    port: int
    data: Path
    pid: int
    said: Mapping[str, float]

    @property
    def database(self) -> Path:
        """The centre's database."""
        return self.data / "rinda.db"

    @property
    def resident_mib(self) -> float:
        """Resident memory now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextmanager
def centre(waiting: int = 0, *, data: Path | None = None, environ: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A centre server with sixteen open counters and this many visits waiting."""
    with _folder(data) as folder, _process("tests.bench.centre", folder, environ or {}, str(folder), str(waiting)) as server:
        yield server


@contextmanager
def bare() -> Iterator[Server]:
    """Flask-SocketIO alone, on the same kind of server."""
    with _folder(None) as folder, _process("tests.bench.bare", folder, {}) as server:
        yield server


@contextmanager
def crowd(port: int, per_second: float) -> Iterator[None]:
    """Numbers being taken in the background."""
    with _process("tests.bench.crowd", Path(), {}, str(port), str(per_second)):
        yield


def pin(core: int) -> None:
    """Keeps this process on its first (0) or last (-1) core, where it has more than one."""
    if len(_CORES) > 1:
        os.sched_setaffinity(0, {_CORES[core]})


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        yield Path(folder)


@contextmanager
def _process(module: str, folder: Path, environ: Mapping[str, str], *arguments: str) -> Iterator[Server]:
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(port), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environ},
        preexec_fn=unpin,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise RuntimeError(f"{module} did not start")
        yield Server(port, folder, process.pid, msgspec.json.decode(said, type=dict[str, float]))
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def unpin() -> None:
    """Gives this process all its cores back."""
    if _CORES:
        os.sched_setaffinity(0, _CORES)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
