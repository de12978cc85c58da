"""Faults in the voice of a plan file, each with its place; and letters that sound alike."""

from pathlib import Path

import msgspec
import pytest

from config.catalogue import Catalogue
from config.load import dump_plan, load_plan
from config.plan import Plan
from config.spoken.check import voice_warnings
from tests.config.conftest import catalogue as catalogue
from tests.config.test_load_faults import SOUND, told_once

LV = '{ text = "pie {n} lodziņa" }'


def voice(lv: str = LV, more: str = "", **said: str) -> str:
    """A sound voice, but for what is said."""
    lines = [f"{name} = {value}" for name, value in said.items()]
    return "\n".join(["[voice]", *lines, "[voice.place]", *([f"lv = {lv}"] if lv else []), more])


def counter(**said: str) -> str:
    """A voice, and a third counter."""
    fields = {"code": '"reg"', "zone": '"hall"', "profile": '"universal"', **said}
    return voice() + "\n[[counter]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items())


EN = 'en = { text = "to counter {n}", number = "cardinal" }'
BOTH = '["lv", "en"]'
# What is written behind the sound file, the path of the fault, its words.
FAULTS = {
    "no place": (voice(lv="", more=EN), "voice.place", 'no place is said in "lv"'),
    "no Latvian": (voice(more=EN, languages='["en"]', because='"x"'), "voice.languages", 'the first language must be "lv"'),
    "Latvian later": (voice(more=EN, languages='["en", "lv"]', because='"x"'), "voice.languages", "the first language must"),
    "no reason": (voice(more=EN, languages=BOTH), "voice.because", "need a reason in law"),
    "no place in English": (voice(languages=BOTH, because='"x"'), "voice.place", 'no place is said in "en"'),
    "twice": (voice(languages='["lv", "lv"]'), "voice.languages[1]", '"lv" is listed twice'),
    "no such language": (voice(languages='["lv", "xx"]', because='"x"'), "voice.languages[1]", '"xx" is not known'),
    "no words": (voice(languages='["lv", "uk"]', because='"x"'), "voice.languages[1]", 'no words for a voice in "uk"'),
    "not of the centre": (
        voice(more='ru = { text = "к {n} окну" }', languages='["lv", "ru"]', because='"x"'),
        "voice.languages[1]", "is none of the languages of the centre (lv, en)",
    ),
    "place in no language": (voice(more='lvv = { text = "{n}" }'), "voice.place.lvv", 'did you mean "lv"?'),
    "no number": (voice('{ text = "pie lodziņa" }'), "voice.place.lv.text", "needs {n}"),
    "two numbers": (voice('{ text = "{n} un {n}" }'), "voice.place.lv.text", "once"),
    "brace": (voice('{ text = "pie {n} {x}" }'), "voice.place.lv.text", "no other braces"),
    "open brace": (voice('{ text = "pie {n} {" }'), "voice.place.lv.text", "no other braces"),
    "figure": (voice('{ text = "2. stāvā pie {n} lodziņa" }'), "voice.place.lv.text", "write it as a word"),
    "gender": (voice('{ text = "pie {n} lodziņa", gender = "n" }'), "voice.place.lv.gender", 'there is no "n" in "lv" (m, f)'),
    "case": (voice('{ text = "pie {n} lodziņa", case = "genitiv" }'), "voice.place.lv.case", 'did you mean "genitive"?'),
    "English ordinal": (voice(more='en = { text = "to counter {n}" }'), "voice.place.en.number", 'number = "cardinal"'),
    "digits": (voice(digits='"pairs"'), "voice.digits", 'did you mean "pair"?'),
    "volume": (voice(volume="101"), "voice.volume", "101 is outside 0 to 100"),
    "hours": (voice(volumes='[{ spans = "at noon", percent = 5 }]'), "voice.volumes[0].spans", "is not a stretch of time"),
    "too fast": (voice(speed="400"), "voice.speed", "400 is outside 80 to 300"),
    "key": (voice(sped="3"), "voice.sped", 'unknown key "sped"'),
    "name for a number": (counter(), "counter[2].spoken", 'counter "reg": is no number from 1 to 999'),
    "zero": (counter(code='"0"'), "counter[2].spoken", "is no number from 1 to 999"),
    "too many": (counter(code='"1000"'), "counter[2].spoken", "is no number from 1 to 999"),
    "figure in its words": (counter(spoken='{ lv = "pie 4. lodziņa" }'), "counter[2].spoken", "write numbers as words"),
    "words in no Latvian": (counter(spoken='{ en = "to the desk" }'), "counter[2].spoken", "the Latvian text (lv) is missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_with_its_place(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    told_once(*FAULTS[name], catalogue, tmp_path)


def test_a_counter_with_words_needs_them_in_every_language(catalogue: Catalogue, tmp_path: Path) -> None:
    said = voice(more=EN, languages=BOTH, because='"x"') + '\n[[counter]]\ncode = "reg"\nzone = "hall"\nprofile = "universal"\n'
    told_once(f'{said}spoken = {{ lv = "pie reģistratūras" }}', "counter[2].spoken", "is not said in en", catalogue, tmp_path)


def test_a_sound_voice_comes_back(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    said = voice(
        '{ text = "uz {n} kabinetu", case = "accusative" }', EN, languages=BOTH, because='"Tourists."', speed="120",
        volumes='[{ spans = "8:00-9:00", percent = 40, days = ["mon"] }]',
    )  # fmt: skip
    path.write_text(f"{SOUND}\n{said}\n", encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert plan.voice is not None
    assert (plan.voice.speed, plan.voice.place["lv"].case, plan.voice.volumes[0].percent) == (120, "accusative", 40)
    path.write_text(dump_plan(plan, catalogue), encoding="utf-8")
    assert load_plan(path, catalogue) == plan


def test_letters_of_one_hall_that_rhyme_are_told(demo: Plan) -> None:
    (hall,) = voice_warnings(demo)
    assert 'zone "hall": the letters D, E, P, T, Z rhyme' in hall
    quiet = tuple(msgspec.structs.replace(zone, quiet=True) for zone in demo.zones)
    assert voice_warnings(msgspec.structs.replace(demo, zones=quiet)) == ()
    assert voice_warnings(msgspec.structs.replace(demo, voice=None)) == ()
    apart = zip(demo.queues, "ALMNRSUFKBX", strict=True)
    plan = msgspec.structs.replace(demo, queues=tuple(msgspec.structs.replace(queue, letter=one) for queue, one in apart))
    (alike,) = voice_warnings(plan)
    assert "the letters A, K rhyme" in alike, "B is alone in its hall"
