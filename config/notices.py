"""Which of a plan's notices hold on a day."""

from config.plan import Notice


def holds(notice: Notice, today: str) -> bool:
    """Whether a notice is shown on a date; ISO dates sort as text."""
    return notice.since <= today and (not notice.until or today <= notice.until)
