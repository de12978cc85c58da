"""A piece of paper out of the virtual printer, while it is printed and after it is cut."""

import io
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageDraw

from printers import fonts

FONT_A = 24  # dots: the height of a native text line (12 x 24 cells)


class Paper:
    """One piece: 1-bit rows top to bottom (ink = 1), native text lines, the time of its cut."""

    def __init__(self, dots: int, time: datetime) -> None:
        self.dots, self.time = dots, time
        self.lines: list[str] = []
        self.cut = False
        self.fate = ""  # what the presenter did with it: taken, retracted, ejected
        self._rows: list[bytes] = []
        self._png = b""

    @property
    def rows(self) -> list[bytes]:
        """The rows; those of a sealed piece are read back from its picture."""
        if not self._png:
            return self._rows
        ink = Image.open(io.BytesIO(self._png)).convert("1").point(lambda value: 0 if value else 255)
        stride, data = -(-self.dots // 8), ink.tobytes()
        return [data[at : at + stride] for at in range(0, len(data), stride)]

    def seal(self, png: bytes = b"") -> None:
        """Nothing more is printed on it: only the picture is kept, which takes a thirtieth of the memory."""
        self._png = png or self.png()
        self._rows = []

    @property
    def text(self) -> str:
        """The native text on it, one line per line; raster is not read."""
        return "\n".join(self.lines)

    @property
    def empty(self) -> bool:
        """True when nothing is on it."""
        return not self.lines and not any(any(row) for row in self.rows)

    def image(self) -> Image.Image:
        """The piece as a 1-bit picture, black on white."""
        stride = -(-self.dots // 8)
        data = b"".join(row[:stride].ljust(stride, b"\0") for row in self.rows) or bytes(stride)
        ink = Image.frombytes("1", (self.dots, max(1, len(self.rows))), data)
        return ink.point(lambda value: 0 if value else 255)

    def png(self) -> bytes:
        """The piece as a PNG file."""
        if self._png:
            return self._png
        out = io.BytesIO()
        self.image().save(out, "PNG")
        return out.getvalue()

    def save(self, folder: Path) -> None:
        """Writes NAME.png and NAME.txt; names sort by time."""
        name = f"{self.time:%Y%m%dT%H%M%S.%f}"
        (folder / f"{name}.txt").write_text(self.text, "utf-8")
        (folder / f"{name}.png").write_bytes(self.png())


def load(folder: Path) -> list[Paper]:
    """The pieces saved in the folder, oldest first; files that are no paper are passed over."""
    out = []
    for file in sorted(folder.glob("*.png")):
        try:
            time = datetime.strptime(file.stem + "+0000", "%Y%m%dT%H%M%S.%f%z")
            picture = Image.open(file).convert("1")
        except (ValueError, OSError):
            continue
        piece = Paper(picture.width, time)
        piece.seal(file.read_bytes())
        text = file.with_suffix(".txt")
        piece.lines = text.read_text("utf-8").splitlines() if text.exists() else []
        piece.cut = True
        out.append(piece)
    return out


def text_rows(text: str, dots: int, align: int, scale: tuple[int, int]) -> list[bytes]:
    """A line of native text as rows: 12 x 24 dots a character times `scale`, aligned 0 left, 1 centre, 2 right."""
    wide, high = 12 * scale[0], FONT_A * scale[1]
    picture = Image.new("1", (dots, high + 6), 0)
    draw = ImageDraw.Draw(picture)
    draw.fontmode = "1"
    x = (0, (dots - wide * len(text)) // 2, dots - wide * len(text))[align]
    for at, char in enumerate(text):
        size = min(20 * scale[0], 20 * scale[1])
        face = fonts.font(fonts.subset(char), 500, size)
        draw.text((x + at * wide + wide // 2, round(high * 0.8)), char, fill=1, font=face, anchor="ms")
    stride, data = -(-dots // 8), picture.tobytes()
    return [data[at : at + stride] for at in range(0, len(data), stride)]
