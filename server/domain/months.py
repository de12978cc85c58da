"""Months, and closing one: its figures are frozen as they are, and what is put right later stands beside them."""

from server.domain.commands import CloseMonth
from server.domain.context import Context
from server.domain.events import Event, MonthClosed
from server.domain.floor import Floor
from server.domain.refusal import Refusal


def over(month: str, day: str) -> bool:
    """Whether a month is over on a business day: one of a later month is open. Both are ISO texts, in the order of time."""
    return month < day[:7]


def month_after(month: str, by: int = 1) -> str:
    """The next month, 2027-01 after 2026-12, or the one so many later or earlier."""
    n = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{n // 12:04}-{n % 12 + 1:02}"


def close_month(floor: Floor, command: CloseMonth, context: Context) -> tuple[Event, ...]:
    """Freezes the figures that the store has reckoned; once, and only of a month that is over. It is never opened again."""
    if not over(command.month, floor.day):
        raise Refusal("month_open", month=command.month)
    if context.month is None or context.month.closed or command.month in floor.months:
        raise Refusal("month_closed" if context.month is not None else "server_error", month=command.month)
    return (MonthClosed(month=command.month, figures=context.month.figures),)
