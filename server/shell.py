"""The HTML shell around every page: boot data in a JSON block, style sheets and one ES module, no inline script."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import flask
import jinja2
import msgspec
from markupsafe import Markup

from config import texts
from server.protocol import PROTOCOL

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
LANGUAGES = ("lv", "en")
"""The staff's pages speak the state language; English for whoever chose it when signing in."""

LANGUAGE_COOKIE = "rinda_language"

WHOLE_DIGITS = 9
"""More is no number of minutes, papers or people; Python itself refuses to read thousands of digits."""


def check_built() -> None:
    """RuntimeError when the browser packages, which the installation brings, are not there."""
    if not (STATIC / "vendor" / "stamp.json").is_file():
        raise RuntimeError("the browser packages are missing; install once more: make demo, or pip install -e .")


_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def unbroken(text: str) -> str:
    """The text with no break of a line within a range of numbers or after the one letter of "e-identitāte"."""
    return _HELD.sub("\\g<0>\u2060", text)


_HELD = re.compile(r"(?<=\d)–(?=\d)|(?<=\b\w)-(?=\w)")
_environment.filters["unbroken"] = unbroken


def boot_json(data: Mapping[str, Any]) -> str:
    """JSON that is safe inside a script element: `<`, `>` and `&` leave as \\u escapes."""
    text = msgspec.json.encode(data).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def page(template: str, *, language: str, **values: Any) -> str:
    """A page from `server/templates`, with `_()` translating English source texts into `language`."""
    training = flask.has_app_context() and flask.current_app.config.get("TRAINING", False)
    return _environment.get_template(template).render(
        language=language, training=training, _=lambda text, **params: texts.translate(language, text, **params), **values
    )


def shell(
    *,
    title: str,
    language: str,
    languages: Sequence[str],
    channel: str,
    device: str,
    catalogues: Sequence[str],
    sheets: Sequence[str],
    scripts: Sequence[str],
    theme: str = "lins",
    static: str = "/static",
    manifest: str = "",
    **extra: Any,
) -> str:
    """The shell of one screen. `catalogues` names the .po files whose texts the page needs, `manifest` is the address of what
    makes a window of it, `extra` joins the boot data."""
    boot = {
        "language": language,
        "messages": {code: texts.messages(code, catalogues) for code in languages},
        "channel": channel,
        "device": device,
        "protocol": PROTOCOL,
        "static": static,
        **extra,
    }
    return page(
        "shell.html",
        language=language,
        title=title,
        theme=theme,
        manifest=manifest,
        sheets=sheets,
        scripts=scripts,
        boot=boot,
        boot_json=Markup(boot_json(boot)),
        loading=texts.translate(language, "Please wait"),
        noscript=texts.translate(language, "This page needs JavaScript."),
    )


def whole(text: str) -> int | None:
    """The whole number that a field of a form says; None for what is none, and for one of more than nine digits."""
    return int(text) if text.isdecimal() and len(text) <= WHOLE_DIGITS else None


def chosen_language() -> str:
    """The language that this person chose when signing in."""
    chosen = flask.request.cookies.get(LANGUAGE_COOKIE, "lv")
    return chosen if chosen in LANGUAGES else "lv"
