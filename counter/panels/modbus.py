"""Driver `modbus`: number displays and relays that speak Modbus RTU and acknowledge every write.

Frames: Modbus Application Protocol V1.1b3, sections 6.5, 6.6, 6.12; Modbus over Serial Line V1.02, section 2.5.1. Register maps
differ between makes, so the plan has them: DM36, DM56 and armfly LED-485 take ASCII at 0 to 5 or a value at 7.
"""

import struct

from config.plan import Line, Panel
from counter.panels.checksums import crc16
from counter.panels.exchange import Exchange
from counter.panels.shown import Shown, fit

COIL, REGISTER, REGISTERS = 5, 6, 16
ON, OFF = 0xFF00, 0x0000


def exchanges(line: Line, panel: Panel, shown: Shown) -> tuple[Exchange, ...]:
    """The writes that make the sign show it; a coil for a lamp, one register for a number, else one for each character."""
    text = shown.text if shown.light else ""
    if panel.shows == "lamp":
        return (write_one(panel.address, COIL, panel.register, ON if shown.lit else OFF),)
    if panel.shows == "number":
        digits = "".join(sign for sign in text if sign.isdigit())
        writes = [write_one(panel.address, REGISTER, panel.register, int(digits or 0) & 0xFFFF)]
    else:
        writes = [write_text(panel.address, panel.register, fit(text, line.width))]
    if line.light_register is not None:
        writes.append(write_one(panel.address, REGISTER, line.light_register, shown.light))
    return tuple(writes)


def write_text(unit: int, register: int, text: str) -> Exchange:
    """FC16, one character in each register; the answer is the head of the question."""
    head = struct.pack(">BBHH", unit, REGISTERS, register, len(text))
    return Exchange(
        request=_sealed(head + struct.pack(f">B{len(text)}H", 2 * len(text), *text.encode("ascii"))), reply=_sealed(head)
    )


def write_one(unit: int, function: int, place: int, value: int) -> Exchange:
    """FC06 (a register) or FC05 (a coil); the answer is the question."""
    frame = _sealed(struct.pack(">BBHH", unit, function, place, value))
    return Exchange(request=frame, reply=frame)


def refusal(exchange: Exchange, got: bytes) -> bool:
    """Whether in `got` is the exception that says no to this question."""
    at = got.find(bytes((exchange.request[0], exchange.request[1] | 0x80)))
    return at >= 0 and len(got) >= at + 5 and got[at : at + 5] == _sealed(got[at : at + 3])


def _sealed(frame: bytes) -> bytes:
    return frame + struct.pack("<H", crc16(frame))
