"""Numbers as words against an independent source, ordinals against tables of the grammar."""

import pytest
from num2words import num2words

from config.shape import LETTERS
from config.spoken.announcement import LANGUAGES
from server.domain.numbering import APPOINTMENT_SERIES, RESERVE_SERIES

# Nominative, genitive, dative, accusative, locative, as grammars decline the definite adjective.
CASES = ("nominative", "genitive", "dative", "accusative", "locative")
LATVIAN = {
    (1, "m"): "pirmais pirmā pirmajam pirmo pirmajā",
    (1, "f"): "pirmā pirmās pirmajai pirmo pirmajā",
    (2, "m"): "otrais otrā otrajam otro otrajā",
    (3, "f"): "trešā trešās trešajai trešo trešajā",
    (4, "m"): "ceturtais ceturtā ceturtajam ceturto ceturtajā",
    (5, "f"): "piektā piektās piektajai piekto piektajā",
    (6, "m"): "sestais sestā sestajam sesto sestajā",
    (7, "f"): "septītā septītās septītajai septīto septītajā",
    (8, "m"): "astotais astotā astotajam astoto astotajā",
    (9, "m"): "devītais devītā devītajam devīto devītajā",
    (10, "m"): "desmitais desmitā desmitajam desmito desmitajā",
    (11, "f"): "vienpadsmitā vienpadsmitās vienpadsmitajai vienpadsmito vienpadsmitajā",
    (12, "m"): "divpadsmitais divpadsmitā divpadsmitajam divpadsmito divpadsmitajā",
    (13, "m"): "trīspadsmitais trīspadsmitā trīspadsmitajam trīspadsmito trīspadsmitajā",
    (14, "m"): "četrpadsmitais četrpadsmitā četrpadsmitajam četrpadsmito četrpadsmitajā",
    (15, "m"): "piecpadsmitais piecpadsmitā piecpadsmitajam piecpadsmito piecpadsmitajā",
    (16, "m"): "sešpadsmitais sešpadsmitā sešpadsmitajam sešpadsmito sešpadsmitajā",
    (17, "m"): "septiņpadsmitais septiņpadsmitā septiņpadsmitajam septiņpadsmito septiņpadsmitajā",
    (18, "m"): "astoņpadsmitais astoņpadsmitā astoņpadsmitajam astoņpadsmito astoņpadsmitajā",
    (19, "m"): "deviņpadsmitais deviņpadsmitā deviņpadsmitajam deviņpadsmito deviņpadsmitajā",
    (20, "m"): "divdesmitais divdesmitā divdesmitajam divdesmito divdesmitajā",
    (40, "f"): "četrdesmitā četrdesmitās četrdesmitajai četrdesmito četrdesmitajā",
    (100, "m"): "simtais simtā simtajam simto simtajā",
    (300, "m"): "trīssimtais trīssimtā trīssimtajam trīssimto trīssimtajā",
}
COMPOSED = {
    (21, "f", "nominative"): "divdesmit pirmā",
    (21, "m", "genitive"): "divdesmit pirmā",
    (33, "f", "genitive"): "trīsdesmit trešās",
    (112, "m", "accusative"): "simts divpadsmito",
    (101, "m", "genitive"): "simts pirmā",
    (230, "m", "genitive"): "divi simti trīsdesmitā",
    (999, "m", "locative"): "deviņi simti deviņdesmit devītajā",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_cardinals_are_those_of_an_independent_source(language: str) -> None:
    words = LANGUAGES[language]
    for n in range(1000):
        # Of one hundred and some ones it knows "simtu viens"; "simts viens" is as good, and goes with "simts divpadsmit".
        known = num2words(n, lang=language).replace("simtu ", "simts ")
        assert words.cardinal(n) == known
        hundreds, rest = n - n % 100, n % 100
        if hundreds:
            composed = words.hundred(n // 100, bool(rest)) + (f" {words.cardinal(rest)}" if rest else "")
            assert composed == known, "of two clips"


def test_cardinals_have_a_gender() -> None:
    assert [LANGUAGES["lv"].cardinal(n, "f") for n in (1, 2, 3, 4, 11, 21, 9)] == [
        "viena", "divas", "trīs", "četras", "vienpadsmit", "divdesmit viena", "deviņas",
    ]  # fmt: skip
    for n in range(1000):
        for gender in "mfn":
            assert LANGUAGES["ru"].cardinal(n, gender) == num2words(n, lang="ru", gender=gender)


@pytest.mark.parametrize(("number", "gender"), LATVIAN)
def test_latvian_ordinals_are_declined(number: int, gender: str) -> None:
    assert [LANGUAGES["lv"].ordinal(number, gender, case) for case in CASES] == LATVIAN[number, gender].split()


@pytest.mark.parametrize("which", COMPOSED)
def test_only_the_last_word_of_an_ordinal_is_declined(which: tuple[int, str, str]) -> None:
    assert LANGUAGES["lv"].ordinal(*which) == COMPOSED[which]


def test_every_latvian_ordinal_has_five_cases_of_two_genders() -> None:
    words, seen = LANGUAGES["lv"], dict[str, int]()
    for n in range(1, 1000):
        masculine, feminine = ([words.ordinal(n, gender, case) for case in CASES] for gender in "mf")
        stem = masculine[0].removesuffix("ais")
        assert masculine == [stem + end for end in ("ais", "ā", "ajam", "o", "ajā")]
        assert feminine == [stem + end for end in ("ā", "ās", "ajai", "o", "ajā")]
        seen[stem] = n
    assert len(seen) == 999, "no two numbers share their ordinal"


def test_english_and_russian_ordinals_are_those_of_an_independent_source() -> None:
    for n in range(1, 1000):
        assert LANGUAGES["en"].ordinal(n, "m", "genitive") == num2words(n, to="ordinal", lang="en")
        for gender in "mfn":
            for case, letter in (("nominative", "n"), ("genitive", "g"), ("dative", "d"), ("locative", "p")):
                said = LANGUAGES["ru"].ordinal(n, gender, case)
                assert said == num2words(n, to="ordinal", lang="ru", gender=gender, case=letter), (n, gender, case)
            # The source has the accusative of persons; of things the masculine is the nominative.
            as_source = {"m": "n", "f": "a", "n": "a"}[gender]
            said = LANGUAGES["ru"].ordinal(n, gender, "accusative")
            assert said == num2words(n, to="ordinal", lang="ru", gender=gender, case=as_source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_a_number_has_a_name_of_its_own(language: str) -> None:
    letters = {*LETTERS, *RESERVE_SERIES, APPOINTMENT_SERIES}
    assert LANGUAGES[language].LETTERS.keys() == letters
    assert len(set(LANGUAGES[language].LETTERS.values())) == len(letters)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_from_0_to_999_only(language: str) -> None:
    for n in (-1, 1000):
        with pytest.raises(ValueError, match="outside 0 to 999"):
            LANGUAGES[language].cardinal(n)
