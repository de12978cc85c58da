"""How long quality keeps what people wrote: figures stay, words go."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, select, update

from config.quality import forms
from server.quality import feedback as matters
from server.quality.findings import OPEN as UNFINISHED
from server.quality.rating import Ratings
from server.quality.records import Records
from server.store.quality_schema import (
    feedback,
    feedback_contacts,
    findings,
    inquiries,
    quality_steps,
    rated,
    ratings,
    standard_answers,
)


def erase_before(connection: Connection, day: str) -> dict[str, int]:
    """Erases what was written before a day, and returns how many of each were erased.

    Scores, counts, kinds and dates stay for the statistics. What is still open is not touched, however old.
    """
    old = (feedback.c.day < day) & feedback.c.state.notin_(matters.OPEN)
    closed = (findings.c.day < day) & findings.c.state.notin_(UNFINISHED)
    gone = select(feedback.c.id).where(old).union(select(findings.c.id).where(closed))
    ids = [row.id for row in connection.execute(gone)]
    found = {"feedback_contacts": connection.execute(
        delete(feedback_contacts).where(feedback_contacts.c.feedback.in_(select(feedback.c.id).where(old)))
    ).rowcount}  # fmt: skip
    found["rating_texts"] = _blank(connection, ratings, ratings.c.day < day, text="")
    found["feedback_texts"] = _blank(connection, feedback, old, text="", answer="")
    found["finding_texts"] = _blank(connection, findings, closed, text="")
    found["evidence"] = _blank(connection, standard_answers, standard_answers.c.day < day, evidence="")
    found["form_texts"] = _form_texts(connection, day)
    found["steps"] = connection.execute(delete(quality_steps).where(quality_steps.c.of.in_(ids))).rowcount if ids else 0
    found["rated"] = connection.execute(delete(rated).where(rated.c.day < day)).rowcount
    return found


def turn(records: Records, ratings: Ratings, day: str) -> None:
    """A business day began: which visits were rated is forgotten, and the contacts whose matter was over thirty days ago."""
    ratings.turn(day)
    records.work(lambda connection: _forget(connection, date.fromisoformat(day)))


def _forget(connection: Connection, today: date) -> None:
    matters.erase_contacts(connection, today)


def _blank(connection: Connection, table: Table, where: Any, **values: str) -> int:
    """Empties columns of the rows that hold something in the first of them."""
    first = next(iter(values))
    return connection.execute(update(table).where(where, table.c[first] != "").values(**values)).rowcount


def _form_texts(connection: Connection, day: str) -> int:
    """Takes the free texts out of old sheets."""
    free = {code: {one.code for one in form.questions if one.kind == "text"} for code, form in forms().items()}
    changed = 0
    for row in connection.execute(select(inquiries).where(inquiries.c.day < day)).mappings().all():
        answers = msgspec.json.decode(row["answers"], type=dict[str, Any])
        kept = {name: cell for name, cell in answers.items() if name not in free.get(row["form"], answers)}
        if kept != answers:
            text = msgspec.json.encode(kept).decode()
            connection.execute(update(inquiries).where(inquiries.c.id == row["id"]).values(answers=text))
            changed += 1
    return changed
