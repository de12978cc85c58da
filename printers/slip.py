"""Paper as data: what a slip says, before anybody knows how wide the paper is."""

from typing import Literal

import msgspec

Align = Literal["left", "center", "right"]

DRAWN_AHEAD = 8  # diamonds drawn for people ahead; the rest becomes "+n"


class Text(msgspec.Struct, frozen=True, tag=True):
    """A paragraph that wraps; `size` in dots at 203 dpi, down to 27 before it passes `lines`; `weight` 400 to 700."""

    text: str
    size: int = 31
    weight: int = 400
    align: Align = "center"
    lines: int = 0  # most lines wanted; 0 = any


class Rule(msgspec.Struct, frozen=True, tag=True):
    """A horizontal line, 4 dots thick, with room around it."""

    style: Literal["solid", "dashed"] = "solid"


class Pair(msgspec.Struct, frozen=True, tag=True):
    """Two texts on one line, at the left and the right edge; an empty one is left out."""

    left: str
    right: str
    size: int = 31
    weight: int = 400


class Number(msgspec.Struct, frozen=True, tag=True):
    """The ticket number, as large as the paper allows up to `size` dots; also printed as native ASCII."""

    text: str
    size: int = 206


class Queue(msgspec.Struct, frozen=True, tag=True):
    """A door bar, one small diamond for each person ahead (8 at most, then +n), one large diamond: you."""

    ahead: int


class Qr(msgspec.Struct, frozen=True, tag=True):
    """A QR code (level M, at least 22 mm, 4 modules of quiet zone), its texts beside it, or below on narrow paper."""

    data: str
    beside: tuple[Text, ...] = ()


class Boxed(msgspec.Struct, frozen=True, tag=True):
    """Texts in a frame, 4 dots thick."""

    lines: tuple[Text, ...]


class Inverse(msgspec.Struct, frozen=True, tag=True):
    """White capitals on a black bar: only for KOPIJA and ANULĒTS."""

    text: str


class Picture(msgspec.Struct, frozen=True, tag=True):
    """A small black and white picture in the middle, a PNG of mode 1 as base64 text; `name` is what it shows, in words."""

    png: str
    name: str = ""


class Gap(msgspec.Struct, frozen=True, tag=True):
    """Empty paper, in dots at 203 dpi."""

    dots: int


Line = Text | Rule | Pair | Number | Queue | Qr | Boxed | Inverse | Picture | Gap
Slip = tuple[Line, ...]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[Line, ...])


def pack(slip: Slip) -> bytes:
    """The slip as MessagePack, for the job store."""
    return _encoder.encode(slip)


def unpack(data: bytes) -> Slip:
    """The slip that `pack` wrote; msgspec.ValidationError when it is none."""
    return _decoder.decode(data)


def number(slip: Slip) -> str:
    """The ticket number on the slip, or an empty string."""
    return next((line.text for line in slip if isinstance(line, Number)), "")


def as_text(slip: Slip) -> str:
    """The slip in plain lines, for screen readers, the paper page and golden tests; rules and gaps are empty lines."""
    out: list[str] = []
    for line in slip:
        match line:
            case Rule():
                out.append("")
            case Gap() | Picture():
                pass
            case Text(text=text) | Number(text=text) | Inverse(text=text):
                out.append(text)
            case Pair(left=left, right=right):
                out.append(" | ".join(part for part in (left, right) if part))
            case Queue(ahead=ahead):
                extra = f" +{ahead - DRAWN_AHEAD}" if ahead > DRAWN_AHEAD else ""
                out.append("|" + " ◆" * min(ahead, DRAWN_AHEAD) + extra + " ◇")
            case Qr(data=data, beside=beside):
                out.extend([*(text.text for text in beside), data])
            case Boxed(lines=lines):
                out.extend(f"[{text.text}]" for text in lines)
    return "\n".join(out).strip("\n") + "\n"
