"""Nodes of a test's own, in this process."""

from pathlib import Path
from typing import Any

from server.national.node.app import Node, NodeSettings


def node_in(folder: Path, **more: Any) -> Node:
    """A node with its database and key in a folder; `more` are settings."""
    return Node(
        NodeSettings(
            host="127.0.0.1", port=0, database_url=f"sqlite:///{folder}/node.db", public_url="http://localhost",
            key_file=folder / "key", **more,
        )
    )  # fmt: skip
