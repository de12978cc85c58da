"""The kiosk program: relays touches to the centre server, makes the printer match its list of slips, serves its page."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import flask
import msgspec
from gevent.threadpool import ThreadPool

from config import texts
from kiosk.feed import Feed, JobState, KioskState, LinkState, PrinterState
from kiosk.shapes import Jobs, Menu, SlipJob
from kiosk.web import Paper, pages
from printers import render
from printers.jobs import JobState as Job
from printers.jobs import Phase
from printers.layout import Ticket, ticket_slip
from printers.slip import Slip, as_text
from printers.spooler import Spooler
from printers.virtual import VirtualPrinter
from server.headers import secure
from server.link import Link
from server.listen import serve, until_interrupted
from server.protocol import Answer, CommandMessage, Status

log = logging.getLogger("rinda.kiosk")

TTL_S = 60.0
TOLD_AGAIN_S = 600.0
LATER = ("too_fast", "not_stored")
"""Answers after which a report is made again."""
REMEMBERED = 50
FAULTS = ("paper_out", "near_end", "cover_open", "silent")

_SHOWN: dict[Phase, JobState] = {
    Phase.CREATED: "queued",
    Phase.QUEUED: "queued",
    Phase.SENDING: "printing",
    Phase.SENT: "printing",
    Phase.CONTENT_DONE: "printing",
    Phase.PRINTED: "printed",
    Phase.UNCONFIRMED: "unconfirmed",
    Phase.UNKNOWN: "failed",
    Phase.MISSING: "failed",
    Phase.EXPIRED: "expired",
}
_REPORTED = {
    Phase.PRINTED: "printed",
    Phase.UNCONFIRMED: "unconfirmed",
    Phase.UNKNOWN: "unknown",
    Phase.MISSING: "failed",
    Phase.EXPIRED: "expired",
}


class KioskSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`printer` is a port's URL, or `virtual:` for a printer made of software that keeps its paper in `data_dir`."""

    server: str
    public_url: str
    token: str
    kiosk: str
    printer: str
    host: str
    port: int
    data_dir: Path
    until_stdin_closes: bool = False


class KioskAgent:
    """One kiosk. `start` returns at once; the page is served on the running gevent loop, devices have native threads."""

    def __init__(self, settings: KioskSettings) -> None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._virtual, self._paper_port = _virtual(settings)
        url = f"tcp://127.0.0.1:{self._paper_port.port}" if self._paper_port else settings.printer
        self._wake, self._stop = threading.Event(), threading.Event()
        self._menu: Menu | None = None
        self._jobs: Jobs | None = None
        self._slips: dict[str, SlipJob] = {}
        self._words_file = settings.data_dir / "paper" / "words.json"
        self._words: dict[str, str] = _words_in(self._words_file)
        self._reported: dict[str, str] = {}
        self._told = Status(state="starting")
        self.spooler = Spooler(url, settings.data_dir / "jobs.db", render.content, _now, lambda job: self._wake.set())
        # What happened shortly before a restart may not have been told: it is told again, under the same ids.
        self._reported = {
            job.job_id: _report_key(job)
            for job in self.spooler.jobs().values()
            if job.over and (_now() - job.since).total_seconds() > TOLD_AGAIN_S
        }
        self._links = (
            self._link("menu", self._on_menu),
            self._link(f"jobs/{settings.kiosk}", self._on_jobs),
        )
        self._feed = Feed(self._state(), _now)
        self._native = ThreadPool(4)
        self._threads = (
            threading.Thread(target=self.spooler.run, args=(self._stop,), name="spooler", daemon=True),
            threading.Thread(target=self._run, name="reconcile", daemon=True),
        )

    def start(self) -> None:
        """Connects, drives the printer, serves the page; OSError if the port is taken."""
        app = flask.Flask("kiosk", static_folder=None)
        app.register_blueprint(pages(self))
        secure(app)
        app.get("/healthz")(lambda: flask.jsonify(ok=True))
        app.get("/readyz")(self._ready)
        app.get("/metrics")(self._metrics)
        self._http = serve(self._settings.host, self._settings.port, app.wsgi_app)
        for thread in self._threads:
            thread.start()
        for link in self._links:
            link.start()

    def stop(self) -> None:
        """Stops taking touches, then the printer, then the links."""
        self._http.stop(timeout=1)
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=5)
        for link in self._links:
            link.stop()
        if self._paper_port is not None:
            self._paper_port.close()

    @property
    def feed(self) -> Feed:
        """The truth for the page."""
        return self._feed

    def command(self, message: CommandMessage) -> Answer:
        """Relays a touch; the answer carries the address of the phone page."""
        answer: Answer | None = self._native.apply(self._links[0].submit, (message,))
        if answer is None:
            text = texts.translate(message.language, "The centre server cannot be reached. Please speak to a member of staff.")
            return Answer(ok=False, code="no_link", text=text)
        if answer.ok and answer.result and "token" in answer.result:
            result = {**answer.result, "url": self.ticket_url(answer.result["token"])}
            return msgspec.structs.replace(answer, result=result)
        return answer

    def answer_slip(self, visit: UUID, printed: bool) -> Answer:
        """The visitor's word about a doubtful slip; "no" prints a copy."""
        self._native.apply(self._settle, (str(visit), printed))
        return Answer(ok=True, position=None, result={})

    def withdraw_slip(self, visit: UUID) -> Answer:
        """The visitor has gone: a slip that still waits for the printer is not printed for the next one."""
        self._native.apply(self.spooler.withdraw, (str(visit),))
        return Answer(ok=True, result={})

    def ticket_url(self, token: str) -> str:
        """Where a phone follows the ticket."""
        return f"{self._settings.public_url}/ticket/{token}"

    def papers(self) -> Sequence[Paper]:
        """What the virtual printer printed, newest first."""
        printed = list(self._virtual.papers) if self._virtual else []
        return [
            Paper(name=str(i), png=paper.png(), text=self._words.get(paper.text.strip(), paper.text), at=paper.time)
            for i, paper in reversed(list(enumerate(printed, start=1)))
        ]

    def faults(self) -> Mapping[str, bool] | None:
        """The virtual printer's switches."""
        return {name: name in self._virtual.faults for name in FAULTS} if self._virtual else None

    def set_fault(self, name: str, on: bool) -> None:
        """Turns a switch."""
        if self._virtual is not None:
            self._virtual.fault(name, on)

    def reconcile(self) -> None:
        """Makes the printer match the list of slips due, and the server match what became of them."""
        jobs = self.spooler.jobs()
        for slip in self._jobs.slips if self._jobs else ():
            self._slips[str(slip.visit)] = slip
            if (job := jobs.get(str(slip.visit))) is None:
                left = TTL_S - (_now() - slip.issued).total_seconds()
                if left > 0:
                    self.spooler.submit(str(slip.visit), self._paper_of(slip, copy=False), ttl_s=left)
                else:
                    self._report(str(slip.visit), "expired", copy=False, key="expired")
            elif job.phase in _REPORTED:
                self._reported.pop(str(slip.visit), None)
            elif not slip.waiting and not self.spooler.status().can_print:
                # Called while the printer could not print: when it is mended, nobody is there to take the slip.
                self.spooler.withdraw(job.job_id)
        for job in self.spooler.jobs().values():
            key = _report_key(job)
            if job.phase in _REPORTED and self._reported.get(job.job_id) != key:
                self._report(job.job_id, _REPORTED[job.phase], copy=job.copies > 0, key=key)
        self._publish()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(0.5)
            self._wake.clear()
            try:
                self.reconcile()
            except Exception:
                log.exception("slips could not be reconciled")
                self._stop.wait(1)

    def _report(self, job: str, state: str, copy: bool, key: str) -> None:
        visit = UUID(job)
        message = CommandMessage(
            id=uuid5(visit, key), name="ReportSlip", data={"visit": job, "state": state, "copy": copy}
        )  # fmt: skip
        answer = self._links[0].submit(message) if self._links[0].up else None
        if answer is not None and answer.code not in LATER:
            self._reported[job] = key

    def _settle(self, job: str, printed: bool) -> None:
        self.spooler.answer(job, printed)
        if not printed and job in self._slips:
            self.spooler.reprint(job, self._paper_of(self._slips[job], copy=True), ttl_s=TTL_S)

    def _paper_of(self, slip: SlipJob, copy: bool) -> Slip:
        around = self._jobs
        paper = ticket_slip(
            Ticket(
                number=slip.number, service=slip.service, institution=slip.institution,
                centre=around.centre if around else {"lv": ""}, zone=around.timezone if around else "Europe/Riga",
                issued=slip.issued, url=self.ticket_url(slip.token), language=slip.language, ahead=slip.ahead,
                low=slip.low, high=slip.high, copy=copy, closing=around.footer if around and around.footer else None,
            )
        )  # fmt: skip
        self._words[slip.number] = as_text(paper)
        if self._virtual is not None:
            new = self._words_file.with_suffix(".new")
            new.write_bytes(msgspec.json.encode(self._words))
            new.replace(self._words_file)
        return paper

    def _link(self, channel: str, on_view: Any) -> Link:
        device = f"{self._settings.kiosk}:{channel.partition('/')[0]}"
        return Link(self._settings.server, self._settings.token, channel, device, on_view, self._wake.set)

    def _on_menu(self, data: Any) -> None:
        self._menu = msgspec.convert(data, Menu)
        self._publish()

    def _on_jobs(self, data: Any) -> None:
        self._jobs = msgspec.convert(data, Jobs)
        self._wake.set()

    def _publish(self) -> None:
        state = self._state()
        self._feed.publish(state)
        printer = state.printer
        told = Status(
            state="ok" if printer.can_print and not printer.paper_low else printer.reason or printer.state,
            detail=printer.driver,
        )
        if told != self._told and self._links[0].up:
            self._told = told
            self._links[0].status(told)

    def _state(self) -> KioskState:
        found, link = self.spooler.status(), self._links[0]
        recent = list(self.spooler.jobs().values())[-REMEMBERED:]
        return KioskState(
            menu=self._menu,
            link=LinkState(up=link.up, since=datetime.fromtimestamp(link.since, UTC)),
            printer=PrinterState(
                state=str(found.state), reason=found.reason, can_print=found.can_print, paper_low=found.paper_low,
                confirms=found.confirms, driver=found.driver,
            ),
            jobs={UUID(job.job_id): _shown(job) for job in recent},
        )  # fmt: skip

    def _ready(self) -> tuple[flask.Response, int]:
        state = self._feed.state
        ready = all(link.up for link in self._links) and state.menu is not None
        return flask.jsonify(ok=ready, link=state.link.up, can_print=state.printer.can_print), 200 if ready else 503

    def _metrics(self) -> flask.Response:
        state = self._feed.state
        lines = (
            f"rinda_kiosk_link_up {int(state.link.up)}",
            f"rinda_kiosk_can_print {int(state.printer.can_print)}",
            f"rinda_kiosk_paper_low {int(state.printer.paper_low)}",
        )
        return flask.Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


def run(settings: KioskSettings, on_ready: Any = lambda: None) -> None:
    """Runs a kiosk until it is interrupted."""
    agent = KioskAgent(settings)
    agent.start()
    if settings.until_stdin_closes:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    on_ready()
    try:
        until_interrupted()
    finally:
        agent.stop()


def _words_in(file: Path) -> dict[str, str]:
    """What the virtual printer's slips say in words; a file that a power cut spoilt only means that the words are gone."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}


def _end_with_parent() -> None:
    # Unbuffered: a thread that waits inside a buffered read would be found holding its lock when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _virtual(settings: KioskSettings) -> tuple[VirtualPrinter | None, Any]:
    if not settings.printer.startswith("virtual:"):
        return None, None
    printer = VirtualPrinter(folder=settings.data_dir / "paper")
    return printer, printer.serve(port=0)


def _shown(job: Job) -> JobState:
    """What the page shows: a printer that can never confirm is not asked about."""
    return "printed" if job.phase == Phase.UNCONFIRMED and not job.ask else _SHOWN[job.phase]


def _report_key(job: Job) -> str:
    return f"{job.phase}:{job.copies}"


def _now() -> datetime:
    return datetime.now(UTC)
