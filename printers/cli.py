"""What `rinda printer probe|test|virtual` does; each answers 0 when it worked and 1 when not."""

import json as json_
import signal
import sys
import time
from datetime import UTC, datetime

from printers import render
from printers.drivers import Probe, probing
from printers.jobs import Phase
from printers.layout import Ticket, ticket_slip
from printers.ports import PortError, open_port
from printers.spooler import Spooler
from printers.virtual import VirtualPrinter

TEST_WAIT_S = 20.0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def probe(url: str, json: bool = False) -> int:
    """Asks the printer what it can do and prints the answer; nothing comes out of it. A bad URL is ValueError."""
    try:
        port = open_port(url)
        port.open()
        try:
            found = probing(port)
        finally:
            port.close()
    except PortError as error:
        _say(json_.dumps({"ok": False, "error": str(error)}) if json else f"{url}: {error}")
        return 1
    silent = found.reading is None and port.answers
    if json:
        _say(json_.dumps(_facts(found, silent)))
    else:
        _say(_words(url, found, silent))
    return int(silent)


def _facts(found: Probe, silent: bool) -> dict[str, object]:
    reason = found.reading.reason if found.reading else ""
    low = bool(found.reading and found.reading.near_end)
    return {
        "ok": not silent,
        "driver": found.driver.name,
        "sure": found.sure,
        "confirms": found.driver.confirms,
        "can_print": not silent and not reason,
        "reason": "no answer" if silent else reason,
        "paper_low": low,
    }


def _words(url: str, found: Probe, silent: bool) -> str:
    if silent:
        return f"{url}: the printer does not answer; is it switched on, and is the line speed right?"
    facts = _facts(found, silent)
    lines = [
        f"{url}: driver {found.driver.name}",
        f"  confirms that a ticket came out: {'yes, by ' + found.driver.evidence if found.driver.confirms else 'no'}",
        f"  able to print now: {'yes' if facts['can_print'] else 'no, ' + str(facts['reason'])}",
        f"  paper low: {'yes' if facts['paper_low'] else 'no'}",
    ]
    if not found.sure:
        lines.append("  not all could be tried because it is offline; mend it and probe again")
    return "\n".join(lines)


def test(url: str) -> int:
    """Prints one test ticket, numbered T000, and says whether the printer confirmed it; waits 20 s at most."""
    ticket = Ticket(
        number="T000",
        service={"lv": "Izdrukas pārbaude: āčēģīķļņšūž ĀČĒĢĪĶĻŅŠŪŽ", "en": "Test print", "ru": "Проверка печати"},
        institution={"lv": "Rinda"}, centre={"lv": "Printera pārbaude"}, issued=datetime.now(UTC),
        url="https://example.org/", language="en", ahead=3, low=5, high=10,
    )  # fmt: skip
    spooler = Spooler(url, ":memory:", render.content, lambda: datetime.now(UTC), lambda job: None)
    spooler.submit("test", ticket_slip(ticket), ttl_s=TEST_WAIT_S - 5)
    until = time.monotonic() + TEST_WAIT_S
    while not spooler.jobs()["test"].over and time.monotonic() < until:
        time.sleep(min(0.2, spooler.step()))
    job, status = spooler.jobs()["test"], spooler.status()
    spooler.close()
    if job.phase is Phase.PRINTED:
        _say(f"printed; {status.driver} confirmed it by {job.evidence}")
    elif job.phase is Phase.UNCONFIRMED and not job.ask:
        _say("sent; this printer cannot confirm, so look at the paper")
    else:
        _say(f"not confirmed: {job.phase} {job.reason or status.reason or status.state}")
    return int(job.phase is not Phase.PRINTED and (job.phase is not Phase.UNCONFIRMED or job.ask))


def virtual(port: int = 9100, paper_dir: str | None = None) -> int:
    """Runs a virtual printer on 127.0.0.1 until SIGINT or SIGTERM; with `paper_dir`, each slip becomes PNG and text."""
    printer = VirtualPrinter(folder=paper_dir)
    try:
        server = printer.serve("127.0.0.1", port)
    except OSError as error:
        _say(f"cannot listen on 127.0.0.1:{port}: {error}; give another --port")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kept = paper_dir or "in memory"
    _say(f"virtual printer at tcp://127.0.0.1:{server.port}; paper: {kept}; Ctrl-C ends it")
    seen = len(printer.papers)
    try:
        while True:
            time.sleep(0.2)
            for piece in printer.papers[seen:]:
                _say(f"{piece.time:%H:%M:%S} {piece.text.strip() or '(no text)'} {len(piece.rows) / 8:.0f} mm")
                seen += 1
    except KeyboardInterrupt:
        server.close()
    return 0
