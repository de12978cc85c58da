"""What a ticket costs: drawn, as bytes, and from the touch to the printer's first byte."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from PIL import Image, ImageDraw

from printers import fonts, render
from printers.layout import Ticket, ticket_slip
from printers.render import PAPER_58, PAPER_80, PaperProfile
from printers.slip import Slip
from printers.virtual import VirtualPrinter
from tests.bench.report import Row, at_most, quantile
from tests.bench.servers import pin, unpin
from tests.faults.lines import TcpLine
from tests.house import House, Kiosk, until

RENDER_S, SIZE_GOAL, TOUCH_GOAL = 0.015, 0.60, 2
RASTER = b"\x1d\x76\x30"  # GS v 0: a ticket begins


def slip(quick: bool) -> Iterator[Row]:
    """Drawing and bytes in this process; the touch on a real server, kiosk program and connection."""
    yield from _drawn(30 if quick else 200)
    for name, paper in (("80 mm", PAPER_80), ("58 mm", PAPER_58)):
        size = len(render.content(_ticket("A001"), paper))
        naive = paper.dots // 8 * render.image(_ticket("A001"), paper).height
        part = size / naive
        yield Row(
            name=f"ticket {name}: bytes / dots of the picture", ours=f"{size:,}", baseline=f"{naive:,}", ratio=part,
            goal=f"<= {SIZE_GOAL:.2f}", met=part <= SIZE_GOAL,
        )  # fmt: skip
    yield from _touched(20 if quick else 100)


def _drawn(rounds: int) -> Iterator[Row]:
    ours, bare = [], []
    for n in range(rounds):
        slip = _ticket(f"A{n:03d}")
        began = perf_counter()
        render.content(slip)
        ours.append(perf_counter() - began)
        high = render.image(slip).height
        began = perf_counter()
        _text(high, PAPER_80)
        bare.append(perf_counter() - began)
    yield at_most("ticket 80 mm drawn and encoded / a sheet of Pillow text as high", ours, bare)
    mean = quantile(ours, 0.5)
    yield Row(
        name="ticket 80 mm drawn and encoded", ours=f"{mean * 1000:.1f} ms", baseline="15 ms", ratio=mean / RENDER_S,
        goal="<= 1", met=mean <= RENDER_S,
    )  # fmt: skip


def _text(high: int, paper: PaperProfile) -> bytes:
    sheet = Image.new("1", (paper.dots, high), 0)
    draw, face = ImageDraw.Draw(sheet), fonts.font(fonts.subset("a"), 400, 31)
    for y in range(36, high, 36):
        draw.text((24, y), "Paņemiet numuru un gaidiet izsaukumu", fill=1, font=face, anchor="ls")
    out = BytesIO()
    out.write(sheet.tobytes())
    return out.getvalue()


def _touched(touches: int) -> Iterator[Row]:
    """A touch at the kiosk's page until the ticket's first raster byte, beside drawing that ticket and sending it."""
    unpin()  # server, kiosk program and printer are three machines
    ours: list[float] = []
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        printer = VirtualPrinter()
        line = _Watched(printer)
        house = House(Path(folder) / "house").start()
        kiosk = Kiosk(Path(folder) / "kiosk", house, line.url)
        kiosk.arguments += ["--pace", "1000/1", "--no-page"]
        kiosk.start()
        try:
            until(lambda: _ready(kiosk), "the kiosk is ready", 60)
            service = house.data("menu")["services"][0]["service"]
            for _ in range(touches):
                done = len(printer.papers)
                line.first = 0.0
                began = perf_counter()
                answer = kiosk.command("TakeTicket", {"service": service}, str(uuid4())).json
                assert answer["ok"], answer
                until(lambda: line.first, "the first byte")
                ours.append(line.first - began)
                until(lambda done=done: len(printer.papers) > done and _ready(kiosk), "the ticket is out")
        finally:
            kiosk.stop()
            house.stop()
            line.close()
    bare = [_bare(f"B{n:03d}") for n in range(touches)]  # nothing else runs in this process now
    pin(-1)
    print([round(x * 1000) for x in ours], [round(x * 1000) for x in bare])
    tail, base = quantile(ours, 0.95), quantile(bare, 0.95)
    yield Row(
        name=f"touch to the printer's first byte, p95 of {touches} / drawing and sending alone", ours=f"{tail * 1000:.1f} ms",
        baseline=f"{base * 1000:.1f} ms", ratio=tail / base, goal=f"<= {TOUCH_GOAL}", met=tail / base <= TOUCH_GOAL,
    )  # fmt: skip


class _Watched(TcpLine):
    """Notes when a ticket's first raster byte passes."""

    first = 0.0

    def to_printer(self, data: bytes, give: object) -> None:
        if not self.first and RASTER in data:
            self.first = perf_counter()
        super().to_printer(data, give)  # type: ignore[arg-type]


def _bare(number: str) -> float:
    reading, writing = os.pipe()
    began = perf_counter()
    content = render.content(_ticket(number))
    os.write(writing, content[:4096])
    os.read(reading, 1)
    taken = perf_counter() - began
    os.close(reading)
    os.close(writing)
    return taken


def _ready(kiosk: Kiosk) -> bool:
    try:
        metrics = kiosk.request("GET", "/metrics").body
    except OSError:
        return False
    return b"link_up 1" in metrics and b"can_print 1" in metrics


def _ticket(number: str) -> Slip:
    return ticket_slip(
        Ticket(
            number=number, service={"lv": "Deklarētās dzīvesvietas reģistrācija"}, ahead=3, low=10, high=20,
            institution={"lv": "Pilsonības un migrācijas lietu pārvalde"}, issued=datetime(2027, 3, 1, 7, 42, tzinfo=UTC),
            centre={"lv": "Valsts un pašvaldības klientu apkalpošanas centrs"}, url=f"https://rinda.example/ticket/{number}abcdef",
        )
    )  # fmt: skip
