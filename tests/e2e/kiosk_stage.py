"""A kiosk program that says what a test wants it to say, with the hardest menu there is, for the page in every state."""

import copy
import logging
import queue
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import flask
import msgspec
from werkzeug.serving import make_server

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from kiosk import view
from kiosk.feed import KioskState, LinkState, PrinterState
from kiosk.shapes import Menu
from kiosk.web import Paper, pages
from server.headers import secure
from server.protocol import Answer, CommandMessage
from tests.support import MORNING, Scene

BEAT_S = 2.0
LONG = "Atlīdzība par aizbildņa pienākumu pildīšanu, bērna uzturēšanu un e-pakalpojumu lietošanu aizgādnībā esošai ģimenei"
LONG_EN = "Remuneration for performing a guardian's duties, for the upkeep of a child and for help with e-services for families"
LONG_OWNER = "Vidzemes plānošanas reģiona pašvaldību kopīgā sociālās rehabilitācijas un e-pakalpojumu atbalsta aģentūra"
STRETCHED = ("VSAA-01", "VSAA-08", "VSAA-21", "VID-01", "NVA-01", "PASV-01", "CTR-01")
READY = PrinterState(state="ready", reason="", can_print=True, paper_low=False, confirms=True, driver="epson")
NO_PAPER = PrinterState(state="paper_out", reason="paper_out", can_print=False, paper_low=False, confirms=True, driver="epson")


def hardest_menu() -> dict[str, Any]:
    """The state city's menu with every institution and service of the catalogue, and names of 110 characters, as JSON."""
    catalogue = load_catalogue(CATALOGUE)
    plan = load_plan(CENTRES / "state_city.toml", catalogue)
    floor = Scene(plan).floor
    menu: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(view.menu(floor, plan.kiosks[0].code, MORNING)))
    known = {one["institution"] for one in menu["institutions"]}
    for one in catalogue.institutions:
        if one.code not in known:
            menu["institutions"].append(
                {"institution": one.code, "short": one.short, "name": one.name, "icon": one.icon or "building-bank"}
            )
    offered = {one["service"] for one in menu["services"]}
    sample = menu["services"][0]
    for service in catalogue.services:
        if service.code not in offered:
            menu["services"].append(
                {**sample, "service": service.code, "institution": service.institution, "name": service.name,
                 "minutes": service.minutes, "group": service.group, "keywords": service.keywords, "bring": service.bring,
                 "alone": service.alone}
            )  # fmt: skip
    owners = {one["institution"] for one in menu["services"]}
    menu["institutions"] = [one for one in menu["institutions"] if one["institution"] in owners]
    for one in menu["services"]:
        one.update(open=True, left=None)
        if one["service"] in STRETCHED:
            one["name"] = {**one["name"], "lv": LONG, "en": LONG_EN}
    menu["institutions"][2]["name"] = {"lv": LONG_OWNER, "en": LONG_OWNER}
    for n, one in enumerate(menu["queues"]):
        one.update(waiting=(0, 1, 2, 11, 21)[n % 5], low=10, high=20)
    now = datetime.now(UTC)
    menu.update(
        booking=True, opens=None, closes=(now + timedelta(hours=3)).isoformat(), phone="+371 60000000",
        portal="https://latvija.gov.lv", help=None,
        notices=[
            {"text": {"lv": "EDS šobrīd strādā ar traucējumiem. Deklarāciju pieņemam arī papīra formā.",
                      "en": "EDS is not working well at the moment. We also take declarations on paper."},
             "kind": "info", "about": ["VID"]},
            {"text": {"lv": "Šodien pēcpusdienā lifts nedarbojas.", "en": "The lift does not work this afternoon."},
             "kind": "attention", "about": []},
        ],
    )  # fmt: skip
    menu["week"] = [
        {"date": (now + timedelta(days=day)).date().isoformat(),
         "spans": [] if (now + timedelta(days=day)).weekday() > 4 else [["8:30", "12:00"], ["12:30", "17:00"]]}
        for day in range(7)
    ]  # fmt: skip
    return menu


def unshielded(program: str) -> str:
    """The page's program without the pause of a new screen."""
    whole, found = re.subn(r"^const SHIELD_MS = 600;$", "const SHIELD_MS = 0;", program, flags=re.MULTILINE)
    assert found == 1, "where the pause of a new screen stands"
    return whole


class Stage:
    """The second implementation of the kiosk program: the test sets the state, commands are kept and answered as it says.

    A new screen of its page takes presses at once, unless the page is loaded while `shielded`: the pause is for a finger.
    """

    def __init__(self) -> None:
        self.shielded = False
        self.menu = hardest_menu()
        self.commands: list[CommandMessage] = []
        self.said: list[tuple[str, str]] = []
        self.beats = 0
        self.answer: Answer | None = None
        self._streams: list[queue.Queue[bytes]] = []
        self.rest()
        self.app = app = flask.Flask("stage", static_folder=None)
        app.register_blueprint(pages(self))
        app.view_functions["kiosk.feed"] = lambda: flask.Response(self._stream(), mimetype="text/event-stream")
        app.after_request(self._unshielded)
        secure(app)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends the streams and the server."""
        self.fall_silent()
        self._server.shutdown()
        self._thread.join()

    def rest(self) -> None:
        """An open centre with a good printer and a link, nothing printed, nothing answered."""
        self.commands.clear()
        self.said.clear()
        self.answer = None
        now = datetime.now(UTC)
        state = KioskState(menu=None, link=LinkState(up=True, since=now), printer=READY)
        self._state: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(state)) | {"menu": copy.deepcopy(self.menu)}

    def show(self, **changes: Any) -> None:
        """Publishes the state with these parts replaced; `menu` is a dict of changes to the menu, or None."""
        for name, value in changes.items():
            if name == "menu" and value is not None:
                self._state["menu"] = {**self._state["menu"], **value}
            else:
                self._state[name] = msgspec.to_builtins(value)
        self._tell("state", self._state)

    def input(self, kind: str, value: str) -> None:
        """What a reader or a keypad says."""
        self._tell("input", {"kind": kind, "value": value})

    def issue(self, number: str, service: str, **more: Any) -> str:
        """The next number is this one; answers with its visit."""
        visit = str(uuid4())
        result = {
            "visit": visit, "number": number, "service": service, "token": "stage-token-1", "ahead": 4,
            "promise": {"low": 10, "high": 20}, "due": None, "linked": [], "url": f"{self.url}/ticket/stage-token-1", **more,
        }  # fmt: skip
        self.answer = Answer(ok=True, position=1, result=result)
        return visit

    def refuse(self, code: str, text: str) -> None:
        """The next command is refused."""
        self.answer = Answer(ok=False, code=code, text=text)

    def _tell(self, event: str, data: Any) -> None:
        now = {"now": datetime.now(UTC).isoformat()}
        message = b"event: %s\nretry: 200\ndata: %s\n\n" % (event.encode(), msgspec.json.encode(now | data))
        for stream in self._streams:
            stream.put(message)

    def _stream(self) -> Iterator[bytes]:
        mine: queue.Queue[bytes] = queue.Queue()
        self._streams.append(mine)
        now = {"now": datetime.now(UTC).isoformat()}
        yield b"event: state\nretry: 200\ndata: %s\n\n" % msgspec.json.encode(now | self._state)
        try:
            while True:
                try:
                    said = mine.get(timeout=BEAT_S)
                except queue.Empty:
                    said = b"event: beat\ndata: %s\n\n" % msgspec.json.encode({"now": datetime.now(UTC)})
                if not said:
                    return
                yield said
        finally:
            self._streams.remove(mine)

    def _unshielded(self, answer: flask.Response) -> flask.Response:
        """The page's program, as it is or without its pause."""
        if flask.request.path == "/kiosk/static/kiosk.js" and not self.shielded:
            answer.direct_passthrough = False
            answer.set_data(unshielded(answer.get_data(as_text=True)))
            answer.headers["Cache-Control"] = "no-store"
            del answer.headers["ETag"]
        return answer

    def fall_silent(self) -> None:
        """Ends the streams that are open."""
        for stream in list(self._streams):
            stream.put(b"")

    # what the pages ask

    @property
    def feed(self) -> Any:
        """The parts that the paper page and the codes for the portal read."""
        return self

    @property
    def state(self) -> KioskState:
        menu = self._state["menu"]
        return KioskState(
            menu=msgspec.convert(menu, Menu) if menu else None, link=LinkState(up=True, since=datetime.now(UTC)), printer=READY
        )

    def command(self, message: CommandMessage) -> Answer:
        self.commands.append(message)
        return self.answer or Answer(ok=True, position=1, result={})

    def answer_slip(self, visit: UUID, printed: bool) -> Answer:
        self.said.append((str(visit), "printed" if printed else "not printed"))
        return Answer(ok=True, result={})

    def withdraw_slip(self, visit: UUID) -> Answer:
        self.said.append((str(visit), "withdrawn"))
        return Answer(ok=True, result={})

    def beat(self, visible: bool) -> None:
        self.beats += visible

    def clip(self, language: str, text: str) -> None:
        return None

    def voices(self) -> Mapping[str, bool]:
        return {}

    def ticket_url(self, token: str) -> str:
        return f"{self.url}/ticket/{token}"

    def papers(self) -> Sequence[Paper]:
        return []

    def faults(self) -> Mapping[str, bool] | None:
        return None

    def set_fault(self, name: str, on: bool) -> None:
        raise LookupError(name)
