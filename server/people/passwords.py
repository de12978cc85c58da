"""Which passwords are taken, and the codes that people type once: to sign in for the first time, to pair, to recover."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from config.plan import Plan
from server.people.hashing import PASSWORD_LEAST, SECRET_MOST

ALPHABET = "ABCDEFGHJKLMNPQRTUVWXY346789"
"""Without letters and digits that look like another one (I 1, O 0, S 5, Z 2)."""

WORD_LEAST = 4
"""A shorter word of a name would be in too many passwords."""

_COMMON = Path(__file__).parent / "common_passwords.txt"

SHORT = "A password has at least {n} characters."
LONG = "A password has at most {n} characters."
COMMON = "Very many people use this password, so it is guessed first. Choose another."
NAMED = "The password has the name of the centre, of the person or of the program in it. Choose another."


def fault(password: str, names: Iterable[str] = ()) -> tuple[str, dict[str, object]] | None:
    """Why the password is not taken: a text and its facts; None if it is. No rules on letters and digits, no expiry.

    `names` are what nobody should build a password on: of the centre, of the person.
    """
    if len(password) < PASSWORD_LEAST:
        return SHORT, {"n": PASSWORD_LEAST}
    if len(password) > SECRET_MOST:
        return LONG, {"n": SECRET_MOST}
    if password.casefold() in _common():
        return COMMON, {}
    plain = _plain(password)
    if any(word in plain for word in _words(("rinda", *names))):
        return NAMED, {}
    return None


def names_of(plan: Plan | None) -> tuple[str, ...]:
    """What of a centre no password may hold."""
    return () if plan is None else (plan.centre.code, *plan.centre.short.values())


def code(length: int) -> str:
    """A fresh code of the alphabet; about 4.8 bits a letter."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(plain: str, size: int = 4) -> str:
    """A code as people read it aloud: ABCD-EFGH."""
    return "-".join(plain[at : at + size] for at in range(0, len(plain), size))


def typed(text: str) -> str:
    """A code as somebody typed it, without spaces and dashes."""
    return re.sub(r"[\s\u2010-\u2015-]", "", text).upper()[:40]


@cache
def _common() -> frozenset[str]:
    return frozenset(line for line in _COMMON.read_text("utf-8").splitlines() if not line.startswith("# "))


def _words(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in re.findall(r"\w+", _plain(name)) if len(word) >= WORD_LEAST}


def _plain(text: str) -> str:
    """In lower case and without the marks of letters: Bērziņa as berzina."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
