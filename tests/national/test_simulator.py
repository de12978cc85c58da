"""Thousands of drawn networks: nothing is lost, nothing is there twice, and in the end both sides are equal."""

import os

import pytest

from tests.national.sim import Network

SEEDS = int(os.environ.get("RINDA_SEEDS", "600"))
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_a_drawn_network_comes_level(part: int) -> None:
    for seed in range(part, SEEDS, PARTS):
        network = Network(seed)
        try:
            for _ in range(120):
                network.step()
            server = network.settle()
            assert network.line() == [row.hash for row in server.journal.rows_]
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error
