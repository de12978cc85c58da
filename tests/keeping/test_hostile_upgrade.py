"""An upgrade that is killed, or whose way back fails: there is a database at every moment, and it can be started again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import sqlite_url
from server.store import database
from server.store import upgrade as upgrades
from server.store.upgrade import NotUpgraded, before, upgrade
from tests.keeping.test_upgrade import BEFORE, FAILING, content, copied_migrations, yesterday

__all__ = ["yesterday"]

KILLED = """
import os
import signal

from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("DELETE FROM visits")
    op.execute("ALTER TABLE visits ADD COLUMN half TEXT")
    os.kill(os.getpid(), signal.SIGKILL)
"""
RUN = """
import sys
from pathlib import Path

from server.store import database
from server.store.upgrade import upgrade

upgrade(database.writer(sys.argv[1]), Path(sys.argv[2]), "9999")
"""


def test_killed_in_the_middle_of_a_migration_it_starts_again(yesterday: Path, tmp_path: Path) -> None:
    was, migrations = content(yesterday), copied_migrations(tmp_path)
    (migrations / "versions" / "9999_killed.py").write_text(KILLED.format(head=database.HEAD))
    for _ in range(2):
        ended = subprocess.run([sys.executable, "-c", RUN, sqlite_url(yesterday), str(migrations)], check=False, cwd=Path.cwd())
        assert ended.returncode == -signal.SIGKILL
    assert content(yesterday)[1:] == was[1:], "nothing of what was half done is there"
    engine = database.writer(sqlite_url(yesterday))
    upgrade(engine)
    engine.dispose()
    assert content(yesterday) == (database.HEAD, *was[1:])


@pytest.mark.parametrize("end", [OSError("No space left on device"), KeyboardInterrupt()], ids=["full", "killed"])
def test_there_is_a_database_also_when_the_copy_cannot_be_put_back(
    yesterday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: BaseException
) -> None:
    was, migrations = content(yesterday), copied_migrations(tmp_path)
    (migrations / "versions" / "9999_failing.py").write_text(FAILING.format(head=database.HEAD))
    copy = upgrades.copy_database

    def once(source: Path, target: Path) -> None:
        if target.name == "rinda.db":
            raise end
        copy(source, target)

    monkeypatch.setattr(upgrades, "copy_database", once)
    engine = database.writer(sqlite_url(yesterday))
    with pytest.raises(NotUpgraded if isinstance(end, OSError) else KeyboardInterrupt) as told:
        upgrade(engine, migrations, "9999")
    engine.dispose()
    assert before(yesterday / "rinda.db", BEFORE).is_file()
    assert isinstance(end, KeyboardInterrupt) or str(before(yesterday / "rinda.db", BEFORE)) in str(told.value)
    monkeypatch.undo()
    assert content(yesterday)[1:] == was[1:]
    assert os.stat(yesterday / "rinda.db").st_size > 0
