"""The demo's node: its centre has papers, and the directory names it among others, however often the demo begins."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from config.settings import sqlite_url
from server.demo_network import prepare
from server.national.node.database import open_engines
from server.national.node.directory_page import entries
from server.national.node.schema import centres
from server.national.papers import load_papers
from tests.support import demo_plan


def test_the_demos_directory_names_its_centre_and_others(tmp_path: Path) -> None:
    plan, now = demo_plan(), datetime.now(UTC)
    for _ in range(2):
        prepare(tmp_path, "http://127.0.0.1:8092", plan)
        write, read = open_engines(sqlite_url(tmp_path / "node"))
        with read.connect() as connection:
            found = entries(connection, "", now, "lv")
            enrolled = connection.execute(select(func.count()).where(centres.c.secret.is_not(None))).scalar()
        for engine in (write, read):
            engine.dispose()
        assert [one.centre for one in found if not one.source] == []
        own = next(one for one in found if one.centre == plan.centre.code)
        assert (own.address, own.municipality) == ("Parauga iela 1, Valmiera", plan.centre.municipality)
        assert len(found) == 12
        assert all(one.hours or one.soon for one in found)
        assert all(one.email.endswith(".example") for one in found), "nobody's real address"
        assert enrolled == 1
    papers = load_papers(tmp_path)
    assert papers is not None
    assert papers.centre == plan.centre.code
