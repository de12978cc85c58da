"""Words for the network are given once, also in one batch; bookings of rooms and their contacts live over a restart."""

from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from uuid import UUID, uuid4

from msgspec.structs import replace
from sqlalchemy import select

from config.plan import Room, Wifi
from config.settings import sqlite_url
from kiosk.shapes import PaperJob
from server import channels
from server.domain import commands as c
from server.domain.refusal import Refusal
from server.engine import Ask, Done, Engine, Reply
from server.store import vouchers
from server.store.schema import contacts, replies
from server.store.schema import vouchers as table
from tests.support import CLERK, KIOSK, MORNING, SYSTEM, Clock, engine_over, tiny_plan

PLAN = replace(tiny_plan(), rooms=(Room(code="r1", name={"lv": "Telpa"}, zone="hall"),), wifi=Wifi(network="V", vouchers=True))


def test_each_voucher_is_on_one_slip_whoever_asks_at_the_same_time(tmp_path: Path) -> None:
    engine = engine_over(sqlite_url(tmp_path), Clock(), PLAN)
    engine.do(lambda connection: vouchers.add(connection, ["K1", "K2", "K1"], 0, "manager"))
    engine.do(lambda connection: vouchers.add(connection, ["K2", "K3"], 0, "manager"))
    box: SimpleQueue[Reply] = SimpleQueue()
    wifi = c.PrintPaper(kiosk="kiosk-1", kind="wifi")
    asks = [Ask(uuid4(), command, CLERK, box.put) for command in (wifi, replace(wifi, kiosk="kiosk-9"), wifi, wifi, wifi)]
    for ask in asks:
        engine.submit(ask)
    replies = [box.get() for _ in asks]
    assert [reply.code if isinstance(reply, Refusal) else "ok" for reply in replies] == [
        "ok", "unknown_kiosk", "ok", "ok", "no_voucher",
    ]  # fmt: skip
    given = {str(paper): code for paper, code in engine.vouchers.items()}
    assert given.keys() == {str(paper) for paper in engine.floor.papers}
    assert sorted(given.values()) == ["K1", "K2", "K3"]
    assert engine._store.read(select(table.c.paper, table.c.code).order_by(table.c.n)) == [
        {"paper": paper, "code": code} for paper, code in sorted(given.items(), key=lambda one: one[1])
    ]
    (counted,) = engine._store.read(vouchers.counts())
    assert counted == {"all": 3, "spare": 0}
    engine.stop()


def test_a_voucher_is_in_no_journal_and_is_erased_when_it_is_printed_or_the_day_is_over(tmp_path: Path) -> None:
    clock = Clock()
    engine = engine_over(sqlite_url(tmp_path), clock, PLAN)
    engine.do(lambda connection: vouchers.add(connection, ["K7M2-QX", "K7M2-QY", "K7M2-QZ"], 0, "manager"))
    first, second = (engine.handle(c.PrintPaper(kiosk="kiosk-1", kind="wifi"), CLERK).result["paper"] for _ in range(2))
    assert engine.vouchers == {UUID(first): "K7M2-QX", UUID(second): "K7M2-QY"}
    assert sorted(job.voucher for job in shown(engine)) == ["K7M2-QX", "K7M2-QY"]
    assert "K7M2" not in str(engine._store.rows(0)), "nothing of it travels"
    assert "K7M2" not in str(engine._store.read(select(replies)))
    engine.stop()
    engine = engine_over(sqlite_url(tmp_path), clock, PLAN)
    assert sorted(job.voucher for job in shown(engine)) == ["K7M2-QX", "K7M2-QY"], "a restart loses no slip"
    engine.handle(c.ReportPaper(paper=UUID(first), state="printed"), KIOSK)
    assert [job.voucher for job in shown(engine)] == ["K7M2-QY"]
    assert "K7M2-QX" not in str(engine._store.read(select(table)))
    engine.do(lambda connection: vouchers.add(connection, ["K7M2-QX", "K7M2-QY"], 0, "manager"))
    assert engine._store.read(vouchers.counts()) == [{"all": 3, "spare": 1}], "the same list once more gives none twice"
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    assert engine.vouchers == {}
    assert [row["code"][:4] for row in engine._store.read(select(table.c.code).order_by(table.c.n))] == ["sha2", "sha2", "K7M2"]
    engine.stop()


def shown(engine: Engine) -> tuple[PaperJob, ...]:
    """The slips that the kiosk sees."""
    return channels.view(engine.floor, "jobs/kiosk-1", channels.Onlooker(KIOSK, vouchers=engine.vouchers)).papers  # type: ignore[no-any-return]


def test_a_booking_and_its_contact_are_there_after_a_restart_on_another_day(tmp_path: Path) -> None:
    clock = Clock()
    engine = engine_over(sqlite_url(tmp_path), clock, PLAN)
    ask = c.BookRoom(room="r1", start=MORNING + timedelta(days=2), minutes=60, title="Nodarbība", contact=c.Contact(name="Jana"))
    kept, dropped = (engine.handle(replace(ask, start=ask.start + timedelta(hours=n)), CLERK) for n in (0, 2))
    engine.handle(c.CancelRoomBooking(booking=UUID(dropped.result["booking"])), CLERK)
    clock.pass_(days=1)
    engine.handle(c.Tick(), SYSTEM)
    before = engine.floor
    engine.stop()
    again = engine_over(sqlite_url(tmp_path), clock, PLAN)
    assert again.floor == before
    assert [str(one) for one in again.floor.kept] == [kept.result["booking"]]
    (row,) = again._store.read(select(contacts.c.appointment, contacts.c.name, contacts.c.day))
    assert row == {"appointment": kept.result["booking"], "name": "Jana", "day": "2026-03-18"}
    clock.pass_(days=2)
    assert isinstance(again.handle(c.Tick(), SYSTEM), Done)
    assert (len(again.floor.kept), again._store.read(select(contacts))) == (0, [])
    again.stop()
