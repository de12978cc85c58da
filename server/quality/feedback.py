"""Complaints, proposals and thanks: what is said, who sees to it, until when, and what was answered."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Connection, Executable, Select, delete, select, update

from config.plan import Plan
from server.quality.fields import Fields
from server.quality.records import fresh, step
from server.store.quality_schema import feedback, feedback_contacts

KINDS = {"complaint": "Complaint", "proposal": "Proposal", "thanks": "Thanks"}
STATES = {"new": "New", "at_work": "Being seen to", "answered": "Answered", "closed": "Closed without an answer"}
OPEN = ("new", "at_work")
TEXT_MOST, CONTACT_MOST, ANSWER_MOST = 2000, 120, 2000
CONTACT_DAYS = 30
"""So long after the answer the contact is kept."""

Kind = Literal["complaint", "proposal", "thanks"]
State = Literal["new", "at_work", "answered", "closed"]


class Feedback(Struct, frozen=True, kw_only=True):
    """One of them; `about` is an institution's code, empty for the centre; days as 2026-03-16, `owner` an account."""

    id: str
    day: str
    kind: Kind
    about: str
    language: str
    text: str
    owner: str | None
    state: State
    due: str
    answered: str | None
    answer: str

    def late(self, today: str) -> bool:
        """Whether it is past its day without an answer."""
        return self.state in OPEN and self.due < today


def said(form: Mapping[str, str], plan: Plan, language: str, today: date) -> tuple[dict[str, str], list[Executable]]:
    """What a visitor wrote on the public page: the faults by field, or the statements that keep it.

    The contact lies in a table of its own, and is nowhere in the text.
    """
    fields = Fields(form, plan.health_words)
    kind = fields.one("kind", KINDS)
    about = fields.one("about", [one.code for one in plan.institutions], needed=False)
    text = fields.text("text", TEXT_MOST, health=False)
    contact = fields.text("contact", CONTACT_MOST, needed=False, own=True)
    if fields.faults:
        return fields.faults, []
    id, due = fresh(), today + timedelta(days=plan.feedback.within_days)
    row = {
        "id": id, "day": today.isoformat(), "kind": kind, "about": about, "language": language, "text": text,
        "state": "new", "due": due.isoformat(), "answer": "",
    }  # fmt: skip
    written: list[Executable] = [feedback.insert().values(row)]
    if contact:
        written.append(feedback_contacts.insert().values(feedback=id, contact=contact))
    return {}, written


def changed(
    one: Feedback, form: Mapping[str, str], staff: Mapping[str, str], by: str, today: date
) -> tuple[dict[str, str], list[Executable]]:  # fmt: skip
    """What the manager's form says of it: the faults by field, or the statements, with a note of what changed.

    `staff` are names by account. Nothing is due before the day it came. Who closes or answers it puts the day; the contact goes
    thirty days later.
    """
    fields = Fields(form)
    owner, state = fields.one("owner", staff, needed=False), fields.one("state", STATES)
    due = fields.day("due", since=date.fromisoformat(one.day))
    answer = fields.text("answer", ANSWER_MOST, needed=state == "answered", health=False)
    if fields.faults:
        return fields.faults, []
    over = state not in OPEN
    row = {
        "owner": owner or None, "state": state, "due": due, "answer": answer,
        "answered": (one.answered or today.isoformat()) if over else None,
    }  # fmt: skip
    before = {"owner": one.owner, "state": one.state, "due": one.due, "answer": one.answer}
    told = [f"{name}={row[name] or '-'}" if name != "answer" else "answer" for name in before if before[name] != row[name]]
    if not told:
        return {}, []
    return {}, [update(feedback).where(feedback.c.id == one.id).values(row), step(one.id, by, " ".join(told))]


def every(since: str) -> Select[Any]:
    """Those from a day on and all that are open, as `Feedback`; the open ones first, by the day they are due."""
    wanted = (feedback.c.day >= since) | feedback.c.state.in_(OPEN)
    return select(feedback).where(wanted).order_by(feedback.c.state.notin_(OPEN), feedback.c.due, feedback.c.id)


def of(id: str) -> Select[Any]:
    """One, as `Feedback`."""
    return select(feedback).where(feedback.c.id == id)


def contact_of(id: str) -> Select[Any]:
    """How to reach who wrote it."""
    return select(feedback_contacts.c.contact).where(feedback_contacts.c.feedback == id)


def erase_contacts(connection: Connection, today: date) -> int:
    """Erases the contacts whose matter was over thirty days ago, and those without a matter; how many they were."""
    bound = (today - timedelta(days=CONTACT_DAYS)).isoformat()
    kept = select(feedback.c.id).where(feedback.c.answered.is_(None) | (feedback.c.answered > bound))
    return connection.execute(delete(feedback_contacts).where(feedback_contacts.c.feedback.not_in(kept))).rowcount
