"""Codes to sign in with, passwords that are refused, the second factor, the last manager, devices, and the log of it all."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from server.domain.context import Actor
from server.engine import Engine
from server.pairing.doubles import BOTH_S, SWAPS, Doubles
from server.pairing.window import CODE_S, OFFERS_EACH, WINDOW_S, WRONG_MOST, Given, Pairing, Refused
from server.people import hashing
from server.people.factor import STEP_S, code_at, fresh_codes, fresh_secret, step_of
from server.people.log import KEPT_DAYS
from server.people.passwords import ALPHABET, COMMON, NAMED, SHORT, fault
from server.people.people import ONCE_HOURS, By, Device, LastManager, People, TooFast
from server.people.sessions import digest

BY = By("boss", "10.0.0.5 · Firefox")
DAY = 86_400


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/centre.db"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its cheapest: these tests ask what is checked, not how dear it is."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(hashing, "hasher", hasher)
    monkeypatch.setattr(hashing, "nobody", hasher.hash("nobody"))


class Seconds:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Seconds:
    return Seconds()


@pytest.fixture
def staff(engine: Engine, time: Seconds) -> People:
    """`boss` is the only manager."""
    some = People(engine.do, time)
    some.load()
    some.add_account("boss", "manager", "Anna", "varde kapj kalnā")
    return some


def again(engine: Engine, time: Seconds) -> People:
    """The same after a restart."""
    some = People(engine.do, time)
    some.load()
    return some


def acts(staff: People, about: str = "") -> list[str]:
    return [one.act for one in staff.log.newest(about=about)]


# codes to sign in with


def test_a_code_is_shown_once_and_holds_a_day(staff: People, engine: Engine, time: Seconds) -> None:
    code = staff.make_account("ilze", "clerk", "Ilze", BY)
    assert code is not None
    assert staff.make_account("ilze", "clerk", "Ilze", BY) is None
    assert staff.check("ilze", code, "1.2.3.4")
    assert staff.check("ilze", code.lower().replace("-", " "), "1.2.3.4")  # as people type what was read out
    assert staff.unfinished("ilze", "")
    time.now += ONCE_HOURS * 3600 - 1
    assert again(engine, time).check("ilze", code, "1.2.3.4")
    time.now += 2
    assert not staff.check("ilze", code, "1.2.3.4")


def test_a_chosen_password_ends_the_code_and_all_sign_ins(staff: People, engine: Engine, time: Seconds) -> None:
    code = staff.make_account("ilze", "clerk", "Ilze", BY)
    assert code is not None
    session = staff.open_session("ilze")
    staff.choose("ilze", hashing.hasher.hash("četri zaļi vārdi"), By("ilze"))
    assert staff.session(session) is None
    assert not staff.check("ilze", code, "1.2.3.4")
    assert not staff.unfinished("ilze", "")
    time.now += 2 * ONCE_HOURS * 3600
    assert again(engine, time).check("ilze", "četri zaļi vārdi", "1.2.3.4")


def test_a_reset_takes_password_and_sign_ins_but_not_the_second_factor(staff: People, time: Seconds) -> None:
    secret = fresh_secret()
    staff.set_factor("boss", secret, 0, (), BY)
    session = staff.open_session("boss", station="s" * 43)
    code = staff.reset("boss", BY)
    assert staff.session(session) is None
    assert not staff.check("boss", "varde kapj kalnā", "1.2.3.4")
    assert staff.check("boss", code, "1.2.3.4")
    assert staff.needs_factor("boss", "s" * 43)
    assert staff.check_factor("boss", code_at(secret, int(time.now // STEP_S)), BY)


@pytest.mark.parametrize("change", [lambda p: p.set_off("boss", True, BY), lambda p: p.set_role("boss", "clerk", BY)])
def test_the_last_manager_stays(staff: People, change: Callable[[People], None]) -> None:
    with pytest.raises(LastManager):
        change(staff)
    assert [one.name for one in staff.managers()] == ["boss"]
    staff.make_account("second", "manager", "Otrs", BY)
    change(staff)
    assert [one.name for one in staff.managers()] == ["second"]


def test_there_is_only_one_first_manager(engine: Engine, time: Seconds) -> None:
    empty = again(engine, time)
    assert empty.make_first("anna", "Anna", hashing.hasher.hash("varde kapj kalnā"))
    assert not empty.make_first("eva", "Eva", hashing.hasher.hash("varde kapj kalnā"))
    assert empty.actor(empty.session(empty.open_session("anna"))) == Actor("manager", "anna")
    assert empty.account("eva") is None


# passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("isss", SHORT), ("1234567", SHORT), ("12345678", COMMON), ("PassWord1", COMMON), ("iloveyou", COMMON),
        ("x" * 201, "A password has at most {n} characters."), ("valmiera-2026", NAMED), ("BerziņaAnna1", NAMED),
        ("rinda-rinda", NAMED),
    ],
)  # fmt: skip
def test_passwords_that_are_refused(password: str, why: str) -> None:
    found = fault(password, ("valmiera", "Valmieras VPVKAC", "anna", "Anna Bērziņa"))
    assert found is not None
    assert found[0] == why
    assert found[0].format(**found[1])


@pytest.mark.parametrize("password", ["kodols12", "zaļš zaļš zaļš", "x" * 8 + " ", "qz7#kfpw", "aaaaaaaaa bbbbbbbbbb" * 10])
def test_passwords_that_are_taken(password: str) -> None:
    assert fault(password, ("valmiera", "anna")) is None


# the second factor


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_at(secret, at // STEP_S) == code
    assert step_of(secret, code, at, 0) == at // STEP_S


def test_a_code_counts_once_and_only_about_now(staff: People, engine: Engine, time: Seconds) -> None:
    secret, step = fresh_secret(), int(time.now // STEP_S)
    staff.set_factor("boss", secret, step - 5, (), BY)
    assert not staff.check_factor("boss", code_at(secret, step - 2), BY)
    assert not staff.check_factor("boss", code_at(secret, step + 2), BY)
    assert staff.check_factor("boss", code_at(secret, step), BY)
    assert not staff.check_factor("boss", code_at(secret, step), BY)
    assert not again(engine, time).check_factor("boss", code_at(secret, step), BY)
    assert not staff.check_factor("boss", code_at(secret, step - 1), BY)  # an earlier one that was seen over the shoulder
    time.now += STEP_S
    assert staff.check_factor("boss", code_at(secret, step + 1), BY)


def test_who_may_not_come_in_has_no_right_code(staff: People, time: Seconds) -> None:
    secret, (plain, hashed) = fresh_secret(), fresh_codes()
    staff.add_account("ilze", "clerk", "Ilze", "varde kapj kalnā")
    staff.set_factor("ilze", secret, 0, hashed, BY)
    staff.set_off("ilze", True, BY)
    assert not staff.check_factor("ilze", code_at(secret, int(time.now // STEP_S)), BY)
    assert not staff.check_factor("ilze", plain[0], BY)
    assert staff.recovery.left("ilze") == 10, "none is used up"


def test_a_recovery_code_counts_once(staff: People, engine: Engine, time: Seconds) -> None:
    plain, hashed = fresh_codes()
    assert len(set(plain)) == 10
    staff.set_factor("boss", fresh_secret(), 0, hashed, BY)
    assert staff.check_factor("boss", plain[3].lower(), BY)
    assert not staff.check_factor("boss", plain[3], BY)
    later = again(engine, time)
    assert later.recovery.left("boss") == 9
    assert not later.check_factor("boss", plain[3], BY)
    assert later.check_factor("boss", plain[9], BY)
    assert acts(later, "boss")[:2] == ["recovery_used", "recovery_used"]


def test_wrong_codes_make_wait_from_wherever_they_come(staff: People, time: Seconds) -> None:
    secret = fresh_secret()
    staff.set_factor("boss", secret, 0, (), BY)
    for n in range(5):
        assert not staff.check_factor("boss", "000000", By("boss", f"10.0.0.{n}"))
        assert staff.check("boss", "varde kapj kalnā", "1.2.3.4")  # the right password does not begin the count anew
    with pytest.raises(TooFast):
        staff.check_factor("boss", code_at(secret, int(time.now // STEP_S)), BY)
    assert acts(staff, "boss")[0] == "wrong_factor"


def test_it_is_asked_at_a_workstation_that_is_new_to_the_account(staff: People) -> None:
    here, there = "h" * 43, "t" * 43
    assert not staff.needs_factor("boss", there)
    staff.open_session("boss", station=here)
    staff.set_factor("boss", fresh_secret(), 0, (), BY)
    assert staff.needs_factor("boss", here)  # also where one was before it was on
    staff.open_session("boss", station=here)
    assert not staff.needs_factor("boss", here)
    assert staff.needs_factor("boss", here, everywhere=True)
    assert staff.needs_factor("boss", there)
    assert staff.needs_factor("boss", "")


# the log


def test_every_change_is_in_the_log_with_who_and_whom(staff: People) -> None:
    staff.make_account("ilze", "clerk", "Ilze", BY)
    staff.set_display("ilze", "Ilze K.", BY)
    staff.set_role("ilze", "manager", BY)
    staff.set_sso("ilze", "9f3c", BY)
    staff.set_off("ilze", True, BY)
    found = staff.log.newest(about="ilze")
    assert [one.act for one in reversed(found)] == ["account_made", "account_renamed", "role_changed", "sso_set", "switched_off"]
    assert {(one.actor, one.subject, one.place) for one in found} == {("boss", "ilze", BY.place)}
    assert found[2].detail == "manager"


def test_sign_ins_and_guesses_are_in_the_log_but_no_secret(staff: People) -> None:
    staff.open_session("boss", place="10.0.0.5")
    for _ in range(5):
        staff.check("boss", "wrong guess", "10.9.9.9")
        staff.check("somebody's password typed as a name", "x", "10.9.9.9")
    assert acts(staff)[:2] == ["wrong_secret", "signed_in"]
    assert "password typed" not in str(staff.log.newest())


def test_rows_are_kept_for_eighteen_months_and_a_clock_that_leapt_takes_none(staff: People, time: Seconds) -> None:
    rows = [("ilze", 0), ("anna", 300), ("janis", 500)]
    began = time.now
    for name, days in rows:
        time.now = began + days * DAY
        staff.make_account(name, "clerk", name, BY)
    for seconds in (0, 60, 3600):
        time.now = began + 5000 * DAY + seconds
        staff.log.add(BY, "window_opened", "")
    time.now = began + 501 * DAY
    staff.log.add(BY, "window_closed", "")
    assert acts(staff, "ilze") == acts(staff, "anna") == ["account_made"]
    time.now = began + (KEPT_DAYS + 3) * DAY
    staff.log.add(BY, "window_opened", "")
    assert acts(staff, "ilze") == ["account_made"], "the row before this one is younger"
    time.now = began + (KEPT_DAYS + 5) * DAY
    staff.log.add(BY, "window_closed", "")
    assert (acts(staff, "ilze"), acts(staff, "anna")) == ([], ["account_made"])


# devices


def test_a_device_is_bound_and_revoked(staff: People, engine: Engine, time: Seconds) -> None:
    staff.devices.add(Device(digest("t"), "hall-1", "display", "board/hall", "/display/hall?screen=hall-1"), BY)
    assert staff.by_token("t") == Actor("display", "hall-1", "board/hall")
    assert again(engine, time).by_token("t") == Actor("display", "hall-1", "board/hall")
    staff.devices.rename(digest("t"), "Lielā zāle", BY)
    staff.devices.revoke(digest("t"), BY)
    assert staff.by_token("t") is None
    assert again(engine, time).by_token("t") is None
    assert acts(staff, "hall-1") == ["device_revoked", "device_renamed", "device_paired"]


def test_a_new_token_takes_the_place_of_the_old_one_when_it_is_used(staff: People, engine: Engine, time: Seconds) -> None:
    staff.devices.add(Device(digest("t"), "kiosk-1", "kiosk"), BY)
    assert staff.devices.renew("t") is None
    staff.devices.ask_renewal(digest("t"), BY)
    assert staff.by_token("t") is None
    lost, fresh = staff.devices.renew("t"), staff.devices.renew("t")  # the first answer got lost
    assert fresh is not None
    assert staff.by_token(lost) is None
    later = again(engine, time)
    assert later.by_token(fresh) == Actor("kiosk", "kiosk-1")
    later.devices.used(fresh)
    assert later.devices.renew("t") is None
    assert later.by_token("t") is None
    assert later.by_token(fresh) == again(engine, time).by_token(fresh) == Actor("kiosk", "kiosk-1")
    assert len(later.devices.everything()) == 1


def test_it_is_kept_when_a_device_was_seen_and_with_what(staff: People, engine: Engine, time: Seconds) -> None:
    staff.devices.add(Device(digest("t"), "kiosk-1", "kiosk"), BY)
    staff.devices.note_seen(digest("t"), "10.0.0.9", "0.1.0")
    kept = again(engine, time).devices.named(digest("t")[:16])
    assert kept is not None
    assert (kept.seen, kept.place, kept.version) == (time.now, "10.0.0.9", "0.1.0")


# pairing


def test_a_code_has_enough_random_bits_and_no_look_alikes() -> None:
    assert len(ALPHABET) ** 7 > 2**20
    assert not set(ALPHABET) & set("01OI5SZ2")


def test_a_code_is_taken_only_within_the_window_and_once(time: Seconds) -> None:
    pairing = Pairing(time)
    secret, offer = pairing.begin("screen", "here", "10.0.0.1")
    with pytest.raises(Refused, match="open the window"):
        pairing.find(offer.code)
    pairing.open()
    assert pairing.find(f" {offer.code[:4].lower()}-{offer.code[4:]} ") is offer
    assert pairing.claim(offer)
    assert not pairing.claim(offer)
    with pytest.raises(Refused, match="No device"):
        pairing.find(offer.code)
    pairing.settle(offer, Given("t", "hall-1", "/display/hall"))
    assert pairing.fetch(secret, 1) == Given("t", "hall-1", "/display/hall")
    assert pairing.fetch(secret, 1) is None
    time.now += WINDOW_S
    assert pairing.window_s == 0


def test_a_code_runs_out(time: Seconds) -> None:
    pairing = Pairing(time)
    secret, offer = pairing.begin("kiosk", "here", "10.0.0.1")
    time.now += CODE_S
    pairing.open()
    with pytest.raises(Refused):
        pairing.find(offer.code)
    assert pairing.of(secret) is None


def test_wrong_codes_close_the_window(time: Seconds) -> None:
    pairing = Pairing(time)
    _, offer = pairing.begin("screen", "here", "10.0.0.1")
    pairing.open()
    for _ in range(WRONG_MOST):
        with pytest.raises(Refused):
            pairing.find("AAAAAAA")
    with pytest.raises(Refused, match="open the window"):
        pairing.find(offer.code)


def test_one_address_asks_for_few_codes(time: Seconds) -> None:
    pairing = Pairing(time)
    for _ in range(OFFERS_EACH):
        pairing.begin("screen", "here", "10.0.0.1")
    with pytest.raises(Refused):
        pairing.begin("screen", "here", "10.0.0.1")
    pairing.begin("screen", "there", "10.0.0.2")


# one token on two machines


def test_two_live_machines_are_told_from_a_reconnect() -> None:
    doubles = Doubles()
    both = [("k", "10.0.0.1", 0.0), ("k", "10.0.0.2", 5.0)]
    assert doubles.look(both, 5.0 + BOTH_S - 1) == []  # the first may be a connection that broke without a word
    assert doubles.look(both, 5.0 + BOTH_S) == ["k"]
    assert doubles.of("k") == ("10.0.0.1", "10.0.0.2")
    assert doubles.look(both, 6.0 + BOTH_S) == []  # said once
    assert doubles.look(both[1:], 7.0 + BOTH_S) == []
    assert doubles.of("k") == ()
    assert doubles.look([("k", "10.0.0.1", 0.0), ("k", "10.0.0.1", 0.0)], 100.0) == []  # two channels of one machine


def test_machines_that_drive_each_other_out_are_found() -> None:
    doubles = Doubles()
    for n in range(SWAPS):
        assert doubles.look([("k", "10.0.0.1", float(n))], float(n)) == []
        doubles.swapped("k", float(n))
    assert doubles.look([("k", "10.0.0.2", 3.0)], 3.0) == ["k"]
    assert doubles.look([("k", "10.0.0.2", 3.0)], 100.0) == []
    assert doubles.of("k") == ()
