"""What an account may be called."""

import re

_NAME = re.compile(r"[a-z0-9][a-z0-9_.@-]{0,39}")
_DISPLAY_MOST = 80

NAME = "A sign-in name has small Latin letters, digits and _ . @ -, at most 40 of them."
DISPLAY = "The name that colleagues see has 1 to 80 characters."


def name_fault(name: str, display: str) -> str | None:
    """Why these are not taken; None if they are. `name` is what a person signs in with, and a clerk of the plan is called."""
    if not _NAME.fullmatch(name):
        return NAME
    return display_fault(display)


def display_fault(display: str) -> str | None:
    """The same of the name that colleagues see."""
    return None if 0 < len(display) <= _DISPLAY_MOST and display.isprintable() else DISPLAY
