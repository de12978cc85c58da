"""The kiosk program, put together: its page, the link to the centre server, its own numbers, the printer, scanner and keys."""

import logging
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from kiosk import memory
from kiosk.clock import microseconds_of, moment_of, reader
from kiosk.feed import Feed, KioskState, LinkState, ReserveState
from kiosk.inputs import Input
from kiosk.memory import Remembered, lasting
from kiosk.numbers import Numbers
from kiosk.paper import paper_of
from kiosk.replay import Replay
from kiosk.reserve import opened
from kiosk.settings import KioskSettings
from kiosk.shapes import Jobs, Menu, SlipJob
from kiosk.show import health, printer_state, shown
from kiosk.site import Site
from kiosk.slips import SlipBook, Slips
from kiosk.speech import Speech
from kiosk.virtual import PaperFolder
from kiosk.watchdog import Heart, Watchdog
from printers import render
from printers.slip import Slip
from printers.spooler import Spooler, boot_id
from server.link import Link
from server.listen import serve, until_interrupted
from server.pairing.client import TokenFile
from server.parent import end_with_parent
from server.protocol import Answer, CommandMessage, Status
from server.voice.voice import Voice

log = logging.getLogger("rinda.kiosk")

REPORT_S = 10.0
STEP_S = 0.5
CLIP_PAUSE_S = 0.02
SWITCH_S = 0.001
"""Drawing a slip takes many milliseconds in Python: whoever waits for the interpreter meanwhile waits no longer than this."""
SAVE_EVERY_US = 60_000_000
REMEMBERED = 50


class KioskAgent:
    """One kiosk. `start` returns at once; the page is served on the running gevent loop, devices have native threads."""

    def __init__(self, settings: KioskSettings) -> None:
        folder = settings.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._tokens = TokenFile(settings.server, settings.token_file) if settings.token_file else None
        if self._tokens is not None:
            self._tokens.kept()
        self._paper = PaperFolder(folder / "paper") if settings.printer.startswith("virtual:") else None
        self._stop, self._menu_came = threading.Event(), threading.Event()
        self._wakes = {step: threading.Event() for step in (self._reconcile, self._send, self._show)}
        lock = threading.RLock()
        self._menu_file = folder / "menu.json"
        self._remembered = memory.load(self._menu_file)
        self._head = self._remembered.head if self._remembered else None
        self._memory = threading.Lock()
        self.reserve = opened(folder / "reserve.db", reader(boot_id()), lock)
        url = self._paper.url if self._paper else settings.printer
        rendering = render.chosen(url, settings.model, settings.paper, settings.text)
        self.spooler = Spooler(
            url, folder / "jobs.db", rendering, _now, lambda job: self._wake(), driver=settings.driver
        )  # fmt: skip
        self._menu_link = self._link("menu", self._on_menu, self._on_time)
        self._jobs_link = self._link(f"jobs/{settings.kiosk}", self._on_jobs, self._on_time)
        self._book = SlipBook(folder / "slips.db", _now())
        self._slips = Slips(
            self.spooler, self.reserve, self._book, lock, self._when_up, self._paper_of, lambda: self._remembered,
            lambda: moment_of(self.reserve.now),
        )  # fmt: skip
        self._numbers = Numbers(
            self._menu_link, self.reserve, lock, lambda: self._remembered, self._slips.of, settings.limits
        )  # fmt: skip
        self._replay = Replay(self.reserve, self._when_up)
        self._voice = Voice()
        self._speech = Speech(folder / "speech", self._voice, threading.Lock())
        self._watchdog, self._heart = Watchdog(), Heart(time.monotonic, settings.page)
        self._told, self._saved, self._fed = Status(state="starting"), 0, 0.0
        self._feed = Feed(self._state(), lambda: moment_of(self.reserve.now))
        self._site = Site(
            settings, self._feed, self._numbers, self._slips, self.spooler, self._speech, self._heart, self._paper, self._wake,
            lambda: self._menu_link.up and self._jobs_link.up,
        )  # fmt: skip
        self._threads = [
            threading.Thread(target=work, args=arguments, name=name, daemon=True) for name, work, arguments in self._loops()
        ]

    def start(self) -> None:
        """Connects, drives the printer, serves the page; OSError if the port is taken."""
        self._http = serve(self._settings.host, self._settings.port, self._site.app().wsgi_app)
        for thread in self._threads:
            thread.start()
        for link in (self._menu_link, self._jobs_link):
            link.start()
        self._watchdog.ready()

    def stop(self) -> None:
        """Stops taking touches, then the printer, then the links."""
        self._watchdog.stopping()
        self._http.stop(timeout=1)
        self._stop.set()
        self._wake()
        self._menu_came.set()
        for link in (self._menu_link, self._jobs_link):
            link.stop()
        self._voice.close()
        for thread in self._threads:
            thread.join(timeout=5)
        if self._paper is not None:
            self._paper.close()
        self.reserve.close()
        self._book.close()

    # what goes on by itself

    def _loops(self) -> list[tuple[str, Callable[..., None], tuple[Any, ...]]]:
        settings = self._settings
        inputs = [
            Input(url, scanner, lambda said: self._feed.signal(said.kind, said.value))
            for url, scanner in ((settings.scanner, True), *((url, False) for url in settings.keys))
            if url
        ]
        return [
            ("spooler", self.spooler.run, (self._stop,)),
            *((step.__name__.strip("_"), self._repeat, (step,)) for step in self._wakes),
            ("speech", self._prepare, ()),
            *(("input", one.run, (self._stop,)) for one in inputs),
        ]

    def _repeat(self, step: Callable[[], None]) -> None:
        """Steps twice a second until the end; logs on the edge."""
        broken = False
        while not self._stop.is_set():
            try:
                step()
                broken = False
            except Exception:
                if not broken:
                    log.exception("a step failed")
                broken = True
            self._wakes[step].wait(STEP_S)
            self._wakes[step].clear()

    def _wake(self) -> None:
        for wake in self._wakes.values():
            wake.set()

    def _reconcile(self) -> None:
        self._slips.reconcile()

    def _send(self) -> None:
        if self._menu_link.up:
            self._replay.step()

    def _show(self) -> None:
        """The page's state, the server's knowledge of this device, the service manager's."""
        state = self._state()
        self._feed.publish(state)
        unsent = self.reserve.unsent()
        told = health(state.printer, unsent)
        if told != self._told and self._menu_link.up:
            self._told = told
            self._menu_link.status(told)
        now = time.monotonic()
        if now - self._fed >= self._watchdog.every_s:
            self._fed = now
            words = f"link {'up' if state.link.up else 'down'}, printer {told.state}, {told.unsent} numbers not sent"
            self._watchdog.feed(self._heart.trouble(now - self.spooler.alive), words)

    def _prepare(self) -> None:
        """Clips for each new menu, one after the other; a newer menu goes before the rest of an older one."""
        while not self._stop.is_set():
            self._menu_came.wait()
            self._menu_came.clear()
            if (remembered := self._remembered) is None:
                continue
            try:
                for _ in self._speech.prepare(remembered.menu):
                    if self._stop.wait(CLIP_PAUSE_S):
                        return
            except Exception:
                log.exception("clips could not be made")

    # what the server says

    def _link(self, channel: str, on_view: Callable[[Any], None], on_time: Callable[[datetime], None]) -> Link:
        device = f"{self._settings.kiosk}:{channel.partition('/')[0]}"
        return Link(
            self._settings.server, self._settings.token, channel, device, on_view, self._on_change, on_time,
            renew=self._tokens.fresh if self._tokens is not None else None,
        )  # fmt: skip

    def _on_change(self) -> None:
        self._told = Status(state="starting")
        self._wake()

    def _on_time(self, now: datetime) -> None:
        self._numbers.heard()
        try:
            self.reserve.heard(microseconds_of(now))
        except sqlite3.Error:
            log.exception("the server's time cannot be kept")

    def _on_menu(self, data: Any) -> None:
        menu = msgspec.convert(data, Menu)
        with self._memory:
            fresh = Remembered(at=self.reserve.now, menu=menu, head=self._head)
            before, self._remembered = self._remembered, fresh
            if before is None or lasting(before.menu) != lasting(fresh.menu) or fresh.at - self._saved >= SAVE_EVERY_US:
                self._menu_came.set()
                self._keep(fresh)
        self._wake()

    def _on_jobs(self, data: Any) -> None:
        jobs = msgspec.convert(data, Jobs)
        self._slips.due(jobs)
        self._wake()
        head = msgspec.structs.replace(jobs, slips=())
        with self._memory:
            if head != self._head:
                self._head = head
                if self._remembered is not None:
                    self._remembered = msgspec.structs.replace(self._remembered, head=head)
                    self._keep(self._remembered)

    def _keep(self, remembered: Remembered) -> None:
        self._saved = remembered.at
        try:
            memory.save(self._menu_file, remembered)
        except OSError:
            log.exception("the menu cannot be kept")

    def _when_up(self, message: CommandMessage) -> Answer | None:
        return self._menu_link.submit(message, REPORT_S) if self._menu_link.up else None

    def _paper_of(self, slip: SlipJob, copy: bool, jobs: Jobs | None) -> Slip:
        paper = paper_of(slip, copy, jobs, self._remembered, self._site.ticket_url(slip.token) if slip.token else "")
        if self._paper is not None:
            self._paper.remember(slip.number, paper)
        return paper

    def _state(self) -> KioskState:
        link, alone = self._menu_link, self._numbers.alone
        remembered, now = self._remembered, self.reserve.known
        menu = None if remembered is None else memory.without_server(remembered, now) if alone else remembered.menu
        return KioskState(
            menu=menu,
            link=LinkState(up=link.up, since=datetime.fromtimestamp(link.since, UTC)),
            printer=printer_state(self.spooler.status()),
            jobs={UUID(job.job_id): shown(job) for job in list(self.spooler.jobs().values())[-REMEMBERED:]},
            reserve=ReserveState(
                on=alone, letter=menu.reserve if menu else "X", unsent=len(self.reserve.unsent())
            ),
        )  # fmt: skip


def run(settings: KioskSettings, on_ready: Any = lambda: None) -> None:
    """Runs a kiosk until it is interrupted."""
    sys.setswitchinterval(SWITCH_S)
    agent = KioskAgent(settings)
    agent.start()
    if settings.until_stdin_closes:
        end_with_parent()
    on_ready()
    try:
        until_interrupted()
    finally:
        agent.stop()


def _now() -> datetime:
    return datetime.now(UTC)
