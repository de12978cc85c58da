"""Numbers and addresses in a text that tell of one person: personal codes, accounts, cards, telephones, e-mail. Pure.

Texts are folded: small letters, no diacritics, decimal digits, plain dashes and blanks.
"""

import re
from datetime import date

_J = r"[\s./,-]{1,4}"
"""What people put between the groups of a number."""
_ONCE = rf"(?:{_J})?"

_FIRST = rf"\d\d{_ONCE}\d\d{_ONCE}\d\d|(?:\d{_J}){{5}}\d"
_SECOND = rf"\d{{5}}|\d{_J}\d{{4}}|\d\d{_J}\d{{3}}|\d{{3}}{_J}\d\d|\d{{4}}{_J}\d|(?:\d{_J}){{4}}\d"
_CODE = re.compile(rf"(?<!\d)(?=({_FIRST})(?:([\W_]{{1,6}})({_SECOND})|()(\d{{5}}))(?!\d))")
_SAID = re.compile(r"(?:\bp\.?\s?k\b\.?|\bpersonas\s+kod\w*|\bpers\.\s?k\w*\.?|\bличн\w*\s+код\w*)\W{0,4}$")
_LAND = re.compile(r"\bkadastr\w*[^\d]{0,20}$")
_ABROAD = re.compile(r"(?:\+|\b00)\s?$")

_IBAN = re.compile(rf"(?<![a-z0-9])(?=([a-z]{{2}}){_ONCE}\d{_ONCE}\d{_ONCE}[a-z0-9])")

_RUN = re.compile(rf"(?<!\d)\d(?:{_ONCE}\d){{12,18}}(?!\d)")
_FOURS = re.compile(rf"(?<!\d)(?=(\d{{4}}(?:{_J}\d{{4}}){{3}}|\d{{4}}{_J}\d{{6}}{_J}\d{{4,5}})(?!\d))")
_CARD = re.compile(r"2[2-7]|3[04-9]|[456]")

_MAIL = re.compile(r"[^\s@,;<>()]+\s{0,3}(?:@|[(\[]at[)\]])\s{0,3}[^\s@,;<>()]+?\s?\.\s?[a-z]{2,}")
_P = r"[\s./-]{0,3}"
_MOBILE = re.compile(rf"(?<![\d-])(?<!\d[./])(?!2\d(?:{_P}0){{6}})2\d(?:{_P}\d){{6}}(?!\d|[-./]\d)")
_FOREIGN = re.compile(r"(?:\+|(?<![\d-])00)\s?\(?[1-9](?:[\s./()-]{0,3}\d){8,13}(?!\d)")

_DAY = re.compile(rf"(?<!\d)(\d\d?){_P}(\d\d?){_P}(\d{{4}})(?!\d)")
_ISO = re.compile(rf"(?<!\d)(\d{{4}}){_P}(\d\d?){_P}(\d\d?)(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d\d)\.(\d\d)\.(\d\d)\.?(?=\s|,|$)(?!\s?\d{3})")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d\s?[\s./,-]\s?20\d\d(?!\d)")
_SPAN = re.compile(r"(?<!\d)\d{1,2}[.:]\d\d\.?\s?-\s?\d{1,2}[.:]\d\d(?!\d)")
"""From one hour, or from one day of a year, to another."""

_LENGTHS = {
    15: "no", 16: "be", 18: "dk fi fk fo gl nl sd", 19: "mk si", 20: "at ba ee kz lt lu mn xk", 21: "ch hr li lv",
    22: "bg bh cr de gb ge ie me rs va", 23: "ae gi il iq om so tl", 24: "ad cz es md pk ro sa se sk tn vg",
    25: "ly pt st", 26: "is tr", 27: "bi dj fr gr it mc mr sm", 28: "al az by cy do gt hu lb ni pl sv",
    29: "br eg ps qa ua", 30: "jo kw mu ye", 31: "mt sc", 32: "lc", 33: "ru",
}  # fmt: skip
_IBAN_LENGTH = {country: length for length, countries in _LENGTHS.items() for country in countries.split()}
"""Characters of an account number by country, from the IBAN registry (ISO 13616)."""


def personal_code(plain: str) -> bool:
    """Both Latvian forms: DDMMYY-CNNNN, C the century, and the one of random digits that begins with 32.

    With its hyphen a number from 33 on counts too, for the law leaves these to codes; after the words for it any eleven digits.
    """
    for found in _CODE.finditer(plain):
        first, between = _digits(found[1]), found[2] or ""
        second, before = _digits(found[3] or found[5]), plain[max(0, found.start() - 40) : found.start()]
        if _SAID.search(before):
            return True
        if second[0] in "012" and _day(1800 + 100 * int(second[0]) + int(first[4:]), int(first[2:4]), int(first[:2])):
            return True
        if not found[1].isdigit() or _ABROAD.search(before) or (not between and _LAND.search(before)):
            continue
        if first[:2] == "32" or ("33" <= first[:2] <= "39" and between.strip() == "-"):
            return True
    return False


def account(plain: str) -> bool:
    """An IBAN with the length of its country and good check digits."""
    for found in _IBAN.finditer(plain):
        length = _IBAN_LENGTH.get(found[1])
        if length is None:
            continue
        whole = re.match(rf"[a-z]{{2}}(?:{_ONCE}[a-z0-9]){{{length - 2}}}(?![a-z0-9])", plain[found.start() :])
        if whole is None:
            continue
        compact = re.sub(r"[^a-z0-9]", "", whole[0])
        # A Latvian account is one also with a slip of the pen in it: LV, two digits, four letters, thirteen more.
        if re.fullmatch(r"lv\d\d[a-z]{4}(?=.*\d)[a-z0-9]{13}", compact) or _mod97(compact) == 1:
            return True
    return False


def card(plain: str) -> bool:
    """A payment card (ISO/IEC 7812): 13 to 19 digits that begin as cards do and pass the Luhn check."""
    text = _undated(plain)
    return any(_luhn(_digits(digits)) for digits in (*_RUN.findall(text), *_FOURS.findall(text)))


def reach(plain: str) -> bool:
    """A mobile telephone of Latvia, any number with the code of a country, an e-mail address."""
    if _MAIL.search(plain) or _FOREIGN.search(plain):
        return True
    return any(_undated(_digits(found[0])) != "#" for found in _MOBILE.finditer(_undated(plain)))


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())


def _undated(plain: str) -> str:
    """The text without its dates, spans of years, hours and days: their digits are no part of another number."""
    text = _YEARS.sub("#", plain)
    text = _DAY.sub(lambda m: _unless(m, m[3], m[2], m[1]), text)
    text = _ISO.sub(lambda m: _unless(m, m[1], m[2], m[3]), text)
    text = _SHORT.sub(lambda m: _unless(m, f"20{m[3]}", m[2], m[1]), text)
    return _SPAN.sub("#", text)


def _unless(found: re.Match[str], year: str, month: str, day: str) -> str:
    """Eight digits in a row are a day only in the years that notes are about, for telephones look like that too."""
    near = range(2010, 2040) if found[0].isdigit() else range(1900, 2100)
    return "#" if int(year) in near and _day(int(year), int(month), int(day)) else found[0]


def _day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _mod97(compact: str) -> int:
    """ISO 7064 MOD 97-10 over the account number with its first four characters at the end, letters as 10 to 35."""
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97


def _luhn(digits: str) -> bool:
    if not _CARD.match(digits) or len(set(digits)) == 1:
        return False
    numbers = [int(c) for c in digits]
    doubled = (sum(divmod(2 * n, 10)) for n in numbers[-2::-2])
    return (sum(numbers[-1::-2]) + sum(doubled)) % 10 == 0
