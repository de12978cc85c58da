"""What `rinda panel` is sent: its line as the plan describes it, and what each counter shows."""

from datetime import datetime
from typing import Literal

import msgspec

from config.plan import Line


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """What a counter's sign is about. `until` is the end of a pause (UTC), `calls` rises with each recall."""

    counter: str
    state: Literal["closed", "idle", "called", "serving", "paused"]
    number: str | None = None
    calls: int = 0
    until: datetime | None = None


class Panels(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `panels`. `line` is None for a device whose name is no line of the plan; then all counters are in `signs`."""

    timezone: str
    line: Line | None
    signs: tuple[Sign, ...]
