"""Clips on disk, each with a check sum: a damaged one is as good as none."""

import hashlib
import logging
import struct
from collections.abc import Iterable
from pathlib import Path

from server.files import replace_file
from server.voice.voice import Clip

log = logging.getLogger("rinda.voice")

MOST_BYTES = 64 * 1024 * 1024
_HEAD = struct.Struct(">16sI")


class ClipCache:
    """Files `<key>.clip` in `folder`; the longest unused go when there is too much."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most_bytes
        self._full = False

    def get(self, key: str) -> Clip | None:
        """The clip, if it is there and whole."""
        path = self._folder / f"{key}.clip"
        try:
            kept = path.read_bytes()
        except OSError:
            return None
        if len(kept) <= _HEAD.size or _HEAD.unpack_from(kept)[0] != _sum(kept[16:]):
            log.warning("the clip %s is damaged; it is made again", path)
            return None
        return Clip(_HEAD.unpack_from(kept)[1], kept[_HEAD.size :])

    def keep(self, key: str, clip: Clip) -> None:
        """Writes the clip; on a disk that takes nothing it is made again after the next start, which is told once."""
        content, path = _HEAD.pack(b"", clip.ms)[16:] + clip.data, self._folder / f"{key}.clip"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, _sum(content) + content, durable=False)
        except FileNotFoundError:
            return  # another program has just kept the same
        except OSError as error:
            if not self._full:
                log.error("spoken clips cannot be kept, so every start makes them anew: %s", error)
            self._full = True
            return
        if self._full:
            log.info("spoken clips can be kept again")
        self._full = False

    def prune(self, used: Iterable[str]) -> None:
        """Takes away what is not in use, the oldest first, down to the bound."""
        kept = {f"{key}.clip" for key in used}
        files = sorted(((path.stat(), path) for path in self._folder.glob("*.clip")), key=lambda one: one[0].st_mtime)
        size = sum(stat.st_size for stat, _ in files)
        for stat, path in files:
            if size <= self._most:
                return
            if path.name not in kept:
                path.unlink(missing_ok=True)
                size -= stat.st_size


def _sum(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:16]
