"""The checklist: what the records say of each line, what a person says, and what a centre says otherwise."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from config.quality import Measure, standard
from server.domain.events import Delivered
from server.domain.floor import Visit
from server.quality.feedback import Feedback
from server.quality.indicators import indicators
from server.quality.measures import Figures, figures, together
from server.quality.rating import Rating
from server.quality.records import Records
from server.quality.standard import (
    Answer,
    Checked,
    Said,
    all_changes,
    answered,
    answers_until,
    changes_of,
    checked,
    lines,
    measured,
    set_line,
)
from tests.reports.made import leg, reason, served, visit
from tests.support import tiny_plan

LAST = date(2026, 3, 31)
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def rating(score: int) -> Rating:
    return Rating(day="2026-03-16", institution="VID", way="phone", score=score, settled=None, text="")


def delivered(**more: object) -> Delivered:
    facts = {"service": "S-1", "institution": "VID", "kind": "konsultacija", "channel": "klatiene", "outcome": "advised"}
    return Delivered(n=1, quantity=1, **{**facts, **more})  # type: ignore[arg-type]


def look(
    *visits: Visit, changes: Mapping[str, Said] = {}, ratings: tuple[Rating, ...] = (), said: tuple[Feedback, ...] = (),
    answers: tuple[Answer, ...] = (),
) -> dict[str, Checked]:  # fmt: skip
    found: dict[Measure, tuple[float | None, int]] = measured(
        lines(changes), tiny_plan(), figures([visits]), ratings, said, LAST.isoformat()
    )
    return {one.line.code: one for one in checked(changes, found, answers, LAST)}


def test_every_line_of_the_package_is_whole() -> None:
    every = standard()
    assert len({line.code for line in every}) == len(every)
    for line in every:
        assert set(line.text) == {"lv", "en"}, line.code
        assert (line.measure is None) == bool(line.proof), line.code
    assert {line.measure for line in every if line.measure} == set(measured(every, tiny_plan(), Figures(), (), (), "2026-03-31"))


def test_waits_are_held_against_the_limit_and_the_share() -> None:
    visits = [served(n, 10) for n in range(1, 9)] + [served(9, 20), served(10, 40)]
    found = look(*visits)
    assert (found["wait"].value, found["wait"].n, found["wait"].met) == (0.8, 10, "yes")
    assert (found["over"].value, found["over"].met) == (0.1, "no")
    stricter = look(*visits, changes={"wait": Said(target=0.8, within=5)})
    assert (stricter["wait"].value, stricter["wait"].met, stricter["wait"].own) == (0.0, "no", True)


def test_who_left_or_did_not_come_is_counted_of_all_numbers() -> None:
    gone = visit(3, leg(0), end="left")
    missed = visit(4, leg(0, 5, None, 10), end="no_show")
    found = look(served(1, 5), served(2, 5), gone, missed)
    assert (found["left"].value, found["no_show"].value) == (0.25, 0.25)
    assert {found["left"].met, found["no_show"].met} == {"no"}


def test_outcomes_say_what_was_settled_sent_on_and_recorded() -> None:
    sent = served(2, 5, delivered=(delivered(outcome="redirected", redirected_to="VSAA"),))
    blank = served(3, 5, delivered=(delivered(outcome=""),))
    found = look(served(1, 5), sent, blank, served(4, 5, delivered=()))
    assert found["settled"].value == pytest.approx(2 / 3)
    assert found["redirected"].value == pytest.approx(1 / 3)
    assert (found["recorded"].value, found["recorded"].n) == (0.5, 4)
    assert figures([[sent]]).elsewhere == {"VSAA": 1}


def test_parts_of_a_quarter_sum_up() -> None:
    first, second = [served(1, 5), visit(2, leg(0), end="left")], [served(3, 20)]
    assert together(figures([first]), figures([second])) == figures([first, second])
    assert together() == Figures()


def test_without_records_nothing_is_met_and_nothing_is_missed() -> None:
    found = look()
    assert {one.met for one in found.values() if one.line.measure and one.line.code != "accessible"} == {"unknown"}
    assert found["accessible"].met == "no", "the plan is always there: none of its counters is accessible"


def test_a_few_ratings_are_not_shown_as_met_or_missed() -> None:
    assert look(ratings=(rating(5),) * 4)["rated"].met == "few"
    assert look(ratings=(rating(5),) * 4 + (rating(1),))["rated"].met == "yes"


def test_complaints_count_once_they_are_over_or_late() -> None:
    def matter(id: str, **more: object) -> Feedback:
        facts = {
            "id": id, "day": "2026-03-01", "kind": "complaint", "about": "", "language": "lv", "text": "x", "owner": None,
            "state": "new", "due": "2026-04-30", "answered": None, "answer": "",
        }  # fmt: skip
        return Feedback(**{**facts, **more})  # type: ignore[arg-type]

    in_time = matter("1", state="answered", answered="2026-03-05")
    late = matter("2", state="answered", answered="2026-03-20", due="2026-03-10")
    waiting, overdue = matter("3"), matter("4", due="2026-03-30")
    assert look(said=(in_time, waiting))["answered"].met == "yes"
    found = look(said=(in_time, late, waiting, overdue, matter("5", kind="thanks", due="2026-03-02")))["answered"]
    assert (found.value, found.n, found.met) == (pytest.approx(1 / 3), 3, "no")


def test_an_answer_holds_for_its_months_and_the_newest_counts() -> None:
    def answer(day: date, how: str) -> Answer:
        return Answer(line="greet", day=day.isoformat(), answer=how, evidence="seen", by="manager")  # type: ignore[arg-type]

    early, newest = answer(date(2026, 2, 1), "no"), answer(date(2026, 3, 1), "partly")
    assert look()["greet"].met == "unknown"
    assert look(answers=(newest, early))["greet"].met == "partly"
    old = look(answers=(answer(LAST - timedelta(days=100), "yes"),))["greet"]
    assert (old.met, old.due) == ("unknown", True)
    later = answer(LAST + timedelta(days=1), "no")
    assert look(answers=(newest, later))["greet"].met == "partly", "not known yet in the period that is looked at"


def test_a_line_is_set_left_out_and_put_back(records: Records) -> None:
    def kept() -> dict[str, Said]:
        return changes_of(records.rows(all_changes()))

    def say(**form: str) -> dict[str, str]:
        faults, statements = set_line(form, "manager", NOW)
        records.write(*statements)
        return faults

    assert say(line="wait", target="75,5", within="20") == {}
    assert kept() == {"wait": Said(target=0.755, within=20)}
    assert say(line="wait", target="80", within="15") == {}
    assert kept() == {}, "as it comes with the program"
    assert say(line="ramp", off="1") == {}
    assert "ramp" not in look(changes=kept())
    assert [line.code for line in lines(kept()) if line.off] == ["ramp"]
    assert list(say(line="wait", target="120", within="0")) == ["target", "within"]
    assert list(say(line="nothing")) == ["line"]


def test_an_answer_needs_evidence_without_personal_data(records: Records) -> None:
    whole = {"line": "greet", "answer": "yes", "day": "2026-03-20", "evidence": "4. lodziņš, 7 sekundes"}
    faults, statements = answered(whole, "manager", date(2026, 3, 20), ())
    assert faults == {}
    records.write(*statements)
    (one,) = records.find(answers_until(LAST), Answer)
    assert (one.line, one.answer, one.evidence, one.by) == ("greet", "yes", "4. lodziņš, 7 sekundes", "manager")
    for name, wrong in (
        ("line", "wait"), ("answer", "maybe"), ("day", "2026-03-21"), ("day", "soon"), ("evidence", ""),
        ("evidence", "Jānis 010190-12349"),
    ):  # fmt: skip
        faults, statements = answered({**whole, name: wrong}, "manager", date(2026, 3, 20), ())
        assert (list(faults), statements) == ([name], []), wrong


def test_indicators_have_a_definition_and_a_source() -> None:
    chosen = leg(0, 5, 5, 9, reason=reason("chosen"), note="bērns raud")
    every = indicators(figures([[served(1, 5), visit(2, chosen, end="served")]]), tiny_plan(), (), (None, 0))
    assert all(one.means and one.source for one in every)
    assert {one.group for one in every} == {"burden", "efficiency", "access", "transparency"}
    by_title = {one.title: one for one in every}
    assert by_title["Calls out of order with a reason"].value == 1.0
    assert by_title["Wait, P50"].value == 300
    assert by_title["With a wish for help"].value is None, "too few to show"
