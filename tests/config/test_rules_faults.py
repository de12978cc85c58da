"""Hours, calling rules, shifts, booking and the paper roll in a centre's file: each fault is told once, with its line."""

from datetime import date
from pathlib import Path

import pytest

from config.catalogue import Catalogue
from config.hours import Span, day_spans
from config.load import dump_plan, load_plan
from config.plan import Gain, Share
from tests.config.test_load_faults import SOUND, faults_of

RULES = (
    SOUND.replace('name = { lv = "Pensijas" }\nletter = "A"', 'name = { lv = "Pensijas" }\nletter = "A"\nskill = "pensions"')
    + """
[[queue.hours]]
days = ["tue"]
spans = "10-14"

[[profile]]
code = "mija"
name = { lv = "Mija" }
queues = ["vsaa", "vzd"]

[profile.calling]
order = "ratio"
overtakes_most = 5

[[profile.calling.shares]]
queue = "vsaa"
take = 2

[[profile.calling.shares]]
queue = "vzd"

[[profile]]
code = "punkti"
name = { lv = "Punkti" }
queues = "all"

[profile.calling]
order = "points"
points = { appointment = { rate = 4 }, returning = { rate = 1, head_start = 5 } }

[[clerk]]
code = "ilze"
skills = ["pensions"]

[[shift]]
counter = "1"
days = ["mon", "tue"]
spans = "8:30-17:00"

[hours]
short_before_holiday = 60
last_ticket = 15

[[hours.regular]]
days = ["mon", "tue", "wed", "thu", "fri"]
spans = "8:30 – 12.00;\\t12:20—17:00"

[[hours.regular]]
days = ["sat"]
spans = "10-14"
season = "09-01/05-31"

[[hours.regular]]
days = ["wed"]
nth = [2]
note = { lv = "Metodiskā diena" }

[[hours.exceptions]]
date = "2026-12-28/2026-12-30"
spans = "10:00-12:00"

[booking]
services = ["VZD-01", "VSAA-01"]
places = 2

[roll]
service = "VSAA-02"
first = 1
last = 60
"""
)

# What stands in the file, what is written instead (the fault is told on the line with ¶), the path, the words.
FAULTS = {
    "no time": ('spans = "10-14"\n\n[[profile]]', '¶spans = "ap 10"\n\n[[profile]]', "queue[1].hours[0].spans", '"ap 10" is not'),
    "overlap": ("12:20—17:00", "¶11:20—17:00", "hours.regular[0].spans", "8:30-12:00 and 11:20-17:00 overlap"),
    "turned round": ('"8:30-17:00"', '¶"17:00-8:30"', "shift[0].spans", '"17:00-8:30" ends before it begins'),
    "beyond midnight": ('"8:30-17:00"', '¶"8:30-24:30"', "shift[0].spans", "there is no time 24:30"),
    "season": ('"09-01/05-31"', '¶"09-01/05-32"', "hours.regular[1].season", 'there is no date "05-32"'),
    "season in words": ('"09-01/05-31"', '¶"winter"', "hours.regular[1].season", '"winter" is not a season such as'),
    "date": ('"2026-12-28/2026-12-30"', '¶"2026-02-30"', "hours.exceptions[0].date", 'there is no date "2026-02-30"'),
    "dates": ("2026-12-28/2026-12-30", "¶2026-12-28/2026-12-20", "hours.exceptions[0].date", "ends before it begins"),
    "no nth": ("nth = [2]", "nth = [1,\n¶0]", "hours.regular[2].nth[1]", "0 is no weekday of a month"),
    "sixth": ("nth = [2]", "¶nth = [6]", "hours.regular[2].nth[0]", "6 is outside -1 to 5"),
    "day": ('days = ["sat"]', '¶days = ["satt"]', "hours.regular[1].days[0]", 'got "satt"; did you mean "sat"?'),
    "no day": ('days = ["sat"]', "¶days = []", "hours.regular[1].days", "names no day"),
    "weekday twice": (
        'days = ["sat"]\nspans = "10-14"\nseason = "09-01/05-31"',
        '¶days = ["sun", "fri"]\nspans = "10-14"',
        "hours.regular[1].days",
        '"fri" is in regular[0] already: write both spans in one row',
    ),
    "weekday twice in a season": (
        'days = ["wed"]\nnth = [2]',
        '¶days = ["sat"]\nseason = "05-31/06-30"',
        "hours.regular[2].days",
        '"sat" is in regular[1] already',
    ),
    "date twice": (
        "[booking]",
        '[[hours.exceptions]]\ndate = "2026-12-30"\n[[hours.exceptions]]\n¶date = "2026-12-30/2027-01-02"\n[booking]',
        "hours.exceptions[2].date",
        'a day of "2026-12-30/2027-01-02" is in exceptions[0] already',
    ),
    "key of hours": ("last_ticket", "¶lastticket", "hours.lastticket", 'did you mean "last_ticket"?'),
    "share of no queue": ('queue = "vzd"\n', '¶queue = "vdz"\n', "profile[2].calling.shares[1].queue", 'did you mean "vzd"?'),
    "share twice": ('queue = "vzd"\n', '¶queue = "vsaa"\n', "profile[2].calling.shares[1].queue", 'two shares of queue "vsaa"'),
    "ratio alone": ('order = "points"', '¶order = "ratio"', "profile[3].calling.order", 'order "ratio" needs shares'),
    "shares of points": (
        'order = "ratio"',
        'order = "points"',
        "profile[2].calling.shares",
        'shares go with order "ratio", not "points"',
    ),
    "no such order": ('order = "points"', '¶order = "point"', "profile[3].calling.order", 'did you mean "points"?'),
    "rate": ("rate = 4", "¶rate = 0", "profile[3].calling.points.appointment.rate", "0 is outside 1 to 100"),
    "class": ("{ appointment =", "{ ¶apointment =", "profile[3].calling.points.apointment", 'did you mean "appointment"?'),
    "skill": ('skill = "pensions"', '¶skill = "pension"', "queue[1].skill", 'no [[clerk]] has; did you mean "pensions"?'),
    "clerk twice": (
        "[[shift]]",
        '[[clerk]]\n¶code = "ilze"\nskills = []\n[[shift]]',
        "clerk[1].code",
        'clerk "ilze" is there already',
    ),
    "counter of a shift": (
        'counter = "1"',
        '¶counter = "7"',
        "shift[0].counter",
        'a shift is at counter "7", which no [[counter]]',
    ),
    "not bookable": ('"VZD-01", "VSAA-01"', '"VZD-01",\n¶"UR-01"', "booking.services[1]", 'booking names service "UR-01", which'),
    "booked twice": ('"VZD-01", "VSAA-01"', '"VZD-01",\n¶"VZD-01"', "booking.services[1]", "is listed twice"),
    "roll for nothing": ('service = "VSAA-02"', '¶service = "VSA-02"', "roll.service", 'did you mean "VSAA-02"?'),
    "roll of nothing": ("last = 60", "¶last = 1", "roll.last", "the roll goes from 1 to 1"),
    "daily": ("minutes = 9", "¶daily = -1", "service[0].daily", "-1 is outside 0 to 9999"),
}


def written(name: str) -> tuple[str, int | None]:
    """The file with the fault, and the line on which it is."""
    old, new, *_ = FAULTS[name]
    assert RULES.count(old) >= 1
    marked = RULES.replace(old, new, 1)
    return marked.replace("¶", ""), marked[: marked.index("¶")].count("\n") + 1 if "¶" in marked else None


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_with_its_line(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    source, line = written(name)
    faults = faults_of(source, catalogue, tmp_path)
    assert len(faults) == 1, "\n".join(map(str, faults))
    *_, path, words = FAULTS[name]
    assert faults[0].path == path
    assert words in faults[0].text
    if line:
        assert faults[0].line == line


def test_all_faults_at_once_in_the_order_of_the_file(catalogue: Catalogue, tmp_path: Path) -> None:
    names = ("skill", "no time", "share of no queue", "rate", "counter of a shift", "overlap", "season", "no nth", "dates")
    source = RULES
    for name in (*names, "not bookable", "roll of nothing"):
        old, new, *_ = FAULTS[name]
        source = source.replace(old, new.replace("¶", ""), 1)
    faults = faults_of(source, catalogue, tmp_path)
    assert [fault.path for fault in faults] == [FAULTS[name][2] for name in (*names, "not bookable", "roll of nothing")]
    lines = [fault.line or 0 for fault in faults]
    assert lines == sorted(lines)
    assert len(set(lines)) == len(lines)


def test_hours_without_rules_are_a_fault(catalogue: Catalogue, tmp_path: Path) -> None:
    (fault,) = faults_of(f"{SOUND}\n[hours]\nregular = []\n", catalogue, tmp_path)
    assert (fault.path, fault.text[:30]) == ("hours.regular", "is empty, so the centre would ")


def test_what_the_file_says_is_read_and_comes_back(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    plan = load_plan(path, catalogue)
    calling = {profile.code: profile.calling for profile in plan.profiles}
    assert calling["mija"].shares == (Share(queue="vsaa", take=2), Share(queue="vzd"))
    assert (calling["punkti"].points.appointment, calling["punkti"].points.priority) == (Gain(rate=4), Gain(rate=2))
    assert plan.hours is not None
    assert day_spans(plan.queues[1].hours, tuesday := date.fromisoformat("2026-03-17")) == (Span(600, 840),)
    assert day_spans(plan.hours, tuesday) == (Span(510, 720), Span(740, 1020))
    again = tmp_path / "again.toml"
    again.write_text(dump_plan(plan, catalogue), encoding="utf-8")
    assert load_plan(again, catalogue) == plan
    assert again.read_text(encoding="utf-8").count("\n") <= RULES.count("\n")
