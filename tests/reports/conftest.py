"""What needs a database is tested over both, like the engine."""

from tests.engine.conftest import clock, start, url

__all__ = ["clock", "start", "url"]
