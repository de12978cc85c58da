"""The open list of contacts in the register: which of its centres we have, which are new, and what it says of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, select, update

from config.open_data.contacts import Contact, place
from config.open_data.municipalities import became, shown_on
from config.open_data.table import Said
from server.domain.moment import microseconds
from server.national.node.schema import centres, directory
from server.store.journal import GENESIS


class Taken(Struct, frozen=True, kw_only=True):
    """What became of the list: codes of centres that are new, that have other facts now, and that it has as we do.

    `absent` are centres of the register that the list does not name; nothing is done to them.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    absent: tuple[str, ...]
    said: tuple[Said, ...]


class _Known(Struct, frozen=True):
    centre: str
    name: str
    municipality: str


def take(engine: Engine, contacts: Iterable[Contact], source: str, now: datetime, *, dry: bool = False) -> Taken:
    """Writes what the list says, all of it or nothing; with `dry` it only says what would be.

    A centre is the same one where name and municipality are, as whole words and as of today. Facts that the list does not have,
    or that could not be understood, stay as they are here; so do name and place of a centre that has papers, for it is the
    network's own.
    """
    with engine.connect() as connection, connection.begin() as transaction:
        found = _take(connection, list(contacts), source, now)
        if dry:
            transaction.rollback()
    return found


def _take(connection: Connection, contacts: Sequence[Contact], source: str, now: datetime) -> Taken:
    today = now.date()
    rows = connection.execute(select(centres.c.centre, centres.c.name, centres.c.municipality)).all()
    known = [_Known(row.centre, row.name, row.municipality) for row in rows]
    codes = {one.centre for one in known}
    new, changed, same, said = list[str](), list[str](), list[str](), list[Said]()
    met = set[str]()
    for contact in contacts:
        alike = _alike(contact, known, today)
        if len(alike) > 1 or (alike and alike[0].centre in met):
            names = ", ".join(one.centre for one in alike)
            said.append(
                Said(
                    row=contact.row,
                    text=f'"{contact.name}" may be any of: {names}' if len(alike) > 1 else f"{names} was in the list before",
                )
            )
            continue
        if not alike and contact.code in codes:
            said.append(Said(row=contact.row, text=f'"{contact.name}" would be {contact.code}, which is another centre'))
            continue
        centre = alike[0].centre if alike else contact.code
        met.add(centre)
        if not alike:
            codes.add(centre)
            connection.execute(centres.insert(), {"centre": centre, "hash": GENESIS, **_facts(contact)})
            _write(connection, centre, contact, source, now)
            new.append(centre)
        elif _other(connection, centre, contact):
            facts = _facts(contact)
            if became(alike[0].municipality, contact.municipality):
                facts.pop("municipality", None)  # the older name tells both what it was and what it is
            if facts:
                connection.execute(update(centres).where(centres.c.centre == centre, centres.c.secret.is_(None)).values(facts))
            _write(connection, centre, contact, source, now)
            changed.append(centre)
        else:
            same.append(centre)
    absent = sorted({one.centre for one in known} - met)
    return Taken(new=tuple(new), changed=tuple(changed), same=tuple(same), absent=tuple(absent), said=tuple(said))


def _alike(contact: Contact, known: Sequence[_Known], today: date) -> list[_Known]:
    wanted = place(contact.name)
    return [
        one
        for one in known
        if place(one.name) == wanted
        and (not contact.municipality or not one.municipality or shown_on(one.municipality, today) == contact.municipality)
    ]


def _facts(contact: Contact) -> dict[str, object]:
    """What the register has of a centre, as far as the list says it."""
    given = {
        "name": contact.name, "type": contact.type, "municipality": contact.municipality, "lat": contact.lat, "lon": contact.lon,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value not in (None, "")}


def _said(contact: Contact) -> dict[str, object]:
    """What the directory has of it."""
    return {
        "address": contact.address, "phone": contact.phone, "email": contact.email,
        "hours": msgspec.json.encode(contact.hours).decode(),
        "soon": int(contact.soon),
    }  # fmt: skip


def _merged(connection: Connection, centre: str, contact: Contact) -> dict[str, object]:
    row = connection.execute(select(directory).where(directory.c.centre == centre)).mappings().first()
    given = _said(contact)
    if row is None:
        return given
    return {
        name: value if value not in ("", "[]") or (name == "hours" and contact.soon) else row[name]
        for name, value in given.items()
    }


def _other(connection: Connection, centre: str, contact: Contact) -> bool:
    row = connection.execute(select(directory).where(directory.c.centre == centre)).mappings().first()
    here = connection.execute(select(centres).where(centres.c.centre == centre)).mappings().one()
    own = here["secret"] is None and any(
        here[name] != value and not (name == "municipality" and became(here[name], str(value)))
        for name, value in _facts(contact).items()
    )
    return own or row is None or any(row[name] != value for name, value in _merged(connection, centre, contact).items())


def _write(connection: Connection, centre: str, contact: Contact, source: str, now: datetime) -> None:
    values = _merged(connection, centre, contact)
    connection.execute(delete(directory).where(directory.c.centre == centre))
    row = {"centre": centre, **values, "source": f"{source}:{contact.row}", "noted": microseconds(now)}
    connection.execute(directory.insert(), row)
