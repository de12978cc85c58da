"""What may not be kept in a free text: codes of persons, accounts, cards, ways to reach somebody, words about health."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from server.domain import telltale
from server.domain.refusal import Refusal

Datum = Literal["personal_code", "account", "card", "reach", "health"]
"""Kinds of datum that are refused; `reach` is a mobile telephone number or an e-mail address."""

Look = Literal["words", "numbers", "codes"]
"""What a text may not hold: any such datum; any but words about health (a name); only codes, accounts and cards (a telephone)."""

_WORD = re.compile(r"\w+")


def datum_in(text: str, stems: Iterable[str] = (), *, health: bool = True) -> Datum | None:
    """The gravest datum that the text seems to hold, or None.

    `stems` are words about health; one that ends with `-` is the beginning of a word. After `!` stand words in a row that are
    none: names of services and streets. Letters are compared without case and without diacritics; digits of any script count,
    marks that are not seen do not.
    """
    plain = folded(text)
    if (found := _grave(plain)) is not None:
        return found
    if telltale.reach(plain):
        return "reach"
    if health and _about_health(plain, tuple(stems)):
        return "health"
    return None


def mind(value: Any, stems: Iterable[str] = ()) -> None:
    """Refuses a command with such a datum in one of its texts, or in them one after the other.

    The answer names the field and the kind, never the datum.
    """
    texts = [(field, text, look) for field, text, look in _texts(value) if text]
    for field, text, look in texts:
        found = _grave(folded(text)) if look == "codes" else datum_in(text, stems, health=look == "words")
        if found is not None:
            raise Refusal("personal_data", (f"in_{field}", f"holds_{found}"))
    for row in (texts, texts[::-1]) if len(texts) > 1 else ():
        if (found := _grave(folded(" ".join(text for _, text, _ in row)))) is not None:
            raise Refusal("personal_data", (f"in_{row[-1][0]}", f"holds_{found}"))


def free_fields(kind: type) -> tuple[tuple[str, Look], ...]:
    """The texts of a struct's type as (field, what is looked for in it); nested structs have theirs."""
    return _shape(kind)[0]


def folded(text: str) -> str:
    """Small letters without diacritics, decimal digits, one kind of dash, no unseen marks."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    seen = (c for c in parts if unicodedata.category(c) not in ("Mn", "Cf"))
    return "".join(_letter(c) for c in seen)


def _letter(c: str) -> str:
    if c.isdecimal():
        return str(unicodedata.decimal(c))
    return "-" if unicodedata.category(c) == "Pd" or c == "\N{MINUS SIGN}" else c


def _grave(plain: str) -> Datum | None:
    if telltale.personal_code(plain):
        return "personal_code"
    if telltale.account(plain):
        return "account"
    return "card" if telltale.card(plain) else None


def _about_health(plain: str, stems: tuple[str, ...]) -> bool:
    words, (ill, fine) = _WORD.findall(plain), _words(stems)
    named = {
        at + n
        for row in fine
        for at in range(len(words) - len(row) + 1)
        if all(_is(word, stem) for word, stem in zip(words[at:], row, strict=False))
        for n in range(len(row))
    }
    return any(at not in named and any(_is(word, stem) for stem in ill) for at, word in enumerate(words))


def _is(word: str, stem: str) -> bool:
    return word.startswith(stem[:-1]) if stem[-1:] == "-" else word == stem


@cache
def _words(stems: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Words about health, and rows of words that are names."""
    plain = [folded(stem) for stem in stems]
    return tuple(one for one in plain if one[:1] != "!"), tuple(tuple(one[1:].split()) for one in plain if one[:1] == "!")


def _texts(value: Any) -> Iterator[tuple[str, str, Look]]:
    """Every such text of a struct, nested ones included: field, text, what is looked for in it."""
    kind: type = type(value)
    texts, nested = _shape(kind)
    for field, look in texts:
        yield field, getattr(value, field), look
    for field in nested:
        inner = getattr(value, field)
        for one in inner if isinstance(inner, tuple) else (inner,):
            if one is not None:
                yield from _texts(one)


@cache
def _shape(kind: type) -> tuple[tuple[tuple[str, Look], ...], tuple[str, ...]]:
    """The fields of a struct's type that are looked through, and those that hold structs with such fields."""
    texts, nested = [], []
    for field in msgspec.structs.fields(kind):
        marks = [mark for part in _parts(field.type) for mark in _marks(part)]
        if marks:
            texts.append((field.name, marks[0]))
        structs = (part for part in _parts(field.type) if isinstance(part, type) and issubclass(part, msgspec.Struct))
        if any(_shape(part) != ((), ()) for part in structs):
            nested.append(field.name)
    return tuple(texts), tuple(nested)


def _parts(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind):
        if get_origin(kind) is not Literal:
            yield from _parts(part)


def _marks(kind: Any) -> Iterator[Look]:
    """What is looked for in a text of this annotated type."""
    if get_origin(kind) is Annotated:
        for mark in get_args(kind)[1:]:
            if isinstance(mark, msgspec.Meta) and mark.extra and "free" in mark.extra:
                yield mark.extra["free"]
