"""The checksums of simple serial devices, as whole numbers."""

from collections.abc import Callable
from functools import reduce
from operator import xor


def crc16(data: bytes) -> int:
    """CRC-16/MODBUS (Modbus over Serial Line V1.02, section 6.2.2): polynomial A001 reflected, begun with FFFF."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


SUMS: dict[str, Callable[[bytes], int]] = {
    "xor": lambda data: reduce(xor, data, 0),
    "sum": lambda data: sum(data) & 0xFF,
    "lrc": lambda data: -sum(data) & 0xFF,
    "sum16": lambda data: sum(data) & 0xFFFF,
    "crc16": crc16,
}
"""By the names that a byte template uses; `lrc` is that of Modbus ASCII, the sum's two's complement."""
