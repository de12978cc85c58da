"""The plan: one centre's services, queues, counters, profiles, zones and devices as one immutable value."""

from typing import Literal

import msgspec

from config.catalogue import Institution, Service, Text

Code = str
"""A short name that other parts of the plan refer to; letters, digits, `-` and `_`."""

CentreType = Literal["vietejas", "novada", "regionalas", "nacionalas"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Common shape of every part of a plan."""


class Centre(_Part, frozen=True, kw_only=True):
    """The site itself. `timezone` is an IANA name and is applied only at the edges."""

    code: Code
    name: Text
    short: Text
    type: CentreType
    municipality: str
    timezone: str = "Europe/Riga"


class Place(_Part, frozen=True, kw_only=True):
    """How a counter is called: `4. lodziņš`, and where the visitor goes: `pie 4. lodziņa`."""

    noun: Text
    towards: Text
    icon: str = "arrow-right"


class Zone(_Part, frozen=True, kw_only=True):
    """A waiting area with its boards."""

    code: Code
    name: Text


class Queue(_Part, frozen=True, kw_only=True):
    """Waiting visits for one or more services. `letter` is the series of its numbers."""

    code: Code
    name: Text
    letter: str
    zone: Code
    services: tuple[Code, ...]


class Profile(_Part, frozen=True, kw_only=True):
    """The queues that a counter serves."""

    code: Code
    name: Text
    queues: tuple[Code, ...]


class Counter(_Part, frozen=True, kw_only=True):
    """A numbered place where visits are served; its calls show in `zone`."""

    code: Code
    zone: Code
    profile: Code
    accessible: bool = False


class Kiosk(_Part, frozen=True, kw_only=True):
    """Where a number is taken. `quick` are the services offered for one press, `unknown` the one for 'I do not know'."""

    code: Code
    zone: Code
    quick: tuple[Code, ...] = ()
    unknown: Code | None = None
    prints: bool = True


class Rules(_Part, frozen=True, kw_only=True):
    """Times in seconds, counted by the ticker: a called visit nobody served ends as no_show; a parked one returns."""

    presence_s: int = 240
    no_show_s: int = 1800
    park_minutes: tuple[int, ...] = (5, 10, 15, 30)
    park_limit_minutes: int = 240
    outcome_required: bool = True


class Plan(_Part, frozen=True, kw_only=True):
    """Everything that is configured about one centre. Cross references are checked by `config.load`, never here."""

    centre: Centre
    place: Place
    languages: tuple[str, ...]
    zones: tuple[Zone, ...]
    queues: tuple[Queue, ...]
    profiles: tuple[Profile, ...]
    counters: tuple[Counter, ...]
    kiosks: tuple[Kiosk, ...]
    institutions: tuple[Institution, ...]
    services: tuple[Service, ...]
    kinds: dict[str, Text]
    channels: dict[str, Text]
    outcomes: dict[str, Text]
    rules: Rules = Rules()
    pause_reasons: dict[str, Text] = {}
    slip_footer: Text = {}
