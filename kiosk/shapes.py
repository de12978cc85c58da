"""What the kiosk program is sent: the menu and the slips due, as values that know nothing of the floor."""

from datetime import datetime
from typing import Literal
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

    `open`: whether numbers are given for it now, `why` a manager's reason if not; `left` are those left today, None where there
    is no limit. `group`,
    `keywords`, `bring`, `alone` and `sensitive` are the catalogue's; paper does not name a sensitive one.
    """

    service: str
    institution: str
    name: Text
    minutes: int
    queue: str
    open: bool
    left: int | None
    group: Text = {}
    keywords: tuple[str, ...] = ()
    bring: Text = {}
    alone: str = ""
    sensitive: bool = False
    why: str = ""


class MenuSituation(msgspec.Struct, frozen=True, kw_only=True):
    """An occasion in life, with service codes of this menu."""

    situation: str
    name: Text
    line: Text
    icon: str
    services: tuple[str, ...]


class MenuNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that holds until the date `until`; `about` are service or institution codes, none for the whole centre."""

    text: Text
    kind: Literal["info", "attention"]
    about: tuple[str, ...]
    until: str = ""


class MenuDay(msgspec.Struct, frozen=True, kw_only=True):
    """One of the coming seven days, today first, and when the centre is open on it: pairs of "H:MM", none if it is closed."""

    date: str
    spans: tuple[tuple[str, str], ...]


class MenuHelp(msgspec.Struct, frozen=True, kw_only=True):
    """A call for a person from this kiosk that is not over: since when, and whether somebody is on the way."""

    since: datetime
    coming: bool


class MenuQueue(msgspec.Struct, frozen=True, kw_only=True):
    """The truth about one queue: people waiting, and the range in minutes or nothing where there is no basis.

    `zone` and `where` are the waiting area of the queue and the way to it, `week` its own hours, if it has any.
    """

    queue: str
    name: Text
    letter: str
    waiting: int
    low: int | None
    high: int | None
    zone: Text = {}
    where: Text = {}
    week: tuple[MenuDay, ...] = ()


class Menu(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `menu`: all that a kiosk page offers. `quick` and `unknown` are service codes of this kiosk.

    `closes` today, if numbers are given now; `opens`, if not, is when they are given again. A centre without hours has neither.
    `booking`: whether visitors may come with the code of an appointment. `week` is empty for a centre without hours;
    the last number of a day is given `last_ticket` minutes before it closes.

    The rest is about the kiosk that asks: `inches` and `tray` of its screen, the letter of its reserve series and the count
    `reserve_used` of its last number today that the server knows, `help` while a person has been called to it, `wifi`: whether it
    offers the slip of the visitors' network.
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
    situations: tuple[MenuSituation, ...] = ()
    notices: tuple[MenuNotice, ...] = ()
    week: tuple[MenuDay, ...] = ()
    last_ticket: int = 0
    access: tuple[Text, ...] = ()
    phone: str = ""
    portal: str = ""
    inches: float = 0.0
    tray: Literal["below", "left", "right"] = "below"
    reserve: str = "X"
    reserve_used: int = 0
    help: MenuHelp | None = None
    wifi: bool = False


class SlipJob(msgspec.Struct, frozen=True, kw_only=True):
    """One slip due on a kiosk's printer; the visit is the print job's name. Times are UTC.

    `waiting` is false once the visit was called or is over. `where` is the waiting area and the way to it, `bring` what to
    have along. `order` counts the slips that staff asked for; one with `copy` is marked KOPIJA. `due` is the booked time;
    `reserve`: the number is of a reserve series. `party` are the numbers of a person who has several, in order.
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
    where: Text = {}
    bring: Text = {}
    order: int = 0
    copy: bool = False
    due: datetime | None = None
    reserve: bool = False
    party: tuple[str, ...] = ()


class PaperJob(msgspec.Struct, frozen=True, kw_only=True):
    """One slip that belongs to no visit; `paper` is the print job's name. `asked` is UTC.

    `kind`: `wifi`, `reminder`, `intake` or `handover`, which say what of the rest there is. `counts` are documents by kind.
    """

    paper: UUID
    kind: Literal["wifi", "reminder", "intake", "handover", "test"]
    asked: datetime
    language: str = "lv"
    network: str = ""
    voucher: str = ""
    note: Text = {}
    service: Text = {}
    institution: Text = {}
    bring: Text = {}
    code: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    codes: tuple[str, ...] = ()
    day: str = ""


class Jobs(msgspec.Struct, frozen=True, kw_only=True):
    """Channel `jobs/<kiosk>`: the slips still to print, oldest first; `papers` are those that belong to no visit."""

    centre: Text
    timezone: str
    footer: Text
    access: tuple[Text, ...] = ()
    wifi: Text = {}
    logo: str = ""
    slips: tuple[SlipJob, ...]
    papers: tuple[PaperJob, ...] = ()
