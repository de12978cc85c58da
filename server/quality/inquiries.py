"""Filled questionnaires: one sheet from a form, and what several sheets say together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Executable, Select, select

from config.quality import Form, Question
from server.quality.fields import Fields
from server.quality.records import fresh
from server.reports.table import mean
from server.store.quality_schema import inquiries

TEXT_MOST = 280
YES = ("yes", "partly", "no")
SCALE = ("1", "2", "3", "4", "5")

Cell = str | float


class Sheet(Struct, frozen=True, kw_only=True):
    """One filled sheet; `answers` as JSON by question."""

    form: str
    day: str
    answers: str


class Result(Struct, frozen=True, kw_only=True):
    """What the sheets say of a question: how many answered, how often each answer was given, the mean, or the texts."""

    question: Question
    n: int
    counts: Mapping[str, int] = {}
    mean: float | None = None
    texts: tuple[str, ...] = ()


def filled(
    form: Form, said: Mapping[str, str], by: str, today: date, stems: Sequence[str]
) -> tuple[dict[str, str], list[Executable]]:  # fmt: skip
    """One sheet: the faults by field, or the statement. Nothing need be answered, but something must."""
    fields = Fields(said, stems)
    day, answers = fields.day("day", until=today), dict[str, Cell]()
    for question in form.questions:
        if (cell := _answer(fields, question)) not in ("", None):
            answers[question.code] = cell
    if not answers and not fields.faults:
        fields.faults[form.questions[0].code] = "Please answer at least one question."
    if fields.faults:
        return fields.faults, []
    text = msgspec.json.encode(answers).decode()
    return {}, [inquiries.insert().values(id=fresh(), form=form.code, day=day, by=by, answers=text)]


def between(first: date, last: date) -> Select[Any]:
    """The sheets of these days, as `Sheet`."""
    columns = [inquiries.c[name] for name in Sheet.__struct_fields__]
    return select(*columns).where(inquiries.c.day.between(first.isoformat(), last.isoformat())).order_by(inquiries.c.id)


def results(form: Form, sheets: Iterable[Sheet]) -> tuple[int, list[Result]]:
    """How many sheets there are, and what they say; nothing of fewer than the form wants."""
    own = [msgspec.json.decode(sheet.answers, type=dict[str, Cell]) for sheet in sheets if sheet.form == form.code]
    if len(own) < form.least:
        return len(own), []
    cells = {one.code: [sheet[one.code] for sheet in own if one.code in sheet] for one in form.questions}
    return len(own), [_result(question, cells[question.code]) for question in form.questions]


def _answer(fields: Fields, question: Question) -> Cell | None:
    match question.kind:
        case "yes":
            return fields.one(question.code, YES, needed=False)
        case "scale":
            return fields.one(question.code, SCALE, needed=False)
        case "choice":
            return fields.one(question.code, question.options, needed=False)
        case "number":
            return fields.number(question.code, 0, 100_000, needed=False)
        case "text":
            return fields.text(question.code, TEXT_MOST, needed=False)


def _result(question: Question, cells: list[Cell]) -> Result:
    if question.kind == "text":
        return Result(question=question, n=len(cells), texts=tuple(str(cell) for cell in cells))
    numbers = [float(cell) for cell in cells] if question.kind in ("scale", "number") else []
    counts = {} if question.kind == "number" else Counter(str(cell) for cell in cells)
    return Result(question=question, n=len(cells), counts=counts, mean=mean(numbers))
