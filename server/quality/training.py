"""The log of what staff were trained in, and the year's calendar of what is worth telling visitors."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import Executable, Select, delete, select

from config.plan import Slide
from config.quality import Tip
from config.quality import tips as year
from server.quality.fields import Fields
from server.quality.records import fresh
from server.store.quality_schema import courses, tips

TITLE_MOST = 140
SOON_DAYS = 21
_SEASON = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.?\s*[-–—]\s*(\d{1,2})\.\s*(\d{1,2})\.?")
_LEAP = 2024


class Course(Struct, frozen=True, kw_only=True):
    """What a person (an account) was trained in on a day, for how many minutes."""

    day: str
    person: str
    title: str
    minutes: int


class Season(Struct, frozen=True, kw_only=True):
    """A tip at this centre: "now", "soon" (within three weeks) or "later"; `shown`: its slide is in the plan."""

    code: str
    season: str
    title: str
    why: str
    slide: str
    state: str
    shown: bool


def course(form: Mapping[str, str], staff: Mapping[str, str], by: str, today: date) -> tuple[dict[str, str], list[Executable]]:
    """A line of the log: the faults by field, or the statement."""
    fields = Fields(form)
    person, day = fields.one("person", staff), fields.day("day", until=today)
    title, hours = fields.text("title", TITLE_MOST, health=False), fields.number("hours", 0.25, 400)
    if fields.faults or hours is None:
        return fields.faults, []
    row = {"id": fresh(), "day": day, "person": person, "title": title, "minutes": round(hours * 60), "by": by}
    return {}, [courses.insert().values(row)]


def courses_since(day: date) -> Select[tuple[str, ...]]:
    """The log from a day on, as `Course`, the newest first."""
    columns = [courses.c[name] for name in Course.__struct_fields__]
    return select(*columns).where(courses.c.day >= day.isoformat()).order_by(courses.c.day.desc(), courses.c.id)


def tip(form: Mapping[str, str], slides: Sequence[Slide]) -> tuple[dict[str, str], list[Executable]]:
    """What this centre says of a tip, or a new one: the faults by field, or the statements."""
    fields = Fields(form)
    code = form.get("code") or fresh()
    off = form.get("off") == "1"
    title = fields.text("title", TITLE_MOST, health=False)
    season = "" if off else season_of(fields.form.get("season", ""))
    if season is None:
        fields.faults["season"] = "Please write a season as 1.03.–1.06.: day and month of its begin and end."
    slide = fields.one("slide", [one.code for one in slides], needed=False)
    if fields.faults:
        return fields.faults, []
    gone = delete(tips).where(tips.c.code == code)
    return {}, [gone, tips.insert().values(code=code, season=season, title=title, slide=slide)]


def season_of(said: str) -> str | None:
    """1.03.–1.06., as people write it, as 03-01/06-01; None for what is no season."""
    found = _SEASON.fullmatch(said.strip())
    if found is None:
        return None
    day, month, last_day, last_month = map(int, found.groups())
    try:
        return f"{date(_LEAP, month, day):%m-%d}/{date(_LEAP, last_month, last_day):%m-%d}"
    except ValueError:
        return None


def season_said(season: str) -> str:
    """The other way round."""
    return f"{int(season[3:5])}.{season[:2]}.–{int(season[9:])}.{season[6:8]}."


def all_tips() -> Select[tuple[str, ...]]:
    """What this centre says of tips."""
    return select(tips)


def calendar(own: Iterable[Mapping[str, str]], slides: Sequence[Slide], language: str, today: date) -> list[Season]:
    """The year as it holds here, what is on now first, then by the next begin."""
    changed = {row["code"]: row for row in own}
    shipped = [_said(one, changed.pop(one.code, None), language) for one in year()]
    every = [*shipped, *((row["code"], row["season"], row["title"], "", row["slide"]) for row in changed.values())]
    known = {slide.code for slide in slides}
    found = [
        Season(code=code, season=season, title=title, why=why, slide=slide, state=_state(season, today), shown=slide in known)
        for code, season, title, why, slide in every
        if season
    ]
    return sorted(found, key=lambda one: (one.state != "now", _ahead(one.season, today), one.code))


def _said(one: Tip, row: Mapping[str, str] | None, language: str) -> tuple[str, str, str, str, str]:
    title, why = (text.get(language, text.get("lv", "")) for text in (one.title, one.why))
    if row is None:
        return one.code, one.season, title, why, one.slide
    return one.code, row["season"], row["title"], why, row["slide"]


def _state(season: str, today: date) -> str:
    first, last, now = season[:5], season[6:], f"{today:%m-%d}"
    within = first <= now <= last if first <= last else now >= first or now <= last
    return "now" if within else "soon" if _ahead(season, today) <= SOON_DAYS else "later"


def _ahead(season: str, today: date) -> int:
    """Days until the season begins next; a day that this year has not (29 February) is the one after."""
    month, day = int(season[:2]), int(season[3:5])
    starts = (date(year_, month, 1) + timedelta(days=day - 1) for year_ in (today.year, today.year + 1))
    return next((begin - today).days for begin in starts if begin >= today)
