"""What a sign shows of its counter at a moment: text, light, flash and lamp. Pure."""

from datetime import datetime

import msgspec

from config.hours import spans
from config.plan import Line
from counter.panels.shapes import Sign

DARK_S = 3600.0
"""Dashes are shown for so long: then everybody knows, and nobody may be there to switch the signs off."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """`text` may be longer or shorter than the sign; `light` is 0 (dark) to 4; `lit` is the lamp of a signal tower."""

    text: str = ""
    counter: str = ""
    light: int = 4
    flash: bool = False
    lit: bool = False


def shown(line: Line, sign: Sign, local: datetime, flash: bool = False) -> Shown:
    """What `sign` says at this local time of the centre; `flash`, while a call is new."""
    light = _light(line, local)
    match sign.state:
        case "called" | "serving":
            text = line.form.replace("{number}", sign.number or "").replace("{counter}", sign.counter)
            called = sign.state == "called"
            return Shown(text=text, counter=sign.counter, light=light, flash=flash and called, lit=called)
        case "paused" if sign.until is not None and sign.until > local:
            clock = "%H:%M" if line.width >= 5 else "%H%M"
            return Shown(text=sign.until.astimezone(local.tzinfo).strftime(clock), counter=sign.counter, light=light)
        case "closed":
            return Shown(light=0)
    return Shown(counter=sign.counter, light=light)


def lost(line: Line, sign: Sign, local: datetime, seconds: float) -> Shown:
    """Without the server for so long nobody knows whom the counter calls.

    Dashes, for an empty sign would say that it is free; dark where it was closed, and anywhere after an hour.
    """
    if sign.state == "closed" or seconds >= DARK_S:
        return Shown(light=0)
    return Shown(text="-" * min(4, line.width), counter=sign.counter, light=_light(line, local))


def address(panel_address: int, counter: str) -> Shown:
    """For the fitter: each sign shows its own address."""
    return Shown(text=str(panel_address), counter=counter, lit=True)


def fit(text: str, width: int) -> str:
    """Exactly `width` characters of ASCII, in the middle; of too many the last ones, for digits matter more than a letter."""
    return text.encode("ascii", "replace").decode()[-width:].center(width)


def _light(line: Line, local: datetime) -> int:
    minute = local.hour * 60 + local.minute
    dim = line.dim and any(span.begin <= minute < span.end for span in spans(line.dim))
    return line.dim_to if dim else line.brightness
