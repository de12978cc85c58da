"""The network's figures are the centres' own, to the unit: days go over the real line and are counted at both ends."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Engine, text

from config import CATALOGUE, CENTRES, LOADS
from config.load import load_catalogue, load_plan, load_visitors
from config.settings import sqlite_url
from server.domain.floor import Visit
from server.national import wire
from server.national.node.database import open_engines
from server.national.node.figures import ENDS, _folded, count_listed, ends, listed, services, waits
from server.national.node.figures_filter import Filter
from server.national.node.figures_month import read_year
from server.national.node.intake import Intake
from server.national.node.pages_month import _days
from server.national.node.projection import Projection
from server.national.node.register import Register
from server.national.outbox import JournalOutbox
from server.national.uplink import Reply, Uplink
from server.reports import OF_VISITS, REPORTS
from server.simulation.run import run
from server.store.centre import CentreStore

FIRST, DAYS = date(2026, 3, 30), 4
CENTRES_SENT = ("demo", "village")


@dataclass
class Net:
    """The node, and what each centre says of itself."""

    engine: Engine
    own: dict[str, list[list[Visit]]]
    rows: dict[str, list[dict[str, Any]]]


def send_over(engine: Engine, centre: str, store: CentreStore) -> None:
    """Everything of a centre through its uplink into the intake."""
    intake, now = Intake(engine), datetime(2026, 4, 10, 12, tzinfo=UTC)

    def send(path: str, body: bytes) -> Reply:
        kinds: dict[str, Any] = {"hello": wire.Hello, "events": wire.Batch}
        said = wire.unpack(body, kinds[path])
        return Reply(200, wire.plain({"hello": intake.hello, "events": intake.take}[path](centre, said, now)))

    def pulse(head: int, since: datetime | None) -> wire.Pulse:
        return wire.Pulse(at=now, head=head, backlog_since=since)

    line = Uplink(JournalOutbox(store), send, f"instance-{centre}", pulse, random.Random(1))
    while line.state.acked != store.head():
        line.step(now)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Net]:
    folder = tmp_path_factory.mktemp("net")
    write, _ = open_engines(f"sqlite:///{folder}/node.db")
    catalogue = load_catalogue(CATALOGUE)
    own, rows = dict[str, list[list[Visit]]](), dict[str, list[dict[str, Any]]]()
    for n, name in enumerate(CENTRES_SENT):
        Register(write).add(name, {"name": name, "type": "novada", "municipality": f"county {n}"})
        load = load_visitors(LOADS / f"p{2 - n}.toml", catalogue)
        run(load_plan(CENTRES / f"{name}.toml", catalogue), load, 5, FIRST, DAYS, data=Path(folder / name))
        store = CentreStore(sqlite_url(folder / name))
        store.open()
        send_over(write, name, store)
        days = [(FIRST + timedelta(days=n)).isoformat() for n in range(DAYS)]
        own[name] = [found for day in days if (found := store.visits_on(day))]
        rows[name] = store.rows(0)
        store.close()
    projection = Projection(write)
    while projection.step():
        pass
    yield Net(write, own, rows)
    write.dispose()


@pytest.fixture
def connection(net: Net) -> Iterator[Connection]:
    with net.engine.connect() as connection:
        yield connection


@pytest.mark.parametrize("report", sorted(OF_VISITS))
@pytest.mark.parametrize("centre", CENTRES_SENT)
def test_a_centres_report_at_the_node_is_its_own(net: Net, connection: Connection, centre: str, report: str) -> None:
    days = _days(connection, centre, FIRST, FIRST + timedelta(days=DAYS))
    table = REPORTS[report](days)
    assert table.rows == REPORTS[report](net.own[centre]).rows
    assert table.rows or (centre, report) == ("village", "away"), "only the village sends nobody elsewhere in these days"


@pytest.mark.parametrize("centre", CENTRES_SENT)
def test_every_sum_of_services_is_that_of_the_centres_report(net: Net, connection: Connection, centre: str) -> None:
    table = REPORTS["delivered"](net.own[centre])
    keys = [column.key for column in table.columns]
    expected = {row[:4]: dict(zip(keys[4:], row[4:], strict=True)) for row in table.rows}
    found = services(connection, Filter(centre=centre), ("day", "institution", "service", "kind"))
    assert found.keys() == expected.keys()
    for key, sums in found.items():
        assert sums == {name: expected[key][name] for name in sums}, key
    documents = text("select day, institution, service, kind, sum(scanned), sum(printed) from deliveries "
                     "where centre = :centre and lost = 0 group by 1, 2, 3, 4")  # fmt: skip
    for *key, scanned, printed in connection.execute(documents, {"centre": centre}):
        assert (scanned, printed) == (expected[tuple(key)]["scanned"], expected[tuple(key)]["printed"])


@pytest.mark.parametrize("centre", CENTRES_SENT)
def test_every_sum_of_visits_is_that_of_the_centres_report(net: Net, connection: Connection, centre: str) -> None:
    table = REPORTS["visits"](net.own[centre])
    keys = [column.key for column in table.columns]
    expected: dict[Any, Counter[str]] = {}
    for row in table.rows:
        expected.setdefault((row[0], row[1]), Counter()).update(dict(zip(keys[2:], row[2:], strict=True)))
    assert ends(connection, Filter(centre=centre), ("day", "service")) == expected


@pytest.mark.parametrize("centre", CENTRES_SENT)
def test_waits_and_promises_are_those_of_the_centres_report(net: Net, connection: Connection, centre: str) -> None:
    table = REPORTS["promises"](net.own[centre])
    keys = [column.key for column in table.columns]
    expected = {row[0]: dict(zip(keys, row, strict=True)) for row in table.rows}
    found = waits(connection, Filter(centre=centre), ("service",))
    assert {one for (one,) in found} == expected.keys() - {"*"}
    for (service,), its in [*found.items(), (("*",), waits(connection, Filter(centre=centre), ())[()])]:
        row = expected[service]
        share = None if its.kept_share is None else round(its.kept_share, 4)
        assert (its.called, its.promised, share) == (row["called"], row["promised"], row["kept_share"])
    lengths = sorted(
        int(max(0.0, (called - visit.issued).total_seconds()))
        for day in net.own[centre] for visit in day
        if visit.series is not None and (called := next((leg.called for leg in visit.legs if leg.called), None))
    )  # fmt: skip
    whole = waits(connection, Filter(centre=centre), ())[()]
    ranks = [lengths[-(-len(lengths) * at // 100) - 1] for at in (50, 80, 95)]
    assert [whole.p50, whole.p80, whole.p95] == ranks


def test_the_network_is_the_sum_recounted_from_the_journals_alone(net: Net, connection: Connection) -> None:
    """Without the projection and the domain: the last word about each service of each visit, in the order of the records."""
    given, over, issued = dict[Any, Any](), dict[Any, str](), Counter[Any]()
    for centre, rows in net.rows.items():
        for row in rows:
            event = msgspec.json.decode(row["data"])
            visit = (centre, event.get("visit"))
            if row["type"] in ("TicketIssued", "ContactRegistered"):
                issued[centre, row["day"][:7]] += 1
            elif row["type"] == "ServiceRecorded":
                given[(*visit, event["delivered"]["n"])] = (row["day"][:7], event["delivered"])
            elif row["type"] == "VisitEnded":
                over[visit] = event["reason"]
            elif row["type"] in ("StepUndone", "VisitCorrected", "ServiceStruck"):
                pytest.fail(f"{row['type']}: this recount does not know it")
    sums: Counter[Any] = Counter()
    for (centre, visit, _), (month, one) in given.items():
        if (centre, visit) in over:
            sums[centre, month, one["institution"], one.get("counts") or one["kind"], one["channel"]] += one["quantity"]
    found = services(connection, Filter(), ("centre", "month", "institution", "kind", "channel"))
    assert {key: one["services"] for key, one in found.items()} == sums
    assert {key: one["issued"] for key, one in ends(connection, Filter(), ("centre", "month")).items()} == issued
    assert len({month for _, month in issued}) == 2, "the days lie in two months"
    year = read_year(connection, Filter(), "2026-04")
    both = [sum(n for (_, month, *_), n in sums.items() if month == at) for at in ("2026-03", "2026-04")]
    assert [year.count(at) for at in ("2026-03", "2026-04")] == both
    assert [one.key for one in year.months if not one.empty] == ["2026-03", "2026-04"]


def test_each_list_has_what_its_figure_counts(net: Net, connection: Connection) -> None:
    for key, sums in services(connection, Filter(), ("month", "institution", "kind", "channel")).items():
        which = Filter(first=key[0], last=key[0], institution=(key[1],), kind=(key[2],), channel=key[3])
        visits, counted, _ = count_listed(connection, which, which)
        assert counted == sums["services"]
        assert 0 < visits <= counted
    for (month, centre), sums in ends(connection, Filter(), ("month", "centre")).items():
        for end in ENDS:
            which = Filter(first=month, last=month, centre=centre, end=end)
            assert count_listed(connection, which, which)[0] == sums[end]
    for (month,), its in waits(connection, Filter(), ("month",)).items():
        for condition in ("called", "promised", "kept"):
            which = Filter(first=month, last=month, **{condition: "1"})
            assert count_listed(connection, which, which)[0] == getattr(its, condition)


def test_the_list_of_a_service_that_was_given_in_some_way_has_the_visits_that_got_it(connection: Connection) -> None:
    beside = 0
    for service, kind in services(connection, Filter(), ("service", "kind")):
        which = Filter(service=service, kind=(kind,))
        got = text("select distinct centre, visit from deliveries where service = :service and kind = :kind and lost = 0")
        expected = connection.execute(got, {"service": service, "kind": kind}).all()
        rows = connection.execute(listed(connection, which)).all()
        assert sorted((row.centre, row.visit) for row in rows) == sorted(tuple(one) for one in expected)
        beside += sum(row.service != service for row in rows)
    assert beside, "some came for something else"


def test_a_month_in_which_others_came_is_no_gap_for_an_institution_that_nobody_came_to(connection: Connection) -> None:
    year = read_year(connection, Filter(institution=("NOBODY",)), "2026-04")
    assert [one.key for one in year.months if not one.empty] == ["2026-03", "2026-04"]
    assert year.count("2026-03") == 0


def test_the_bounds_of_a_p80_are_the_ranks_of_a_binomial_count() -> None:
    """Of 100 waits 80 ± 1.96 · 4 are shorter."""
    found = _folded([(seconds, None, 1) for seconds in range(100, 0, -1)])
    assert (found.p80_low, found.p80, found.p80_high) == (73, 80, 88)
    few = _folded([(7, None, 1), (9, None, 1)])
    assert (few.p50, few.p80_low, few.p80, few.p80_high) == (7, 7, 9, 9), "no rank that there is not"


def test_what_a_centre_lost_is_not_counted(net: Net) -> None:
    with net.engine.begin() as connection:
        before = ends(connection, Filter(centre="village"), ())[()]["issued"]
        for table in ("visits", "deliveries"):
            connection.execute(text(f"update {table} set lost = 1 where centre = 'village'"))
        assert before
        assert ends(connection, Filter(centre="village"), ()) == {}
        assert services(connection, Filter(centre="village"), ()) == {}
        assert waits(connection, Filter(centre="village"), ()) == {}
        connection.rollback()
