"""What a centre reports of settings is read by an officer in Latvian."""

import pytest

from config.network import EVERYTHING
from server.domain.refusal import CODES
from server.national.node.reported import FORGED, REFUSALS, line_refused, reported
from server.national.receiver import HARMFUL, LOST, TAKEN_BACK

WENT = "ar to centrs nedarbojās, kā nākas"
WITH_IT = f"{WENT}; līdz ar to atcelts arī tas, ko centrs pats kopš tā laika bija mainījis"
IN_USE = "No plāna nevar izņemt 3. lodziņu: tas ir atvērts."
FAULTS = 'rules.park_most: 900 is outside 1 to 480; hours.regular[0].spans: "8-" is not a stretch of time such as 8:30-12:00'
REPORTS = {
    TAKEN_BACK: WENT,
    f"{TAKEN_BACK}; {LOST}rules.park_most, hours": f"{WITH_IT}: rules.park_most, hours",
    f"{TAKEN_BACK}; {LOST}{EVERYTHING}": f"{WITH_IT}: viss",
    f"{HARMFUL}{CODES['counter_in_use'].format(counter='3')}": f"kaitē, taču vēl nav atceļams: {IN_USE}",
    CODES["counter_in_use"].format(counter="3"): IN_USE,
    FAULTS: "rules.park_most: Lūdzu, skaitli no 1 līdz 480, nevis 900; hours.regular[0].spans: 8- nav laika posms. Rakstiet tā: "
    "8:30-12:00; 13:00-17:00",
}


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_in_latvian(report: str) -> None:
    assert reported(report, "lv") == REPORTS[report]


@pytest.mark.parametrize("text", FORGED)
def test_a_forged_bundle(text: str) -> None:
    assert reported(text, "lv") != text


def test_what_nobody_knows_stays_as_it_is() -> None:
    for text in ("", "harm", "bundle 7: Expected `object`, got `array` - at `$.catalogue`; x {y}", "a: b; c: {0}"):
        assert reported(text, "en").startswith(text[:6])
        reported(text, "lv")


@pytest.mark.parametrize("code", REFUSALS)
def test_why_a_line_was_refused_in_latvian(code: str) -> None:
    said = line_refused(f"{code}: another server spoke for this centre 3 s ago", "lv")
    assert code not in said
    assert said not in ("", REFUSALS[code])


def test_a_code_of_the_line_that_nobody_knows_stays_as_it_is() -> None:
    assert line_refused("<img src=x>", "lv") == "<img src=x>"
