"""Texts of other people's tables: without mark-up, odd spaces and odd dashes; and how they are compared."""

import re
import unicodedata
from html import unescape

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def clean(text: str) -> str:
    """The text as it was meant: entities and tags resolved (twice where they were made so twice), one space between words."""
    for _ in range(2):
        text = unescape(text)
    text = re.sub(r"<br\s*/?>|</p>|</li>", "; ", text, flags=re.IGNORECASE)
    text = re.sub(r"<[^<>]{1,80}>", " ", text)
    return re.sub(r"[\s\u200b\ufeff]+", " ", unicodedata.normalize("NFC", text)).strip(" ;")


def dashed(text: str) -> str:
    """Every dash as a plain one."""
    return text.translate(_DASHES)


def fold(text: str) -> str:
    """For comparing: no case, no diacritics, plain dashes."""
    plain = unicodedata.normalize("NFD", dashed(text).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(re.findall(r"\w+", fold(text)))
