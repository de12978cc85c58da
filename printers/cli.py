"""What `rinda printer probe|test|virtual` does; each answers 0 when it worked and 1 when not."""

import json as json_
import signal
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from printers import models, render
from printers.drivers import Driver, Probe, probing
from printers.jobs import JobState, Phase
from printers.ports import PortError, open_port
from printers.slip import Number, Qr, Rule, Slip, Text
from printers.spooler import Spooler
from printers.status import PrinterStatus
from printers.virtual import VirtualPrinter

TEST_WAIT_S = 20.0
LETTERS = "āčēģīķļņšūž ĀČĒĢĪĶĻŅŠŪŽ"
ADDRESS = "https://example.org/rinda/T000"
BY_HAND = {
    "confirms": "that a ticket is whole and cut: print a test, then pull paper, cover, cable and power in the middle of one",
    "low": "that the printer says so when the roll is nearly used up: put in a roll of a few metres",
    "presents": "that a ticket left hanging is taken back after 30 s",
    "native": "that every Latvian letter on the test ticket is right",
}


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _yes(fact: object) -> str:
    return "yes" if fact else "no"


def probe(url: str, json: bool = False, *, model: str = "default", paper: str = "", text: str = "auto") -> int:
    """Asks the printer what it can do and prints the answer; nothing comes out of it.

    ValueError for a bad URL, or an unknown model, paper or text mode.
    """
    chosen = _set_up(url, model, paper, text)
    port = open_port(url)
    try:
        port.open()
        try:
            found = probing(port)
            out = port.paper_out()
        finally:
            port.close()
    except PortError as error:
        _say(json_.dumps({"ok": False, "error": str(error)}) if json else f"{url}: {error}")
        return 1
    silent = found.reading is None and port.answers
    facts = {**_facts(found, silent), "paper_out_by_line": out, **chosen}
    if json:
        _say(json_.dumps(facts))
    elif silent:
        _say(f"{url}: the printer does not answer; is it switched on, and is the line speed right?")
        if out is not None:
            _say(f"  the USB line itself says: {'out of paper' if out else 'paper is there'}")
    else:
        _say("\n".join(_words(url, found, facts)))
    return int(silent)


def _set_up(url: str, model: str, paper: str, text: str) -> dict[str, object]:
    """What does not depend on the printer's answers."""
    profile = render.paper_of(model, paper)
    return {
        "model": model,
        "dots": profile.dots,
        "dpi": profile.dpi,
        "paper_mm": round(profile.dots / profile.dpi * 25.4),
        "code_pages": models.pages(model) if model != "default" else {},  # nobody knows an unnamed model's
        "text": render.mode(url, model, text),
    }


def _facts(found: Probe, silent: bool) -> dict[str, object]:
    reason = found.reading.reason if found.reading else ""
    driver = found.driver
    return {
        "ok": not silent,
        "driver": driver.name,
        "sure": found.sure,
        "confirms": driver.confirms,
        "evidence": driver.evidence,
        "clears": driver.clears,
        "counts_cuts": driver.counts,
        "presents": driver.presents,
        "can_print": not silent and not reason,
        "reason": "no answer" if silent else reason,
        "paper_low": bool(found.reading and found.reading.near_end),
        "ticket_in_output": bool(found.reading and found.reading.presented),
        "by_hand": by_hand(driver),
    }


def by_hand(driver: Driver) -> list[str]:
    """What only a person at the printer can find out."""
    wanted = ["confirms"] if driver.confirms else []
    wanted += ["low"] if driver.asks else []
    wanted += ["presents"] if driver.presents else []
    return [BY_HAND[name] for name in (*wanted, "native")]


def _words(url: str, found: Probe, facts: Mapping[str, object]) -> list[str]:
    driver, pages = found.driver, facts["code_pages"]
    held = (
        ", ".join(f"{name} (ESC t {n})" for name, n in pages.items())
        if isinstance(pages, dict) and pages
        else "none that serves us, or no --model named"
    )
    lines = [
        f"{url}: driver {driver.name}",
        f"  confirms that a ticket came out: {'yes, by ' + driver.evidence if driver.confirms else 'no'}",
        f"  can be told to forget a ticket: {_yes(driver.clears)}",
        f"  counts its cuts: {_yes(driver.counts)}",
        f"  holds a ticket out and takes it back: {_yes(driver.presents)}",
        f"  able to print now: {'yes' if facts['can_print'] else 'no, ' + str(facts['reason'])}",
        f"  paper low: {_yes(facts['paper_low'])}",
        f"  paper: {facts['paper_mm']} mm wide, {facts['dots']} dots, {facts['dpi']} dots an inch (model {facts['model']})",
        f"  code pages of that model: {held}",
        f"  letters would be printed as: {'the printer has them' if facts['text'] == 'native' else 'a picture'}",
        "  to be looked at by hand:",
        *(f"    - {thing}" for thing in by_hand(driver)),
    ]
    if not found.sure:
        lines.append("  not all could be tried because it is offline; mend it and probe again")
    return lines


def page(number: str = "T000") -> Slip:
    """The test ticket: every Latvian letter, the number, a code."""
    return (
        Text("Printera pārbaude / Printer test", 34, 600),
        Rule(),
        Text(LETTERS, 31, 600),
        Text("Izdrukas pārbaude: šī rinda ir salasāma."),
        Number(number),
        Rule(),
        Qr(ADDRESS, (Text("Kods jānolasa tālrunim.", 31, 600, "left"), Text("A phone must read the code.", 27, 400, "left"))),
    )


def print_test(url: str, json: bool = False, *, model: str = "default", paper: str = "", text: str = "auto") -> int:
    """Prints one test ticket, numbered T000, and says what that proved; waits 20 s at most. ValueError as `probe`."""
    chosen = render.chosen(url, model, paper, text)
    spooler = Spooler(url, ":memory:", chosen, lambda: datetime.now(UTC), lambda job: None)
    spooler.submit("test", page(), ttl_s=TEST_WAIT_S - 5)
    until = time.monotonic() + TEST_WAIT_S
    while not spooler.jobs()["test"].over and time.monotonic() < until:
        time.sleep(min(0.2, spooler.step()))
    job, status = spooler.jobs()["test"], spooler.status()
    spooler.close()
    proven, said = _verdict(job, status)
    if json:
        facts = {
            "ok": proven is not False,
            "confirmed": proven is True,
            "driver": status.driver,
            "phase": str(job.phase),
            "evidence": job.evidence,
            "reason": job.reason or status.reason,
            "text": render.mode(url, model, text),
        }
        _say(json_.dumps(facts))
    else:
        _say(said)
    return int(proven is False)


def _verdict(job: JobState, status: PrinterStatus) -> tuple[bool | None, str]:
    """True: confirmed, None: nobody can tell, False: not confirmed though the printer could; and the same in words."""
    look = "look at it: every letter, a number of at least 14 mm, a code that a phone reads"
    if job.phase is Phase.PRINTED:
        return True, f"printed; {status.driver} confirmed it by {job.evidence}; {look}"
    if job.phase is Phase.UNCONFIRMED and not job.ask:
        return None, f"sent; this printer cannot confirm, so look at the paper; {look}"
    return False, f"not confirmed: {job.phase} {job.reason or status.reason or status.state}"


def virtual(port: int = 9100, paper_dir: str | None = None, family: str = "epson") -> int:
    """Runs a virtual printer on 127.0.0.1 until SIGINT or SIGTERM; with `paper_dir`, each slip becomes PNG and text.

    ValueError for an unknown family.
    """
    printer = VirtualPrinter(folder=paper_dir, family=family)
    try:
        server = printer.serve("127.0.0.1", port)
    except OSError as error:
        _say(f"cannot listen on 127.0.0.1:{port}: {error}; give another --port")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kept = paper_dir or "in memory"
    _say(f"virtual {family} printer at tcp://127.0.0.1:{server.port}; paper: {kept}; Ctrl-C ends it")
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
