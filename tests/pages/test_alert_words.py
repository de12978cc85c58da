"""Every kind of alert that the server raises has its words, its sign and its name in the history on the pages."""

import re
from pathlib import Path
from typing import get_args

import pytest

import server
from server.alerts import AlertKind

TABLES = {"WORDS": r"^  (\w+): ", "LOOKS": r"^  (\w+): \[", "SHORT": r"(\w+): \(\) => t\("}


@pytest.mark.parametrize("table", TABLES)
def test_each_kind_of_alert_is_known_to_the_pages(table: str) -> None:
    script = (Path(server.__file__).parent / "static" / "alerts.js").read_text(encoding="utf-8")
    body = script.split(f"const {table} = {{\n")[1].split("\n};")[0]
    assert set(re.findall(TABLES[table], body, re.MULTILINE)) == set(get_args(AlertKind))
