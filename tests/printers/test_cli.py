"""`rinda printer probe|test`: what a printer can and cannot do, in words and as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from printers import cli
from printers.virtual import FAMILIES, VirtualPrinter
from server.cli import main

DRIVERS = {"epson": "escpos-epson", "generic": "escpos-generic", "custom": "custom-kiosk", "star": "star-line",
           "star-presenter": "star-line"}  # fmt: skip


@pytest.mark.parametrize("family", list(FAMILIES))
def test_probe_tells_the_driver_and_its_powers(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    server = VirtualPrinter(family=family).serve(port=0)
    try:
        url = f"tcp://127.0.0.1:{server.port}"
        assert cli.probe(url, json=True, model="TM-T20II") == 0
        facts: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert facts["driver"] == DRIVERS[family]
        assert facts["presents"] == (family in ("custom", "star", "star-presenter"))
        assert facts["clears"] == (family == "epson")
        assert facts["code_pages"]["CP775"] == 33
        assert (facts["text"], facts["dots"], facts["paper_mm"]) == ("raster", 576, 72)
        assert cli.probe(url) == 0
        said = capsys.readouterr().out
        assert DRIVERS[family] in said
        assert "by hand" in said
    finally:
        server.close()


@pytest.mark.parametrize("family", list(FAMILIES))
def test_the_test_page_is_printed_and_judged(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    printer = VirtualPrinter(family=family, taken_after=None)
    server = printer.serve(port=0)
    try:
        assert cli.print_test(f"tcp://127.0.0.1:{server.port}", json=True) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["confirmed"] is True
        assert facts["driver"] == DRIVERS[family]
        assert printer.papers[-1].text == "T000"
    finally:
        server.close()


def test_the_test_page_in_the_printers_own_letters(capsys: pytest.CaptureFixture[str]) -> None:
    printer = VirtualPrinter()
    server = printer.serve(port=0)
    try:
        assert cli.print_test(f"tcp://127.0.0.1:{server.port}", model="TM-T20II", text="native") == 0
        assert "confirmed it by marker" in capsys.readouterr().out
        assert cli.LETTERS in printer.papers[-1].text
    finally:
        server.close()


def test_a_file_cannot_confirm_and_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.print_test(f"file://{tmp_path}/out") == 0
    assert "cannot confirm" in capsys.readouterr().out
    assert cli.probe(f"file://{tmp_path}/out", json=True) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["driver"], facts["confirms"]) == ("raw-writeonly", False)


def test_a_printer_without_paper_is_not_called_good(capsys: pytest.CaptureFixture[str]) -> None:
    printer = VirtualPrinter(family="star")
    printer.fault("paper_out")
    server = printer.serve(port=0)
    try:
        assert cli.probe(f"tcp://127.0.0.1:{server.port}", json=True) == 0
        facts = json.loads(capsys.readouterr().out)
        assert (facts["can_print"], facts["reason"]) == (False, "paper_out")
    finally:
        server.close()


def test_the_command_line_reaches_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["printer", "probe", f"file://{tmp_path}/out", "--model", "TM-T88IV", "--width", "80", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["code_pages"] == {"CP866": 17}
