"""Small files that are never found half written."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
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


def full(folder: Path) -> OSError:
    """That a disk is full, in words that say which."""
    return OSError(f"{folder}: the disk is full; make room and begin again")


@contextmanager
def naming_full(folder: Path) -> Iterator[None]:
    """What is written within goes to `folder`: the system does not say where it was that there is no room."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise full(folder) from error


def _settle(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
