"""Printer models in python-escpos's database: how wide they print and which code pages they hold. No transport of it is used."""

import os
import tempfile
from functools import cache
from typing import Any

from printers.render import PaperProfile


@cache
def _profile(name: str) -> Any:
    """Imported late (0.3 s); its cache is a pickle, so it gets a folder that is ours alone."""
    os.environ.setdefault("ESCPOS_CAPABILITIES_PICKLE_DIR", tempfile.mkdtemp(prefix="rinda-escpos-"))
    from escpos.capabilities import CAPABILITIES, get_profile

    known = CAPABILITIES["profiles"]
    if name not in known:
        raise ValueError(f"unknown printer model {name!r}; use one of: {', '.join(sorted(known))}")
    return get_profile(name)


def paper(name: str = "default") -> PaperProfile:
    """The paper of a model; 576 dots at 203 dpi where the database does not say. ValueError for an unknown model."""
    media = _profile(name).profile_data.get("media", {})
    dots = media.get("width", {}).get("pixels")
    dpi = media.get("dpi")
    return PaperProfile(dots if isinstance(dots, int) else 576, dpi if isinstance(dpi, int) else 203, escpos=name)


def code_page(name: str, encoding: str) -> int | None:
    """The n of ESC t n (1b 74 n) for an encoding such as CP775, or None when the model lacks it: print it as raster."""
    pages = _profile(name).profile_data.get("codePages", {})
    return next((int(n) for n, page in pages.items() if page == encoding), None)
