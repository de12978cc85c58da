"""The open list of the centres' contacts (`vpvkac-kontakti`), read into values; what is not understood is told by its row.

The real file's head could not be read when this was written (DOMAIN, section 4: semicolons, UTF-8 with a mark, 14 MB of mostly
empty rows): columns are found by the meaning of their heads.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import IO

from msgspec import Struct

from config.hours import WEEKDAYS
from config.open_data.municipalities import NoMunicipality, valid_on
from config.open_data.openhours import SOON, Unclear, read_day, read_hours
from config.open_data.table import Row, Rows, Said
from config.open_data.words import clean, fold, words
from config.plan import CentreType, OpenHours

MEANINGS: dict[str, tuple[str, ...]] = {
    "name": ("nosaukums", "centra nosaukums", "vpvkac", "klientu apkalpošanas centrs", "centrs", "name"),
    "municipality": ("novads", "pašvaldība", "pašvaldības nosaukums", "municipality"),
    "type": ("tips", "centra tips", "veids", "nozīme", "līmenis", "type"),
    "address": ("adrese", "atrašanās vieta", "address"),
    "phone": ("tālrunis", "tālruņa numurs", "telefons", "tālr", "phone"),
    "email": ("epasts", "e pasts", "e pasta adrese", "email", "mail"),
    "hours": ("darba laiks", "darbalaiks", "hours"),
    "lat": ("platums", "latitude", "lat"),
    "lon": ("garums", "longitude", "lon", "lng"),
    **{day: (f"{name}",) for day, name in zip(
        WEEKDAYS, ("pirmdien", "otrdien", "trešdien", "ceturtdien", "piektdien", "sestdien", "svētdien"), strict=True
    )},
}  # fmt: skip
"""`pašvaldības nosaukums` goes before `nosaukums`, for it says more."""

_TYPES: dict[str, CentreType] = {"nacional": "nacionalas", "regional": "regionalas", "novada": "novada", "vieteja": "vietejas"}
_COMMON = frozenset(
    ["valsts", "un", "pasvaldibas", "pasvaldibu", "vienotais", "vienoto", "klientu", "apkalposanas", "centrs", "centra",
    "vpvkac", "kac", "novada", "pilsetas", "pilseta", "pagasta", "pagasts", "valstspilsetas"]
)  # fmt: skip
_PHONE = re.compile(r"\+?[\d\s()-]{8,20}")


class Contact(Struct, frozen=True, kw_only=True):
    """A centre as the list has it. Empty: not said, or not understood (then `problems` says so); `soon`: it is still to open."""

    row: int
    name: str
    municipality: str = ""
    type: CentreType | None = None
    address: str = ""
    phone: str = ""
    email: str = ""
    lat: float | None = None
    lon: float | None = None
    hours: tuple[OpenHours, ...] = ()
    soon: bool = False
    problems: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """A code from its name: `vecpiebalgas`."""
        return "-".join(place(self.name)) or f"row-{self.row}"


def place(name: str) -> tuple[str, ...]:
    """What sets a centre's name apart from others: whole words, so that Jelgava is not Jaunjelgava.

    The county goes before the place in full names (`Cēsu novada Vecpiebalgas pagasta VPVKAC`); where both are there, the place
    counts.
    """
    heard = words(name)
    if "novada" in heard and (after := [one for one in heard[heard.index("novada") + 1 :] if one not in _COMMON]):
        return tuple(after)
    return tuple(one for one in heard if one not in _COMMON)


class Contacts:
    """Reads the file once; `said` and the rows' counts are whole when it is at its end."""

    def __init__(self, file: IO[bytes], day: date) -> None:
        self.rows, self._day = Rows(file, MEANINGS, ("name",)), day
        self._seen: dict[tuple[str, tuple[str, ...]], int] = {}

    @property
    def said(self) -> list[Said]:
        """What somebody should know, by row."""
        return self.rows.said

    def __iter__(self) -> Iterator[Contact]:
        """Every centre of the file, one at a time."""
        for row in self.rows:
            found = contact(row, self._day)
            if found is None:
                self.said.append(Said(row=row.row, text=f"no name of a centre in it: {'; '.join(row.cells.values())[:120]}"))
                continue
            known = (found.municipality, place(found.name))
            if known in self._seen:
                self.said.append(Said(row=row.row, text=f'"{found.name}" is in row {self._seen[known]} already'))
                continue
            self._seen[known] = row.row
            self.said.extend(Said(row=row.row, text=text, taken=True) for text in found.problems)
            yield found


def contact(row: Row, day: date) -> Contact | None:
    """A row as a centre; None where it has no name of one."""
    cells, problems = row.cells, list[str]()
    name = cells.get("name", "")
    if not place(name) or not re.search(r"[^\W\d_]{2}", name):
        return None
    phone = cells.get("phone", "")
    if phone and not all(_PHONE.fullmatch(one.strip()) for one in re.split(r"[;,/]", phone)):
        problems.append(f'phone "{phone}" is none')
        phone = ""
    email = cells.get("email", "")
    if email and not re.fullmatch(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+", email):
        problems.append(f'e-mail address "{email}" is none')
        email = ""
    soon, hours = _hours(cells, problems)
    lat, lon = _spot(cells, problems)
    return Contact(
        row=row.row, name=name, municipality=_municipality(cells, day, problems), type=_type(cells, problems),
        address=cells.get("address", ""), phone=phone, email=email, lat=lat, lon=lon, hours=hours, soon=soon,
        problems=tuple(problems),
    )  # fmt: skip


def _municipality(cells: dict[str, str], day: date, problems: list[str]) -> str:
    said = cells.get("municipality", "")
    if not said and (county := re.match(r"(.+?)\s+novada\s", cells["name"])):
        said = f"{county[1]} novads"
    if not said:
        problems.append("no municipality")
        return ""
    try:
        found = valid_on(said, day)
    except NoMunicipality as error:
        problems.append(str(error))
        return ""
    if fold(found) != fold(said):
        problems.append(f'municipality "{said}" is taken as {found}')
    return found


def _type(cells: dict[str, str], problems: list[str]) -> CentreType | None:
    said = cells.get("type", "")
    found = {kind for begin, kind in _TYPES.items() if any(word.startswith(begin) for word in words(said))}
    if len(found) == 1:
        return found.pop()
    if said:
        problems.append(f'type "{said}" is none of the four')
    return None


def _hours(cells: dict[str, str], problems: list[str]) -> tuple[bool, tuple[OpenHours, ...]]:
    if any(SOON.search(fold(text)) for text in cells.values()):
        return True, ()
    try:
        if text := cells.get("hours", ""):
            return False, read_hours(text)
        return False, tuple(rule for day in WEEKDAYS if day in cells for rule in read_day(day, clean(cells[day])))
    except Unclear as error:
        problems.append(f"hours: {error}")
        return False, ()


def _spot(cells: dict[str, str], problems: list[str]) -> tuple[float | None, float | None]:
    """WGS 84 degrees within Latvia; another grid is told, not reckoned over."""
    if "lat" not in cells and "lon" not in cells:
        return None, None
    try:
        lat, lon = (float(cells[one].replace(",", ".")) for one in ("lat", "lon"))
    except (KeyError, ValueError):
        lat = lon = float("nan")
    if 55.6 <= lat <= 58.1 and 20.9 <= lon <= 28.3:
        return lat, lon
    problems.append(f"coordinates {cells.get('lat', '')} {cells.get('lon', '')} are no degrees within Latvia")
    return None, None
