"""Copies made by the server itself, every hour: each opened and proved, a few of each age kept, in several places."""

import shutil
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from server.files import put_in_place, replace_file
from server.keeping.packed import pack
from server.keeping.proof import Proof
from server.keeping.shelf import Copy, by_age, copies, digest_of, name_of, seal, sweep, thin
from server.store.copies import copy_database, remove_database

FOLDER = "backup"
"""The first place, in the data folder; all others are told (RINDA_BACKUP_DIRS)."""
FILES = ("media", "recordings")
"""Folders of the data folder that a place has beside the copies."""
EVERY_S = 3600.0
OLD = timedelta(hours=2)
APART = ".rinda-apart"
"""The file of the first place that names the other places which were seen on a disk of their own."""
AWAY = "is not there; put the disk back, or take the folder out of RINDA_BACKUP_DIRS"
PLAIN_AND_PACKED = 1.4
"""What a copy takes while it is made, of the database's size."""
ROOM = 0.02
"""What must stay free of a disk after a copy was made."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A folder for copies, as it was found last; `fault` says in English why nothing could be put there, if so."""

    folder: Path
    first: bool
    fault: str = ""
    newest: Copy | None = None
    kept: int = 0
    bytes: int = 0
    free: int = 0


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """The last round: when it ended (UTC), how long it took in seconds, and what the copy said when it was opened."""

    at: datetime
    seconds: float
    proof: Proof | None = None
    fault: str = ""


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """How the copies stand."""

    places: tuple[Place, ...] = ()
    last: Made | None = None

    def newest(self) -> Copy | None:
        """The newest copy of any place."""
        return next(iter(by_age(one.newest for one in self.places if one.newest is not None)), None)


class Backups:
    """`prove` opens a fresh copy; nothing here is fast: `round_` and `look` are for a native thread.

    `database` is the SQLite file, `data` the data folder, `others` further places, which may be away for a while.
    """

    def __init__(
        self, database: Path, data: Path, others: Sequence[Path], zone: Callable[[], ZoneInfo], prove: Callable[[Path], Proof]
    ) -> None:
        self._database, self._data, self._zone, self._prove = database, data, zone, prove
        self._folders = (data / FOLDER, *others)
        self._last: Made | None = None

    def round(self) -> Keep:
        """Makes a copy, proves it, and puts it into every place that is there; what stands in the way is in the answer."""
        began = time.monotonic()
        faults: dict[Path, str] = {}
        try:
            proof, made = self._fresh()
        except (OSError, ValueError) as error:
            self._last = Made(at=datetime.now(UTC), seconds=time.monotonic() - began, fault=str(error))
            return self.look()
        for folder in (*self._folders[1:], self._folders[0]):
            try:
                if folder != made.parent:
                    self._put(made, folder)
                thin(folder, self._zone())
            except OSError as error:
                faults[folder] = str(error)
        self._last = Made(at=datetime.now(UTC), seconds=time.monotonic() - began, proof=proof)
        return self.look(faults)

    def look(self, faults: dict[Path, str] | None = None) -> Keep:
        """The places as they are."""
        known = faults or {}
        return Keep(
            places=tuple(
                _place(one, one == self._folders[0], known.get(one, "") or self._amiss(one))
                for one in self._folders
            ), last=self._last,
        )  # fmt: skip

    def _amiss(self, folder: Path) -> str:
        """What is wrong with a folder that is there: it is `_away`, or cannot be looked at."""
        try:
            return self._away(folder) if folder.is_dir() else ""
        except OSError as error:
            return str(error)

    def _away(self, folder: Path) -> str:
        """What is wrong with a folder that once was a disk of its own and is one no more: an empty place to mount it."""
        if folder == self._folders[0]:
            return ""
        beside = self._folders[0] / APART
        known = beside.read_text("utf-8").splitlines() if beside.is_file() else []
        if disk_of(folder) == disk_of(self._data):
            return f"{folder}: {AWAY}" if str(folder) in known else ""
        if str(folder) not in known:
            replace_file(beside, "\n".join([*known, str(folder)]).encode())
        return ""

    def _fresh(self) -> tuple[Proof, Path]:
        folder = self._folders[0]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(folder)  # a log that an end of the server left there would be read as this copy's
        _room(folder, int(self._database.stat().st_size * PLAIN_AND_PACKED))
        part, packed, at = folder / ".rinda-fresh.part", folder / ".rinda-packed.part", datetime.now(UTC)
        try:
            copy_database(self._database, part)
            proof = self._prove(part)
            made = folder / name_of(at, proof.position)
            pack(part, packed)
            seal(made, digest_of(packed))
            put_in_place(packed, made)
        finally:
            remove_database(part)
            packed.unlink(missing_ok=True)
        return proof, made

    def _put(self, made: Path, folder: Path) -> None:
        """The same bytes in another place, read once more after they were written; and the files that the plan names."""
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder}: {AWAY}")
        if away := self._away(folder):
            raise FileNotFoundError(away)
        sweep(folder)
        _room(folder, made.stat().st_size)
        digest = digest_of(made)
        part = folder / f".{made.name}.part"
        try:
            shutil.copyfile(made, part)
            seal(folder / made.name, digest)
            put_in_place(part, folder / made.name)
        finally:
            part.unlink(missing_ok=True)
        if digest_of(folder / made.name) != digest:
            (folder / made.name).unlink()
            raise OSError(f"{folder}: what was read back is not what was written; the disk is failing")
        for name in FILES:
            mirror(self._data / name, folder / name)


def mirror(source: Path, target: Path) -> int:
    """Copies the files of a folder that are not there yet; how many. What went from the source stays in the target."""
    if not source.is_dir():
        return 0
    done = 0
    for path in sorted(one for one in source.rglob("*") if one.is_file() and not one.name.startswith(".")):
        there = target / path.relative_to(source)
        if there.is_file() and there.stat().st_size == path.stat().st_size:
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        part = there.with_name(f".{there.name}.part")
        shutil.copyfile(path, part)
        put_in_place(part, there)
        done += 1
    return done


def verdict(keep: Keep, now: datetime) -> tuple[str, str]:
    """The state that is reported, and its detail: failed, old, place (one of several is missing), ok, or starting."""
    newest = keep.newest()
    if keep.last is not None and keep.last.fault:
        return "failed", keep.last.fault
    if newest is None:
        return ("starting", "") if keep.last is None else ("failed", "no copy could be made")
    if now - newest.at > OLD and keep.last is not None:
        return "old", newest.at.isoformat()
    missing = [one for one in keep.places if one.fault]
    if missing:
        return "place", ", ".join(str(one.folder) for one in missing)
    return "ok", newest.at.isoformat()


def disk_of(folder: Path) -> int:
    """The file system that a folder is on."""
    return folder.stat().st_dev


def _room(folder: Path, size: int) -> None:
    usage = shutil.disk_usage(folder)
    if usage.free - size < usage.total * ROOM:
        raise OSError(
            f"{folder}: no room for a copy of {max(1, size // 1024**2)} MB; make room, or name a larger disk in RINDA_BACKUP_DIRS"
        )


def _place(folder: Path, first: bool, fault: str) -> Place:
    try:
        shelf, free = copies(folder), shutil.disk_usage(folder).free
    except FileNotFoundError:
        away = "" if first else f"{folder}: {AWAY}"
        return Place(folder=folder, first=first, fault=fault or away)
    except OSError as error:
        return Place(folder=folder, first=first, fault=fault or str(error))
    return Place(
        folder=folder, first=first, fault=fault, newest=shelf[0] if shelf else None, kept=len(shelf),
        bytes=sum(one.size for one in shelf), free=free,
    )  # fmt: skip
