"""Can the simulator fail? Each of these faults, put into the code, is found within a few of the default seeds."""

# ruff: noqa: E501 - the faults are pieces of code

import sys
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

from server.national import uplink
from server.national.node import intake
from tests.national.sim import Network, run

SEEDS = 1200
"""As many as tests/national/test_simulator.py draws."""
KNOWN = (0, 1, 3, 14, 28, 187, 278, 302, 867)
"""Seeds that found one of these faults once: where to look first."""

_numbers = count()

INTAKE = {
    "a batch of an epoch that is over is taken": ("if said.epoch != mark[\"epoch\"]:\n                raise Refused(\"retired\", mark[\"epoch\"])\n            acked", "acked"),
    "a gap is taken": ("if said.rows and said.rows[0].position > acked + 1:", "if False:"),
    "rows are left out where another server was faster": ("if known and hash_at(", "if False and hash_at("),
    "the chain is not looked at": ("raise Refused(\"damaged\", row.position)", "pass"),
    "the mark moves without the rows": ("store(connection, centre, said.epoch, kept, received)", "pass"),
    "the rows are stored without the mark": ("acked=acked, hash=head)", "acked=mark[\"acked\"], hash=mark[\"hash\"])"),
    "the mark has the wrong hash": ("acked, head = kept[-1].position, kept[-1].hash", "acked, head = kept[-1].position, kept[0].hash"),
    "known rows are stored again": ("new = said.rows[len(known) :]", "new = said.rows"),
    "the last row of a batch is forgotten": ("store(connection, centre, said.epoch, kept, received)", "store(connection, centre, said.epoch, kept[:-1], received)"),
    "rows go to the first epoch": ("store(connection, centre, said.epoch, kept", "store(connection, centre, 1, kept"),
    "rows go to another centre": ("store(connection, centre, said.epoch", "store(connection, \"a\", said.epoch"),
    "acknowledged before it is durable": ("with self._engine.begin() as connection:\n            mark = self._mark(connection, centre, said, now)\n            if said.epoch", "with self._engine.connect() as connection:\n            mark = self._mark(connection, centre, said, now)\n            if said.epoch"),
    "a fork keeps what it lost": ("connection.execute(here.values(epoch=epoch, acked=said.base, hash=said.hash, month_told=\"\"))", "connection.execute(here.values(epoch=epoch))"),
    "a fork is not remembered": ("connection.execute(\n                epochs.insert(),", "(\n                epochs.insert(),"),
    "a fork begins one row late": ("\"base\": said.base,", "\"base\": said.base + 1,"),
    "a fork keeps the epoch's number": ("epoch = mark[\"epoch\"] + 1", "epoch = mark[\"epoch\"]"),
    "the lease never ends": ("if 0 <= ago < self._lease_s:", "if True:"),
}  # fmt: skip

UPLINK = {
    "a restored backup is not noticed": ("if self._outbox.hash_at(welcome.acked) != welcome.hash:", "if False:"),
    "the common row is taken one too high": ("base = self._common(min(head, welcome.acked))", "base = min(self._common(min(head, welcome.acked)) + 1, head)"),
    "the common row is taken far too low": ("base = self._common(min(head, welcome.acked))", "base = 0"),
    "damaged rows are never told": ("self._damaged |= self._damaged_from(no.position)", "pass"),
    "a node that lost rows is not asked": ("            self._welcome = None\n            raise OSError", "            raise OSError"),
    "a gap is not mended": ("if no.code in (\"gap\", \"fork\", \"retired\"):\n            self._welcome = None", "if no.code in (\"gap\", \"fork\", \"retired\"):\n            pass"),
    "busy ends the line": ("if no.code == \"busy\":\n            self._welcome = None", "if no.code == \"busy\":\n            raise RuntimeError"),
    "the acknowledgement is not kept": ("self._welcome = msgspec.structs.replace(line, acked=ack.acked, archived=ack.archived)", "pass"),
    "the state tells more than the node said": ("now, \"up\", acked=ack.acked, archived=ack.archived, bundle", "now, \"up\", acked=ack.acked + 1, archived=ack.archived, bundle"),
    "the first row is left out": ("rows = self._outbox.rows(line.acked, self._rows", "rows = self._outbox.rows(line.acked + 1, self._rows"),
}  # fmt: skip


BROKEN = (NameError, ImportError, SyntaxError)
"""A fault that was put in wrongly; nothing found it."""


def mutant(module: ModuleType, old: str, new: str) -> ModuleType:
    """The module with a fault in it, beside the right one."""
    assert module.__file__ is not None
    source = Path(module.__file__).read_text("utf-8")
    assert old in source, f"the code has changed; so must this fault: {old}"
    made = ModuleType(f"mutant_{next(_numbers)}")
    made.__file__ = module.__file__
    sys.modules[made.__name__] = made
    exec(compile(source.replace(old, new, 1), module.__file__, "exec"), made.__dict__)
    return made


def found_by(taking: ModuleType = intake, sending: ModuleType = uplink) -> int | None:
    """The first seed that fails with these modules."""
    for seed in dict.fromkeys((*KNOWN, *range(SEEDS))):
        try:
            run(Network(seed, taking=taking, sending=sending))
        except BROKEN:
            raise
        except Exception:
            return seed
    return None


@pytest.mark.slow
@pytest.mark.parametrize("name", INTAKE)
def test_a_fault_of_the_intake_is_found(name: str) -> None:
    assert found_by(taking=mutant(intake, *INTAKE[name])) is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", UPLINK)
def test_a_fault_of_the_uplink_is_found(name: str) -> None:
    assert found_by(sending=mutant(uplink, *UPLINK[name])) is not None
