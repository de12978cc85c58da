"""Instants as whole microseconds since 1970 (UTC), as lines rank them and tables keep them."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970 (UTC), exact for every datetime."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(microseconds: int) -> datetime:
    """The instant, aware UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)
