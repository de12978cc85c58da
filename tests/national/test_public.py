"""The public page: open and near centres first, nothing that is old shown as new, and nobody's secrets."""

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import flask
import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, create_engine, event, update
from sqlalchemy.pool import StaticPool

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.plan import Hours, OpenHours
from server.domain.moment import microseconds
from server.national.node.exports import EXPORTS
from server.national.node.kept import Kept
from server.national.node.live import Live, LiveQueue
from server.national.node.public import Plans, distance, nearest, picture, search
from server.national.node.public_page import Load
from server.national.node.schema import centres, metadata
from server.national.wire import Pulse
from server.shell import STATIC
from server.store.journal import GENESIS
from tests.national.nodes import node_in

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 3)
PLAN = load_plan(sorted(CENTRES.glob("*.toml"))[0], load_catalogue(CATALOGUE))
ONE, OTHER = PLAN.services[0].code, PLAN.services[1].code


def centre(code: str, municipality: str, spot: tuple[float, float] | None, **more: Any) -> dict[str, Any]:
    heard = more.pop("heard", NOW)
    queues = more.pop("queues", (LiveQueue(queue="q", waiting=3, low=5, high=12, services=(ONE,)),))
    live = Live(
        at=NOW, day=more.pop("day", "2026-11-03"), version=more.pop("version", 1), working=more.pop("working", 2), queues=queues
    )
    hours = more.pop("hours", None)
    return {
        "centre": code, "name": f"{code} VPVKAC", "municipality": municipality, "lat": spot and spot[0],
        "lon": spot and spot[1], "hash": GENESIS,
        "secret": f"secret-{code}", "heard": microseconds(heard), "live": msgspec.json.encode(live).decode(),
        "pulse": msgspec.json.encode(Pulse(at=heard, head=0)).decode(),
        "plan": msgspec.json.encode(replace(PLAN, hours=hours)).decode(), **more,
    }  # fmt: skip


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(made)
    with made.begin() as connection:
        connection.execute(centres.insert(), [
            centre("far", "Ludzas novads", (56.55, 27.72), queues=(
                LiveQueue(queue="q", waiting=0, low=0, high=5, services=(ONE,)),
            )),
            centre("near", "Cēsu novads", (57.31, 25.27)),
            centre("beside", "Valmieras novads", (57.54, 25.43), queues=(
                LiveQueue(queue="q", waiting=9, low=20, high=40, services=(ONE, OTHER)),
                LiveQueue(queue="r", waiting=2, low=1, high=7, services=(OTHER,)),
            )),
            centre("shut", "Cēsu novads", (57.13, 25.0), working=0),
            centre("mute", "Cēsu novads", (57.2, 25.1), heard=NOW - timedelta(hours=2)),
            centre("old", "Varakļānu novads", None, day="2026-11-02"),
        ])  # fmt: skip
        connection.execute(centres.insert(), {"centre": "new", "name": "New", "hash": GENESIS})
    yield made
    made.dispose()


def seen(engine: Engine, now: datetime = NOW, plans: Plans | None = None) -> Any:
    with engine.connect() as connection:
        return picture(connection, plans or Plans(), now, TODAY)


def test_open_centres_come_first_then_the_home_municipality_then_by_distance(engine: Engine) -> None:
    found = nearest(seen(engine), ONE, "Cēsu novads")
    assert [one.place.centre for one in found] == ["near", "beside", "far", "old", "mute", "shut"]
    by = {one.place.centre: one for one in found}
    assert by["near"].km is None
    assert 25 < (by["beside"].km or 0) < 55
    assert 150 < (by["far"].km or 0) < 200


def test_without_a_place_the_shortest_wait_comes_first(engine: Engine) -> None:
    assert [one.place.centre for one in nearest(seen(engine), ONE, "")] == ["far", "near", "beside", "old", "mute", "shut"]


def test_the_wait_is_that_of_the_shortest_queue_with_the_service(engine: Engine) -> None:
    found = {one.place.centre: one for one in nearest(seen(engine), OTHER, "")}
    assert set(found) == {"beside"}
    assert (found["beside"].waiting, found["beside"].low, found["beside"].high) == (2, 1, 7)
    whole = {one.place.centre: one for one in nearest(seen(engine), "", "")}
    assert (whole["beside"].waiting, whole["beside"].high) == (11, 40)


def test_what_is_old_has_no_numbers_and_who_has_no_link_says_so(engine: Engine) -> None:
    found = {one.place.centre: one for one in nearest(seen(engine), "", "")}
    assert "new" not in found
    assert (found["old"].waiting, found["old"].high) == (None, None)
    assert found["mute"].place.state == "unknown"
    assert found["mute"].place.at == NOW - timedelta(hours=2)
    assert (found["shut"].place.state, found["shut"].waiting) == ("closed", None)
    assert found["old"].place.municipality == "Madonas novads"


def test_hours_of_the_plan_close_a_centre_whatever_its_counters_say(engine: Engine) -> None:
    hours = Hours(regular=(OpenHours(days=("mon", "tue", "wed", "thu", "fri"), spans="8:00-17:00"),))
    with engine.begin() as connection:
        plan = msgspec.json.encode(replace(PLAN, hours=hours)).decode()
        connection.execute(update(centres).where(centres.c.centre == "near").values(plan=plan))
    night = datetime(2026, 11, 3, 22, 0, tzinfo=UTC)
    with engine.begin() as connection:
        connection.execute(update(centres).where(centres.c.heard.is_not(None)).values(heard=microseconds(night)))
    place = next(one.place for one in nearest(seen(engine, night), ONE, "") if one.place.centre == "near")
    assert place.state == "closed"
    assert place.opens == datetime(2026, 11, 4, 6, 0, tzinfo=UTC)


def test_services_are_found_without_diacritics_and_by_other_words(engine: Engine) -> None:
    offered = seen(engine).services
    assert {one.code for one in offered} == {ONE, OTHER}
    name = PLAN.services[0].name["lv"]
    plain = name.lower().translate(str.maketrans("āčēģīķļņšūž", "acegiklnsuz"))
    assert ONE in {one.code for one in search(offered, plain)}
    assert search(offered, "zvaigznes") == []


def test_plans_are_read_once_for_each_version(engine: Engine) -> None:
    asked: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "plan" in statement and "live" not in statement:
            asked.append(statement)

    plans = Plans()
    seen(engine, plans=plans)
    assert len(asked) == 6
    seen(engine, plans=plans)
    assert len(asked) == 6
    with engine.begin() as connection:
        row = centre("near", "Cēsu novads", (57.31, 25.27), version=2)
        connection.execute(update(centres).where(centres.c.centre == "near").values(live=row["live"]))
    seen(engine, plans=plans)
    assert len(asked) == 7


def test_distances_are_those_of_the_map() -> None:
    assert distance((56.9496, 24.1052), (56.5047, 21.0108)) == pytest.approx(195, abs=3)  # Rīga - Liepāja


def test_many_readers_cost_as_much_as_one() -> None:
    made, now = itertools.count(1), [0.0]
    kept = Kept(5.0, lambda: next(made), lambda: now[0])
    assert [kept(), kept()] == [1, 1]
    now[0] = 4.9
    assert kept() == 1
    now[0] = 5.0
    assert kept() == 2


class _Ground:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def look_up(self, work: Any, *args: Any) -> Any:
        with self._engine.connect() as connection:
            return work(connection, *args)


@pytest.fixture
def client(engine: Engine) -> Any:
    app = flask.Flask("t")
    app.register_blueprint(Load(_Ground(engine), lambda: NOW).routes())  # type: ignore[arg-type]
    return app.test_client()


def test_programs_get_the_same_list_and_no_more(client: Any) -> None:
    answer = client.get(f"/api/v1/load?service={ONE}&municipality=C%C4%93su+novads")
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert [one["centre"] for one in answer.json["centres"]] == ["near", "beside", "far", "old", "mute", "shut"]
    assert answer.json["centres"][0]["waiting"] == 3
    assert set(answer.json["centres"][0]) == {
        "centre", "name", "municipality", "lat", "lon", "state", "at", "closes", "opens", "waiting", "low", "high", "km",
    }  # fmt: skip
    assert "secret" not in answer.text


def test_the_page_is_latvian_first_and_needs_no_script(client: Any) -> None:
    text = client.get(f"/load?service={ONE}&municipality=C%C4%93su+novads").text
    assert '<html lang="lv"' in text
    assert text.index("near") < text.index("beside") < text.index("far")
    assert "3 cilvēki gaida" in text
    assert "5 līdz 12 min" in text
    assert "Neviens negaida · <strong>līdz 5 min" in text
    assert 'lang="en"' in text
    english = client.get(f"/load?language=en&service={ONE}").text
    assert '<html lang="en"' in english
    assert "3 people wait" in english
    assert 'class="near" hidden' in text


def test_a_search_that_finds_several_asks_which(client: Any) -> None:
    shared = re.findall(r"\w+", PLAN.services[0].code)[0]
    text = client.get(f"/load?q={shared}").text
    for code in (ONE, OTHER):
        assert f"service={code}" in text
    assert "Nevienā centrā nav" in client.get("/load?q=zvaigznes").text


def test_nothing_from_the_address_becomes_markup(client: Any) -> None:
    assert (
        "<script>alert"
        not in client.get("/load?q=%3Cscript%3Ealert(1)%3C/script%3E&municipality=%22%3E%3Cscript%3Ealert(1)").text
    )


def test_the_position_is_asked_for_on_a_press_and_sent_nowhere() -> None:
    script = (STATIC / "load.js").read_text("utf-8")
    assert not re.search(r"XMLHttpRequest|sendBeacon|WebSocket|location\s*=|submit|document\.cookie|localStorage", script)
    assert re.findall(r"fetch\([^)]*\)", script) == ["fetch(link.href)"]
    assert script.index('addEventListener("click"') < script.index("getCurrentPosition")


def test_the_node_shows_it_to_everybody_and_exports_to_nobody_unknown(tmp_path: Path) -> None:
    node = node_in(tmp_path)
    client = node.app.test_client()
    for path in ("/load", "/api/v1/load", "/open-data"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"].split(",")[0]) == (200, "public")
    for name in EXPORTS:
        assert client.get(f"/api/v1/exports/{name}?from=2026-01&to=2026-02").status_code == 401
