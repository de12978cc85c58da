"""Cookies of the centre server's pages, and how a browser is described to people."""

import re
from collections.abc import Mapping
from typing import Any

import flask
from flask import request

from server.people.stations import Stations

STATION_COOKIE = "rinda_station"
DEVICE_DAYS = 400

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"))


def set_cookie(response: flask.Response, name: str, value: str, seconds: int) -> None:
    """For this site's requests alone, out of reach of scripts; over encrypted lines alone where the centre's address says so."""
    secure = request.is_secure or flask.current_app.config["PREFERRED_URL_SCHEME"] == "https"
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)


def station() -> str:
    """The value of the workstation's cookie in the present request, a fresh one where there is none."""
    kept = request.cookies.get(STATION_COOKIE, "")
    return kept if re.fullmatch(r"[A-Za-z0-9_-]{43}", kept) else Stations.fresh()


def place() -> str:
    """Address, browser and system of the present request, as people know them."""
    return whence(request.environ)


def whence(environ: Mapping[str, Any]) -> str:
    """The same of any request or handshake."""
    agent = str(environ.get("HTTP_USER_AGENT", ""))
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, (str(environ.get("REMOTE_ADDR", "")), *found)))


def here(wanted: str) -> str:
    """The path that was asked for if it is one of this site, else the front door.

    Browsers and urlsplit drop tabs and line ends, so that `/<tab>/host` would lead to another host.
    """
    local = wanted.isprintable() and wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if local else "/"
