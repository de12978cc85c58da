"""The device's side of pairing: says the code on the console, keeps the token in a file, fetches a new one when asked to."""

import json
import logging
import os
import platform
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
import requests

from server.logs import cause

log = logging.getLogger("rinda.pair")

ASK_S = 10.0
WAIT_S = 40.0
AGAIN_S = 2.0

Kind = Literal["kiosk", "panel"]


class Kept(msgspec.Struct, frozen=True):
    """What the file holds: the token, and what the manager said that this device is."""

    token: str
    device: str


class TokenFile:
    """A file that only its owner can read. `server` is the centre server's address; calls may come from several threads."""

    def __init__(self, server: str, path: Path) -> None:
        self._server, self._path, self._lock = server, path, threading.Lock()
        self._kept: Kept | None = None

    def kept(self) -> Kept | None:
        """What was kept; None where there is nothing yet. ValueError for a file that is none."""
        try:
            self._kept = msgspec.json.decode(self._path.read_bytes(), type=Kept)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise ValueError(f"{self._path}: {error}; remove it to pair anew") from None
        return self._kept

    def keep(self, kept: Kept) -> None:
        """Writes it whole or not at all, for its owner alone."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self._path)
        self._kept = kept

    def pair(self, kind: Kind, say: Callable[[str], None], pause: Callable[[float], None] = time.sleep) -> Kept:
        """Asks for codes, one after the other, until a manager has typed one of them; then keeps the token."""
        away = False
        while True:
            try:
                if (found := self._once(kind, say)) is not None:
                    kept = msgspec.convert(found, Kept, strict=False)
                    self.keep(kept)
                    say(f"paired as {kept.device}")
                    return kept
                away = False
            except (requests.RequestException, ValueError) as error:
                if not away:
                    log.warning("%s cannot be asked for a code: %s", self._server, cause(error))
                away = True
                pause(AGAIN_S)

    def fresh(self, old: str) -> str | None:
        """The token in place of one that must be renewed; None when the server gives none. Several threads get the same one."""
        with self._lock:
            if self._kept is not None and self._kept.token != old:
                return self._kept.token
            try:
                answer = requests.post(f"{self._server}/pair/renew", headers={"Authorization": f"Bearer {old}"}, timeout=ASK_S)
                token = str(answer.json()["token"]) if answer.status_code == 200 else None
                if token is not None and self._kept is not None:
                    self.keep(Kept(token, self._kept.device))
            except (requests.RequestException, ValueError, KeyError, OSError) as error:
                log.warning("no new token: %s", cause(error))
                return None
            return token

    def _once(self, kind: str, say: Callable[[str], None]) -> dict[str, Any] | None:
        """What one code led to; None when it ran out."""
        asked = {"kind": kind, "name": platform.node()[:60].encode("ascii", "replace").decode()}
        answer = requests.post(f"{self._server}/pair/begin", data=json.dumps(asked), timeout=ASK_S)
        if answer.status_code == 429:
            raise ValueError("too many devices ask for a code at this moment")
        answer.raise_for_status()
        offer = answer.json()
        say(f"pairing code: {offer['code']}  (type it on the page “Devices” within {offer['seconds'] // 60} minutes)")
        while True:
            answer = requests.post(f"{self._server}/pair/wait", data=json.dumps({"secret": offer["secret"]}), timeout=WAIT_S)
            if answer.status_code == 200:
                return dict(answer.json())
            if answer.status_code == 410:
                return None
            if answer.status_code != 204:
                answer.raise_for_status()


def pair_up(server: str, path: Path, kind: Kind) -> Kept:
    """The token that was kept, else the one that pairing brings; waits for a manager and says the code on the console."""
    file = TokenFile(server, path)
    return file.kept() or file.pair(kind, lambda text: print(text, flush=True))
