"""The plan: one centre's services, queues, counters, profiles, zones and devices as one immutable value."""

from typing import Literal

import msgspec

from config.catalogue import Counted, Institution, Service, Situation, Text

Code = str
"""A short name that other parts of the plan refer to; letters, digits, `-` and `_`."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

CentreType = Literal["vietejas", "novada", "regionalas", "nacionalas"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Common shape of every part of a plan."""


class Centre(_Part, frozen=True, kw_only=True):
    """The site itself. `timezone` is an IANA name and is applied only at the edges.

    `access` are facts for visitors who need to know (a ramp, a lift, an induction loop), one sentence each; `portal` is where
    services can be had without the centre.
    """

    code: Code
    name: Text
    short: Text
    type: CentreType
    municipality: str
    timezone: str = "Europe/Riga"
    phone: str = ""
    portal: str = "https://latvija.gov.lv"
    access: tuple[Text, ...] = ()


class Place(_Part, frozen=True, kw_only=True):
    """How a counter is called: `4. lodziņš`, and where the visitor goes: `pie 4. lodziņa`."""

    noun: Text
    towards: Text
    icon: str = "arrow-right"


class Zone(_Part, frozen=True, kw_only=True):
    """A waiting area with its boards. `where` tells the way to it: "2. stāvs, pa labi"; `quiet`: calls are shown, not spoken."""

    code: Code
    name: Text
    where: Text = {}
    quiet: bool = False


class Screen(_Part, frozen=True, kw_only=True):
    """A board on a wall of `zone`: its diagonal in inches, and the way to the farthest seat in metres.

    `layout`: "calls" has calls only, "full" also the queues, "auto" decides by size and distance. One that is silent (`sound`
    false) has no loudspeaker; with `loop` the right channel feeds an induction loop. `swaps`: block and list change sides on
    alternate days, so that nothing burns in. `slides`: whether information is shown while nobody is called.
    """

    code: Code
    zone: Code
    inches: float = 55.0
    metres: float = 5.0
    layout: Literal["auto", "full", "calls"] = "auto"
    sound: bool = True
    loop: bool = False
    swaps: bool = True
    slides: bool = True


class OpenHours(_Part, frozen=True, kw_only=True):
    """On these weekdays open at `spans` ("8:30-12:00; 12:20-17:00", empty: closed), perhaps in a season only.

    `season` is "MM-DD/MM-DD", both ends included; `nth` are the weekdays of the month, counted from 1, -1 the last:
    days = ["wed"], nth = [2] is the second Wednesday.
    """

    days: tuple[Weekday, ...]
    spans: str = ""
    season: str = ""
    nth: tuple[int, ...] = ()
    note: Text = {}


class Exceptional(_Part, frozen=True, kw_only=True):
    """One date ("2026-12-24") or a range of them ("2026-12-24/2026-12-26") with other hours; empty `spans`: closed."""

    date: str
    spans: str = ""
    note: Text = {}


class Hours(_Part, frozen=True, kw_only=True):
    """When the centre is open, in its own zone. `holidays`: closed on the public holidays of Latvia.

    `short_before_holiday` minutes are cut from the day before a holiday; numbers end `last_ticket` minutes before closing;
    from afar they are given from `remote_after` minutes after opening until `remote_before` minutes before closing.
    """

    regular: tuple[OpenHours, ...]
    exceptions: tuple[Exceptional, ...] = ()
    holidays: bool = True
    short_before_holiday: int = 0
    last_ticket: int = 0
    remote_after: int = 30
    remote_before: int = 30


class Queue(_Part, frozen=True, kw_only=True):
    """Waiting visits for one or more services. `letter` is the series of its numbers.

    `target` are the minutes within which its visitors should be called. Only clerks with `skill` call from it. `hours`, if
    any, are the only ones in which numbers are given (a specialist who comes on Tuesdays); `exceptions` are dates on which
    they are others.
    """

    code: Code
    name: Text
    letter: str
    zone: Code
    services: tuple[Code, ...]
    target: int | None = None
    skill: Code | None = None
    hours: tuple[OpenHours, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()


class Gain(_Part, frozen=True, kw_only=True):
    """How a class of visitors gains points: `rate` a minute, as if it had come `head_start` minutes earlier."""

    rate: int = 1
    head_start: int = 0


class Points(_Part, frozen=True, kw_only=True):
    """A gain for every class of visitors (accumulating priority: Kleinrock 1964; Stanford, Taylor and Ziedins 2014)."""

    walk_in: Gain = Gain()
    appointment: Gain = Gain(rate=3)
    priority: Gain = Gain(rate=2)
    returning: Gain = Gain(rate=3, head_start=10)
    transferred: Gain = Gain()


class Share(_Part, frozen=True, kw_only=True):
    """How many in turn are called from a queue."""

    queue: Code
    take: int = 1


class Calling(_Part, frozen=True, kw_only=True):
    """By which rule a profile calls. Every order is made of arrival, so there are no ties.

    order: "arrival" over all its queues; "preference": the profile's queues in their order, strictly; "ratio": `shares` in
    turn; "points": whoever has most; "target": whoever is first to miss the target of the queue.
    `booked_first`: who has an appointment goes first from the booked minute (not with points, which weigh it).
    Whatever the order, who was passed over `overtakes_most` times, or has waited for `wait_most` minutes, is called first.
    `gap_s` is the least time between two calls at one counter.
    """

    order: Literal["arrival", "preference", "ratio", "points", "target"] = "arrival"
    shares: tuple[Share, ...] = ()
    points: Points = Points()
    booked_first: bool = True
    overtakes_most: int | None = None
    wait_most: int | None = None
    gap_s: int = 0


class Profile(_Part, frozen=True, kw_only=True):
    """The queues that a counter serves, and by which rule."""

    code: Code
    name: Text
    queues: tuple[Code, ...]
    calling: Calling = Calling()


Arrow = Literal["left", "right", "up", "down", "up-left", "up-right", "down-left", "down-right"]


class Counter(_Part, frozen=True, kw_only=True):
    """A numbered place where visits are served; its calls show in `zone`.

    `arrow` is where it lies for who looks at the board. `spoken` is the way to it as the voice says it, where `voice.place` with
    its code would not do: "pie reģistratūras".
    """

    code: Code
    zone: Code
    profile: Code
    accessible: bool = False
    spoken: Text = {}
    arrow: Arrow = "right"


class Booth(_Part, frozen=True, kw_only=True):
    """A room with a screen, where a visitor speaks with an institution by video.

    `services` are given there: codes of services, or of institutions for all that these give by video. `way` is the way to
    it as boards and phones write it ("uz videokabīni"), `spoken` as the voice says it; without them its name must do.
    """

    code: Code
    name: Text
    zone: Code
    services: tuple[Code, ...]
    way: Text = {}
    spoken: Text = {}


class Room(_Part, frozen=True, kw_only=True):
    """A client computer, a workplace or a room that visitors have for `minutes`, which can be lengthened by one of `extend`.

    One that is `bookable` can be had from `lead` minutes ahead to `horizon` days ahead. `way` is the way to it as boards and
    phones write it ("pie 1. klienta datora"), `spoken` as the voice says it; without them its name must do.
    """

    code: Code
    name: Text
    zone: Code
    kind: Literal["computer", "workplace", "room"] = "computer"
    minutes: int = 30
    extend: tuple[int, ...] = (15, 30)
    bookable: bool = True
    lead: int = 0
    horizon: int = 60
    way: Text = {}
    spoken: Text = {}


class Wifi(_Part, frozen=True, kw_only=True):
    """The visitors' network. `vouchers`: every slip has a word of its own from a list; `tile`: kiosks offer the slip."""

    network: str
    vouchers: bool = False
    tile: bool = False
    note: Text = {}


class Kiosk(_Part, frozen=True, kw_only=True):
    """Where a number is taken. `quick` are the services offered for one press, `unknown` the one for 'I do not know'.

    `reserve` is the letter of the numbers that it gives while the server is out of reach, of no other kiosk. `inches` is the
    diagonal of its screen (0: not known, the page fills it), `tray` the side where paper comes out. A kiosk without a screen
    (`screen` false) is a printer only.
    """

    code: Code
    zone: Code
    quick: tuple[Code, ...] = ()
    unknown: Code | None = None
    prints: bool = True
    reserve: Literal["X", "Y", "Q", "W"] = "X"
    inches: float = 0.0
    tray: Literal["below", "left", "right"] = "below"
    screen: bool = True


class Panel(_Part, frozen=True, kw_only=True):
    """A sign of a line: over which counter, at which address. Modbus alone has `register` and other `shows` than text.

    `number` is one register with the digits as a value, `lamp` a coil that is on while the counter calls (a signal tower).
    """

    counter: Code
    address: int = 1
    shows: Literal["text", "number", "lamp"] = "text"
    register: int = 0


class Key(_Part, frozen=True, kw_only=True):
    """A key beside a counter: the bytes that it sends (escapes as in a template) and the commands that it gives, in order."""

    counter: Code
    says: str
    does: tuple[Literal["CallNext", "Recall", "Serve", "NoShow", "Requeue", "Finish", "Resume"], ...]


class Line(_Part, frozen=True, kw_only=True):
    """A serial line with the signs over counters on it, driven by one `rinda panel`; docs/panels.md explains every field.

    `port` is a device file or a URL of pyserial, `frame` data bits, parity and stop bits. `width` are the characters of a sign,
    `form` what is written there of a call. `brightness` (1 to 4) is `dim_to` (0: dark) within the `dim` hours. Everything is sent
    again every `refresh_s`; a new call flashes for `flash_s` where the sign can.
    """

    code: Code
    driver: Literal["modbus", "alpha", "pole", "template"]
    port: str
    panels: tuple[Panel, ...]
    speed: int = 9600
    frame: Literal["8N1", "8E1", "8O1", "8N2", "7E1", "7O1", "7N2"] = "8N1"
    width: int = 6
    form: str = "{number}"
    refresh_s: int = 30
    flash_s: int = 3
    brightness: int = 4
    dim: str = ""
    dim_to: int = 1
    light_register: int | None = None
    checksum: bool = False
    dialect: Literal["epson", "cd5220"] = "epson"
    template: str = ""
    keys: tuple[Key, ...] = ()
    keys_port: str = ""


class Notice(_Part, frozen=True, kw_only=True):
    """A sentence for visitors, about certain services or institutions (by code) or, without any, about the centre.

    `since` and `until` are the first and the last date ("2026-03-01") on which it is shown; empty: no bound.
    """

    text: Text
    kind: Literal["info", "attention"] = "info"
    about: tuple[Code, ...] = ()
    since: str = ""
    until: str = ""


class SpokenPlace(_Part, frozen=True, kw_only=True):
    """The way to a counter as it is said: "pie {n} lodziņa", with its number as a word in this form: pie ceturtā lodziņa."""

    text: str
    number: Literal["ordinal", "cardinal"] = "ordinal"
    gender: Literal["m", "f", "n"] = "m"
    case: Literal["nominative", "genitive", "dative", "accusative", "locative"] = "genitive"


class Volume(_Part, frozen=True, kw_only=True):
    """How loud the voice is at certain hours, in percent."""

    spans: str
    percent: int
    days: tuple[Weekday, ...] = ()


class Voice(_Part, frozen=True, kw_only=True):
    """How calls are spoken: in `languages` one after the other, Latvian first; for any other the law wants a reason (`because`).

    `place` by language is the way to a counter. `digits`: A012 as "nulle divpadsmit" (pair) or digit by digit (single).
    `speed` are words a minute; `repeat`: each call is said once more after 12 s. `volume` is in percent.
    """

    place: dict[str, SpokenPlace]
    languages: tuple[str, ...] = ("lv",)
    because: str = ""
    digits: Literal["pair", "single"] = "pair"
    speed: int = 140
    chime: bool = True
    repeat: bool = True
    volume: int = 80
    volumes: tuple[Volume, ...] = ()


class Slide(_Part, frozen=True, kw_only=True):
    """What a board shows for `seconds` while nobody is called, in `zones` (none: everywhere), if today and this hour are meant.

    kind: "text" is Markdown, "picture" and "video" a `file` of the media folder with `text` as its description; "phone" is the
    code of the page about this centre, "feedback" that of complaints and proposals, "rule" why numbers are not called
    in their order. `season` is "MM-DD/MM-DD".
    """

    code: Code
    kind: Literal["text", "picture", "video", "phone", "feedback", "rule"] = "text"
    text: Text = {}
    file: str = ""
    zones: tuple[Code, ...] = ()
    seconds: int = 12
    since: str = ""
    until: str = ""
    season: str = ""
    days: tuple[Weekday, ...] = ()
    spans: str = ""


class SlipTexts(_Part, frozen=True, kw_only=True):
    """What this centre adds to its slips. `wifi` is one line about the visitors' network; `logo` a black and white PNG in
    base64, at most 400 dots wide and 120 high; `access`: whether the centre's access facts are printed.
    """

    wifi: Text = {}
    logo: str = ""
    access: bool = True


class Feedback(_Part, frozen=True, kw_only=True):
    """What visitors may say. `asks`: two questions after the visit, without a name; `slip`: the slip says where it can be said.

    Of complaints `answers` tells who answers, within `within_days`; `routes`, by institution, where its own are taken.
    """

    asks: bool = True
    slip: bool = False
    answers: Text = {}
    within_days: int = 30
    routes: dict[Code, Text] = {}


class Clerk(_Part, frozen=True, kw_only=True):
    """What a clerk, by account name, can do that not everybody can: skills of queues, or needs such as sign_language.

    `profile`, if any, is the one with which the clerk opens whatever counter; `chooses`: may call somebody out of order.
    """

    code: Code
    skills: tuple[Code, ...]
    profile: Code | None = None
    chooses: bool = False


class Shift(_Part, frozen=True, kw_only=True):
    """When a counter is meant to be staffed; waiting times are reckoned from it."""

    counter: Code
    days: tuple[Weekday, ...]
    spans: str


class Booking(_Part, frozen=True, kw_only=True):
    """Appointments. Slots begin every `step` minutes, `places` at a time, from `lead` minutes ahead to `horizon` days ahead.

    `services` can be booked; by video all that a booth is for, in each booth one at a time, whatever `places` says.
    A visitor may check in from `early` minutes before the slot and keeps its right for `late` minutes; `no_show` minutes
    after it the appointment ends. A place is held for `hold` minutes while somebody books.
    """

    services: tuple[Code, ...]
    places: int = 1
    step: int = 15
    lead: int = 60
    horizon: int = 30
    early: int = 15
    late: int = 10
    no_show: int = 30
    hold: int = 10


class Roll(_Part, frozen=True, kw_only=True):
    """A pre-printed roll of numbers, for a place without a kiosk. Who is called from it wants `service` until known better."""

    service: Code
    first: int = 1
    last: int = 99


Recorded = Literal["outcome", "redirected_to", "why", "language", "alone", "minutes"]
"""What the record of a delivered service may have to say before its visit is finished."""


class Rules(_Part, frozen=True, kw_only=True):
    """Times in seconds, counted by the ticker: a called visit nobody served ends as no_show; a parked one returns.

    `outcome_required`: no visit is finished without a recorded service; `record` is what each of these must say (where to of
    the redirected, why of those not served). `for_colleagues`: a clerk may register a contact that a colleague served.
    `clerks_choose`: every clerk may call somebody out of order, not only those who are said to.
    A desk that nobody touched for `lock_minutes` is locked; 0: never.
    By phone a visitor may let at most `delay_places` others go first, `delays` times; who did not come is taken back within
    `return_minutes`.
    Eight in ten should be called within `wait_minutes`, where their queue has no `target`. `clerk_figures`: the municipality has
    decided that reports may tell clerks apart.
    """

    presence_s: int = 240
    no_show_s: int = 1800
    park_minutes: tuple[int, ...] = (5, 10, 15, 30)
    park_limit_minutes: int = 240
    outcome_required: bool = True
    record: tuple[Recorded, ...] = ()
    for_colleagues: bool = False
    clerks_choose: bool = True
    lock_minutes: int = 10
    delays: int = 2
    delay_places: int = 5
    return_minutes: int = 15
    wait_minutes: int = 15
    clerk_figures: bool = False


class Network(_Part, frozen=True, kw_only=True):
    """What of this plan is the network's: the revision of its settings, and the keys that a centre may not change."""

    bundle: int = 0
    locked: tuple[str, ...] = ()


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
    clerks: tuple[Clerk, ...] = ()
    shifts: tuple[Shift, ...] = ()
    hours: Hours | None = None
    booking: Booking | None = None
    roll: Roll | None = None
    lines: tuple[Line, ...] = ()
    booths: tuple[Booth, ...] = ()
    rooms: tuple[Room, ...] = ()
    wifi: Wifi | None = None
    screens: tuple[Screen, ...] = ()
    voice: Voice | None = None
    slides: tuple[Slide, ...] = ()
    rules: Rules = Rules()
    pause_reasons: dict[str, Text] = {}
    slip_footer: Text = {}
    slip: SlipTexts = SlipTexts()
    feedback: Feedback = Feedback()
    notices: tuple[Notice, ...] = ()
    situations: tuple[Situation, ...] = ()
    unserved: dict[str, Text] = {}
    counted: dict[str, Counted] = {}
    health_words: tuple[str, ...] = ()
    network: Network = Network()
