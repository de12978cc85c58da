"""Devices and programs that come in with a bearer token: each with its role, its own place, and what was heard of it last."""

import secrets
from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, delete, select, update

from server.domain.context import Actor, Role
from server.people.log import SERVER, AccessLog, By
from server.people.sessions import HANDLE, Do, digest
from server.store.schema import devices

SEEN_EVERY_S = 600.0
"""How often it is written down that a device is there, while nothing else of it changes."""


class Device(Struct, frozen=True):
    """A token and what it opens. `key` is its digest, `device` the name as which it acts; `only` the one channel that it may see
    (empty: all of its role), `page` the one that it opens, of a screen. `seen` and `paired` are seconds since 1970, 0.0: never.
    `renew`: it must fetch a new token, `renewed` is the digest of that one until it is used.
    """

    key: str
    device: str
    role: Role
    only: str = ""
    page: str = ""
    title: str = ""
    paired: float = 0.0
    by: str = ""
    seen: float = 0.0
    place: str = ""
    version: str = ""
    renew: bool = False
    renewed: str | None = None

    @property
    def handle(self) -> str:
        """Names it on pages; opens nothing."""
        return self.key[:HANDLE]


class Devices:
    """All of them in memory, written through `do`."""

    def __init__(self, do: Do, clock: Callable[[], float], log: AccessLog) -> None:
        self._do, self._clock, self._log = do, clock, log
        self._all: dict[str, Device] = {}
        self._renewed: dict[str, str] = {}

    def load(self, connection: Connection) -> None:
        """Reads them."""
        for row in connection.execute(select(devices)):
            self._keep(Device(
                row.token, row.device, row.role, row.only, row.page, row.title, row.paired / 1e6, row.by, row.seen / 1e6,
                row.place, row.version, bool(row.renew), row.renewed,
            ))  # fmt: skip

    def add(self, one: Device, by: By = SERVER) -> None:
        """Lets a device in; one that is known already stays as it is."""
        if one.key in self._all:
            return
        made = replace(one, paired=one.paired or self._clock(), by=one.by or by.actor)

        def write(connection: Connection) -> None:
            connection.execute(devices.insert(), _row(made))
            self._log.note(connection, by, "device_paired", made.device, made.only or made.role)

        self._do(write)
        self._keep(made)

    def everything(self) -> list[Device]:
        """All of them, by name and then by age."""
        return sorted(self._all.values(), key=lambda one: (one.device, one.paired))

    def named(self, handle: str) -> Device | None:
        """The one that pages call so."""
        return next((one for one in self._all.values() if handle and one.handle == handle), None)

    def of(self, token: str | None) -> Device | None:
        """The device behind a token."""
        return self.get(digest(token)) if token else None

    def get(self, key: str) -> Device | None:
        """The device with the token of this digest, or with the one that takes its place."""
        return self._all.get(self._renewed.get(key, key))

    def actor(self, token: str | None) -> Actor | None:
        """Who acts behind a token."""
        one = self.of(token)
        if one is None or token is None or (one.renew and digest(token) == one.key):
            return None
        return Actor(one.role, one.device, one.only)

    def rename(self, key: str, title: str, by: By) -> None:
        """What people call it."""
        self._change(key, by, "device_renamed", title, title=title)

    def revoke(self, key: str, by: By) -> None:
        """Takes the token back; whoever comes with it is nobody."""
        one = self._all[key]

        def write(connection: Connection) -> None:
            connection.execute(delete(devices).where(devices.c.token == key))
            self._log.note(connection, by, "device_revoked", one.device, one.title or one.only)

        # It is nobody's from now on, whatever the disk says later.
        self._forget(key)
        try:
            self._do(write)
        except Exception:
            self._keep(one)
            raise

    def ask_renewal(self, key: str, by: By) -> None:
        """It gets a new token as soon as it can be told; until then the old one is good for nothing but fetching that."""
        self._change(key, by, "device_renewing", "", renew=True)

    def renew(self, token: str) -> str | None:
        """A new token for who brings one that must be renewed; None where there is nothing to renew.

        An answer that got lost on its way is asked for again: the old token is good for that until the new one was used.
        """
        one = self.of(token)
        if one is None or not one.renew or digest(token) != one.key:
            return None
        fresh = secrets.token_urlsafe(32)
        self._renewed.pop(one.renewed or "", None)
        self._change(one.key, None, None, "", renewed=digest(fresh))
        return fresh

    def must_renew(self, token: str | None) -> bool:
        """Whether this very token opens nothing any more but a new one."""
        one = self.of(token)
        return one is not None and token is not None and one.renew and digest(token) == one.key

    def used(self, token: str) -> None:
        """A token was used: if it is the new one of a device, the old one is gone."""
        key = digest(token)
        if (old := self._renewed.get(key)) is None:
            return
        one = self._all[old]
        fresh = replace(one, key=key, renew=False, renewed=None, paired=self._clock())

        def write(connection: Connection) -> None:
            where = devices.c.token == old
            connection.execute(update(devices).where(where).values(_row(fresh)))
            self._log.note(connection, By(one.device), "device_renewed", one.device)

        self._do(write)
        self._forget(old)
        self._keep(fresh)

    def note_seen(self, key: str, place: str, version: str = "") -> None:
        """It is there: from where, and with which program; written down when that changed or is long ago."""
        one, now = self.get(key), self._clock()
        if one is None:
            return
        version = version or one.version
        if (one.place, one.version) == (place, version) and now - one.seen < SEEN_EVERY_S:
            return
        self._change(one.key, None, None, "", seen=now, place=place[:200], version=version[:40])

    def _change(self, key: str, by: By | None, act: Any, detail: str, **values: Any) -> None:
        after = replace(self._all[key], **values)

        def write(connection: Connection) -> None:
            row = {name: value for name, value in _row(after).items() if name in values}
            connection.execute(update(devices).where(devices.c.token == key).values(row))
            if by is not None:
                self._log.note(connection, by, act, after.device, detail)

        self._do(write)
        if key in self._all:  # it may have been revoked meanwhile
            self._keep(replace(self._all[key], **values))

    def _keep(self, one: Device) -> None:
        self._all[one.key] = one
        if one.renewed:
            self._renewed[one.renewed] = one.key

    def _forget(self, key: str) -> None:
        if (one := self._all.pop(key, None)) is not None and one.renewed:
            self._renewed.pop(one.renewed, None)


def _row(one: Device) -> dict[str, Any]:
    return {
        "token": one.key, "device": one.device, "role": one.role, "only": one.only, "page": one.page, "title": one.title,
        "paired": int(one.paired * 1e6), "by": one.by, "seen": int(one.seen * 1e6), "place": one.place, "version": one.version,
        "renewed": one.renewed, "renew": int(one.renew),
    }  # fmt: skip
