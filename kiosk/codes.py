"""What scanners, keypads and the headphone socket say: Linux input events and lines of text, decoded."""

import re
import struct
from collections import deque
from collections.abc import Iterator

import msgspec

EVENT = struct.Struct("@llHHi")
"""`struct input_event` of <linux/input.h>: seconds, microseconds, type, code, value."""

EV_KEY, EV_SW = 1, 5
SW_HEADPHONE_INSERT = 2
ENTER = (28, 96)
CODE_LONGEST = 64
SAME_S = 3.0
HELD_S = 2.0
FLOOD, FLOOD_S, MUTED_S = 10, 10.0, 30.0

KEYS = {
    103: "up", 108: "down", 105: "left", 106: "right", 28: "ok", 96: "ok", 352: "ok", 353: "ok",
    158: "back", 1: "back", 14: "back", 113: "volume", 114: "volume", 115: "volume", 138: "help", 98: "repeat",
    # F13 to F21, which write no text: what keypads for kiosks are programmed to
    183: "up", 184: "down", 185: "left", 186: "right", 187: "ok", 188: "back", 189: "volume", 190: "repeat", 191: "help",
}  # fmt: skip
"""Key codes of <linux/input-event-codes.h> by what they mean on a kiosk."""

_ROWS = ((2, "1234567890"), (16, "QWERTYUIOP"), (30, "ASDFGHJKL"), (44, "ZXCVBNM"), (71, "789"), (75, "456"), (79, "1230"))
CHARACTERS = {first + i: character for first, row in _ROWS for i, character in enumerate(row)}
"""Letters and digits that a scanner types as an American keyboard."""


class Said(msgspec.Struct, frozen=True):
    """One thing for the page: `kind` is scan, key or headphones."""

    kind: str
    value: str


class Events:
    """Decodes the bytes of an input device; a torn event waits for its rest. `scanner`: what it types is one code a line."""

    def __init__(self, scanner: bool) -> None:
        self._scanner = scanner
        self._down: dict[int, float] = {}  # OK keys that are held, and since which second of the device's clock
        self._rest = b""
        self._typed = ""

    def feed(self, data: bytes) -> Iterator[Said]:
        """What the bytes say: presses, not repeats. OK counts when it is let go; held for two seconds it draws the curtain."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        for seconds, micros, kind, code, value in EVENT.iter_unpack(data[:whole]):
            if kind == EV_SW and code == SW_HEADPHONE_INSERT:
                yield Said("headphones", "in" if value else "out")
            elif kind == EV_KEY and not self._scanner and KEYS.get(code) == "ok":
                yield from self._held(code, value, seconds + micros / 1e6)
            elif kind == EV_KEY and value == 1:
                yield from self._pressed(code)

    def _held(self, code: int, value: int, at: float) -> Iterator[Said]:
        if value == 1:
            self._down[code] = at
        elif code in self._down and at - self._down[code] >= HELD_S:
            del self._down[code]
            yield Said("key", "curtain")
        elif value == 0 and self._down.pop(code, None) is not None:
            yield Said("key", "ok")

    def _pressed(self, code: int) -> Iterator[Said]:
        if not self._scanner:
            if code in KEYS:
                yield Said("key", KEYS[code])
        elif code in ENTER:
            typed, self._typed = self._typed, ""
            if typed:
                yield Said("scan", typed)
        else:
            self._typed = (self._typed + CHARACTERS.get(code, ""))[-CODE_LONGEST:]


class Lines:
    """Decodes the text of a serial scanner: one code a line, of letters and digits."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Said]:
        """The codes that the bytes complete."""
        *lines, self._rest = re.split(rb"[\r\n\0]+", self._rest + data)
        self._rest = self._rest[-CODE_LONGEST:]
        for line in lines:
            if code := re.sub(rb"[^A-Za-z0-9]", b"", line)[-CODE_LONGEST:].decode("ascii").upper():
                yield Said("scan", code)


class Sieve:
    """Lets a code through once in three seconds, and mutes a scanner that is stuck. `now` are monotonic seconds."""

    def __init__(self) -> None:
        self._last, self._at = "", 0.0
        self._seen: deque[float] = deque(maxlen=FLOOD)
        self._muted_until = 0.0

    def passes(self, said: Said, now: float) -> bool:
        """Whether the page should hear it."""
        if said.kind != "scan":
            return True
        again = said.value == self._last and now - self._at < SAME_S
        self._last, self._at = said.value, now
        if now < self._muted_until or again:
            return False
        self._seen.append(now)
        if len(self._seen) == FLOOD and now - self._seen[0] < FLOOD_S:
            self._muted_until = now + MUTED_S
            self._seen.clear()
            return False
        return True

    def muted(self, now: float) -> bool:
        """Whether it is not listened to now."""
        return now < self._muted_until
