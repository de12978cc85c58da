"""Findings and what is done about them: whose it is, until when, how far it is, and every step on the way."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Executable, Select, select, update

from server.quality.fields import Fields
from server.quality.records import fresh, step
from server.store.quality_schema import findings, quality_steps

SOURCES = {
    "line": "Line of the standard", "feedback": "Complaint or proposal", "rating": "Ratings", "form": "Form",
    "own": "Own observation",
}  # fmt: skip
STATES = {"open": "To be begun", "at_work": "At work", "done": "Finished", "dropped": "Dropped"}
OPEN = ("open", "at_work")
TEXT_MOST, NOTE_MOST = 400, 400


class Finding(Struct, frozen=True, kw_only=True):
    """One finding; `of` says which line, complaint or form it comes from; days as 2026-03-16."""

    id: str
    day: str
    source: Literal["line", "feedback", "rating", "form", "own"]
    of: str
    text: str
    owner: str
    due: str
    state: Literal["open", "at_work", "done", "dropped"]
    closed: str | None

    def late(self, today: str) -> bool:
        """Whether its day has passed and it is not finished."""
        return self.state in OPEN and self.due < today


def found(
    form: Mapping[str, str], staff: Mapping[str, str], by: str, today: date, stems: tuple[str, ...]
) -> tuple[dict[str, str], list[Executable]]:  # fmt: skip
    """A new finding of a form: the faults by field, or the statements."""
    fields = Fields(form, stems)
    source = fields.one("source", SOURCES)
    text, owner, due = fields.text("text", TEXT_MOST), fields.one("owner", staff), fields.day("due", since=today)
    if fields.faults:
        return fields.faults, []
    id = fresh()
    row = {
        "id": id, "day": today.isoformat(), "source": source, "of": form.get("of", "")[:60], "text": text, "owner": owner,
        "due": due, "state": "open",
    }  # fmt: skip
    return {}, [findings.insert().values(row), step(id, by, "open")]


def changed(
    one: Finding, form: Mapping[str, str], staff: Mapping[str, str], by: str, today: date, stems: tuple[str, ...]
) -> tuple[dict[str, str], list[Executable]]:  # fmt: skip
    """What a form says of a finding: the faults by field, or the statements with a note of what changed.

    Who finishes or drops it says in the note what was done, or why not.
    """
    fields = Fields(form, stems)
    owner, due, state = fields.one("owner", staff), fields.day("due"), fields.one("state", STATES)
    over = state not in OPEN
    note = fields.text("note", NOTE_MOST, needed=over and state != one.state)
    if fields.faults:
        return fields.faults, []
    row = {"owner": owner, "due": due, "state": state, "closed": (one.closed or today.isoformat()) if over else None}
    before = {"owner": one.owner, "due": one.due, "state": one.state}
    told = " ".join(f"{name}={row[name]}" for name in before if before[name] != row[name])
    what = " · ".join(filter(None, (told, note)))
    if not what:
        return {}, []
    return {}, [update(findings).where(findings.c.id == one.id).values(row), step(one.id, by, what)]


def every(since: str) -> Select[Any]:
    """Those from a day on and all that are open, as `Finding`; the open ones first, by the day they are due."""
    wanted = (findings.c.day >= since) | findings.c.state.in_(OPEN)
    return select(findings).where(wanted).order_by(findings.c.state.notin_(OPEN), findings.c.due, findings.c.id)


def of(id: str) -> Select[Any]:
    """One, as `Finding`."""
    return select(findings).where(findings.c.id == id)


def steps(id: str) -> Select[Any]:
    """What was done about one, as `Step`, the oldest first."""
    return select(quality_steps).where(quality_steps.c.of == id).order_by(quality_steps.c.at, quality_steps.c.id)
