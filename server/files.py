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
    if not durable:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
