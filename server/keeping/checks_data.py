"""The data: database, journal, plan, clock against the last record, copies, retention."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import make_url, select, text

from config import CATALOGUE
from config.load import check_plan, load_catalogue
from server.domain.events import PlanRevised
from server.domain.moment import moment
from server.keeping.backups import FOLDER, OLD
from server.keeping.checks import Case, Check, attention, clock, note, ok, trouble
from server.keeping.pgbackrest import last_backup
from server.keeping.shelf import Copy, copies
from server.store.database import HEAD
from server.store.journal import BrokenChain
from server.store.schema import journal

WAL_MOST = 64 * 1024**2
AHEAD = timedelta(seconds=60)
NIGHTS = 2
"""So many days the retention job may be late."""
TAKE_BACK = "Keep the folder as it is and restore the last good copy elsewhere: docs/operations.md, Is the journal intact?"


def database_file(case: Case) -> Path | None:
    """The SQLite file; None for PostgreSQL."""
    url = make_url(case.settings.database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def database(case: Case) -> Iterator[Check]:
    """Whether it can be read whole, and is of this version."""
    path = database_file(case)
    if path is not None and not path.is_file():
        yield attention(
            "Database", "{path} is not there yet", "Start the server once, or restore a copy: rinda restore", path=path
        )
        return
    if path is not None:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
            found = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            yield trouble("Database", "{path} is damaged: {found}", TAKE_BACK, path=path, found=found)
            return
    version = str(case.store.scalar(text("SELECT version_num FROM alembic_version")))
    where = str(path) if path is not None else "PostgreSQL"
    if version > HEAD:
        yield trouble(
            "Database", "{where}: schema {version} is of a newer version of Rinda", "Install the newer version again.",
            where=where, version=version,
        )  # fmt: skip
    elif version == HEAD:
        yield ok("Database", "{where}, schema {version}", where=where, version=version)
    else:
        yield note("Database", "{where}: schema {version}, this version makes {head} of it at the next start", where=where,
                   version=version, head=HEAD)  # fmt: skip


def sqlite_file(case: Case) -> Iterator[Check]:
    """The log beside the file, and the library's own fault."""
    path = database_file(case)
    if path is None or not path.is_file():
        return
    beside = path.with_name(path.name + "-wal")
    size = beside.stat().st_size if beside.exists() else 0
    if size > WAL_MOST:
        yield attention(
            "Database log", "{mb} MB are not in the database file yet", "Some program reads for too long: end it.",
            mb=size // 1024**2,
        )  # fmt: skip
    else:
        yield ok("Database log", "{kb} KB", kb=size // 1024)
    if has_wal_fault(sqlite3.sqlite_version_info):
        yield note(
            "SQLite", "{version} has the WAL-reset fault; this server writes and checkpoints on one connection alone, which "
            "avoids it. Open the file with no other program that writes.", version=sqlite3.sqlite_version,
        )  # fmt: skip
    else:
        yield ok("SQLite", "{version}", version=sqlite3.sqlite_version)


def has_wal_fault(version: tuple[int, ...]) -> bool:
    """Whether a version may corrupt a file that two connections checkpoint at once: 3.7.0 to 3.51.2, but for two lines."""
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return False
    mended = {(3, 44): 6, (3, 50): 7}
    return version[2] < mended.get((version[0], version[1]), 1000)


def chain(case: Case) -> Iterator[Check]:
    """Every hash of the open day, and whether time goes forward."""
    if not _has_journal(case):
        return
    try:
        position = case.store.verify_today()
    except BrokenChain as broken:
        yield trouble("Journal", "{fault}", TAKE_BACK, fault=broken)
        return
    yield ok("Journal", "{position} records; every hash of the open day is right", position=position)
    last = case.store.scalar(select(journal.c.at).order_by(journal.c.position.desc()).limit(1))
    if last is None:
        return
    ahead = moment(last) - case.now
    if ahead > AHEAD:
        yield trouble(
            "Clock", "it stands {minutes} min before the last record", "Set it right; the business day waits for it.",
            minutes=int(ahead.total_seconds() // 60),
        )  # fmt: skip
    else:
        yield ok(
            "Clock",
            "{now}; the last record is of {last}",
            now=clock(case.now),
            last=clock(moment(last)),
        )


def plan(case: Case) -> Iterator[Check]:
    """Whether the plan in force holds by the rules of this version, and the catalogue can be read."""
    catalogue = load_catalogue(CATALOGUE)
    yield ok("Catalogue", "{n} services", n=len(catalogue.services))
    if not _has_journal(case):
        return
    newest = select(journal.c.data).where(journal.c.type == "PlanRevised").order_by(journal.c.position.desc()).limit(1)
    data = case.store.scalar(newest)
    if data is None:
        yield attention("Plan", "there is none in force", "rinda serve --plan FILE, or rinda enrol")
        return
    try:
        event = msgspec.json.decode(data, type=PlanRevised)
    except msgspec.ValidationError as error:
        yield trouble("Plan", "this version cannot read it: {error}", "Go back to the version before.", error=error)
        return
    if faults := check_plan(event.plan):
        yield attention(
            "Plan", "version {version} has {n} faults by the rules of this version; the first: {first}",
            "Mend them on /admin/plan; it stays in force until then.", version=event.version, n=len(faults), first=faults[0],
        )  # fmt: skip
    else:
        yield ok("Plan", "version {version}, no faults", version=event.version)


def backups(case: Case) -> Iterator[Check]:
    """The newest copy of every place: each was proved when it was made."""
    if database_file(case) is None:
        yield from _elsewhere(case)
        return
    for n, folder in enumerate((case.settings.data_dir / FOLDER, *case.settings.backup_folders)):
        try:
            shelf = copies(folder)
        except OSError:
            shelf = ()
            if n:
                yield attention("Copies", "{folder} is not there", "Put the disk back, or change RINDA_BACKUP_DIRS.",
                                folder=folder)  # fmt: skip
                continue
        yield _newest(case, folder, shelf)
    if not case.settings.backup_folders:
        yield attention(
            "Copies", "there is no second place for copies", "Name a folder on another disk: RINDA_BACKUP_DIRS=/media/usb/rinda"
        )  # fmt: skip


def _newest(case: Case, folder: Path, shelf: tuple[Copy, ...]) -> Check:
    if not shelf:
        return attention("Copies", "{folder} has none", "The running server makes one every hour.",
                         folder=folder)  # fmt: skip
    age = case.now - shelf[0].at
    facts = {"folder": folder, "n": len(shelf), "at": clock(shelf[0].at)}
    if age > OLD:
        return attention(
            "Copies", "{folder}: the newest is of {at}", "Is the server running? Its log says why it makes none.", **facts
        )
    return ok("Copies", "{folder}: {n}, the newest of {at}, opened and proved", **facts)


def _elsewhere(case: Case) -> Iterator[Check]:
    if not case.settings.pgbackrest:
        yield note(
            "Copies", "PostgreSQL: whoever runs it keeps the copies (pgBackRest); RINDA_PGBACKREST=stanza has them looked at"
        )
        return
    try:
        at = last_backup(case.settings.pgbackrest)
    except (OSError, ValueError) as error:
        yield trouble("Copies", "{error}", "Look at pgBackRest on the database's machine.", error=error)
        return
    if case.now - at > timedelta(hours=26):
        yield attention("Copies", "pgBackRest: the last one is of {at}", "Look at pgBackRest on the database's machine.",
                        at=clock(at))  # fmt: skip
    else:
        yield ok("Copies", "pgBackRest: the last one is of {at}", at=clock(at))


def retention(case: Case) -> Iterator[Check]:
    """Whether the job that erases what is too old has run lately."""
    if not _has_journal(case):
        return
    first, last, today = (
        case.store.scalar(query.limit(1))
        for query in (
            select(journal.c.day).where(journal.c.type == "DayOpened").order_by(journal.c.position),
            select(journal.c.day).where(journal.c.type == "RetentionDone").order_by(journal.c.position.desc()),
            select(journal.c.day).where(journal.c.type == "DayOpened").order_by(journal.c.position.desc()),
        )
    )  # fmt: skip
    if not today or not first:
        return
    since = date.fromisoformat(today) - date.fromisoformat(last or first)
    if since.days > NIGHTS:
        yield attention(
            "Retention", "it has not run for {days} days", "Run it on /admin/keeping.",
            days=since.days,
        )  # fmt: skip
    elif last:
        yield ok("Retention", "last run on {day}", day=f"{date.fromisoformat(last):%d.%m.%Y}")
    else:
        yield ok("Retention", "its first night is still to come")


def _has_journal(case: Case) -> bool:
    path = database_file(case)
    return path is None or path.is_file()
