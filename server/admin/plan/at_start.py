"""The plan's file at a start, beside a plan that people change while the centre works: it counts when it says something new."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Select, select

from config import texts
from config.catalogue import Catalogue
from config.centre_file import CentreFile
from config.dump import file_of
from config.load import check_plan
from config.merge import merged, plain
from config.network import made_of
from config.plan import Plan
from server.admin.plan.form import as_network_says, grounds
from server.domain.context import SYSTEM
from server.store.schema import journal

Read = Callable[[Select[Any]], list[dict[str, Any]]]


class _Taken(msgspec.Struct, frozen=True):
    """A revision: the plan, whether it had waited for its time, why, and what the file said that it is from."""

    plan: Plan
    scheduled: bool = False
    reason: str = ""
    file: str = ""


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """The plan that a start puts into force, None where the one in force stays; `reason` is for the history.

    `replaces`: others' changes since the file was taken end with it. `kept`: these stay as they were changed by hand, though
    the file or the catalogue says otherwise now.
    """

    plan: Plan | None
    reason: str = ""
    replaces: bool = False
    kept: tuple[str, ...] = ()


_taken = msgspec.json.Decoder(_Taken)


def begin(read: Read, given: Plan, in_force: Plan, packaged: Callable[[], Catalogue], file: str = "") -> Begin:
    """What a start makes of the file's plan, `given`, beside the one in force. `file` is what the file says, as a digest.

    A file that says something new counts as a whole. One that says what it said leaves what people changed since, and only
    brings what another catalogue says of services along.
    """
    given = as_network_says(given, in_force)
    newest = read(_revisions().limit(1))
    if not newest or _from_file(newest[0]) is not None:
        return Begin(plan=given)
    by_starts = read(_revisions().where(journal.c.actor == str(SYSTEM)))
    at, last = next(((n, one) for n, row in enumerate(by_starts) if (one := _from_file(row)) is not None), (0, None))
    if last is None or _edited(last, given, in_force, file):
        return Begin(plan=given, replaces=True)
    then = _told(read, plain(as_network_says(last.plan, in_force)), by_starts[:at])
    found, clashes = merged(then, plain(in_force), plain(given))
    kept = tuple(".".join(path) for path in clashes)
    try:
        plan = msgspec.convert(found, Plan)
    except ValueError:
        return Begin(plan=None, kept=("everything",))
    if plan == in_force:
        return Begin(plan=None, kept=kept)
    if check_plan(plan) or not made_of(plan, grounds(plan, grounds(given, packaged()))):
        return Begin(plan=None, kept=("everything",))
    return Begin(plan=plan, reason=texts.translate("lv", "The catalogue says something new of services"), kept=kept)


def _revisions() -> Select[Any]:
    wanted = select(journal.c.position, journal.c.actor, journal.c.data).where(journal.c.type == "PlanRevised")
    return wanted.order_by(journal.c.position.desc())


def _from_file(row: dict[str, Any]) -> _Taken | None:
    """The revision, if a start of the server made it of a file as a whole; of these nobody gives a reason."""
    if row["actor"] != str(SYSTEM):
        return None
    taken = _taken.decode(row["data"])
    return None if taken.scheduled or taken.reason else taken


def _edited(last: _Taken, given: Plan, in_force: Plan, file: str) -> bool:
    """Whether the file says something else than when it was taken; of a start that kept no digest it can only be guessed."""
    if file and last.file:
        return file != last.file and as_network_says(last.plan, in_force) != given
    return _said(last.plan, in_force) != _said(given, in_force)


def _told(read: Read, plan: Any, since: list[dict[str, Any]]) -> Any:
    """What file and catalogue said when a start last looked: as the file was taken, with what starts have brought `since`."""
    for row in reversed(since):
        after = _taken.decode(row["data"])
        if not after.scheduled:
            (before,) = read(_revisions().where(journal.c.position < row["position"]).limit(1))
            plan, _ = merged(plain(_taken.decode(before["data"]).plan), plan, plain(after.plan))
    return plan


def _said(plan: Plan, now: Plan) -> CentreFile:
    """The file of a plan under what the network says now, its facts being the catalogue's."""
    plan = as_network_says(plan, now)
    return file_of(plan, Catalogue(
        kinds=plan.kinds, channels=plan.channels, outcomes=plan.outcomes, unserved=plan.unserved, counted=plan.counted,
        health_words=plan.health_words, institutions=plan.institutions, services=plan.services,
    ))  # fmt: skip
