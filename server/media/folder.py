"""The media folder: pictures and videos of the boards, each checked, named by what is in it, and never half there."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from config.media import TYPES, kind_of
from config.plan import Plan
from server.files import put_in_place
from server.media.pictures import Unusable, remade
from server.media.videos import check_video, video_kind

SIZE_MOST = 200 * 1024 * 1024
PICTURE_MOST = 40 * 1024 * 1024
FREE_LEAST = 0.05
"""What must stay free of the disk; the server itself is in trouble at less than half of it."""
_PART = ".part-"


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the folder: its name, whether picture or video, its size."""

    name: str
    kind: str
    bytes: int


class Media:
    """The folder `media` of the data folder. What takes long says so: it is for a native thread."""

    def __init__(self, data: Path) -> None:
        self.folder = folder_of(data)

    def open(self) -> None:
        """Makes the folder and removes what an end of the server left half sent."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(f"{_PART}*"):
            left.unlink()

    def stored(self) -> tuple[Stored, ...]:
        """All files, the newest first."""
        found = []
        for entry in os.scandir(self.folder):
            if kind := kind_of(entry.name):
                state = entry.stat()
                found.append((-state.st_mtime_ns, Stored(name=entry.name, kind=kind, bytes=state.st_size)))
        return tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].name)))

    def path(self, name: str) -> Path | None:
        """Where a file is; None for one that is not there and for whatever is no name of the folder."""
        path = self.folder / name
        return path if kind_of(name) is not None and path.is_file() else None

    def begin(self, length: int) -> Path:
        """A place for what is being sent, of `length` bytes; Unusable when it is too large or the disk has no room for it."""
        if length > SIZE_MOST:
            raise Unusable("The file has {n} MB, at most {most}.", n=-(-length // 1024**2), most=SIZE_MOST // 1024**2)
        usage = shutil.disk_usage(self.folder)
        if usage.free - length < usage.total * FREE_LEAST:
            raise Unusable("The server's disk is nearly full, so nothing was taken. Delete files that no slide uses.")
        handle, name = tempfile.mkstemp(prefix=_PART, dir=self.folder)
        os.close(handle)
        return Path(name)

    def keep(self, part: Path) -> Stored:
        """Checks a file that was sent whole and gives it its name; Unusable, OSError. Long. The part is gone afterwards."""
        try:
            size = part.stat().st_size
            with part.open("rb") as file:
                ending = video_kind(file.read(16))
                if ending:
                    check_video(file, size, ending)
            if not ending:
                if size > PICTURE_MOST:
                    raise Unusable("A picture has at most {most} MB.", most=PICTURE_MOST // 1024**2)
                data, ending = remade(part.read_bytes())
                part.write_bytes(data)
            with part.open("rb") as file:
                path = self.folder / f"{hashlib.file_digest(file, 'sha256').hexdigest()}.{ending}"
            put_in_place(part, path)
            return Stored(name=path.name, kind=kind_of(path.name) or "", bytes=path.stat().st_size)
        finally:
            part.unlink(missing_ok=True)

    def delete(self, name: str, plan: Plan) -> bool:
        """Removes a file; False when it is not there or a slide of the plan names it, shown now or later."""
        path = self.path(name)
        if path is None or name in named(plan):
            return False
        path.unlink(missing_ok=True)
        return True


def folder_of(data: Path) -> Path:
    """The media folder of a data folder."""
    return data / "media"


def named(plan: Plan) -> frozenset[str]:
    """The files that slides of a plan name."""
    return frozenset(slide.file for slide in plan.slides if slide.file)


def missing(plan: Plan, there: Iterable[str]) -> tuple[int, ...]:
    """The places of the slides whose file is none of those that are there."""
    known = frozenset(there)
    return tuple(i for i, slide in enumerate(plan.slides) if slide.file and slide.file not in known)


def media_warnings(plan: Plan, data: Path) -> tuple[str, ...]:
    """The slides whose file the media folder of a data folder has not."""
    folder = folder_of(data)
    lost = [plan.slides[i] for i in missing(plan, (path.name for path in folder.glob("*")))]
    return tuple(f'slide "{slide.code}": {slide.file} is not in {folder}' for slide in lost)


def content_type(name: str) -> str:
    """The type of a file of the folder."""
    return TYPES[name.rpartition(".")[2]]
