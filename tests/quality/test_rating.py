"""Two questions after a visit: once, without a name, and nobody can find the visit from the answer."""

from datetime import date, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from counter.rating_view import ASK_S, last_over, rate
from server.domain import commands as c
from server.domain.floor import Visit
from server.quality.keeping import turn
from server.quality.rating import LEAST, Rating, Ratings, between, summary
from server.quality.records import Records
from server.store.quality_schema import rated, ratings
from tests.support import MANAGER, Scene, service_of, tiny_plan

DAY = date(2026, 3, 16)


@pytest.fixture
def scene() -> Scene:
    return Scene(opened=("1", "2"))


def serve(scene: Scene, counter: str = "1", *, take: bool = True) -> Visit:
    """Somebody comes, is served at the counter and goes."""
    visit = scene.take() if take else None
    scene.do(c.CallNext(counter=counter))
    visit = scene.floor.posts[counter].visit
    assert visit is not None
    scene.do(c.Serve(counter=counter))
    scene.do(c.RecordService(counter=counter, service=service_of(scene.plan), kind="konsultacija"))
    scene.do(c.Finish(counter=counter))
    return scene.visit(visit)


def asked(scene: Scene, counter: str = "1") -> str:
    return rate(scene.floor, counter, scene.clock.now).state


def test_the_tablet_asks_after_a_visit_and_is_calm_after_a_minute(scene: Scene) -> None:
    assert asked(scene) == "calm"
    visit = serve(scene)
    view = rate(scene.floor, "1", scene.clock.now)
    assert (view.state, asked(scene, "2")) == ("ask", "calm")
    assert view.until is not None
    assert (view.until - scene.clock.now).total_seconds() == ASK_S
    assert str(visit.id) not in repr(view)
    assert visit.token not in repr(view)
    assert visit.number not in repr(view)
    scene.clock.pass_(seconds=ASK_S - 1)
    assert asked(scene) == "ask"
    scene.clock.pass_(seconds=1)
    assert asked(scene) == "calm"


def test_calling_the_next_one_leaves_the_question_until_that_one_is_served(scene: Scene) -> None:
    first = serve(scene)
    scene.take()
    scene.do(c.CallNext(counter="1"))
    over = last_over(scene.floor, "1", scene.clock.now, ASK_S)
    assert over is not None
    assert over[0].id == first.id
    scene.do(c.Serve(counter="1"))
    assert asked(scene) == "calm"


def test_who_was_not_served_is_not_asked(scene: Scene) -> None:
    scene.take()
    scene.do(c.CallNext(counter="1"))
    scene.do(c.NoShow(counter="1"))
    assert asked(scene) == "calm"
    serve(scene)
    scene.do(c.Undo(counter="1"))
    assert asked(scene) == "calm", "the visit goes on"


def test_a_centre_that_does_not_ask_has_a_calm_tablet_and_takes_nothing(scene: Scene, records: Records) -> None:
    visit = serve(scene)
    plan = replace(scene.plan, feedback=replace(scene.plan.feedback, asks=False))
    scene.do(c.RevisePlan(plan=plan), MANAGER)
    assert asked(scene) == "calm"
    assert Ratings(records).take(scene.floor, visit, {"score": "5"}, "phone", scene.clock.now) == {}
    assert records.rows(select(ratings)) == []


def test_one_rating_for_each_visit_also_after_a_restart(scene: Scene, records: Records) -> None:
    visit, kept = serve(scene), Ratings(records)
    kept.turn(scene.floor.day)
    assert kept.open_for(scene.floor, visit)
    for score in ("4", "1"):
        assert kept.take(scene.floor, visit, {"score": score, "settled": "yes"}, "phone", scene.clock.now) == {}
    again = Ratings(records)
    again.turn(scene.floor.day)
    assert not again.open_for(scene.floor, visit)
    again.take(scene.floor, visit, {"score": "2"}, "tablet", scene.clock.now)
    (one,) = records.find(between(DAY, DAY), Rating)
    assert (one.score, one.settled, one.way, one.day) == (4, "yes", "phone", "2026-03-16")


def test_the_digest_goes_with_the_day(scene: Scene, records: Records) -> None:
    visit, kept = serve(scene), Ratings(records)
    kept.take(scene.floor, visit, {"score": "4"}, "phone", scene.clock.now)
    assert len(records.rows(select(rated))) == 1
    turn(records, kept, "2026-03-17")
    assert records.rows(select(rated)) == []
    assert not kept.is_rated(visit)


def test_nothing_in_the_row_leads_to_the_visit(scene: Scene, records: Records) -> None:
    visits, kept = [serve(scene) for _ in range(8)], Ratings(records)
    for n, visit in enumerate(visits):
        kept.take(scene.floor, visit, {"score": str(n % 5 + 1)}, "phone", scene.clock.now)
    rows = records.rows(select(ratings))
    for visit in visits:
        own = (str(visit.id), visit.id.hex, visit.token, visit.number)
        assert not [row for row in rows if any(word in str(value) for word in own for value in row.values())]
    assert {row["counter"] for row in rows} == {"1"}
    assert {row["hour"] for row in rows} == {8}
    assert len({UUID(row["id"]) for row in rows}) == 8
    read = [row["id"] for row in records.rows(between(DAY, DAY).add_columns(ratings.c.id))]
    assert read == sorted(read), "not in the order in which they came"


def test_a_sensitive_service_leaves_no_institution(records: Records) -> None:
    plan = tiny_plan()
    plan = replace(plan, services=tuple(replace(one, sensitive=True) for one in plan.services))
    scene = Scene(plan, opened=("1",))
    Ratings(records).take(scene.floor, serve(scene), {"score": "4"}, "phone", scene.clock.now)
    (one,) = records.find(between(DAY, DAY), Rating)
    assert one.institution == ""


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "score"),
        ({"score": "6"}, "score"),
        ({"score": "5", "settled": "perhaps"}, "settled"),
        ({"score": "5", "text": "x" * 141}, "text"),
        ({"score": "5", "text": "mans kods 010190-12349"}, "text"),
        ({"score": "5", "text": "zvaniet 29123456"}, "text"),
    ],
)
def test_a_fault_names_the_field_and_keeps_nothing(scene: Scene, records: Records, form: dict[str, str], field: str) -> None:
    kept, visit = Ratings(records), serve(scene)
    assert list(kept.take(scene.floor, visit, form, "phone", scene.clock.now)) == [field]
    assert records.rows(select(ratings)) == []
    assert kept.open_for(scene.floor, visit), "it can be said again"


def test_of_few_ratings_only_their_number_is_shown() -> None:
    def said(score: int) -> Rating:
        return Rating(day="2026-03-16", institution="VID", way="phone", score=score, settled="yes", text="")

    few, enough = summary([said(5)] * (LEAST - 1)), summary([said(5)] * (LEAST - 1) + [said(2)])
    assert (few.n, few.good, few.mean, few.settled, few.scores) == (4, None, None, None, {})
    assert (enough.n, enough.good, enough.mean, enough.settled, enough.scores) == (5, 0.8, 4.4, 1.0, {5: 4, 2: 1})


def test_the_hour_is_the_centres_own(scene: Scene, records: Records) -> None:
    late = datetime.fromisoformat("2026-07-16T06:30:00+00:00")
    Ratings(records).take(scene.floor, serve(scene), {"score": "4"}, "phone", late)
    assert records.rows(select(ratings.c.hour)) == [{"hour": 9}]
