"""How full the centre is: the truth of the floor, and the best hours of the week recounted by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from config.hours import WEEKDAYS
from config.plan import Hours, Notice, OpenHours
from display.load import BASIS, LoadHour, best_hours, load, shortest
from display.load_web import Past, load_page
from server.domain import commands as c
from server.domain.floor import Visit
from tests.support import MORNING, Scene, service_of, tiny_plan

RIGA = ZoneInfo("Europe/Riga")


def test_the_floor_as_it_is_now() -> None:
    scene = Scene(opened=["1"])
    for queue in (0, 0, 1):
        scene.take(queue)
    found = load(scene.floor, scene.clock.now)
    assert (found.open, found.closes, found.opens, found.hours) == (True, None, None, "")
    assert [one.waiting for one in found.queues] == [2, 1, 0]
    assert found.waiting == 3
    assert all(one.open and one.last is None for one in found.queues)


def weekdays(spans: str, last: int = 0) -> Hours:
    return Hours(regular=(OpenHours(days=WEEKDAYS[:5], spans=spans),), last_ticket=last)


@pytest.mark.parametrize(
    ("clock", "open_", "closes", "opens", "given"),
    [
        ("07:59", False, None, "2026-03-16 08:00", False),
        ("08:00", True, "2026-03-16 12:00", None, True),
        ("12:10", False, None, "2026-03-16 12:30", False),
        ("16:29", True, "2026-03-16 17:00", None, True),
        ("16:30", True, "2026-03-16 17:00", None, False),
        ("17:00", False, None, "2026-03-17 08:00", False),
    ],
)
def test_open_or_closed_and_when_the_last_number_is_given(
    clock: str, open_: bool, closes: str | None, opens: str | None, given: bool
) -> None:
    plan = replace(tiny_plan(), hours=weekdays("8:00-12:00; 12:30-17:00", last=30))
    now = datetime.fromisoformat(f"2026-03-16 {clock}").replace(tzinfo=RIGA)
    found = load(Scene(plan).floor, now.astimezone(UTC))

    def local(at: datetime | None) -> str | None:
        return at and f"{at.astimezone(RIGA):%Y-%m-%d %H:%M}"

    assert (found.open, local(found.closes), local(found.opens)) == (open_, closes, opens)
    assert found.hours == "8:00–12:00, 12:30–17:00"
    assert {(one.open, local(one.last)) for one in found.queues} == {(given, "2026-03-16 16:30" if given else None)}


def test_how_many_numbers_are_left_and_no_word_of_a_sensitive_service() -> None:
    plan = tiny_plan()
    limited, hidden = service_of(plan), service_of(plan, 0, 1)
    services = tuple(
        replace(one, daily=3, sensitive=one.code == hidden) if one.code in (limited, hidden) else one for one in plan.services
    )
    scene = Scene(replace(plan, services=services), opened=["1"])
    scene.take()
    (told,) = load(scene.floor, scene.clock.now).queues[0].limited
    assert (told.left, told.name) == (2, next(one.name for one in services if one.code == limited))


def test_the_notices_of_today() -> None:
    notices = (
        Notice(text={"lv": "tagad"}, since="2026-03-01", until="2026-03-16"),
        Notice(text={"lv": "vēlāk"}, since="2026-03-17"),
    )
    found = load(Scene(replace(tiny_plan(), notices=notices)).floor, MORNING)
    assert found.notices == ({"lv": "tagad"},)


def days(seed: int) -> Iterator[list[Visit]]:
    """Three weeks of visits of one floor each, with waits that a dice says."""
    dice = Random(seed)
    for ago in range(21, 0, -1):
        scene = Scene(now=MORNING - timedelta(days=ago), opened=["1"])
        for _ in range(0 if scene.clock.now.weekday() > 4 else dice.randint(0, 12)):
            scene.clock.pass_(minutes=dice.randint(0, 40))
            scene.take()
            if dice.random() < 0.9:
                scene.clock.pass_(minutes=dice.randint(0, 30))
                scene.do(c.CallNext(counter="1"))
                scene.do(c.NoShow(counter="1"))
        yield list(scene.floor.visits.values())


def test_the_hours_of_the_week_as_a_plain_recount_has_them() -> None:
    known = [list(day) for day in days(3)]
    found = best_hours(known, "Europe/Riga")
    assert found
    plain = [visit for day in known for visit in day]
    for weekday in range(7):
        on_days = {visit.day for visit in plain if visit.issued.astimezone(RIGA).weekday() == weekday}
        for hour in range(24):
            mine = [v for v in plain if (v.issued.astimezone(RIGA).weekday(), v.issued.astimezone(RIGA).hour) == (weekday, hour)]
            waits = [(leg.called - v.issued).total_seconds() / 60 for v in mine for leg in v.legs[:1] if leg.called]
            told = [one for one in found if (one.day, one.hour) == (WEEKDAYS[weekday], hour)]
            assert bool(told) == (len(waits) >= BASIS)
            for one in told:
                assert (one.wait_min, one.arrivals) == (round(median(waits)), max(1, round(len(mine) / len(on_days))))


def hour(day: int, at: int, wait: int, arrivals: int = 5) -> LoadHour:
    return LoadHour(day=WEEKDAYS[day], hour=at, wait_min=wait, arrivals=arrivals)


def test_the_shortest_are_named_and_none_where_all_are_alike() -> None:
    hours = (hour(0, 9, 20), hour(0, 10, 4, 9), hour(1, 9, 4, 2), hour(1, 10, 12), hour(2, 9, 30))
    assert list(shortest(hours)) == [hours[2], hours[1], hours[3]]
    assert list(shortest((hour(0, 9, 5), hour(1, 9, 5)))) == []
    assert list(shortest(())) == []


def test_the_past_is_read_once_a_day_and_a_fault_there_does_not_close_the_page() -> None:
    asked: list[str] = []

    def visits_on(day: str) -> list[Visit]:
        asked.append(day)
        if len(asked) == 1:
            raise OSError("the disk")
        return []

    past, floor = Past(lambda work, *args: work(*args), visits_on), Scene().floor
    assert past.best(floor) == ()
    for _ in range(3):
        assert past.best(floor) == ()
    assert asked[0] == "2026-01-15"
    assert asked[1:] == [f"{(MORNING - timedelta(days=ago)).date()}" for ago in range(60, 0, -1)]


def test_the_page_says_it_in_latvian_and_beneath_in_english() -> None:
    scene = Scene(replace(tiny_plan(), hours=weekdays("8:00-17:00")), opened=["1"])
    scene.take()
    found = load(scene.floor, scene.clock.now, (hour(0, 8, 0), hour(1, 15, 3), hour(2, 9, 20)))
    latvian, both = (load_page(found, scene.plan, language) for language in ("lv", "en"))
    for text in ("Tagad atvērts", "gaida 1 cilvēks", "neviens negaida", "otrdienās no plkst. 15:00 līdz 16:00, apmēram 3 min",
                 "pirmdienās no plkst. 8:00 līdz 9:00, gandrīz nav jāgaida"):  # fmt: skip
        assert text in latvian
        assert text in both
    assert "gaida 0" not in latvian
    for text in ("Open now", "1 person waits", "nobody waits", "on Tuesdays from 15:00 to 16:00, about 3 min"):
        assert text in both
        assert text not in latvian
    assert load_page(found, scene.plan, "xx") == latvian
