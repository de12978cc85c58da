"""The demo's programs: each begins when told to, is started again when it ends by itself, and outlives nobody."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import free_port, until

PARENT = """
import gevent, sys
from server.cli import main
from server.demo_programs import Program
one = Program("one", main)
two = Program("two", main, [one])
print(one._pid, two._pid, flush=True)
if sys.argv[1:]:
    sys.stdin.readline()
    two.begin(["printer", "virtual", "--port", sys.argv[1], "--paper", sys.argv[2]])
while line := gevent.get_hub().threadpool.apply(sys.stdin.readline):
    print(two._pid, flush=True)
for program in (one, two):
    program.end()
    program.end()
print("ended", flush=True)
"""


def start(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", PARENT, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def read(parent: "subprocess.Popen[str]") -> list[str]:
    assert parent.stdout is not None
    return parent.stdout.readline().split()


def tell(parent: "subprocess.Popen[str]") -> None:
    """A line: the first lets the second program begin, each further one asks for its process."""
    assert parent.stdin is not None
    parent.stdin.write("\n")
    parent.stdin.flush()


def ask(parent: "subprocess.Popen[str]") -> int:
    """The process of the second program now."""
    tell(parent)
    return int(read(parent)[0])


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def idle() -> Iterator["subprocess.Popen[str]"]:
    found = start()
    yield found
    found.kill()
    found.wait()


def test_programs_that_never_began_end_with_the_demo(idle: "subprocess.Popen[str]") -> None:
    pids = [int(pid) for pid in read(idle)]
    assert all(map(lives, pids))
    assert idle.communicate(timeout=60)[0] == "ended\n"
    assert not any(map(lives, pids))


def test_programs_that_wait_end_when_the_demo_is_killed(idle: "subprocess.Popen[str]") -> None:
    pids = [int(pid) for pid in read(idle)]
    idle.send_signal(signal.SIGKILL)
    until(lambda: not any(map(lives, pids)), "both are gone", 30)


@pytest.mark.parametrize("begun", [True, False])
def test_one_that_ends_by_itself_is_started_again(tmp_path: Path, begun: bool) -> None:
    parent = start(str(free_port()), str(tmp_path))
    try:
        _, first = map(int, read(parent))
        if begun:
            tell(parent)
            assert ask(parent) == first
        os.kill(first, signal.SIGKILL)
        until(lambda: not lives(first), "it is gone", 30)
        if not begun:
            tell(parent)
        until(lambda: ask(parent) != first, "another process", 60)
        second = ask(parent)
        until(lambda: lives(second), "it runs", 30)
        assert parent.communicate(timeout=60)[0] == "ended\n"
        assert not lives(second)
    finally:
        parent.kill()
        parent.wait()


@pytest.mark.parametrize("beside", [0, 1, 2])
def test_a_demo_whose_port_is_taken_says_so_and_starts_nothing(tmp_path: Path, beside: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1] - beside
        words = ["demo", "--port", str(port), "--data", str(tmp_path / "data")]
        said = subprocess.run(
            [sys.executable, "-m", "server.cli", *words], capture_output=True, text=True, timeout=60, check=False
        )
    assert (said.returncode, said.stdout) == (1, "")
    assert f"port {port + beside} is in use" in said.stderr
    assert not (tmp_path / "data").exists()
