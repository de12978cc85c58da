"""A slip in the printer's own letters: a twentieth of the bytes, for a slow line and a code page that holds every letter.

Epson ESC/POS command reference: ESC @, ESC t, ESC a, ESC E, GS !, GS B, GS ( k, ESC J.
"""

import textwrap
import unicodedata

from PIL import Image

from printers import models
from printers.profile import PaperProfile
from printers.raster import bands, drawn
from printers.slip import DRAWN_AHEAD, Boxed, Gap, Inverse, Line, Number, Pair, Picture, Qr, Queue, Rule, Slip, Text
from printers.symbol import picture, square

PAGES = (("CP775", "cp775"), ("CP1257", "cp1257"), ("CP1251", "cp1251"), ("CP866", "cp866"))  # database name, Python codec
CELL = 12  # dots: a Font A character is 12 x 24
CAPITAL = 16  # dots: the height of its capitals, at least
BIG = 42  # a text of this many dots at 203 dpi or more is printed in double size
LARGEST = 8  # GS ! takes 1 to 8 times
PLAINER = str.maketrans({"–": "-", "—": "-", "„": '"', "“": '"', "”": '"', "«": '"', "»": '"', "’": "'", "…": "...",
                         "\u00a0": " ", "\u202f": " ", "·": "-", "•": "-"})  # fmt: skip


def text_of(slip: Slip, profile: PaperProfile) -> bytes | None:
    """The slip as native text on one code page of the model `profile.escpos`; None when no page holds every character.

    ESC @ | ESC t n | GS P | lines. The number's capitals are at least 14 mm high at 203 dpi (8 x 16 dots).
    """
    for name, codec in PAGES:
        n = models.code_page(profile.escpos, name)
        if n is None:
            continue
        try:
            lines = _Writer(profile, codec).write(slip)
        except (UnicodeEncodeError, _Unfit):
            continue
        dpi = min(profile.dpi, 255)
        return b"\x1b\x40" + bytes((0x1B, 0x74, n)) + bytes((0x1D, 0x50, dpi, dpi)) + lines
    return None


class _Unfit(Exception):
    """A line that only a raster can show."""


class _Writer:
    """Builds the lines; UnicodeEncodeError for a character that the page lacks."""

    def __init__(self, profile: PaperProfile, codec: str) -> None:
        self.profile, self.codec = profile, codec
        self.columns = profile.dots // CELL

    def write(self, slip: Slip) -> bytes:
        return b"".join(self.line(line) for line in slip)

    def encode(self, text: str) -> bytes:
        text = unicodedata.normalize("NFC", text)
        try:
            return text.encode(self.codec)
        except UnicodeEncodeError:
            return text.translate(PLAINER).encode(self.codec)

    def line(self, line: Line) -> bytes:
        match line:
            case Text():
                return self.paragraph(line)
            case Gap(dots=dots):
                dots = self.profile.scaled(dots)
                return b"\x1b\x4a\xff" * (dots // 255) + bytes((0x1B, 0x4A, dots % 255))
            case Rule(style=style):
                return b"\x1ba\x00" + (b"=" if style == "solid" else b"-") * self.columns + b"\n"
            case Pair():
                return self.pair(line)
            case Number(text=text):
                return self.number(text)
            case Queue(ahead=ahead):
                more = f" +{ahead - DRAWN_AHEAD}" if ahead > DRAWN_AHEAD else ""
                return b"\x1ba\x01" + self.encode("|" + " *" * min(ahead, DRAWN_AHEAD) + more + " (*)") + b"\n"
            case Qr():
                return self.qr(line)
            case Boxed(lines=lines):
                rule = b"\x1ba\x00" + b"-" * self.columns + b"\n"
                return rule + b"".join(self.paragraph(text) for text in lines) + rule
            case Picture(png=png):
                return self.picture(drawn(png))
            case Inverse(text=text):
                return b"\x1ba\x01\x1d!\x11\x1dB\x01" + self.encode(f" {text} ") + b"\x1dB\x00\x1d!\x00\n"
        raise _Unfit(type(line).__name__)

    def picture(self, ink: Image.Image) -> bytes:
        """On a strip as wide as the paper: bands are cropped each at its own right edge, so the printer must not centre them."""
        if ink.width > self.profile.dots:
            raise _Unfit("Picture")
        strip = Image.new("1", (self.profile.dots, ink.height), 0)
        strip.paste(ink, ((self.profile.dots - ink.width) // 2, 0))
        return b"\x1ba\x00" + bands(strip)

    def paragraph(self, line: Text) -> bytes:
        times = 2 if line.size >= BIG else 1
        align = {"left": 0, "center": 1, "right": 2}[line.align]
        words = [part for row in line.text.split("\n") for part in textwrap.wrap(row, self.columns // times) or [""]]
        before = bytes((0x1B, 0x61, align, 0x1D, 0x21, 0x11 * (times - 1), 0x1B, 0x45, line.weight >= 600))
        return before + b"".join(self.encode(part) + b"\n" for part in words) + b"\x1d!\x00\x1bE\x00"

    def pair(self, line: Pair) -> bytes:
        left, right = self.encode(line.left), self.encode(line.right)
        if len(left) + len(right) + 1 > self.columns:
            parts = (Text(line.left, 31, line.weight, "left"), Text(line.right, 31, line.weight, "right"))
            return b"".join(self.paragraph(part) for part in parts)
        bold = bytes((0x1B, 0x45, line.weight >= 600))
        return b"\x1ba\x00" + bold + left + right.rjust(self.columns - len(left)) + b"\n\x1bE\x00"

    def number(self, text: str) -> bytes:
        """As high as the printer can, as wide as the paper allows."""
        data = self.encode(text)
        wide = min(LARGEST, self.columns // max(1, len(data)))
        if not wide or LARGEST * CAPITAL * 25.4 / self.profile.dpi < 14:
            raise _Unfit(text)
        return b"\x1ba\x01" + bytes((0x1D, 0x21, (wide - 1) << 4 | LARGEST - 1)) + data + b"\n\x1d!\x00"

    def qr(self, line: Qr) -> bytes:
        side, module = square(line.data, self.profile)
        quiet = bytes((0x1B, 0x4A, min(255, 4 * module)))
        if models.prints_qr(self.profile.escpos):
            stored = line.data.encode("ascii", "strict")
            size = (len(stored) + 3).to_bytes(2, "little")
            code = (b"\x1d(k\x04\x001A2\x00" + b"\x1d(k\x03\x001C" + bytes((min(16, module),)) + b"\x1d(k\x03\x001E1"
                    + b"\x1d(k" + size + b"1P0" + stored + b"\x1d(k\x03\x001Q0")  # fmt: skip
            code = b"\x1ba\x01" + code
        else:
            code = b"\x1ba\x00" + bands(picture(line.data, module, self.profile.dots, (self.profile.dots - side) // 2))
        below = (Text(text.text, text.size, text.weight) for text in line.beside)
        return quiet + code + quiet + b"".join(map(self.paragraph, below))
