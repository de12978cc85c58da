"""The journal for people, /admin/journal: searched, told in sentences, one visit's story, checked, handed out."""

import csv
import io
import re
import time
import unicodedata
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

import flask
import msgspec
from flask import request
from flask.typing import ResponseReturnValue

from server.admin.ground import Ground
from server.domain.context import Actor
from server.keeping.audit import Entry, Search, export, numbers_of, search, story, with_number
from server.keeping.kinds import KINDS, called, doer
from server.keeping.sentences import SENTENCES, sentence, why
from server.keeping.service import zone_of
from server.reports.formats import harmless
from server.shell import chosen_language
from server.store.centre import CentreStore
from server.store.journal import BrokenChain
from server.words import Words

LONGEST = 80
_FIELDS = ("day", "until", "number", "counter", "who", "type", "command", "text")
_COLUMNS = ("position", "day", "at", "type", "actor", "command", "hash", "data")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as the page shows it: its sentence, its kind, who made it, why a call was as it was, its own words on demand."""

    entry: Entry
    said: str
    kind: str
    who: str
    why: str
    raw: str
    visit: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the check of the chain found, and the seconds that it took."""

    position: int
    seconds: float
    fault: str = ""


class JournalPages:
    """Everything is read on native threads."""

    def __init__(self, ground: Ground, store: CentreStore) -> None:
        self._ground, self._store = ground, store
        self._checking = False

    def routes(self) -> flask.Blueprint:
        """`/admin/journal` and what belongs to it."""
        blueprint = flask.Blueprint("journal", __name__)
        admitted = self._ground.admitted("journal")
        blueprint.get("/admin/journal")(admitted(self.page))
        blueprint.get("/admin/journal/visit/<uuid:visit>")(admitted(self.visit))
        blueprint.get("/admin/journal/export")(admitted(self.export))
        blueprint.post("/admin/journal/check")(self._ground.posted("journal")(self.check))
        return blueprint

    def page(self, actor: Actor) -> ResponseReturnValue:
        """The newest records, or those that are looked for."""
        return self._page(actor)

    def check(self, actor: Actor) -> ResponseReturnValue:
        """Every hash, from the first record to the last; one at a time."""
        if self._checking:
            return self._ground.refused("too_fast", 429)
        self._checking = True
        try:
            verdict: Verdict = self._ground.door.native(self._verify)
        finally:
            self._checking = False
        return self._page(actor, verdict=verdict)

    def visit(self, actor: Actor, visit: UUID) -> ResponseReturnValue:
        """One visit from its number to its end."""
        entries: tuple[Entry, ...] = self._ground.door.native(story, self._store, visit)
        lines = self._lines(entries)
        number = next((str(one.data["number"]) for one in entries if one.data and one.data.get("number")), "")
        zone = zone_of(self._ground.floor())
        return self._ground.show(
            actor, "journal", "journal_visit.html", 200 if entries else 404, lines=lines, number=number, zone=zone,
            day=entries[-1].day if entries else "",
        )  # fmt: skip

    def export(self, actor: Actor) -> ResponseReturnValue:
        """What is looked for as a file: every field of every record, without the tokens of tickets."""
        wanted, faults = asked(request.args)
        kind = "csv" if request.args.get("format") == "csv" else "json"
        if faults:
            return self._page(actor)
        entries: list[Entry] = self._ground.door.native(lambda: list(export(self._store, wanted)))
        body = self._ground.door.native(as_csv if kind == "csv" else as_json, entries)
        answer = flask.Response(body, mimetype="text/csv" if kind == "csv" else "application/json")
        answer.headers["Content-Disposition"] = f"attachment; filename=journal.{kind}"
        return answer

    def _page(self, actor: Actor, verdict: Verdict | None = None) -> ResponseReturnValue:
        wanted, faults = asked(request.args)
        native = self._ground.door.native
        found = None if faults else native(search, self._store, wanted)
        named = native(with_number, self._store, wanted.number, wanted.day) if wanted.number and not faults else ()
        fields = {name: request.args.get(name, "")[:LONGEST] for name in _FIELDS}
        query = urlencode({name: value for name, value in fields.items() if value})
        return self._ground.show(
            actor, "journal", "journal.html", 422 if faults else 200, fields=fields, faults=faults, found=found, named=named,
            lines=self._lines(found.entries) if found else (), verdict=verdict, query=query,
            types=kinds(Words(chosen_language())), zone=zone_of(self._ground.floor()), older=wanted.before > 0,
        )  # fmt: skip

    def _lines(self, entries: tuple[Entry, ...]) -> tuple[Line, ...]:
        numbers = self._ground.door.native(numbers_of, self._store, entries)
        say, floor = Words(chosen_language()), self._ground.floor()
        zone, names = zone_of(floor), called(floor.plan, say.language)
        people = {one.name: one.display for one in self._ground.people.everybody()}
        return tuple(
            Line(
                entry=one, raw=raw(one), visit=str((one.data or {}).get("visit") or ""),
                said=say("Erased for its age") if one.data is None else sentence(say, one.type, one.data, numbers, zone, names),
                kind=say(KINDS.get(one.type, one.type)), who=doer(say, one.actor, people),
                why=why(say, one.data or {}) if one.type == "VisitCalled" else "",
            )
            for one in entries
        )  # fmt: skip

    def _verify(self) -> Verdict:
        began = time.monotonic()
        try:
            return Verdict(position=self._store.verify(), seconds=time.monotonic() - began)
        except BrokenChain as broken:
            return Verdict(position=broken.position, seconds=time.monotonic() - began, fault=str(broken))


def kinds(say: Words) -> list[tuple[str, str]]:
    """The kinds of records and their names, by name: a letter with a mark comes after the one without."""
    named = ((kind, say(name)) for kind, name in KINDS.items())
    return sorted(named, key=lambda one: unicodedata.normalize("NFD", one[1].casefold()))


def asked(given: Mapping[str, str]) -> tuple[Search, dict[str, str]]:
    """What the form looks for, and by field what is wrong with it, in English."""
    said = {name: given.get(name, "").strip()[:LONGEST] for name in _FIELDS}
    faults = {name: "This is not a day: year-month-day." for name in ("day", "until") if said[name] and not _is_day(said[name])}
    if said["type"] and said["type"] not in SENTENCES:
        faults["type"] = "There is no such kind of record."
    if said["command"] and not re.fullmatch(r"[0-9a-fA-F-]{36}", said["command"]):
        faults["command"] = "The id of a command has 36 characters."
    before = given.get("before", "")
    if said["day"] and not said["until"] and not faults:
        said["until"] = said["day"]
    return Search(**said, before=int(before) if re.fullmatch(r"[0-9]{1,12}", before) else 0), faults


def as_csv(entries: list[Entry]) -> bytes:
    """One record a row; no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows([harmless(cell) for cell in _row(one).values()] for one in entries)
    return ("\ufeff" + out.getvalue()).encode()


def as_json(entries: list[Entry]) -> bytes:
    """A list of records, their data as values."""
    return msgspec.json.encode([{**_row(one), "data": one.data} for one in entries])


def raw(entry: Entry) -> str:
    """The record's own words."""
    return msgspec.json.format(msgspec.json.encode(entry.data), indent=1).decode() if entry.data is not None else ""


def _row(entry: Entry) -> dict[str, str | int]:
    data = msgspec.json.encode(entry.data).decode() if entry.data is not None else ""
    return {
        "position": entry.position, "day": entry.day, "at": entry.at.isoformat(), "type": entry.type, "actor": entry.actor,
        "command": entry.command, "hash": entry.hash, "data": data,
    }  # fmt: skip


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == 10
    except ValueError:
        return False
