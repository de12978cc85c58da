"""What a manager changes on the page of the boards: a part of the plan, checked as the whole plan is."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from config.legible import ROWS_LEAST, rows_that_fit
from config.notices import holds
from config.plan import Code, Notice, Plan, Screen, Slide, Voice, Volume
from config.references import check_references
from config.shape import Report, read
from server.admin.schedule import schedule
from server.fault_words import words
from server.media.folder import missing

Shown = Callable[[Plan, str, Slide], Any]
"""A slide as the boards of a zone draw it."""
IsOn = Callable[[Slide, datetime], bool]
"""Whether a slide's schedule means this moment of the centre's clock."""


class Loudness(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How loud the voice is, usually and at certain hours."""

    volume: int = 80
    volumes: tuple[Volume, ...] = ()


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands on the boards and how loud they speak. `quiet` are the zones where calls are not spoken.

    `voice` is None where the plan has no voice.
    """

    slides: tuple[Slide, ...] = ()
    notices: tuple[Notice, ...] = ()
    screens: tuple[Screen, ...] = ()
    quiet: tuple[Code, ...] = ()
    voice: Loudness | None = None


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in one field: `slides[0].since`."""

    path: str
    text: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What the page draws beside its fields, in the order of the content: for a slide how it looks and when it is shown.

    `few` are the screens on which fewer than four rows can be read from the farthest seat, by their place.
    """

    faults: tuple[Field, ...]
    slides: tuple[Any, ...]
    when: tuple[str, ...]
    now: tuple[bool, ...]
    notices: tuple[str, ...]
    notices_now: tuple[bool, ...]
    few: tuple[int, ...]


def content(plan: Plan) -> Content:
    """The content of a plan."""
    voice = plan.voice
    return Content(
        slides=plan.slides, notices=plan.notices, screens=plan.screens, quiet=tuple(z.code for z in plan.zones if z.quiet),
        voice=Loudness(volume=voice.volume, volumes=voice.volumes) if voice is not None else None,
    )  # fmt: skip


def changed(plan: Plan, said: Content) -> Plan:
    """The plan with this content."""
    return replace(
        plan, slides=said.slides, notices=said.notices, screens=said.screens, voice=_voice(plan.voice, said.voice),
        zones=tuple(replace(zone, quiet=zone.code in said.quiet) for zone in plan.zones),
    )  # fmt: skip


def checked(
    plan: Plan, data: object, there: Iterable[str], language: str, shown: Shown, on: IsOn, now: datetime
) -> tuple[Plan, Checked]:
    """The plan with what a page sent, and what there is to say about it; `there` are the names of the media folder."""
    report = Report()
    said = read(data, Content, report)
    made = changed(plan, said)
    check_references(made, report)
    for i in missing(made, there):
        report.add(f"slides[{i}].file", "This file is not there any more.")
    local = now.astimezone(ZoneInfo(plan.centre.timezone))
    holed = frozenset(hole.partition(".")[0] for hole in report.holes)
    zone = plan.zones[0].code
    whole = [f"slides[{i}]" not in holed for i in range(len(said.slides))]
    return made, Checked(
        faults=tuple(Field(path=path, text=words(text, language)) for path, text in report.faults),
        slides=tuple(shown(made, next(iter(s.zones), zone), s) if ok else None for s, ok in zip(said.slides, whole, strict=True)),
        when=tuple(schedule(slide, language) for slide in said.slides),
        now=tuple(ok and on(slide, local) for slide, ok in zip(said.slides, whole, strict=True)),
        notices=tuple(schedule(notice, language) for notice in said.notices),
        notices_now=tuple(holds(notice, f"{local:%Y-%m-%d}") for notice in said.notices),
        few=tuple(i for i, s in enumerate(said.screens) if s.metres and rows_that_fit(s.inches, s.metres) < ROWS_LEAST),
    )


def _voice(voice: Voice | None, said: Loudness | None) -> Voice | None:
    return replace(voice, volume=said.volume, volumes=said.volumes) if voice is not None and said is not None else voice
