"""Who practised how long in the training centre, read off its own journal."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from config.settings import sqlite_url
from server.domain.moment import moment
from server.store.database import reader
from server.store.schema import accounts, journal

GAP = timedelta(minutes=30)
"""Who does nothing for so long has ended; what comes later is another time."""
LOG = "courses.jsonl"


class Course(NamedTuple):
    """One person's practice without a long break: who, when it began, minutes, how many steps were taken."""

    account: str
    display: str
    began: datetime
    minutes: int
    steps: int


def courses(folder: Path) -> tuple[Course, ...]:
    """All of a training folder, oldest first; none where nobody has trained."""
    if not (folder / "rinda.db").is_file():
        return ()
    engine = reader(sqlite_url(folder))
    staff = journal.c.actor.like("clerk:%") | journal.c.actor.like("manager:%")
    try:
        with engine.connect() as connection:
            people = connection.execute(select(accounts.c.name, accounts.c.display)).all()
            rows = connection.execute(select(journal.c.actor, journal.c.at).where(staff).order_by(journal.c.position)).all()
    finally:
        engine.dispose()
    return practised([(actor.partition(":")[2], moment(at)) for actor, at in rows], {one.name: one.display for one in people})


def practised(steps: list[tuple[str, datetime]], names: dict[str, str]) -> tuple[Course, ...]:
    """From steps in their order; who has no account (simulated visitors, programs) did not practise."""
    open_: dict[str, tuple[datetime, datetime, int]] = {}
    found: list[Course] = []

    def over(account: str) -> None:
        began, last, count = open_.pop(account)
        found.append(Course(account, names[account], began, max(1, round((last - began).total_seconds() / 60)), count))

    for account, at in steps:
        if account not in names:
            continue
        if account in open_ and at - open_[account][1] > GAP:
            over(account)
        began, _, count = open_.get(account, (at, at, 0))
        open_[account] = (began, at, count + 1)
    for account in list(open_):
        over(account)
    return tuple(sorted(found, key=lambda one: (one.began, one.account)))


def keep_courses(folder: Path) -> None:
    """One JSON line more for each, in the training folder: account, name, begin (UTC), minutes, steps."""
    lines = [json.dumps({**one._asdict(), "began": one.began.isoformat()}, ensure_ascii=False) for one in courses(folder)]
    with (folder / LOG).open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
