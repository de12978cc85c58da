"""How a call is said: which clips in turn, what is said in each, and the name of a plan's whole set."""

import hashlib
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from config.plan import Counter, Plan, Voice
from config.spoken import english, latvian, russian
from config.spoken.words import Words

LANGUAGES: dict[str, Words] = {"lv": latvian, "en": english, "ru": russian}

ALOUD_DIGITS = 3
"""A longer number is read digit by digit."""

_FORMAT = 1
"""Of a set of clips; another one makes every board load its set anew."""


class Said(msgspec.Struct, frozen=True):
    """The words of one clip; a comma at the end says that more follows."""

    language: str
    text: str


class _Same:
    """A plan as a key: the same object, for comparing all of it would take longer than the work that is saved."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.plan is self.plan


def announcement(plan: Plan, number: str, counter: str) -> tuple[tuple[str, ...], ...]:
    """For each language of the voice in turn the clips that call `number` to `counter`; empty without a voice.

    A counter that the plan has no more is left out: where to go then stands on the board.
    """
    if plan.voice is None:
        return ()
    known = any(one.code == counter for one in plan.counters)
    return tuple(
        (
            f"{language}/number",
            *(f"{language}/{part}" for part in _parts(number, plan.voice)),
            *([f"{language}/counter-{counter}"] if known else []),
        )
        for language in plan.voice.languages
    )


def to_place(plan: Plan, number: str, kind: str, place: str) -> tuple[tuple[str, ...], ...]:
    """Likewise the clips that call `number` to a room or a booth; the way is left out where the plan does not say it aloud."""
    if plan.voice is None:
        return ()
    here = next((one for one in (plan.rooms if kind == "room" else plan.booths) if one.code == place), None)
    spoken = {} if here is None else here.spoken
    return tuple(
        (
            f"{language}/number",
            *(f"{language}/{part}" for part in _parts(number, plan.voice)),
            *([f"{language}/{kind}-{place}"] if language in spoken else []),
        )
        for language in plan.voice.languages
    )


def sound_test(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """The clips that say that this is a test of the sound."""
    return () if plan.voice is None else tuple((f"{language}/test",) for language in plan.voice.languages)


def clips_of(plan: Plan) -> dict[str, Said]:
    """By name all that may be said in a centre; empty without a voice. It is the caller's to keep unchanged."""
    return _clips(_Same(plan))


def pack_name(plan: Plan, made_by: str = "") -> str:
    """The name of a plan's set of clips: another one when a word, the speed or what makes the sound (`made_by`) is another."""
    return _name(_Same(plan), made_by)


@lru_cache(maxsize=4)
def _clips(key: _Same) -> dict[str, Said]:
    voice = key.plan.voice
    return {name: said for language in voice.languages for name, said in _of_language(key.plan, voice, language)} if voice else {}


@lru_cache(maxsize=8)
def _name(key: _Same, made_by: str) -> str:
    speed = key.plan.voice.speed if key.plan.voice else 0
    told = msgspec.json.encode([_FORMAT, made_by, speed, sorted(_clips(key).items())])
    return hashlib.sha256(told).hexdigest()[:24]


def _parts(number: str, voice: Voice) -> Iterator[str]:
    """Clips of a number: letters, then up to three digits as a number with its zeros before it, or one by one."""
    digits = number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if not digits.isdecimal():
        yield from _spelt(number)
        return
    yield from (f"letter-{letter}" for letter in number.removesuffix(digits))
    if voice.digits == "single" or len(digits) > ALOUD_DIGITS:
        yield from (f"{digit}-more" for digit in digits[:-1])
        yield from digits[-1:]
        return
    value = digits.lstrip("0") or digits[-1:]
    yield from ["0-more"] * (len(digits) - len(value))
    if len(value) == ALOUD_DIGITS and int(value) % 100:
        yield f"{value[0]}00-more"
        value = str(int(value) % 100)
    yield from [value] if value else []


def _spelt(number: str) -> Iterator[str]:
    """A room's own number, such as D1-12: sign by sign."""
    signs = [sign for sign in number.upper() if sign in latvian.LETTERS or sign in "0123456789"]
    for n, sign in enumerate(signs):
        last = n == len(signs) - 1
        yield f"letter-{sign}" if sign in latvian.LETTERS else sign if last else f"{sign}-more"


def _of_language(plan: Plan, voice: Voice, language: str) -> Iterator[tuple[str, Said]]:
    words = LANGUAGES[language]
    yield f"{language}/number", Said(language, f"{words.NUMBER},")
    for letter, aloud in words.LETTERS.items():
        yield f"{language}/letter-{letter}", Said(language, f"{aloud},")
    for n in range(10 if voice.digits == "single" else 100):
        yield f"{language}/{n}", Said(language, f"{words.cardinal(n)}.")
    for n in range(10):
        yield f"{language}/{n}-more", Said(language, f"{words.cardinal(n)},")
    for count in range(1, 1 if voice.digits == "single" else 10):
        yield f"{language}/{count}00", Said(language, f"{words.hundred(count, False)}.")
        yield f"{language}/{count}00-more", Said(language, f"{words.hundred(count, True)},")
    for counter in plan.counters:
        yield f"{language}/counter-{counter.code}", Said(language, words.COME.format(place=towards(voice, counter, language)))
    for kind, places in (("room", plan.rooms), ("booth", plan.booths)):
        for one in places:
            if language in one.spoken:
                yield f"{language}/{kind}-{one.code}", Said(language, words.COME.format(place=one.spoken[language]))
    yield f"{language}/test", Said(language, words.TEST)


def towards(voice: Voice, counter: Counter, language: str) -> str:
    """The way to a counter in words: "pie ceturtā lodziņa"; ValueError where its code is no number that can be said."""
    if counter.spoken:
        return counter.spoken[language]
    place, words = voice.place[language], LANGUAGES[language]
    n = int(counter.code)
    number = words.ordinal(n, place.gender, place.case) if place.number == "ordinal" else words.cardinal(n, place.gender)
    return place.text.format(n=number)
