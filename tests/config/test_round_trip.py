"""A plan written as TOML reads back as the same plan."""

from pathlib import Path
from typing import Literal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.assemble import situations_for
from config.catalogue import Catalogue, Service
from config.hours import WEEKDAYS
from config.load import check_plan, dump_plan, load_catalogue, load_plan
from config.plan import (
    Booking,
    Booth,
    Calling,
    Centre,
    Clerk,
    Counter,
    Exceptional,
    Gain,
    Hours,
    Kiosk,
    Notice,
    OpenHours,
    Place,
    Plan,
    Points,
    Profile,
    Queue,
    Roll,
    Rules,
    Share,
    Shift,
    SlipTexts,
    Zone,
)  # fmt: skip
from config.references import _compete
from config.shape import LETTERS
from tests.config.conftest import CONFIG
from tests.conftest import drawn

CATALOGUE = load_catalogue(CONFIG / "catalogue.toml")
RESERVES: tuple[Literal["X", "W"], ...] = ("X", "W")
words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
text = st.builds(lambda lv, more: {"lv": lv, **more}, words, st.dictionaries(st.sampled_from(["en", "ru", "uk"]), words))
codes = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)


def sound(rules: list[OpenHours]) -> tuple[OpenHours, ...]:
    """Without rules that name a day of an earlier one of the same rank."""
    kept: list[OpenHours] = []
    for rule in rules:
        if not any(_compete(before, rule) and set(before.days) & set(rule.days) for before in kept):
            kept.append(rule)
    return tuple(kept)


days = st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(tuple)
spans = st.sampled_from(["", "8:30-12:00; 12:20-17:00", "9 – 14", "slēgts"])
open_hours = st.builds(
    OpenHours, days=days, spans=spans, season=st.sampled_from(["", "10-01/05-31"]), note=text | st.just({}),
    nth=st.lists(st.sampled_from([-1, 1, 2, 5]), max_size=2).map(tuple),
)  # fmt: skip
exceptions = st.builds(Exceptional, date=st.sampled_from(["2026-12-24", "2026-12-24/2027-01-02"]), spans=spans)
hours = st.builds(
    Hours, regular=st.lists(open_hours, min_size=1, max_size=3).map(sound), holidays=st.booleans(),
    exceptions=st.lists(exceptions, max_size=1).map(tuple), last_ticket=st.integers(0, 60),
)  # fmt: skip
daily = st.integers(0, 50)
gains = st.builds(Gain, rate=st.integers(1, 9), head_start=st.integers(0, 30))
points = st.builds(Points, walk_in=gains, appointment=gains, returning=gains)


@st.composite
def callings(draw: st.DrawFn, served: tuple[str, ...]) -> Calling:
    order = draw(st.sampled_from(["arrival", "preference", "points", "target", *(["ratio"] if served else [])]))
    shares = tuple(Share(queue=queue, take=draw(st.integers(1, 4))) for queue in served) if order == "ratio" else ()
    return Calling(
        order=order,  # type: ignore[arg-type]
        shares=shares, points=draw(points), booked_first=draw(st.booleans()), gap_s=draw(st.integers(0, 60)),
        overtakes_most=draw(st.none() | st.integers(0, 9)), wait_most=draw(st.none() | st.integers(1, 90)),
    )  # fmt: skip


@st.composite
def services(draw: st.DrawFn, institution: str) -> list[Service]:
    every = [s for s in CATALOGUE.services if s.institution == institution]
    chosen = every if draw(st.booleans()) else draw(st.permutations(every))[: draw(st.integers(1, len(every)))]
    change = st.fixed_dictionaries(
        {},
        optional={
            "minutes": st.integers(1, 480),
            "name": text,
            "sensitive": st.booleans(),
            "note": words,
            "daily": st.integers(0, 50),
        },
    )
    return [msgspec.structs.replace(s, **draw(change)) if draw(st.integers(0, 9)) == 0 else s for s in chosen]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    institutions = draw(st.lists(st.sampled_from(CATALOGUE.institutions), min_size=1, max_size=6, unique_by=lambda i: i.code))
    offered = [service for institution in institutions for service in draw(services(institution.code))]
    zones = [Zone(code=code, name=draw(text)) for code in draw(st.lists(codes, min_size=1, max_size=3, unique=True))]
    zone = st.sampled_from([z.code for z in zones])
    split: dict[str, list[str]] = {}
    queue_codes = draw(st.lists(codes, min_size=1, max_size=5, unique=True))
    by_institution = draw(st.booleans())
    for service in offered:
        home = (
            queue_codes[ord(service.institution[0]) % len(queue_codes)] if by_institution else draw(st.sampled_from(queue_codes))
        )
        if not service.retired:
            split.setdefault(home, []).append(service.code)
    letters = draw(st.permutations(LETTERS))
    queues = [
        Queue(
            code=code,
            name=draw(text),
            letter=letters[i],
            zone=draw(zone),
            services=tuple(of_it),
            target=draw(st.none() | st.integers(1, 90)),
            skill=draw(st.none() | st.just("sign")),
            hours=sound(draw(st.lists(open_hours, max_size=2))),
        )
        for i, (code, of_it) in enumerate(split.items())
    ]
    every = tuple(split)
    some = st.lists(st.sampled_from(every), unique=True).map(tuple) if every else st.just(())
    profiles = [
        Profile(code=code, name=draw(text), queues=served, calling=draw(callings(served)))
        for code, served in (("all", every), ("some", draw(some)))
    ]
    waiting = tuple(code for queue in queues for code in queue.services)
    by_video = [service.code for service in offered if "video" in service.channels]
    return Plan(
        centre=Centre(code=draw(codes), name=draw(text), short=draw(text), type="novada", municipality=draw(words)),
        place=Place(noun={"lv": "{n}. galds"}, towards={"lv": "pie {n}. galda", "en": "to desk {n}"}),
        languages=("lv", *draw(st.lists(st.sampled_from(["en", "ru", "uk"]), unique=True))),
        zones=tuple(zones),
        queues=tuple(queues),
        profiles=tuple(profiles),
        counters=(
            Counter(code="1", zone=draw(zone), profile="all", accessible=draw(st.booleans())),
            Counter(code="2", zone=draw(zone), profile="some"),
        ),
        kiosks=tuple(
            Kiosk(
                code=code, zone=draw(zone), prints=draw(st.booleans()), reserve=letter, inches=draw(st.sampled_from((17.0, 21.5)))
            )
            for letter, code in zip(RESERVES, sorted(draw(st.sets(codes, max_size=2))), strict=False)
        ),
        booths=tuple(
            Booth(code=code, name=draw(text), zone=draw(zone), services=tuple(by_video[:2]))
            for code in draw(st.sets(codes, max_size=2))
            if by_video
        ),
        notices=tuple(draw(st.lists(st.builds(Notice, text=text, since=st.sampled_from(("", "2026-03-01"))), max_size=2))),
        slip=SlipTexts(wifi=draw(text | st.just({})), access=draw(st.booleans())),
        institutions=tuple(institutions),
        situations=situations_for(CATALOGUE, {service.code for service in offered}),
        services=tuple(offered),
        kinds=CATALOGUE.kinds,
        channels=CATALOGUE.channels,
        outcomes=CATALOGUE.outcomes,
        unserved=CATALOGUE.unserved,
        counted=CATALOGUE.counted,
        health_words=CATALOGUE.health_words,
        clerks=(Clerk(code="ilze", skills=("sign", "english")),),
        shifts=(Shift(counter="1", days=draw(days), spans="8-17"),),
        hours=draw(st.none() | hours),
        booking=Booking(services=waiting[:2], places=draw(st.integers(1, 5))) if draw(st.booleans()) else None,
        roll=Roll(service=waiting[0], last=draw(st.integers(2, 99))) if waiting and draw(st.booleans()) else None,
        rules=Rules(presence_s=draw(st.integers(1, 900)), outcome_required=draw(st.booleans())),
        pause_reasons=draw(st.dictionaries(codes, text, max_size=3)),
        slip_footer=draw(text | st.just({})),
    )


@settings(
    max_examples=drawn(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(plan=plans())
def test_any_sound_plan_comes_back(plan: Plan, tmp_path: Path) -> None:
    assert check_plan(plan) == ()
    path = tmp_path / "plan.toml"
    path.write_text(dump_plan(plan, CATALOGUE), encoding="utf-8")
    assert load_plan(path, CATALOGUE) == plan


@pytest.mark.parametrize("name", ["demo", "village", "state_city"])
def test_the_shipped_centres_come_back_as_brief_as_they_were(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    source = CONFIG / f"centres/{name}.toml"
    plan = load_plan(source, catalogue)
    path = tmp_path / "again.toml"
    path.write_text(dump_plan(plan, catalogue), encoding="utf-8")
    assert load_plan(path, catalogue) == plan
    assert path.read_text(encoding="utf-8").count("\n") <= source.read_text(encoding="utf-8").count("\n")


def test_what_the_file_says(demo: Plan, catalogue: Catalogue) -> None:
    written = dump_plan(demo, catalogue)
    assert written.startswith('languages = ["lv", "en"]\nslip_footer = { lv = "Nedzirdējāt izsaukumu? ')
    assert '[[queue]]\ncode = "vid"\nzone = "hall"\nservices = ["VID"]\n' in written
    assert '[[profile]]\ncode = "universal"\nname = { lv = "Visi pakalpojumi", en = "All services" }\nqueues = "all"\n' in written
    assert "VID-03" not in written, "a fact of the catalogue is not repeated"


def test_a_plan_of_another_catalogue_cannot_be_written(demo: Plan, catalogue: Catalogue) -> None:
    other = msgspec.structs.replace(catalogue, services=catalogue.services[1:])
    with pytest.raises(ValueError, match="not made of this catalogue"):
        dump_plan(demo, other)
