"""Two centres that know nothing of each other, once for all tests of this folder that only look."""

from collections.abc import Iterator

import pytest

from tests.security.world import Centre, Who, everybody


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Another centre, with people of the same names."""
    found = Centre(tmp_path_factory.mktemp("elsewhere"), "elsewhere").start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """The centre whose doors are tried."""
    found = Centre(tmp_path_factory.mktemp("here"), "here").start()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def people(here: Centre, elsewhere: Centre) -> list[Who]:
    """Everybody who may come to its doors."""
    return everybody(here, elsewhere)
