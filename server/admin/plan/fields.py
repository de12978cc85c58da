"""The forms of the plan, made from the types of a centre's file: every part of it has its field."""

from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from config.catalogue import Text
from config.centre_file import CentreFile
from server.admin.plan.labels import CHOICES, LABELS

Form = Literal["text", "string", "number", "tick", "choice", "choices", "list", "part", "table"]
"""text: one sentence in every language of the centre; list, part and table (by code) hold further fields."""

REFERENCES = {
    "Offer.code": "institution", "Offer.services": "offered_of", "Change.code": "service", "Change.channels": "channel",
    "Change.kinds": "kind_of_service", "QueueEntry.zone": "zone", "QueueEntry.services": "offer", "QueueEntry.skill": "skill",
    "ProfileEntry.queues": "queue", "Share.queue": "queue", "Counter.zone": "zone", "Counter.profile": "profile",
    "Kiosk.zone": "zone", "Kiosk.quick": "service", "Kiosk.unknown": "service", "Panel.counter": "counter",
    "Key.counter": "counter", "Booth.zone": "zone", "Booth.services": "offer", "Room.zone": "zone", "Screen.zone": "zone",
    "Notice.about": "offer", "Slide.zones": "zone", "Booking.services": "service", "Roll.service": "service",
    "Shift.counter": "counter", "Clerk.code": "account", "Clerk.skills": "skill", "Clerk.profile": "profile",
    "CentreFile.languages": "language", "Voice.languages": "language", "Voice.place": "language", "Centre.municipality": "",
}  # fmt: skip
"""Fields that name something else, and what; of these the page offers what there is."""

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("centre", "The centre", ("centre", "place", "languages")),
    ("hours", "Opening hours", ("hours",)),
    ("services", "Services", ("institutions", "services")),
    ("queues", "Queues", ("queues",)),
    ("profiles", "Profiles and rules of calling", ("profiles",)),
    ("counters", "Counters", ("counters",)),
    ("zones", "Waiting areas", ("zones",)),
    ("kiosks", "Kiosks", ("kiosks", "roll")),
    ("lines", "Signs over counters", ("lines",)),
    ("booths", "Booths and rooms", ("booths", "rooms", "wifi")),
    ("screens", "Screens and voice", ("screens", "voice")),
    ("booking", "Booking of times", ("booking",)),
    ("people", "Shifts and skills", ("shifts", "clerks")),
    ("rules", "Rules", ("rules", "pause_reasons")),
    ("slip", "The slip", ("slip", "slip_footer")),
    ("feedback", "Rating by visitors", ("feedback",)),
)
"""Of the page: name, heading, fields of the file. Slides and notices have a page of their own."""
ELSEWHERE = ("slides", "notices")


class Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field of a form. `of` are the fields of a part, of each item of a list, or of each row of a table.

    Without `of` a list is one of texts, numbers or codes (`item`); `may_all`: it may say "all" instead. `empty` is what a new
    one begins with, `none`: it may be left out. `choices` are values with their names, `to` what it names.
    """

    name: str
    label: str
    form: Form
    help: str = ""
    to: str = ""
    none: bool = False
    may_all: bool = False
    whole: bool = False
    item: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    of: tuple["Field", ...] = ()
    empty: Any = None


@cache
def fields() -> dict[str, Field]:
    """The fields of the file by name."""
    return {one.name: one for one in _of(CentreFile)}


def _of(kind: type[msgspec.Struct]) -> tuple[Field, ...]:
    hints = get_type_hints(kind)
    return tuple(_field(kind, one, hints[one.name]) for one in msgspec.structs.fields(kind))


def _field(kind: type[msgspec.Struct], one: Any, hint: Any) -> Field:
    key = f"{kind.__name__}.{one.name}"
    label, about = LABELS.get(key, (one.name, ""))
    options = [each for each in get_args(hint) if each is not type(None)] if get_origin(hint) in (Union, UnionType) else [hint]
    none = len(options) < len(get_args(hint)) if get_origin(hint) in (Union, UnionType) else False
    may_all = any(get_origin(each) is Literal for each in options) and len(options) > 1
    inner = next(each for each in options if not (may_all and get_origin(each) is Literal))
    made = Field(
        name=one.name, label=label, help=about, form="string", to=REFERENCES.get(key, ""), none=none, may_all=may_all
    )  # fmt: skip
    return _shaped(made, key, inner)


def _shaped(made: Field, key: str, kind: Any) -> Field:
    base = get_origin(kind) or kind
    change = msgspec.structs.replace
    if kind == Text:
        return change(made, form="table", to="language", item="text", empty={}) if made.to == "language" else change(
            made, form="table" if made.name == "pause_reasons" else "text", item="text", empty={}
        )  # fmt: skip
    if base is dict:
        value = get_args(kind)[1]
        if value == Text:
            return change(made, form="table", item="text", empty={})
        return change(made, form="table", of=_of(value), empty=_empty(value))
    if base is tuple:
        return _list(made, key, get_args(kind)[0])
    if base is Literal:
        return change(made, form="choice", choices=_choices(key, get_args(kind)), empty=get_args(kind)[0])
    if issubclass(base, msgspec.Struct):
        return change(made, form="part", of=_of(base), empty=_empty(base))
    if base in (int, float):
        return change(made, form="number", whole=base is int, empty=0)
    return change(made, form="tick" if base is bool else "string", empty=base())


def _list(made: Field, key: str, item: Any) -> Field:
    change = msgspec.structs.replace
    if get_origin(item) is Literal:
        return change(made, form="choices", choices=_choices(key, get_args(item)), empty=[])
    if item == Text:
        return change(made, form="list", item="text", empty={})
    if isinstance(item, type) and issubclass(item, msgspec.Struct):
        return change(made, form="list", of=_of(item), empty=_empty(item))
    return change(made, form="list", item="number" if item is int else "string", empty=0 if item is int else "")


def _choices(key: str, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((value, CHOICES.get(f"{key}={value}") or CHOICES.get(f"day={value}") or value) for value in values)


def _empty(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """A new one, with what is required left empty."""
    found = {}
    hints = get_type_hints(kind)
    for one in msgspec.structs.fields(kind):
        if one.default is not msgspec.NODEFAULT:
            found[one.name] = msgspec.to_builtins(one.default)
        elif one.default_factory is not msgspec.NODEFAULT:
            found[one.name] = msgspec.to_builtins(one.default_factory())
        else:
            hint = hints[one.name]
            base = get_origin(hint) or hint
            if base in (Union, UnionType):
                found[one.name] = []
            elif base is Literal:
                found[one.name] = get_args(hint)[0]
            elif base is tuple:
                found[one.name] = []
            elif isinstance(base, type) and issubclass(base, msgspec.Struct):
                found[one.name] = _empty(base)
            else:
                found[one.name] = base()
    return found
