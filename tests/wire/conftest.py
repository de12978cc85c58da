"""One centre server for all tests of a module."""

from collections.abc import Iterator

import pytest

from tests.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running centre server."""
    found = House(tmp_path_factory.mktemp("house")).start()
    yield found
    found.stop()
