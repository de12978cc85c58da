"""The bytes of every driver: those of the manuals, those of other people's libraries, and those of a template."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from alphasign import Packet
from alphasign.commands import WriteText
from alphasign.protocol import DELAY, DisplayMode, DisplayPosition
from msgspec.structs import replace

from config.plan import Line, Panel
from counter.panels import alpha, modbus, pole
from counter.panels.checksums import SUMS, crc16
from counter.panels.drivers import DRIVERS
from counter.panels.shapes import Sign
from counter.panels.shown import DARK_S, Shown, address, fit, lost, shown
from counter.panels.template import rendered

RIGA = ZoneInfo("Europe/Riga")
NOON = datetime(2026, 3, 16, 12, 0, tzinfo=RIGA)
PANEL = Panel(counter="4", address=1)
LINE = Line(code="hall", driver="modbus", port="/dev/ttyUSB0", panels=(PANEL,))
SPACES = " ".join(["20"] * 15)
# HARDWARE.md sections 4.1 to 4.3 and 5: from the documents of the makers.
GOLDEN = {
    "modbus text": (
        modbus.write_text(1, 0, " A123 ").request,
        "01 10 00 00 00 06 0c 00 20 00 41 00 31 00 32 00 33 00 20 75 94",
    ),
    "modbus number": (modbus.write_one(1, modbus.REGISTER, 7, 123).request, "01 06 00 07 00 7b 78 28"),
    "relay on": (modbus.write_one(1, modbus.COIL, 0, modbus.ON).request, "01 05 00 00 ff 00 8c 3a"),
    "relay off": (modbus.write_one(1, modbus.COIL, 0, modbus.OFF).request, "01 05 00 00 00 00 cd ca"),
    "alpha": (alpha.packet(0, "A 123"), "00 00 00 00 00 01 5a 30 30 02 41 41 1b 20 62 41 20 31 32 33 04"),
    "alpha sum": (
        alpha.packet(3, "A 123", checksum=True),
        "00 00 00 00 00 01 5a 30 33 02 41 41 1b 20 62 41 20 31 32 33 03 30 32 31 42 04",
    ),
    "pole": (pole.epson("A 123", "4"), f"1b 40 0c 41 20 31 32 33 {SPACES} 1f 24 01 02 34 {SPACES} 20 20 20 20"),
    "cd5220": (
        pole.cd5220("A 123", "4"),
        f"1b 40 0c 1b 51 41 41 20 31 32 33 {SPACES} 0d 1b 51 42 34 {SPACES} 20 20 20 20 0d",
    ),
    # EDI ED400: 02 "01" "0123" 03.
    "template": (rendered(r"\x02{addr:02d}{num:>4}\x03", 1, "0123", "4", 4, 6), "02 30 31 30 31 32 33 03"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_bytes_of_the_manuals(name: str) -> None:
    got, wanted = GOLDEN[name]
    assert got.hex(" ") == wanted


@pytest.mark.parametrize(
    ("frame", "crc"),
    [
        ("01 03 00 00 00 0a", 0xCDC5),  # read ten registers: ends in c5 cd on the wire
        ("02 07", 0x1241),  # Modbus over Serial Line V1.02, section 6.2.2: 41 12 on the wire
        ("11 03 00 6b 00 03", 0x8776),  # 76 87 on the wire
        ("31 32 33 34 35 36 37 38 39", 0x4B37),  # the check value of CRC-16/MODBUS
    ],
)
def test_published_checksums(frame: str, crc: int) -> None:
    assert crc16(bytes.fromhex(frame)) == crc


@pytest.mark.parametrize("checksum", [False, True])
@pytest.mark.parametrize("flash", [False, True])
@pytest.mark.parametrize(("panel", "text"), [(0, "A012"), (3, "A 123"), (31, "X999"), (1, "")])
def test_alpha_is_what_alphasignpy_says(checksum: bool, flash: bool, panel: int, text: str) -> None:
    mode = DisplayMode.FLASH if flash else DisplayMode.HOLD
    packet = Packet(type_code=b"Z", address=f"{panel:02X}")
    packet.add(WriteText(text.encode(), label="A", position=DisplayPosition.MIDDLE_LINE, mode=mode), checksum=checksum)
    line = Line(code="a", driver="alpha", port="x", panels=(), checksum=checksum)
    (exchange,) = DRIVERS["alpha"](line, Panel(counter="1", address=panel), Shown(text=text, flash=flash))
    on_the_wire = packet.to_bytes().replace(DELAY, b"")  # a mark for a pause, never sent
    assert exchange.request.hex(" ") == on_the_wire.hex(" ")


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        (r"{addr:raw}{num:<6}|{counter:>2}{light}", b"\x03A012  | 44"),
        (r"\x02{from}{num}\x03{xor:02X}\r", b"\x02 A012 \x03" + f"{SUMS['xor'](b' A012 ' + bytes([3])):02X}".encode() + b"\r"),
        (r"{num:>4}{sum}", b"A012" + bytes([sum(b"A012") & 255])),
        (r"{num:>3}{lrc:02x}", b"012" + f"{-sum(b'012') & 255:02x}".encode()),
        (r"{num:>4}{crc16}", b"A012" + crc16(b"A012").to_bytes(2, "little")),
        (r"{num:>4}{sum16:04X}", b"A01200D4"),
        (r"{{{num:>4}}}\\\t\0", b"{A012}\\\t\0"),
    ],
)
def test_templates(template: str, wanted: bytes) -> None:
    assert rendered(template, 3, "A012", "4", 4, 6) == wanted


def say(**said: object) -> Sign:
    return Sign(counter="4", **said)  # type: ignore[arg-type]


def test_what_a_sign_shows() -> None:
    assert shown(LINE, say(state="called", number="A012"), NOON, flash=True) == Shown(
        text="A012", counter="4", flash=True, lit=True
    )
    assert shown(LINE, say(state="serving", number="A012"), NOON, flash=True) == Shown(text="A012", counter="4")
    assert shown(LINE, say(state="idle"), NOON).text == ""
    assert shown(LINE, say(state="closed"), NOON).light == 0
    back = datetime(2026, 3, 16, 10, 30, tzinfo=UTC)
    assert shown(LINE, say(state="paused", until=back), NOON).text == "12:30"
    assert shown(LINE, say(state="paused", until=back), NOON + timedelta(hours=1)).text == ""
    assert lost(LINE, say(state="called", number="A012"), NOON, 11) == Shown(text="----", counter="4")
    assert lost(LINE, say(state="closed"), NOON, 11).light == 0
    assert lost(LINE, say(state="called", number="A012"), NOON, DARK_S).light == 0
    assert address(17, "4").text == "17"


def test_a_line_dims_by_hours() -> None:
    line = Line(code="x", driver="pole", port="x", panels=(PANEL,), dim="0:00-7:00; 19:00-24:00", dim_to=0, brightness=3)
    called = say(state="called", number="A012")
    assert [shown(line, called, NOON.replace(hour=hour)).light for hour in (6, 7, 18, 19)] == [0, 3, 3, 0]
    (dark,) = DRIVERS["pole"](line, PANEL, shown(line, called, NOON.replace(hour=20)))
    assert dark.request == b"\x1b@\x0c"
    (bright,) = DRIVERS["pole"](line, PANEL, shown(line, called, NOON, flash=True))
    assert bright.request.endswith(b"\x1fX\x03\x1fE\x0a")
    (other,) = DRIVERS["pole"](replace(line, dialect="cd5220"), PANEL, shown(line, called, NOON))
    assert other.request.startswith(b"\x1b@\x0c\x1b*\x03\x1bQA")


def test_modbus_by_its_register_map() -> None:
    line = Line(code="x", driver="modbus", port="x", panels=(), light_register=9, width=4)
    called = Shown(text="A012", light=2, lit=True)
    text, light = DRIVERS["modbus"](line, Panel(counter="1", address=5, register=1000), called)
    assert text.request[:7].hex(" ") == "05 10 03 e8 00 04 08"
    assert light.request[:6].hex(" ") == "05 06 00 09 00 02"
    (lamp,) = DRIVERS["modbus"](line, Panel(counter="1", address=6, shows="lamp", register=2), called)
    assert lamp.request[:6].hex(" ") == "06 05 00 02 ff 00"
    number, _ = DRIVERS["modbus"](line, Panel(counter="1", address=7, shows="number", register=7), called)
    assert number.request[:6].hex(" ") == "07 06 00 07 00 0c"


def test_what_does_not_fit() -> None:
    assert [fit(text, 4) for text in ("A012", "A0123", "A1", "", "ĀB")] == ["A012", "0123", " A1 ", "    ", " ?B "]
