"""IBM Plex Sans in its subset files: which file draws which character, and how wide a text is."""

from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).parent / "fonts"


def subset(char: str) -> str:
    """The subset that has the character, after the ranges in unicode.json of npm @fontsource/ibm-plex-sans."""
    code = ord(char)
    if 0x400 <= code <= 0x45F or code in (0x490, 0x491, 0x4B0, 0x4B1, 0x2116):
        return "cyrillic"
    if (0x100 <= code <= 0x2FF and code not in (0x131, 0x152, 0x153)) or 0x1E00 <= code <= 0x1EFF:
        return "latin-ext"
    return "latin"


@lru_cache(maxsize=64)
def font(name: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    """The font file at `size` dots; OSError naming the file when the build hook has not put it in printers/fonts."""
    path = FOLDER / f"ibm-plex-sans-{name}-{weight}-normal.woff2"
    try:
        return ImageFont.truetype(path, size)
    except OSError as error:
        raise OSError(f"cannot read {path}: {error}; run `pip install -e .` to fetch the fonts") from error


@lru_cache(maxsize=4096)
def runs(text: str, weight: int, size: int) -> tuple[tuple[ImageFont.FreeTypeFont, str, float], ...]:
    """The text in pieces of one font each: (font, piece, x of its start in dots)."""
    out, x = [], 0.0
    for name, chars in groupby(text, subset):
        piece = "".join(chars)
        face = font(name, weight, size)
        out.append((face, piece, x))
        x += face.getlength(piece)
    return tuple(out)


@lru_cache(maxsize=8192)
def width(text: str, weight: int, size: int) -> float:
    """The width of the text in dots."""
    if not text:
        return 0.0
    face, piece, x = runs(text, weight, size)[-1]
    return x + face.getlength(piece)


@lru_cache(maxsize=1024)
def wrap(text: str, weight: int, size: int, room: int) -> tuple[str, ...]:
    """The text broken at spaces into lines of at most `room` dots; a word wider than that is broken inside."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            trial = f"{line} {word}" if line else word
            while width(trial, weight, size) > room:
                if line:
                    lines.append(line)
                    line, trial = "", word
                    continue
                cut = next(n for n in range(len(trial), 0, -1) if n == 1 or width(trial[:n], weight, size) <= room)
                if cut == len(trial):
                    break
                lines.append(trial[:cut])
                trial = trial[cut:]
            line = trial
        lines.append(line)
    return tuple(lines)


@lru_cache(maxsize=1024)
def balanced(text: str, weight: int, size: int, room: int) -> tuple[str, ...]:
    """As `wrap`, with the same number of lines but no line much shorter than the others."""
    lines = wrap(text, weight, size, room)
    low, high = room // len(lines) if len(lines) > 1 else room, room
    while high - low > 8:
        middle = (low + high) // 2
        if len(wrap(text, weight, size, middle)) == len(lines):
            high = middle
        else:
            low = middle
    return wrap(text, weight, size, high)
