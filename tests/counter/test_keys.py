"""Keys beside counters: what they say becomes commands; held down or bouncing they are pressed once."""

import random

from config.plan import Key
from counter.panels.keys import HALF_S, Keys

NEXT = Key(counter="3", says=r"03N\r", does=("CallNext",))
AGAIN = Key(counter="3", says=r"03R\r", does=("Recall",))
DONE = Key(counter="4", says=r"\x04\xff", does=("Finish", "CallNext"))


def keys() -> Keys:
    return Keys((NEXT, AGAIN, DONE))


def test_each_key_is_known_by_its_bytes() -> None:
    found = keys()
    assert found.feed(b"03N\r03R\r\x04\xff", 1.0) == [NEXT, AGAIN, DONE]
    assert found.feed(b"", 2.0) == []


def test_bytes_that_come_in_pieces_or_among_noise() -> None:
    found = keys()
    assert [found.feed(bytes((byte,)), 1.0) for byte in b"\x00x03N"] == [[]] * 5
    assert found.feed(b"\r?03", 1.0) == [NEXT]
    assert found.feed(b"03R\r", 1.0) == [AGAIN]
    assert found.feed(b"z" * 10_000, 1.0) == []
    assert found.feed(b"03R\r", 2.0) == [AGAIN]


def test_a_key_held_down_is_pressed_once() -> None:
    found = keys()
    pressed = [key for n in range(100) for key in found.feed(b"03N\r", n * 0.1)]
    assert pressed == [NEXT]
    assert found.feed(b"03N\r03N\r", 20.0) == [NEXT]
    assert found.feed(b"03N\r", 20.4) == []
    assert found.feed(b"03N\r", 21.0) == [NEXT]
    assert found.feed(b"\x04\xff", 21.1) == [DONE]  # another key is another press


def test_half_a_key_is_forgotten() -> None:
    found = keys()
    assert found.feed(b"03N", 1.0) == []
    assert found.feed(b"", 1.0 + HALF_S - 0.1) == []
    assert found.feed(b"\r", 1.0 + HALF_S - 0.1) == [NEXT], "a slow line"
    assert found.feed(b"03", 5.0) == []
    assert found.feed(b"N\r", 5.0 + HALF_S) == [], "the rest is another press"
    assert found.feed(b"03R\r", 6.0) == [AGAIN]


def test_a_keypad_that_babbles_gives_no_command_and_its_keys_still_count() -> None:
    found, chance = keys(), random.Random(1)
    babble = bytes(chance.choice(b"N?R\r\xff\x00zx") for _ in range(60_000))
    assert [key for at in range(0, len(babble), 7) for key in found.feed(babble[at : at + 7], at / 1000)] == []
    assert found.feed(b"03N\r" + babble[:20], 61.0) == [NEXT]
