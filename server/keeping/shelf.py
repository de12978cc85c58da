"""A folder of copies: their names, which of them are kept, and whether a file is still what was written."""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from server.files import replace_file
from server.store.copies import remove_database

HOURLY, DAILY, MONTHLY = 24, 14, 3
"""How many hours, days and months with a copy have theirs kept, the last of each. What was erased lives on in them so long."""

AHEAD = timedelta(minutes=5)
"""A copy of so much later than now was made by a clock that was wrong."""

_NAME = re.compile(r"rinda-(\d{8}T\d{6})Z-(\d{1,12})\.db(\.gz)?")
"""The first versions did not pack them."""
_SUM = ".sha256"
_STAMP = "%Y%m%dT%H%M%S"


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A copy that was proved when it was made: when (UTC), the last position in it, its size in bytes."""

    path: Path
    at: datetime
    position: int
    size: int


def name_of(at: datetime, position: int) -> str:
    """The name of a copy made at a time."""
    return f"rinda-{at.astimezone(UTC):{_STAMP}}Z-{position}.db.gz"


def copies(folder: Path) -> tuple[Copy, ...]:
    """The proved copies of a folder, as `by_age` has them: those with their sum beside them. OSError when it cannot be read."""
    found = []
    for path in folder.iterdir():
        if (parts := _NAME.fullmatch(path.name)) and sum_file(path).is_file():
            at = datetime.strptime(parts[1], _STAMP).replace(tzinfo=UTC)
            found.append(Copy(path=path, at=at, position=int(parts[2]), size=path.stat().st_size))
    return by_age(found)


def by_age(shelf: Iterable[Copy]) -> tuple[Copy, ...]:
    """The newest first; last those of a time to come: what happened since the clock was set right is not in them."""
    latest = datetime.now(UTC) + AHEAD
    return tuple(sorted(shelf, key=lambda one: (one.at <= latest, one.at, one.position), reverse=True))


def sum_file(path: Path) -> Path:
    """The file beside a copy that `sha256sum --check` reads."""
    return path.with_name(path.name + _SUM)


def seal(path: Path, digest: str) -> None:
    """Writes the sum beside a copy, before the copy has its name: whenever the server ends, a copy that is there counts."""
    replace_file(sum_file(path), f"{digest}  {path.name}\n".encode())


def digest_of(path: Path) -> str:
    """SHA-256 (hex) of a file. Long."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unchanged(path: Path) -> bool:
    """Whether a copy is what was written, by the sum beside it; true where there is none. Long."""
    beside = sum_file(path)
    return not beside.is_file() or beside.read_text("utf-8").split()[:1] == [digest_of(path)]


def surplus(shelf: Iterable[Copy], zone: ZoneInfo) -> tuple[Copy, ...]:
    """The copies that need not be kept: all but the last of each of the newest hours, days and months that have one. Pure."""
    newest = sorted(shelf, key=lambda one: (one.at, one.position), reverse=True)
    kept: set[Path] = set()
    rules: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (HOURLY, lambda at: (at.year, at.month, at.day, at.hour)),
        (DAILY, lambda at: at.astimezone(zone).date()),
        (MONTHLY, lambda at: (at.astimezone(zone).year, at.astimezone(zone).month)),
    )
    for most, bucket in rules:
        seen: dict[object, Path] = {}
        for one in newest:
            seen.setdefault(bucket(one.at), one.path)
        kept |= set(list(seen.values())[:most])
    return tuple(one for one in newest if one.path not in kept)


def sweep(folder: Path) -> None:
    """Removes what an end of the server left half made: it takes room, and is no copy."""
    sums = [one for one in folder.glob(f"*{_SUM}") if _NAME.fullmatch(one.name.removesuffix(_SUM))]
    alone = [one for one in sums if not one.with_name(one.name.removesuffix(_SUM)).exists()]
    for left in (*folder.glob(".rinda-*.part*"), *folder.glob("..rinda-*.part*"), *folder.glob(".rinda-*.new"), *alone):
        left.unlink(missing_ok=True)


def thin(folder: Path, zone: ZoneInfo) -> int:
    """Removes what need not be kept, and what an end of the server left half made; how many copies went."""
    sweep(folder)
    gone = surplus(copies(folder), zone)
    for one in gone:
        remove_database(one.path)
        sum_file(one.path).unlink(missing_ok=True)  # last: a sum without its copy is found again, the other way round it is not
    return len(gone)
