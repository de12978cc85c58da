"""The open list of services, held against the catalogue: what is new, what is gone, what may have another name.

Nothing of it goes into the catalogue by itself: what is new becomes entries that a person completes and the network publishes.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import IO

from msgspec import Struct

from config.catalogue import Catalogue, Service
from config.dump import value_text
from config.open_data.table import Rows, Said
from config.open_data.words import fold, words

MEANINGS: dict[str, tuple[str, ...]] = {
    "name": ("pakalpojums", "pakalpojuma nosaukums", "nosaukums", "service", "name"),
    "institution": ("iestāde", "iestādes nosaukums", "pakalpojuma turētājs", "turētājs", "pakalpojuma sniedzējs", "institution"),
    "code": ("kods", "pakalpojuma kods", "identifikators", "code"),
    "address": ("saite", "adrese", "url", "link"),
}
ALIKE = 0.82
"""From this likeness on (0 to 1) two names of one institution are put before a person as perhaps the same."""


class Listed(Struct, frozen=True, kw_only=True):
    """A service of the list; `institution` is the code in the catalogue, empty where the catalogue does not know it."""

    row: int
    name: str
    holder: str
    institution: str
    code: str = ""
    address: str = ""


class Compared(Struct, frozen=True, kw_only=True):
    """`renamed`: listed under another name, with the likeness; `gone`: in the catalogue, not in the list."""

    same: tuple[tuple[Listed, Service], ...]
    new: tuple[Listed, ...]
    renamed: tuple[tuple[Listed, Service, float], ...]
    gone: tuple[Service, ...]
    strangers: tuple[str, ...]
    said: tuple[Said, ...]
    empty: int


def compare(file: IO[bytes], catalogue: Catalogue) -> Compared:
    """Reads the list; NoTable where it has no head for the name and the institution."""
    rows = Rows(file, MEANINGS, ("name", "institution"))
    listed, seen = list[Listed](), dict[tuple[str, str], int]()
    for row in rows:
        name, holder = row.cells.get("name", ""), row.cells.get("institution", "")
        if not words(name) or not words(holder):
            rows.said.append(Said(row=row.row, text=f"no {'institution' if words(name) else 'name'}: {name or holder}"))
            continue
        known = (fold(holder), _key(name))
        if known in seen:
            rows.said.append(Said(row=row.row, text=f'"{name}" of {holder} is in row {seen[known]} already'))
            continue
        seen[known] = row.row
        listed.append(
            Listed(
                row=row.row, name=name, holder=holder, institution=institution_of(holder, catalogue),
                code=row.cells.get("code", ""), address=row.cells.get("address", ""),
            )
        )  # fmt: skip
    return _sorted(listed, catalogue, tuple(rows.said), rows.empty)


def institution_of(said: str, catalogue: Catalogue) -> str:
    """The code of an institution by its name, short name or code; empty for none."""
    heard = _key(said)
    for one in catalogue.institutions:
        if heard in {_key(one.code), *(_key(text) for text in (*one.short.values(), *one.name.values()))}:
            return one.code
    inside = [one.code for one in catalogue.institutions if set(words(one.name["lv"])) <= set(words(said))]
    return inside[0] if len(inside) == 1 else ""


def _sorted(listed: Sequence[Listed], catalogue: Catalogue, said: tuple[Said, ...], empty: int) -> Compared:
    holders = {one.institution for one in listed if one.institution}
    left = {one.code: one for one in catalogue.services if one.institution in holders and not one.retired}
    same, rest = list[tuple[Listed, Service]](), list[Listed]()
    for one in listed:
        found = next(
            (its for its in left.values() if its.institution == one.institution and _key(its.name["lv"]) == _key(one.name)), None
        )
        if found is None:
            rest.append(one)
        else:
            same.append((one, left.pop(found.code)))
    pairs = sorted(
        (
            (_likeness(one.name, its.name["lv"]), one, its)
            for one in rest for its in left.values() if one.institution == its.institution
        ),
        key=lambda pair: (-pair[0], pair[1].row, pair[2].code),
    )  # fmt: skip
    renamed, taken = list[tuple[Listed, Service, float]](), set[int]()
    for likeness, one, its in pairs:
        if likeness >= ALIKE and one.row not in taken and its.code in left:
            taken.add(one.row)
            renamed.append((one, left.pop(its.code), round(likeness, 2)))
    return Compared(
        same=tuple(same), new=tuple(one for one in rest if one.row not in taken), renamed=tuple(renamed),
        gone=tuple(left.values()), said=said, empty=empty,
        strangers=tuple(sorted({one.holder for one in listed if not one.institution})),
    )  # fmt: skip


def candidates(found: Compared, catalogue: Catalogue) -> tuple[Service, ...]:
    """What is new, as entries of the catalogue: the name is seen, kinds, channels and minutes are guesses for a person to set.

    Services of institutions that the catalogue does not know make none: first somebody adds the institution.
    """
    codes = {one.code for one in catalogue.services}
    made = []
    for one in found.new:
        if not one.institution:
            continue
        n = 1
        while (code := f"{one.institution}-N{n:02}") in codes:
            n += 1
        codes.add(code)
        code_there = f" (code {one.code})" if one.code else ""
        note = f"Candidate from row {one.row} of the open list{code_there}: kinds, channels and minutes are guesses"
        made.append(
            Service(
                code=code, institution=one.institution, name={"lv": one.name}, channels=("klatiene",),
                kinds=tuple(kind for kind in ("pieteikums", "konsultacija") if kind in catalogue.kinds), minutes=10,
                evidence="seen", minutes_evidence="guess", note=note,
            )
        )  # fmt: skip
    return tuple(made)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, _key(one), _key(other), autojunk=False).ratio()


def _key(text: str) -> str:
    return " ".join(words(text))


def entries(made: Sequence[Service]) -> str:
    """The entries as part of a catalogue file."""
    lines = ["# From the open list of services: a person sets kinds, channels and minutes before these go into the catalogue."]
    for one in made:
        lines += ["", "[[service]]"]
        for name in ("code", "institution", "name", "channels", "kinds", "minutes", "evidence", "minutes_evidence", "note"):
            lines.append(f"{name} = {value_text(getattr(one, name))}")
    return "\n".join([*lines, ""])
