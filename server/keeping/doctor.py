"""The check-up: everything that a centre's server stands on, looked at in turn."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from config.settings import Settings
from server.alerts import Health
from server.keeping import checks_data as data
from server.keeping import checks_line as line
from server.keeping import checks_machine as machine
from server.keeping.checks import Case, Check, Look, trouble
from server.logs import told_by
from server.store.centre import CentreStore

LOOKS: tuple[Look, ...] = (
    line.port, data.database, data.chain, data.plan, data.backups, machine.disk, machine.folder, data.sqlite_file, data.retention,
    machine.time_service, line.node, line.devices, line.printers, machine.voices, machine.python, machine.certificate,
    machine.units,
)  # fmt: skip


_ASK = "Ask whoever looks after this centre."
_OWNER = "Look once more as root, or as the server's user; if that one may not either: chown -R rinda {folder}"
_DAMAGED = ("not a database", "malformed", "Could not decode")
_DISK = "Make room on the disk of {folder} and look again. If there is room, it is failing: restore the last copy on another one."


def _advice(error: Exception) -> str:
    """What to do when a look itself fails: a file of another user, a damaged one, a full or failing disk, else unknown."""
    said = str(error)
    if isinstance(error, PermissionError) or "readonly database" in said:
        return _OWNER
    if any(words in said for words in _DAMAGED):
        return data.TAKE_BACK
    return _DISK if "disk I/O error" in said or "disk is full" in said else _ASK


class Doctor:
    """`health()` is what devices say, where the server itself asks."""

    def __init__(
        self, settings: Settings, store: CentreStore, health: Callable[[], Mapping[str, Health]] | None = None,
        looks: tuple[Look, ...] = LOOKS,
    ) -> None:  # fmt: skip
        self._settings, self._store, self._health, self._looks = settings, store, health, looks

    def examine(self) -> tuple[Check, ...]:
        """Looks at everything; a look that fails is itself a finding. Takes seconds, waits for other machines."""
        health = None if self._health is None else dict(self._health())
        case = Case(settings=self._settings, store=self._store, now=datetime.now(UTC), health=health)
        found: list[Check] = []
        for look in self._looks:
            try:
                found += look(case)
            except Exception as error:
                found.append(
                    trouble(
                        "Check-up", "{look} could not be looked at: {error}", _advice(error),
                        folder=self._settings.data_dir, look=look.__name__,
                        error=told_by(error),
                    )
                )  # fmt: skip
        return tuple(found)
