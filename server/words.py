"""Numbers, shares, spans and dates as people of a language read them."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from config import texts

ZONE = ZoneInfo("Europe/Riga")
"""The time of all centres; months and days are those of their records."""

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Words:
    """Everything in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str, **params: object) -> str:
        return texts.translate(self.language, text, **params)

    def several(self, singular: str, plural: str, n: int, **params: object) -> str:
        """A text about `n` things; {count} is the number as it is written."""
        return texts.plural(self.language, singular, plural, n, count=self.number(n), **params)

    def number(self, value: float, places: int = 0) -> str:
        """A number with its groups, which in Latvian begin with five digits; at most so many places after the comma."""
        groups = self.language != "lv" or abs(value) >= 10_000
        return format_decimal(_rounded(value, places), locale=self.language, group_separator=groups)

    def share(self, value: float | None, places: int = 0) -> str:
        """A share of one in per cent; a dash for none."""
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return (
            "–"
            if value is None
            else format_percent(_rounded(value, places + 2), format=pattern + "\u00a0%", locale=self.language)
        )

    def minutes(self, seconds: float | None) -> str:
        """Seconds as whole minutes; a dash for none."""
        return "–" if seconds is None else self("{n} min", n=self.number(seconds / 60))

    def span(self, seconds: float) -> str:
        """About how long: 42 min, 3 h, 2 d."""
        if seconds < 90:
            return self("{n} s", n=round(seconds))
        if seconds < 5400:
            return self("{n} min", n=round(seconds / 60))
        if seconds < 36 * 3600:
            return self("{n} h", n=round(seconds / 3600))
        return self("{n} d", n=round(seconds / 86400))

    def day(self, day: date | str) -> str:
        """A day with its year, in figures; of a moment the one that it is here."""
        if isinstance(day, datetime):
            day = _here(day).date()
        pattern = "dd.MM.yyyy." if self.language == "lv" else "d MMM yyyy"
        return format_date(date.fromisoformat(day) if isinstance(day, str) else day, pattern, locale=self.language)

    def long_day(self, at: datetime) -> str:
        """A day with its weekday, in words."""
        return format_date(_here(at).date(), "full", locale=self.language)

    def clock(self, at: datetime) -> str:
        """The time of the day."""
        return f"{_here(at):%H:%M}"

    def moment(self, at: datetime) -> str:
        """A day, and the time of it."""
        return f"{self.day(at)} {self.clock(at)}"

    def month(self, month: str) -> str:
        """A month with its year, in words."""
        first = date.fromisoformat(f"{month}-01")
        return format_skeleton("yMMMM", first, locale=self.language).replace(" g. ", " gada ")

    def roman(self, month: str) -> str:
        """A month in Roman figures, as charts have it."""
        return ROMAN[int(month[5:]) - 1]


def _rounded(value: float, places: int) -> Decimal:
    """To the nearest, a half up, as people round."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _here(at: datetime) -> datetime:
    """In local time; what a damaged row says may lie at the end of all time, and is shown as it came."""
    try:
        return at.astimezone(ZONE)
    except OverflowError:
        return at


def local(us: int) -> datetime:
    """Microseconds since 1970 as local time."""
    return datetime.fromtimestamp(us / 1e6, ZONE)
