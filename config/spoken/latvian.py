"""Numbers, letters and sentences of a call in Latvian."""

from config.spoken.words import digits_of

NUMBER = "Kārtas numurs"
COME = "Lūdzu, nāciet {place}."
TEST = "Skaņas pārbaude."

LETTERS = {
    "A": "ā", "B": "bē", "C": "cē", "D": "dē", "E": "ē", "F": "ef", "G": "gā", "H": "hā", "J": "jē", "K": "kā", "L": "el",
    "M": "em", "N": "en", "P": "pē", "Q": "kū", "R": "er", "S": "es", "T": "tē", "U": "ū", "V": "vē", "W": "dubultvē",
    "X": "iks", "Y": "igrek", "Z": "zē",
}  # fmt: skip

RHYMES = ("BCDEJPTVZ", "AGHK")
"""Letters that a hall cannot tell from one another."""

FAR_APART = "A, L, M, N, R, S, U"

GENDERS: tuple[str, ...] = ("m", "f")

_UNITS = ("nulle", "viens", "divi", "trīs", "četri", "pieci", "seši", "septiņi", "astoņi", "deviņi")
_UNITS_F = ("nulle", "viena", "divas", "trīs", "četras", "piecas", "sešas", "septiņas", "astoņas", "deviņas")
_ROOTS = ("", "vien", "div", "trīs", "četr", "piec", "seš", "septiņ", "astoņ", "deviņ")
_STEMS = ("nult", "pirm", "otr", "treš", "ceturt", "piekt", "sest", "septīt", "astot", "devīt")
_ENDS = {
    "m": {"nominative": "ais", "genitive": "ā", "dative": "ajam", "accusative": "o", "locative": "ajā"},
    "f": {"nominative": "ā", "genitive": "ās", "dative": "ajai", "accusative": "o", "locative": "ajā"},
}


def cardinal(n: int, gender: str = "m") -> str:
    """0 to 999 in the nominative: "simts divdesmit viens"."""
    hundreds, tens, units = digits_of(n)
    words = [hundred(hundreds, False)] if hundreds else []
    if tens == 1:
        return " ".join([*words, _ROOTS[units] + "padsmit" if units else "desmit"])
    words += [_ROOTS[tens] + "desmit"] if tens else []
    words += [(_UNITS_F if gender == "f" else _UNITS)[units]] if units or not words else []
    return " ".join(words)


def ordinal(n: int, gender: str, case: str) -> str:
    """0 to 999 with the definite ending, as before a noun: "divdesmit pirmā"; only the last word is declined."""
    hundreds, tens, units = digits_of(n)
    if n == 0 or (units and tens != 1):
        stem, before = _STEMS[units], n - units
    elif tens == 1 and units:
        stem, before = _ROOTS[units] + "padsmit", n - 10 - units
    elif tens:
        stem, before = (_ROOTS[tens] if tens > 1 else "") + "desmit", n - 10 * tens
    else:
        stem, before = (_ROOTS[hundreds] if hundreds > 1 else "") + "simt", 0
    return f"{cardinal(before)} {stem}{_ENDS[gender][case]}" if before else stem + _ENDS[gender][case]


def hundred(count: int, more: bool) -> str:
    """So many hundreds; `more`: tens or units follow."""
    return "simts" if count == 1 else f"{_UNITS[count]} simti"
