"""What a value of the plan is called by people: names for codes, hours and days in words."""

from collections.abc import Mapping
from typing import Any

import msgspec

from config import texts
from config.catalogue import Catalogue
from config.hours import WEEKDAYS, clock, dates, season, spans
from server.admin.plan.fields import Field
from server.words import Words


class Names(msgspec.Struct, frozen=True):
    """What codes stand for, by what they name (`zone`) and code."""

    known: Mapping[str, Mapping[str, str]]

    def __call__(self, to: str, code: str) -> str:
        return self.known.get("offer" if to == "offered_of" else to, {}).get(code, code)


def names(data: Mapping[str, Any], catalogue: Catalogue, language: str) -> Names:
    """The names of what a file has; a queue without a name of its own has its institution's."""

    def said(text: Mapping[str, str] | None) -> str:
        return (text or {}).get(language) or (text or {}).get("lv") or ""

    institutions = {one.code: said(one.short) for one in catalogue.institutions}
    institutions |= {one["code"]: said(one["short"]) for one in data["institutions"] if one.get("short")}
    services = {one.code: said(one.name) for one in catalogue.services}
    noun = said(data["place"]["noun"])
    queues = {}
    for one in data["queues"]:
        sole = institutions.get(one["services"][0], "") if one["services"] else ""
        queues[one["code"]] = said(one.get("name")) or sole or one["code"]
    return Names({
        "zone": {one["code"]: said(one["name"]) for one in data["zones"]},
        "queue": queues,
        "profile": {one["code"]: said(one["name"]) for one in data["profiles"]},
        "counter": {one["code"]: noun.replace("{n}", one["code"]) for one in data["counters"]},
        "institution": institutions, "service": services, "offer": {**services, **institutions},
        "channel": {code: said(text) for code, text in catalogue.channels.items()},
        "kind_of_service": {code: said(text) for code, text in catalogue.kinds.items()},
    })  # fmt: skip


def value(field: Field, said: Any, known: Names, w: Words) -> str:
    """A value in words; a part or a list of parts as one sentence."""
    if said is None or said in ("", [], {}):
        return w("none")
    if said == "all" and field.may_all:
        return w("all of them")
    match field.form:
        case "tick":
            return w("yes") if said else w("no")
        case "number":
            return w.number(said, 2)
        case "choice":
            return w(dict(field.choices).get(said, said))
        case "choices":
            return (
                days(said, w) if set(said) <= set(WEEKDAYS) else ", ".join(w(dict(field.choices).get(one, one)) for one in said)
            )
        case "text":
            return text(said, w)
        case "list":
            return "; ".join(items(field, said, known, w)) if field.of else ", ".join(items(field, said, known, w))
        case "part":
            return part(field, said, known, w)
        case "table":
            return "; ".join(f"{code}: {row(field, one, known, w)}" for code, one in said.items())
    return known(field.to, said)


def items(field: Field, said: list[Any], known: Names, w: Words) -> list[str]:
    """The items of a list, each in words."""
    if field.of:
        return [part(field, one, known, w) for one in said]
    if field.item == "text":
        return [text(one, w) for one in said]
    return [w.number(one) if field.item == "number" else known(field.to, one) for one in said]


def row(field: Field, said: Any, known: Names, w: Words) -> str:
    """A row of a table."""
    return part(field, said, known, w) if field.of else text(said, w)


def part(field: Field, said: Mapping[str, Any], known: Names, w: Words) -> str:
    """What a part says beyond what goes without saying; opening hours as people say them."""
    names = {one.name for one in field.of}
    if {"days", "spans"} <= names and "counter" not in names:
        return hours(said, w)
    if {"date", "spans"} <= names:
        return " ".join(filter(None, (_dates(said["date"], w), _spans(said["spans"], w), _noted(said, w))))
    if {"counter", "days", "spans"} <= names:
        return f"{known('counter', said['counter'])}: {hours(said, w)}"
    default = field.empty or {}
    told = [
        f"{w(one.label)}: {value(one, said[one.name], known, w)}"
        for one in field.of
        if said.get(one.name) not in (None, "", [], {}) and said[one.name] != default.get(one.name)
    ]
    return ", ".join(told) or w("as usual")


def hours(said: Mapping[str, Any], w: Words) -> str:
    """Days and spans: pirmdiena–piektdiena 8:30–12:00, 12:30–17:00."""
    told = [days(said.get("days") or WEEKDAYS, w), _spans(said["spans"], w)]
    if said.get("percent") is not None:
        told.append(w("{percent} percent", percent=said["percent"]))
    if said.get("nth"):
        told.append(w("only the weekdays {n} of the month", n=", ".join(map(str, said["nth"]))))
    if said.get("season"):
        try:
            first, last = season(said["season"])
            told.append(
                w("from {first} to {last}", first=first[3:] + "." + first[:2] + ".", last=last[3:] + "." + last[:2] + ".")
            )
        except ValueError:
            told.append(said["season"])
    return " ".join(filter(None, (*told, _noted(said, w))))


def days(said: Any, w: Words) -> str:
    """Weekdays, three or more in a row as a range."""
    names = dict(zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
    on = [at for at, day in enumerate(WEEKDAYS) if day in said]
    runs: list[list[int]] = []
    for at in on:
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    told = []
    for run in runs:
        named = [w(names[WEEKDAYS[at]]) for at in run]
        told += [f"{named[0]}–{named[-1]}"] if len(run) > 2 else named
    return ", ".join(told)


def text(said: Mapping[str, str], w: Words) -> str:
    """A text in the language of who looks."""
    return said.get(w.language) or said.get("lv") or next(iter(said.values()), "")


def _spans(said: str, w: Words) -> str:
    try:
        return ", ".join(f"{clock(one.begin)}–{clock(one.end)}" for one in spans(said)) or w("closed")
    except ValueError:
        return said


def _dates(said: str, w: Words) -> str:
    try:
        first, last = dates(said)
    except ValueError:
        return said
    return w.day(first) if first == last else f"{w.day(first)}–{w.day(last)}"


def _noted(said: Mapping[str, Any], w: Words) -> str:
    return f"({text(said['note'], w)})" if said.get("note") else ""


def language_name(code: str, language: str) -> str:
    """The name of a language: latviešu."""
    return texts.translate(language, {"lv": "Latvian", "en": "English", "ru": "Russian", "uk": "Ukrainian"}.get(code, code))
