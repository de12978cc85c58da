"""The last menu: whole after a power cut, and its hours go on without the server."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace

from kiosk.clock import microseconds_of
from kiosk.memory import Remembered, lasting, load, save, without_server
from kiosk.paper import paper_of
from kiosk.shapes import Jobs, Menu, MenuDay, MenuNotice, SlipJob
from printers.slip import Text
from tests.kiosk.shown import a_menu, riga


def heard(menu: Menu, at: datetime) -> Remembered:
    return Remembered(at=microseconds_of(at), menu=menu)


def is_open(menu: Menu) -> dict[str, bool]:
    return {one.service: one.open for one in menu.services}


def test_what_was_saved_is_loaded_and_what_is_torn_is_not(tmp_path: Path) -> None:
    path, one = tmp_path / "menu.json", heard(a_menu(), riga(9))
    assert load(path) is None
    save(path, one)
    assert load(path) == one
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert load(path) is None
    assert [file.name for file in tmp_path.iterdir()] == ["menu.json"]


@pytest.mark.parametrize(
    ("at", "opens", "closes"),
    [
        (riga(9), None, riga(17)),
        (riga(12, 15), riga(12, 30), None),
        (riga(17), riga(8, 30, day=17), None),
        (riga(20, day=20), riga(8, 30, day=23), None),
        (riga(10, day=25), None, riga(17, day=25)),
        (riga(10, day=28), riga(8, 30, day=30).replace(hour=5), None),
    ],
    ids=["open", "lunch", "closed", "weekend", "nine days later", "over the change to summer time"],
)
def test_hours_go_on_by_the_clock(at: datetime, opens: datetime | None, closes: datetime | None) -> None:
    found = without_server(heard(a_menu(), riga(9)), at)
    assert (found.opens, found.closes) == (opens, closes)
    assert all(is_open(found).values()) is (closes is not None and at.day != 16)
    assert found.week[0].date == f"{at:%Y-%m-%d}"


def test_what_is_used_up_stays_so_today_and_is_there_again_tomorrow() -> None:
    one = heard(a_menu(), riga(9))
    assert is_open(without_server(one, riga(16))) == {"VID-01": True, "VSAA-01": False}
    tomorrow = without_server(one, riga(9, day=17))
    assert is_open(tomorrow) == {"VID-01": True, "VSAA-01": True}
    assert [service.left for service in tomorrow.services] == [None, None]


def test_a_queue_with_hours_of_its_own_goes_by_them() -> None:
    afternoons = tuple(MenuDay(date=f"2026-03-{day}", spans=(("13:00", "16:00"),)) for day in range(16, 23))
    menu = a_menu()
    own = replace(menu.queues[1], week=afternoons)
    services = (menu.services[0], replace(menu.services[1], left=None))
    one = heard(replace(menu, queues=(menu.queues[0], own), services=services), riga(9))
    assert is_open(without_server(one, riga(11))) == {"VID-01": True, "VSAA-01": False}
    assert is_open(without_server(one, riga(14))) == {"VID-01": True, "VSAA-01": True}
    assert is_open(without_server(one, riga(16, 30, day=17))) == {"VID-01": True, "VSAA-01": False}
    used_up = heard(replace(menu, queues=(menu.queues[0], own)), riga(9))
    assert is_open(without_server(used_up, riga(14)))["VSAA-01"] is False
    assert is_open(without_server(used_up, riga(14, day=17)))["VSAA-01"] is True


def test_a_notice_goes_after_its_last_date() -> None:
    today = MenuNotice(text={"lv": "Lifts nedarbojas."}, kind="attention", about=(), until="2026-03-16")
    ever = replace(today, text={"lv": "Ieeja no pagalma."}, until="")
    one = heard(a_menu(notices=(today, ever)), riga(9))
    assert without_server(one, riga(16)).notices == (today, ever)
    assert without_server(one, riga(9, day=17)).notices == (ever,)


def test_a_menu_of_the_night_opens_in_the_morning() -> None:
    menu = a_menu()
    night = a_menu(
        opens=riga(8, 30), closes=None,
        services=tuple(replace(one, open=False) for one in menu.services),
    )  # fmt: skip
    assert all(is_open(without_server(heard(night, riga(6)), riga(9))).values())
    assert not any(is_open(without_server(heard(night, riga(6)), riga(8))).values())


def test_a_centre_without_hours_is_always_open() -> None:
    found = without_server(heard(a_menu(week=(), closes=None), riga(9)), riga(3, day=22))
    assert (found.opens, found.closes) == (None, None)
    assert is_open(found)["VID-01"]


def test_the_servers_count_holds_for_its_own_local_day() -> None:
    one = heard(a_menu(reserve_used=7), riga(23, 30))
    assert one.used(microseconds_of(riga(23, 59))) == 7
    assert one.used(microseconds_of(riga(2, 0, day=17))) == 0


def test_after_a_restart_slips_still_have_what_the_centre_prints_on_each(tmp_path: Path) -> None:
    head = Jobs(
        centre={"lv": "Centrs"}, timezone="Europe/Riga", footer={"lv": "Uz redzēšanos"}, slips=(),
        access=({"lv": "Lifts pa labi"},), wifi={"lv": "Wi-Fi: centrs"},
    )  # fmt: skip
    save(tmp_path / "menu.json", Remembered(at=1, menu=a_menu(), head=head))
    slip = SlipJob(
        visit=uuid4(), number="A001", service={"lv": "Pensija"}, institution={}, language="lv", issued=riga(9), ahead=0,
        low=None, high=None, token="t", waiting=True,
    )  # fmt: skip
    paper = paper_of(slip, False, None, load(tmp_path / "menu.json"), "https://rinda.example/ticket/t")
    assert paper == paper_of(slip, False, head, None, "https://rinda.example/ticket/t")
    assert {"Uz redzēšanos", "Lifts pa labi", "Wi-Fi: centrs"} <= {line.text for line in paper if isinstance(line, Text)}


def test_waiting_alone_is_not_worth_a_write() -> None:
    menu = a_menu()
    busy = a_menu(queues=tuple(replace(one, waiting=99, low=1, high=2) for one in menu.queues))
    assert lasting(menu) == lasting(busy)
    assert lasting(menu) != lasting(a_menu(reserve_used=1))
