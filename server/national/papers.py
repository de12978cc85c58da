"""A centre's papers for the line: which node, who it is there, and the credential; one file that only its owner can read."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

NAME = "node.json"


class Papers(msgspec.Struct, frozen=True, kw_only=True):
    """`node` is the address of the node, `secret` what proves that this is `centre`; `key` checks its signature (Ed25519)."""

    node: str
    centre: str
    secret: str
    key: str = ""


def load_papers(folder: Path) -> Papers | None:
    """The papers in a data folder; None where the centre is on its own. ValueError names a file that is none."""
    path = folder / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Papers)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path}: {error}; enrol the centre again") from error


def save_papers(folder: Path, papers: Papers) -> None:
    """Writes the file whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / NAME
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(papers)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def check_node(address: str) -> str:
    """The address without a slash at its end; ValueError for one that would send records in the clear over a network."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{address!r} is not the address of a node (https://...)")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError(f"{address!r} must begin with https://: records do not travel in the clear")
    return address.rstrip("/")
