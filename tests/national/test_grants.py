"""A sheet rests on frozen figures alone: made again it is the same to the byte, and any change of them is found."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, create_engine, update
from sqlalchemy.pool import StaticPool

from config import GRANT
from server.national.node.grant import FormulaError
from server.national.node.grants import all_kept, example, keep, kept, reckoned, same_again, set_terms, terms_now
from server.national.node.months import MonthError, close_month, note_corrections
from server.national.node.schema import centres, deliveries, frozen, metadata
from server.store.journal import GENESIS
from tests.national.test_months import _row

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
TERMS = example(GRANT)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = create_engine("sqlite://", poolclass=StaticPool)
    else:
        made = create_engine(str(request.getfixturevalue("postgres_url")))
    metadata.create_all(made)
    with made.begin() as connection:
        rows = [
            {"centre": c, "hash": GENESIS, "secret": c, "name": c.upper(), "type": t, "municipality": "Smiltenes novads"}
            for c, t in (("a", "novada"), ("b", "vietejas"))
        ]
        connection.execute(centres.insert(), [*rows, {**rows[0], "centre": "planned", "secret": None}])
        each = [_row(c, f"{c}{n}", "pieteikums") for c in "ab" for n in range(10)]
        connection.execute(deliveries.insert(), each)
    close_month(made, "2026-10", "anna", NOW)
    yield made
    made.dispose()


def test_the_example_is_marked_as_one_and_gives_a_sheet(engine: Engine) -> None:
    assert not TERMS.approved
    with engine.connect() as connection:
        sheet = reckoned(connection, TERMS, "2026-10", "2026-10")
    assert [(line.inputs.centre, line.amount) for line in sheet.lines] == [("a", Decimal("383.33")), ("b", Decimal("133.33"))]
    assert sheet.total == Decimal("516.66")


def test_only_closed_months_count(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(MonthError):
        reckoned(connection, TERMS, "2026-08", "2026-09")


def test_a_kept_sheet_is_made_again_whatever_came_later(engine: Engine) -> None:
    with engine.connect() as connection:
        before = reckoned(connection, TERMS, "2026-10", "2026-10")
    name = keep(engine, before, "anna", NOW)
    assert keep(engine, before, "anna", NOW) == name
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.visit == "a0").values(quantity=9))
        connection.execute(update(centres).where(centres.c.centre == "b").values(name="Bē", municipality="Cēsu novads"))
    assert note_corrections(engine, "2026-10", NOW) == 1
    with engine.connect() as connection:
        saved = kept(connection, name)
        assert saved is not None
        assert same_again(connection, saved)
        assert reckoned(connection, TERMS, "2026-10", "2026-10").total == before.total + 7 * Decimal("2.50")
        assert [one.name for one in all_kept(connection)] == [name]


@pytest.mark.parametrize("change", [{"quantity": 21}, {"kind": "konsultacija"}, {"centre": "c"}])
def test_a_frozen_figure_that_was_changed_is_found(engine: Engine, change: dict[str, object]) -> None:
    with engine.begin() as connection:
        name = keep(engine, reckoned(connection, TERMS, "2026-10", "2026-10"), "anna", NOW)
        connection.execute(update(frozen).where(frozen.c.centre == "a").values(change))
        saved = kept(connection, name)
        assert saved is not None
        assert not same_again(connection, saved)


def test_terms_have_who_set_them_and_bad_ones_are_not_set(engine: Engine) -> None:
    set_terms(engine, replace(TERMS, formula="base", source="MK noteikumi", approved=True), "Anna", NOW, ())
    mistyped = replace(TERMS, formula="registered(pieteikum)")
    for bad in (replace(TERMS, formula="base *"), mistyped, replace(TERMS, formula="base", rate={"pieteikums": Decimal("-1")})):
        with pytest.raises((FormulaError, ValueError)):
            set_terms(engine, bad, "Anna", NOW, ())
    with pytest.raises(FormulaError, match="has no result"):
        set_terms(engine, replace(TERMS, formula="base / (months - 1)"), "Anna", NOW, ())
    set_terms(engine, replace(TERMS, formula="registered(video)"), "Anna", NOW, ("video",))
    set_terms(engine, replace(TERMS, formula="registered(pieteikums)"), "Anna", NOW, ())
    set_terms(engine, replace(TERMS, formula="base", source="MK noteikumi", approved=True), "Anna", NOW, ())
    with engine.connect() as connection:
        said = terms_now(connection, TERMS)
    assert (said.terms.formula, said.terms.approved, said.by) == ("base", True, "Anna")
