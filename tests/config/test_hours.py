"""Opening hours as the centres publish them, on real days of 2026."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.hours import (
    WEEKDAYS,
    Opening,
    Span,
    closing,
    dates,
    day_spans,
    instant,
    next_opening,
    opening,
    openings,
    season,
    spans,
    week,
)  # fmt: skip
from config.plan import Exceptional, Hours, OpenHours

RIGA = "Europe/Riga"
WEEK = WEEKDAYS[:5]
PLAIN = (OpenHours(days=WEEK, spans="8:30-17:00"),)


def at(text: str, *, fold: int = 0) -> datetime:
    """An instant, by the clock on a wall in Riga."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(RIGA), fold=fold).astimezone(UTC)


def shown(found: tuple[Span, ...]) -> str:
    """Spans as one would write them."""
    return "; ".join("-".join(f"{minute // 60}:{minute % 60:02}" for minute in span) for span in found)


def on(hours: Hours | tuple[OpenHours, ...] | None, day: str) -> str:
    """The spans of a day."""
    return shown(day_spans(hours, date.fromisoformat(day)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8:30-12:00; 12:20-17:00", "8:30-12:00; 12:20-17:00"),
        ("8:00 – 17.00", "8:00-17:00"),
        ("8.00—17.00", "8:00-17:00"),
        ("8:30\u201112:00,\t12.20\u221217:00", "8:30-12:00; 12:20-17:00"),
        ("8:30 &ndash; 12:00", "8:30-12:00"),
        ("\t9.00 līdz 12.00 / 13.00 līdz 18.00 ", "9:00-12:00; 13:00-18:00"),
        ("8–14", "8:00-14:00"),
        ("12:20-17:00; 8:30-12:00", "8:30-12:00; 12:20-17:00"),
        ("8:00-12:00; 12:00-17:00", "8:00-17:00"),
        ("0:00-24:00", "0:00-24:00"),
        ("slēgts", ""),
        ("Slēgts", ""),
        ("—", ""),
        ("  ", ""),
        ("", ""),
    ],
)
def test_hours_as_people_write_them(text: str, expected: str) -> None:
    assert shown(spans(text)) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("8:30", '"8:30" is not a stretch of time such as 8:30-12:00'),
        ("8:30-12:00;", '"" is not a stretch of time'),
        ("no rīta", '"no rīta" is not'),
        ("8:30-", '"8:30-" is not'),
        ("8:3-9:00", '"8:3-9:00" is not'),
        ("12:00-8:30", '"12:00-8:30" ends before it begins'),
        ("8:30-8:30", "ends before it begins"),
        ("8:30-24:01", "there is no time 24:01"),
        ("8:60-9:00", "there is no time 8:60"),
        ("25-26", "there is no time 25:00"),
        ("8:30-12:00; 11:59-17:00", "8:30-12:00 and 11:59-17:00 overlap"),
        ("8-17; 9-10", "8:00-17:00 and 9:00-10:00 overlap"),
    ],
)
def test_what_is_wrong_is_named(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        spans(text)
    assert words in str(caught.value)


@given(st.sets(st.integers(0, 1440), min_size=2, max_size=8), st.sampled_from("-–—"), st.sampled_from(".:"))
def test_any_spans_come_back(minutes: set[int], dash: str, colon: str) -> None:
    edges = sorted(minutes)
    wanted = tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))
    text = "; ".join(f"{a // 60}{colon}{a % 60:02} {dash} {b // 60}{colon}{b % 60:02}" for a, b in wanted)
    assert spans(text) == wanted


def test_seasons_and_dates() -> None:
    assert season("10-01/05-31") == ("10-01", "05-31")
    assert dates("2026-12-24") == (date(2026, 12, 24), date(2026, 12, 24))
    assert dates("2026-12-24/2026-12-26") == (date(2026, 12, 24), date(2026, 12, 26))
    for read, text in ((season, "10-01"), (season, "13-01/05-31"), (dates, "24.12.2026."), (dates, "2026-12-24/2026-12-23")):
        with pytest.raises(ValueError, match=text.split("/")[0]):
            read(text)


def test_who_has_no_hours_is_always_open() -> None:
    for always in (None, ()):
        assert on(always, "2026-12-25") == "0:00-24:00"
        assert closing(always, at("2026-03-16T10:00"), RIGA) is None
        assert next_opening(always, at("2026-03-16T10:00"), RIGA) is None
        assert opening(always, at("2026-03-16T10:00"), RIGA) == (at("2026-03-16T00:00"), at("2026-03-17T00:00"))


def test_the_more_special_rule_goes_before_the_plainer_one() -> None:
    hours = Hours(
        regular=(
            OpenHours(days=("wed",), spans="9-10", nth=(2,)),
            OpenHours(days=("wed",), spans="9-11", season="06-01/08-31"),
            OpenHours(days=(*WEEK, "sat"), spans="9-12"),
            OpenHours(days=("mon",), spans="9-13"),
            OpenHours(days=("wed", "sat"), spans="9-14", season="06-01/08-31"),
        ),
        exceptions=(Exceptional(date="2026-06-08/2026-06-12", spans="9-15"), Exceptional(date="2026-06-10", spans="9-16")),
    )
    assert on(hours, "2026-03-17") == "9:00-12:00"
    assert on(hours, "2026-03-16") == "9:00-13:00", "among equals the last"
    assert on(hours, "2026-07-15") == "9:00-14:00", "a season before a plain rule; not the second Wednesday, which is the 8th"
    assert on(hours, "2026-07-08") == "9:00-10:00", "an n-th weekday before a season, wherever it stands"
    assert on(hours, "2026-06-09") == "9:00-15:00"
    assert on(hours, "2026-06-10") == "9:00-16:00", "an exception before the second Wednesday, the last before others"
    assert on(hours, "2026-03-15") == ""


@pytest.mark.parametrize(
    ("nth", "open_on"),
    [((1,), [7]), ((2,), [14]), ((3,), [21]), ((4,), [28]), ((5,), []), ((-1,), [28]), ((1, 3), [7, 21])],
)
def test_nth_weekdays(nth: tuple[int, ...], open_on: list[int]) -> None:
    rule = (OpenHours(days=("wed",), spans="9-12", nth=nth),)
    assert [day for day in range(1, 32) if on(rule, f"2026-01-{day:02}")] == open_on


def test_the_fifth_and_the_last_weekday() -> None:
    rule = (OpenHours(days=("fri",), spans="9-12", nth=(5,)),)
    assert [day for day in range(1, 32) if on(rule, f"2026-01-{day:02}")] == [30]
    rule = (OpenHours(days=("sat",), spans="9-12", nth=(-1,)),)
    assert [on(rule, day) for day in ("2026-02-21", "2026-02-28")] == ["", "9:00-12:00"]


def test_a_season_has_both_its_ends_and_may_pass_new_year() -> None:
    winter = (OpenHours(days=WEEKDAYS, spans="9-12", season="10-01/05-31"),)
    days = ("2026-09-30", "2026-10-01", "2026-12-31", "2027-01-01", "2027-05-31", "2027-06-01")
    assert [bool(on(winter, day)) for day in days] == [False, True, True, True, True, False]
    leap = (OpenHours(days=WEEKDAYS, spans="9-12", season="02-29/03-01"),)
    assert [bool(on(leap, day)) for day in ("2026-02-28", "2026-03-01", "2028-02-29")] == [False, True, True]


def test_public_holidays_days_off_and_the_saturdays_worked_instead() -> None:
    hours = Hours(regular=(*PLAIN, OpenHours(days=("fri",), spans="8:30-14:00")))
    closed = ("2026-01-01", "2026-01-02", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-04", "2026-06-22", "2026-06-23")
    for day in (*closed, "2026-06-24", "2026-11-18", "2026-12-24", "2026-12-31"):
        assert on(hours, day) == "", day
    assert on(hours, "2026-06-25") == "8:30-17:00"
    assert on(hours, "2026-01-17") == "8:30-14:00", "a Saturday worked for Friday, 2 January"
    assert on(hours, "2026-06-27") == "8:30-17:00", "a Saturday worked for Monday, 22 June"
    assert on(hours, "2026-06-20") == ""
    assert on(Hours(regular=PLAIN, holidays=False), "2026-06-23") == "8:30-17:00"
    midsummer = Hours(regular=PLAIN, exceptions=(Exceptional(date="2026-06-23", spans="10-12"),))
    assert on(midsummer, "2026-06-23") == "10:00-12:00", "an exception goes before a holiday"


def test_the_day_before_a_holiday_is_short() -> None:
    lunch = (OpenHours(days=WEEK, spans="8:30-12:00; 12:20-17:00"),)
    hours = Hours(regular=lunch, short_before_holiday=60)
    assert on(hours, "2026-11-17") == "8:30-12:00; 12:20-16:00"
    assert on(hours, "2026-11-16") == "8:30-12:00; 12:20-17:00"
    assert on(hours, "2026-12-30") == "8:30-12:00; 12:20-16:00"
    assert on(Hours(regular=lunch, short_before_holiday=290), "2026-11-17") == "8:30-12:00", "more than the afternoon"
    assert on(Hours(regular=lunch, short_before_holiday=480), "2026-11-17") == "8:30-9:00"
    planned = Hours(regular=lunch, short_before_holiday=60, exceptions=(Exceptional(date="2026-11-17", spans="9-17"),))
    assert on(planned, "2026-11-17") == "9:00-17:00", "an exception says all"


def test_the_usual_week_of_a_season() -> None:
    rules = (
        OpenHours(days=("sat",), spans="10-14", season="09-01/05-31"),
        OpenHours(days=(*WEEK, "sat"), spans="8-12; 12:30-17"),
        OpenHours(days=("wed",), nth=(2,)),
    )  # fmt: skip
    found = week(rules, date(2026, 1, 14))
    assert tuple(found) == WEEKDAYS
    assert found["wed"] == spans("8-12; 12:30-17"), "the second Wednesday is not a usual one"
    assert (found["sat"], found["sun"]) == (spans("10-14"), ())
    assert week(rules, date(2026, 7, 14))["sat"] == spans("8-12; 12:30-17")


def test_the_present_stretch_the_end_of_the_day_and_the_next_beginning() -> None:
    hours = Hours(regular=(OpenHours(days=WEEK, spans="8:30-12:00; 12:20-17:00"),))
    morning = Opening(at("2026-03-16T08:30"), at("2026-03-16T12:00"))
    assert opening(hours, at("2026-03-16T08:30"), RIGA) == morning
    assert opening(hours, at("2026-03-16T11:59:59"), RIGA) == morning
    for shut in ("2026-03-16T08:29:59", "2026-03-16T12:00", "2026-03-16T17:00", "2026-03-15T10:00"):
        assert opening(hours, at(shut), RIGA) is None, shut
    for moment in ("2026-03-16T00:00", "2026-03-16T12:10", "2026-03-16T23:59"):
        assert closing(hours, at(moment), RIGA) == at("2026-03-16T17:00")
    assert closing(hours, at("2026-03-15T12:00"), RIGA) is None
    nexts = {
        "2026-03-16T08:00": "2026-03-16T08:30",
        "2026-03-16T08:30": "2026-03-16T12:20",
        "2026-03-16T13:00": "2026-03-17T08:30",
        "2026-03-20T17:00": "2026-03-23T08:30",
        "2026-06-19T17:00": "2026-06-25T08:30",
    }
    assert {moment: next_opening(hours, at(moment), RIGA) for moment in nexts} == {a: at(b) for a, b in nexts.items()}


def test_what_opens_after_more_than_sixty_days_is_not_told() -> None:
    hours = (OpenHours(days=WEEK, spans="9-12", season="06-01/08-31"),)
    assert next_opening(hours, at("2026-01-10T12:00"), RIGA) is None
    assert next_opening(hours, at("2026-05-10T12:00"), RIGA) == at("2026-06-01T09:00")


def test_hours_are_those_of_the_wall_on_the_nights_when_the_clock_is_moved() -> None:
    always = (OpenHours(days=WEEKDAYS, spans="8:30-17:00"),)
    for day, offset in (("2026-03-28", 2), ("2026-03-29", 3), ("2026-10-24", 3), ("2026-10-25", 2)):
        (found,) = openings(always, at(f"{day}T12:00"), RIGA)
        assert (found.begin.hour, found.begin.minute, found.end.hour) == (8 - offset, 30, 17 - offset), day
    for day in ("2026-03-29", "2026-10-25"):
        assert next_opening(always, at(f"{day}T00:30"), RIGA) == at(f"{day}T08:30")


def test_a_night_shift_over_the_hour_that_is_missing_or_comes_twice() -> None:
    night = (OpenHours(days=("sun",), spans="2:00-3:30"),)
    (spring,) = openings(night, at("2026-03-29T12:00"), RIGA)  # 3:00 is 4:00
    assert (spring.begin, spring.end - spring.begin) == (at("2026-03-29T02:00"), timedelta(minutes=90))
    (autumn,) = openings(night, at("2026-10-25T12:00"), RIGA)  # 4:00 is 3:00 again
    assert autumn.end == at("2026-10-25T03:30", fold=1)
    assert autumn.end - autumn.begin == timedelta(minutes=150)
    for fold in (0, 1):
        assert opening(night, at("2026-10-25T03:10", fold=fold), RIGA) == autumn
    assert instant(date(2026, 10, 25), 190, RIGA) == at("2026-10-25T03:10")
    assert instant(date(2026, 10, 25), 190, RIGA, fold=1) == at("2026-10-25T03:10", fold=1)


def test_a_whole_day_is_as_long_as_it_really_is() -> None:
    for day, length in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)):
        found = opening(None, at(f"{day}T12:00"), RIGA)
        assert found is not None
        assert (found.end - found.begin) == timedelta(hours=length)


def test_the_clock_alone_decides_also_when_it_is_set_back() -> None:
    hours = Hours(regular=PLAIN)
    moments = [at(text) for text in ("2026-03-16T16:59", "2026-03-16T17:00", "2026-03-16T16:59", "2026-03-13T09:00")]
    assert [opening(hours, moment, RIGA) is not None for moment in moments] == [True, False, True, True]


@given(st.integers(0, 2 * 366 * 1440))
def test_open_now_or_opening_later_and_never_both(minutes: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    hours = Hours(regular=(OpenHours(days=WEEK, spans="8:30-12:00; 12:20-17:00"), OpenHours(days=("sat",), spans="0-24")))
    now, later = opening(hours, moment, RIGA), next_opening(hours, moment, RIGA)
    assert later is not None
    assert later > moment
    assert opening(hours, later, RIGA) is not None
    if now is not None:
        assert now.begin <= moment < now.end <= later
        end = closing(hours, moment, RIGA)
        assert end is not None
        assert now.end <= end
