"""docs/protocol.md and the code say the same, both ways."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from counter.finished import Finished
from counter.panels.shapes import Panels, Sign
from counter.rating_view import RateView
from counter.view import Catalogue, Desk, Panel
from display.around import BoardScreen, BoardVoice
from display.phone import Ticket
from display.room_view import RoomScreen
from display.slides import BoardSlide
from display.view import Board, BoardCall, BoardQueue, BoardRest
from kiosk import shapes
from kiosk.shapes import Jobs, Menu
from server import authority, guard, hub, protocol, submit
from server.admin.view import Overview, OverviewBoard, OverviewKiosk
from server.admin.visits import OpenVisits
from server.alerts import Alert, AlertKind
from server.api import DAYS_AT_ONCE
from server.channels import CHANNELS
from server.domain.commands import COMMANDS
from server.domain.refusal import CODES
from server.domain.reply import Called, Issued, Linked, Promise
from server.records import RepairList, RepairRecord, VisitPage
from server.repairs import FAULTS
from server.reports import REPORTS
from server.reports.formats import Report
from server.reports.table import Column, Kind

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
VIEWS = {
    "menu": Menu, "jobs": Jobs, "desk": Desk, "panel": Panel, "catalogue": Catalogue, "board": Board, "overview": Overview,
    "ticket": Ticket, "panels": Panels, "visits": OpenVisits, "room": RoomScreen, "rate": RateView,
    "finished": Finished,
}  # fmt: skip
NAMED = re.compile(r"`([^`]+)`")


def section(title: str) -> str:
    """The text under a heading."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title!r}"
    return found[1]


def table(title: str) -> list[list[str]]:
    """The rows of a section's table, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def fields(kind: type) -> set[str]:
    """Field names, with ? for those that may be left out."""
    return {field.name + ("" if field.required else "?") for field in msgspec.structs.fields(kind)}


def roles(table: dict[str, frozenset[str]], name: str) -> set[str]:
    """Who may."""
    return {role for role, names in table.items() if name in names}


def test_channels() -> None:
    rows = {cells[0].strip("`").partition("/")[0]: cells for cells in table("`view`")}
    assert set(rows) == set(CHANNELS) == set(VIEWS)
    for kind, cells in rows.items():
        assert ("/" in cells[0]) == CHANNELS[kind].named, kind
        assert NAMED.findall(cells[2]) == list(VIEWS[kind].__struct_fields__), kind
        allowed = roles(authority.CHANNELS, kind) or ({"anybody"} if kind in authority.OPEN_CHANNELS else set())
        assert set(cells[3].split(", ")) == allowed, kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        *(("What a kiosk is sent", kind) for kind in (
            shapes.MenuInstitution, shapes.MenuService, shapes.MenuQueue, shapes.MenuSituation, shapes.MenuNotice,
            shapes.MenuDay, shapes.MenuHelp, shapes.SlipJob, shapes.PaperJob,
        )),
        ("What a line of panels is sent", Sign),
        *(("What a board is sent", kind) for kind in (
            BoardCall, BoardQueue, BoardScreen, BoardVoice, BoardRest, BoardSlide,
        )),
        ("What staff must see to", Alert),
        ("What staff must see to", OverviewKiosk),
        ("What staff must see to", OverviewBoard),
    ],
)  # fmt: skip
def test_parts_of_views(title: str, kind: type) -> None:
    assert f"{{{', '.join(kind.__struct_fields__)}}}" in " ".join(section(title).split())


def test_alerts() -> None:
    rows = {NAMED.findall(cells[0])[0] for cells in table("What staff must see to")}
    assert rows == set(get_args(AlertKind))


def test_commands() -> None:
    rows = {NAMED.findall(cells[0])[0]: cells for cells in table("`command`")}
    assert list(rows) == list(COMMANDS)
    for name, cells in rows.items():
        assert set(NAMED.findall(cells[1])) == fields(COMMANDS[name]), name
        assert set(cells[2].split(", ")) == roles(authority.COMMANDS, name), name
        assert cells[3].endswith(".")


def test_answers() -> None:
    rows = {NAMED.findall(cells[0])[0]: cells for cells in table("Answers")}
    assert set(rows) == {*CODES, "protocol"}
    for code, text in CODES.items():
        assert rows[code][1] == str(submit.HTTP_STATUS.get(code, 409)), code
        assert rows[code][2].rstrip(".") == text.rstrip("."), code


@pytest.mark.parametrize(
    ("title", "shape", "kind"),
    [
        ("Identify", "auth = {protocol, channel, device, token?}", protocol.Identify),
        ("`view`", "{channel, position, now, data}", protocol.View),
        (
            "`status`",
            "{state, detail?, slips?, unsent?, unsent_since?, silent?, sound?, clock_ms?, version?, driver?, confirms?}",
            protocol.Status,
        ),
    ],
)
def test_shapes(title: str, shape: str, kind: type) -> None:
    assert shape in section(title)
    names = re.findall(r"\w+", shape.partition("{")[2])
    assert names == list(kind.__struct_fields__)


def test_shapes_of_commands_and_answers() -> None:
    text = section("`command`")
    assert "{id, name, data, language?}" in text
    assert list(protocol.CommandMessage.__struct_fields__) == ["id", "name", "data", "language"]
    assert "{ok: true, position, result}" in text
    assert "{ok: false, code, text}" in text
    assert set(protocol.Answer.__struct_fields__) == {"ok", "position", "result", "code", "text"}
    assert "{visit, number, service, token, ahead, promise: {low, high}, due, linked}" in text
    assert (Issued.__struct_fields__, Promise.__struct_fields__) == (
        ("visit", "number", "service", "token", "ahead", "promise", "due", "linked"),
        ("low", "high"),
    )
    assert "{visit, number, service, token, promise}" in text
    assert Linked.__struct_fields__ == ("visit", "number", "service", "token", "promise")
    assert "{visit, number, service, reason}" in text
    assert Called.__struct_fields__ == ("visit", "number", "service", "reason")


def test_records() -> None:
    named = [(NAMED.search(cells[0]), cells) for cells in table("Records")]
    rows = {found[1].removeprefix("GET "): cells for found, cells in named if found}
    assert rows["/api/v1/visits?since=&limit="][1] == ", ".join(sorted(authority.VISIT_READERS))
    assert rows["/api/v1/repairs?from=&to="][1] == ", ".join(roles(authority.COMMANDS, "CorrectVisit"))
    assert rows["/api/v1/reports/<name>?from=&to=&format="][1] == ", ".join(sorted(authority.VISIT_READERS))
    reports = {name: NAMED.findall(cells[2]) for name, cells in rows.items() if name in REPORTS}
    assert reports == {name: [column.key for column in make([]).columns] for name, make in REPORTS.items()}
    assert {name: cells[1] for name, cells in rows.items() if name in FAULTS} == FAULTS
    text = section("Records").replace("\n", " ")
    assert f"at most {DAYS_AT_ONCE} of them" in text
    assert f"`{{{', '.join(VisitPage.__struct_fields__)}}}`" in text
    assert f"`{{{', '.join(RepairList.__struct_fields__)}}}`" in text
    assert f"`{{{', '.join(RepairRecord.__struct_fields__)}}}`" in text
    assert f"`{{{', '.join(Report.__struct_encode_fields__)}}}`" in text
    assert f"`{{{', '.join(Column.__struct_fields__)}}}`" in text
    assert NAMED.findall(text.partition("`kind` is ")[2].partition(". ")[0])[:5] == list(get_args(Kind))


def test_messages_and_numbers() -> None:
    assert [protocol.VIEW, protocol.COMMAND, protocol.STATUS] == ["view", "command", "status"]
    assert f"`protocol` is {protocol.PROTOCOL}." in section("Identify")
    assert f"one of {guard.UNIDENTIFIED_AT_ONCE} places" in section("Identify").replace("\n", " ")
    assert f"within {guard.IDENTIFY_WITHIN_S:.0f} s" in section("Identify")
    pace = section("`command`").replace("\n", " ")
    assert submit.KIOSK_RATE == hub.CALM_S == 1.0
    assert f"A kiosk may take {submit.KIOSK_BURST} numbers at once and then one a second" in pace
    assert f"has {hub.COMMANDS_BURST:.0f} commands at once and then {hub.COMMANDS_RATE:.0f} a second" in pace


def test_changes_are_dated_newest_last_and_name_the_version() -> None:
    lines = [line for line in section("Changes").splitlines() if line]
    dates = [re.match(r"- (\d{4}-\d\d-\d\d): ", line) for line in lines]
    assert all(dates)
    assert [date[1] for date in dates if date] == sorted(date[1] for date in dates if date)
    assert f"version {protocol.PROTOCOL}" in section("Changes")


def test_the_codes_that_a_refused_connect_may_carry() -> None:
    source = Path(hub.__file__).read_text("utf-8")
    raised = set(re.findall(r'raise _no\("(\w+)"', source))
    said = section("Identify").replace("\n", " ").partition("the codes are ")[2].partition(". ")[0]
    assert set(NAMED.findall(said)) == raised
