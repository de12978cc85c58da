"""The logo of a slip: a small black and white PNG, as base64 text in the plan."""

import base64
import io

WIDEST, HIGHEST = 400, 120
"""Dots, at 203 dpi: 50 by 15 mm."""


def check_logo(text: str) -> None:
    """ValueError that says what is wrong with a logo."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError(f"is not base64: {error}") from error
    from PIL import Image, UnidentifiedImageError  # late: plans without a logo do not need it

    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            wide, high, mode = picture.width, picture.height, picture.mode
            picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise ValueError(f"is no PNG picture: {error}") from error
    if wide > WIDEST or high > HIGHEST:
        raise ValueError(f"is {wide} by {high} dots, at most {WIDEST} by {HIGHEST}")
    if mode != "1":
        raise ValueError(f"has mode {mode}; a slip is black and white (mode 1)")
