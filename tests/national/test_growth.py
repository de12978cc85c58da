"""The stages of docs/operations.md with real servers: two shards by centre, a database for reports, killed in mid-flow.

The commands are those of the page, word for word but for the addresses.
"""

import random
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from server.cli import main
from server.national import wire
from server.national.node.database import ensure_months, open_engines
from server.national.node.intake import Intake
from server.national.node.projection import Projection
from server.national.node.register import Register
from server.national.node.schema import centres, visits
from server.store.journal import GENESIS
from tests.house import ROOT, until
from tests.national.alive import Alive
from tests.national.servers import Postgres

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
OLD = datetime(2024, 2, 29, 8, 0, tzinfo=UTC)
ROUNDS = 40
CAUGHT_UP_S = 100.0
"""A table that was being copied when the hub was killed begins anew, and a server tries that every 5 s, two tables at a time."""


def commands(name: str) -> list[str]:
    """The SQL of a block of the page, by the name after its fence."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    (block,) = re.findall(rf"```sql {name}\n(.*?)```", page, re.DOTALL)
    return [one.strip() for one in block.split(";\n") if one.strip()]


@pytest.fixture
def network() -> Iterator[tuple[list[Postgres], Postgres]]:
    """Two shards and a hub as the page sets them up."""
    made: list[Postgres] = []
    try:
        made += [Postgres() for _ in range(3)]
        *shards, hub = made
        for server in made:
            assert main(["national", "prepare", "--database", server.url]) == 0
        for shard in shards:
            for command in commands("before"):
                shard.sql(command)
            shard.restart()
            for command in commands("shard"):
                shard.sql(command)
        for n, shard in enumerate(shards, 1):
            for command in commands("reports"):
                if f"shard_{n} " in command:
                    hub.sql(
                        command.replace(f"host=shard-{n}.example.lv", f"host={shard.host}").replace(
                            "user=reports", "user=postgres"
                        )
                    )
        yield shards, hub
    finally:
        for server in reversed(made):
            server.close()


def send(intake: Intake, centre: str, journal: Alive, after: int, epoch: int = 1) -> int:
    """Everything after a position, in one batch."""
    rows = tuple(journal.rows_[after:])
    pulse = wire.Pulse(at=NOW, head=journal.head())
    batch = wire.Batch(sync=wire.SYNC, instance=f"server of {centre}", epoch=epoch, rows=rows, pulse=pulse)
    return intake.take(centre, batch, NOW).acked


def fill(shard: Postgres, names: list[str], seed: int, journals: dict[str, Alive], half: threading.Barrier) -> None:
    """Centres of one shard work and send, half of it while the hub is away; the last one forks in the end."""
    write, read = open_engines(shard.url)
    register, intake, chance = Register(write), Intake(write), random.Random(seed)
    for name in names:
        register.add(name, {"name": name.title()})
        journals[name] = Alive()
    sent = dict.fromkeys(names, 0)
    for n in range(ROUNDS):
        for name in names:
            journal = journals[name]
            for _ in range(12):
                journal.add(chance, OLD if n < 3 else NOW)
            sent[name] = send(intake, name, journal, sent[name])
        if n == ROUNDS // 2:
            half.wait(60)
            half.wait(60)
            ensure_months(write, ["2026-11"])  # moves the old rows into a partition of their own, while all is replicated
    name = names[-1]
    base = len(journals[name].rows_) // 2
    fork = wire.Fork(
        sync=wire.SYNC, instance=f"server of {name}", epoch=1, base=base,
        hash=journals[name].rows_[base - 1].hash if base else GENESIS,
    )  # fmt: skip
    intake.fork(name, fork, NOW)
    journals[name].rows_[base:] = []
    journals[name].put("kiosk:1", '{"type":"HelpAsked","kiosk":"kiosk-1"}', NOW, kind="HelpAsked")
    send(intake, name, journals[name], base, 2)
    for engine in (write, read):
        engine.dispose()


def record(server: Postgres) -> list[tuple[object, ...]]:
    """Every row of the record."""
    return server.sql("SELECT centre, epoch, position, month, data, hash FROM events ORDER BY 1, 2, 3")


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(240)
def test_two_shards_and_a_killed_hub_have_every_row_once(network: tuple[list[Postgres], Postgres]) -> None:
    shards, hub = network
    journals: dict[str, Alive] = {}
    half = threading.Barrier(len(shards) + 1)
    threads = [
        threading.Thread(target=fill, args=(shard, [f"c{n}{m}" for m in range(3)], n, journals, half))
        for n, shard in enumerate(shards)
    ]
    for thread in threads:
        thread.start()
    half.wait(60)
    until(lambda: hub.sql("SELECT count(*) FROM events")[0][0], "rows come to the hub")
    hub.kill()
    half.wait(60)
    for thread in threads:
        thread.join()
    hub.start()
    wanted = sorted(row for shard in shards for row in record(shard))
    assert len(wanted) > 1000
    until(lambda: hub.sql("SELECT count(*) FROM events")[0][0] >= len(wanted), "the hub catches up", CAUGHT_UP_S)
    assert record(hub) == wanted, "every row there, once"
    marks = "SELECT centre, epoch, acked, hash FROM centres ORDER BY 1"
    until(
        lambda: hub.sql(marks) == sorted(row for shard in shards for row in shard.sql(marks)), "the marks are level", CAUGHT_UP_S
    )
    lost = "SELECT centre, epoch, base, lost FROM epochs ORDER BY 1"
    assert hub.sql(lost) == sorted(row for shard in shards for row in shard.sql(lost))
    assert {"2024-02", "2026-11"} <= {row[0] for row in hub.sql("SELECT DISTINCT month FROM events")}
    assert shards[0].sql("SELECT count(*) FROM events_other") == [(0,)]
    shows(hub, journals)


def shows(hub: Postgres, journals: dict[str, Alive]) -> None:
    """What the hub makes of the record is what the centres are."""
    write, read = open_engines(hub.url)
    projection = Projection(write, read)
    while projection.step():
        pass
    with read.connect() as connection:
        level = select(func.count()).where(centres.c.acked == centres.c.projected)
        assert connection.execute(level).scalar() == len(journals)
        for name, journal in list(journals.items()):
            if not name.endswith("2"):
                shown = select(func.count()).where(visits.c.centre == name, visits.c.lost == 0)
                assert connection.execute(shown).scalar() == len(journal.visits)
    for engine in (write, read):
        engine.dispose()


def test_the_page_names_no_command_that_is_not_run() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert set(re.findall(r"```sql (\w+)", page)) == {"before", "shard", "reports"}
    assert not re.findall(r"```sql\n", page)
