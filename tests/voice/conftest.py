"""The demo's plan with other voices, and eSpeak NG."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.plan import Plan, SpokenPlace
from config.plan import Voice as Spoken
from server.voice.cache import ClipCache
from server.voice.clips import Clips
from server.voice.sources import Sources
from server.voice.voice import Voice
from tests.conftest import need

PLACES = {
    "lv": SpokenPlace(text="pie {n} lodziņa"),
    "en": SpokenPlace(text="to counter {n}", number="cardinal"),
    "ru": SpokenPlace(text="к {n} окну", gender="n", case="dative"),
}


@pytest.fixture(scope="session")
def demo() -> Plan:
    """As it is shipped."""
    return load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE))


@pytest.fixture(scope="session")
def three(demo: Plan) -> Plan:
    """The demo speaking three languages."""
    voice = Spoken(place=PLACES, languages=("lv", "en", "ru"), because="starptautisks centrs")
    return msgspec.structs.replace(demo, languages=("lv", "en", "ru"), voice=voice)


@pytest.fixture(scope="session")
def few(demo: Plan) -> Plan:
    """A plan with the fewest clips: one language, digit by digit."""
    return with_voice(demo, digits="single")


def with_voice(plan: Plan, **said: object) -> Plan:
    """The plan with a voice in Latvian, but for what is said."""
    return msgspec.structs.replace(plan, voice=Spoken(**{"place": {"lv": PLACES["lv"]}, **said}))


@pytest.fixture(scope="module")
def voice() -> Iterator[Voice]:
    """eSpeak NG."""
    need("espeakng-loader", find_spec("espeakng_loader"))
    found = Voice()
    yield found
    found.close()


def clips(folder: Path, **said: Path) -> Clips:
    """What makes clips in a data folder."""
    need("espeakng-loader", find_spec("espeakng_loader"))
    return Clips(ClipCache(folder / "clips"), Voice(), Sources(folder / "recordings", **said))
