"""What is said for a number and a counter, as words; the names of clips and of their set."""

import msgspec
import pytest

from config.plan import Plan, SpokenPlace
from config.spoken import announcement, clips_of, pack_name, sound_test, to_place
from tests.voice.conftest import with_voice

SAID = {
    "A012": "ā, nulle, divpadsmit.",
    "A005": "ā, nulle, nulle, pieci.",
    "A010": "ā, nulle, desmit.",
    "A100": "ā, simts.",
    "A101": "ā, simts, viens.",
    "A112": "ā, simts, divpadsmit.",
    "D847": "dē, astoņi simti, četrdesmit septiņi.",
    "A1234": "ā, viens, divi, trīs, četri.",
    "A1000": "ā, viens, nulle, nulle, nulle.",
    "X021": "iks, nulle, divdesmit viens.",
    "Y007": "igrek, nulle, nulle, septiņi.",
    "Q030": "kū, nulle, trīsdesmit.",
    "W200": "dubultvē, divi simti.",
    "7": "septiņi.",
    "47": "četrdesmit septiņi.",
    "0": "nulle.",
    "1500": "viens, pieci, nulle, nulle.",
}
SINGLE = {"A012": "ā, nulle, viens, divi.", "A112": "ā, viens, viens, divi.", "47": "četri, septiņi.", "7": "septiņi."}

PLACE = {
    "pie {n} lodziņa": (SpokenPlace(text="pie {n} lodziņa"), "pie ceturtā lodziņa"),
    "pie {n} vietas": (SpokenPlace(text="pie {n} apkalpošanas vietas", gender="f"), "pie ceturtās apkalpošanas vietas"),
    "uz {n} kabinetu": (SpokenPlace(text="uz {n} kabinetu", case="accusative"), "uz ceturto kabinetu"),
    "{n} kabinetā": (SpokenPlace(text="{n} kabinetā", case="locative"), "ceturtajā kabinetā"),
    "numur": (SpokenPlace(text="pie lodziņa numur {n}", number="cardinal"), "pie lodziņa numur četri"),
}


def sentence(plan: Plan, number: str, counter: str = "4", language: int = 0) -> str:
    """The words of an announcement, clip by clip."""
    said = clips_of(plan)
    return " ".join(said[name].text for name in announcement(plan, number, counter)[language])


@pytest.mark.parametrize("number", SAID)
def test_a_number_is_said(demo: Plan, number: str) -> None:
    assert sentence(demo, number) == f"Kārtas numurs, {SAID[number]} Lūdzu, nāciet pie ceturtā lodziņa."


@pytest.mark.parametrize("number", SINGLE)
def test_a_number_is_said_digit_by_digit(few: Plan, number: str) -> None:
    assert sentence(few, number) == f"Kārtas numurs, {SINGLE[number]} Lūdzu, nāciet pie ceturtā lodziņa."


@pytest.mark.parametrize("place", PLACE)
def test_the_place_is_said_as_the_plan_has_it(demo: Plan, place: str) -> None:
    spoken, words = PLACE[place]
    assert sentence(with_voice(demo, place={"lv": spoken}), "A012").endswith(f"Lūdzu, nāciet {words}.")


def test_a_counter_with_a_name_has_its_own_words(demo: Plan) -> None:
    counters = (msgspec.structs.replace(demo.counters[0], code="reg", spoken={"lv": "pie reģistratūras"}), *demo.counters[1:])
    plan = msgspec.structs.replace(demo, counters=counters)
    assert sentence(plan, "A012", "reg").endswith("Lūdzu, nāciet pie reģistratūras.")


def test_languages_come_in_their_order(three: Plan) -> None:
    assert [sentence(three, "A012", "2", i) for i in range(3)] == [
        "Kārtas numurs, ā, nulle, divpadsmit. Lūdzu, nāciet pie otrā lodziņa.",
        "Number, A, zero, twelve. Please come to counter two.",
        "Номер, а, ноль, двенадцать. Пожалуйста, подойдите к второму окну.",
    ]
    assert sentence(three, "D112", "2", 1).startswith("Number, D, one hundred and, twelve.")


def test_every_number_and_counter_of_a_plan_has_its_clips(three: Plan) -> None:
    for plan in (three, with_voice(three, digits="single")):
        known = clips_of(plan)
        series = [queue.letter for queue in plan.queues] + ["X", "Y", "Q", "W", ""]
        numbers = [f"{letter}{n:03d}" for letter in series for n in (*range(1, 1000), 1234, 4567, 7890)]
        used = {name for number in numbers for parts in announcement(plan, number, "1") for name in parts}
        used |= {name for n in range(1000) for parts in announcement(plan, str(n), "1") for name in parts}
        used |= {parts[-1] for one in plan.counters for parts in announcement(plan, "A001", one.code)}
        places = [("room", one.code) for one in plan.rooms if one.spoken] + [
            ("booth", one.code) for one in plan.booths if one.spoken
        ]
        used |= {name for kind, code in places for parts in to_place(plan, "D1-12", kind, code) for name in parts}
        used |= {name for parts in sound_test(plan) for name in parts}
        assert used <= known.keys()
        unused = {name for name in known.keys() - used if "/letter-" not in name}
        assert unused == set(), "what nothing says is not rendered; letters are all there, for a plan may change while open"


def test_a_counter_that_is_gone_is_left_out(demo: Plan) -> None:
    assert announcement(demo, "47", "99") == (("lv/number", "lv/47"),)


def test_without_a_voice_nothing_is_said(demo: Plan) -> None:
    plan = msgspec.structs.replace(demo, voice=None)
    assert announcement(plan, "A012", "1") == ()
    assert clips_of(plan) == {}


def test_a_set_has_the_name_of_what_is_in_it(demo: Plan) -> None:
    known = pack_name(demo)
    assert pack_name(msgspec.json.decode(msgspec.json.encode(demo), type=Plan)) == known
    for other in (
        with_voice(demo, speed=150), with_voice(demo, digits="single"), with_voice(demo, place={"lv": PLACE["numur"][0]}),
        msgspec.structs.replace(demo, counters=demo.counters[:-1]),
    ):  # fmt: skip
        assert pack_name(other) != known
    for same in (with_voice(demo, volume=10, chime=False, repeat=False), msgspec.structs.replace(demo, screens=())):
        assert pack_name(same) == known, "how it is played is no part of it"
    assert pack_name(demo, "another engine") != known
