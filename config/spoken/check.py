"""What is wrong with the voice of a plan, and what will be misheard."""

import re
from collections.abc import Iterator

from config.plan import Plan, SpokenPlace, Voice
from config.shape import Report
from config.spoken.announcement import LANGUAGES
from config.spoken.latvian import FAR_APART, LETTERS, RHYMES


def check_voice(plan: Plan, report: Report) -> None:
    """Latvian comes first, others have their reason; every language has its words, every counter its way to be said."""
    if plan.voice is None:
        return
    _languages(plan, plan.voice, report)
    for language, place in plan.voice.place.items():
        for field, text in _place_faults(language, place, report):
            report.add(f"voice.place.{language}{field}", text)
    _counters(plan, plan.voice, report)
    spoken = (
        *(("room", n, one.code, one.spoken) for n, one in enumerate(plan.rooms)),
        *(("booth", n, one.code, one.spoken) for n, one in enumerate(plan.booths)),
    )
    for what, n, code, texts in spoken:
        if any(re.search(r"[\d{}]", text) for text in texts.values()):
            report.add(f"{what}s[{n}].spoken", f'{what} "{code}": has a figure or a brace; write numbers as words')


def voice_warnings(plan: Plan) -> tuple[str, ...]:
    """Series of one hall whose letters sound alike; nothing where nothing is spoken there."""
    if plan.voice is None:
        return ()
    found = []
    for zone in plan.zones:
        here = {queue.letter for queue in plan.queues if queue.zone == zone.code and not zone.quiet}
        for group in RHYMES:
            if len(alike := sorted(here.intersection(group))) > 1:
                aloud = ", ".join(LETTERS[letter] for letter in alike)
                found.append(
                    f'zone "{zone.code}": the letters {", ".join(alike)} rhyme when they are spoken ({aloud}); '
                    f"letters that sound different are {FAR_APART}"
                )
    return tuple(found)


def _languages(plan: Plan, voice: Voice, report: Report) -> None:
    if voice.languages[:1] != ("lv",):
        report.add("voice.languages", 'the first language must be "lv"')
    for i, language in enumerate(voice.languages):
        path = f"voice.languages[{i}]"
        if language in voice.languages[:i]:
            report.add(path, f'"{language}" is listed twice')
        elif language and language not in LANGUAGES:
            report.add(path, f'there are no words for a voice in "{language}" (there are: {", ".join(LANGUAGES)})')
        elif language and language not in plan.languages and "languages" not in report.holes:
            report.add(path, f'"{language}" is none of the languages of the centre ({", ".join(plan.languages)})')
        elif language and language not in voice.place:
            report.add("voice.place", f'no place is said in "{language}"{report.did_you_mean(language, voice.place)}')
    if any(language not in ("lv", "") for language in voice.languages) and not voice.because and not report.torn("voice.because"):
        report.add("voice.because", "is missing: calls in another language than Latvian need a reason in law")


def _place_faults(language: str, place: SpokenPlace, report: Report) -> Iterator[tuple[str, str]]:
    if language not in LANGUAGES:
        yield "", f'there are no words for a voice in "{language}"{report.did_you_mean(language, LANGUAGES)}'
        return
    if place.text and sorted(re.findall(r"\{[^}]*\}?|\}", place.text)) != ["{n}"]:
        yield ".text", "needs {n} for the number of the counter, once, and no other braces"
    elif re.search(r"\d", place.text):
        yield ".text", "has a figure, which may be said in the wrong case: write it as a word"
    elif language == "en" and place.number == "ordinal" and place.text.rstrip(".").endswith("{n}"):
        yield ".number", 'ordinal: an English ordinal stands before its noun; write "to counter {n}" with number = "cardinal"'
    if place.gender and place.gender not in (known := LANGUAGES[language].GENDERS):
        yield ".gender", f'there is no "{place.gender}" in "{language}" ({", ".join(known)})'


def _counters(plan: Plan, voice: Voice, report: Report) -> None:
    for i, counter in enumerate(plan.counters):
        path, who = f"counters[{i}].spoken", f'counter "{counter.code}"'
        if any(re.search(r"[\d{}]", text) for text in counter.spoken.values()):
            report.add(path, f"{who}: has a figure or a brace; write numbers as words")
        lost = [language for language in voice.languages if language in LANGUAGES and language not in counter.spoken]
        if counter.spoken and lost and "lv" not in lost:  # without Latvian no text is read at all
            report.add(path, f"{who}: is not said in {', '.join(lost)}")
        elif counter.code and not counter.spoken and not (counter.code.isdecimal() and 0 < int(counter.code) < 1000):
            report.add(path, f"{who}: is no number from 1 to 999, so the way to it must be written as it is spoken")
