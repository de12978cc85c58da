"""Whether a file is a video that every board's browser plays: MP4 with H.264, or WebM; read box by box, never into memory."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from server.media.pictures import Unusable

_BRANDS = frozenset({b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"})
_STILL = frozenset({b"avif", b"avis", b"mif1", b"msf1", b"heic", b"heix"})
"""Pictures that come in the boxes of an MP4."""
_H264 = (b"avc1", b"avc3")
_CODECS = (b"V_VP8", b"V_VP9", b"V_AV1")
_EBML, _DOCTYPE, _SEGMENT, _TRACKS, _ENTRY, _CODEC, _CLUSTER = (
    0x1A45DFA3, 0x4282, 0x18538067, 0x1654AE6B, 0xAE, 0x86, 0x1F43B675,
)  # fmt: skip
_PARTS_MOST = 10_000
_NOT_MP4 = "This MP4 file is damaged or incomplete."
_NOT_WEBM = "This WebM file is damaged or incomplete."


class Part(NamedTuple):
    """A box of an MP4 or an element of a WebM: what it is and where its contents lie."""

    name: bytes | int
    begin: int
    end: int


def video_kind(head: bytes) -> str | None:
    """The ending of a video that begins so; None if it begins like none."""
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _STILL else "mp4"
    return "webm" if head[:4] == b"\x1a\x45\xdf\xa3" else None


def check_video(file: BinaryIO, size: int, ending: str) -> None:
    """Unusable if the file of `size` bytes is not whole, holds something behind its end, or another kind of picture."""
    (_check_mp4 if ending == "mp4" else _check_webm)(file, size)


def _check_mp4(file: BinaryIO, size: int) -> None:
    boxes = list(_boxes(file, 0, size))
    if not boxes or boxes[0].name != b"ftyp" or not _brands(file, boxes[0]) & _BRANDS:
        raise Unusable(_NOT_MP4)
    movies = [box for box in boxes if box.name == b"moov"]
    if len(movies) != 1 or not any(box.name == b"mdat" for box in boxes):
        raise Unusable(_NOT_MP4)
    tracks = [box for box in _boxes(file, movies[0].begin, movies[0].end) if box.name == b"trak"]
    shown = [codec for track in tracks for codec in _pictures(file, track)]
    if not shown:
        raise Unusable("The file has no picture track.")
    if any(codec not in _H264 for codec in shown):
        raise Unusable("The video is not coded as H.264, which every board can play. Convert it, or send WebM.")


def _brands(file: BinaryIO, box: Part) -> set[bytes]:
    file.seek(box.begin)
    data = file.read(min(box.end - box.begin, 256))
    return {data[:4], *(data[at : at + 4] for at in range(8, len(data) - 3, 4))}


def _pictures(file: BinaryIO, track: Part) -> Iterator[bytes]:
    """The codecs of a track, if it is one of pictures."""
    media = next((box for box in _boxes(file, track.begin, track.end) if box.name == b"mdia"), None)
    inner = {box.name: box for box in _boxes(file, media.begin, media.end)} if media else {}
    if b"hdlr" not in inner or b"minf" not in inner:
        raise Unusable(_NOT_MP4)
    file.seek(inner[b"hdlr"].begin + 8)
    if file.read(4) != b"vide":
        return
    tables = [box for box in _boxes(file, inner[b"minf"].begin, inner[b"minf"].end) if box.name == b"stbl"]
    for table in tables:
        for described in _boxes(file, table.begin, table.end):
            if described.name == b"stsd":
                yield from (box.name for box in _boxes(file, described.begin + 8, described.end) if isinstance(box.name, bytes))


def _boxes(file: BinaryIO, begin: int, end: int) -> Iterator[Part]:
    """The boxes that fill a stretch exactly; Unusable when they do not."""
    at = begin
    for _ in range(_PARTS_MOST):
        if at == end:
            return
        file.seek(at)
        head = file.read(min(16, max(0, end - at)))
        length, skipped = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, skipped = int.from_bytes(head[8:16], "big"), 16
        elif length == 0:
            length = end - at  # up to the end of the file
        if len(head) < skipped or length < skipped or at + length > end:
            break
        yield Part(head[4:8], at + skipped, at + length)
        at += length
    raise Unusable(_NOT_MP4)


def _check_webm(file: BinaryIO, size: int) -> None:
    """A browser's own recording does not know its length (the segment and its clusters go up to the end); others do."""
    head = _element(file, 0, size)
    kinds = [_bytes(file, one) for one in _elements(file, head.begin, head.end) if one.name == _DOCTYPE]
    segment = _element(file, head.end, size)
    if head.name != _EBML or kinds != [b"webm"] or segment.name != _SEGMENT or segment.end != size:
        raise Unusable(_NOT_WEBM)
    codecs: list[bytes] = []
    clusters = 0
    for part in _elements(file, segment.begin, segment.end):
        if part.name == _TRACKS:
            for entry in _elements(file, part.begin, part.end):
                if entry.name == _ENTRY:
                    codecs += [_bytes(file, one) for one in _elements(file, entry.begin, entry.end) if one.name == _CODEC]
        clusters += part.name == _CLUSTER
    if not clusters:
        raise Unusable(_NOT_WEBM)
    if not any(codec in _CODECS for codec in codecs):
        raise Unusable("The file has no picture track.")


def _elements(file: BinaryIO, begin: int, end: int) -> Iterator[Part]:
    at = begin
    for _ in range(_PARTS_MOST):
        if at == end:
            return
        part = _element(file, at, end)
        yield part
        at = part.end
    raise Unusable(_NOT_WEBM)


def _element(file: BinaryIO, at: int, end: int) -> Part:
    """The element at a place; one of unknown length goes up to the end."""
    file.seek(at)
    head = file.read(min(12, max(0, end - at)))
    wide = _width(head[:1], 4)
    name = int.from_bytes(head[:wide], "big")
    long = _width(head[wide : wide + 1], 8)
    length = int.from_bytes(head[wide : wide + long], "big") & (1 << 7 * long) - 1
    begin = at + wide + long
    last = end if length == (1 << 7 * long) - 1 else begin + length
    if len(head) < wide + long or last > end:
        raise Unusable(_NOT_WEBM)
    return Part(name, begin, last)


def _width(first: bytes, most: int) -> int:
    """Bytes of a number that begins with this byte: as many as its leading zero bits say, and one."""
    width = 9 - first[0].bit_length() if first else most + 1
    if width > most:
        raise Unusable(_NOT_WEBM)
    return width


def _bytes(file: BinaryIO, part: Part) -> bytes:
    file.seek(part.begin)
    return file.read(min(part.end - part.begin, 64)).rstrip(b"\0")
