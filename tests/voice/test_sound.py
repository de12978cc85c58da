"""Sound is cut, levelled and written; what cannot be a clip is told."""

import io
import math
import wave
from array import array

import numpy as np
import pytest

from server.voice import sound
from server.voice.sound import Sound

RATE = 22_050


def tone(seconds: float, level: float, before: float = 0.0, after: float = 0.0, noise: float = 0.0) -> Sound:
    """A tone with silence around it; `level` and `noise` of full scale."""
    chance = np.random.default_rng(1)
    voiced = level * np.sin(2 * math.pi * 300 * np.arange(int(RATE * seconds)) / RATE)
    samples = np.concatenate([np.zeros(int(RATE * before)), voiced, np.zeros(int(RATE * after))])
    samples += noise * chance.standard_normal(len(samples))
    return Sound(RATE, array("h", (32767 * np.clip(samples, -1, 1)).astype("<i2").tobytes()))


def loudness(found: Sound) -> float:
    """Decibels below full scale."""
    return float(20 * np.log10(np.sqrt(np.mean(np.square(np.array(found.samples, float)))) / 32767))


@pytest.mark.parametrize("level", [0.01, 0.1, 0.9])
def test_every_sound_is_as_loud(level: float) -> None:
    made = sound.finished(tone(1.0, level, 0.7, 1.1))
    assert made.ms == pytest.approx(1040, abs=15), "20 ms stay at both ends"
    assert loudness(made) == pytest.approx(-20, abs=0.6)


def test_a_room_is_no_voice() -> None:
    made = sound.finished(tone(1.0, 0.3, 0.7, 1.1, noise=0.004))
    assert made.ms == pytest.approx(1040, abs=25)


def test_nothing_is_louder_than_a_loudspeaker_bears() -> None:
    click = tone(0.5, 0.01)
    click.samples[5000] = 32767
    made = sound.finished(click)
    assert max(map(abs, made.samples)) <= 32767 * 10 ** (-1 / 20) + 1


def test_it_begins_and_ends_without_a_click() -> None:
    made = sound.finished(tone(0.5, 0.5))
    assert made.samples[0] == made.samples[-1] == 0


@pytest.mark.parametrize("quiet", [Sound(RATE, array("h")), Sound(RATE, array("h", [0] * RATE)), tone(1, 0, noise=0.0005)])
def test_silence_is_no_clip(quiet: Sound) -> None:
    with pytest.raises(ValueError, match="is silent"):
        sound.finished(quiet)


def test_what_is_written_can_be_read() -> None:
    made = sound.finished(tone(0.8, 0.4))
    for data in (sound.written(made), sound.plain(made)):
        back = sound.read(data)
        assert (back.rate, back.ms) == (RATE, made.ms)
        assert loudness(back) == pytest.approx(loudness(made), abs=0.5)
    assert len(sound.written(made)) < len(sound.plain(made)) / 3


def test_a_recording_of_a_studio_is_read() -> None:
    """Stereo, 48 kHz, one channel silent."""
    out = io.BytesIO()
    mono = tone(0.5, 0.5).samples
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(array("h", [value for one in mono for value in (one, 0)]).tobytes())
    found = sound.read(out.getvalue())
    assert (found.rate, len(found.samples)) == (48_000, len(mono))
    assert loudness(sound.finished(found)) == pytest.approx(-20, abs=0.6)


def test_what_is_no_sound_says_so() -> None:
    good = sound.plain(tone(0.5, 0.5))
    for data in (b"", b"RIFF", b"x" * 1000, b"OggS" + good):
        with pytest.raises(ValueError, match="cannot be read"):
            sound.read(data)
    with pytest.raises(ValueError, match="is longer than 15 s"):
        sound.read(sound.plain(tone(16, 0.5)))


def test_without_the_library_there_is_wav(monkeypatch: pytest.MonkeyPatch) -> None:
    made = sound.finished(tone(0.5, 0.5))
    packed = sound.written(made)
    monkeypatch.setattr("server.voice.sound.find_spec", lambda name: None)
    assert sound.kind() == "wav"
    assert sound.written(made) == sound.plain(made)
    assert sound.read(sound.plain(made)) == made
    for data in (packed, b"", b"RIFF"):
        with pytest.raises(ValueError, match="cannot be read"):
            sound.read(data)
    with pytest.raises(ValueError, match="is longer than"):
        sound.read(sound.plain(tone(16, 0.5)))


def test_rates_are_brought_together() -> None:
    found = sound.at_rate(tone(0.5, 0.5), 48_000)
    assert found.rate == 48_000
    assert found.ms == pytest.approx(500, abs=1)
    crossings = np.count_nonzero(np.diff(np.signbit(np.array(found.samples, float))))
    assert crossings == pytest.approx(300, abs=2), "still 300 Hz"
