"""Quality is tested over both databases, like the engine."""

from collections.abc import Iterator

import pytest

from server.quality.records import Records
from server.store.centre import CentreStore
from tests.engine.conftest import url

__all__ = ["url"]


@pytest.fixture
def store(url: str) -> Iterator[CentreStore]:
    found = CentreStore(url)
    found.open()
    yield found
    found.close()


@pytest.fixture
def records(store: CentreStore) -> Records:
    """Read and written on the test's own thread."""
    return Records(store.read, lambda work, *args: work(*args), store.do)
