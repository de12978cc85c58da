"""Numbers, letters and sentences of a call in Russian."""

from config.spoken.words import digits_of

NUMBER = "Номер"
COME = "Пожалуйста, подойдите {place}."
TEST = "Проверка звука."

LETTERS = {
    "A": "а", "B": "бэ", "C": "цэ", "D": "дэ", "E": "е", "F": "эф", "G": "гэ", "H": "ха", "J": "йот", "K": "ка", "L": "эль",
    "M": "эм", "N": "эн", "P": "пэ", "Q": "ку", "R": "эр", "S": "эс", "T": "тэ", "U": "у", "V": "вэ", "W": "дубль вэ",
    "X": "икс", "Y": "игрек", "Z": "зэт",
}  # fmt: skip
"""As Latin letters are called."""

GENDERS: tuple[str, ...] = ("m", "f", "n")

_UNITS = ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_BY_GENDER = {("f", 1): "одна", ("f", 2): "две", ("n", 1): "одно"}
_TEENS = (
    "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать",
    "восемнадцать", "девятнадцать",
)  # fmt: skip
_TENS = (
    "", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто",
)  # fmt: skip
_HUNDREDS = (
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip

_UNIT_STEMS = ("нулев", "перв", "втор", "трет", "четвёрт", "пят", "шест", "седьм", "восьм", "девят")
_TEN_STEMS = (
    "", "десят", "двадцат", "тридцат", "сороков", "пятидесят", "шестидесят", "семидесят", "восьмидесят", "девяност",
)  # fmt: skip
_HUNDRED_STEMS = (
    "", "сот", "двухсот", "трёхсот", "четырёхсот", "пятисот", "шестисот", "семисот", "восьмисот", "девятисот",
)  # fmt: skip
_STRESSED = ("нулев", "втор", "шест", "седьм", "восьм", "сороков")
"""Their masculine ends in -ой."""
_ENDS = {
    "m": {"nominative": "ый", "genitive": "ого", "dative": "ому", "accusative": "ый", "locative": "ом"},
    "f": {"nominative": "ая", "genitive": "ой", "dative": "ой", "accusative": "ую", "locative": "ой"},
    "n": {"nominative": "ое", "genitive": "ого", "dative": "ому", "accusative": "ое", "locative": "ом"},
}
_THIRD_ENDS = {
    "m": {"nominative": "ий", "genitive": "ьего", "dative": "ьему", "accusative": "ий", "locative": "ьем"},
    "f": {"nominative": "ья", "genitive": "ьей", "dative": "ьей", "accusative": "ью", "locative": "ьей"},
    "n": {"nominative": "ье", "genitive": "ьего", "dative": "ьему", "accusative": "ье", "locative": "ьем"},
}


def cardinal(n: int, gender: str = "m") -> str:
    """0 to 999 in the nominative: "сто двадцать один"."""
    hundreds, tens, units = digits_of(n)
    words = [hundred(hundreds, False)] if hundreds else []
    if tens == 1:
        return " ".join([*words, _TEENS[units]])
    words += [_TENS[tens]] if tens else []
    words += [_BY_GENDER.get((gender, units), _UNITS[units])] if units or not words else []
    return " ".join(words)


def ordinal(n: int, gender: str, case: str) -> str:
    """0 to 999: "двадцать первому"; only the last word is declined, the accusative is that of things."""
    hundreds, tens, units = digits_of(n)
    if n == 0 or (units and tens != 1):
        stem, before = _UNIT_STEMS[units], n - units
    elif tens == 1 and units:
        stem, before = _TEENS[units].removesuffix("ь"), n - 10 - units
    elif tens:
        stem, before = _TEN_STEMS[tens], n - 10 * tens
    else:
        stem, before = _HUNDRED_STEMS[hundreds], 0
    end = (_THIRD_ENDS if stem == "трет" else _ENDS)[gender][case]
    word = stem + ("ой" if end == "ый" and stem in _STRESSED else end)
    return f"{cardinal(before)} {word}" if before else word


def hundred(count: int, more: bool) -> str:
    """So many hundreds; `more`: tens or units follow."""
    return _HUNDREDS[count]
