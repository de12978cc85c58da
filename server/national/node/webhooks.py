"""Telling others what happens in the network: what is true now is held against what they were told, the rest is sent.

Messages are written down with the new truth in one transaction, and sent afterwards: a message that was answered with 2xx is
never sent again, one whose answer was lost is, under the same id, until it is given up after three days. Signed as Standard
Webhooks has it.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, Row, delete, literal, select, update

from server.domain.moment import microseconds, moment
from server.logs import cause
from server.national.node.hook_sender import Sender
from server.national.node.schema import bundle_states, centres, hook_messages, hook_seen, hooks, months
from server.national.wire import HEARTBEAT_S

EVENTS = ("month_closed", "centre_silent", "centre_back", "bundle_applied")
SILENT_S = 10 * HEARTBEAT_S
"""A centre that was not heard for so long is silent; shorter breaks are no news."""
WAITS_S = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After each try that was not answered with 2xx; then it is given up."""
CLAIM_S = 120
"""So long a try has a message for itself; it ends long before (hook_sender.WITHIN_S)."""
KEPT_DAYS = 30
_BEGUN = "begun"


class Hook(Struct, frozen=True, kw_only=True):
    """A subscription. `off` says why nothing is sent any more."""

    hook: str
    url: str
    events: tuple[str, ...]
    inside: bool
    off: str = ""
    waiting: int = 0
    given_up: int = 0


class Message(Struct, frozen=True, kw_only=True):
    """One message on its way; `tries` counts this one."""

    message: str
    hook: str
    url: str
    secret: str
    inside: bool
    body: str
    tries: int


class Webhooks:
    """Any number of processes may watch and send at once: a subject is told once, and a message has one sender at a time."""

    def __init__(self, engine: Engine, sender: Sender) -> None:
        self._engine, self._sender = engine, sender

    def add(self, url: str, events: tuple[str, ...], *, inside: bool = False) -> tuple[str, str]:
        """A subscription's name and the secret with which its messages are signed; ValueError for what cannot be one."""
        check_address(url, inside=inside)
        unknown = [one for one in events if one not in EVENTS]
        if unknown or not events:
            raise ValueError(f"{', '.join(unknown) or 'nothing'} is none of {', '.join(EVENTS)}")
        hook, secret = f"hook_{secrets.token_hex(4)}", f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        row = {"hook": hook, "url": url, "secret": secret, "events": " ".join(dict.fromkeys(events)), "inside": int(inside)}
        with self._engine.begin() as connection:
            connection.execute(hooks.insert(), row)
        return hook, secret

    def remove(self, hook: str) -> None:
        """Ends a subscription with all that waits for it; LookupError if there is none."""
        with self._engine.begin() as connection:
            _known(connection, hook)
            connection.execute(delete(hook_messages).where(hook_messages.c.hook == hook))
            connection.execute(delete(hooks).where(hooks.c.hook == hook))

    def listed(self) -> list[Hook]:
        """All subscriptions, with how much waits for them and was given up."""
        with self._engine.connect() as connection:
            states = [(row.hook, row.state) for row in connection.execute(select(hook_messages.c.hook, hook_messages.c.state))]
            rows = connection.execute(select(hooks).order_by(hooks.c.hook)).all()
        return [
            Hook(
                hook=row.hook, url=row.url, events=tuple(row.events.split()), inside=bool(row.inside), off=row.off,
                waiting=states.count((row.hook, "waiting")), given_up=states.count((row.hook, "given_up")),
            )
            for row in rows
        ]  # fmt: skip

    def test(self, hook: str, now: datetime) -> str:
        """Sends one message at once, outside the order; what was answered, or why nothing was. LookupError if there is none."""
        with self._engine.connect() as connection:
            row = _known(connection, hook)
        message = Message(
            message=_id(), hook=hook, url=row.url, secret=row.secret, inside=bool(row.inside), tries=1,
            body=_body("test", {"hook": hook}, now),
        )  # fmt: skip
        return self._post(message, now)[1]

    def watch(self, now: datetime) -> int:
        """Writes down what became true since last time, and a message of it for everybody who wants it; how many messages.

        The first time ever only the truth is written down: history is no news.
        """
        at, made = microseconds(now), list[dict[str, Any]]()
        with self._engine.begin() as connection:
            begun = connection.execute(select(hook_seen.c.value).where(hook_seen.c.subject == _BEGUN)).scalar() is not None
            if not begun:
                connection.execute(hook_seen.insert(), {"subject": _BEGUN, "value": now.isoformat()})
            wanted = [(row.hook, row.events.split()) for row in connection.execute(select(hooks).where(hooks.c.off == ""))]
            for subject, value, event, data in list(_news(connection, now)):
                _note(connection, subject, value)
                body = _body(event, data, now)
                made += [
                    {"message": _id(), "hook": hook, "event": event, "body": body, "made": at, "due": at}
                    for hook, events in wanted
                    if begun and event in events
                ]
            if made:
                connection.execute(hook_messages.insert(), made)
            old = microseconds(now - timedelta(days=KEPT_DAYS))
            connection.execute(delete(hook_messages).where(hook_messages.c.state != "waiting", hook_messages.c.made < old))
        return len(made)

    def send(self, message: Message, now: datetime) -> None:
        """Sends a claimed message, and writes down what was answered."""
        status, answer = self._post(message, now)
        left = message.tries < len(WAITS_S)
        values: dict[str, Any]
        if 200 <= status < 300:
            values = {"state": "sent", "answer": answer}
        elif left and status != 410:
            values = {"due": microseconds(now + timedelta(seconds=WAITS_S[message.tries])), "answer": answer}
        else:
            values = {"state": "given_up", "answer": answer}
        with self._engine.begin() as connection:
            # A try that outlived its claim was overtaken by another, whose word counts then, unless ours is a yes.
            mine = update(hook_messages).where(hook_messages.c.message == message.message, hook_messages.c.state == "waiting")
            mine = mine if "sent" in values.values() else mine.where(hook_messages.c.tries == message.tries)
            connection.execute(mine.values(values))
            if status == 410:
                connection.execute(
                    update(hooks).where(hooks.c.hook == message.hook).values(off="the other side answered 410 Gone")
                )

    def claim(self, now: datetime, besides: Collection[str] = ()) -> Message | None:
        """The message that has waited longest, ours alone for CLAIM_S; none of the receivers `besides`, who are talked to now."""
        at, until = microseconds(now), microseconds(now + timedelta(seconds=CLAIM_S))
        due = (hook_messages.c.state == "waiting", hook_messages.c.due <= at)
        on = hook_messages.c.hook.in_(select(hooks.c.hook).where(hooks.c.off == "", hooks.c.hook.not_in(besides)))
        with self._engine.begin() as connection:
            first = select(hook_messages.c.message).where(*due, on).order_by(hook_messages.c.due).limit(1).scalar_subquery()
            row = connection.execute(
                update(hook_messages).where(hook_messages.c.message == first, *due)
                .values(due=until, tries=hook_messages.c.tries + 1).returning(hook_messages)
            ).first()  # fmt: skip
            if row is None:
                return None
            to = _known(connection, row.hook)
        return Message(
            message=row.message,
            hook=row.hook,
            url=to.url,
            secret=to.secret,
            inside=bool(to.inside),
            body=row.body,
            tries=row.tries,
        )

    def _post(self, message: Message, now: datetime) -> tuple[int, str]:
        stamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json", "User-Agent": "Rinda", "webhook-id": message.message, "webhook-timestamp": stamp,
            "webhook-signature": signature(message.secret, message.message, stamp, message.body.encode()),
        }  # fmt: skip
        try:
            check_address(message.url, inside=message.inside)
            status = self._sender(message.url, message.body.encode(), headers, inside=message.inside)
        except (OSError, ValueError) as error:
            return 0, cause(error)[:200]
        return status, f"HTTP {status}"


def signature(secret: str, message: str, stamp: str, body: bytes) -> str:
    """The header `webhook-signature`: HMAC-SHA256 over id, time and body. ValueError for a secret that is none."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("the secret is no Base64") from None
    signed = hmac.new(key, f"{message}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def check_address(url: str, *, inside: bool) -> None:
    """ValueError for an address that nothing may be sent to, by its looks; where it leads is checked when it is connected to."""
    if len(url) > 500 or any(sign <= " " for sign in url):
        raise ValueError("no plain address")
    parts = urlsplit(url)
    if parts.scheme not in (("https", "http") if inside else ("https",)):
        raise ValueError("only https addresses" + (" or http ones" if inside else ""))
    if not parts.hostname or parts.port == 0 or "@" in parts.netloc or parts.fragment:
        raise ValueError(f"{url!r} is no plain address")


def _news(connection: Connection, now: datetime) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """What is true and was not told: subject, value, event and its data."""
    told = {row.subject: row.value for row in connection.execute(select(hook_seen).where(hook_seen.c.subject.like("centre:%")))}
    subject = literal("month:") + months.c.month
    for row in connection.execute(select(months).where(subject.not_in(select(hook_seen.c.subject))).order_by(months.c.month)):
        data = {"month": row.month, "closed": moment(row.closed), "digest": row.digest}
        yield f"month:{row.month}", row.digest, "month_closed", data
    one = bundle_states.c
    name = literal("bundle:") + one.centre + ":" + one.revision.cast(hook_seen.c.subject.type)
    applied = select(bundle_states).where(one.state == "applied", name.not_in(select(hook_seen.c.subject)))
    for row in connection.execute(applied.order_by(one.at, one.centre)):
        data = {"centre": row.centre, "revision": row.revision, "at": moment(row.at)}
        yield f"bundle:{row.centre}:{row.revision}", "applied", "bundle_applied", data
    limit = microseconds(now - timedelta(seconds=SILENT_S))
    heard = select(centres.c.centre, centres.c.name, centres.c.heard).where(
        centres.c.heard.is_not(None), centres.c.secret.is_not(None)
    )
    for row in connection.execute(heard.order_by(centres.c.centre)):
        value = "silent" if row.heard < limit else "heard"
        if told.get(f"centre:{row.centre}", "heard") != value:
            data = {"centre": row.centre, "name": row.name, "heard": moment(row.heard)}
            yield f"centre:{row.centre}", value, "centre_silent" if value == "silent" else "centre_back", data


def _note(connection: Connection, subject: str, value: str) -> None:
    connection.execute(delete(hook_seen).where(hook_seen.c.subject == subject))
    connection.execute(hook_seen.insert(), {"subject": subject, "value": value})


def _known(connection: Connection, hook: str) -> Row[Any]:
    row = connection.execute(select(hooks).where(hooks.c.hook == hook)).first()
    if row is None:
        raise LookupError(f"there is no subscription {hook!r}")
    return row


def _body(event: str, data: dict[str, Any], now: datetime) -> str:
    return msgspec.json.encode({"type": event, "timestamp": now, "data": data}).decode()


def _id() -> str:
    return f"msg_{uuid4().hex}"
