"""Complaints, findings, filled forms, training and tips: what is kept, what is refused, and what is forgotten when."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from config.quality import forms, tips
from server.quality import feedback, findings, inquiries, training
from server.quality.feedback import Feedback
from server.quality.findings import Finding
from server.quality.inquiries import Sheet
from server.quality.keeping import erase_before, turn
from server.quality.periods import Quarter, chosen, days, latest, months_back, quarter_of
from server.quality.rating import Ratings
from server.quality.records import Records, Step
from server.quality.training import Course, calendar
from server.store.quality_schema import feedback_contacts, quality_steps
from server.store.quality_schema import ratings as rating_rows
from tests.support import tiny_plan

TODAY = date(2026, 3, 16)
STAFF = {"manager": "Anna", "clerk1": "Ilze"}
WROTE = {"kind": "complaint", "about": "VSAA", "text": "Nebija kur apsēsties.", "contact": "janis@example.org"}


def wrote(records: Records, on: date = TODAY, **more: str) -> Feedback:
    """A visitor wrote it."""
    faults, statements = feedback.said({**WROTE, **more}, tiny_plan(), "lv", on)
    assert faults == {}
    before = {one.id for one in records.find(feedback.every("2000-01-01"), Feedback)}
    records.write(*statements)
    (one,) = (one for one in records.find(feedback.every("2000-01-01"), Feedback) if one.id not in before)
    return one


def contacts(records: Records) -> list[str]:
    return [row["contact"] for row in records.rows(select(feedback_contacts.c.contact))]


def test_a_complaint_has_a_day_by_which_it_is_answered_and_its_contact_beside(records: Records) -> None:
    one = wrote(records)
    assert (one.kind, one.about, one.state, one.due) == ("complaint", "VSAA", "new", "2026-04-15")
    assert WROTE["contact"] not in repr(one)
    assert contacts(records) == [WROTE["contact"]]
    assert not one.late("2026-04-15")
    assert one.late("2026-04-16")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "threat"}, "kind"),
        ({"about": "nobody"}, "about"),
        ({"text": " "}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "mans kods ir 010190-12349"}, "text"),
        ({"text": "konts LV80BANK0000435195001"}, "text"),
        ({"contact": "x" * 121}, "contact"),
    ],
)
def test_a_fault_names_the_field(more: dict[str, str], field: str) -> None:
    faults, statements = feedback.said({**WROTE, **more}, tiny_plan(), "lv", TODAY)
    assert (list(faults), statements) == ([field], [])


def test_what_is_done_is_noted_and_an_answer_needs_words(records: Records) -> None:
    one = wrote(records)
    form = {"owner": "clerk1", "state": "answered", "due": one.due, "answer": ""}
    assert list(feedback.changed(one, form, STAFF, "manager", TODAY)[0]) == ["answer"]
    before = (date.fromisoformat(one.day) - timedelta(days=1)).isoformat()
    assert list(feedback.changed(one, {**form, "answer": "Jā.", "due": before}, STAFF, "manager", TODAY)[0]) == ["due"]
    assert feedback.changed(one, {**form, "answer": "Jā.", "due": one.day}, STAFF, "manager", TODAY)[0] == {}
    faults, statements = feedback.changed(one, {**form, "answer": "Krēsli būs."}, STAFF, "manager", TODAY)
    assert faults == {}
    records.write(*statements)
    (now,) = records.find(feedback.of(one.id), Feedback)
    assert (now.owner, now.state, now.answered, now.answer) == ("clerk1", "answered", "2026-03-16", "Krēsli būs.")
    (step,) = records.find(findings.steps(one.id), Step)
    assert (step.by, step.what) == ("manager", "owner=clerk1 state=answered answer")
    assert feedback.changed(now, {**form, "answer": "Krēsli būs."}, STAFF, "manager", TODAY) == ({}, []), "nothing new"


def test_the_contact_goes_thirty_days_after_the_answer(records: Records) -> None:
    done, waiting = wrote(records), wrote(records, contact="28 111 222")
    form = {"owner": "", "state": "closed", "due": done.due, "answer": ""}
    records.write(*feedback.changed(done, form, STAFF, "manager", TODAY)[1])
    for later, left in ((29, 2), (30, 1), (400, 1)):
        turn(records, Ratings(records), (TODAY + timedelta(days=later)).isoformat())
        assert len(contacts(records)) == left, later
    assert records.rows(feedback.contact_of(waiting.id)) == [{"contact": "28 111 222"}], "nobody answered it yet"


def found(records: Records, **more: str) -> Finding:
    form = {"source": "line", "of": "ramp", "text": "Slieksnis 3 cm.", "owner": "clerk1", "due": "2026-03-30", **more}
    faults, statements = findings.found(form, STAFF, "manager", TODAY, ())
    assert faults == {}
    records.write(*statements)
    return records.find(findings.every("2000-01-01"), Finding)[-1]


def test_a_finding_has_an_owner_a_day_and_a_history(records: Records) -> None:
    one = found(records)
    assert (one.owner, one.due, one.state, one.closed) == ("clerk1", "2026-03-30", "open", None)
    assert (one.late("2026-03-30"), one.late("2026-03-31")) == (False, True)
    done = {"owner": "manager", "due": "2026-03-30", "state": "done"}
    assert list(findings.changed(one, done, STAFF, "manager", TODAY, ())[0]) == ["note"], "what was done?"
    records.write(*findings.changed(one, {**done, "note": "Plāksne uzlikta."}, STAFF, "manager", TODAY, ())[1])
    (now,) = records.find(findings.of(one.id), Finding)
    assert (now.state, now.closed, now.late("2027-01-01")) == ("done", "2026-03-16", False)
    assert [step.what for step in records.find(findings.steps(one.id), Step)][-1] == "owner=manager state=done · Plāksne uzlikta."


_WRONG = ({"source": "rumour"}, {"text": ""}, {"owner": "nobody"}, {"due": "soon"}, {"due": "2026-03-15"})


@pytest.mark.parametrize("wrong", _WRONG)
def test_a_finding_is_whole(wrong: dict[str, str]) -> None:
    form = {"source": "own", "text": "x", "owner": "clerk1", "due": "2026-03-30", **wrong}
    faults, statements = findings.found(form, STAFF, "manager", TODAY, ())
    assert (list(faults), statements) == (list(wrong), [])


def test_the_forms_of_the_package_are_whole() -> None:
    assert set(forms()) == {"mystery", "staff", "visitor", "back_office"}
    for form in forms().values():
        codes = [one.code for one in form.questions]
        assert len(set(codes)) == len(codes), form.code
        assert "day" not in codes
        for one in form.questions:
            assert set(one.text) == {"lv", "en"}, (form.code, one.code)
            assert bool(one.options) == (one.kind == "choice")
            assert bool(one.unit) == (one.kind == "number")


def sheet(records: Records, code: str, **said: str) -> dict[str, str]:
    faults, statements = inquiries.filled(forms()[code], {"day": "2026-03-16", **said}, "manager", TODAY, ())
    records.write(*statements)
    return faults


def test_sheets_say_together_how_often_and_how_much(records: Records) -> None:
    for wait, told, attention in (("5", "yes", "4"), ("10,5", "no", "5"), ("", "yes", "")):
        assert sheet(records, "mystery", wait=wait, told=told, attention=attention, better="Norāde pie kāpnēm") == {}
    n, results = inquiries.results(forms()["mystery"], records.find(inquiries.between(TODAY, TODAY), Sheet))
    by_code = {one.question.code: one for one in results}
    assert n == 3
    assert (by_code["wait"].n, by_code["wait"].mean) == (2, 7.75)
    assert by_code["told"].counts == {"yes": 2, "no": 1}
    assert by_code["attention"].mean == 4.5
    assert by_code["better"].texts == ("Norāde pie kāpnēm",) * 3


def test_of_few_interviews_no_answer_is_shown(records: Records) -> None:
    for _ in range(4):
        sheet(records, "staff", standard="yes")
    sheets = records.find(inquiries.between(TODAY, TODAY), Sheet)
    assert inquiries.results(forms()["staff"], sheets) == (4, [])
    sheet(records, "staff", standard="no")
    n, results = inquiries.results(forms()["staff"], records.find(inquiries.between(TODAY, TODAY), Sheet))
    assert (n, results[0].counts) == (5, {"yes": 4, "no": 1})


def test_a_sheet_says_what_is_wrong_with_it(records: Records) -> None:
    assert list(sheet(records, "mystery")) == ["hours"], "something must be answered"
    assert list(sheet(records, "mystery", told="perhaps", wait="long", better="Jānis, 29123456")) == ["wait", "told", "better"]
    assert list(sheet(records, "mystery", told="yes", day="2026-03-17")) == ["day"]
    assert records.find(inquiries.between(TODAY, TODAY), Sheet) == []


def test_training_is_logged_by_person_in_hours(records: Records) -> None:
    form = {"person": "clerk1", "day": "2026-03-10", "title": "Vieglā valoda", "hours": "2,5"}
    records.write(*training.course(form, STAFF, "manager", TODAY)[1])
    (one,) = records.find(training.courses_since(date(2026, 3, 1)), Course)
    assert (one.person, one.minutes) == ("clerk1", 150)
    assert list(training.course({**form, "person": "x", "hours": "0"}, STAFF, "manager", TODAY)[0]) == ["person", "hours"]


def test_the_year_says_what_is_due_now_and_what_comes_soon(records: Records) -> None:
    for one in tips():
        assert training.tip({"code": one.code, "title": "x", "season": training.season_said(one.season)}, ())[0] == {}, one.code
    march = {one.code: one for one in calendar((), (), "lv", TODAY)}
    assert march["declaration"].state == "now"
    assert march["area_payments"].state == "later"
    assert {one.code: one.state for one in calendar((), (), "lv", date(2026, 3, 25))}["area_payments"] == "soon"
    winter = {one.code: one.state for one in calendar((), (), "lv", date(2026, 1, 5))}
    assert winter["heating"] == "now", "a season over the turn of the year"
    records.write(*training.tip({"code": "heating", "title": "Apkure", "off": "1"}, ())[1])
    records.write(*training.tip({"title": "Pūķa svētki", "season": "20.6. - 25.06"}, ())[1])
    own = calendar(records.rows(training.all_tips()), (), "lv", TODAY)
    assert "heating" not in {one.code for one in own}
    assert "Pūķa svētki" in {one.title for one in own}
    assert list(training.tip({"title": "", "season": "31.4.–1.5.", "slide": "none"}, ())[0]) == ["title", "season", "slide"]


def test_old_words_go_and_figures_stay(records: Records) -> None:
    old, bound = TODAY - timedelta(days=500), "2025-06-01"
    row = {"id": "1", "day": old.isoformat(), "hour": 9, "institution": "VID", "way": "phone", "score": 2, "text": "Ilgi."}
    records.write(rating_rows.insert().values(row))
    closed, waiting = wrote(records, old), wrote(records, old, contact="")
    form = {"owner": "", "state": "closed", "due": closed.due, "answer": "Nē."}
    records.write(*feedback.changed(closed, form, STAFF, "manager", old)[1])
    sheets = inquiries.filled(forms()["mystery"], {"day": old.isoformat(), "told": "yes", "better": "Vārdi"}, "m", old, ())[1]
    records.write(*sheets)
    fresh = found(records)
    counts: dict[str, int] = {}
    records.work(lambda connection: counts.update(erase_before(connection, bound)))
    assert counts == {
        "feedback_contacts": 1, "rating_texts": 1, "feedback_texts": 1, "finding_texts": 0, "evidence": 0, "form_texts": 1,
        "steps": 1, "rated": 0,
    }  # fmt: skip
    by_id = {one.id: one for one in records.find(feedback.every("2000-01-01"), Feedback)}
    assert (by_id[closed.id].text, by_id[closed.id].answer, by_id[closed.id].kind) == ("", "", "complaint")
    assert by_id[waiting.id].text == WROTE["text"], "still open"
    (kept,) = records.rows(select(rating_rows))
    assert (kept["score"], kept["text"]) == (2, "")
    assert [one.answers for one in records.find(inquiries.between(old, old), Sheet)] == ['{"told":"yes"}']
    assert records.rows(select(quality_steps.c.of)) == [{"of": fresh.id}]
    records.work(lambda connection: counts.update(erase_before(connection, bound)))
    assert set(counts.values()) == {0}, "a second time there is nothing left"


def test_quarters() -> None:
    quarter = quarter_of(TODAY)
    assert (str(quarter), quarter.first, quarter.last) == ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31))
    assert quarter.months == ("2026-01", "2026-02", "2026-03")
    assert (quarter.before, Quarter(2026, 4).after) == (Quarter(2025, 4), Quarter(2027, 1))
    assert (days(quarter, TODAY)[0], days(quarter, TODAY)[-1]) == ("2026-01-01", "2026-03-16")
    assert chosen("2025-Q4", TODAY) == Quarter(2025, 4)
    assert {chosen(text, TODAY) for text in ("", "2026-Q5", "2026-Q2", "1999-Q1", "x")} == {quarter}
    assert latest(TODAY)[-1] == Quarter(2024, 1)
    assert months_back("2026-02", 3) == ("2025-12", "2026-01", "2026-02")
