"""Piper before eSpeak NG, a recording before Piper; a package of that name with the same interface stands in for it."""

from pathlib import Path

import msgspec
import pytest

from config.plan import Plan
from server.voice import sound
from server.voice.clips import Clips
from server.voice.espeak import engine
from server.voice.piper import voice_file
from tests.voice.conftest import clips
from tests.voice.test_sound import tone

PACKAGE = """
import dataclasses, math, struct

TONE = b"".join(struct.pack("<h", int(5000 * math.sin(n / 9))) for n in range(16000))

@dataclasses.dataclass
class SynthesisConfig:
    length_scale: float

class PiperVoice:
    @staticmethod
    def load(path):
        if open(path, "rb").read() != b"a voice":
            raise RuntimeError("no model in it")
        return PiperVoice()

    def synthesize_wav(self, text, wav_file, syn_config):
        wav_file.setframerate(16000)
        wav_file.setsampwidth(2)
        wav_file.setnchannels(1)
        wav_file.writeframes(TONE[: int(32000 * syn_config.length_scale)])
"""


@pytest.fixture
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a voice for Latvian."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package/piper.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(tmp_path / "package")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "package"))
    found = tmp_path / "voices"
    found.mkdir()
    for name in ("lv_LV-aivars-medium", "en_GB-alan-low"):
        (found / f"{name}.onnx").write_bytes(b"a voice")
    (found / "lv_LV-aivars-medium.onnx.json").write_text("{}")
    return found


@pytest.fixture
def both(few: Plan, three: Plan) -> Plan:
    """Latvian and English, few clips."""
    assert few.voice is not None
    assert three.voice is not None
    said = msgspec.structs.replace(few.voice, languages=("lv", "en"), because="x", place=three.voice.place)
    return msgspec.structs.replace(few, voice=said)


def engines(found: Clips) -> dict[str, set[str]]:
    """By language who speaks."""
    said: dict[str, set[str]] = {}
    for name, entry in found.ready.entries.items():
        said.setdefault(name[:2], set()).add(entry.engine)
    return said


def test_a_voice_is_found_by_its_language(voices: Path) -> None:
    assert voice_file(voices, "lv") == voices / "lv_LV-aivars-medium.onnx"
    assert voice_file(voices, "en") is None, "without its description it is none"
    assert voice_file(voices, "ru") is None
    assert voice_file(None, "lv") is None


def test_piper_speaks_where_it_has_a_voice(voices: Path, both: Plan, tmp_path: Path) -> None:
    found = clips(tmp_path, piper=voices)
    assert found.prepare(both)
    assert engines(found) == {"lv": {"piper lv_LV-aivars-medium"}, "en": {engine()}}
    assert {entry.ms for name, entry in found.ready.entries.items() if name.startswith("lv/")} == {1000}
    path = tmp_path / "recordings/lv/5.wav"
    path.parent.mkdir(parents=True)
    path.write_bytes(sound.plain(tone(0.5, 0.2)))
    assert found.prepare(both)
    assert found.ready.entries["lv/5"].engine == "recording"
    voice = msgspec.structs.replace(both.voice, speed=280)
    assert found.prepare(msgspec.structs.replace(both, voice=voice))
    assert found.ready.entries["lv/6"].ms == 500, "twice as fast"


def test_a_voice_that_is_damaged_is_named_and_another_speaks(voices: Path, both: Plan, tmp_path: Path) -> None:
    (voices / "lv_LV-aivars-medium.onnx").write_bytes(b"cut off")
    found = clips(tmp_path, piper=voices)
    assert found.prepare(both)
    assert engines(found) == {"lv": {engine()}, "en": {engine()}}
    assert "lv/number: piper lv_LV-aivars-medium: no model in it" in found.ready.faults
