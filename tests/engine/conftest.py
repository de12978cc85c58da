"""The same tests over both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.engine import Engine
from tests.support import Clock, engine_over


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a fresh database."""
    if request.param == "postgresql":
        address: str = request.getfixturevalue("postgres_url")
        return address
    return f"sqlite:///{tmp_path}/centre.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(url: str, clock: Clock) -> Iterator[Callable[[], Engine]]:
    """Starts an engine over the database; all of them are stopped afterwards."""
    started: list[Engine] = []

    def begin() -> Engine:
        started.append(engine_over(url, clock))
        return started[-1]

    yield begin
    for engine in started:
        engine.stop()


@pytest.fixture
def engine(start: Callable[[], Engine]) -> Engine:
    return start()
