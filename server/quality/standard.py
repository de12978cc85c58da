"""The standard as a checklist: each line with its value of a period and whether it is met, measured or answered by a person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Executable, Select, delete, select

from config.plan import Plan
from config.quality import Line, Measure, standard
from server.domain.moment import microseconds
from server.quality.feedback import Feedback
from server.quality.fields import Fields
from server.quality.measures import Figures
from server.quality.rating import LEAST, Rating
from server.quality.records import fresh
from server.store.quality_schema import standard_answers, standard_lines

ANSWERS = {"yes": "Met", "partly": "Partly met", "no": "Not met"}
EVIDENCE_MOST = 280

Met = Literal["yes", "partly", "no", "unknown", "few"]
"""unknown: no records, or nobody answered in time; few: too few to show."""


class Answer(Struct, frozen=True, kw_only=True):
    """What a person found of a line on a day, and by what."""

    line: str
    day: str
    answer: Literal["yes", "partly", "no"]
    evidence: str
    by: str


class Said(Struct, frozen=True, kw_only=True):
    """What a centre says otherwise about a line."""

    target: float | None = None
    within: int | None = None
    off: bool = False


class Checked(Struct, frozen=True, kw_only=True):
    """A line with its value (a share of one, or a count) of `n` cases, or with the answer that holds; `due`: ask again."""

    line: Line
    own: bool
    met: Met
    value: float | None = None
    n: int = 0
    answer: Answer | None = None
    due: bool = False


def lines(changes: Mapping[str, Said]) -> tuple[Line, ...]:
    """The standard as it holds at this centre, those left out with `off`."""
    return tuple(_changed(line, changes.get(line.code)) for line in standard())


def checked(
    changes: Mapping[str, Said], measured: Mapping[Measure, tuple[float | None, int]], answers: Iterable[Answer], last: date
) -> list[Checked]:  # fmt: skip
    """Every line that holds, as of the last day of a period; an answer holds for the line's months."""
    newest = {one.line: one for one in sorted(answers, key=lambda one: one.day) if one.day <= last.isoformat()}
    found = []
    for line in lines(changes):
        if line.off:
            continue
        own = line.code in changes
        if line.measure is not None:
            value, n = measured[line.measure]
            found.append(Checked(line=line, own=own, met=_met(line, value, n), value=value, n=n))
            continue
        answer = newest.get(line.code)
        old = answer is None or date.fromisoformat(answer.day) < last - timedelta(days=31 * line.months)
        met: Met = "unknown" if answer is None or old else answer.answer
        found.append(Checked(line=line, own=own, met=met, answer=answer, due=old))
    return found


def measured(
    here: Sequence[Line], plan: Plan, found: Figures, ratings: Sequence[Rating], said: Sequence[Feedback], today: str
) -> dict[Measure, tuple[float | None, int]]:
    """Every measure with its value and of how many cases it is; None where there is nothing to reckon from."""
    within = {line.measure: (line.within or 0) * 60 for line in here}
    scores = [one.score for one in ratings if one.score is not None]
    due = [one for one in said if one.kind != "thanks" and (one.state not in ("new", "at_work") or one.late(today))]
    in_time = sum(one.answered is not None and one.answered <= one.due for one in due)
    return {
        "wait": _share(sum(wait <= within.get("wait", 0) for wait in found.waits), len(found.waits)),
        "over": _share(sum(wait > within.get("over", 0) for wait in found.waits), len(found.waits)),
        "promise": _share(found.kept, found.promised),
        "left": _share(found.ends["left"], found.numbers),
        "no_show": _share(found.ends["no_show"], found.numbers),
        "proof": _share(found.shown, found.summons),
        "settled": _share(found.services - found.unsettled, found.services),
        "redirected": _share(found.redirected, found.services),
        "recorded": _share(found.recorded, found.ends["served"]),
        "closed": _share(found.ends["day_closed"], found.visits),
        "rated": _share(sum(score >= 4 for score in scores), len(scores)),
        "answered": _share(in_time, len(due)),
        "accessible": (float(sum(counter.accessible for counter in plan.counters)), len(plan.counters)),
    }


def answered(form: Mapping[str, str], by: str, today: date, stems: Sequence[str]) -> tuple[dict[str, str], list[Executable]]:
    """What a person says of a line: the faults by field, or the statement."""
    fields = Fields(form, stems)
    line = fields.one("line", [line.code for line in standard() if line.measure is None])
    answer, day = fields.one("answer", ANSWERS), fields.day("day", until=today)
    evidence = fields.text("evidence", EVIDENCE_MOST)
    row = {"id": fresh(), "line": line, "day": day, "answer": answer, "evidence": evidence, "by": by}
    return fields.faults, [] if fields.faults else [standard_answers.insert().values(row)]


def set_line(form: Mapping[str, str], by: str, now: datetime) -> tuple[dict[str, str], list[Executable]]:
    """What a centre wants of a line: the faults by field, or the statements. As it comes with the program: nothing is kept."""
    fields = Fields(form)
    code = fields.one("line", [line.code for line in standard()])
    line = next((line for line in standard() if line.code == code), None)
    if line is None:
        return fields.faults, []
    said = Said(off=form.get("off") == "1")
    if line.measure == "accessible":
        said = msgspec.structs.replace(said, target=fields.number("target", 0, 99))
    elif line.measure is not None:
        per_cent = fields.number("target", 0, 100)
        said = msgspec.structs.replace(said, target=None if per_cent is None else round(per_cent / 100, 4))
    if line.within is not None:
        minutes = fields.number("within", 1, 480)
        said = msgspec.structs.replace(said, within=None if minutes is None else round(minutes))
    if fields.faults:
        return fields.faults, []
    gone: list[Executable] = [delete(standard_lines).where(standard_lines.c.line == code)]
    if _changed(line, said) == line:
        return {}, gone
    text = msgspec.json.encode(said).decode()
    return {}, [*gone, standard_lines.insert().values(line=code, says=text, at=microseconds(now), by=by)]


def changes_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Said]:
    """What `all_changes` finds, by line."""
    return {row["line"]: msgspec.json.decode(row["says"], type=Said) for row in rows}


def all_changes() -> Select[Any]:
    """Reads what this centre says otherwise."""
    return select(standard_lines.c.line, standard_lines.c.says)


def answers_until(last: date) -> Select[Any]:
    """Reads the answers up to a day, as `Answer`."""
    columns = [standard_answers.c[name] for name in Answer.__struct_fields__]
    query = select(*columns).where(standard_answers.c.day <= last.isoformat())
    return query.order_by(standard_answers.c.day, standard_answers.c.id)


def _changed(line: Line, said: Said | None) -> Line:
    if said is None:
        return line
    return msgspec.structs.replace(
        line, off=said.off, target=line.target if said.target is None else said.target,
        within=line.within if said.within is None else said.within,
    )  # fmt: skip


def _met(line: Line, value: float | None, n: int) -> Met:
    if value is None:
        return "unknown"
    if line.measure == "rated" and n < LEAST:
        return "few"
    return "yes" if (value >= line.target if line.way == "least" else value <= line.target) else "no"


def _share(part: int, whole: int) -> tuple[float | None, int]:
    return (part / whole if whole else None), whole
