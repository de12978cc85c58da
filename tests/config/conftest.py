"""The shipped catalogue and centres."""

from pathlib import Path

import pytest

from config.catalogue import Catalogue
from config.load import load_catalogue, load_plan
from config.plan import Plan

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(CONFIG / "catalogue.toml")


@pytest.fixture(scope="session")
def demo(catalogue: Catalogue) -> Plan:
    return load_plan(CONFIG / "centres/demo.toml", catalogue)
