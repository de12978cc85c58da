"""OpenID Connect single sign-on: authorization code with PKCE, state and nonce; the library checks the ID token.

Nothing here may stop the centre: every step has a deadline, and a fault is a sentence on the sign-in page.
"""

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec
from itsdangerous import BadData, URLSafeSerializer
from msgspec import Struct

log = logging.getLogger("rinda.sso")

DEADLINE_S = 2.5
"""For all that one page waits for."""


PENDING_S, SPENT_KEPT, WANTED_MOST = 600, 10_000, 1000
FRESH_S = 5
"""So much longer than the sign-in here took may the one there be past: clocks of whole seconds."""

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


class Provided(Protocol):
    """The settings of the single sign-on, of a centre or of the node."""

    @property
    def sso_issuer(self) -> str: ...
    @property
    def sso_client_id(self) -> str: ...
    @property
    def sso_secret_file(self) -> str: ...
    @property
    def sso_claim(self) -> str: ...
    @property
    def sso_name(self) -> str: ...
    @property
    def public_url(self) -> str: ...


class _Pending(Struct, frozen=True, array_like=True):
    state: str
    nonce: str
    verifier: str
    wanted: str
    at: float


class Sso:
    """One provider, by the settings. What is under way is kept by the browser, signed, so that strangers who begin a thousand
    sign-ins are in nobody's way; which ones came back is kept here.
    """

    def __init__(self, settings: Provided, outside: Outside, clock: Callable[[], float] = time.monotonic) -> None:
        from server.pages.sso_provider import Provider

        secret = Path(settings.sso_secret_file).read_text("utf-8").strip() if settings.sso_secret_file else ""
        self.name = settings.sso_name
        self._claim = settings.sso_claim
        self._provider = Provider(settings.sso_issuer, settings.sso_client_id, secret, f"{settings.public_url}/sso/back")
        self._outside, self._clock = outside, clock
        self._signer = URLSafeSerializer(secrets.token_bytes(32))
        self._spent: dict[str, None] = {}

    def begin(self, wanted: str) -> tuple[str, str]:
        """Where to send the browser, and what it must bring back in its cookie; SsoFault."""
        wanted = wanted if len(wanted) <= WANTED_MOST else "/"
        made = _Pending(
            secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), wanted, self._clock()
        )  # fmt: skip
        address: str = self._call(self._provider.authorization, made.state, made.nonce, made.verifier)
        return address, str(self._signer.dumps(msgspec.to_builtins(made)))

    def finish(self, kept: str, answer: Mapping[str, str]) -> tuple[str, str]:
        """The value of the claim that names the person, and the path that was wanted; SsoFault. What was kept works once."""
        pending = self._begun(kept)
        if not secrets.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise SsoFault(FAILED)
        if "error" in answer:
            log.info("the provider said no: %.80s", answer["error"])
            raise SsoFault(DENIED)
        claims: Mapping[str, Any] = self._call(
            self._provider.claims, answer.get("code", ""), answer.get("iss"), pending.nonce, pending.verifier
        )  # fmt: skip
        _just_now(claims, self._clock() - pending.at)
        return _named(claims, self._claim), pending.wanted

    def _begun(self, kept: str) -> _Pending:
        """The sign-in that this server began and that did not come back yet."""
        try:
            found = msgspec.convert(self._signer.loads(kept), _Pending)
        except (BadData, msgspec.ValidationError):
            raise SsoFault(LATE) from None
        if self._clock() - found.at >= PENDING_S or found.state in self._spent:
            raise SsoFault(LATE)
        self._spent[found.state] = None
        while len(self._spent) > SPENT_KEPT:
            self._spent.pop(next(iter(self._spent)))
        return found

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


def _just_now(claims: Mapping[str, Any], took_s: float) -> None:
    """Who signed in there long ago may have left this machine since; both times are of the provider's clock."""
    at, made = claims.get("auth_time"), claims.get("iat")
    if at is None:
        return
    if not (isinstance(at, int | float) and isinstance(made, int | float) and made - at <= took_s + FRESH_S):
        log.warning("the provider let somebody in who had signed in before")
        raise SsoFault(FAILED)


def _named(claims: Mapping[str, Any], claim: str) -> str:
    """The person's name there; an e-mail address only where the provider knows that it is the person's own."""
    value = claims.get(claim)
    if claim == "email" and claims.get("email_verified") is not True:
        value = None
    if not isinstance(value, str) or not value:
        log.warning("the ID token has no usable claim %r", claim)
        raise SsoFault(FAILED)
    return value
