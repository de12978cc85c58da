"""Reads plain data (from TOML or JSON) as a typed value and reports every fault of type, key and limit on the way."""

import re
import types
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, Literal, TypeVar, Union, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from config import fault
from config.byte_template import literal, sign_form, sign_template
from config.catalogue import Text
from config.hours import dates, season, spans
from config.line_limits import SPEED, WIDTH
from config.logo import check_logo
from config.media import media_name

LANGUAGES = ("lv", "en", "ru", "uk")
LETTERS = "ABCDEFGHJKLMNPRSTUVZ"
"""Capitals of a ticket series: I and O read as digits, Q and W are not Latvian, X and Y are the reserve series."""

_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RANGE = {
    "minutes": (1, 480),
    "extend": (1, 240),
    "presence_s": (1, 86_400),
    "no_show_s": (1, 86_400),
    "park_minutes": (1, 1_440),
    "within_days": (1, 365),
    "park_limit_minutes": (1, 1_440),
    "lock_minutes": (0, 720),
    "delays": (0, 9),
    "delay_places": (1, 20),
    "return_minutes": (0, 240),
    "wait_minutes": (1, 240),
    "metres": (1, 60),
    "volume": (0, 100),
    "percent": (0, 100),
    "tempo": (80, 300),
    "seconds": (5, 300),
    "target": (1, 480),
    "daily": (0, 9_999),
    "rate": (1, 100),
    "head_start": (0, 480),
    "take": (1, 20),
    "overtakes_most": (0, 999),
    "wait_most": (1, 480),
    "gap_s": (0, 600),
    "short_before_holiday": (0, 480),
    "last_ticket": (0, 480),
    "remote_after": (0, 480),
    "remote_before": (0, 480),
    "places": (1, 99),
    "step": (5, 240),
    "lead": (0, 10_080),
    "horizon": (1, 365),
    "early": (0, 240),
    "late": (0, 240),
    "no_show": (0, 480),
    "hold": (1, 60),
    "first": (0, 9_999),
    "last": (0, 9_999),
    "nth": (-1, 5),
    "inches": (5, 120),
    "address": (0, 255),
    "register": (0, 65_535),
    "light_register": (0, 65_535),
    "speed": SPEED,
    "width": WIDTH,
    "refresh_s": (1, 600),
    "flash_s": (0, 30),
    "brightness": (1, 4),
    "dim_to": (0, 4),
}


def _page(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or " " in address:
        raise ValueError(f"{address!r} is not the address of a page (https://...)")


_READ: dict[str, Callable[[str], object]] = {
    "spans": spans, "season": season, "date": dates, "since": date.fromisoformat, "until": date.fromisoformat,
    "alone": _page, "portal": _page, "logo": check_logo, "template": sign_template, "says": literal,
    "dim": spans, "form": sign_form, "file": media_name,
}  # fmt: skip
"""Texts with a form of their own, by field; each raises the ValueError that says what is wrong."""
_LONGEST = 300
_LONGEST_OF = {"logo": 20_000, "markdown": 2_000}
_NAMED = {("Slide", "text"): "markdown", ("Voice", "speed"): "tempo"}
"""Fields with rules of their own under a name that other parts have too."""
_LABEL = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", tuple: "a list", dict: "a table"}

LIST_MOST = 1_000
LIST_MOST_OF = {"hours": 100, "regular": 100, "exceptions": 500}
"""Items of a list and rows of a table, also by field: no centre has more of anything. They are held against each other."""
KEYS_MOST = 50
"""Unknown keys of one table that are told one by one."""
GUESSES = 15_000
"""Words that misspelt ones are held against for one file: a third of a second."""

T = TypeVar("T")


class Report:
    """Faults found so far. `names` are the keys that the file uses for fields of the outermost table.

    What was meant by a misspelt word is guessed as long as there are few of them.
    `aliases` tell where the file says something under a misspelt name of the outermost table.
    A hole is a path whose value could not be read; what is said about it or anything inside it later is not heard.
    """

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self.names = names or {}
        self.faults: list[tuple[str, str]] = []
        self.holes: set[str] = set()
        self.aliases: dict[str, str] = {}
        self._patterns: set[str] = set()
        self._guesses = GUESSES

    def add(self, path: str, text: str) -> None:
        """Note a fault."""
        around = {path[: match.start()] for match in re.finditer(r"[.\[]", path)}
        if self.holes.isdisjoint(around | {path}):
            self.faults.append((path, text))

    def named(self, path: str) -> str:
        """`path` in the words of what was read: `queues[2].name` stands in a file as `queue[2].name`."""
        section = re.match(r"\w*", path)[0]  # type: ignore[index]
        return self.names.get(section, section) + path[len(section) :]

    def hole(self, path: str, text: str = "") -> None:
        """Note a fault that leaves no usable value at `path`; without `text` it is told elsewhere."""
        if text:
            self.add(path, text)
        self.holes.add(path)
        self._patterns.add(re.sub(r"\[\d+\]", "[]", path))

    def nearest(self, word: str, known: Iterable[str]) -> str | None:
        """The one of `known` that was most likely meant; None also where so much is wrong that nobody guesses any more."""
        known = tuple(known)
        self._guesses -= len(known)
        return fault.nearest(word, known) if self._guesses >= 0 else None

    def meant(self, word: str, known: Collection[str]) -> str:
        """`word` if it is one of `known`, else the nearest, else nothing: a misspelt name is one fault, not several."""
        return word if word in known else self.nearest(word, known) or ""

    def did_you_mean(self, word: str, known: Iterable[str]) -> str:
        """The end of a message: `; did you mean "x"?`, or nothing."""
        found = self.nearest(word, known)
        return f'; did you mean "{found}"?' if found else ""

    def torn(self, *patterns: str) -> bool:
        """Whether there is a hole at one of `patterns`, where `[]` is any index."""
        return not self._patterns.isdisjoint(patterns)


def read(data: object, kind: type[T], report: Report) -> T:
    """`data` as `kind`; where it has faults they are in `report` and the value has empty places instead."""
    return _read(data, kind, "", "", report)  # type: ignore[no-any-return]


def _read(value: Any, kind: Any, path: str, name: str, report: Report) -> Any:
    whole, kind = kind, _choose(kind, value)
    base = get_origin(kind) or kind
    most = LIST_MOST_OF.get(name, LIST_MOST)
    if base in (tuple, dict) and isinstance(value, list | tuple | dict) and len(value) > most:
        report.hole(path, f"has {len(value):,} entries, at most {most:,}")
        return base()
    match value:
        case str() if base is Literal and value in get_args(kind):
            return value
        case dict() if base is dict:
            return _read_table(value, kind, path, name, report)
        case dict() if base is not Literal and issubclass(base, msgspec.Struct):
            return _read_struct(value, base, path, report)
        case list() | tuple() if base is tuple:
            return tuple(_read(item, get_args(kind)[0], f"{path}[{i}]", name, report) for i, item in enumerate(value))
        case int() if base is float and type(value) is int:
            return _read_leaf(float(value), path, name, report)
        case str() | bool() | int() | float() if type(value) is base:
            return _read_leaf(value, path, name, report)
    report.hole(path, f"expected {_label(whole)}, got {_shown(value)}{_hint(value, whole, report)}")
    return _empty(kind, path, report)


def _read_leaf(value: str | bool | float, path: str, name: str, report: Report) -> str | bool | float:
    wrong = (_text_fault(value, name) if isinstance(value, str) else "") or _limit(value, name, report)
    if wrong:
        report.hole(path, wrong)
        return type(value)()
    return value


def _hint(value: object, kind: Any, report: Report) -> str:
    """How the value may have been meant."""
    if isinstance(value, str):
        literals = (part for part in (kind, *get_args(kind)) if get_origin(part) is Literal)
        return report.did_you_mean(value, [word for part in literals for word in get_args(part)])
    return " (put it in quotes)" if kind is str and type(value) in (int, float) else ""


def _choose(kind: Any, value: object) -> Any:
    """The member of a union that `value` is most likely meant to be."""
    if get_origin(kind) not in (Union, types.UnionType):
        return kind
    options = [option for option in get_args(kind) if option is not type(None)]
    fitting = (option for option in options if (get_origin(option) is Literal) == isinstance(value, str))
    return next(fitting, options[0])


def _read_struct(data: dict[str, Any], kind: type[msgspec.Struct], path: str, report: Report) -> msgspec.Struct:
    fields = {report.names.get(f.name, f.name) if not path else f.name: f for f in msgspec.structs.fields(kind)}
    misspelt = set()
    free = fields.keys() - data.keys()
    unknown = [key for key in data if key not in fields]
    if len(unknown) > KEYS_MOST:
        report.add(path, f"{len(unknown) - KEYS_MOST:,} more unknown keys")
    for key in unknown[:KEYS_MOST]:
        name = report.nearest(key, free)
        misspelt.add(name)
        name = name or report.nearest(key, fields)
        hint = f'; did you mean "{name}"?' if name else ""
        report.add(_join(path, key), f'unknown key "{key}"{hint}')
        if name and not path:
            data = _as_meant(data, key, name, fields[name].type, report)
    values = {}
    for key, field in fields.items():
        inner = _join(path, field.name)
        default = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
        if key in data:
            whole = type(default) is float and type(data[key]) is int  # a browser writes 0.0 as 0
            same = data[key] == default and (whole or type(data[key]) is type(default))
            name = _NAMED.get((kind.__name__, field.name), field.name)
            values[field.name] = default if same else _read(data[key], field.type, inner, name, report)
        elif field.required:
            report.hole(inner, "" if key in misspelt else _missing(key, inner, report))
            values[field.name] = _empty(field.type, inner, report)
    return kind(**values)


def _as_meant(data: dict[str, Any], key: str, name: str, kind: Any, report: Report) -> dict[str, Any]:
    """`data` with its unknown table `key` read as `name`, so that the faults in it are told at once too."""
    match data[key], data.get(name), get_origin(kind) is tuple:
        case (list(), None, True) | (dict(), None, False):
            report.aliases[name] = key
            return data | {name: data[key]}
        case list(value), list(there), True:
            report.aliases |= {f"{name}[{len(there) + i}]": f"{key}[{i}]" for i in range(len(value))}
            return data | {name: [*there, *value]}
        case dict(value), dict(there), False:
            report.aliases |= {f"{name}.{inner}": f"{key}.{inner}" for inner in value.keys() - there.keys()}
            return data | {name: value | there}
    return data


def _missing(key: str, path: str, report: Report) -> str:
    """A missing `[[...]]` of a file is told with its brackets."""
    return f"[[{key}]] is missing" if path in report.names else "is missing"


def _read_table(data: dict[str, Any], kind: Any, path: str, name: str, report: Report) -> dict[str, Any]:
    if kind == Text:
        for key in data.keys() - set(LANGUAGES):
            hint = report.did_you_mean(key, LANGUAGES)
            report.hole(_join(path, key), f'language "{key}" is not known (known: {", ".join(LANGUAGES)}){hint}')
        if "lv" not in data:
            report.add(path, "the Latvian text (lv) is missing")
    else:
        for key in data:
            if not _CODE.fullmatch(key):
                report.hole(_join(path, key), "a code has 1 to 40 letters (a-z), digits, - or _")
    return {key: _read(item, get_args(kind)[1], _join(path, key), name, report) for key, item in data.items()}


def _text_fault(text: str, name: str) -> str:
    if not text.strip():
        return "" if name == "note" else "is empty"
    longest = _LONGEST_OF.get(name, _LONGEST)
    if len(text) > longest:
        return f"is too long: {len(text):,} characters, at most {longest:,}"
    blank = {"spans": "\t", "markdown": "\n"}.get(name, "")
    for character in text:
        if character == blank:
            continue
        if unicodedata.category(character) in ("Cc", "Zl", "Zp") or character in _BIDI:
            return f"has a control character (U+{ord(character):04X})"
    return ""


def _limit(value: Any, name: str, report: Report) -> str:
    """What is wrong with a value of the right type in a field called `name`, or nothing."""
    if name == "code" and not _CODE.fullmatch(value):
        return f"{_shown(value)}: a code has 1 to 40 letters (a-z), digits, - or _"
    if name == "letter" and (len(value) != 1 or value not in LETTERS):
        return f"{_shown(value)} cannot be a series; one of {LETTERS}"
    if name == "languages" and value not in LANGUAGES:
        return f"language {_shown(value)} is not known (known: {', '.join(LANGUAGES)}){report.did_you_mean(value, LANGUAGES)}"
    if name == "timezone" and not _is_zone(value):
        return f"{_shown(value)} is not the name of a time zone, such as Europe/Riga"
    if name in ("noun", "towards") and re.sub(r"\{n\}", "", value, count=1).count("{") + ("{n}" not in value):
        return "needs {n} for the number of the counter, once, and no other braces"
    if name == "nth" and value == 0:
        return "0 is no weekday of a month; 1 to 5, or -1 for the last"
    if name in _READ:
        return _unread(value, name)
    low, high = _RANGE.get(name, (0, 0))
    if high and not low <= value <= high:
        return f"{value} is outside {low} to {high}"
    return ""


def _unread(text: str, name: str) -> str:
    try:
        _READ[name](text)
    except ValueError as error:
        return str(error)
    return ""


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _empty(kind: Any, path: str, report: Report) -> Any:
    kind = _choose(kind, None)
    base = get_origin(kind) or kind
    if base is Literal:
        return ""
    if issubclass(base, msgspec.Struct):
        return _read_struct({}, base, path, report)
    return base()


def _label(kind: Any) -> str:
    base = get_origin(kind) or kind
    if base is Literal:
        options = ", ".join(f'"{option}"' for option in get_args(kind))
        return f"one of {options}" if "," in options else options
    if base in (Union, types.UnionType):
        return " or ".join(_label(option) for option in get_args(kind) if option is not type(None))
    return _LABEL.get(base, "a table")


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value[:40]}…"' if len(value) > 40 else f'"{value}"'
        case int() | float():
            return f"{value:.12g}"
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
    return f"a {type(value).__name__}"


def _join(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part
