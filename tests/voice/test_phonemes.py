"""What is heard: an announcement put together from clips has the sounds of its sentence written out by hand."""

import re

import pytest

from config.plan import Plan
from config.spoken import announcement, clips_of
from server.voice.voice import Voice

LANGUAGES = ("lv", "en", "ru")

# Every class of numbers, as somebody would write the whole sentence who knows nothing of clips. The commas are where
# a speaker stops for the letter: without them the engine binds it to the words around it, and takes A for a word.
NUMBERS = {
    "A012": ("Kārtas numurs ā nulle divpadsmit", "Number, A, zero twelve", "Номер, а, ноль двенадцать"),
    "A005": ("Kārtas numurs ā nulle nulle pieci", "Number, A, zero zero five", "Номер, а, ноль ноль пять"),
    "B040": ("Kārtas numurs bē nulle četrdesmit", "Number, B, zero forty", "Номер бэ ноль сорок"),
    "C099": (
        "Kārtas numurs cē nulle deviņdesmit deviņi", "Number, C, zero ninety-nine", "Номер цэ ноль девяносто девять",
    ),
    "D100": ("Kārtas numurs dē simts", "Number, D, one hundred", "Номер дэ сто"),
    "E101": ("Kārtas numurs ē simts viens", "Number, E, one hundred and one", "Номер е сто один"),
    "F112": ("Kārtas numurs ef simts divpadsmit", "Number, F, one hundred and twelve", "Номер эф сто двенадцать"),
    "G230": ("Kārtas numurs gā divi simti trīsdesmit", "Number, G, two hundred and thirty", "Номер гэ двести тридцать"),
    "N999": (
        "Kārtas numurs en deviņi simti deviņdesmit deviņi", "Number, N, nine hundred and ninety-nine",
        "Номер эн девятьсот девяносто девять",
    ),
    "P1046": ("Kārtas numurs pē viens nulle četri seši", "Number, P, one zero four six", "Номер пэ один ноль четыре шесть"),
    "X021": ("Kārtas numurs iks nulle divdesmit viens", "Number, X, zero twenty-one", "Номер икс ноль двадцать один"),
    "Y007": ("Kārtas numurs igrek nulle nulle septiņi", "Number, Y, zero zero seven", "Номер игрек ноль ноль семь"),
    "Q018": ("Kārtas numurs kū nulle astoņpadsmit", "Number, Q, zero eighteen", "Номер ку ноль восемнадцать"),
    "W300": ("Kārtas numurs dubultvē trīs simti", "Number, W, three hundred", "Номер дубль вэ триста"),
    "47": ("Kārtas numurs četrdesmit septiņi", "Number forty-seven", "Номер сорок семь"),
}  # fmt: skip

COUNTERS = {
    "1": ("pie pirmā lodziņa", "to counter one", "к первому окну"),
    "2": ("pie otrā lodziņa", "to counter two", "к второму окну"),
    "3": ("pie trešā lodziņa", "to counter three", "к третьему окну"),
    "4": ("pie ceturtā lodziņa", "to counter four", "к четвёртому окну"),
    "5": ("pie piektā lodziņa", "to counter five", "к пятому окну"),
    "6": ("pie sestā lodziņa", "to counter six", "к шестому окну"),
}
COME = ("Lūdzu, nāciet {}.", "Please come {}.", "Пожалуйста, подойдите {}.")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_of_clips_sounds_as_the_sentence(three: Plan, voice: Voice, number: str) -> None:
    said = clips_of(three)
    for language, parts, written in zip(LANGUAGES, announcement(three, number, "1"), NUMBERS[number], strict=True):
        composed = "".join(heard(voice, language, said[name].text) for name in parts[:-1])
        assert composed == heard(voice, language, written)


@pytest.mark.parametrize("counter", COUNTERS)
def test_the_way_to_a_counter_sounds_as_the_sentence(three: Plan, voice: Voice, counter: str) -> None:
    said = clips_of(three)
    for language, parts, towards, come in zip(
        LANGUAGES, announcement(three, "A001", counter), COUNTERS[counter], COME, strict=True
    ):
        assert heard(voice, language, said[parts[-1]].text) == heard(voice, language, come.format(towards))


def test_every_counter_of_the_demo_is_here(three: Plan) -> None:
    assert [counter.code for counter in three.counters] == list(COUNTERS)


def test_letters_are_said_by_their_latvian_names(three: Plan, voice: Voice) -> None:
    """The engine itself knows how a Latvian calls a letter; it says W otherwise, and vowels with another length."""
    for name, said in clips_of(three).items():
        language, _, letter = name.partition("/letter-")
        if language == "lv" and letter and letter not in "AEUW":
            assert once(heard(voice, "lv", said.text)) == once(heard(voice, "lv", letter)), letter


def once(sounds: str) -> str:
    """Without the difference of open and closed, and of long and short consonants."""
    return re.sub(r"(.)\1", r"\1", sounds.lower())


def heard(voice: Voice, language: str, text: str) -> str:
    """Its sounds without stress, length of pauses and spaces."""
    found = voice.phonemes(language, text)
    assert found
    return "".join(sound for sound in found if sound not in " ',_:-|!>%=")
