"""A centre as part of a network whose line is never begun."""

from pathlib import Path

from server.engine import Engine
from server.membership import Membership
from server.national.papers import Papers


def alone(engine: Engine, folder: Path) -> Membership:
    """Nobody is at the other end, and no device says anything."""
    papers = Papers(node="http://127.0.0.1:1", centre="a", secret="s")
    return Membership(papers, folder, engine, engine._store, dict, lambda device, status: None, lambda: True)
