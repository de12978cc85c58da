"""What one file says otherwise than another, in sentences grouped by thing. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from server.admin.plan.fields import Field, fields
from server.admin.plan.say import Names, items, language_name, part, row, text, value
from server.words import Words

_THINGS = {
    "zones": "Waiting area {name}", "institutions": "Institution {name}", "services": "Service {name}", "queues": "Queue {name}",
    "profiles": "Profile {name}", "kiosks": "Kiosk {name}", "lines": "Line of signs {name}", "booths": "Booth {name}",
    "rooms": "Room {name}", "screens": "Screen {name}", "clerks": "Clerk {name}", "slides": "Slide {name}",
}  # fmt: skip


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a sentence; `new` is what is different, written bold."""

    text: str
    new: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What was (-) or will be (+)."""

    sign: Literal["-", "+"]
    label: str
    said: tuple[Part, ...]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that changes. `path` is the section of the file that it is in."""

    title: str
    path: str
    rows: tuple[Row, ...]


def diff(before: Mapping[str, Any], after: Mapping[str, Any], was: Names, will: Names, w: Words) -> tuple[Group, ...]:
    """The changes from one file to another; `was` and `will` are the names of things in each."""
    return tuple(_Diff(was, will, w).groups(before, after))


class _Diff:
    def __init__(self, was: Names, will: Names, w: Words) -> None:
        self.was, self.will, self.w = was, will, w

    def groups(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Group]:
        for name, field in fields().items():
            old, new = before.get(name), after.get(name)
            if old == new:
                continue
            if field.form == "list" and any(one.name == "code" for one in field.of):
                yield from self._things(field, old or [], new or [])
            elif rows := tuple(self._rows(field, old, new, "")):
                yield Group(title=self.w(field.label), path=name, rows=rows)

    def _things(self, field: Field, old: list[Any], new: list[Any]) -> Iterator[Group]:
        befores, afters = ({one["code"]: one for one in some} for some in (old, new))
        for code in dict.fromkeys((*befores, *afters)):
            one, other = befores.get(code), afters.get(code)
            if one == other:
                continue
            title = self._title(field, code, other or one or {}, self.will if other else self.was)
            if one is None or other is None:
                sign, said, known = ("+", other, self.will) if one is None else ("-", one, self.was)
                label = self.w("added") if one is None else self.w("removed")
                rows: tuple[Row, ...] = (self._row(sign, label, part(field, said or {}, known, self.w)),)
            else:
                rows = tuple(self._parts(field, one, other, ""))
            if rows:
                yield Group(title=title, path=field.name, rows=rows)
        kept = [[code for code in some if code in befores and code in afters] for some in (befores, afters)]
        if kept[0] != kept[1]:
            told = [
                ", ".join(self._name(field, code, known) for code in some)
                for some, known in zip(kept, (befores, afters), strict=True)
            ]
            label = self.w("order")
            yield Group(
                title=self.w(field.label), path=field.name, rows=(self._row("-", label, told[0]), self._row("+", label, told[1]))
            )

    def _title(self, field: Field, code: str, thing: Mapping[str, Any], known: Names) -> str:
        if field.name == "counters":
            return known("counter", code)
        name = self._name(field, code, {code: thing}, known)
        return self.w(_THINGS.get(field.name, "{name}"), name=f"„{name}”" if self.w.language == "lv" else f"“{name}”")

    def _name(self, field: Field, code: str, things: Mapping[str, Any], known: Names | None = None) -> str:
        to = {"queues": "queue", "institutions": "institution", "services": "service", "counters": "counter"}.get(field.name)
        own = things[code].get("name")
        return (known or self.will)(to, code) if to else text(own, self.w) if own else code

    def _parts(self, field: Field, old: Mapping[str, Any], new: Mapping[str, Any], under: str) -> Iterator[Row]:
        for one in field.of:
            yield from self._rows(one, old.get(one.name), new.get(one.name), under)

    def _rows(self, field: Field, old: Any, new: Any, under: str) -> Iterator[Row]:
        if old == new:
            return
        whole = field.label if not under else f"{under}, {self.w(field.label)}"
        label = under + (", " if under else "") + self.w(field.label) if under else self.w(whole)
        if field.form == "part" and isinstance(old, dict) and isinstance(new, dict):
            yield from self._parts(field, old, new, label if under or field.name not in fields() else "")
        elif field.form == "text":
            yield from self._texts(label, old or {}, new or {})
        elif field.form == "table":
            yield from self._table(field, old or {}, new or {}, label)
        elif field.form == "list" and isinstance(old, list) and isinstance(new, list):
            yield from self._lists(field, old, new, label)
        else:
            yield self._row("-", label, value(field, old, self.was, self.w))
            yield self._row("+", label, value(field, new, self.will, self.w))

    def _texts(self, label: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Row]:
        for language in dict.fromkeys((*old, *new)):
            one, other = old.get(language), new.get(language)
            if one != other:
                named = label if language == "lv" else f"{label} ({language_name(language, self.w.language)})"
                yield from (self._row(sign, named, said) for sign, said in (("-", one), ("+", other)) if said)

    def _table(self, field: Field, old: Mapping[str, Any], new: Mapping[str, Any], label: str) -> Iterator[Row]:
        for code in dict.fromkeys((*old, *new)):
            one, other = old.get(code), new.get(code)
            if one == other:
                continue
            if one is not None:
                yield self._row("-", f"{label}, {code}", row(field, one, self.was, self.w))
            if other is not None:
                yield self._row("+", f"{label}, {code}", row(field, other, self.will, self.w))

    def _lists(self, field: Field, old: list[Any], new: list[Any], label: str) -> Iterator[Row]:
        was, will = items(field, old, self.was, self.w), items(field, new, self.will, self.w)
        if field.of:
            gone, come = [one for one in was if one not in will], [one for one in will if one not in was]
            if not gone and not come:
                gone, come = ["; ".join(was)], ["; ".join(will)]
            yield from (self._row("-", label, one) for one in gone)
            yield from (self._row("+", label, one) for one in come)
            return
        yield Row(sign="-", label=label, said=self._listed(was, will))
        yield Row(sign="+", label=label, said=self._listed(will, was))

    def _listed(self, said: list[str], other: list[str]) -> tuple[Part, ...]:
        """A list with what the other one has not in bold."""
        if not said:
            return (Part(self.w("none"), True),)
        found: list[Part] = []
        for at, one in enumerate(said):
            found += [*([Part(", ")] if at else []), Part(one, one not in other)]
        return tuple(found)

    @staticmethod
    def _row(sign: Any, label: str, said: str) -> Row:
        return Row(sign=sign, label=label, said=(Part(said, True),))
