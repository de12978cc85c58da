"""What the kiosk program is sent: the menu and the slips due, as values that know nothing of the floor."""

from datetime import datetime
from uuid import UUID

import msgspec

from config.catalogue import Text


class MenuInstitution(msgspec.Struct, frozen=True, kw_only=True):
    """An institution on the menu, in the plan's order."""

    institution: str
    short: Text
    name: Text
    icon: str


class MenuService(msgspec.Struct, frozen=True, kw_only=True):
    """A service that a number can be taken for; `minutes` is its usual length at the counter.

    `open`: whether numbers are given for it now; `left` are those left today, None where there is no limit.
    """

    service: str
    institution: str
    name: Text
    minutes: int
    queue: str
    open: bool
    left: int | None


class MenuQueue(msgspec.Struct, frozen=True, kw_only=True):
    """The truth about one queue: people waiting, and the range in minutes or nothing where there is no basis."""

    queue: str
    name: Text
    letter: str
    waiting: int
    low: int | None
    high: int | None


class Menu(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `menu`: all that a kiosk page offers. `quick` and `unknown` are service codes of this kiosk.

    `closes` today, if numbers are given now; `opens`, if not, is when they are given again. A centre without hours has neither.
    `booking`: whether visitors may come with the code of an appointment.
    """

    centre: Text
    timezone: str
    languages: tuple[str, ...]
    institutions: tuple[MenuInstitution, ...]
    services: tuple[MenuService, ...]
    queues: tuple[MenuQueue, ...]
    quick: tuple[str, ...]
    unknown: str | None
    booking: bool
    closes: datetime | None
    opens: datetime | None


class SlipJob(msgspec.Struct, frozen=True, kw_only=True):
    """One slip due on a kiosk's printer; the visit is the print job's name. Times are UTC.

    `waiting` is false once the visit was called or is over.
    """

    visit: UUID
    number: str
    service: Text
    institution: Text
    language: str
    issued: datetime
    ahead: int
    low: int | None
    high: int | None
    token: str
    waiting: bool


class Jobs(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `jobs/<kiosk>`: the slips still to print, oldest first."""

    centre: Text
    timezone: str
    footer: Text
    slips: tuple[SlipJob, ...]
