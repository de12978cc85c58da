"""Small files that are never found half written."""

import os
from pathlib import Path


def replace_file(path: Path, data: bytes, durable: bool = True) -> None:
    """Writes a file under another name and then gives it its own; `durable`: it is on disk when this returns. OSError."""
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    new.replace(path)
    if durable:
        _settle(path.parent)


def put_in_place(new: Path, path: Path) -> None:
    """Gives a file that is written whole its own name; it is on disk when this returns. OSError."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(path)
    _settle(path.parent)


def _settle(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
