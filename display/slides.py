"""What a board shows beside the calls now: the plan's slides whose zone, date, season, weekday and hour are meant."""

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import escape

from config import texts
from config.catalogue import Text
from config.hours import WEEKDAYS, spans, stretches
from config.plan import Plan, Slide
from display.markdown import safe_html
from display.rule_slide import rule_html

LANGUAGE = "lv"
"""Slides are Latvian, like the board around them."""

MEDIA = "/display/media/"
LOAD_CODE = "/display/load.svg"
"""The picture of the code that leads to the page about this centre's load."""
FEEDBACK_CODE = "/display/feedback.svg"
"""Of the one that leads to the page for complaints and proposals."""


class BoardSlide(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown while nobody is called: `html` of a text, or the address of a `file` that `text` describes.

    "phone" and "feedback" have both: a sentence and the picture of a code.
    """

    code: str
    kind: Literal["text", "picture", "video", "phone", "feedback", "rule"]
    html: Text
    text: Text
    file: str
    seconds: int


def slides_now(plan: Plan, zone: str, now: datetime) -> tuple[BoardSlide, ...]:
    """The slides of a zone's boards in the order of the plan; `now` is aware."""
    local = now.astimezone(ZoneInfo(plan.centre.timezone))
    return tuple(shown(plan, zone, slide) for slide in plan.slides if _here(slide, zone) and is_on(slide, local))


def is_on(slide: Slide, local: datetime) -> bool:
    """Whether a slide's schedule means this moment of the centre's clock."""
    day = local.date()
    if (slide.since and day < date.fromisoformat(slide.since)) or (slide.until and day > date.fromisoformat(slide.until)):
        return False
    if slide.season and not any(first <= f"{day:%m-%d}" <= last for first, last in stretches(slide.season)):
        return False
    if slide.days and WEEKDAYS[local.weekday()] not in slide.days:
        return False
    minute = local.hour * 60 + local.minute
    return not slide.spans or any(span.begin <= minute < span.end for span in spans(slide.spans))


def shown(plan: Plan, zone: str, slide: Slide) -> BoardSlide:
    """A slide as the boards of a zone draw it, whatever its schedule says."""
    words = slide.text.get(LANGUAGE, "")
    html, file, described = "", "", ""
    if slide.kind == "text":
        html = safe_html(words)
    elif slide.kind == "rule":
        html = rule_html(plan, zone, LANGUAGE)
    elif slide.kind == "phone":
        html = safe_html(words) if words else _on_the_phone()
        file, described = LOAD_CODE, texts.translate(LANGUAGE, "A code that opens this centre's page on a phone")
    elif slide.kind == "feedback":
        html = safe_html(words) if words else _say_it()
        file, described = (
            FEEDBACK_CODE,
            texts.translate(LANGUAGE, "A code that opens the page for complaints and proposals on a phone"),
        )
    else:
        file, described = f"{MEDIA}{slide.file}", words
    return BoardSlide(
        code=slide.code, kind=slide.kind, html={LANGUAGE: html} if html else {}, text={LANGUAGE: described} if described else {},
        file=file, seconds=slide.seconds,
    )  # fmt: skip


def _here(slide: Slide, zone: str) -> bool:
    return not slide.zones or zone in slide.zones


def _on_the_phone() -> str:
    title = texts.translate(LANGUAGE, "How long is the wait?")
    how = texts.translate(
        LANGUAGE, "See on your phone how many are waiting here now and when it is quietest. Point the camera at the code."
    )
    return f"<h2>{escape(title)}</h2>\n<p>{escape(how)}</p>\n"


def _say_it() -> str:
    title = texts.translate(LANGUAGE, "How were you served?")
    how = texts.translate(
        LANGUAGE, "Praise, a complaint or a proposal: point the camera at the code. You need not say who you are."
    )
    return f"<h2>{escape(title)}</h2>\n<p>{escape(how)}</p>\n"
