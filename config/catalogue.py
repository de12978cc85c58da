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

    `daily`, if any, are the numbers given for it in one day.
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


class Catalogue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Institutions and services in their fixed order, with the vocabulary for what is recorded about a service."""

    kinds: dict[str, Text]
    channels: dict[str, Text]
    outcomes: dict[str, Text]
    institutions: tuple[Institution, ...]
    services: tuple[Service, ...]
