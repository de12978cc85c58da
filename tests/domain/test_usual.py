"""How long a service usually takes: the desk, its book of appointments, the menu and the manager's page say the same."""

from msgspec.structs import replace

from counter.view import catalogue, desk
from kiosk.view import menu
from server.admin.view import overview
from server.domain import commands as c
from server.domain.events import ServiceHistory
from server.domain.pace import usual
from tests.support import CLERK, OTHER, Scene, service_of, tiny_plan

COUNTER = "1"


def said(scene: Scene) -> tuple[int | None, int | None]:
    """At the desk, and on the manager's page."""
    visit = desk(scene.floor, COUNTER, CLERK).visit
    assert visit is not None
    (there,) = (one for one in overview(scene.floor, {}, scene.clock.now).counters if one.counter == COUNTER)
    return visit.usual, there.usual


def serve(scene: Scene) -> None:
    scene.take()
    scene.do(c.CallNext(counter=COUNTER))
    scene.do(c.Serve(counter=COUNTER))


def test_both_say_what_earlier_days_say_and_the_catalogue_where_there_are_none() -> None:
    scene = Scene(opened=[COUNTER])
    service = service_of(scene.plan, 0)
    listed = next(one.minutes for one in scene.plan.services if one.code == service)
    serve(scene)
    assert said(scene) == (listed, listed)
    for count, minutes in ((1000, listed + 30), (1, listed + 5)):
        known = ServiceHistory(service=service, count=count, mean_s=60.0 * (listed + 30), spread=0.6)
        scene.floor = replace(scene.floor, history={service: known})
        assert said(scene) == (minutes, minutes), count


def test_it_stays_while_the_visit_is_served_however_the_day_goes() -> None:
    plan = tiny_plan()
    scene = Scene(replace(plan, rules=replace(plan.rules, outcome_required=False)), opened=[COUNTER])
    for _ in range(10):
        serve(scene)
        scene.clock.pass_(minutes=1)
        scene.do(c.Finish(counter=COUNTER))
    serve(scene)
    begun = said(scene)
    scene.do(c.OpenCounter(counter="2"), OTHER)
    for _ in range(10):
        scene.take()
        scene.do(c.CallNext(counter="2"), OTHER)
        scene.do(c.Serve(counter="2"), OTHER)
        scene.tick(minutes=50)
        scene.do(c.Finish(counter="2"), OTHER)
        assert said(scene) == begun
    assert begun[0] == begun[1]


def test_menu_and_book_of_the_desk_say_the_same_and_keep_to_it_all_day() -> None:
    plan = tiny_plan()
    service = service_of(plan, 0)
    listed = next(one.minutes for one in plan.services if one.code == service)
    known = ServiceHistory(service=service, count=1000, mean_s=60.0 * (listed + 30), spread=0.6)
    scene = Scene(replace(plan, rules=replace(plan.rules, outcome_required=False)), opened=[COUNTER])
    assert offered(scene, service) == (listed, listed)
    scene.floor = replace(scene.floor, history={service: known})
    assert offered(scene, service) == (listed + 30, listed + 30)
    for _ in range(10):
        serve(scene)
        assert said(scene)[0] == listed + 30
        scene.clock.pass_(minutes=1)
        scene.do(c.Finish(counter=COUNTER))
    assert offered(scene, service) == (listed + 30, listed + 30)


def offered(scene: Scene, service: str) -> tuple[int, int]:
    """On the kiosk's menu, and where the desk books a time."""
    here = next(one for one in menu(scene.floor, None, scene.clock.now).services if one.service == service)
    there = next(one for one in catalogue(scene.floor).services if one.service == service)
    return here.minutes, there.minutes


def test_a_visit_for_two_services_takes_as_long_as_both_and_what_nobody_knows_adds_nothing() -> None:
    scene = Scene()
    first, second = (service_of(scene.plan, queue) for queue in (0, 1))
    one, other = (usual(scene.floor, service) for service in (first, second))
    assert one is not None
    assert other is not None
    assert usual(scene.floor, first, second) == one + other > max(one, other)
    assert usual(scene.floor, first, "nekas") == one
    assert usual(scene.floor, "nekas") is None
    quick = ServiceHistory(service="old", count=10**6, mean_s=20.0, spread=0.6)
    assert usual(replace(scene.floor, history={"old": quick}), "old") == 1, "not 0 minutes"
