"""What a page of figures is asked about, as it stands in its address."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct


class Filter(Struct, frozen=True, kw_only=True):
    """Which visits, and which of their services. Empty: all of them.

    `first` and `last` are months, `institution` and `kind` name several of which it is any, `besides` none of them; `end` may be
    `open`; `called`: has a number and was called; `promised`: and was told a time; `kept`: and was called by the upper bound.
    `service` is that of the number, or of a service given where something else is asked of services too; `about` is the
    institution of the number's service, for whose visits it is known even when nothing was given. A `municipality` is what was
    one on the day of the visit, or with `borders` (a day) what was one then.
    """

    first: str = ""
    last: str = ""
    day: str = ""
    centre: str = ""
    municipality: str = ""
    borders: str = ""
    type: str = ""
    service: str = ""
    about: str = ""
    end: str = ""
    called: str = ""
    promised: str = ""
    kept: str = ""
    corrected: str = ""
    institution: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    channel: str = ""
    outcome: str = ""
    alone: str = ""

    def query(self, **more: Any) -> str:
        """As the query of an address, with `more` in place of what is here."""
        wanted = {**msgspec.structs.asdict(self), **more}
        return urlencode([(key, one) for key, value in wanted.items() if value for one in _several(value)])


MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


_MANY = ("institution", "besides", "kind")


def read_filter(values: Mapping[str, Sequence[str]]) -> Filter:
    """The filter that stands in an address; what is no part of one is passed over."""
    found: dict[str, Any] = {}
    for name in Filter.__struct_fields__:
        given = tuple(one[:80] for one in values.get(name, ()) if _sound(name, one))[:40]
        if given:
            found[name] = given if name in _MANY else given[0]
    return Filter(**found)


def _sound(name: str, text: str) -> bool:
    """Whether the text can be what the field holds."""
    if name in ("day", "borders"):
        try:
            return date.fromisoformat(text).isoformat() == text
        except ValueError:
            return False
    return bool(MONTH.fullmatch(text)) if name in ("first", "last") else bool(text) and "\0" not in text


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
