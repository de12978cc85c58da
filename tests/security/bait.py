"""A plan with bait in every text, and where bait was swallowed: became markup instead of standing there as words."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import msgspec

from config.load import check_plan
from config.plan import Plan

BAIT = "<img src=x onerror=alert()>\"'"


def texts(value: Any, path: str = "plan") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every text in words of a plan's plain values: its place, and the table and key that hold it."""
    if isinstance(value, dict):
        words = bool(value) and all(isinstance(key, str) and len(key) == 2 and isinstance(one, str) for key, one in value.items())
        for key, one in list(value.items()):
            if words:
                yield f"{path}.{key}", value, key
            else:
                yield from texts(one, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for n, one in enumerate(value):
            yield from texts(one, f"{path}[{n}]")


def changed(plan: Plan, change: Callable[[str], str]) -> Plan:
    """The plan with each of its texts changed."""
    values = msgspec.to_builtins(plan)
    for _, table, key in texts(values):
        table[key] = change(table[key])
    return msgspec.convert(values, Plan)


def baited(plan: Plan) -> Plan:
    """The plan with bait at the end of each text; ValueError where a check would not let it in."""
    made = changed(plan, lambda text: f"{text[:30]}{BAIT}")
    if faults := check_plan(made):
        raise ValueError(faults)
    return made


class _Looks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.swallowed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if "onerror" in named or (tag == "img" and named.get("src") == "x"):
            self.swallowed.append(self.get_starttag_text() or tag)


def swallowed(page: str) -> list[str]:
    """The bait that became markup in a page."""
    looks = _Looks()
    looks.feed(page)
    return looks.swallowed
