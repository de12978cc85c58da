"""Which municipalities there are on a day, and what one has become."""

import re
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from config.open_data.words import fold

_FILE = Path(__file__).parent / "municipalities.toml"


class Municipality(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state city or a county; `since` and `until` are days that it is one, `into` what it became part of."""

    name: str
    kind: str
    since: date = date.min
    until: date = date.max
    into: tuple[str, ...] = ()


class NoMunicipality(LookupError):
    """The name means none, or more than one, on that day; the text says which."""


def on(day: date) -> tuple[Municipality, ...]:
    """All that are municipalities on a day."""
    return tuple(one for one in _known().values() if one.since <= day <= one.until)


def valid_on(name: str, day: date) -> str:
    """The municipality in which, on that day, lies what a name of any time means; NoMunicipality if it does not say.

    Names are taken as people write them: `Madonas nov.`, `MADONAS NOVADS`. A name younger than the day does not tell its part.
    """
    found = _known().get(key(name))
    if found is None:
        raise NoMunicipality(f'"{name}" is no municipality')
    while day > found.until:
        if len(found.into) != 1:
            raise NoMunicipality(f"{found.name} was divided between {' and '.join(found.into)}")
        found = _known()[key(found.into[0])]
    if day < found.since:
        raise NoMunicipality(f"{found.name} is one only since {found.since}")
    return found.name


@lru_cache(8192)
def shown_on(name: str, day: date) -> str:
    """The same for tables: what is not known keeps the name that it has."""
    try:
        return valid_on(name, day)
    except NoMunicipality:
        return name


def changes() -> tuple[date, ...]:
    """The first days of each time in which the municipalities stayed the same, but for the first time of all."""
    known = _known().values()
    begun = {one.since for one in known} | {one.until + timedelta(days=1) for one in known if one.until != date.max}
    return tuple(sorted(begun - {date.min}))


def became(name: str, later: str) -> bool:
    """Whether a municipality is another one since, or a part of it: then its own name says more than the later one."""
    found, wanted = _known().get(key(name)), key(later)
    while found is not None and len(found.into) == 1:
        if key(found.into[0]) == wanted:
            return True
        found = _known().get(key(found.into[0]))
    return False


def key(name: str) -> str:
    """How names are compared."""
    plain = re.sub(r"\bnov(\.|\b)", "novads", fold(name)).replace("novada", "novads")
    plain = re.sub(r"\b(pasvaldiba|valstspilsetas?|valstspilseta|pilseta)\b", " ", plain)
    return " ".join(re.findall(r"\w+", plain))


@cache
def _known() -> dict[str, Municipality]:
    listed = msgspec.toml.decode(_FILE.read_bytes(), type=dict[str, tuple[Municipality, ...]])
    return {key(one.name): one for one in listed["municipality"]}
