"""One thing that was looked at: how it is, and what to do about it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from config.settings import Settings
from server.alerts import Health
from server.store.centre import CentreStore
from server.words import ZONE

State = Literal["trouble", "attention", "note", "ok"]
"""Gravest first. trouble and attention want something done, the former now."""

_RANK: tuple[State, ...] = ("trouble", "attention", "note", "ok")


_DAY = re.compile(r"^(\d\d\.\d\d\.\d{4})(?= |$)")


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """`name`, `said` and `todo` are English sentences, which pages translate; `facts` fill the latter two."""

    name: str
    state: State
    said: str
    todo: str = ""
    facts: Mapping[str, str] = {}

    def text(self) -> str:
        """What is so, in English."""
        return self.said.format(**self.facts)

    def advice(self) -> str:
        """What to do, in English; empty for nothing."""
        return self.todo.format(**self.facts)

    def facts_in(self, language: str) -> dict[str, str]:
        """The facts as people of a language read days and shares of a number."""
        if language != "lv":
            return dict(self.facts)
        facts = {name: _DAY.sub(r"\1.", fact) for name, fact in self.facts.items()}
        return facts | ({"free": facts["free"].replace(".", ",")} if "free" in facts else {})


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What a look has to go by. `health` is what devices say, None outside of the server."""

    settings: Settings
    store: CentreStore
    now: datetime
    health: Mapping[str, Health] | None = None


Look = Callable[[Case], Iterable[Check]]


def ok(name: str, said: str, **facts: object) -> Check:
    """All is well."""
    return Check(name=name, state="ok", said=said, facts=_words(facts))


def note(name: str, said: str, **facts: object) -> Check:
    """Something to know; nothing to do."""
    return Check(name=name, state="note", said=said, facts=_words(facts))


def attention(name: str, said: str, todo: str, **facts: object) -> Check:
    """Something is to be done, soon."""
    return Check(name=name, state="attention", said=said, todo=todo, facts=_words(facts))


def trouble(name: str, said: str, todo: str, **facts: object) -> Check:
    """Something is to be done, now."""
    return Check(name=name, state="trouble", said=said, todo=todo, facts=_words(facts))


def gravest(checks: Iterable[Check]) -> State:
    """The worst state among them; ok of none."""
    return min((one.state for one in checks), key=_RANK.index, default="ok")


def must_act(checks: Iterable[Check]) -> bool:
    """Whether something must be done."""
    return gravest(checks) in ("trouble", "attention")


def clock(at: datetime) -> str:
    """A moment as centres' clocks show it."""
    return f"{at.astimezone(ZONE):%d.%m.%Y %H:%M}"


def _words(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}
