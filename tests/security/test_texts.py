"""Texts of a plan, names of people and what visitors write, on every surface: always words, never markup, never control signs."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config import CATALOGUE, CENTRES
from config.load import check_plan, load_catalogue, load_plan
from config.plan import Plan
from server import authority
from server.admin.ground import NAV
from server.domain.commands import COMMANDS
from tests.house import Kiosk, until
from tests.security.bait import BAIT, changed, swallowed, texts
from tests.security.expected import NAMES
from tests.security.world import Centre

SERVICE = "PMLP-01"
NO_MARKUP = "document.querySelector('[onerror], img[src=\"x\"]') === null"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre with bait in every text, a visitor who is served, a message and a complaint."""
    found = Centre(tmp_path_factory.mktemp("bait"), "demo", "--bait").start()
    found.done("OpenCounter", {"counter": "3", "profile": "universal"}, found.token("clerk"))
    found.done("TakeTicket", {"service": SERVICE})
    found.done("CallNext", {"counter": "3"}, found.token("clerk"))
    found.done("Announce", {"text": BAIT})
    found.done("SendMessage", {"counter": "3", "text": BAIT}, found.token("clerk"))
    found.form("/feedback", {"kind": "proposal", "text": f"Skaļruņi {BAIT}", "about": "", "contact": ""})
    yield found
    found.stop()


def test_no_text_of_a_plan_or_a_person_becomes_markup_in_a_page(centre: Centre) -> None:
    token = centre.done("TakeTicket", {"service": SERVICE})["token"]
    shown, wrong = 0, []
    paths = [route.path(NAMES) for route in centre.routes if "GET" in route.methods]
    for path in [*paths, f"/ticket/{token}", f"/ticket/{token}?language=en", "/feedback?language=ru"]:
        for headers in ({}, centre.forms("manager"), centre.forms("clerk")):
            answer = centre.ask("GET", path, headers)
            if "text/html" in (answer.headers["Content-Type"] or ""):
                shown += "onerror" in answer.text
                wrong += [f"{path}: {one}" for one in swallowed(answer.text)]
    assert not wrong, "\n".join(wrong)
    assert shown > 40, "the bait stands on the pages, as words"


def _screens(centre: Centre) -> list[tuple[str, str]]:
    """Pages that scripts draw: path and cookie."""
    display, manager, clerk = f"rinda_device={centre.token('display')}", centre.session("manager"), centre.session("clerk")
    panel = f"rinda_device={centre.token('panel')}"
    screens = [(path, display) for path in ("/display/hall", "/panel/3", "/room/d1", "/rate/3")]
    office = [(path, manager) for path in ("/admin/", "/admin/plan", "/admin/board", "/admin/people", "/counter/appointments")]
    return [*screens, *office, ("/counter/3", clerk), ("/load", panel), ("/feedback", panel)]


@pytest.mark.e2e
def test_no_text_becomes_markup_on_any_screen(centre: Centre, open_page: Callable[..., Any], tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, centre, "virtual:").start()
    try:
        page, dialogs = open_page(f"{centre.address}/healthz"), []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        for path, cookie in _screens(centre):
            page.context.clear_cookies()
            name, _, value = cookie.partition("=")
            page.context.add_cookies([{"name": name, "value": value, "url": centre.address}])
            page.goto(f"{centre.address}{path}")
            page.get_by_text("onerror=").locator("visible=true").first.wait_for()
            assert page.evaluate(NO_MARKUP), path
        until(lambda: _answers(kiosk), "the kiosk's page")
        page.goto(f"{kiosk.address}/")
        page.get_by_text("onerror=").locator("visible=true").first.wait_for()
        assert page.evaluate(NO_MARKUP)
        assert dialogs == []
    finally:
        kiosk.stop()


def _answers(kiosk: Kiosk) -> bool:
    try:
        return kiosk.request("GET", "/").status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE))


@pytest.mark.parametrize("sign", ["\x1b@", "\x1dV\x00", "\x10\x14\x01", "\x00", "\x07", "\x7f", "\x9b"])
def test_no_control_sign_gets_into_a_plan(plan: Plan, sign: str) -> None:
    """What would be a command to a printer, in each text by itself: named with its place."""
    count = len(list(texts(msgspec.to_builtins(plan))))
    assert count > 500
    told = [str(fault) for fault in check_plan(changed(plan, lambda text: f"{text[:20]}{sign}"))]
    assert len({fault.partition(":")[0] for fault in told if "control character" in fault}) == count


def _strings(node: Any, path: str) -> Iterator[tuple[str, msgspec.inspect.StrType]]:
    """Every text of a type that comes over the wire; a plan has a check of its own."""
    if isinstance(node, msgspec.inspect.StrType):
        yield path, node
    elif isinstance(node, msgspec.inspect.StructType):
        if node.cls is not Plan:
            for field in node.fields:
                yield from _strings(field.type, f"{path}.{field.encode_name}")
    elif isinstance(node, msgspec.inspect.UnionType):
        for one in node.types:
            yield from _strings(one, path)
    elif isinstance(node, msgspec.inspect.Metadata):
        yield from _strings(node.type, path)
    elif isinstance(node, (msgspec.inspect.VarTupleType, msgspec.inspect.ListType, msgspec.inspect.FrozenSetType)):
        yield from _strings(node.item_type, f"{path}[]")
    elif isinstance(node, msgspec.inspect.TupleType):
        for one in node.item_types:
            yield from _strings(one, f"{path}[]")
    elif isinstance(node, msgspec.inspect.DictType):
        yield from _strings(node.key_type, f"{path}{{}}")
        yield from _strings(node.value_type, f"{path}{{}}")


def test_no_control_sign_gets_into_a_command() -> None:
    sent = {name for role, names in authority.COMMANDS.items() if role != "system" for name in names}
    found = [
        one for name, kind in COMMANDS.items() if name in sent for one in _strings(msgspec.inspect.type_info(kind), kind.__name__)
    ]
    assert len(found) > 60
    open_ = []
    for path, text in found:
        tried = ("\x1b@", "a\x1bb", "a\x00", "a\x1d", "abc\x07def", "123456\x1b", "1\n")
        if any(text.pattern is None or re.search(text.pattern, one) for one in tried):
            open_.append(path)
    assert open_ == []


def test_every_page_of_the_office_has_the_way_out(centre: Centre) -> None:
    for who in ("manager", "clerk"):
        for what, path, _, _ in NAV:
            if authority.may_open(who, what) and path.startswith("/admin"):
                page = centre.ask("GET", path, centre.forms(who))
                if page.status == 302:
                    page = centre.ask("GET", page.headers["Location"], centre.forms(who))
                assert 'action="/logout"' in page.text, path
