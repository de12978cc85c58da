"""Signs made of software for the demo: they read the bytes of their line and show what a real sign would. Pure."""

import re

import msgspec

from config.byte_template import START, SUMS, Field, pieces
from config.plan import Line
from counter.panels import alpha, template

LONGEST = 512
"""So many bytes that make no frame are kept in case the rest of it comes."""
DRIVERS = ("alpha", "template")


class VirtualSign(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign shows, and the bytes in hexadecimal that made it do so; `light` as far as its bytes say it."""

    counter: str
    address: int
    text: str = ""
    flash: bool = False
    light: int = 4
    said: str = ""


class VirtualLine:
    """All signs of a line that speaks Alpha or a byte template. A frame whose checksum is wrong changes nothing."""

    def __init__(self, line: Line) -> None:
        self._line, self._held = line, b""
        self._signs = {panel.address: VirtualSign(counter=panel.counter, address=panel.address) for panel in line.panels}
        self._pattern = _ALPHA if line.driver == "alpha" else _pattern(line)

    @property
    def signs(self) -> tuple[VirtualSign, ...]:
        """In the order of the plan."""
        return tuple(self._signs.values())

    def feed(self, data: bytes) -> bool:
        """Whether a sign shows something else after these bytes."""
        before, self._held = self.signs, self._held + data
        while found := self._pattern.search(self._held):
            read = self._alpha(found) if self._line.driver == "alpha" else self._template(found)
            self._held = self._held[found.end() if read else found.start() + 1 :]
        self._held = self._held[-LONGEST:]
        return self.signs != before

    def _show(self, address: int, frame: bytes, text: str, flash: bool = False, light: int = 4) -> None:
        for sign in self.signs:
            if address == sign.address or (address == 0 and self._line.driver == "alpha"):
                self._signs[sign.address] = msgspec.structs.replace(
                    sign, text=text.strip(), flash=flash, light=light, said=frame.hex(" ")
                )

    def _alpha(self, found: re.Match[bytes]) -> bool:
        address, mode, text = int(found["addr"], 16), found["mode"], found["num"].decode()
        if alpha.packet(address, text, mode, self._line.checksum) != alpha.WAKE + found[0]:
            return False
        self._show(address, found[0], text, flash=mode == alpha.FLASH)
        return True

    def _template(self, found: re.Match[bytes]) -> bool:
        parts = found.groupdict()
        address, light = (self._value(parts, name, other) for name, other in (("addr", self._only), ("light", 4)))
        number, counter = (parts.get(name, b"").decode("ascii", "replace") for name in ("num", "counter"))
        if template.rendered(self._line.template, address, number, counter, light, self._line.width) != found[0]:
            return False
        self._show(address, found[0], number, light=light)
        return True

    @property
    def _only(self) -> int:
        """The address of a sign whose bytes name none."""
        return self._line.panels[0].address

    def _value(self, parts: dict[str, bytes], name: str, otherwise: int) -> int:
        found = parts.get(name)
        if found is None:
            return otherwise
        form = next(piece.form for piece in pieces(self._line.template) if isinstance(piece, Field) and piece.name == name)
        return found[0] if form == "raw" else int(found, 16 if form.endswith("X") else 10)


_ALPHA = re.compile(rb"\x01Z(?P<addr>[0-9A-F]{2})\x02AA\x1b\x20(?P<mode>[bc])(?P<num>[ -~]*)(?:\x03[0-9A-F]{4})?\x04")


def _pattern(line: Line) -> re.Pattern[bytes]:
    """What a frame of the template looks like; its checksums are looked at afterwards."""
    found, named = b"", set[str]()
    for piece in pieces(line.template):
        if isinstance(piece, bytes):
            found += re.escape(piece)
        elif piece.name != START:
            body = _place(piece, line.width)
            found += b"(?:%b)" % body if piece.name in named else b"(?P<%b>%b)" % (piece.name.encode(), body)
            named.add(piece.name)
    return re.compile(found, re.DOTALL)


def _place(piece: Field, width: int) -> bytes:
    if piece.name in ("num", "counter"):
        size = int(piece.form[1:]) if piece.form else width
        return b"[ -~]{%d}" % size if piece.form or piece.name == "num" else b"[ -~]*?"
    if piece.form == "raw" or (not piece.form and piece.name not in ("addr", "light")):
        return b".{%d}" % SUMS.get(piece.name, 1)
    return rb"[ 0-9A-Fa-f]+?" if not piece.form[-2:-1].isdigit() else b"[ 0-9A-Fa-f]{%d,}?" % int(piece.form[-2:-1])
