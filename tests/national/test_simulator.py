"""Drawn networks by the thousand: nothing is lost, nothing is there twice, and in the end both sides are equal.

RINDA_SEEDS says how many (2000, 20000 with RINDA_NIGHTLY=1); a seed that fails is named and can be run again by itself.
"""

import os

import pytest

from tests.conftest import NIGHTLY
from tests.national.sim import Network, run

SEEDS = int(os.environ.get("RINDA_SEEDS", "20000" if NIGHTLY else "2000"))
PARTS = 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_drawn_networks_come_level(part: int) -> None:
    for seed in range(part, SEEDS, PARTS):
        try:
            run(Network(seed))
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error
