"""The back channels of the families that do not speak as Epson does (docs/printing.md)."""

from typing import Protocol

from printers.codec import Flow, Full, Garbage, Message, Splitter, StarStatus

FULL_HEAD = b"\x10\x0f"  # n = 0f after DLE EOT 20 and after GS e0 0f; no ASB has a second byte 0f
FULL_LENGTH = 6
SHORTEST, LONGEST = 7, 15  # bytes of a Star automatic status


class Splits(Protocol):
    """Bytes in, whole messages out."""

    def feed(self, data: bytes) -> list[Message]:
        """The messages completed by these bytes."""

    def reset(self) -> None:
        """Forgets a half message."""


class FullSplitter:
    """A Custom printer: six bytes 10 0f p u r x, in between whatever an ESC/POS printer says."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._others = Splitter()

    def feed(self, data: bytes) -> list[Message]:
        """The messages completed by these bytes."""
        self._held += data
        out: list[Message] = []
        while self._held:
            at = self._held.find(0x10)
            if at < 0:
                at = len(self._held)
            if at:
                out += self._others.feed(bytes(self._held[:at]))
                del self._held[:at]
            elif len(self._held) >= 2 and not self._held.startswith(FULL_HEAD):
                out += self._others.feed(bytes(self._held[:1]))
                del self._held[:1]
            elif len(self._held) < FULL_LENGTH:
                break
            else:
                out.append(Full(*self._held[2:FULL_LENGTH]))
                del self._held[:FULL_LENGTH]
        return out

    def reset(self) -> None:
        """Forgets a half message."""
        self._held.clear()
        self._others.reset()


class StarSplitter:
    """A Star printer: automatic statuses; one-byte answers to ENQ and EOT, which raster data may provoke, are skipped."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """The messages completed by these bytes."""
        self._held += data
        out: list[Message] = []
        while self._held:
            length = star_length(self._held[0])
            rest = self._held[1:length]
            if self._held[0] in (0x11, 0x13):
                out.append(Flow(self._held[0] == 0x11))
                del self._held[:1]
            elif not length or any(byte & 0x91 for byte in rest):
                out.append(Garbage(bytes(self._held[:1])))
                del self._held[:1]
            elif len(self._held) < length:
                break
            else:
                out.append(StarStatus(bytes(self._held[:length])))
                del self._held[:length]
        return out

    def reset(self) -> None:
        """Forgets a half message."""
        self._held.clear()


def star_length(first: int) -> int:
    """The number of bytes that a Star status beginning with `first` has, or 0 when none begins so."""
    length = (first >> 1 & 0x07) | (first >> 2 & 0x08)
    return length if first & 0xD1 == 0x01 and SHORTEST <= length <= LONGEST else 0
