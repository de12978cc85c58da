"""The window in which devices are paired: wrong codes close it, a code holds ten minutes, what a device gets it gets once."""

import pytest

from server.pairing.window import CODE_S, OFFERS_EACH, TOO_MANY, UNKNOWN, WINDOW_S, WRONG_MOST, Given, Pairing, Refused

GIVEN = Given(token="t", device="hall", page="/display/hall")


class Steady:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Steady:
    return Steady()


@pytest.fixture
def pairing(clock: Steady) -> Pairing:
    found = Pairing(clock)
    found.open()
    return found


def refused(pairing: Pairing, code: str) -> str:
    with pytest.raises(Refused) as raised:
        pairing.find(code)
    return raised.value.text


def test_wrong_codes_close_the_window_for_the_right_one_too(pairing: Pairing) -> None:
    _, offer = pairing.begin("screen", "", "10.0.0.1")
    assert [refused(pairing, "0000000") for _ in range(WRONG_MOST)] == [*[UNKNOWN] * (WRONG_MOST - 1), TOO_MANY]
    assert pairing.window_s == 0
    refused(pairing, offer.code)
    pairing.open()
    assert pairing.find(offer.code) is offer, "opened anew, the guesses are forgotten"


def test_the_window_closes_by_itself_and_a_code_runs_out(pairing: Pairing, clock: Steady) -> None:
    secret, offer = pairing.begin("screen", "", "10.0.0.1")
    clock.now += WINDOW_S
    refused(pairing, offer.code)
    clock.now += CODE_S - WINDOW_S - 1
    pairing.open()
    assert pairing.find(offer.code) is offer
    clock.now += 1
    assert (pairing.of(secret), refused(pairing, offer.code)) == (None, UNKNOWN)


def test_one_address_shows_few_codes_at_once(pairing: Pairing) -> None:
    for _ in range(OFFERS_EACH):
        pairing.begin("screen", "", "10.0.0.1")
    with pytest.raises(Refused):
        pairing.begin("screen", "", "10.0.0.1")
    pairing.begin("screen", "", "10.0.0.2")


def test_who_is_claimed_is_found_by_nobody_else_and_gets_its_token_once(pairing: Pairing) -> None:
    secret, offer = pairing.begin("kiosk", "", "10.0.0.1")
    assert pairing.claim(pairing.find(offer.code))
    assert (refused(pairing, offer.code), pairing.claim(offer)) == (UNKNOWN, False)
    pairing.claim(offer, False)
    assert pairing.find(offer.code) is offer, "given back, it can be found again"
    pairing.settle(offer, GIVEN)
    assert (pairing.fetch(secret, 1), pairing.fetch(secret, 1), pairing.fetch("", 1)) == (GIVEN, None, None)
