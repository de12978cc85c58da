"""What people type into the forms of quality, checked: every fault at once, by field, and nothing typed is lost."""

from collections.abc import Iterable, Mapping
from datetime import date

from server.domain import private

HOLDS = {
    "personal_code": "Please leave out personal codes.",
    "account": "Please leave out account numbers.",
    "card": "Please leave out card numbers.",
    "reach": "Please leave out telephone numbers and e-mail addresses.",
    "health": "Please leave out what is about somebody's health.",
}
"""What to say of a text that holds such a datum."""


class Fields:
    """The fields of one form; `faults` are English sentences by field, which the page translates."""

    def __init__(self, form: Mapping[str, str], stems: Iterable[str] = ()) -> None:
        self.form, self.stems = form, tuple(stems)
        self.faults: dict[str, str] = {}

    def text(self, name: str, most: int, *, needed: bool = True, health: bool = True, own: bool = False) -> str:
        """A text without personal data; `own`: what one says of oneself, of which nothing is refused."""
        said = " ".join(self.form.get(name, "").split()) if most <= 200 else self.form.get(name, "").strip()
        if needed and not said:
            self.faults[name] = "Please write something here."
        elif len(said) > most:
            self.faults[name] = "This is too long."
        elif not own and (found := private.datum_in(said, self.stems, health=health)) is not None:
            self.faults[name] = HOLDS[found]
        return said

    def one(self, name: str, of: Iterable[str], *, needed: bool = True) -> str:
        """One of the values; empty where nothing is chosen and nothing is needed."""
        said = self.form.get(name, "")
        if said not in of and (said or needed):
            self.faults[name] = "Please choose one of these."
        return said

    def number(self, name: str, least: float, most: float, *, needed: bool = True) -> float | None:
        """A number, with a comma or a point."""
        said = self.form.get(name, "").strip().replace(",", ".")
        if not said and not needed:
            return None
        try:
            found = float(said)
        except ValueError:
            found = float("nan")
        if not least <= found <= most:
            self.faults[name] = "Please write a number in the range that is meant here."
            return None
        return found

    def day(self, name: str, *, since: date | None = None, until: date | None = None) -> str:
        """A day as 2026-03-16, perhaps none that is over, or none that is still to come."""
        said = self.form.get(name, "")
        try:
            found = date.fromisoformat(said)
        except ValueError:
            self.faults[name] = "Please choose a day."
            return said
        if since is not None and found < since:
            self.faults[name] = "This day is over already."
        if until is not None and found > until:
            self.faults[name] = "This day is still to come."
        return said
