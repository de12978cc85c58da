"""The form of a centre's TOML file: what it picks from the catalogue and what it says otherwise."""

from typing import Literal

import msgspec

from config.catalogue import Evidence, Text
from config.plan import (
    Booking,
    Booth,
    Calling,
    Centre,
    Clerk,
    Code,
    Counter,
    Exceptional,
    Feedback,
    Hours,
    Kiosk,
    Line,
    Notice,
    OpenHours,
    Place,
    Roll,
    Room,
    Rules,
    Screen,
    Shift,
    Slide,
    SlipTexts,
    Voice,
    Wifi,
    Zone,
)  # fmt: skip

Codes = tuple[Code, ...] | Literal["all"]

SECTIONS = {f"{name}s": name for name in (
    "zone", "institution", "service", "queue", "profile", "counter", "kiosk", "clerk", "shift", "notice", "situation", "line",
    "booth", "room", "screen", "slide",
)}  # fmt: skip
"""Field of the plan -> the key of its `[[...]]` in the file."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Common shape of every part of the file."""


class Offer(_Part, frozen=True, kw_only=True):
    """An institution at this centre and which of its services; what else is given replaces the catalogue's word."""

    code: Code
    services: Codes
    short: Text | None = None
    name: Text | None = None
    letter: str | None = None
    icon: str | None = None


class Change(_Part, frozen=True, kw_only=True):
    """What this centre says otherwise than the catalogue about one service."""

    code: Code
    name: Text | None = None
    channels: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    minutes: int | None = None
    minutes_evidence: Evidence | None = None
    retired: bool | None = None
    sensitive: bool | None = None
    daily: int | None = None
    note: str | None = None
    group: Text | None = None
    keywords: tuple[str, ...] | None = None
    bring: Text | None = None
    alone: str | None = None


class QueueEntry(_Part, frozen=True, kw_only=True):
    """A queue. In `services` an institution's code stands for those of its services that no queue names one by one.

    A queue that is just one institution may leave its name and letter to the institution.
    """

    code: Code
    zone: Code
    services: tuple[Code, ...]
    name: Text | None = None
    letter: str | None = None
    target: int | None = None
    skill: Code | None = None
    hours: tuple[OpenHours, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()


class ProfileEntry(_Part, frozen=True, kw_only=True):
    """A profile; `queues = "all"` are all queues of the centre."""

    code: Code
    name: Text
    queues: Codes
    calling: Calling = Calling()


class CentreFile(_Part, frozen=True, kw_only=True):
    """The whole file."""

    languages: tuple[str, ...]
    slip_footer: Text = {}
    centre: Centre
    place: Place
    zones: tuple[Zone, ...]
    institutions: tuple[Offer, ...]
    services: tuple[Change, ...] = ()
    queues: tuple[QueueEntry, ...]
    profiles: tuple[ProfileEntry, ...]
    counters: tuple[Counter, ...]
    kiosks: tuple[Kiosk, ...] = ()
    lines: tuple[Line, ...] = ()
    booths: tuple[Booth, ...] = ()
    rooms: tuple[Room, ...] = ()
    wifi: Wifi | None = None
    screens: tuple[Screen, ...] = ()
    voice: Voice | None = None
    slides: tuple[Slide, ...] = ()
    clerks: tuple[Clerk, ...] = ()
    shifts: tuple[Shift, ...] = ()
    notices: tuple[Notice, ...] = ()
    hours: Hours | None = None
    booking: Booking | None = None
    roll: Roll | None = None
    rules: Rules = Rules()
    pause_reasons: dict[str, Text] = {}
    slip: SlipTexts = SlipTexts()
    feedback: Feedback = Feedback()
