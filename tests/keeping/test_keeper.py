"""When the server makes a copy by itself, and for how long a place that took none is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.keeping.backups import Keep, Made, Place
from server.keeping.keeper import START_S, Keeper
from server.keeping.shelf import Copy
from server.protocol import Status

FIRST, DISK = Path("/data/backup"), Path("/media/disk")


class Shelves:
    """Places with a newest copy of some age; the disk refuses what a round brings."""

    def __init__(self, age: timedelta) -> None:
        self.newest = Copy(path=FIRST / "copy", at=datetime.now(UTC) - age, position=1, size=1)
        self.rounds = 0

    def look(self, fault: str = "") -> Keep:
        places = (
            Place(folder=FIRST, first=True, newest=self.newest),
            Place(folder=DISK, first=False, newest=self.newest, fault=fault),
        )
        return Keep(places=places, last=Made(at=datetime.now(UTC), seconds=1.0) if self.rounds else None)

    def round(self) -> Keep:
        self.rounds += 1
        return self.look("the disk is full")


def keeper_of(shelves: Any, told: list[Status], now: list[float]) -> Keeper:
    return Keeper(shelves, "", lambda work: work(), lambda name, status: told.append(status), lambda: now[0])


@pytest.mark.parametrize(("minutes", "rounds"), [(50, 0), (61, 1), (-3, 0), (-4000, 1)])
def test_a_start_makes_no_copy_where_one_is_not_an_hour_old_nor_of_a_time_to_come(minutes: int, rounds: int) -> None:
    shelves, now = Shelves(timedelta(minutes=minutes)), [0.0]
    keeper = keeper_of(shelves, [], now)
    keeper.step()
    now[0] = START_S
    keeper.step()
    keeper.step()
    assert shelves.rounds == rounds


def test_a_place_that_took_no_copy_is_told_until_the_next_round() -> None:
    shelves, told = Shelves(timedelta(minutes=1)), list[Status]()
    keeper = keeper_of(shelves, told, [0.0])
    keeper.want()
    for _ in range(3):
        keeper.step()
    assert [one.fault for one in keeper.keep.places] == ["", "the disk is full"]
    assert [(one.state, one.detail) for one in told] == [("place", str(DISK))]
