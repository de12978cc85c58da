"""Scanners, keypads and the headphone socket: decoded from recorded bytes, deduplicated, muted when stuck, found again."""

import os
import pty
import threading
import tty
from pathlib import Path

import pytest

from kiosk.codes import EVENT, Events, Lines, Said, Sieve
from kiosk.inputs import Input
from tests.house import until

KEY, SWITCH, SYNC, SCAN = 1, 5, 0, 4


def event(kind: int, code: int, value: int) -> bytes:
    return EVENT.pack(1_774_000_000, 123, kind, code, value)


def press(*codes: int) -> bytes:
    """What a keyboard sends for each key: its scan code, down, sync, up, sync."""
    return b"".join(
        event(SCAN, 4, 458_000 + code) + event(KEY, code, 1) + event(SYNC, 0, 0) + event(KEY, code, 0) + event(SYNC, 0, 0)
        for code in codes
    )


def test_keys_are_told_by_what_they_mean() -> None:
    pressed = press(103, 108, 105, 106, 28, 158, 115, 190, 138, 30)
    assert [one.value for one in Events(scanner=False).feed(pressed)] == [
        "up", "down", "left", "right", "ok", "back", "volume", "repeat", "help",
    ]  # fmt: skip


def test_a_held_key_counts_once() -> None:
    held = event(KEY, 28, 1) + event(KEY, 28, 2) * 20 + event(KEY, 28, 0)
    assert list(Events(scanner=False).feed(held)) == [Said("key", "ok")]


def test_ok_held_for_two_seconds_draws_the_curtain_once() -> None:
    def at(second: int, value: int) -> bytes:
        return EVENT.pack(second, 0, KEY, 28, value)

    decoder = Events(scanner=False)
    held = [list(decoder.feed(at(second, value))) for second, value in ((10, 1), (11, 2), (12, 2), (13, 2), (14, 0))]
    assert held == [[], [], [Said("key", "curtain")], [], []]
    assert list(decoder.feed(at(20, 1) + at(23, 0))) == [Said("key", "curtain")], "a keypad that repeats nothing"
    assert list(decoder.feed(at(30, 1) + at(31, 0))) == [Said("key", "ok")]


def test_headphones_go_in_and_out() -> None:
    said = Events(scanner=False).feed(event(SWITCH, 2, 1) + event(SYNC, 0, 0) + event(SWITCH, 2, 0) + event(SWITCH, 0, 1))
    assert list(said) == [Said("headphones", "in"), Said("headphones", "out")]


@pytest.mark.parametrize("size", [1, 7, 24, 1000])
def test_a_scanner_that_types_is_read_however_its_bytes_come(size: int) -> None:
    typed = press(2, 3, 4, 5, 6, 11, 28) + press(42, 30, 48, 46, 28) + press(28)
    decoder = Events(scanner=True)
    said = [one for at in range(0, len(typed), size) for one in decoder.feed(typed[at : at + size])]
    assert said == [Said("scan", "123450"), Said("scan", "ABC")]


def test_a_serial_scanner_ends_its_codes_in_any_way() -> None:
    decoder = Lines()
    said = [one for part in (b"12", b"3456\r", b"\nab-12 cd\n\n", b"999999\0", b"\xff\x1b[31m\r") for one in decoder.feed(part)]
    assert [one.value for one in said] == ["123456", "AB12CD", "999999", "31M"]
    assert list(decoder.feed(b"7" * 100_000)) == []
    assert [len(one.value) for one in decoder.feed(b"\r")] == [64]


def test_the_same_code_counts_once_in_three_seconds() -> None:
    sieve = Sieve()
    one, other = Said("scan", "123456"), Said("scan", "654321")
    assert [sieve.passes(one, at) for at in (0.0, 1.0, 3.9, 7.0)] == [True, False, False, True]
    assert sieve.passes(other, 7.1)
    assert [sieve.passes(Said("key", "ok"), 8.0) for _ in range(3)] == [True] * 3


def test_a_scanner_that_is_stuck_is_muted_and_heard_again() -> None:
    sieve = Sieve()
    heard = [sieve.passes(Said("scan", str(n)), n * 0.1) for n in range(100)]
    assert sum(heard) == 9
    assert sieve.muted(9.9)
    assert sieve.passes(Said("scan", "later"), 45.0)


@pytest.mark.parametrize("url", ["", "ttyACM0", "serial://", "http://x", "evdev:"])
def test_a_bad_url_is_named_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="input device"):
        Input(url, True, lambda said: None)
    with pytest.raises(ValueError, match="input device"):
        Input("serial:///dev/ttyACM0", False, lambda said: None)


def run(url: str, said: list[Said], stop: threading.Event, scanner: bool = True) -> threading.Thread:
    one = Input(url, scanner, said.append, retry_s=(0.02,))
    thread = threading.Thread(target=one.run, args=(stop,), daemon=True)
    thread.start()
    return thread


def test_a_serial_scanner_may_be_unplugged_and_plugged_in_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    said: list[Said] = []
    stop, link = threading.Event(), tmp_path / "scanner"
    thread = run(f"serial://{link}", said, stop)
    for code in (b"123456", b"222222"):
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        link.symlink_to(os.ttyname(theirs))
        until(lambda ours=ours, code=code: _write(ours, code + b"\r") and Said("scan", code.decode()) in said, "the code")  # type: ignore[misc]
        link.unlink()
        os.close(theirs)
        os.close(ours)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert [one.value for one in said] == ["123456", "222222"]
    assert "123456" not in caplog.text


def test_an_input_device_is_read_and_looked_for_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    said: list[Said] = []
    stop, path = threading.Event(), tmp_path / "event0"
    thread = run(f"evdev://{path}", said, stop, scanner=False)
    until(lambda: "is not there" in caplog.text, "the device to be missed")
    for _ in range(2):
        os.mkfifo(path)
        before = len(said)
        with path.open("wb", buffering=0) as device:
            device.write(press(103)[:50])
            device.write(press(103)[50:])
            until(lambda before=before: len(said) > before, "the key")  # type: ignore[misc]
            path.unlink()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert said == [Said("key", "up")] * 2


def _write(fd: int, data: bytes) -> bool:
    return os.write(fd, data) == len(data)
