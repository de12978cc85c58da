"""The network's institutions and services, shared by all plans; every fact carries how well it is known."""

from typing import Literal

import msgspec

Text = dict[str, str]
"""A text by language code; `lv` is always there and always first."""

Evidence = Literal["seen", "known", "guess"]
"""seen in public material; known but not verified; guess: plausible, to be replaced by a person's word."""

Standing = Literal["basket", "candidate", "support", "municipal", "centre"]
"""basket: one of the eight of 2015; candidate: membership unverified, off by default; support: the portal and e-identity."""


class Institution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service holder. `letter` is its ticket series, one capital that cannot be misread (never I, O, Q, W, X, Y)."""

    code: str
    short: Text
    name: Text
    letter: str
    standing: Standing
    evidence: Evidence
    icon: str = "building-bank"


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a visitor comes for. `minutes` is the usual time at the counter for one visitor.

    `daily`, if any, are the numbers given for it in one day. `group` is a heading that long lists of an institution are split
    by; `keywords` are other words it is searched by, in any language; `bring` is what the visitor must have along. Where the
    visitor can do it without help, `alone` is the address of the page for it.
    """

    code: str
    institution: str
    name: Text
    channels: tuple[str, ...]
    kinds: tuple[str, ...]
    minutes: int
    evidence: Evidence
    minutes_evidence: Evidence = "guess"
    retired: bool = False
    sensitive: bool = False
    daily: int | None = None
    note: str = ""
    group: Text = {}
    keywords: tuple[str, ...] = ()
    bring: Text = {}
    alone: str = ""


class Situation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An occasion in life, as a way to the services of several institutions. `line` says in short what is behind it."""

    code: str
    name: Text
    line: Text
    icon: str
    services: tuple[str, ...]


class Counted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As which kind the network counts one of our own: `lodged` with the outcome of that name, else `otherwise`."""

    lodged: str
    otherwise: str


class Catalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Institutions and services in their fixed order, with the vocabulary for what is recorded about a service.

    `unserved` are the reasons for which a service was not given. `health_words` are not let into notes: whole words, or with a
    last `-` the beginning of a word, in any language, without regard to case and diacritics; after a `!` words in a row that
    may stand there all the same.
    """

    kinds: dict[str, Text]
    channels: dict[str, Text]
    outcomes: dict[str, Text]
    unserved: dict[str, Text] = {}
    counted: dict[str, Counted] = {}
    health_words: tuple[str, ...] = ()
    institutions: tuple[Institution, ...]
    services: tuple[Service, ...]
    situations: tuple[Situation, ...] = ()
