"""A copy packed by gzip, which any machine unpacks: written and read again before it counts."""

import gzip
import hashlib
import shutil
import zlib
from pathlib import Path

from server.files import naming_full
from server.keeping.shelf import digest_of

LEVEL = 4
"""Of zlib: a fifth remains (`make bench ARGS=copies`); level 9 takes longer for little more."""
_CHUNK = 1024 * 1024
_MAGIC = b"\x1f\x8b"


def pack(source: Path, target: Path) -> None:
    """Packs a file and reads it back: OSError when what comes out is not what went in. Long; memory for a few MB."""
    with (
        naming_full(target.parent),
        source.open("rb") as plain,
        target.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=file, mtime=0) as packed,
    ):
        shutil.copyfileobj(plain, packed, _CHUNK)
    target.chmod(0o600)
    if _digest_within(target) != digest_of(source):
        raise OSError(f"{target}: what was read back is not what was written; the disk is failing")


def is_packed(path: Path) -> bool:
    """Whether a file is packed, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == _MAGIC


def unpack(source: Path, target: Path) -> None:
    """What is in a packed copy, or the file itself where it is not packed. ValueError for one that is damaged. Long."""
    if not is_packed(source):
        shutil.copyfile(source, target)
        return
    try:
        with naming_full(target.parent), gzip.open(source, "rb") as packed, target.open("wb") as plain:
            target.chmod(0o600)
            shutil.copyfileobj(packed, plain, _CHUNK)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{source}: cannot be unpacked: {error}") from error


def _digest_within(path: Path) -> str:
    found = hashlib.sha256()
    try:
        with gzip.open(path, "rb") as packed:
            while part := packed.read(_CHUNK):
                found.update(part)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return ""
    return found.hexdigest()
