"""What a touch comes to: the server's number, the number that it gave without saying so, or one of the kiosk's own."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from kiosk.clock import Moment, microseconds_of
from kiosk.memory import Remembered
from kiosk.numbers import Numbers, likely_slip, reserve_slip
from kiosk.pace import Limit, Pace, limits
from kiosk.reserve import Reserve
from kiosk.shapes import SlipJob
from server.protocol import Answer, CommandMessage, visit_of
from tests.kiosk.shown import a_menu, riga

GIVEN = Answer(ok=True, position=1, result={"visit": "v", "number": "A001", "token": "t"})


class Line:
    """The link, with the answers that it will give; None for one that does not come."""

    def __init__(self, *answers: Answer | None, up: bool = True) -> None:
        self.answers, self.up, self.since = list(answers), up, time.time() - 60
        self.asked: list[tuple[CommandMessage, float]] = []

    def submit(self, message: CommandMessage, within_s: float = 10.0) -> Answer | None:
        self.asked.append((message, within_s))
        return self.answers.pop(0)


class Kiosk:
    """Numbers over a line, at nine o'clock."""

    def __init__(self, folder: Path, line: Line, limits: tuple[Limit, ...] = ()) -> None:
        self.line, self.slips, self.second = line, dict[UUID, SlipJob](), 0.0
        self.wall, self.boot = microseconds_of(riga(9)), "b"
        self.remembered: Remembered | None = Remembered(at=self.wall, menu=a_menu(reserve_used=4))
        lock = threading.RLock()
        self.reserve = Reserve(folder / "reserve.db", lambda: Moment(wall=self.wall, boot=1, boot_id=self.boot), lock)
        self.numbers = Numbers(
            line, self.reserve, lock, lambda: self.remembered, self.slips.get, limits, timer=lambda: self.second
        )

    def take(self, id: UUID | None = None, **data: object) -> Answer:
        message = CommandMessage(id=id or uuid4(), name="TakeTicket", data={"service": "VID-01", **data})
        return self.numbers.take(message)

    def number(self, id: UUID | None = None, **data: object) -> str:
        answer = self.take(id, **data)
        assert answer.ok, answer
        assert answer.result
        return str(answer.result["number"])


def slip(visit: UUID, number: str) -> SlipJob:
    return SlipJob(
        visit=visit, number=number, service={"lv": "Pensija"}, institution={"lv": "VSAA"}, language="lv",
        issued=datetime.now(UTC), ahead=2, low=5, high=9, token="tok", waiting=True,
    )  # fmt: skip


def test_the_servers_number_is_handed_on_and_stays_with_the_touch(tmp_path: Path) -> None:
    kiosk, id = Kiosk(tmp_path, Line(GIVEN)), uuid4()
    assert kiosk.take(id) == GIVEN
    assert kiosk.take(id) == GIVEN
    assert len(kiosk.line.asked) == 1
    assert kiosk.reserve.rows() == ()


def test_without_a_link_the_number_is_our_own_at_once(tmp_path: Path) -> None:
    kiosk, id = Kiosk(tmp_path, Line(up=False)), uuid4()
    answer = kiosk.take(id, language="en", needs=["accessible"])
    assert kiosk.line.asked == [], "nobody waits for a link that has been down for a minute"
    (row,) = kiosk.reserve.rows()
    assert answer.result == {
        "visit": str(row.visit), "number": "X005", "service": "VID-01", "token": "", "ahead": 0, "due": None,
        "promise": {"low": None, "high": None}, "linked": [], "reserve": True,
    }  # fmt: skip
    assert (row.language, row.needs, row.instead) == ("en", ("accessible",), visit_of(id))
    assert kiosk.take(id) == answer


def test_an_unanswered_touch_gets_our_own_within_four_seconds_and_the_next_ones_wait_less(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(None, None, GIVEN, None))
    assert [kiosk.number(), kiosk.number(), kiosk.number(), kiosk.number()] == ["X005", "X006", "A001", "X007"]
    first, second, _, fourth = (within for _, within in kiosk.line.asked)
    assert second < first < 4.0
    assert fourth == first, "it has answered in between"
    assert kiosk.numbers.alone
    kiosk.numbers.heard()
    assert not kiosk.numbers.alone


def test_a_number_that_took_effect_is_used_when_its_slip_is_here(tmp_path: Path) -> None:
    kiosk, id = Kiosk(tmp_path, Line(None)), uuid4()
    kiosk.slips[visit_of(id)] = slip(visit_of(id), "B012")
    answer = kiosk.take(id, service="VSAA-01")
    assert answer.result
    assert (answer.result["number"], answer.result["token"], answer.result["service"]) == ("B012", "tok", "VSAA-01")
    assert answer.result["promise"] == {"low": 5, "high": 9}
    assert kiosk.reserve.rows() == ()


def test_several_services_get_linked_numbers(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False))
    assert kiosk.take(more=["VSAA-01"]).code == "none_left"
    services = tuple(replace(one, open=True, left=None) for one in a_menu().services)
    kiosk.remembered = Remembered(at=kiosk.wall, menu=a_menu(reserve_used=4, services=services))
    answer = kiosk.take(more=["VSAA-01", "VID-01", "gone"])
    assert answer.result
    assert answer.result["number"] == "X005"
    assert [(one["number"], one["service"]) for one in answer.result["linked"]] == [("X006", "VSAA-01")]


def test_hours_hold_without_the_server(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False))
    kiosk.wall = microseconds_of(riga(18))
    answer = kiosk.take()
    assert (answer.ok, answer.code) == (False, "closed_now")
    assert answer.text == "Centrs šobrīd ir slēgts. Numurus atkal izsniegs 17.03.2026. no plkst. 8:30."
    assert kiosk.reserve.rows() == ()


def test_what_is_used_up_or_shut_today_is_refused_and_is_there_again_tomorrow(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False))
    answer = kiosk.take(service="VSAA-01")
    assert (answer.code, answer.text) == ("none_left", "Šim pakalpojumam šodien numuru vairs nav.")
    assert kiosk.remembered
    first, second = kiosk.remembered.menu.services
    kiosk.remembered = replace(kiosk.remembered, menu=a_menu(services=(first, replace(second, left=None))))
    assert kiosk.take(service="VSAA-01").code == "queue_closed"
    assert kiosk.reserve.rows() == ()
    kiosk.wall = microseconds_of(riga(9, day=17))
    assert kiosk.number(service="VSAA-01") == "X001"


def test_while_nobody_knows_what_time_it_is_numbers_are_given(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False))
    kiosk.wall = microseconds_of(riga(18))  # long closed
    kiosk.reserve.heard(kiosk.wall)
    kiosk.boot = "after a power cut"
    kiosk.wall = microseconds_of(datetime(1970, 1, 1, tzinfo=UTC))
    assert kiosk.take(service="VSAA-01").ok
    kiosk.wall = microseconds_of(riga(20))
    assert kiosk.take().code == "closed_now"


def test_the_last_number_is_given_some_minutes_before_closing(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False))
    kiosk.remembered = Remembered(at=kiosk.wall, menu=a_menu(last_ticket=15))
    kiosk.wall = microseconds_of(riga(16, 44))
    assert kiosk.number() == "X001"
    kiosk.wall = microseconds_of(riga(16, 45))
    answer = kiosk.take()
    assert answer.code == "too_late"
    assert answer.text == (
        "Numurus šodien vairs neizsniedz: centrs slēdzas plkst. 17:00. Numurus atkal izsniegs 17.03.2026. no plkst. 8:30."
    )


def test_the_paper_of_a_sensitive_service_names_only_its_institution(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False))
    kiosk.number()
    (row,) = kiosk.reserve.rows()
    assert kiosk.remembered
    first, second = kiosk.remembered.menu.services
    told = replace(first, bring={"lv": "Pase"})
    open_, shut = (
        reserve_slip(row, replace(kiosk.remembered, menu=a_menu(services=(replace(told, sensitive=sensitive), second))))
        for sensitive in (False, True)
    )
    assert (open_.service, open_.institution, open_.bring) == (first.name, {"lv": "VID"}, {"lv": "Pase"})
    assert (shut.service, shut.institution, shut.bring) == ({"lv": "VID"}, {}, {})
    assert shut.where == open_.where


def test_the_slip_that_is_drawn_ahead_is_the_one_that_the_server_wants(tmp_path: Path) -> None:
    kiosk, id = Kiosk(tmp_path, Line(up=False)), uuid4()
    result = {
        "visit": str(id), "number": "A007", "service": "VID-01", "token": "tok", "ahead": 2, "due": None,
        "promise": {"low": 5, "high": 9}, "linked": [{"number": "B001"}],
    }  # fmt: skip
    assert likely_slip(result, "en", riga(9), kiosk.remembered) == SlipJob(
        visit=id, number="A007", service={"lv": "Deklarācija", "en": "Tax return"}, institution={"lv": "VID"}, language="en",
        issued=riga(9), ahead=2, low=5, high=9, token="tok", waiting=True, where={"lv": "Zāle, 1. stāvs"}, party=("A007", "B001"),
    )  # fmt: skip


def test_without_a_menu_or_a_disk_a_person_is_needed(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False))
    kiosk.reserve.close()
    answer = kiosk.take()
    assert (answer.code, answer.text) == ("not_stored", "Šobrīd nevar izsniegt numuru. Lūdzu, pasauciet darbinieku.")
    kiosk.remembered = None
    assert kiosk.take().code == "no_link"


def test_an_appointment_needs_the_server_and_the_visitor_is_told_what_to_do(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False))
    message = CommandMessage(id=uuid4(), name="CheckIn", data={"code": "123456"})
    answer = kiosk.numbers.relay(message, "Appointments cannot be looked up now. Please take a number.")
    assert (answer.code, answer.text) == ("no_link", "Pierakstus šobrīd nevar pārbaudīt. Lūdzu, saņemiet numuru.")


def test_a_child_who_presses_everything_is_slowed_down(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False), limits=(Limit(3, 30.0),))
    first = uuid4()
    assert [kiosk.number(first), kiosk.number(), kiosk.number()] == ["X005", "X006", "X007"]
    assert kiosk.take().code == "too_fast"
    assert kiosk.number(first) == "X005", "what was given is told again"
    kiosk.second = 30.0
    assert kiosk.number() == "X008"


def test_what_is_refused_does_not_count(tmp_path: Path) -> None:
    no = Answer(ok=False, code="none_left", text="")
    kiosk = Kiosk(tmp_path, Line(no, no, no, GIVEN), limits=(Limit(1, 30.0),))
    assert [kiosk.take().code for _ in range(3)] == ["none_left"] * 3
    assert kiosk.take() == GIVEN


def test_limits_are_written_as_numbers_in_seconds() -> None:
    assert limits("6/30, 40/600") == (Limit(6, 30.0), Limit(40, 600.0))
    assert limits("") == ()
    for wrong in ("6", "0/30", "6/0", "a/b"):
        with pytest.raises(ValueError, match="is not a limit"):
            limits(wrong)
    assert Pace(()).allows(0.0)


def test_the_slip_of_a_reserve_number_says_what_the_menu_knows(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path, Line(up=False))
    kiosk.take(language="en")
    (row,) = kiosk.reserve.rows()
    paper = reserve_slip(row, kiosk.remembered)
    assert (paper.number, paper.reserve, paper.token, paper.issued) == ("X005", True, "", riga(9))
    assert paper.service == {"lv": "Deklarācija", "en": "Tax return"}
    assert paper.where == {"lv": "Zāle, 1. stāvs"}
    assert paper.party == ()
    assert reserve_slip(row, kiosk.remembered, ("X005", "X006")).party == ("X005", "X006")
    assert reserve_slip(row, None).service == {"lv": ""}, "nobody knows whether it is sensitive"
