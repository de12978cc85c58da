"""How many slips the paper still gives: rows fed since the near-end sensor spoke, against what earlier rolls gave (pure)."""

from statistics import median

import msgspec

from printers.status import PrinterStatus

ROWS_PER_MM = 8  # dot rows at 203 dpi
REMAINING_MM = 5000  # of paper behind a near-end sensor, until a roll has been used up: it is set by hand inside the printer
KEEP = 5  # rolls that are remembered
FIRST_SLIP = 1300  # rows of a slip, until one was printed
WEIGHT = 0.1  # of the newest slip in the mean length
LINE = 30  # rows of a native line at its usual size
LENGTHS = {b"\x1b\x40": 2, b"\x1b\x61": 3, b"\x1b\x45": 3, b"\x1b\x74": 3, b"\x1d\x50": 4, b"\x1d\x42": 3}  # bytes


class Roll(msgspec.Struct, frozen=True):
    """The paper in the printer. `fed` rows since it is low, `learned` the same of earlier rolls when they ran out.

    `open` says that the paper was out or the cover open: if the printer then is ready and not low, the roll is another.
    """

    slips: int = 0
    mean: float = FIRST_SLIP
    low: bool = False
    fed: int = 0
    out: bool = False
    open: bool = False
    learned: tuple[int, ...] = ()

    def left(self, remaining_mm: int = REMAINING_MM) -> int | None:
        """Slips left, at least 0; None while the paper is not low."""
        if not self.low:
            return None
        total = median(self.learned) if self.learned else remaining_mm * ROWS_PER_MM
        return max(0, int((total - self.fed) / self.mean))


def printed(roll: Roll, rows: int) -> Roll:
    """A slip of so many rows came out."""
    mean = rows if not roll.slips and roll.mean == FIRST_SLIP else roll.mean + WEIGHT * (rows - roll.mean)
    fed = roll.fed + rows if roll.low else 0
    return msgspec.structs.replace(roll, slips=roll.slips + 1, mean=max(1.0, float(mean)), fed=fed)


def seen(roll: Roll, status: PrinterStatus) -> Roll:
    """The printer's state as it is now; the same object when it says nothing new of the paper."""
    if status.reason in ("paper_out", "cover"):
        out = status.reason == "paper_out"
        learned = (*roll.learned, roll.fed)[-KEEP:] if out and roll.low and roll.fed and not roll.out else roll.learned
        after = msgspec.structs.replace(roll, open=True, out=roll.out or out, learned=learned)
    elif status.can_print and not status.paper_low and roll.open:
        after = Roll(mean=roll.mean, learned=roll.learned)
    elif status.can_print and status.paper_low != roll.low:
        after = msgspec.structs.replace(roll, low=status.paper_low, fed=0 if status.paper_low else roll.fed)
    else:
        return roll
    return roll if after == roll else after


def rows_of(content: bytes) -> int:
    """The height of an ESC/POS slip of ours in dot rows: GS v 0, ESC J, ESC d, native lines; all else is letters."""
    at, rows, times = 0, 0, 1
    while at < len(content):
        head = content[at : at + 2]
        if head == b"\x1d\x76":
            wide, high = (int.from_bytes(content[i : i + 2], "little") for i in (at + 4, at + 6))
            at, rows = at + 8 + wide * high, rows + high
        elif head in (b"\x1b\x4a", b"\x1b\x64"):
            at, rows = at + 3, rows + int.from_bytes(content[at + 2 : at + 3], "big") * (LINE if head == b"\x1b\x64" else 1)
        elif head == b"\x1d\x21":
            at, times = at + 3, (int.from_bytes(content[at + 2 : at + 3], "big") & 7) + 1
        elif head == b"\x1d\x28":
            at += 5 + int.from_bytes(content[at + 3 : at + 5], "little")
        elif head in LENGTHS:
            at += LENGTHS[head]
        else:
            rows += LINE * times if content[at] == 0x0A else 0
            at += 1
    return rows
