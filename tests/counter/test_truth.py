"""How old what a sign says may be: without the server dashes, later nothing; after a restart the line as it was remembered."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from config.plan import Line, Panel
from counter.panels import memory
from counter.panels.settings import PanelSettings
from counter.panels.shapes import Panels, Sign
from counter.panels.shown import DARK_S, Shown
from counter.panels.truth import DASHES_S, Truth

NOW = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
PANELS = tuple(Panel(counter=code, address=n) for n, code in enumerate("12", 1))
LINE = Line(code="hall", driver="template", port="/dev/ttyS0", panels=PANELS, template="{num}", width=4, flash_s=3)
CALLED = Sign(counter="1", state="called", number="A012", calls=1)
CLOSED = Sign(counter="2", state="closed")


def view(*signs: Sign) -> Panels:
    return Panels(timezone="Europe/Riga", line=LINE, signs=signs)


class Stand:
    """A truth with a clock and a link of its own."""

    def __init__(self, data: Path | None = None) -> None:
        self.now, self.up = 100.0, False
        settings = PanelSettings(server="http://x", token="t", data=data)
        self.truth = Truth(settings, lambda: self.up, lambda: self.now)

    def hear(self, *signs: Sign) -> None:
        self.up = True
        self.truth.hear(view(*signs))

    def cut(self) -> None:
        self.up = False
        self.truth.cut()

    def texts(self) -> list[str | None]:
        """What each sign shows; None for a dark one."""
        shown = [self.truth.want(panel, NOW) for panel in PANELS]
        return [one.text if one.light else None for one in shown]


def test_a_number_goes_when_the_server_was_silent_and_dashes_go_later() -> None:
    stand = Stand()
    stand.hear(CALLED, CLOSED)
    stand.now += 2 * DARK_S
    assert stand.texts() == ["A012", None]
    stand.cut()
    stand.now += DASHES_S - 0.1
    assert stand.texts() == ["A012", None]
    stand.now += 0.2
    assert stand.texts() == ["----", None]
    stand.now += DARK_S
    assert stand.texts() == [None, None]
    stand.up = True
    assert stand.texts() == [None, None], "what was true before the link broke is not true because it is up again"
    stand.hear(CALLED, CLOSED)
    assert stand.texts() == ["A012", None]


def test_a_program_that_ends_leaves_no_number() -> None:
    stand = Stand()
    stand.hear(CALLED, CLOSED)
    stand.truth.end()
    assert stand.texts() == ["----", None]


def test_a_start_without_the_server_drives_the_remembered_line(tmp_path: Path) -> None:
    first = Stand(tmp_path / "new")
    first.hear(CALLED, CLOSED)
    assert b"A012" not in (tmp_path / "new" / memory.FILE).read_bytes()
    again = Stand(tmp_path / "new")
    assert again.truth.line is None
    assert again.truth.recall() == DASHES_S
    again.now += DASHES_S
    assert again.truth.recall() == 0.0
    assert again.truth.line == LINE
    assert again.texts() == ["----", None]
    again.hear(CALLED, CLOSED)
    assert again.texts() == ["A012", None]
    assert again.truth.want(PANELS[0], NOW) == Shown(text="A012", counter="1", lit=True), "an old call does not flash"


def test_what_the_server_says_goes_before_what_is_remembered(tmp_path: Path) -> None:
    memory.save(tmp_path, memory.lasting(view(CLOSED)))
    stand = Stand(tmp_path)
    stand.hear(CALLED)
    stand.now += DASHES_S
    assert stand.truth.recall() is None
    assert stand.texts() == ["A012", None]


def test_only_a_change_is_written(tmp_path: Path) -> None:
    stand = Stand(tmp_path)
    stand.hear(CALLED, CLOSED)
    (tmp_path / memory.FILE).unlink()
    stand.hear(Sign(counter="1", state="idle"), CLOSED)
    assert not (tmp_path / memory.FILE).exists()
    stand.hear(Sign(counter="1", state="idle"), Sign(counter="2", state="idle"))
    assert memory.load(tmp_path) == view(Sign(counter="1", state="idle"), Sign(counter="2", state="idle"))


@pytest.mark.parametrize("found", [b"", b'{"timezone": "Europe/Riga", "line"', b'{"timezone": 7}'])
def test_a_memory_that_cannot_be_read_is_none(tmp_path: Path, found: bytes) -> None:
    (tmp_path / memory.FILE).write_bytes(found)
    stand = Stand(tmp_path)
    assert stand.truth.recall() is None
    assert stand.truth.line is None


def test_a_folder_that_cannot_be_written_stops_no_sign(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    stand = Stand(tmp_path / "file" / "folder")
    stand.hear(CALLED, CLOSED)
    assert stand.texts() == ["A012", None]
    assert "not remembered" in caplog.text


def test_a_sign_that_left_the_plan_is_dark() -> None:
    stand = Stand()
    stand.hear(CALLED, CLOSED)
    assert not stand.truth.leaves(LINE)
    one, other = PANELS
    for now in (None, replace(LINE, panels=(other,)), replace(LINE, port="/dev/ttyS1"), replace(LINE, driver="alpha")):
        stand.truth.hear(replace(view(CALLED, CLOSED), line=now))
        assert stand.truth.leaves(LINE)
        assert not stand.truth.want(one, NOW, driven=LINE).light
    stand.truth.hear(replace(view(CALLED, CLOSED), line=replace(LINE, width=6)))
    assert not stand.truth.leaves(LINE), "the same signs, so nothing goes dark between"
    assert stand.truth.want(one, NOW, driven=LINE).text == "A012"


def test_a_new_call_flashes_and_a_recall_again() -> None:
    stand = Stand()
    stand.hear(Sign(counter="1", state="idle"), CLOSED)
    stand.hear(CALLED, CLOSED)
    assert stand.truth.want(PANELS[0], NOW).flash
    stand.now += LINE.flash_s
    assert not stand.truth.want(PANELS[0], NOW).flash
    stand.hear(Sign(counter="1", state="called", number="A012", calls=2), CLOSED)
    assert stand.truth.want(PANELS[0], NOW).flash
