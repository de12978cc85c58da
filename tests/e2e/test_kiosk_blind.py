"""A visitor who sees nothing takes a number: presses keys, hears what is said, and has no other way to the screen."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import need
from tests.e2e.conftest import Demo, free_ports, sign_in, until
from tests.e2e.kiosk_stage import unshielded
from tests.e2e.test_appointments import any_hour, book, revise

pytestmark = pytest.mark.e2e

HAND_MS = 15
"""No hand presses faster; who does is a fault to the page."""
EAR = """
window.heard = [];
document.addEventListener("rinda-spoken", (event) => window.heard.push(event.detail));
const patience = (give) => setTimeout(() => give(null), 15000);
/** How much was said so far, a hand's while from now and once the pause of a new screen is over; null when it does not end. */
window.quiet = () => new Promise((give) => {
  const look = () => document.querySelector(".shield") || give(window.heard.length);
  const begin = () => new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
  patience(give);
  setTimeout(() => look(begin()), HAND_MS);
});
/** The first sentence from `at` on that has the pattern, as {text, at} with the place after it; null when none comes. */
window.hear = (at, pattern) => new Promise((give) => {
  const fits = new RegExp(pattern);
  const look = () => {
    const found = window.heard.findIndex(({ text }, n) => n >= at && fits.test(text));
    if (found >= 0) give({ text: window.heard[found].text, at: found + 1 });
  };
  document.addEventListener("rinda-spoken", look);
  patience(give);
  look();
});
""".replace("HAND_MS", str(HAND_MS))
F_KEYS = {"F19": 130, "F20": 131, "F21": 132}
END = {"lv": "Saraksta beigas.", "en": "End of the list."}
START = {"lv": "Saraksta sākums.", "en": "Beginning of the list."}


class Ear:
    """Keys in, sentences out. The page is reached by nothing else, so what this finds a blind person finds."""

    def __init__(self, page: Any, language: str = "lv") -> None:
        self._page, self._at, self.language = page, 0, language
        page.wait_for_selector("h1")

    def hear(self, pattern: str = "") -> str:
        """Waits for a sentence that has the pattern, said since the last key or the last one that was waited for."""
        found = self._page.evaluate("([at, pattern]) => window.hear(at, pattern)", [self._at, pattern])
        if found is None:
            heard = [one["text"] for one in self._page.evaluate(f"window.heard.slice({self._at})")]
            pytest.fail(f"waited to hear {pattern!r}; heard {heard}")
        self._at = found["at"]
        return str(found["text"])

    def listen(self) -> None:
        """What is said from now on counts; before the next key, after the pause of a new screen."""
        self._at = self._page.evaluate("window.quiet()")
        assert self._at is not None, "the pause of the new screen does not end"

    def press(self, key: str, pattern: str = "") -> str:
        """One key; answers with what is said then. A hand is slower than the pause of a new screen."""
        self.listen()
        if key in F_KEYS:
            keyboard = self._page.context.new_cdp_session(self._page)
            for kind in ("rawKeyDown", "keyUp"):
                keyboard.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "windowsVirtualKeyCode": F_KEYS[key]})
        else:
            self._page.keyboard.press(key)
        return self.hear(pattern)

    def find(self, pattern: str, key: str = "ArrowRight") -> str:
        """Goes on until a choice is named so; the end of the list means that there is none."""
        for _ in range(120):
            said = self.press(key)
            if re.search(pattern, said):
                return said
            assert said != END[self.language], f"{pattern!r} is not on this screen"
        raise AssertionError(f"{pattern!r} was not found")

    def seek(self, pattern: str, *keys: str) -> str:
        """What has the focus, or what lies behind it, or before it; `keys` are tried in their order."""
        said = self.press("F20")
        for key in keys or ("ArrowRight", "ArrowLeft"):
            for _ in range(120):
                if re.search(pattern, said):
                    return said
                said = self.press(key)
                if said in (END[self.language], START[self.language]):
                    break
        raise AssertionError(f"{pattern!r} is not on this screen")

    def write(self, text: str, keys: str, then: str = "") -> None:
        """Presses these of the screen's `keys`, which are in their order; the shorter way from one to the next."""
        at = -1
        for letter in text:
            before, at = at, keys.index(letter)
            self.seek(rf"^{letter}\.$", *("ArrowRight", "ArrowLeft")[:: 1 if at >= before else -1])
            self.press("Enter", then)

    def choose(self, pattern: str, then: str = "") -> str:
        self.find(pattern)
        return self.press("Enter", then)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that is open at every hour."""
    demo = Demo(tmp_path_factory.mktemp("blind") / "data", free_ports())
    demo.start()
    revise(demo, any_hour())
    yield demo
    demo.stop()


@pytest.fixture
def visitor(centre: Demo, open_page: Any) -> Iterator[Callable[..., Ear]]:
    """Somebody before the kiosk, who has pressed one key of the keypad."""

    def come(size: tuple[int, int] = (1080, 1920), clock: bool = False, script: str = "") -> Ear:
        page = open_page("about:blank", *size)
        if clock:
            page.clock.install()
        page.add_init_script(EAR + script)
        page.route("**/kiosk/static/kiosk.js", _at_once)
        page.goto(f"{centre.kiosk}/")
        ear = Ear(page)
        ear.hello = ear.press("ArrowDown")  # type: ignore[attr-defined]
        return ear

    yield come
    for name in ("silent", "paper_out", "near_end", "cover_open"):
        _fault(centre, name, False)


def _at_once(route: Any) -> None:
    """A new screen takes keys at once: the ear would only wait for the end of its pause."""
    answer = route.fetch()
    route.fulfill(response=answer, body=unshielded(answer.text()))


def _fault(centre: Demo, name: str, on: bool) -> None:
    headers = {"Origin": centre.kiosk, "Content-Type": "application/json"}
    body = json.dumps({"name": name, "on": on}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{centre.kiosk}/paper/fault", body, headers), timeout=5).close()


NUMBER = r"[A-Z], (?:\d ){2}\d"


def number_of(said: str) -> str:
    found = re.search(NUMBER, said)
    assert found, said
    return re.sub(r"[, ]", "", found.group())


def issued(centre: Demo) -> list[str]:
    from tests.e2e.test_main_job import _visits

    return [visit["number"] for visit in _visits(centre)]


def test_the_first_key_says_where_one_is(visitor: Any) -> None:
    ear = visitor()
    assert "Skaņa ir ieslēgta" in ear.hello
    assert re.search(r"Ar ko varam palīdzēt\?.* \d+ izvēles?\.$", ear.hello), ear.hello
    first = ear.press("ArrowDown")
    assert re.search(r"Poga, 1\. no \d+\. Lai izvēlētos, spiediet apaļo taustiņu\.$", first), first
    assert ear.press("ArrowUp") == "Saraksta sākums."
    assert ear.press("F20") == first, "the repeat key says what was said of the choice"
    assert re.search(r"Skaļums: 4\. pakāpe no 5\.", ear.press("F19"))


def test_i_do_not_know_which_service(centre: Demo, visitor: Any) -> None:
    ear = visitor()
    said = ear.find("Nezinu, kurš pakalpojums")
    assert re.search(r"Poga, \d+\. no \d+\. Lai izvēlētos, spiediet apaļo taustiņu", said)
    said = ear.press("Enter", NUMBER)
    assert number_of(said) == issued(centre)[-1]
    assert len(re.findall(NUMBER, said)) >= 2, "the number is said twice"
    assert "Pirms jums" in said
    ear.hear("Paņemiet numuriņu. Tas ir izdrukāts zem ekrāna.")
    again = ear.press("F20")
    assert number_of(again) == number_of(said), "and again for who asks"
    assert "Drukājam" not in again, "what was true before is not said again"


def test_notices_and_ways_are_said_once_and_a_language_in_its_own_words(visitor: Any) -> None:
    ear = visitor()
    assert len(re.findall("Parādiet personu apliecinošu|liftā|lifts|Wi-Fi", ear.hello)) <= 1, ear.hello
    unknown = ear.find("Nezinu, kurš pakalpojums")
    assert unknown.lower().count("saņemt numuru") == 1, unknown
    english = ear.find("^English")
    assert re.search(r"^English\. Button, (?:switched off, )?\d+ of \d+\. To choose it, press the round key\.$", english), english


@pytest.mark.parametrize(
    ("language", "institutions", "agency", "group", "service"),
    [
        ("lv", "^Iestādes", "VSAA", "^Pensijas", "Vecuma pensijas piešķiršana"),
        ("en", "^Institutions", "(?:VSAA|SSIA)", "^Pensions", "Award of old-age pension"),
    ],
)
def test_by_way_of_the_institution(
    centre: Demo, visitor: Any, language: str, institutions: str, agency: str, group: str, service: str
) -> None:
    ear = visitor()
    if language == "en":
        assert "Hello! How can we help?" in ear.choose("^English", "How can we help")
        ear.language = "en"
    ear.choose(institutions)
    ear.choose(agency)
    ear.choose(group)
    before = len(issued(centre))
    ear.choose(service)
    said = ear.choose("^(?:Ar speciālistu|With a specialist)", NUMBER)
    assert number_of(said) == issued(centre)[-1]
    assert len(issued(centre)) == before + 1


def test_by_search_on_the_keys_of_the_screen(centre: Demo, visitor: Any) -> None:
    ear = visitor()
    assert "Teksta lauks, tukšs" in ear.choose("^Meklēt")
    ear.write("vecum", "1234567890ertuiopšasdfghjklāzcvbnmēīū")
    ear.seek("Teksta lauks. Ievadīts: vecum", "ArrowLeft")
    assert [ear.press("ArrowLeft") for _ in range(2)] == ["m", "u"], "in the text the arrows go by letters"
    ear.seek("Vecuma pensijas piešķiršana")
    said = ear.press("Enter", "Līdzi vajag")
    assert "eID karte" in said, "what to bring is heard before the number is taken"
    assert number_of(ear.choose("^Ar speciālistu", NUMBER)) == issued(centre)[-1]


def test_more_time_is_asked_and_given(visitor: Any) -> None:
    ear = visitor(clock=True)
    assert [re.sub(r"\D+", "", ear.press("F19"))[0] for _ in range(3)] == ["4", "5", "1"], "louder in steps, then low again"
    ear.choose("^Iestādes")
    where = ear.press("ArrowRight")
    ear._page.clock.fast_forward(61_000)
    asked = ear.hear("Vai vajag vairāk laika")
    assert re.search(r"\d+ s", asked), asked
    assert "Jā, vēl laiku" in asked or "vairāk laika" in asked
    assert "Varat turpināt." in ear.press("Enter")
    assert ear.press("F20").endswith(where), "the visitor is where they were"
    ear._page.clock.fast_forward(61_000)
    ear.hear("Vai vajag vairāk laika")
    ear._page.clock.fast_forward(31_000)
    until(lambda: ear._page.evaluate("document.documentElement.dataset.speech") == "false", "silence for the next visitor")
    assert "Skaņa ir ieslēgta" in ear.press("ArrowDown")
    assert "4. pakāpe no 5" in ear.press("F19"), "the next visitor has the usual volume"


DOUBT = """
window.doubt = true;
const listen = EventSource.prototype.addEventListener;
EventSource.prototype.addEventListener = function (name, act) {
  listen.call(this, name, (event) => {
    const data = window.doubt ? event.data.replaceAll('"printed"', '"unconfirmed"') : event.data;
    act(new MessageEvent(name, { data }));
  });
};
"""
"""The program's truth, but for a printer that never confirms."""


def test_the_paper_is_asked_about_and_a_copy_comes(centre: Demo, visitor: Any) -> None:
    ear = visitor(script=DOUBT)
    ear.choose("Nezinu, kurš pakalpojums", r"Vai numuriņš izdrukājās\?")
    assert "Drukājam numuriņu" in ear.choose("^Nē", "Drukājam")
    ear._page.evaluate("window.doubt = false")
    _fault(centre, "near_end", True)  # a change, so that the program tells its state again
    ear.hear("Paņemiet numuriņu")


def test_check_in_by_code(centre: Demo, visitor: Any, open_page: Any) -> None:
    desk = open_page(f"{centre.base}/login?next=/counter/appointments", 1280, 800)
    sign_in(desk)
    code = book(centre, desk, "Anna Kalniņa")
    ear = visitor()
    ear.choose("^Man ir pieraksts")
    ear.write(code, "1234567890", "Ievadīts")
    ear.seek("^Pieteikt ierašanos")
    said = ear.press("Enter", NUMBER)
    assert number_of(said) == issued(centre)[-1]


REACH = """
async (linear) => {
  const { controlsIn } = await import("/kiosk/static/access/spoken.js");
  const { target } = await import("/kiosk/static/access/keys.js");
  const app = document.getElementById("app");
  const all = controlsIn(app);
  const [first] = all;
  first.focus();
  const seen = new Set([first]);
  for (const here of seen) {
    for (const direction of ["up", "down", "left", "right"]) {
      here.focus();
      if (here.value) here.setSelectionRange(direction === "left" ? 0 : here.value.length, here.value.length);
      const next = target(app, direction, linear);
      if (next) seen.add(next);
    }
  }
  return { missed: all.filter((one) => !seen.has(one)).map((one) => one.textContent.trim()), count: all.length };
}
"""


@pytest.mark.parametrize(("size", "mode"), [((1080, 1920), None), ((1280, 1024), None), ((1080, 1920), "Lielāks teksts")])
def test_four_arrows_reach_every_control_of_every_screen(visitor: Any, size: tuple[int, int], mode: str | None) -> None:
    """Breadth first over the places of the focus, from the first control of each screen."""
    ear = visitor(size)
    page = ear._page
    if mode:
        assert "ieslēgta" in ear.choose(mode, "Poga")

    def reached(screen: str) -> None:
        for linear in (False, True):
            found = page.evaluate(REACH, linear)
            assert found["missed"] == [], (screen, found)
            assert found["count"] > 1, (screen, found)

    reached("start")
    for way in ("^Iestādes", "^Meklēt", "^Man ir pieraksts"):
        page.locator("h1").focus()
        ear.choose(way)
        reached(way)
        if way == "^Iestādes":
            ear.seek("^VSAA")
            ear.press("Enter")
            reached("services")
            ear.press("Escape")
        ear.press("Escape")
    page.locator("h1").focus()
    ear.choose("Nezinu", NUMBER)
    reached("ticket")


def test_what_is_said_is_heard(centre: Demo, open_page: Any) -> None:
    """Clips come from the kiosk program in the words of the language; the next key ends the sentence before."""
    page = open_page("about:blank", 1080, 1920)
    asked: list[tuple[str, str, int]] = []

    def note(answer: Any) -> None:
        if "/speech?" in answer.url:
            query = parse_qs(urlsplit(answer.url).query)
            asked.append((query["language"][0], query["text"][0], answer.status))

    page.on("response", note)
    page.add_init_script(EAR)
    page.goto(f"{centre.kiosk}/")
    ear = Ear(page)
    if not page.evaluate("fetch('/speech/voices').then(reply => reply.json())").get("lv"):
        need("speech", None)
    ear.press("ArrowDown")
    ear.find("Nezinu, kurš pakalpojums")

    def clip(pattern: str) -> None:
        until(lambda: page.wait_for_timeout(20) or any(re.search(pattern, text) for _, text, _ in asked), f"a clip of {pattern}")

    clip("^Nezinu, kurš pakalpojums")
    clip(r"^Poga, \w+ no \w+\.$")
    said = ear.press("Enter", NUMBER)
    digits = ("nulle", "viens", "divi", "trīs", "četri", "pieci", "seši", "septiņi", "astoņi", "deviņi")
    clip(", ".join(digits[int(one)] for one in number_of(said)[1:]))
    assert {language for language, _, _ in asked} == {"lv"}
    assert all(status == 200 and len(text) <= 400 for _, text, status in asked), asked


def test_headphones_and_the_button_start_and_end_the_speech(visitor: Any, centre: Demo, open_page: Any) -> None:
    page = open_page(f"{centre.kiosk}/", 1080, 1920)
    sound = page.get_by_role("button", name="Skaņa")
    sound.wait_for()
    assert sound.get_attribute("aria-pressed") == "false"
    sound.click()
    until(lambda: sound.get_attribute("aria-pressed") == "true", "speech")
    assert page.locator(".spoken").inner_text().startswith("Skaņa ir ieslēgta")
    page.wait_for_timeout(650)
    sound.click()
    until(lambda: sound.get_attribute("aria-pressed") == "false", "silence")
    assert page.locator(".spoken").is_hidden()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    assert sound.get_attribute("aria-pressed") == "false", "who turned it off is not spoken to again"


def test_the_curtain_hides_the_screen_and_a_touch_lifts_it(centre: Demo, visitor: Any) -> None:
    ear = visitor()
    before = len(issued(centre))
    ear.find("Nezinu")
    page = ear._page
    page.keyboard.down("Enter")
    ear.hear("Ekrāns ir aptumšots")
    page.keyboard.up("Enter")
    assert page.locator(".curtain").is_visible()
    assert "Poga" in ear.press("ArrowUp"), "the keys go on behind it"
    page.mouse.click(500, 900)
    until(lambda: page.locator(".curtain").is_hidden(), "the screen")
    assert len(issued(centre)) == before, "neither the held key nor the touch takes a number"


def test_axe_finds_nothing_while_it_is_spoken(visitor: Any) -> None:
    from tests.e2e.axe import clean

    ear = visitor()
    ear.find("Nezinu")
    clean(ear._page, "speech")
