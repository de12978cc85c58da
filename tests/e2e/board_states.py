"""What a board can be shown, state by state: views of the real shape, one after the other where the past matters."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from config.legible import cap_mm
from display.around import BoardScreen, BoardVoice
from display.slides import BoardSlide
from display.view import Board, BoardCall, BoardQueue, BoardRest

NOW = datetime(2026, 3, 16, 8, 4, tzinfo=UTC)
"""10:04 in Riga, on a day when the block stands at the left."""

Steps = list[dict[str, Any]]
LONG_CENTRE = "Vidzemes plānošanas reģiona Smiltenes novada valsts un pašvaldības vienotais klientu apkalpošanas centrs Pils ielā"
DISTURBED = "EDS strādā ar traucējumiem. Deklarāciju pieņemam arī papīra formā."
SPOKEN = BoardVoice(clips="demo", chime=True, repeat_s=12, volume=0.8)


def lv(text: str) -> dict[str, str]:
    """A text value."""
    return {"lv": text}


def call(
    number: str,
    counter: str,
    ago_s: float = 0,
    state: Literal["called", "serving", "over"] = "called",
    calls: int = 1,
    where: str = "{n}. lodziņa",
) -> BoardCall:
    """A call of so many seconds ago; its visit follows from its number."""
    visit = UUID(int=sum(ord(letter) << (8 * place) for place, letter in enumerate(number)))
    towards = lv(f"pie {where.replace('{n}', counter)}")
    return BoardCall(
        visit=visit,
        calls=calls,
        times=calls,
        number=number,
        counter=counter,
        towards=towards,
        at=NOW - timedelta(seconds=ago_s),
        state=state,
    )


_NAMES = (
    "VSAA", "VID", "Latvija.gov.lv", "Pašvaldība", "NVA", "Lauku atbalsta dienests", "Uzturlīdzekļu garantiju fonds",
    "Pilsonības un migrācijas lietu pārvalde", "Valsts zemes dienests", "Uzņēmumu reģistrs", "Bāriņtiesa",
    "Sociālais dienests", "Būvvalde", "Nekustamā īpašuma nodoklis", "Dzimtsarakstu nodaļa", "Valsts darba inspekcija",
    "Pieraksts", "Nezinu",
)  # fmt: skip
_TRUTHS = ((4, 10, 20), (13, 15, 25), (2, 0, 10), (0, 0, 0), (1, 0, 5), (21, None, None), (0, None, None))


def queues(count: int) -> tuple[BoardQueue, ...]:
    """So many queues of the house, with every kind of truth about waiting."""
    letters = "ADEMNBCFGHJKLPRSTU"
    return tuple(
        BoardQueue(queue=f"q{n}", letter=letters[n], name=lv(_NAMES[n]), waiting=waiting, low=low, high=high)
        for n in range(count)
        for waiting, low, high in [_TRUTHS[n % len(_TRUTHS)]]
    )


BEFORE = tuple(call(number, counter, 60 * (n + 2), "over") for n, (number, counter) in enumerate(
    (("D018", "2"), ("E030", "1"), ("N003", "3"), ("J001", "5"), ("A011", "4"), ("E029", "R2"))
))  # fmt: skip


def view(*calls: BoardCall, **changes: Any) -> dict[str, Any]:
    """A board as the wire brings it."""
    board = Board(
        centre=lv("Smiltenes klientu apkalpošanas centrs"), timezone="Europe/Riga", zone=lv("Zāle"), calls=calls,
        queues=queues(5), voice=SPOKEN, hours="8:30–17:00",
    )  # fmt: skip
    encoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.structs.replace(board, **changes)))
    return encoded


def step(data: dict[str, Any] | None = None, after_s: float = 0, **more: Any) -> dict[str, Any]:
    """A view that comes so many seconds after NOW; without one, only time passes."""
    now = (NOW + timedelta(seconds=after_s)).timestamp() * 1000
    return ({"data": data} if data else {}) | {"now": now} | more


def primed(*before: BoardCall, **changes: Any) -> dict[str, Any]:
    """The view that the page began with, so that what follows is new to it."""
    return step(view(*before, **changes), after_s=-1)


def screen(inches: float, metres: float, layout: str = "auto", **more: Any) -> BoardScreen:
    """A screen on a wall, its letters as the server reckons them."""
    flags = {"sound": True, "loop": False, "swaps": True, "slides": True} | more
    return BoardScreen(code="tv", inches=inches, cap_mm=cap_mm(metres), layout=layout, **flags)  # type: ignore[arg-type]


def slide(kind: str, html: str = "", text: str = "", file: str = "") -> BoardSlide:
    """One slide, all day long."""
    return BoardSlide(code=kind, kind=kind, html=lv(html), text=lv(text), file=file, seconds=12)  # type: ignore[arg-type]


TAXES = (
    "<h2>Deklarācija no 1. marta</h2><p>Gada ienākumu deklarāciju varat iesniegt <strong>līdz 1. jūnijam</strong>.</p>"
    "<ul><li>Paņemiet līdzi personu apliecinošu dokumentu.</li><li>Attaisnotos izdevumus pievienojiet EDS.</li></ul>"
)
RULE = (
    "<h2>Kāpēc numurus neizsauc vienu pēc otra?</h2>"
    "<p>Katram burtam ir sava rinda. Vispirms aicinām tos, kam ir pieraksts uz noteiktu laiku.</p>"
)
PHONE = "<h2>Cik ilgi jāgaida?</h2><p>Pavērsiet kameru pret kodu un skatieties telefonā.</p>"

_one = call("A012", "4")
_three = (call("D999", "16"), call("A014", "4", 1), call("M120", "9", 2))
_calm = [
    primed(*BEFORE),
    step(view(call("A012", "4", state="serving"), *BEFORE)),
    step(view(call("A012", "4", state="serving"), *BEFORE), 60),
]
_rest = BoardRest(until=datetime(2026, 3, 16, 10, 30, tzinfo=UTC), reason={})
_stale = {"state": "stale", "at": NOW.timestamp() * 1000}
_last = (call("D021", "2"), call("A013", "4", 60, "over"), call("E031", "1", 90, "over"), call("A012", "4", 120, "over"))


def _slides(kind: BoardSlide) -> Steps:
    return [*_calm[:2], step(view(call("A012", "4", state="serving"), *BEFORE, slides=(kind,)), 60)]


def _closing(opens: datetime | None, **more: Any) -> Steps:
    return [step(view(open=False, opens=opens, hours="", queues=(), **more))]


STATES: dict[str, Steps] = {
    "one call": [primed(*BEFORE), step(view(_one, *BEFORE), fresh=True)],
    "calm": _calm,
    "two calls": [primed(*BEFORE), step(view(_one, call("D019", "R2", 1), *BEFORE))],
    "three calls": [primed(*BEFORE), step(view(*_three, *BEFORE, notices=(lv(DISTURBED),)))],
    "a fourth waits": [primed(*BEFORE), step(view(*_three, *BEFORE)), step(view(call("B014", "3", -1), *_three, *BEFORE), 1)],
    "seven wait": [
        primed(*BEFORE),
        step(view(*(call(f"D{n}99", str(n), 10 - n) for n in range(9, 2, -1)), *_three, *BEFORE)),
    ],
    "three with two recalls": [
        primed(*BEFORE), step(view(call("D1000", "16", calls=2), call("A014", "4", 1, calls=3), call("47", "R2", 2), *BEFORE)),
    ],
    "recall": [primed(call("A012", "4", 40), *BEFORE), step(view(call("A012", "4", calls=2), *BEFORE), fresh=True)],
    "still waiting for two": [primed(*BEFORE), step(view(call("A999", "16"), call("D1000", "12", 30), *BEFORE), 30)],
    "no recent": [primed(), step(view(_one))],
    "widest": [primed(*BEFORE), step(view(call("D1000", "16", where="{n}. apkalpošanas vietas"), *BEFORE, queues=queues(7)))],
    "of the roll": [primed(*BEFORE), step(view(call("47", "R2"), *BEFORE))],
    "nobody": [step(view(queues=tuple(msgspec.structs.replace(one, waiting=0, low=0, high=0) for one in queues(5))))],
    "waiting for the first call": [step(view())],
    "notice": [*_calm[:2], step(view(call("A012", "4", state="serving"), *BEFORE, notices=(lv(DISTURBED),)), 60)],
    "long notice": [
        primed(*BEFORE, notices=(lv(DISTURBED * 2),)), step(view(_one, *BEFORE, notices=(lv(f"{DISTURBED} {DISTURBED}"),))),
    ],
    "pause": [step(view(*BEFORE, rest=_rest, voice=None), 600, sound="off")],
    "closed": _closing(NOW + timedelta(minutes=26)),
    "closed till Monday": _closing(NOW + timedelta(days=2, minutes=26), calls=(call("A012", "4", 300, "over"),)),
    "lunch": [
        step(view(call("A012", "4", 400, "over"), open=False, opens=NOW + timedelta(minutes=26), hours="8:30–12:00, 13:00–17:00"))
    ],
    "night": _closing(NOW + timedelta(hours=10)),
    "cut": [step(view(*_last, notices=(lv(DISTURBED),))), step(None, 120, link=_stale)],
    "cut for long": [step(view(*_last)), step(None, 360, link=_stale)],
    "elsewhere": [step(view(*_last)), step(None, 20, link={"state": "replaced", "at": NOW.timestamp() * 1000})],
    "sound blocked": [primed(*BEFORE), step(view(_one, *BEFORE), sound="blocked")],
    "loading": [step(None)],
    "long name": [primed(*BEFORE), step(view(_one, *BEFORE, centre=lv(LONG_CENTRE)), sound="blocked")],
    "one queue": [primed(*BEFORE), step(view(_one, *BEFORE, queues=queues(1)))],
    "seven queues": [primed(*BEFORE), step(view(_one, *BEFORE, queues=queues(7)))],
    "twelve queues": [primed(*BEFORE), step(view(_one, *BEFORE, queues=queues(12)))],
    "eighteen queues": [primed(*BEFORE), step(view(_one, *BEFORE, queues=queues(18)))],
    "calls only": [primed(*BEFORE), step(view(_one, *BEFORE, screens=(screen(55, 5),)))],
    "far seats": [primed(*BEFORE), step(view(_one, *BEFORE, screens=(screen(43, 10),)))],
    "far seats, two calls": [
        primed(*BEFORE, screens=(screen(43, 10),)), step(view(*_three[:2], *BEFORE, screens=(screen(43, 10),))),
    ],
    "one at a time": [
        primed(*BEFORE, screens=(screen(32, 10),)), step(view(*_three[:2], *BEFORE, screens=(screen(32, 10),))),
    ],
    "sides changed": [
        primed(*BEFORE, screens=(screen(65, 4),)), step(view(_one, *BEFORE, screens=(screen(65, 4),)), 86_400 - 5),
    ],
    "slide of text": _slides(slide("text", TAXES)),
    "slide of the rule": _slides(slide("rule", RULE)),
    "slide for the phone": _slides(slide("phone", PHONE, "Kods", "/display/media/code.svg")),
    "picture": _slides(slide("picture", text="Ziemeļu ielas karte", file="/display/media/picture.png")),
    "slide, nobody called yet": [step(view(slides=(slide("text", TAXES),)))],
}  # fmt: skip
"""What a board can have to show."""
