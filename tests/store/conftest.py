"""The store is tested over both databases, like the engine."""

from tests.engine.conftest import clock, engine, start, url

__all__ = ["clock", "engine", "start", "url"]
