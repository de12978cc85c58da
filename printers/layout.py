"""What a visitor's ticket says: Latvian first and larger, the visitor's language beneath it."""

from collections.abc import Callable
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import msgspec

from printers.slip import Align, Boxed, Gap, Inverse, Line, Number, Pair, Picture, Qr, Queue, Rule, Slip, Text
from printers.words import LANGUAGES, LV, Words, minutes, plural

# tokens.json type.slip, dots at 203 dpi
NUMBER, COPY, SERVICE, EMPHASIS, BODY, SMALL, FOREIGN = 206, 150, 34, 40, 31, 29, 27


class Ticket(msgspec.Struct, frozen=True):
    """All that a ticket slip may say.

    Texts map language to text and always have 'lv'. `issued` is aware UTC, shown in `zone`. `ahead` counts people;
    `low` and `high` are the promise in minutes; `due` is the booked time of an appointment. None leaves a part out. `where`
    is the waiting area, `bring` what to have along, `closing` the centre's own last sentence, `access` and `wifi` its facts,
    `logo` a PNG in base64. `party` are the numbers of a person with several, in order, this one among them.
    """

    number: str
    service: dict[str, str]
    institution: dict[str, str]
    centre: dict[str, str]
    issued: datetime
    url: str
    zone: str = "Europe/Riga"
    language: str = "lv"
    ahead: int | None = None
    low: int | None = None
    high: int | None = None
    copy: bool = False
    reserve: bool = False
    closing: dict[str, str] | None = None
    due: datetime | None = None
    where: dict[str, str] = {}
    bring: dict[str, str] = {}
    access: tuple[dict[str, str], ...] = ()
    wifi: dict[str, str] = {}
    logo: str = ""
    party: tuple[str, ...] = ()


def ticket_slip(ticket: Ticket) -> Slip:
    """The ticket as paper: the ordinary slip, the reserve slip or the KOPIJA; zoneinfo error for an unknown zone."""
    if ticket.copy:
        return _copy(ticket)
    head: list[Line] = [
        *([Picture(ticket.logo, ticket.centre["lv"])] if ticket.logo else []),
        Text(ticket.centre["lv"], SERVICE, 600, lines=3),
        Text(_date(ticket), BODY),
        Rule(),
        Text(LV.number, BODY),
        *_second(ticket, lambda words: words.number),
        Number(ticket.number, NUMBER),
        *_party(ticket),
        *_service(ticket),
    ]
    if ticket.reserve:
        return (*head, *_reserve(ticket), *_where(ticket, "left"))
    return (*head, *_waiting(ticket), *_where(ticket), *_phone(ticket), *_end(ticket))


def void_slip() -> Slip:
    """The strip that takes back whatever stands on the same piece of paper (docs/printing.md, dirty strip)."""
    return (Inverse("*** ANULĒTS / VOID ***"),)


def _other(ticket: Ticket) -> Words | None:
    return LANGUAGES.get(ticket.language) if ticket.language != "lv" else None


def _second(ticket: Ticket, pick: Callable[[Words], str], align: Align = "center") -> list[Line]:
    words = _other(ticket)
    return [Text(pick(words), FOREIGN, align=align)] if words else []


def _time(ticket: Ticket, at: datetime | None = None) -> str:
    local = (at or ticket.issued).astimezone(ZoneInfo(ticket.zone))
    return f"{local.hour}:{local.minute:02d}"


def _date(ticket: Ticket) -> str:
    local = ticket.issued.astimezone(ZoneInfo(ticket.zone))
    return f"{local:%d.%m.%Y}.   plkst. {_time(ticket)}"


def _service(ticket: Ticket) -> list[Line]:
    lines: list[Line] = [Text(ticket.service["lv"], SERVICE, 600, lines=4)]
    if ticket.institution.get("lv"):
        lines.append(Text(ticket.institution["lv"], BODY, lines=2))
    if _other(ticket):
        parts = [texts.get(ticket.language, "") for texts in (ticket.service, ticket.institution)]
        translated = " · ".join(part for part in parts if part)
        if parts[0]:
            lines += [Gap(6), Text(translated, FOREIGN, lines=5)]
    return lines


def _party(ticket: Ticket) -> list[Line]:
    """In which order somebody with several numbers is called."""
    if len(ticket.party) < 2:
        return []
    before = list(takewhile(lambda number: number != ticket.number, ticket.party))

    def said(words: Words) -> str:
        numbers = ", ".join(before or ticket.party[1:])
        return (words.after if before else words.first).format(numbers=numbers)

    return [Text(said(LV), BODY, 600), *_second(ticket, said), Gap(12)]


def _where(ticket: Ticket, align: Align = "center") -> list[Line]:
    return list(_both(ticket, ticket.where, lambda words, text: words.where.format(where=text), align))


def _both(ticket: Ticket, texts: dict[str, str], said: Callable[[Words, str], str], align: Align = "center") -> tuple[Text, ...]:
    """A sentence in Latvian and, where it is known, in the visitor's language beneath; nothing without a Latvian text."""
    if not texts.get("lv"):
        return ()
    first = Text(said(LV, texts["lv"]), BODY, align=align)
    other, words = texts.get(ticket.language), _other(ticket)
    return (first, Text(said(words, other), FOREIGN, align=align)) if words and other else (first,)


def _booked(ticket: Ticket) -> list[Line]:
    if ticket.due is None:
        return []
    due = _time(ticket, ticket.due)
    return [Text(LV.booked.format(time=due), EMPHASIS, 600), *_second(ticket, lambda words: words.booked.format(time=due))]


def _waiting(ticket: Ticket) -> list[Line]:
    if ticket.due is not None:
        return [Rule(), *_booked(ticket), Gap(8)]
    promised = ticket.low is not None and ticket.high is not None
    low, high = ticket.low or 0, ticket.high or 0
    people = "" if ticket.ahead is None else plural(LV.people, ticket.ahead, "lv")
    wait = minutes(LV, "lv", low, high) if promised else ""
    if not people and not wait:
        return []
    lines: list[Line] = [
        Rule(),
        Pair(LV.ahead if people else "", LV.wait if wait else "", BODY),
        Pair(people, wait, EMPHASIS, 600),
    ]
    words = _other(ticket)
    if words:
        range_ = minutes(words, ticket.language, low, high)
        lines.append(
            Pair(
                plural(words.ahead_line, ticket.ahead, ticket.language) if ticket.ahead is not None else "",
                (words.wait_line.format(minutes=range_) if low > 0 else range_) if promised else "",
                FOREIGN,
            )
        )
    return lines if ticket.ahead is None else [*lines, Queue(ticket.ahead)]


def _phone(ticket: Ticket) -> list[Line]:
    if not ticket.url:
        return []
    beside = [Text(LV.follow, BODY, 600, "left"), Text(LV.scan, SMALL, align="left")]
    words = _other(ticket)
    if words:
        beside.append(Text(words.follow, FOREIGN, align="left"))
    return [Rule("dashed"), Qr(ticket.url, tuple(beside))]


def _end(ticket: Ticket) -> list[Line]:
    return [*_bring(ticket), *_closing(ticket), *_facts(ticket)]


def _bring(ticket: Ticket) -> list[Line]:
    lines = _both(ticket, ticket.bring, lambda words, text: words.bring.format(bring=_going_on(text)), "left")
    return [Boxed((msgspec.structs.replace(lines[0], weight=600), *lines[1:]))] if lines else []


def _going_on(text: str) -> str:
    """A sentence as it goes on behind a colon: with a small letter, but for an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _closing(ticket: Ticket) -> list[Line]:
    """Left out where a box says what to bring: with both, a two-language slip passes 150 mm."""
    if ticket.bring.get("lv"):
        return []
    texts = ticket.closing or {language: words.missed for language, words in LANGUAGES.items()}
    other = texts.get(ticket.language) if ticket.language != "lv" else None
    second = [Text(other, FOREIGN, align="left")] if other else []
    return [Rule("dashed"), Text(texts["lv"], SMALL, align="left"), *second]


def _facts(ticket: Ticket) -> list[Line]:
    """The centre's access facts in one paragraph and the line about the network, Latvian first."""
    languages = dict.fromkeys(("lv", ticket.language))
    facts = [" ".join(text[one] for text in ticket.access if text.get(one)) for one in languages]
    wifi = [ticket.wifi.get(one, "") for one in languages]
    return [Text(text, FOREIGN, align="left") for text in (*facts, *wifi) if text]


def _reserve(ticket: Ticket) -> list[Line]:
    boxed = [
        Text(f"{words.reserve} {words.reserve_time.format(time=_time(ticket))}", size, weight, "left")
        for words, size, weight in ((LV, BODY, 600), (_other(ticket), FOREIGN, 400))
        if words
    ]
    return [Rule(), Boxed(tuple(boxed)), Text(LV.staff, BODY, align="left"), *_second(ticket, lambda words: words.staff, "left")]


def _copy(ticket: Ticket) -> Slip:
    issued = LV.issued.format(time=_time(ticket))
    institution = ticket.institution.get("lv", "")
    return (
        Inverse(LV.copy),
        Number(ticket.number, COPY),
        Text(ticket.service["lv"], SERVICE, 600, lines=4),
        Text(f"{institution} · {issued}" if institution else issued, BODY),
        *_second(ticket, lambda words: f"{words.copy} · {words.issued.format(time=_time(ticket))}"),
        *_booked(ticket),
        *_phone(ticket),
    )
