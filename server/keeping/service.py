"""What keeps a running centre's data: hourly copies, retention by night, and the check-up that both are in."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import make_url, select

from config.settings import Settings
from server.domain.commands import Command
from server.domain.context import SYSTEM
from server.domain.events import RetentionDone
from server.domain.floor import Floor
from server.domain.moment import moment
from server.engine import Engine
from server.keeping.backups import Backups
from server.keeping.keeper import Keeper, Native, Tell
from server.keeping.proof import prove_apart
from server.keeping.retention import Found, Remains, Retention, due
from server.keeping.shelf import Copy, copies
from server.protocol import Status
from server.store.centre import CentreStore
from server.store.schema import journal
from server.workers import Worker

log = logging.getLogger("rinda.keeping")

RETENTION = "retention"
"""The name under which the server says that the retention job failed."""
HELD_RUNS = 400
"""Runs of the job that are looked at: of longer than a copy is kept."""
LEAPT = "The day before today is more than a week ago: is the clock right? Nothing is erased before tomorrow."
DOUBTED = "The computer's clock leapt: nothing is erased until it is right."
LOOK_S = 600.0
"""Also the time that a server has after its start before it looks for what is too old."""


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A run of the retention job: its business day, when (UTC), its position, what it recorded."""

    day: str
    at: datetime
    position: int
    event: RetentionDone


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """How many copies of all places were made before something was erased, which they hold until they go; the oldest (UTC)."""

    copies: int = 0
    oldest: datetime | None = None


class Keeping:
    """Workers of the server; `native` runs what takes long, `tell` says how the keeping stands, as devices do.

    `believed()` says whether the computer's clock can be trusted.
    """

    def __init__(
        self, settings: Settings, store: CentreStore, engine: Engine, native: Native, tell: Tell, retention: Retention,
        believed: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        self.settings, self.store, self._engine, self._native, self._tell = settings, store, engine, native, tell
        self._believed = believed
        self.retention = retention
        url = make_url(settings.database_url)
        own = url.get_backend_name() == "sqlite"
        backups = (
            Backups(Path(url.database or ""), settings.data_dir, settings.backup_folders, self._zone, prove_apart)
            if own
            else None
        )
        self.keeper = Keeper(backups, settings.pgbackrest, native, tell)
        self._copying, self._erasing = Worker("backup", self.keeper.step), Worker("retention", self._erase)
        self._wanted, self._settled = False, False
        self.fault = ""

    def start(self) -> None:
        """Begins both workers. A centre for training keeps nothing: its days are thrown away."""
        if self.settings.training:
            return
        self._copying.start()
        self._erasing.start()

    def stop(self) -> None:
        """A copy under way is not waited for: what is half made is removed by the next one."""
        self._copying.stop(within_s=1)
        self._erasing.stop(within_s=10)

    def copy_now(self) -> None:
        """A copy is made soon (on the loop)."""
        self.keeper.want()
        self._copying.wake()

    def erase_now(self) -> None:
        """The retention job runs soon (on the loop)."""
        self._wanted = True
        self._erasing.wake()

    def runs(self, most: int = 10) -> tuple[Past, ...]:
        """The last runs of the job, the newest first. Reads the database."""
        query = select(journal).where(journal.c.type == RetentionDone.__name__).order_by(journal.c.position.desc()).limit(most)
        return tuple(
            Past(
                day=row["day"], at=moment(row["at"]), position=row["position"],
                event=msgspec.json.decode(row["data"], type=RetentionDone),
            )
            for row in self.store.read(query)
        )  # fmt: skip

    def held(self) -> Held:
        """The copies in which something that was erased lives on. Reads the database and the places."""
        last = next((one.position for one in self.runs(HELD_RUNS) if one.event.erased), 0)
        ages = [one.at for place in self.keeper.keep.places for one in shelf_of(place.folder) if one.position < last]
        return Held(copies=len(ages), oldest=min(ages, default=None))

    def find(self) -> Found | None:
        """What the retention job would erase now; None before the first day. Reads the database."""
        floor = self._engine.floor
        return self.retention.find(datetime.now(UTC), floor.day) if floor.day else None

    def _erase(self) -> float:
        if not self._settled and not self._wanted:
            self._settled = True
            return LOOK_S
        floor, now = self._engine.floor, datetime.now(UTC)
        if floor.plan is None or not floor.day:
            return LOOK_S
        last = next((one.day for one in self._native(self.runs, 1)), "")
        quiet = all(post.clerk is None for post in floor.posts.values())
        if not self._wanted and not due(last, floor.day, now.astimezone(self._zone()).hour, quiet=quiet):
            return LOOK_S
        if not self._believed():
            self._fail(DOUBTED)
            return LOOK_S
        if not self._wanted and self._native(self.retention.leapt, floor.day):
            self._fail(LEAPT)
            return LOOK_S
        self._wanted = False
        try:
            self._native(self.retention.run, now, floor.day)
            if (held := self._native(self.held)).copies:
                log.info("%s copies, the oldest of %s, still hold what was erased since", held.copies, held.oldest)
        except Remains as remains:
            self._fail(str(remains))
            return LOOK_S
        if self.fault:
            self.fault = ""
            self._tell(RETENTION, Status())
        return LOOK_S

    def _fail(self, fault: str) -> None:
        if fault != self.fault:
            log.error("the retention job failed: %s", fault)
        self.fault = fault
        self._tell(RETENTION, Status(state="failed", detail=fault[:200]))

    def _zone(self) -> ZoneInfo:
        return zone_of(self._engine.floor)


def shelf_of(folder: Path) -> tuple[Copy, ...]:
    """The copies of a place; none of one that is away."""
    try:
        return copies(folder)
    except OSError:
        return ()


def zone_of(floor: Floor) -> ZoneInfo:
    """The centre's time zone; that of Latvia before there is a plan."""
    return ZoneInfo(floor.plan.centre.timezone if floor.plan is not None else "Europe/Riga")


def submit_to(engine: Engine) -> Callable[[Command], None]:
    """How the server itself puts a command through the door, from a native thread."""
    return partial(_submit, engine)


def _submit(engine: Engine, command: Command) -> None:
    engine.handle(command, SYSTEM)
