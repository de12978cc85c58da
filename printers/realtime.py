"""Finds real-time commands in a printer's input, wherever they stand, also inside a raster."""

from printers.codec import CLEAR

REALTIME = {0x04: 3, 0x05: 3}  # DLE EOT n, DLE ENQ n: length in bytes
CLEAR_LENGTH = len(CLEAR)
PULSE_LENGTH = 5  # DLE DC4 1 m t


class Scanner:
    """Feeds on input in any portions and gives whole real-time commands with the place where each ends."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """(offset in `data` behind the command, the command), in order."""
        if not self._held and 0x10 not in data:
            return []
        base = -len(self._held)  # place of _held[0] in data
        self._held += data
        out: list[tuple[int, bytes]] = []
        at = 0
        while (at := self._held.find(0x10, at)) >= 0:
            length = self._length(at)
            if at + length > len(self._held):
                break
            if length > 1:
                out.append((base + at + length, bytes(self._held[at : at + length])))
            at += length
        self._held = self._held[at:] if at >= 0 else bytearray()
        return out

    def _length(self, at: int) -> int:
        head = bytes(self._held[at : at + CLEAR_LENGTH])
        if len(head) < 3:
            return 3 if len(head) < 2 or head[1] in (0x04, 0x05, 0x14) else 1
        if head[1] == 0x14:
            return (CLEAR_LENGTH if CLEAR.startswith(head) else 1) if head[2] == 8 else PULSE_LENGTH
        return REALTIME.get(head[1], 1)
