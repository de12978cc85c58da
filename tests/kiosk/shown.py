"""A menu as the server sends it, of the demo's plan, for what a kiosk does with it alone."""

from datetime import UTC, datetime

from msgspec.structs import replace

from kiosk.shapes import Menu, MenuDay, MenuInstitution, MenuQueue, MenuService

WEEK = tuple(
    MenuDay(date=f"2026-03-{16 + n}", spans=(("8:30", "12:00"), ("12:30", "17:00")) if n < 5 else ()) for n in range(7)
)  # fmt: skip
"""Monday the 16th to Sunday the 22nd."""


def a_menu(**changed: object) -> Menu:
    """Two services of two institutions; open from 8:30 to 17:00 in Riga, with a lunch gap."""
    plain = Menu(
        centre={"lv": "Centrs"}, timezone="Europe/Riga", languages=("lv", "en"),
        institutions=(
            MenuInstitution(institution="VID", short={"lv": "VID"}, name={"lv": "Valsts ieņēmumu dienests"}, icon="coin"),
            MenuInstitution(institution="VSAA", short={"lv": "VSAA"}, name={"lv": "Valsts sociālā aģentūra"}, icon="coin"),
        ),
        services=(
            MenuService(service="VID-01", institution="VID", name={"lv": "Deklarācija", "en": "Tax return"}, minutes=10,
                        queue="vid", open=True, left=None),
            MenuService(service="VSAA-01", institution="VSAA", name={"lv": "Pensija"}, minutes=10,
                        queue="vsaa", open=False, left=0),
        ),
        queues=(
            MenuQueue(queue="vid", name={"lv": "VID"}, letter="A", waiting=3, low=5, high=10, zone={"lv": "Zāle"},
                      where={"lv": "1. stāvs"}),
            MenuQueue(queue="vsaa", name={"lv": "VSAA"}, letter="B", waiting=0, low=None, high=None),
        ),
        quick=(), unknown=None, booking=True, closes=riga(17), opens=None, week=WEEK,
    )  # fmt: skip
    return replace(plain, **changed)


def riga(hour: int, minute: int = 0, day: int = 16) -> datetime:
    """A time of the clock on the wall in Riga in winter, in March 2026, as UTC."""
    return datetime(2026, 3, day, hour - 2, minute, tzinfo=UTC)
