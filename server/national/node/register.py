"""The centres of the network: who they are, and how one gets its papers."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from config.open_data.municipalities import became
from server.domain.moment import microseconds
from server.national.node.schema import centres
from server.store.journal import GENESIS

CODE_HOURS = 24
_LETTERS = "ABCDEFGHJKLMNPRSTUVXYZ23456789"
"""Of a code of enrolment: none that is read as another."""
CODE_LENGTH = 10


class Unknown(LookupError):
    """There is no such centre, or no such code."""


class Register:
    """All of it in the database; credentials as digests only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, centre: str, facts: Mapping[str, Any] | None = None) -> None:
        """A centre of the network, or new facts about one: name, type, municipality, lat, lon."""
        values = dict(facts or {})
        with self._engine.begin() as connection:
            known = connection.execute(select(centres.c.municipality).where(centres.c.centre == centre)).scalar()
            if known is not None:
                if became(known, str(values.get("municipality", ""))):
                    # What it was before says also what it is now; the other way round old months would lie elsewhere.
                    del values["municipality"]
                if values:
                    connection.execute(update(centres).where(centres.c.centre == centre).values(values))
            else:
                connection.execute(centres.insert(), {"centre": centre, "hash": GENESIS, **values})

    def invite(self, centre: str, now: datetime) -> str:
        """A code with which its server enrols once, within a day; an older one is void."""
        code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
        with self._engine.begin() as connection:
            if not _known(connection, centre):
                raise Unknown(centre)
            until = microseconds(now + timedelta(hours=CODE_HOURS))
            here = update(centres).where(centres.c.centre == centre)
            connection.execute(here.values(code=digest(code), code_until=until))
        return f"{code[:5]}-{code[5:]}"

    def knows(self, centre: str) -> bool:
        """Whether there is such a centre."""
        with self._engine.connect() as connection:
            return _known(connection, centre)

    def enrol(self, code: str, now: datetime) -> tuple[str, str]:
        """The centre and its new credential for a code; the code and the credential before it are void. Unknown."""
        plain = "".join(letter for letter in code.upper() if letter.isalnum())
        secret = secrets.token_urlsafe(32)
        with self._engine.begin() as connection:
            here = update(centres).where(centres.c.code == digest(plain), centres.c.code_until >= microseconds(now))
            found = connection.execute(
                here.values(code=None, code_until=None, secret=digest(secret), instance=None).returning(centres.c.centre)
            ).scalar()
        if found is None:
            raise Unknown("code")
        return str(found), secret

    def revoke(self, centre: str) -> None:
        """The centre's credential and code are void."""
        with self._engine.begin() as connection:
            here = update(centres).where(centres.c.centre == centre)
            connection.execute(here.values(secret=None, code=None, code_until=None, instance=None))

    def centre_of(self, secret: str) -> str | None:
        """Whose credential this is."""
        with self._engine.connect() as connection:
            return connection.execute(select(centres.c.centre).where(centres.c.secret == digest(secret))).scalar()


def digest(secret: str) -> str:
    """What is kept of a credential: it is random, so a plain digest cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _known(connection: Connection, centre: str) -> bool:
    return connection.execute(select(centres.c.centre).where(centres.c.centre == centre)).scalar() is not None
