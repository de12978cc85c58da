"""What pages write of moments: the day and the time that it is here."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from server.words import Words

TEMPLATES = Path(__file__).parents[2] / "server/templates"
AFTER_MIDNIGHT = datetime(2026, 11, 22, 22, 40, tzinfo=UTC)


@pytest.mark.parametrize(("language", "day"), [("lv", "23.11.2026."), ("en", "23 Nov 2026")])
def test_a_moment_after_midnight_has_the_day_that_it_is_here(language: str, day: str) -> None:
    w = Words(language)
    assert (w.day(AFTER_MIDNIGHT), w.moment(AFTER_MIDNIGHT)) == (day, f"{day} 00:40")
    assert w.day(date(2026, 11, 23)) == w.day("2026-11-23") == day


def test_a_half_is_rounded_up_as_people_do() -> None:
    w = Words("lv")
    assert [w.share(5 / 8), w.share(1 / 8), w.share(0.0625, 1)] == ["63\u00a0%", "13\u00a0%", "6,3\u00a0%"]
    assert [w.number(2.5), w.number(0.25, 1), w.number(14.2, 1)] == ["3", "0,3", "14,2"]


def test_no_template_takes_the_day_out_of_a_moment_by_itself() -> None:
    found = [
        (path.name, cut)
        for path in TEMPLATES.rglob("*.html")
        for cut in re.findall(r"w\.day\([\w.]+\.date\(\)\)", path.read_text())
    ]
    assert found == []
