"""Fixtures of the printer tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import need as need_
from tests.printers.bench import Bench


@pytest.fixture
def need() -> Callable[[str, object], None]:
    """Skips by name what is missing; fails instead under RINDA_REQUIRE_ALL=1."""
    return need_


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """An Epson-class printer and its spooler, ready."""
    made = Bench(tmp_path / "jobs.sqlite")
    yield made.ready()
    made.close()


@pytest.fixture
def generic(tmp_path: Path) -> Iterator[Bench]:
    """A printer without process IDs and its spooler, ready."""
    made = Bench(tmp_path / "jobs.sqlite", generic=True)
    yield made.ready()
    made.close()
