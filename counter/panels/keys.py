"""Keys beside counters: bytes become commands; a key that repeats itself is pressed once. Pure."""

from config.byte_template import literal
from config.plan import Key

REPEAT_S = 0.5
"""A key that says the same within this time of the last time is held down or bounces."""
HALF_S = 0.5
"""The beginning of a key is forgotten when nothing follows for so long: the rest of it would be another press."""
LONGEST = 64


class Keys:
    """What was said on one line. Bytes that no key says are passed over."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        self._keys = [(literal(key.says), key) for key in keys]
        self._held, self._at = b"", 0.0
        self._last: dict[bytes, float] = {}

    def feed(self, data: bytes, now: float) -> list[Key]:
        """The keys that were pressed; `now` in monotonic seconds."""
        if now - self._at >= HALF_S:
            self._held = b""
        if data:
            self._held, self._at = (self._held + data)[-LONGEST:], now
        pressed = []
        while self._held:
            says, key = next(((says, key) for says, key in self._keys if self._held.startswith(says)), (b"", None))
            if key is not None:
                self._held = self._held[len(says) :]
                if now - self._last.get(says, float("-inf")) >= REPEAT_S:
                    pressed.append(key)
                self._last[says] = now
            elif any(says.startswith(self._held) for says, _ in self._keys):
                break
            else:
                self._held = self._held[1:]
        return pressed
