"""A slip on a given paper: as a picture, and as ESC/POS raster bytes."""

import unicodedata

import msgspec
from PIL import Image, ImageDraw

from printers import fonts, models
from printers.native import text_of
from printers.ports import line_speed
from printers.profile import PAPER_58, PAPER_80, PaperProfile
from printers.raster import bands, drawn
from printers.slip import (
    DRAWN_AHEAD,
    Boxed,
    Gap,
    Inverse,
    Line,
    Number,
    Pair,
    Picture,
    Qr,
    Queue,
    Rule,
    Slip,
    Text,
    number,
)
from printers.symbol import picture, square

__all__ = ["PAPER_58", "PAPER_80", "Chosen", "PaperProfile", "bands", "chosen", "content", "image", "mode", "native", "paper_of"]

INIT = b"\x1b\x40"  # ESC @
SMALLEST = 27  # dots at 203 dpi: 2.4 mm capitals, tokens.json type.slip.minimum
MODES = ("raster", "native", "auto")
SLOW = 57_600  # bits a second: below, a raster of 50 kB takes more than 9 s


class _Sheet:
    """A growing strip of 1-bit paper (ink = 1) and the height used so far, in dots."""

    def __init__(self, profile: PaperProfile) -> None:
        self.profile = profile
        self.edge = profile.scaled(12 if profile.narrow else 24)
        self.room = profile.dots - 2 * self.edge
        self.y = profile.scaled(8)
        self._new(profile.scaled(1400))

    def _new(self, height: int) -> None:
        self.image = Image.new("1", (self.profile.dots, height), 0)
        self.draw = ImageDraw.Draw(self.image)
        self.draw.fontmode = "1"

    def need(self, height: int) -> None:
        if self.y + height > self.image.height:
            old = self.image
            self._new(self.y + height + 1000)
            self.image.paste(old, (0, 0))

    def write(self, text: str, x: float, baseline: int, size: int, weight: int, fill: int = 1) -> None:
        for face, piece, offset in fonts.runs(text, weight, size):
            self.draw.text((round(x + offset), baseline), piece, fill=fill, font=face, anchor="ls")

    def paragraph(self, line: Text, left: int, room: int) -> None:
        s = self.profile.scaled
        text = unicodedata.normalize("NFC", line.text)
        size = s(line.size)
        lines = fonts.wrap(text, line.weight, size, room)
        while line.lines and len(lines) > line.lines and size > s(SMALLEST):
            size -= 1
            lines = fonts.wrap(text, line.weight, size, room)
        if line.align == "center":
            lines = fonts.balanced(text, line.weight, size, room)
        step = round(size * 1.16)
        self.need(step * len(lines))
        for words in lines:
            free = room - fonts.width(words, line.weight, size)
            x = left + {"left": 0.0, "center": free / 2, "right": free}[line.align]
            self.write(words, x, self.y + round(size * 0.92), size, line.weight)
            self.y += step

    def add(self, line: Line) -> None:
        s = self.profile.scaled
        self.need(s(400))
        match line:
            case Text():
                self.paragraph(line, self.edge, self.room)
            case Gap(dots=dots):
                self.y += s(dots)
            case Rule(style=style):
                self.rule(style)
            case Pair():
                self.pair(line)
            case Number():
                self.number(line)
            case Queue(ahead=ahead):
                self.queue(ahead)
            case Qr():
                self.qr(line)
            case Boxed(lines=lines):
                self.boxed(lines)
            case Inverse(text=text):
                self.inverse(text)
            case Picture(png=png):
                self.picture(png)

    def rule(self, style: str) -> None:
        s = self.profile.scaled
        y = self.y + s(14)
        right = self.edge + self.room
        if style == "solid":
            self.draw.rectangle((self.edge, y, right - 1, y + s(4) - 1), 1)
        else:
            for x in range(self.edge, right, s(14)):
                self.draw.rectangle((x, y, min(x + s(9), right) - 1, y + s(4) - 1), 1)
        self.y = y + s(4) + s(14)

    def pair(self, line: Pair) -> None:
        size = self.profile.scaled(line.size)
        together = fonts.width(line.left, line.weight, size) + fonts.width(line.right, line.weight, size)
        if line.left and line.right and together + self.profile.scaled(16) > self.room:
            fitting = int(size * (self.room - self.profile.scaled(16)) / together)
            if fitting < self.profile.scaled(SMALLEST):
                self.paragraph(Text(line.left, line.size, line.weight, "left"), self.edge, self.room)
                self.paragraph(Text(line.right, line.size, line.weight, "right"), self.edge, self.room)
                return
            size = fitting
        baseline = self.y + round(size * 0.92)
        self.write(line.left, self.edge, baseline, size, line.weight)
        right = self.edge + self.room - fonts.width(line.right, line.weight, size)
        self.write(line.right, right, baseline, size, line.weight)
        self.y += round(size * 1.16)

    def number(self, line: Number) -> None:
        size = self.profile.scaled(line.size if not self.profile.narrow else round(line.size * 136 / 206))
        wide = fonts.width(line.text, 700, size)
        if wide > self.room:
            size = int(size * self.room / wide)
        cap = round(size * 0.698)  # tokens.json font.cap_height
        self.y += self.profile.scaled(18)
        x = (self.profile.dots - fonts.width(line.text, 700, size)) / 2
        self.write(line.text, x, self.y + cap, size, 700)
        self.y += cap + self.profile.scaled(24)

    def diamond(self, x: int, y: int, half: int, fill: int) -> None:
        points = [(x - half, y), (x, y - half), (x + half, y), (x, y + half)]
        self.draw.polygon(points, fill=fill, outline=1, width=1 if fill else self.profile.scaled(4))

    def queue(self, ahead: int) -> None:
        s = self.profile.scaled
        more = f"+{ahead - DRAWN_AHEAD}" if ahead > DRAWN_AHEAD else ""
        shown, size = min(ahead, DRAWN_AHEAD), s(27)
        step, half, you = s(36 if not self.profile.narrow else 28), s(14 if not self.profile.narrow else 11), s(26)
        label = fonts.width(more, 600, size) + s(12) if more else 0
        wide = s(4) + s(12) + step * shown + label + s(6) + 2 * you
        x = round((self.profile.dots - wide) / 2)
        self.y += s(14)
        middle = self.y + you
        self.draw.rectangle((x, self.y, x + s(4) - 1, self.y + 2 * you), 1)
        x += s(4) + s(12)
        for _ in range(shown):
            self.diamond(x + step // 2, middle, half, 1)
            x += step
        if more:
            self.write(more, x + s(6), middle + round(size * 0.35), size, 600)
        self.diamond(round(x + label + s(6) + you), middle, you, 0)
        self.y += 2 * you + s(10)

    def qr(self, line: Qr) -> None:
        s = self.profile.scaled
        side, size = square(line.data, self.profile)
        quiet = 4 * size
        top = self.y + max(0, quiet - s(14))  # a rule above leaves 14 dots already
        left = max(self.edge, quiet) if not self.profile.narrow else (self.profile.dots - side) // 2
        code = picture(line.data, size, side, 0)
        self.need(side + 2 * quiet)
        self.image.paste(code, (left, top))
        if self.profile.narrow:
            self.y = top + side + quiet
            for text in line.beside:
                self.paragraph(msgspec.structs.replace(text, align="center"), self.edge, self.room)
            return
        self.y = top - s(4)
        right = left + side + quiet
        for text in line.beside:
            self.paragraph(text, right, self.edge + self.room - right)
            self.y += s(4)
        self.y = max(self.y, top + side + max(0, quiet - s(14)))

    def boxed(self, lines: tuple[Text, ...]) -> None:
        s = self.profile.scaled
        top = self.y + s(8)
        self.y = top + s(14)
        for text in lines:
            self.paragraph(text, self.edge + s(20), self.room - 2 * s(20))
        bottom = self.y + s(12)
        self.draw.rectangle((self.edge, top, self.edge + self.room - 1, bottom), outline=1, width=s(4))
        self.y = bottom + s(14)

    def picture(self, png: str) -> None:
        s = self.profile.scaled
        ink = drawn(png)
        wide = min(s(ink.width), self.room)
        if wide != ink.width:
            ink = ink.resize((wide, max(1, ink.height * wide // ink.width)), Image.Resampling.NEAREST)
        self.need(ink.height + s(24))
        self.image.paste(ink, ((self.profile.dots - ink.width) // 2, self.y))
        self.y += ink.height + s(12)

    def inverse(self, text: str) -> None:
        s = self.profile.scaled
        size, room = s(SMALLEST + 9), self.room - s(16)
        if fonts.width(text, 700, size) > room:
            size = max(s(SMALLEST), int(size * room / fonts.width(text, 700, size)))
        high = s(64)
        self.draw.rectangle((self.edge, self.y, self.edge + self.room - 1, self.y + high - 1), 1)
        x = (self.profile.dots - fonts.width(text, 700, size)) / 2
        self.write(text, x, self.y + (high + round(size * 0.698)) // 2, size, 700, fill=0)
        self.y += high + s(8)


def _ink(slip: Slip, profile: PaperProfile) -> Image.Image:
    sheet = _Sheet(profile)
    for line in slip:
        sheet.add(line)
    return sheet.image.crop((0, 0, profile.dots, sheet.y + profile.scaled(8)))


def image(slip: Slip, profile: PaperProfile = PAPER_80) -> Image.Image:
    """The slip as a 1-bit picture, black ink on white, `profile.dots` wide."""
    return _ink(slip, profile).point(lambda value: 0 if value else 255)


def content(slip: Slip, profile: PaperProfile = PAPER_80, text: str = "raster") -> bytes:
    """The slip as ESC/POS: init, motion unit, raster bands, the number once more as native ASCII; no cut, no markers.

    With `text` "native": in the printer's own letters, if one code page of the model `profile.escpos` holds them all.
    ESC @ 1b 40; GS P 1d 50 x y makes ESC J count dots; GS v 0 1d 76 30 00 xL xH yL yH; ESC J 1b 4a n
    (Epson ESC/POS command reference).
    """
    if text == "native" and (letters := text_of(slip, profile)) is not None:
        return letters
    motion = bytes((0x1D, 0x50, min(profile.dpi, 255), min(profile.dpi, 255)))
    return INIT + motion + bands(_ink(slip, profile)) + native(slip)


class Chosen(msgspec.Struct, frozen=True):
    """How slips for one printer become bytes; `raster` is for printers that turn out to take nothing else."""

    profile: PaperProfile
    text: str

    def __call__(self, slip: Slip) -> bytes:
        """The slip as it was chosen."""
        return content(slip, self.profile, self.text)

    def raster(self, slip: Slip) -> bytes:
        """The slip as a picture."""
        return content(slip, self.profile)


def chosen(url: str, model: str = "default", paper: str = "", text: str = "auto") -> Chosen:
    """`model` of python-escpos's database, `paper` "80", "58" or "" (the model's), `text` of MODES.

    ValueError for an unknown model, paper or text.
    """
    return Chosen(paper_of(model, paper), mode(url, model, text))


def mode(url: str, model: str = "default", text: str = "auto") -> str:
    """What "auto" comes to: raster, unless the line is slow and the model is known to hold the Latvian letters."""
    if text not in MODES:
        raise ValueError(f"unknown text mode {text!r}; use one of: {', '.join(MODES)}")
    if text != "auto":
        return text
    slow = 0 < line_speed(url) < SLOW
    return "native" if slow and model != "default" and models.latvian(model) else "raster"


def paper_of(model: str = "default", paper: str = "") -> PaperProfile:
    """The model's paper, or 80 or 58 mm of it. ValueError for an unknown model or paper."""
    known = models.paper(model)
    if paper in ("", "80") and (known.dots >= 480 or not paper):
        return known
    if paper not in ("80", "58"):
        raise ValueError(f"unknown paper {paper!r}; use 80 or 58 (millimetres)")
    return msgspec.structs.replace(PAPER_58 if paper == "58" else PAPER_80, escpos=model, dpi=known.dpi)


def native(slip: Slip) -> bytes:
    """The number and the word of an inverse bar as one centred ASCII line: it survives a fault in the raster."""
    words = [number(slip), *(line.text for line in slip if isinstance(line, Inverse))]
    plain = unicodedata.normalize("NFD", " ".join(word for word in words if word)).encode("ascii", "ignore")
    return b"\x1b\x61\x01" + plain + b"\n\x1b\x61\x00" if plain else b""
