"""Translations: the .po files of `config/locale/<language>/`, with English source texts as keys.

A Latvian file has three plural forms, and its header tells their order: with `Plural-Forms: nplurals=3; plural=(n % 10 == 0 ||
n % 100 >= 11 && n % 100 <= 19) ? 0 : (n % 10 == 1 && n % 100 != 11) ? 1 : 2;` it is zero, one, other. Only the order is taken
from the header: which form a number takes is CLDR's word, for the older rule that many tools write is wrong from 10 to 20.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from gettext import c2py
from pathlib import Path
from string import Formatter

from babel import Locale
from babel.messages.pofile import PoFileError, read_po

LOCALE = Path(__file__).parent / "locale"
CATEGORIES = ("zero", "one", "two", "few", "many", "other")

_PO_LINE = re.compile(r'\s*(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)\s+)?"(\\.|[^"\\])*"\s*)?')


class TextsFault(Exception):
    """A file of translations cannot be used; the message begins with its path."""


class Texts:
    """The translations in a folder of language folders, all read at once; TextsFault if one file is broken."""

    def __init__(self, folder: Path = LOCALE) -> None:
        self._single: dict[str, dict[str, str]] = {}
        self._plural: dict[str, dict[str, tuple[str, ...]]] = {}
        self._files: dict[tuple[str, str], dict[str, str | list[str]]] = {}
        for path in sorted(folder.glob("*/*.po")):
            language = path.parent.name
            single, plural = _read(path, language)
            self._single.setdefault(language, {}).update(single)
            self._plural.setdefault(language, {}).update(plural)
            self._files[language, path.stem] = {**single, **{msgid: list(forms) for msgid, forms in plural.items()}}

    def translate(self, language: str, msgid: str, /, **params: object) -> str:
        """The text in `language`, or `msgid` where there is none, with each `{name}` of `params` filled in."""
        text = self._single.get(language, {}).get(msgid, msgid)
        return text.format(**params) if params else text

    def plural(self, language: str, singular: str, plural: str, n: int, /, **params: object) -> str:
        """The text for `n` things; `{n}` is filled in too."""
        forms = self._plural.get(language, {}).get(singular)
        text = forms[categories(language).index(_category(language, n))] if forms else singular if n == 1 else plural
        return text.format(n=n, **params)

    def messages(self, language: str, names: Iterable[str]) -> dict[str, str | list[str]]:
        """What a page needs in its browser: text by msgid from the files `names`, later ones first in rank.

        A text with plurals stands under its singular as the list of its forms in the order of `categories(language)`, which
        is that of `CATEGORIES`. What is not there is shown as its msgid.
        """
        found: dict[str, str | list[str]] = {}
        for name in names:
            found |= self._files.get((language, name), {})
        return found


@cache
def categories(language: str) -> tuple[str, ...]:
    """The CLDR plural categories that whole numbers take in `language`: zero, one, other for lv."""
    used = {_category(language, n) for n in range(200)}
    return tuple(category for category in CATEGORIES if category in used)


@cache
def shipped() -> Texts:
    """The translations in the package, read once."""
    return Texts()


def translate(language: str, msgid: str, /, **params: object) -> str:
    """`Texts.translate` of the package's own translations."""
    return shipped().translate(language, msgid, **params)


def plural(language: str, singular: str, plural: str, n: int, /, **params: object) -> str:
    """`Texts.plural` of the package's own translations."""
    return shipped().plural(language, singular, plural, n, **params)


def messages(language: str, names: Iterable[str]) -> dict[str, str | list[str]]:
    """`Texts.messages` of the package's own translations."""
    return shipped().messages(language, names)


@cache
def _rule(language: str) -> Locale:
    return Locale(language)


def _category(language: str, n: int) -> str:
    return str(_rule(language).plural_form(n))


def _read(path: Path, language: str) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not _PO_LINE.fullmatch(line):
                raise TextsFault(f"{path}:{number}: not a line of a .po file: {line.strip()[:60]}")
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
        order = _order(catalog.plural_expr, language)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise TextsFault(f"{path}: {error}") from error
    single: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        sources, strings = _several(message.id), _several(message.string)
        if not any(sources) or not any(strings) or message.fuzzy:
            continue
        known = set[str]().union(*(_names(source, path) for source in sources))
        if not all(strings) or not known.issuperset(name for string in strings for name in _names(string, path)):
            raise TextsFault(f'{path}: "{sources[0]}": a form is empty or has a {{name}} that the source has not')
        if len(sources) == 1:
            single[sources[0]] = strings[0]
        elif len(strings) > max(order):
            plural[sources[0]] = tuple(strings[index] for index in order)
        else:
            raise TextsFault(f'{path}: "{sources[0]}": has {len(strings)} of {max(order) + 1} plural forms')
    return single, plural


def _several(text: str | Sequence[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _order(expression: str, language: str) -> list[int]:
    """For each category of the language the index of its form, by the smallest number of that category."""
    rule = c2py(expression)
    smallest = (next(n for n in range(200) if _category(language, n) == category) for category in categories(language))
    order = [rule(n) for n in smallest]
    if len(set(order)) < len(order):
        names = ", ".join(categories(language))
        raise ValueError(f"the header Plural-Forms does not tell the forms of {language} apart ({names})")
    return order


def _names(text: str, path: Path) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise TextsFault(f'{path}: "{text}": {error}') from error
