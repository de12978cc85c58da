"""A picture that somebody sent, made anew: only its pixels remain, at most as wide as a board."""

import io
from math import ceil
from typing import Any

from PIL import Image, ImageOps

MILLIONS_MOST = 20
SIDE_MOST = 1920
_MAKES = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp", "AVIF": "webp"}
"""What is read, and the ending of what is made of it. MPO is a JPEG of some telephones, with a small second picture behind it."""
_READ = ("PNG", "JPEG", "WEBP", "AVIF")
_SAVED: dict[str, tuple[str, dict[str, Any]]] = {
    "png": ("PNG", {"optimize": True}),
    "jpg": ("JPEG", {"quality": 88, "optimize": True}),
    "webp": ("WEBP", {"quality": 88, "method": 4}),
}


class Unusable(Exception):
    """Why a file is not taken: an English source text, with what it names."""

    def __init__(self, text: str, **facts: str | int) -> None:
        super().__init__(text)
        self.text, self.facts = text, facts


def remade(data: bytes) -> tuple[bytes, str]:
    """The picture and its ending; Unusable. Uses up to 200 MB and a second or two, so it runs on a native thread.

    What a camera noted (place, time, name) and whatever else was in the file is gone; the turn that it noted is done.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_READ) as picture:
            kind, (wide, high) = picture.format or "", picture.size
            if (millions := wide * high / 1_000_000) > MILLIONS_MOST:
                raise Unusable("The picture has {n} million pixels, at most {most}.", n=ceil(millions), most=MILLIONS_MOST)
            if kind != "MPO" and getattr(picture, "n_frames", 1) > 1:
                raise Unusable("The picture moves. Send a video (MP4 or WebM) instead.")
            picture.load()
            upright = ImageOps.exif_transpose(picture)
        ending = _MAKES[kind]
        plain = _plain(upright, ending)
        plain.thumbnail((SIDE_MOST, SIDE_MOST), Image.Resampling.LANCZOS)
        return _encoded(plain, ending), ending
    except Unusable:
        raise
    except Exception as error:  # decoders meet whatever somebody sends, and each has errors of its own
        raise Unusable("The picture cannot be read: it is damaged or not what it seems.") from error


def _plain(picture: Image.Image, ending: str) -> Image.Image:
    """Colours that a browser shows, transparent only where the ending can say so; nothing of what came beside the pixels."""
    clear = ending != "jpg" and (picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info)
    plain = picture.convert("RGBA" if clear else "RGB")
    plain.info = {}
    return plain


def _encoded(picture: Image.Image, ending: str) -> bytes:
    out, (form, options) = io.BytesIO(), _SAVED[ending]
    picture.save(out, form, **options)
    return out.getvalue()
