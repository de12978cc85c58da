"""What is worth telling visitors through the year, as it comes with the program."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from config.catalogue import Text
from config.plan import Notice, Plan, Slide

FILE = Path(__file__).parent / "seasons.toml"
SLIDE_S = 15


class Season(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A suggestion for some `months`: the sentence at the kiosk, the slide of the boards in its `season` ("MM-DD/MM-DD").

    `about` are institutions; a centre that has none of them need not be told.
    """

    code: str
    months: tuple[int, ...]
    season: str
    tip: Text
    slide: Text
    about: tuple[str, ...] = ()


@cache
def seasons() -> tuple[Season, ...]:
    """All of them, in the order of the file."""
    return msgspec.convert(tomllib.loads(FILE.read_text("utf-8"))["season"], tuple[Season, ...])


def fitting(plan: Plan, month: int) -> tuple[Season, ...]:
    """Those of a month that concern what the centre offers."""
    offered = {one.code for one in plan.institutions}
    return tuple(one for one in seasons() if month in one.months and (not one.about or offered & set(one.about)))


def with_slide(plan: Plan, one: Season) -> Plan:
    """The plan with the suggestion's slide; one of that code that is there already is replaced."""
    slide = Slide(code=one.code, text=one.slide, season=one.season, seconds=SLIDE_S)
    kept = tuple(known for known in plan.slides if known.code != one.code)
    return msgspec.structs.replace(plan, slides=(*kept, slide))


def with_notice(plan: Plan, one: Season, since: str, until: str) -> Plan:
    """The plan with the suggestion's sentence for visitors, between two dates."""
    offered = {institution.code for institution in plan.institutions}
    about = tuple(code for code in one.about if code in offered)
    notice = Notice(text=one.tip, about=about, since=since, until=until)
    return msgspec.structs.replace(plan, notices=(*(known for known in plan.notices if known.text != one.tip), notice))
