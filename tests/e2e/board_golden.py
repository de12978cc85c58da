"""Small pictures of the board that hang in `golden/`, and how far a new one may differ from them.

After a change of the look that is meant: RINDA_GOLDEN=write .venv/bin/pytest tests/e2e/test_board_look.py, then look at every
picture that git says has changed.
"""

import io
import os
import re
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).parent / "golden"
SMALL = 384
"""Pixels of the longer side: a digit of the list of calls is still 14 high."""

COLOURS = 40
MEAN = 1.0
"""Mean difference of a picture's channels, of 255: another release of the browser smooths letters a little differently."""

CHANGED = 0.0004
"""Share of pixels that may differ by more than LARGE: 33 of 82,944. One other digit in the list of calls are more than that."""

LARGE = 64


def small(picture: bytes) -> Image.Image:
    """A picture of the screen, made small."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return image.reduce(max(image.size) // SMALL)


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Mean difference, and the share of pixels that differ much; (255, 1) of pictures that have not one size."""
    if one.size != other.size:
        return 255.0, 1.0
    apart = np.abs(np.asarray(one.convert("RGB"), dtype=np.int16) - np.asarray(other.convert("RGB"), dtype=np.int16))
    return float(apart.mean()), float((apart.max(axis=2) > LARGE).mean())


def is_alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether two small pictures show the same."""
    mean, share = difference(one, other)
    return mean <= MEAN and share <= CHANGED


def path_of(name: str, way: str) -> Path:
    """Where the picture of a state hangs."""
    return FOLDER / f"{re.sub('[^a-z]+', '-', name.lower())}-{way}.png"


def fault(name: str, way: str, picture: bytes) -> str | None:
    """How a picture differs from the one that hangs there; RINDA_GOLDEN=write hangs it up instead."""
    path, image = path_of(name, way), small(picture)
    if os.environ.get("RINDA_GOLDEN") == "write":
        if not (path.exists() and is_alike(Image.open(path), image)):
            FOLDER.mkdir(exist_ok=True)
            image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        return None
    if not path.exists():
        return f"{path.name} is missing"
    if is_alike(Image.open(path), image):
        return None
    mean, share = difference(Image.open(path), image)
    return f"{path.name}: mean {mean:.2f}, {share:.2%} of the pixels"
