"""What there is to say about a draft before it starts: warnings, changes, what becomes of those who wait; in words. Pure."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from config import texts
from config.catalogue import Catalogue
from config.dump import dump_plan
from config.plan import Plan
from config.screen_references import screen_warnings
from config.spoken.check import voice_warnings
from server.admin.plan.diff import Group, diff
from server.admin.plan.effect import Effect, Shift
from server.admin.plan.say import names
from server.domain.refusal import CODES, Refusal
from server.fault_words import words
from server.media.folder import missing
from server.words import Words


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One fact; `grave` where somebody must see to it."""

    label: str
    said: str
    grave: bool = False


def changes(before: Mapping[str, Any], after: Mapping[str, Any], catalogue: Catalogue, w: Words) -> tuple[Group, ...]:
    """The changes from one file to another."""
    return diff(before, after, names(before, catalogue, w.language), names(after, catalogue, w.language), w)


def warnings(plan: Plan, there: Iterable[str], w: Words) -> tuple[str, ...]:
    """What is allowed, but may be regretted."""
    found = [words(one, w.language) for one in (*screen_warnings(plan), *voice_warnings(plan))]
    found += (w("The file of the slide {slide} is not there.", slide=plan.slides[i].code) for i in missing(plan, there))
    for queue in plan.queues:
        serving = {profile.code for profile in plan.profiles if queue.code in profile.queues}
        counters = [counter.code for counter in plan.counters if counter.profile in serving]
        if len(counters) == 1 and len(plan.counters) > 1:
            noun = _said(plan.place.noun, w.language).replace("{n}", counters[0])
            queued = _said(queue.name, w.language)
            found.append(w("Only {counter} serves {queue}: while it pauses, nobody is called.", counter=noun, queue=queued))
    return tuple(found)


def told(found: Effect, before: Mapping[str, Any], after: Mapping[str, Any], catalogue: Catalogue, w: Words) -> tuple[Line, ...]:
    """What would become of those who are here."""
    was, will = (names(one, catalogue, w.language) for one in (before, after))
    if found.refused is not None:
        return (Line(label=w("It cannot be started now"), said=refusal(found.refused, w), grave=True),)
    lines = [Line(label=w("Lose their place"), said=_people(found.lost, w), grave=found.lost > 0)]
    for move in found.moves:
        label = w("Go from {queue} to {to}", queue=was("queue", move.queue), to=will("queue", move.to))
        lines.append(Line(label=label, said=_people(move.visits, w)))
        if move.zone:
            lines.append(Line(label=w("Will be called in another room: tell them"), said=_people(move.visits, w), grave=True))
    lines += [_shift(w("The wait becomes shorter"), found.shorter, w), _shift(w("The wait becomes longer"), found.longer, w)]
    if found.unknown:
        lines.append(Line(label=w("Their wait cannot be reckoned yet"), said=_people(found.unknown, w)))
    lines.append(Line(label=w("Clerks who must sign in again"), said=w.number(found.signed_out), grave=found.signed_out > 0))
    lines.append(Line(label=w("Screens and kiosks that draw anew"), said=w("{n}, without a reload", n=w.number(found.drawn))))
    if found.homeless:
        lines.append(Line(label=w("Screens that have no place any more"), said=", ".join(found.homeless), grave=True))
    return tuple(lines)


def refusal(found: Refusal, w: Words) -> str:
    """A refusal in words."""
    return texts.translate(w.language, CODES[found.code], **found.facts)


def toml_diff(before: Plan, after: Plan, catalogue: Catalogue) -> tuple[str, ...]:
    """The changes as lines of the TOML file."""
    old, new = (dump_plan(one, catalogue).splitlines() for one in (before, after))
    return tuple(list(difflib.unified_diff(old, new, lineterm="", n=2))[2:])


def _shift(label: str, shift: Shift | None, w: Words) -> Line:
    if shift is None:
        return Line(label=label, said=_people(0, w))
    span = w.number(shift.least) if shift.least == shift.most else f"{w.number(shift.least)}–{w.number(shift.most)}"
    return Line(label=label, said=w("{people}, by {n} min", people=_people(shift.visits, w), n=span))


def _people(n: int, w: Words) -> str:
    return w.several("{count} person", "{count} people", n)


def _said(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or text.get("lv", "")
