"""Programs that we did not write read our bytes and drive our virtual printer."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from printers import render
from printers.layout import ticket_slip
from printers.virtual import VirtualPrinter
from tests.printers.test_layout import A012

READ = """
const npos = require('npos'), raster = require('npos/lib/codecs/raster');
npos.parser().parse(require('fs').readFileSync(process.argv[1])).then(found => {
  const rows = [];
  for (const node of found.tree.filter(node => node.ascii === 'GS' && node.fn === 'v0')) {
    // Band by band: given all at once it takes the widest band's width for each.
    const picture = raster.decode(found.raw, [{ offset: node.offset - 8 }]);
    for (let y = 0; y < picture.height; y++) {
      let row = '';
      for (let x = 0; x < picture.width; x++) row += picture.getPixel(x, y) === 0 ? '1' : '0';
      rows.push(row);
    }
  }
  const commands = found.tree.map(node => node.ascii + (node.fn || ''));
  console.log(JSON.stringify({ error: String(found.error), rows, commands }));
});
"""


def package(request: pytest.FixtureRequest, name: str, version: str) -> Path | None:
    """An npm package in a folder of pytest's cache, or None when npm cannot bring it."""
    folder = Path(request.config.cache.mkdir(name))
    found = folder / "node_modules" / name
    if not found.exists() and shutil.which("npm"):
        (folder / "package.json").write_text("{}")
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", f"{name}@{version}"]
        subprocess.run(command, cwd=folder, check=False, timeout=90, capture_output=True)
    return found if found.exists() else None


@pytest.fixture(scope="session")
def npos(request: pytest.FixtureRequest) -> Path | None:
    return package(request, "npos", "0.1.19")


@pytest.fixture(scope="session")
def receiptio(request: pytest.FixtureRequest) -> Path | None:
    found = package(request, "receiptio", "2.1.2")
    return found / "bin/cli.js" if found else None


@pytest.mark.faults
@pytest.mark.parametrize("profile", [render.PAPER_80, render.PAPER_58])
def test_npos_reads_our_bands(
    profile: render.PaperProfile, npos: Path | None, need: Callable[[str, object], None], tmp_path: Path
) -> None:
    need("npm npos 0.1.19", npos and shutil.which("node"))
    assert npos
    slip = ticket_slip(A012)
    (tmp_path / "slip.bin").write_bytes(render.content(slip, profile))
    run = subprocess.run(
        ["node", "-e", READ, str(tmp_path / "slip.bin")], cwd=npos.parent.parent, capture_output=True, check=True, timeout=60
    )
    found = json.loads(run.stdout)
    assert found["error"] == "undefined"
    assert found["commands"].count("GSv0") > 10
    read = {row.rstrip("0") for row in found["rows"]} - {""}
    picture = render.image(slip, profile)
    ink = picture.point(lambda value: 0 if value else 255).convert("1").tobytes()
    stride = profile.dots // 8
    drawn = {
        "".join(f"{byte:08b}" for byte in ink[at : at + stride]).rstrip("0") for at in range(0, len(ink), stride)
    } - {""}  # fmt: skip
    different = sum(row not in drawn for row in read)
    assert different <= 3  # one dot is added where the data would be a real-time command
    assert len(read) >= len(drawn) - 3


@pytest.mark.xdist_group("port 9100")
@pytest.mark.faults
def test_receiptio_takes_our_star_printer_for_one(
    receiptio: Path | None, need: Callable[[str, object], None], tmp_path: Path
) -> None:
    need("npm receiptio 2.1.2", receiptio and shutil.which("node"))
    printer = VirtualPrinter(family="star")
    try:
        server = printer.serve("127.0.0.1", 9100)
    except OSError:
        need("TCP port 9100 (in use)", None)
        return
    ticket = tmp_path / "ticket.receipt"
    ticket.write_text("^^^A012\nhello\n")

    def ask(*arguments: str) -> str:
        command = ["node", str(receiptio), "-d", "127.0.0.1", "-p", "starline", *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return (run.stdout + run.stderr).strip()

    try:
        assert ask("-q") == "online"
        printer.fault("paper_out")
        assert ask("-q") == "paperempty"
        printer.fault("paper_out", False)
        printer.fault("cover_open")
        assert ask("-q") == "coveropen"
        printer.fault("cover_open", False)
        assert ask(str(ticket)) == "success"
        until = time.monotonic() + 10  # it is content with the first counted job and does not wait for the cut
        while not printer.papers and time.monotonic() < until:
            time.sleep(0.01)
        assert "hello" in printer.papers[0].text
        assert "A012" in printer.papers[0].text
    finally:
        server.close()


def test_the_raster_is_at_most_sixty_percent_of_the_naive_size() -> None:
    for profile in (render.PAPER_80, render.PAPER_58):
        slip = ticket_slip(A012)
        naive = profile.dots // 8 * render.image(slip, profile).height
        assert len(render.content(slip, profile)) <= 0.6 * naive
