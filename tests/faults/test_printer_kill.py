"""The spooler's process dies by SIGKILL in each job state; then every piece of paper is inspected."""

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from printers.jobs import Phase
from printers.spooler import Spooler
from printers.virtual import VirtualPrinter
from tests.printers.bench import plain, slip_of

ROOT = Path(__file__).parents[2]
CHILD = """
import sys, threading
from datetime import UTC, datetime
from printers.spooler import Spooler
from tests.printers.bench import plain, slip_of

def told(job):
    sys.stdout.write(job.phase + "\\n")
    sys.stdout.flush()
    if job.phase == sys.argv[3]:
        threading.Event().wait()  # stand still in this state until killed

spooler = Spooler(sys.argv[1], sys.argv[2], plain, lambda: datetime.now(UTC), told)
threading.Thread(target=lambda: spooler.submit("j1", slip_of("A001")), daemon=True).start()
spooler.run(threading.Event())
"""


@pytest.mark.faults
@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("phase", ["queued", "sending", "sent", "content_done", "printed"])
def test_killed_in_each_state(tmp_path: Path, phase: str, generic: bool) -> None:
    if generic and phase == "content_done":
        return  # a generic printer has no first marker
    printer = VirtualPrinter(speed=400, generic=generic)
    server = printer.serve(port=0)
    url, store = f"tcp://127.0.0.1:{server.port}", tmp_path / "jobs.sqlite"
    if phase == "queued":
        printer.fault("paper_out")
    child = subprocess.Popen([sys.executable, "-c", CHILD, url, str(store), phase], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout
    for line in child.stdout:
        if line.strip() == phase:
            break
    child.kill()
    child.wait()
    printer.fault("paper_out", False)

    spooler = Spooler(url, store, plain, lambda: datetime.now(UTC), lambda job: None)
    found = spooler.jobs()["j1"].phase
    assert found is {"queued": Phase.QUEUED, "printed": Phase.PRINTED}.get(phase, Phase.UNCONFIRMED)
    stop = threading.Event()
    thread = threading.Thread(target=spooler.run, args=(stop,))
    thread.start()
    spooler.submit("j2", slip_of("B002"))
    limit = time.monotonic() + 45
    while spooler.jobs()["j2"].phase is not Phase.PRINTED and time.monotonic() < limit:
        time.sleep(0.02)
    jobs = spooler.jobs()
    stop.set()
    thread.join(20)
    server.close()
    pieces = [piece.text for piece in printer.papers]
    valid = {name: sum(f"END {name}" in text and "VOID" not in text for text in pieces) for name in ("A001", "B002")}
    assert jobs["j2"].phase is Phase.PRINTED
    assert valid["B002"] == 1
    assert valid["A001"] <= 1
    if jobs["j1"].phase is Phase.PRINTED:
        assert valid["A001"] == 1
    else:
        assert jobs["j1"].phase in (Phase.UNCONFIRMED, Phase.UNKNOWN)
    assert not any("A001" in text and "B002" in text and "VOID" not in text for text in pieces)
