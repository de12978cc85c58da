"""The last menu, kept on disk, and what it says when the server has been silent for a while."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from config.hours import instant
from kiosk.shapes import Jobs, Menu, MenuDay, MenuService
from server.files import replace_file


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """A menu, and the server's time at which it was true (microseconds since 1970).

    `head` is the list of slips as it was last sent, without the slips: what the centre has printed on each of them.
    """

    at: int
    menu: Menu
    head: Jobs | None = None

    def used(self, now: int) -> int:
        """The count of the reserve that the server knows for the local day of `now`."""
        return self.menu.reserve_used if self._day(self.at) == self._day(now) else 0

    def _day(self, at: int) -> date:
        return datetime.fromtimestamp(at / 1e6, UTC).astimezone(ZoneInfo(self.menu.timezone)).date()


def load(path: Path) -> Remembered | None:
    """What `save` wrote; None if there is nothing, or nothing that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Remembered)
    except (OSError, msgspec.DecodeError):
        return None


def save(path: Path, remembered: Remembered) -> None:
    """Puts the new file in the place of the old one, so that a power cut leaves one of the two. OSError."""
    replace_file(path, msgspec.json.encode(remembered))


def lasting(menu: Menu) -> Menu:
    """What of a menu is worth keeping at once: everything but the waiting."""
    queues = tuple(msgspec.structs.replace(one, waiting=0, low=None, high=None) for one in menu.queues)
    return msgspec.structs.replace(menu, queues=queues, help=None)


def without_server(remembered: Remembered, now: datetime | None) -> Menu:
    """The menu at `now`, when nobody tells what changed since: hours go by the clock; a new day begins with everything open.

    What was closed or used up on the same day stays so, unless the whole centre was closed when it was last heard; a queue with
    hours of its own goes by them. With None, when nobody knows what time it is, everything is open: a number too many is better
    than a closed door.
    """
    menu = remembered.menu
    if now is None:
        services = tuple(msgspec.structs.replace(one, open=True, left=None) for one in menu.services)
        return msgspec.structs.replace(menu, services=services, opens=None, closes=None, week=(), help=None)
    heard = datetime.fromtimestamp(remembered.at / 1e6, UTC)
    zone = ZoneInfo(menu.timezone)
    today = now.astimezone(zone).date()
    opens, closes = opening_times(menu.week, menu.timezone, now)
    if closes is not None and now >= closes - timedelta(minutes=menu.last_ticket):
        opens, closes = opening_times(menu.week, menu.timezone, closes)[0], None
    shut = opens is not None or closes is None if menu.week else False
    fresh = heard.astimezone(zone).date() != today
    all_open = fresh or menu.opens is not None
    own = {one.queue: opening_times(one.week, menu.timezone, now)[1] is not None for one in menu.queues if one.week}

    def gives(one: MenuService) -> bool:
        if one.queue in own:
            return own[one.queue] and (fresh or one.left != 0)
        return all_open or one.open

    services = tuple(
        msgspec.structs.replace(one, open=not shut and gives(one), left=None if fresh else one.left) for one in menu.services
    )
    notices = tuple(one for one in menu.notices if not one.until or today.isoformat() <= one.until)
    return msgspec.structs.replace(
        menu, services=services, opens=opens, closes=closes, week=_from(menu.week, today), help=None, notices=notices
    )  # fmt: skip


def opening_times(week: tuple[MenuDay, ...], timezone: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When numbers are given again, if not now, and until when today, if now; both None for a centre without hours.

    Beyond the days that `week` names the same weekday of it holds.
    """
    if not week:
        return None, None
    today = now.astimezone(ZoneInfo(timezone)).date()
    spans = _spans(week, today, timezone)
    if any(begin <= now < end for begin, end in spans):
        return None, spans[-1][1]
    for ahead in range(15):
        for begin, _ in _spans(week, today + timedelta(days=ahead), timezone):
            if begin > now:
                return begin, None
    return None, None


def _from(week: tuple[MenuDay, ...], today: date) -> tuple[MenuDay, ...]:
    """The seven days from today on."""
    if not week:
        return ()
    days = (today + timedelta(days=ahead) for ahead in range(len(week)))
    return tuple(MenuDay(date=day.isoformat(), spans=_day_of(week, day)) for day in days)


def _day_of(week: tuple[MenuDay, ...], day: date) -> tuple[tuple[str, str], ...]:
    by_date = {one.date: one.spans for one in week}
    by_weekday = {date.fromisoformat(one.date).weekday(): one.spans for one in week}
    return by_date.get(day.isoformat(), by_weekday.get(day.weekday(), ()))


def _spans(week: tuple[MenuDay, ...], day: date, timezone: str) -> list[tuple[datetime, datetime]]:
    return [
        (instant(day, _minute(begin), timezone), instant(day, _minute(end), timezone, fold=1))
        for begin, end in _day_of(week, day)
    ]  # fmt: skip


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute or 0)


__all__ = ["Remembered", "lasting", "load", "opening_times", "save", "without_server"]
