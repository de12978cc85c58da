"""What a ticket costs: drawn, as bytes, and from the touch to the printer's first byte."""

import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import perf_counter, sleep
from uuid import uuid4

from PIL import Image, ImageDraw

from printers import fonts, render, symbol
from printers.layout import Ticket, ticket_slip
from printers.render import PAPER_58, PAPER_80, PaperProfile
from printers.slip import Slip, unpack
from printers.virtual import VirtualPrinter
from tests.bench.report import Row, at_most, quantile
from tests.bench.servers import pin, unpin
from tests.faults.lines import TcpLine
from tests.house import House, Kiosk, until

RENDER_S, SIZE_GOAL, TOUCH_GOAL = 0.015, 0.60, 2
PAUSE_S = 0.7  # between touches: the server gives a kiosk 40 numbers at once, and then one a second
WARM = 5  # touches before the counted ones, as after switching on in the morning
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
    """A touch at the kiosk's page until the ticket's first raster byte, and in turn that same ticket drawn and sent alone."""
    unpin()  # server, kiosk program and printer are three machines
    ours, bare = list[float](), list[float]()
    with tempfile.TemporaryDirectory(prefix="rinda-bench-") as folder:
        printer, other = VirtualPrinter(), VirtualPrinter()
        line, beside = _Watched(printer), _Watched(other)
        house = House(Path(folder) / "house").start()
        kiosk = Kiosk(Path(folder) / "kiosk", house, line.url)
        kiosk.arguments += ["--pace", "1000/1", "--no-page"]
        kiosk.start()
        try:
            until(lambda: _ready(kiosk), "the kiosk is ready", 60)
            service = house.data("menu")["services"][0]["service"]
            for touch in range(-WARM, touches):
                sleep(PAUSE_S)
                done = len(printer.papers)
                line.first = 0.0
                began = perf_counter()
                answer = kiosk.command("TakeTicket", {"service": service}, str(uuid4())).json
                assert answer["ok"], answer
                until(lambda: line.first, "the first byte")
                until(lambda done=done: len(printer.papers) > done and _ready(kiosk), "the ticket is out")
                alone = _bare(_kept(Path(folder) / "kiosk", answer["result"]["visit"]), beside)
                if touch >= 0:
                    ours.append(line.first - began)
                    bare.append(alone)
        finally:
            kiosk.stop()
            house.stop()
            line.close()
            beside.close()
    pin(-1)
    for part, name, goal in ((0.95, f"p95 of {touches}", TOUCH_GOAL), (0.5, "median", None)):
        took, base = quantile(ours, part), quantile(bare, part)
        yield Row(
            name=f"touch to the printer's first byte, {name} / drawing and sending alone", ours=f"{took * 1000:.1f} ms",
            baseline=f"{base * 1000:.1f} ms", ratio=took / base, goal=f"<= {goal}" if goal else "",
            met=took / base <= goal if goal else None,
        )  # fmt: skip


class _Watched(TcpLine):
    """Notes when a ticket's first raster byte passes."""

    first = 0.0

    def to_printer(self, data: bytes, give: object) -> None:
        if not self.first and RASTER in data:
            self.first = perf_counter()
        super().to_printer(data, give)  # type: ignore[arg-type]


def _kept(folder: Path, visit: str) -> Slip:
    """The slip that the kiosk has printed, from its file."""
    with closing(sqlite3.connect(f"file:{folder / 'jobs.db'}?mode=ro", uri=True)) as db:
        return unpack(db.execute("SELECT slip FROM jobs WHERE job_id = ?", (visit,)).fetchone()[0])


def _bare(slip: Slip, line: _Watched) -> float:
    """The slip drawn and sent over a line of the same kind, until its first raster byte passes."""
    symbol.modules.cache_clear()  # each ticket has a code of its own
    with socket.create_connection(("127.0.0.1", line.port)) as printer:
        printer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.first = 0.0
        began = perf_counter()
        printer.sendall(render.content(slip))
        until(lambda: line.first, "the first byte")
    return line.first - began


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
