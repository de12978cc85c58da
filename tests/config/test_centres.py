"""The shipped centres are what they say they are."""

from dataclasses import dataclass
from pathlib import Path
from time import thread_time

import pytest

from config.catalogue import Catalogue
from config.load import check_plan, load_plan
from config.plan import Plan
from tests.config.conftest import CONFIG


@dataclass
class Shape:
    """How large a centre is."""

    type: str
    zones: int
    queues: int
    counters: int
    kiosks: int


def test_the_demo_has_the_eight_institutions_in_order_then_its_own(demo: Plan) -> None:
    codes = [institution.code for institution in demo.institutions]
    assert codes[:8] == ["VSAA", "NVA", "VID", "UR", "LAD", "VZD", "PMLP", "VDI"]
    assert codes[8:] == ["PORTALS", "PASV", "CENTRS"]


def test_the_demo_has_one_queue_for_each_institution(demo: Plan) -> None:
    assert {queue.code: queue.letter for queue in demo.queues} == (
        {"vsaa": "A", "nva": "N", "vid": "D", "ur": "U", "lad": "L", "vzd": "Z", "pmlp": "P", "vdi": "T"}
        | {"portals": "E", "pasv": "M", "centrs": "R"}
    )
    sizes = {queue.code: len(queue.services) for queue in demo.queues}
    assert (sizes["vsaa"], sizes["vid"], sizes["pasv"], sizes["centrs"]) == (31, 12, 14, 4)
    assert len(demo.services) == sum(sizes.values()) == 116
    assert [s.code for s in demo.services if s.institution == "CENTRS"] == ["CTR-01", "CTR-02", "CTR-05", "CTR-07"]


def test_the_demo_has_six_counters_in_two_zones_and_a_kiosk(demo: Plan) -> None:
    assert [(c.code, c.zone) for c in demo.counters] == [
        *[("1", "hall"), ("2", "hall"), ("3", "hall"), ("4", "hall")],
        *[("5", "side"), ("6", "side")],
    ]
    assert [c.code for c in demo.counters if c.accessible] == ["1", "5"]
    assert demo.languages == ("lv", "en")
    assert [zone.name["lv"] for zone in demo.zones] == ["Lielā zāle", "Sānu zāle"]
    assert demo.place.towards["lv"].format(n=4) == "pie 4. lodziņa"
    assert demo.kiosks[0].quick == ("VID-01", "VSAA-31", "EID-01", "PASV-14")
    assert demo.kiosks[0].unknown == "CTR-01"
    assert list(demo.pause_reasons) == ["lunch", "other_work", "methodical_day", "outside"]


def test_profiles_of_the_demo(demo: Plan) -> None:
    served = {profile.code: profile.queues for profile in demo.profiles}
    assert len(served["universal"]) == 11
    assert "pasv" not in served["valsts"]
    assert served["pasvaldiba"] == ("pasv", "centrs")


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("demo", Shape("nacionalas", 2, 11, 6, 1)),
        ("village", Shape("vietejas", 1, 2, 1, 0)),
        ("state_city", Shape("nacionalas", 4, 14, 16, 2)),
    ],
)
def test_sizes(name: str, shape: Shape, catalogue: Catalogue) -> None:
    plan = load_plan(CONFIG / f"centres/{name}.toml", catalogue)
    sizes = (len(plan.zones), len(plan.queues), len(plan.counters), len(plan.kiosks))
    assert Shape(plan.centre.type, *sizes) == shape
    assert check_plan(plan) == ()
    assert {i.standing for i in plan.institutions} == {"basket", "support", "municipal", "centre"}


def test_a_candidate_is_offered_only_where_it_is_named(catalogue: Catalogue, tmp_path: Path) -> None:
    source = (CONFIG / "centres/demo.toml").read_text(encoding="utf-8")
    source += '[[institution]]\ncode = "NVD"\nservices = "all"\n[[queue]]\ncode = "nvd"\nzone = "hall"\nservices = ["NVD"]\n'
    path = tmp_path / "with.toml"
    path.write_text(source, encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert plan.institutions[-1].standing == "candidate"
    assert plan.queues[-1].letter == "H"
    assert plan.queues[-1].services == ("NVD-01", "NVD-02", "NVD-03"), "NVD-04 is retired"


def test_a_centre_changes_a_fact_only_for_itself(catalogue: Catalogue, tmp_path: Path) -> None:
    source = (CONFIG / "centres/demo.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(f'{source}[[service]]\ncode = "VID-01"\nminutes = 18\nminutes_evidence = "seen"\n', encoding="utf-8")
    changed = next(s for s in load_plan(path, catalogue).services if s.code == "VID-01")
    assert (changed.minutes, changed.minutes_evidence) == (18, "seen")
    assert changed.name["lv"] == "Gada ienākumu deklarācijas aizpildīšana un iesniegšana"
    assert next(s for s in catalogue.services if s.code == "VID-01").minutes == 25


def test_an_institution_in_a_queue_means_what_other_queues_leave(catalogue: Catalogue) -> None:
    queues = {q.code: q for q in load_plan(CONFIG / "centres/state_city.toml", catalogue).queues}
    assert queues["deklaracija"].services == ("VID-01",)
    assert queues["vid"].services == tuple(f"VID-{n:02}" for n in range(2, 13))


def test_the_demo_loads_fast(catalogue: Catalogue) -> None:
    times = []
    for _ in range(3):
        start = thread_time()
        load_plan(CONFIG / "centres/demo.toml", catalogue)
        times.append(thread_time() - start)
    assert min(times) < 0.1, "seconds of CPU, whoever else uses the machine"
