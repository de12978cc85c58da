"""The device side of the protocol: what it takes of the views that the client hands it."""

from datetime import UTC, datetime
from typing import Any

from server.link import Link


def view(position: int, now: str, data: str) -> dict[str, Any]:
    return {"channel": "menu", "position": position, "now": f"2026-03-16T{now}Z", "data": data}


def test_a_view_that_was_overtaken_is_dropped() -> None:
    """The client runs each message in a thread of its own, so that an older view can come after a newer one."""
    taken: list[Any] = []
    link = Link("http://127.0.0.1:1", "token", "menu", "kiosk", taken.append)
    for one in (view(5, "10:00:01", "a"), view(4, "10:00:00", "late"), view(5, "10:00:02", "b"), view(5, "10:00:00", "late")):
        link._view(one)
    assert taken == ["a", "b"]


def test_after_a_cut_an_older_position_counts_again() -> None:
    """A server that was put back to an older state says so; the device follows."""
    taken: list[Any] = []
    link = Link("http://127.0.0.1:1", "token", "menu", "kiosk", taken.append)
    link._view(view(50, "10:00:00", "before"))
    link._turn(False)
    link._view(view(3, "10:05:00", "after"))
    assert taken == ["before", "after"]


def test_the_servers_time_comes_with_each_view_before_it() -> None:
    seen: list[Any] = []
    link = Link("http://127.0.0.1:1", "token", "menu", "kiosk", seen.append, on_time=seen.append)
    link._view(view(1, "10:00:00", "a"))
    assert seen == [datetime(2026, 3, 16, 10, tzinfo=UTC), "a"]
