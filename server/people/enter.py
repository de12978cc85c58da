"""How a person proves who it is at a page: the PIN where it is enough, else the password."""

from server.people.hashing import PASSWORD_LEAST, Native, like_pin
from server.people.people import Barred, People
from server.people.sessions import Way
from server.people.stations import station_of


def enter(people: People, native: Native, name: str, secret: str, station: str, address: str) -> Way | None:
    """By what the secret is right, None if it is wrong. Barred: no PIN is taken, the password is; TooFast: not yet.

    `station` is the workstation's cookie. Argon2 runs through `native`. A PIN is tried only where the same person gave the
    password within hours, so whoever is not at that machine has nothing to guess at; an unknown name is told the same.
    """
    if like_pin(secret):
        try:
            if _pin(people, native, name, secret, station):
                return "pin"
        except Barred:
            # Digits as long as this may be the password.
            if len(secret) < PASSWORD_LEAST:
                raise
        else:
            if len(secret) < PASSWORD_LEAST:
                return None
    return "password" if people.check(name, secret, address, native, station) else None


def _pin(people: People, native: Native, name: str, secret: str, station: str) -> bool:
    """Whether it is the PIN; Barred where none is taken."""
    if not people.pin_until(name, station):
        raise Barred
    people.stations.begin(station_of(station), name)
    if not people.check_pin(name, secret, native):
        return False
    people.stations.right(station_of(station), name)
    return True
