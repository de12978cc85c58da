"""Pictures and videos made for tests: real pictures, real WebM, and MP4 of which every box is where it must be."""

import io
import struct
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image


def picture(form: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """A picture that is no single colour."""
    made = Image.linear_gradient("L").resize(size).convert(mode)
    out = io.BytesIO()
    made.save(out, form, **options)
    return out.getvalue()


def read(data: bytes) -> Image.Image:
    """The picture in a file's bytes, decoded."""
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


def webm(frames: int = 3) -> bytes:
    """A film of a few frames, coded by a real coder."""
    import cv2
    import numpy

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.webm"
        film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"VP80"), 10, (64, 48))
        for shade in range(frames):
            film.write(numpy.full((48, 64, 3), shade * 40 % 256, numpy.uint8))
        film.release()
        return path.read_bytes()


def box(name: bytes, *contents: bytes) -> bytes:
    """A box of an MP4."""
    inner = b"".join(contents)
    return struct.pack(">I", 8 + len(inner)) + name + inner


def mp4(codec: bytes = b"avc1", *, brand: bytes = b"isom", handler: bytes = b"vide", media: int = 64, movies: int = 1) -> bytes:
    """An MP4 with one track, the film behind its description, as cameras write it."""
    described = box(b"stsd", b"\0\0\0\0\0\0\0\1", box(codec, b"\0" * 78))
    told = box(
        b"mdia", box(b"mdhd", b"\0" * 24), box(b"hdlr", b"\0" * 8 + handler + b"\0" * 13), box(b"minf", box(b"stbl", described))
    )
    movie = box(b"moov", box(b"mvhd", b"\0" * 100), box(b"trak", box(b"tkhd", b"\0" * 84), told))
    return box(b"ftyp", brand, b"\0\0\2\0", brand, b"mp41") + movie * movies + box(b"mdat", b"\7" * media)
