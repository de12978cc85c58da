"""Two changes of the same file brought together: what only one of them changed, and where both did. Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

Path = tuple[str, ...]


def plain(value: Any) -> Any:
    """A value as its file has it: dicts, lists, words and numbers, which is what `merged` compares."""
    return msgspec.json.decode(msgspec.json.encode(value))


def merged(base: Any, mine: Any, theirs: Any) -> tuple[Any, tuple[Path, ...]]:
    """`mine` with what is changed in `theirs` alone; where both changed the same, mine stays and its path is told.

    Lists of parts with codes are taken part by part, everything else as a whole.
    """
    clashes: list[Path] = []
    return _merged(base, mine, theirs, (), clashes.append), tuple(clashes)


def _merged(base: Any, mine: Any, theirs: Any, path: Path, clash: Callable[[Path], None]) -> Any:
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if isinstance(mine, dict) and isinstance(theirs, dict):
        known = base if isinstance(base, dict) else {}
        return _fields(known, mine, theirs, path, clash)
    if _coded(mine) and _coded(theirs) and _coded(base):
        was, own, other = ({one["code"]: one for one in some} for some in (base, mine, theirs))
        return list(_fields(was, own, other, path, clash).values())
    clash(path)
    return mine


_ABSENT = object()


def _fields(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], path: Path, clash: Callable[[Path], None]) -> Any:
    found = {}
    for name in dict.fromkeys((*mine, *theirs)):
        was, own, other = (one.get(name, _ABSENT) for one in (base, mine, theirs))
        value = _merged(was, own, other, (*path, name), clash)
        if value is not _ABSENT:
            found[name] = value
    return found


def _coded(value: Any) -> bool:
    """Whether a value is a list of parts that are told apart by code."""
    if not isinstance(value, list) or not all(isinstance(one, dict) and one.get("code") for one in value):
        return False
    codes = [one["code"] for one in value]
    return len(set(codes)) == len(codes)
