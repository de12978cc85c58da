"""How rooms and client computers were used: minutes, alone or with a helper, and what came of it."""

from collections.abc import Iterable

import msgspec

from server.domain.events import RoomEnded, RoomOutcome, RoomWiped
from server.reports.sheet import Sheets
from server.reports.table import Column, Table

_COLUMNS = (
    Column(key="room", title="Room", kind="text"),
    *(
        Column(key=key, title=title, kind="count")
        for key, title in (
            ("uses", "Times used"), ("minutes", "Minutes"), ("alone", "Without a helper"), ("helped", "With a helper"),
            ("ran_out", "Time ran out"), ("lodged_alone", "Lodged by the client"), ("lodged_helped", "Lodged with help"),
            ("not_lodged", "Nothing lodged"), ("other", "Another outcome"),
        )
    ),
)  # fmt: skip


class RoomUsage(msgspec.Struct, frozen=True, kw_only=True):
    """One room over a time: how often it was used, minutes, how many had a helper, whose time ran out, and the outcomes."""

    room: str
    uses: int = 0
    minutes: int = 0
    helped: int = 0
    ran_out: int = 0
    lodged_alone: int = 0
    lodged_helped: int = 0
    not_lodged: int = 0
    other: int = 0

    @property
    def alone(self) -> int:
        """How many had no helper."""
        return self.uses - self.helped


def rooms(sheets: Sheets) -> Table:
    """By room. Only of days whose events the journal still has in full."""
    found = usage(sheets.rooms())
    return Table(columns=_COLUMNS, rows=tuple(tuple(getattr(one, column.key) for column in _COLUMNS) for one in found))


def usage(events: Iterable[RoomEnded | RoomWiped]) -> tuple[RoomUsage, ...]:
    """By room, in the order of their codes. What only the day's turn ended again (`unwiped`) is no use."""
    found: dict[str, RoomUsage] = {}
    for event in events:
        one = found.get(event.room) or RoomUsage(room=event.room)
        if isinstance(event, RoomEnded):
            if event.reason == "unwiped":
                continue
            one = msgspec.structs.replace(
                one, uses=one.uses + 1, minutes=one.minutes + event.minutes, helped=one.helped + event.helped,
                ran_out=one.ran_out + (event.reason == "over"),
            )  # fmt: skip
        found[event.room] = _with(one, event.outcome)
    return tuple(found[room] for room in sorted(found))


def _with(one: RoomUsage, outcome: RoomOutcome | None) -> RoomUsage:
    return one if outcome is None else msgspec.structs.replace(one, **{outcome: getattr(one, outcome) + 1})
