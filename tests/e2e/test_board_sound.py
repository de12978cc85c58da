"""The loudspeaker of a board: what really sounds, in which order, how loud, on which side, and when a browser blocks it."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.e2e.board_stand import EAR, loud_browser, pack
from tests.house import House

pytestmark = pytest.mark.e2e

LENGTHS = {"intro": 100, "A": 120, "B": 130, "C": 140, "1": 160, "2": 180, "3": 200, "one": 220, "two": 240}
VOICE = {"clips": "test", "chime": False, "repeat_s": 0, "volume": 1.0}
SCREEN = {"sound": True, "loop": False}

SPEAKER = """async ([voice, screen]) => {
  const { speaker } = await import("/display/static/speaker.js");
  window.spoken = [];
  window.one = speaker({ onChange() {}, onSpoken: (call) => spoken.push(call.id) });
  window.call = (id, counter, ...more) => ({ id, visit: id.split("/")[0], said: [["intro", id[0], counter], ...more] });
  setInterval(() => one.step(), 100);
  one.set(screen, voice);
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = House(tmp_path_factory.mktemp("house")).start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def loud(browser: Any) -> Iterator[Any]:
    """Chromium as it is set up on a screen: sound without a touch."""
    yield from loud_browser(browser)


@pytest.fixture
def listen(house: House, loud: Any) -> Iterator[Callable[..., Any]]:
    """A page with a loudspeaker of its own and clips that can be told apart."""
    pages = []

    def open_(voice: Any = VOICE, screen: Any = SCREEN, lengths: dict[str, int] = LENGTHS) -> Any:
        page = loud.new_page()
        pages.append(page)
        page.add_init_script(EAR)
        page.route("**/display/voice/test.pack", lambda route: route.fulfill(body=pack(lengths)))
        page.goto(f"{house.address}/healthz")
        page.evaluate(SPEAKER, [voice, screen])
        page.wait_for_function("() => one.state() !== ''")
        return page

    yield open_
    for page in pages:
        page.close()


def ready(page: Any) -> Any:
    """Waits until the clips are there, which one silent announcement tells."""
    page.wait_for_function(
        "() => one.detail() === '' && performance.getEntriesByName(location.origin + '/display/voice/test.pack').length"
    )
    return page


def said(page: Any, count: int) -> list[list[Any]]:
    """The first `count` sounds when they are over, in the order of their start: [what, from s, to s]."""
    page.wait_for_function("n => heard.filter((one) => one.ended !== null).length >= n", arg=count)
    names = {ms: name for name, ms in LENGTHS.items()}
    found = sorted(page.evaluate("heard"), key=lambda one: one["at"])
    return [[names.get(one["ms"], one["kind"]), one["at"], one["at"] + one["ms"] / 1000] for one in found]


def names(sounds: list[list[Any]]) -> str:
    return " ".join(one[0] for one in sounds)


def test_three_calls_at_once_are_said_one_after_the_other_and_repeated(listen: Any) -> None:
    page = ready(listen({**VOICE, "repeat_s": 1.5}))
    page.evaluate("['A/1', 'B/1', 'C/1'].forEach((id, n) => one.announce(call(id, String(n + 1))))")
    sounds = said(page, 18)
    assert names(sounds) == "intro A 1 intro B 2 intro C 3 intro A 1 intro B 2 intro C 3"
    overlaps = [(one, two) for one, two in pairwise(sounds) if two[1] < one[2]]
    assert overlaps == []
    assert page.evaluate("spoken") == ["A/1", "B/1", "C/1"], "told once each, in their order"


def test_clips_of_one_announcement_follow_each_other_as_in_speech(listen: Any) -> None:
    page = ready(listen())
    page.evaluate("one.announce(call('A/1', '1', ['intro', 'A', 'one']))")
    sounds = said(page, 6)
    gaps = [round((two[1] - one[2]) * 1000) for one, two in pairwise(sounds)]
    assert [gap < 100 for gap in gaps] == [True, False, False, True, False], gaps
    assert max(gaps) < 1000


def test_a_chime_goes_before(listen: Any) -> None:
    page = ready(listen({**VOICE, "chime": True}))
    page.evaluate("one.announce(call('A/1', '1'))")
    sounds = said(page, 5)
    assert names(sounds) == "tone tone intro A 1"
    assert sounds[2][1] - sounds[0][1] > 1.4, "the clips wait for its end"


def test_who_was_served_before_their_turn_is_not_called_out(listen: Any) -> None:
    page = ready(listen({**VOICE, "repeat_s": 3}))
    page.evaluate("['A/1', 'B/1', 'C/1'].forEach((id, n) => one.announce(call(id, String(n + 1))))")
    page.evaluate("one.keep(new Set(['A/1', 'C/1']))")
    said(page, 6)
    page.evaluate("one.keep(new Set(['C/1']))")
    assert names(said(page, 9)) == "intro A 1 intro C 3 intro C 3"


def test_what_sounds_is_as_loud_as_the_hour_wants(listen: Any) -> None:
    page = ready(listen())
    page.evaluate("one.announce(call('A/1', '1'))")
    end = said(page, 3)[2][2]
    # What is heard comes late on a busy machine, but in its order: the silence between the two parts them.
    page.wait_for_function("t => loudness().some(([at, left]) => at > t && left < 0.001)", arg=end)
    first = page.evaluate("loudness().length")
    page.evaluate("v => one.set({ sound: true, loop: false }, v)", {**VOICE, "volume": 0.25})
    page.evaluate("one.announce(call('B/1', '2'))")
    page.wait_for_function("t => loudness().some(([at]) => at > t)", arg=said(page, 6)[5][2])
    levels = [left for _, left, _ in page.evaluate("loudness()")]
    before, after = max(levels[:first]), max(levels[first:])
    assert before > 0.1
    assert 0.2 < after / before < 0.3, (before, after)


def test_an_induction_loop_has_speech_alone_and_always_as_loud(listen: Any) -> None:
    page = ready(listen({**VOICE, "chime": True, "volume": 0.5}, {"sound": True, "loop": True}))
    page.evaluate("one.announce(call('A/1', '1'))")
    sounds = said(page, 5)
    page.wait_for_function("t => loudness().some(([at]) => at > t)", arg=sounds[4][2])
    levels = page.evaluate("loudness()")
    of_chime = [one for one in levels if one[0] < sounds[2][1] - 0.05]
    of_speech = [one for one in levels if one[0] > sounds[2][1]]
    assert max(left for _, left, _ in of_chime) > 0.02
    assert max(right for *_, right in of_chime) < 0.001
    assert 1.8 < max(right for *_, right in of_speech) / max(left for _, left, _ in of_speech) < 2.2


@pytest.mark.parametrize(
    ("voice", "screen", "sounds"),
    [
        (None, SCREEN, "tone tone"),
        ({**VOICE, "clips": "", "chime": True}, SCREEN, "tone tone"),
        ({**VOICE, "clips": "", "chime": False}, SCREEN, "off"),
        ({**VOICE, "volume": 0}, SCREEN, "off"),
        ({**VOICE, "chime": True}, {**SCREEN, "sound": False}, "off"),
    ],
    ids=["no voice", "no clips", "quiet zone", "turned down", "no loudspeaker"],
)
def test_where_nothing_is_spoken(listen: Any, voice: Any, screen: Any, sounds: str) -> None:
    page = listen(voice, screen)
    page.evaluate("one.announce(call('A/1', '1'))")
    if sounds == "off":
        assert page.evaluate("[one.state(), heard.length, one.quiet()]") == ["off", 0, True]
    else:
        assert names(said(page, 2)) == sounds
        page.wait_for_function("() => one.quiet()")
    assert page.evaluate("spoken") == [], "a chime is no spoken call"


def test_a_missing_clip_is_told_and_the_rest_is_said(listen: Any) -> None:
    page = ready(listen(lengths={name: ms for name, ms in LENGTHS.items() if name != "A"}))
    page.evaluate("one.announce(call('A/1', '1'))")
    assert names(said(page, 2)) == "intro 1"
    page.wait_for_function("() => one.quiet()")
    assert page.evaluate("[one.detail(), spoken]") == ["clips: A", []], "not told as spoken"


def test_clips_that_are_being_made_are_waited_for(house: House, loud: Any) -> None:
    page = loud.new_page()
    page.add_init_script(EAR)
    answers = [{"status": 503, "headers": {"Retry-After": "1"}}, {"body": pack(LENGTHS)}]
    page.route("**/display/voice/test.pack", lambda route: route.fulfill(**answers.pop(0)))
    page.goto(f"{house.address}/healthz")
    page.evaluate(SPEAKER, [VOICE, SCREEN])
    page.wait_for_function("() => one.detail() === 'clips: none'")
    page.wait_for_function("() => one.detail() === ''")
    page.evaluate("one.announce(call('A/1', '1'))")
    assert names(said(page, 3)) == "intro A 1"
    page.close()
