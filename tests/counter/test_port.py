"""What may be opened as a serial line, and what a plan may name."""

import re
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from config.byte_template import literal
from config.line_references import check_lines
from config.plan import Line, Panel
from config.shape import Report
from counter.panels.port import PortLost, SerialPort
from tests.counter.lines import Pty
from tests.support import demo_plan

LINE = Line(code="hall", driver="template", port="", panels=(Panel(counter="1", address=1),), template="{num}")


def test_a_url_that_writes_a_file_is_not_opened(tmp_path: Path) -> None:
    pty = Pty(tmp_path / "tty")
    try:
        for url in (f"spy://{pty.link}?file={tmp_path / 'X'}", f"alt://{pty.link}", "hwgrep://.*", "loop://", ""):
            with pytest.raises(PortLost, match="neither a device file nor a serial server"):
                SerialPort(url, LINE).open()
        assert not (tmp_path / "X").exists()
        port = SerialPort(str(pty.link), LINE)
        port.open()
        port.write(b"A001")
        pty.until(b"A001", 5)
        port.close()
    finally:
        pty.pull()


def test_a_plain_file_is_no_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(PortLost, match="is no device"):
        SerialPort(str(tmp_path / "file"), LINE).open()


@pytest.mark.parametrize(
    ("port", "fine"),
    [
        ("/dev/ttyUSB0", True), ("COM3", True), ("socket://10.0.0.7:4001", True), ("rfc2217://10.0.0.7:4001", True),
        ("spy:///dev/ttyS0?file=out", False), ("loop://", False), ("socket://", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["port", "keys_port"])
def test_a_plan_names_devices_and_serial_servers_only(port: str, fine: bool, field: str) -> None:
    report = Report()
    line = replace(LINE, **{"port": "/dev/ttyS9", field: port})
    check_lines(replace(demo_plan(), lines=(line,)), report)
    assert [path for path, _ in report.faults] == ([] if fine else [f"lines[0].{field}"])


def test_the_example_of_the_manual_is_a_line() -> None:
    manual = Path(__file__).parents[2] / "docs" / "panels.md"
    example = re.findall(r"```toml\n(.*?)```", manual.read_text("utf-8"), re.DOTALL)
    assert len(example) == 1
    lines = msgspec.toml.decode(example[0], type=dict[str, tuple[Line, ...]])["line"]
    report = Report()
    check_lines(replace(demo_plan(), lines=lines), report)
    assert not report.faults
    assert literal(lines[0].keys[0].says) == b"01N\r"
