"""Printer models in python-escpos's database: how wide they print and which code pages they hold. No transport of it is used."""

import os
import tempfile
from functools import cache
from typing import Any

from printers.profile import PaperProfile


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


def latvian(name: str) -> bool:
    """True when the model has a code page with every Latvian letter."""
    return any(code_page(name, page) is not None for page in ("CP775", "CP1257"))


def prints_qr(name: str) -> bool:
    """True when a named model prints QR codes by itself (GS ( k); "default" is nobody in particular."""
    return name != "default" and bool(_profile(name).profile_data.get("features", {}).get("qrCode"))


def pages(name: str) -> dict[str, int]:
    """The code pages of a model that serve our languages, each with the n of ESC t n."""
    found = {page: code_page(name, page) for page in ("CP775", "CP1257", "CP1251", "CP866")}
    return {page: n for page, n in found.items() if n is not None}
