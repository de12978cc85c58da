"""A line of signs: the newest value, refreshed, found again after a cut; who does not answer is noted, and when it returns."""

import itertools
from datetime import UTC, datetime

import pytest

from config.plan import Line, Panel
from counter.panels import modbus
from counter.panels.session import PROBE_S, REOPEN_S, LineSession
from counter.panels.shown import Shown
from tests.counter.lines import FakeLine

NOW = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
PANELS = tuple(Panel(counter=str(n), address=n) for n in (1, 2, 3))


class Stand:
    """A session whose signs show what `texts` says, by counter."""

    def __init__(self, line: FakeLine, driver: str = "template", speed: int = 9600, panels: tuple[Panel, ...] = PANELS) -> None:
        self.texts = {panel.counter: "A001" for panel in panels}
        self.line = line
        plan = Line(
            code="hall", driver=driver, port="x", panels=panels, speed=speed, template="{addr}:{num:>4};", width=4,  # type: ignore[arg-type]
        )  # fmt: skip
        self.session = LineSession(plan, line, self._want, line.monotonic, lambda: NOW)

    def _want(self, panel: Panel, now: datetime) -> Shown:
        return Shown(text=self.texts[panel.counter])

    def run(self, seconds: float) -> None:
        """Steps as the program does, until so much time has passed."""
        until = self.line.now + seconds
        while self.line.now < until:
            if (wait := self.session.step()) > 0:
                self.session.listen(min(wait, until - self.line.now))


def modbus_line(dead: set[int]) -> FakeLine:
    """Slaves that acknowledge, but for the dead."""
    return FakeLine(lambda request: b"" if request[0] in dead else _acknowledged(request))


def _acknowledged(request: bytes) -> bytes:
    if request[1] == modbus.REGISTERS:
        return modbus._sealed(request[:6])
    return request


def test_everything_is_said_once_and_again_when_it_is_due() -> None:
    stand = Stand(line := FakeLine())
    stand.run(20)
    assert line.texts() == [b"1:A001;", b"2:A001;", b"3:A001;"]
    stand.texts["2"] = "A002"
    stand.run(5)
    assert line.texts() == [b"2:A002;"]
    stand.run(31)
    assert sorted(line.texts()) == [b"1:A001;", b"2:A002;", b"3:A001;"]


def test_the_newest_value_wins_on_a_slow_line() -> None:
    stand = Stand(line := FakeLine(), speed=300)
    for n in range(100):
        stand.texts = dict.fromkeys(stand.texts, f"B{n:03d}")
        stand.run(0.05)
    stand.run(2)
    said = line.texts()
    assert said[-3:] == [b"1:B099;", b"2:B099;", b"3:B099;"] or sorted(said[-3:]) == [b"1:B099;", b"2:B099;", b"3:B099;"]
    assert len(said) <= 7 / (7 * 10 / 300) + 1  # never faster than the line
    assert {data[:1] for data in said[:6]} == {b"1", b"2", b"3"}  # nobody starves


def test_bytes_are_never_sent_ahead_of_the_line() -> None:
    stand = Stand(line := FakeLine(), speed=1200)
    stand.run(3)
    times = [at for at, _ in line.written]
    assert all(later - earlier >= 7 * 10 / 1200 for earlier, later in itertools.pairwise(times))


def test_a_cut_line_is_found_again_and_says_everything() -> None:
    stand = Stand(line := FakeLine())
    stand.run(1)
    line.texts()
    line.there = False
    stand.run(5)
    assert stand.session.health.state == "lost"
    assert stand.session.health.detail == "no such line"
    stand.texts["3"] = "C007"
    line.there = True
    stand.run(REOPEN_S + 0.1)
    assert line.texts() == [b"1:A001;", b"2:A001;", b"3:C007;"]
    assert stand.session.health.state == "ok"


def test_a_dead_slave_is_noted_and_its_return_too(caplog: pytest.LogCaptureFixture) -> None:
    dead = {2}
    stand = Stand(line := modbus_line(dead), driver="modbus")
    stand.run(10)
    assert (stand.session.health.state, stand.session.health.silent) == ("silent", ("2",))
    asked = [at for at, data in line.written if data[0] == 2]
    assert len(asked) <= 3 + 10 / PROBE_S
    assert asked[1] - asked[0] == pytest.approx(0.2, abs=0.05)  # the reply's time-out
    assert sum("does not answer" in record.message for record in caplog.records) == 1
    stand.texts["2"] = "A044"
    dead.clear()
    stand.run(PROBE_S + 0.3)
    assert stand.session.health.state == "ok"
    assert line.written[-1][1] == modbus.write_text(2, 0, "A044").request
    assert sum("answers again" in record.message for record in caplog.records) == 1


def test_a_dead_slave_does_not_hold_up_the_others() -> None:
    stand = Stand(line := modbus_line({1, 2}), driver="modbus")
    stand.run(10)
    line.texts()
    began = line.now
    stand.texts["3"] = "A045"
    stand.run(0.3)
    assert line.written[0][0] - began < 0.25


def test_all_dead_then_back_within_two_seconds() -> None:
    panels = tuple(Panel(counter=str(n), address=n) for n in range(1, 17))
    dead = set(range(1, 17))
    stand = Stand(line := modbus_line(dead), driver="modbus", panels=panels)
    stand.run(20)
    assert len(stand.session.health.silent) == 16
    stand.texts = dict.fromkeys(stand.texts, "B100")
    dead.clear()
    line.texts()
    stand.run(2)
    assert {data[0] for data in line.texts() if b"B" in data} == set(range(1, 17))
    assert stand.session.health.state == "ok"


@pytest.mark.parametrize("noise", ["exception", "garbage", "half", "another"])
def test_an_answer_that_is_none(noise: str) -> None:
    def answer(request: bytes) -> bytes:
        good = _acknowledged(request)
        return {
            "exception": modbus._sealed(bytes((request[0], request[1] | 0x80, 2))),
            "garbage": b"\xff" * 8,
            "half": good[:5],
            "another": modbus._sealed(bytes((9,)) + request[1:6]),
        }[noise]

    stand = Stand(FakeLine(answer), driver="modbus")
    stand.run(10)
    assert stand.session.health.silent == ("1", "2", "3")


def test_an_answer_lost_once_is_asked_for_again() -> None:
    lost = [True, True]
    stand = Stand(line := FakeLine(lambda request: b"" if lost and lost.pop() else _acknowledged(request)), driver="modbus")
    stand.run(3)
    assert stand.session.health.state == "ok"
    assert [data[0] for _, data in line.written] == [1, 1, 1, 2, 3]


@pytest.mark.parametrize("noise", [b"\xff", b"\x00\x55\xaa", bytes(range(256))])
def test_a_line_full_of_noise_still_carries_the_numbers(noise: bytes) -> None:
    """Something on the line babbles for a minute: the signs are told all the same, and their answers found."""
    stand = Stand(line := modbus_line({2}), driver="modbus")
    stand.run(2)
    line.noise = noise
    for n in range(60):
        stand.texts = dict.fromkeys(stand.texts, f"C{n:03d}")
        line.texts()
        stand.run(1)
        told = line.texts()
        assert {modbus.write_text(unit, 0, f"C{n:03d}").request for unit in (1, 3)} <= set(told)
    assert stand.session.health.silent == ("2",)
    line.noise = b""
    stand.run(2)
    assert stand.session.health.silent == ("2",)
