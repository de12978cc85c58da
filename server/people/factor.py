"""The second factor of an account: codes by the clock (RFC 6238, six digits in 30 s), and ten codes for a lost phone."""

import base64
import secrets
from collections.abc import Callable, Sequence
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import Connection, delete, select

from server.people import hashing
from server.people.hashing import Native
from server.people.passwords import code, grouped, typed
from server.people.sessions import Do
from server.store.schema import recovery

STEP_S = 30
DIGITS = 6
EARLY_LATE = 1
"""So many steps before and after the present one are taken: clocks of phones differ a little."""
RECOVERY = 10
RECOVERY_LENGTH = 10


def fresh_secret() -> str:
    """160 random bits, as authenticator programs want them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The six digits of a step of 30 s since 1970. SHA-1 is what every authenticator program knows; as an HMAC it is sound."""
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_S).generate(step * STEP_S).decode()


def step_of(secret: str, given: str, now: float, after: int) -> int | None:
    """The step whose code was given, if it is about now and later than the last one used; None: it is wrong, or a replay."""
    given, found = typed(given), None
    for step in range(int(now // STEP_S) - EARLY_LATE, int(now // STEP_S) + EARLY_LATE + 1):
        if secrets.compare_digest(code_at(secret, step).encode(), given.encode()) and step > after:
            found = step
    return found


def address_of(secret: str, account: str, issuer: str) -> str:
    """What the QR code says to an authenticator program."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&algorithm=SHA1&digits={DIGITS}&period={STEP_S}"


class Recovery:
    """The hashed recovery codes of all accounts, in memory; written through `do`."""

    def __init__(self, do: Do) -> None:
        self._do = do
        self._codes: dict[str, dict[int, str]] = {}
        self._used = set[str]()

    def load(self, connection: Connection) -> None:
        """Reads them; one that was used a moment ago, and is not written down yet, stays used."""
        found: dict[str, dict[int, str]] = {}
        for row in connection.execute(select(recovery)):
            if row.code not in self._used:
                found.setdefault(row.account, {})[row.n] = row.code
        self._codes = found

    def left(self, account: str) -> int:
        """How many of them have not been used."""
        return len(self._codes.get(account, {}))

    def match(self, account: str, given: str, native: Native) -> int | None:
        """Which code it is, by number; None for none. Argon2 for each through `native`."""
        if len(plain := typed(given)) != RECOVERY_LENGTH:
            return None
        return next((n for n, hashed in self._codes.get(account, {}).items() if native(hashing.right, hashed, plain)), None)

    def replace(self, connection: Connection, account: str, hashed: Sequence[str]) -> Callable[[], None]:
        """Puts these in place of all that there were; what to do when that is durable."""
        connection.execute(delete(recovery).where(recovery.c.account == account))
        if hashed:
            connection.execute(recovery.insert(), [{"account": account, "n": n, "code": one} for n, one in enumerate(hashed)])

        def known() -> None:
            self._codes[account] = dict(enumerate(hashed))

        return known

    def use(self, account: str, n: int) -> bool:
        """Whether it was still there: it is gone before anybody is told, so that it counts once."""
        if (used := self._codes.get(account, {}).pop(n, None)) is None:
            return False
        self._used.add(used)
        where = (recovery.c.account == account) & (recovery.c.n == n)
        self._do(lambda connection: _run(connection, delete(recovery).where(where)))
        return True


def fresh_codes() -> tuple[list[str], list[str]]:
    """Ten new ones as people read them, and hashed. About a third of a second of one core."""
    plain = [code(RECOVERY_LENGTH) for _ in range(RECOVERY)]
    return [grouped(one, 5) for one in plain], [hashing.hasher.hash(one) for one in plain]


def _run(connection: Connection, statement: object) -> None:
    connection.execute(statement)  # type: ignore[call-overload]
