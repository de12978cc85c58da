"""What quality is measured by: the standard as a checklist, forms for visits and interviews, a year of tips. Values only."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from config.catalogue import Text

_HERE = Path(__file__).parent

Measure = Literal[
    "wait", "over", "no_show", "left", "promise", "proof", "recorded", "closed", "settled", "redirected", "rated", "answered",
    "accessible",
]  # fmt: skip
"""What is measured of the records by itself; `server.quality.measures` tells how."""

Group = Literal["waiting", "calling", "service", "access", "records", "voice", "staff"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Common shape of every part."""


class Line(_Part, frozen=True, kw_only=True):
    """One line of the standard: measured by itself (`measure`), or answered by a person every `months`.

    `target` is a share of one, or a count; `way`: at least or at most so much. `within` are the minutes that the measure is
    about. `proof` says what a person looks at. `source` is where the figure comes from; empty: our guess, to be confirmed.
    `off`: this centre leaves the line out.
    """

    code: str
    group: Group
    text: Text
    measure: Measure | None = None
    within: int | None = None
    target: float = 1.0
    way: Literal["least", "most"] = "least"
    months: int = 12
    proof: Text = {}
    source: str = ""
    off: bool = False


class Question(_Part, frozen=True, kw_only=True):
    """yes: yes, partly or no; scale: 1 to 5; number: with its `unit`; text: a line; choice: one of `options`."""

    code: str
    text: Text
    kind: Literal["yes", "scale", "number", "text", "choice"] = "yes"
    unit: Text = {}
    options: dict[str, Text] = {}


class Form(_Part, frozen=True, kw_only=True):
    """A questionnaire. Of fewer than `least` filled sheets of a period no answer is shown: somebody could be recognised."""

    code: str
    title: Text
    about: Text
    questions: tuple[Question, ...]
    least: int = 1


class Tip(_Part, frozen=True, kw_only=True):
    """What is worth telling visitors in a season ("MM-DD/MM-DD"), and why; `slide` is the code of the board's slide about it."""

    code: str
    season: str
    title: Text
    why: Text = {}
    slide: str = ""


T = TypeVar("T")


@cache
def standard() -> tuple[Line, ...]:
    """The lines as they come with the program."""
    return _read("standard.toml", "line", tuple[Line, ...])


@cache
def forms() -> dict[str, Form]:
    """The questionnaires by code."""
    return {form.code: form for form in _read("forms.toml", "form", tuple[Form, ...])}


@cache
def tips() -> tuple[Tip, ...]:
    """The year as it comes with the program."""
    return _read("tips.toml", "tip", tuple[Tip, ...])


def _read(name: str, key: str, kind: type[T]) -> T:
    whole: dict[str, Any] = tomllib.loads((_HERE / name).read_text("utf-8"))
    return msgspec.convert(whole[key], kind)
