"""OpenID Connect single sign-on: authorization code with PKCE, state and nonce; the library checks the ID token.

Nothing here may stop the centre: every step has a deadline, and a fault is a sentence on the sign-in page.
"""

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from config.settings import Settings

log = logging.getLogger("rinda.sso")

DEADLINE_S = 2.5
"""For all that one page waits for."""


PENDING_S, PENDING_MOST = 600, 500

AWAY = "The single sign-on cannot be reached now. Use your password or PIN."
FAILED = "The single sign-on did not succeed. Please try again, or use your password or PIN."
LATE = "The page was open too long. Please try again."
DENIED = "The single sign-on did not let you in. Use your password or PIN."


class SsoFault(Exception):
    """Why it came to nothing; `text` is an English source text, `away`: the provider could not be reached."""

    def __init__(self, text: str, away: bool = False) -> None:
        super().__init__(text)
        self.text, self.away = text, away


class Outside(Protocol):
    """Runs work that may hang on a thread of its own; TimeoutError when it takes longer, or when too much hangs already."""

    def __call__(self, work: Callable[..., Any], *args: Any, within_s: float) -> Any:
        """What the work returned."""


class _Pending(Struct, frozen=True):
    state: str
    nonce: str
    verifier: str
    wanted: str
    at: float


class Sso:
    """One provider, by the settings. What is under way is kept in memory, under the key in the browser's cookie."""

    def __init__(self, settings: Settings, outside: Outside, clock: Callable[[], float] = time.monotonic) -> None:
        from server.sso_provider import Provider

        secret = Path(settings.sso_secret_file).read_text("utf-8").strip() if settings.sso_secret_file else ""
        self.name = settings.sso_name
        self._claim = settings.sso_claim
        self._provider = Provider(settings.sso_issuer, settings.sso_client_id, secret, f"{settings.public_url}/sso/back")
        self._outside, self._clock = outside, clock
        self._pending: dict[str, _Pending] = {}

    def begin(self, key: str, wanted: str) -> str:
        """Where to send the browser that will come back with `key`; SsoFault."""
        made = _Pending(
            secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), wanted, self._clock()
        )  # fmt: skip
        address: str = self._call(self._provider.authorization, made.state, made.nonce, made.verifier)
        self._pending = {
            known: one for known, one in self._pending.items() if made.at - one.at < PENDING_S
        }  # fmt: skip
        while len(self._pending) >= PENDING_MOST:
            self._pending.pop(next(iter(self._pending)))
        self._pending[key] = made
        return address

    def finish(self, key: str, answer: Mapping[str, str]) -> tuple[str, str]:
        """The value of the claim that names the person, and the path that was wanted; SsoFault. A key works once."""
        pending = self._pending.pop(key, None)
        if pending is None or self._clock() - pending.at >= PENDING_S:
            raise SsoFault(LATE)
        if not secrets.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise SsoFault(FAILED)
        if "error" in answer:
            log.info("the provider said no: %.80s", answer["error"])
            raise SsoFault(DENIED)
        claims: Mapping[str, Any] = self._call(
            self._provider.claims, answer.get("code", ""), answer.get("iss"), pending.nonce, pending.verifier
        )  # fmt: skip
        return _named(claims, self._claim), pending.wanted

    def _call(self, work: Callable[..., Any], *args: Any) -> Any:
        try:
            return self._outside(work, *args, within_s=DEADLINE_S)
        except (TimeoutError, OSError) as error:
            log.warning("the single sign-on is away: %s", type(error).__name__)
            raise SsoFault(AWAY, away=True) from error
        except Exception as error:
            # Of the library, of the provider's answer: nothing of it may be believed, and a token must not get into the log.
            log.warning("the single sign-on failed: %s", type(error).__name__)
            raise SsoFault(FAILED) from error


def _named(claims: Mapping[str, Any], claim: str) -> str:
    """The person's name there; an e-mail address only where the provider knows that it is the person's own."""
    value = claims.get(claim)
    if claim == "email" and claims.get("email_verified") is not True:
        value = None
    if not isinstance(value, str) or not value:
        log.warning("the ID token has no usable claim %r", claim)
        raise SsoFault(FAILED)
    return value
