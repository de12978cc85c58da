"""What may not be kept in a free text: codes of persons, accounts, cards, ways to reach somebody, words about health."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from server.domain.refusal import Refusal

Datum = Literal["personal_code", "account", "card", "reach", "health"]
"""Kinds of datum that are refused; `reach` is a mobile telephone number or an e-mail address."""

_DASH = r"\s?[-\u2010-\u2015\u2212]?\s?"
_CODE = re.compile(rf"(?<!\d)(\d{{6}}){_DASH}(\d{{5}})(?!\d)")
_SAID = re.compile(r"(?:\bp\.?\s?k\b\.?|\bpersonas\s+kod\w*|\bpers\.\s?k\w*\.?|\bличн\w*\s+код\w*)\W{0,4}$")
_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_IBAN = re.compile(r"(?<![a-z0-9])(?=([a-z]{2})\s?\d{2}\s?[a-z0-9])")
_MAIL = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[a-z]{2,}")
_MOBILE = re.compile(r"(?<![\d-])(?:(?:\+|00)\s?371[ -]?\d{2}(?:[ -]?\d){6}|2\d(?:[ -]?\d){6})(?![\d-])")
_WORD = re.compile(r"\w+")

_LENGTHS = {
    15: "no", 16: "be", 18: "dk fi fk fo gl nl sd", 19: "mk si", 20: "at ba ee kz lt lu mn xk", 21: "ch hr li lv",
    22: "bg bh cr de gb ge ie me rs va", 23: "ae gi il iq om so tl", 24: "ad cz es md pk ro sa se sk tn vg",
    25: "ly pt st", 26: "is tr", 27: "bi dj fr gr it mc mr sm", 28: "al az by cy do gt hu lb ni pl sv",
    29: "br eg ps qa ua", 30: "jo kw mu ye", 31: "mt sc", 32: "lc", 33: "ru",
}  # fmt: skip
_IBAN_LENGTH = {country: length for length, countries in _LENGTHS.items() for country in countries.split()}
"""Characters of an account number by country, from the IBAN registry (ISO 13616)."""


def datum_in(text: str, stems: Iterable[str] = (), *, health: bool = True) -> Datum | None:
    """The gravest datum that the text seems to hold, or None.

    `stems` are words about health; one that ends with `-` is the beginning of a word. Letters are compared without case and
    without diacritics; digits of any script count, marks that are not seen do not.
    """
    plain = folded(text)
    if _personal_code(plain):
        return "personal_code"
    if _account(plain):
        return "account"
    if any(_luhn(found[0]) for found in _DIGITS.finditer(plain)):
        return "card"
    if _MAIL.search(plain) or any(not _is_date(found[0]) for found in _MOBILE.finditer(plain)):
        return "reach"
    if health and _about_health(plain, tuple(stems)):
        return "health"
    return None


def mind(value: Any, stems: Iterable[str] = ()) -> None:
    """Refuses a command with such a datum in one of its free texts; the answer names the field and the kind, never the datum."""
    for field, text, health in _texts(value):
        if text and (found := datum_in(text, stems, health=health)) is not None:
            raise Refusal("personal_data", (f"in_{field}", f"holds_{found}"))


def free_fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """The free texts of a struct's type as (field, whether words about health are refused); nested structs have theirs."""
    return _shape(kind)[0]


def folded(text: str) -> str:
    """Small letters without diacritics, decimal digits, no unseen marks."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    seen = (c for c in parts if unicodedata.category(c) not in ("Mn", "Cf"))
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in seen)


def _personal_code(plain: str) -> bool:
    """Both Latvian forms: DDMMYY-CNNNN, C the century, and the one that begins with 32 to 39 and tells no date.

    After the words for it any eleven digits will do.
    """
    for found in _CODE.finditer(plain):
        first, second = found.groups()
        if "32" <= first[:2] <= "39" or _SAID.search(plain[: found.start()]):
            return True
        if second[0] in "012" and _day(1800 + 100 * int(second[0]) + int(first[4:]), int(first[2:4]), int(first[:2])):
            return True
    return False


def _account(plain: str) -> bool:
    for found in _IBAN.finditer(plain):
        length = _IBAN_LENGTH.get(found[1])
        digits = re.match(rf"[a-z]{{2}}(?:\s?[a-z0-9]){{{length - 2}}}(?![a-z0-9])", plain[found.start() :]) if length else None
        if digits is None:
            continue
        compact = re.sub(r"\s", "", digits[0])
        # A Latvian account is one also with a slip of the pen in it: LV, two digits, four letters, thirteen more.
        if re.fullmatch(r"lv\d\d[a-z]{4}(?=.*\d)[a-z0-9]{13}", compact) or _mod97(compact) == 1:
            return True
    return False


def _mod97(compact: str) -> int:
    """ISO 7064 MOD 97-10 over the account number with its first four characters at the end, letters as 10 to 35."""
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97


def _luhn(digits: str) -> bool:
    """A payment card (ISO/IEC 7812): 13 to 19 digits that begin with 2 to 6 and pass the Luhn check."""
    numbers = [int(c) for c in digits if c.isdigit()]
    if not 2 <= numbers[0] <= 6 or len(set(numbers)) == 1:
        return False
    doubled = (sum(divmod(2 * n, 10)) for n in numbers[-2::-2])
    return (sum(numbers[-1::-2]) + sum(doubled)) % 10 == 0


def _is_date(digits: str) -> bool:
    """Eight digits that are a day of this century, such as 20260316."""
    plain = re.sub(r"\D", "", digits)
    return len(plain) == 8 and plain[:2] == "20" and _day(int(plain[:4]), int(plain[4:6]), int(plain[6:]))


def _day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _about_health(plain: str, stems: tuple[str, ...]) -> bool:
    whole, begin = _words(stems)
    return any(word in whole or word.startswith(begin) for word in _WORD.findall(plain))


@cache
def _words(stems: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    plain = [folded(stem) for stem in stems]
    return frozenset(word for word in plain if word[-1:] != "-"), tuple(word[:-1] for word in plain if word[-1:] == "-")


def _texts(value: Any) -> Iterator[tuple[str, str, bool]]:
    """Every free text of a struct, nested ones included: field, text, whether words about health are refused."""
    kind: type = type(value)
    texts, nested = _shape(kind)
    for field, health in texts:
        yield field, getattr(value, field), health
    for field in nested:
        inner = getattr(value, field)
        for one in inner if isinstance(inner, tuple) else (inner,):
            if one is not None:
                yield from _texts(one)


@cache
def _shape(kind: type) -> tuple[tuple[tuple[str, bool], ...], tuple[str, ...]]:
    """The fields of a struct's type that are free texts, and those that hold structs with such fields."""
    texts, nested = [], []
    for field in msgspec.structs.fields(kind):
        marks = [mark for part in _parts(field.type) for mark in _marks(part)]
        if marks:
            texts.append((field.name, "words" in marks))
        structs = (part for part in _parts(field.type) if isinstance(part, type) and issubclass(part, msgspec.Struct))
        if any(_shape(part) != ((), ()) for part in structs):
            nested.append(field.name)
    return tuple(texts), tuple(nested)


def _parts(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind):
        if get_origin(kind) is not Literal:
            yield from _parts(part)


def _marks(kind: Any) -> Iterator[str]:
    """What the marks of an annotated type say of it as a free text."""
    if get_origin(kind) is Annotated:
        for mark in get_args(kind)[1:]:
            if isinstance(mark, msgspec.Meta) and mark.extra and "free" in mark.extra:
                yield mark.extra["free"]
