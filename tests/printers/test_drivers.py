"""The choice of a driver, and the bytes around a job."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from printers import codec
from printers.drivers import CUTS_BYTES, Epson, Generic, WriteOnly, ident_of, probe, probing
from printers.drivers.base import IDENT
from printers.ports import Port, open_port
from printers.virtual import Reply, VirtualPrinter


@pytest.fixture
def printer() -> Iterator[tuple[VirtualPrinter, Port]]:
    virtual = VirtualPrinter()
    server = virtual.serve(port=0)
    port = open_port(f"tcp://127.0.0.1:{server.port}")
    port.open()
    yield virtual, port
    port.close()
    server.close()


def test_epson_by_its_process_id_and_nothing_on_paper(printer: tuple[VirtualPrinter, Port]) -> None:
    virtual, port = printer
    assert isinstance(probe(port), Epson)
    assert not virtual.sheet.rows
    assert not virtual.papers


def test_generic_without_process_id(printer: tuple[VirtualPrinter, Port]) -> None:
    virtual, port = printer
    virtual.speak("generic")
    assert isinstance(probe(port), Generic)


def test_write_only_when_silent(printer: tuple[VirtualPrinter, Port]) -> None:
    virtual, port = printer
    virtual.fault("silent")
    assert isinstance(probe(port), WriteOnly)


def test_a_file_is_write_only(tmp_path: Path) -> None:
    port = open_port(f"file://{tmp_path}/x")
    port.open()
    assert isinstance(probe(port), WriteOnly)
    assert (tmp_path / "x").read_bytes() == b""


def test_out_of_paper_it_cannot_be_sure(printer: tuple[VirtualPrinter, Port]) -> None:
    virtual, port = printer
    virtual.fault("paper_out")
    found = probing(port)
    assert not found.sure
    assert found.reading
    assert found.reading.reason == "paper_out"


def test_the_name_is_never_asked(monkeypatch: pytest.MonkeyPatch, printer: tuple[VirtualPrinter, Port]) -> None:
    sent: list[bytes] = []
    virtual, port = printer
    feed = virtual.feed

    def watch(data: bytes, reply: Reply) -> None:
        sent.append(data)
        feed(data, reply)

    monkeypatch.setattr(virtual, "feed", watch)
    probe(port)
    assert b"\x1d\x49" not in b"".join(sent)


def test_golden_commands() -> None:
    assert codec.dle_eot(4).hex() == "100404"
    assert codec.process_id(b"abca").hex() == "1d28480600303061626361"
    assert codec.CLEAR.hex() == "10140801031401060208"
    assert codec.ASB_ON.hex() == "1d610f"
    assert codec.CUTS.hex() == "1d673200b200"
    assert codec.FENCE.hex() == "1d7201"
    assert (CUTS_BYTES["full"].hex(), CUTS_BYTES["partial"].hex()) == ("1b64061d5600", "1b64061d5601")


def test_cut_bytes_are_those_of_python_escpos(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ESCPOS_CAPABILITIES_PICKLE_DIR", str(tmp_path))
    from escpos.printer import Dummy

    for mode, name in (("FULL", "full"), ("PART", "partial")):
        dummy = Dummy()
        dummy.cut(mode)
        assert dummy.output == CUTS_BYTES[name]


def test_frames() -> None:
    content, void, cut, ident = b"\x1b@TICKET", b"\x1b@VOID", CUTS_BYTES["full"], b"abc"
    m1, m2 = codec.process_id(b"abca"), codec.process_id(b"abcb")
    assert Epson().frame(content, ident, cut, b"") == b"\x1b@\x1d\x61\x0fTICKET" + m1 + cut + m2
    assert Epson().frame(content, ident, cut, void) == b"\x1b@\x1d\x61\x0fVOID" + cut + b"TICKET" + m1 + cut + m2
    assert Generic().frame(content, ident, cut, void) == b"\x1b@VOID" + cut + b"TICKET" + cut + codec.FENCE
    assert WriteOnly().frame(content, ident, cut, b"") == b"\x1b@TICKET" + cut


def test_idents_are_unlike_status_bytes_and_unlike_each_other() -> None:
    made = {ident_of(n) for n in range(29791)}
    assert len(made) == len(IDENT) ** 3
    assert all(byte & 0x10 == 0 and 0x20 <= byte <= 0x7E for byte in IDENT)


def test_a_silent_peer_does_not_hold_the_probe_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = open_port(f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        port.open()
        assert isinstance(probe(port), WriteOnly)
        port.abort()
