"""SQLite and PostgreSQL count alike, and as a recount of the rows themselves does."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from server.national.node.database import open_engines
from server.national.node.figures import count_listed, ends, listed, services, waits
from server.national.node.figures_filter import Filter
from server.national.node.figures_month import read_year
from tests.national.year import load, network, year

ROWS = list(year(network(40), date(2026, 10, 30), 4000))
FILTERS = (
    Filter(), Filter(first="2026-03", last="2026-05"), Filter(municipality="Cēsu novads", type="novada"), Filter(centre="c001"),
    Filter(institution=("VSAA",)), Filter(besides=("VSAA", "VID"), kind=("pieteikums",)), Filter(about="VID"),
    Filter(end="no_show"), Filter(called="1"), Filter(kept="1"), Filter(outcome="redirected"), Filter(alone="yes"),
    Filter(channel="talrunis", day="2026-10-28"), Filter(service="VID-01"),
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    url = f"sqlite:///{tmp_path}/node.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    write, read = open_engines(url)
    with write.begin() as filling:
        from server.national.node.schema import centres

        filling.execute(centres.insert(), network(40))
    load(write, iter(ROWS))
    with read.connect() as reading:
        yield reading
    write.dispose()
    read.dispose()


def fits(which: Filter, visit: dict[str, Any]) -> bool:
    facts = {one["centre"]: one for one in network(40)}[visit["centre"]]
    return (
        (not which.first or which.first <= visit["month"])
        and (not which.last or visit["month"] <= which.last)
        and which.day in ("", visit["day"])
        and which.centre in ("", visit["centre"])
        and which.municipality in ("", facts["municipality"])
        and which.type in ("", facts["type"])
        and which.about in ("", visit["institution"])
        and which.end in ("", visit["end"] or "open")
        and (not which.called or visit["wait_s"] is not None)
        and (not which.kept or visit["kept"] == 1)
    )


def counts(which: Filter, one: dict[str, Any]) -> bool:
    return (
        (not which.institution or one["institution"] in which.institution)
        and one["institution"] not in which.besides
        and (not which.kind or one["kind"] in which.kind)
        and which.channel in ("", one["channel"])
        and which.outcome in ("", one["outcome"])
        and which.alone in ("", one["alone"])
    )


def test_every_filter_counts_as_a_recount_does(connection: Connection) -> None:
    for which in FILTERS:
        narrowed = any((which.institution, which.besides, which.kind, which.channel, which.outcome, which.alone))
        kept = [
            (visit, [one for one in given if counts(which, one) and which.service in ("", one["service"])])
            for visit, given in ROWS if fits(which, visit)
        ]  # fmt: skip
        sums: Counter[Any] = Counter()
        for _, given in kept:
            for one in given:
                sums[one["month"], one["kind"]] += one["quantity"]
        found = services(connection, which, ("month", "kind"))
        assert {key: one["services"] for key, one in found.items()} == sums, which
        came = [visit for visit, given in kept if (given if narrowed else which.service in ("", visit["service"]))]
        by_end = Counter((visit["month"], visit["end"]) for visit in came)
        told = ends(connection, which, ("month",))
        assert {key: one["issued"] for key, one in told.items()} == Counter((visit["month"],) for visit in came), which
        assert all(told[month,][end] == n for (month, end), n in by_end.items())
        lengths = sorted(visit["wait_s"] for visit in came if visit["wait_s"] is not None)
        waited = waits(connection, which, ()).get(())
        assert (waited.called if waited else 0) == len(lengths), which
        if waited:
            assert waited.p80 == lengths[-(-len(lengths) * 80 // 100) - 1]
            assert waited.p80_low <= waited.p80 <= waited.p80_high
        assert count_listed(connection, which, which)[:2] == (len(came), sum(sums.values())), which
        page = [row.visit for row in connection.execute(listed(connection, which).limit(50))]
        newest = sorted(came, key=lambda visit: (visit["day"], visit["issued"], visit["visit"]), reverse=True)
        assert page == [visit["visit"] for visit in newest[:50]], which


def test_a_year_of_the_page(connection: Connection) -> None:
    made = read_year(connection, Filter(institution=("VSAA",)), "2026-10")
    own = [visit for visit, _ in ROWS if visit["institution"] == "VSAA"]
    assert sum(one["issued"] for one in made.ends.values()) == sum("2025-11" <= visit["month"] <= "2026-10" for visit in own)
    assert sum(made.count(one.key) for one in made.months) == sum(
        one["quantity"] for visit, given in ROWS for one in given if one["institution"] == "VSAA" and visit["month"] >= "2025-11"
    )
    assert not any(one.empty for one in made.months)
