"""An upgrade tried out on a copy, before anybody stops a server for it."""

import time
from pathlib import Path

import msgspec

from server.keeping.proof import prove
from server.store.copies import copy_database, remove_database
from server.store.database import HEAD, MIGRATIONS, migrate, writer
from server.store.upgrade import version_of


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """The schema before and after, the records in it, seconds that the migration took; `fault` if it will not do."""

    before: str
    after: str
    position: int = 0
    seconds: float = 0.0
    fault: str = ""


def rehearse(path: Path, folder: Path = MIGRATIONS, head: str = HEAD) -> Rehearsal:
    """Copies a database, which may be in use, migrates the copy and proves it. OSError or ValueError: no copy can be made."""
    scratch = path.with_name(f".{path.name}.rehearsal")
    remove_database(scratch)  # also a log that a rehearsal which was ended left there
    copy_database(path, scratch)
    engine = writer(f"sqlite:///{scratch.absolute()}")
    try:
        before = version_of(engine)
        began = time.monotonic()
        try:
            migrate(engine, folder, head)
        except Exception as error:
            return Rehearsal(before=before, after=head, fault=str(error))
        took = time.monotonic() - began
        engine.dispose()
        try:
            proof = prove(scratch)
        except ValueError as error:
            return Rehearsal(before=before, after=head, seconds=took, fault=str(error))
        return Rehearsal(before=before, after=head, position=proof.position, seconds=took)
    finally:
        engine.dispose()
        remove_database(scratch)
