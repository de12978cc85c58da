"""Numbers, letters and sentences of a call in English."""

from config.spoken.words import digits_of

NUMBER = "Number"
COME = "Please come {place}."
TEST = "Sound test."

LETTERS = {letter: letter for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ"}
"""Every engine knows their names."""

GENDERS: tuple[str, ...] = ("m", "f", "n")

_UNDER_20 = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip


def cardinal(n: int, gender: str = "m") -> str:
    """0 to 999: "one hundred and twenty-one"."""
    hundreds, tens, units = digits_of(n)
    rest = n % 100
    if hundreds:
        return hundred(hundreds, True) + " " + cardinal(rest) if rest else hundred(hundreds, False)
    if n < 20:
        return _UNDER_20[n]
    return _TENS[tens] + (f"-{_UNDER_20[units]}" if units else "")


def ordinal(n: int, gender: str, case: str) -> str:
    """0 to 999: "twenty-first"; gender and case make no difference."""
    said = cardinal(n)
    at = max(said.rfind(" "), said.rfind("-")) + 1
    before, last = said[:at], said[at:]
    return before + (_ORDINALS.get(last) or (last.removesuffix("y") + "ieth" if last.endswith("y") else f"{last}th"))


def hundred(count: int, more: bool) -> str:
    """So many hundreds; `more`: tens or units follow."""
    return f"{_UNDER_20[count]} hundred{' and' if more else ''}"
