"""Sound as samples: read from a file, cut to what is voiced, brought to one loudness, written small.

Plain arrays, for the clips are short; the library of the extra `speech` (soundfile: BSD, with libsndfile: LGPL) writes Ogg Vorbis
and reads FLAC, Ogg and MP3. Without it there is WAV of 16 bits alone.
"""

import io
import sys
import wave
from array import array
from importlib.util import find_spec
from operator import mul

import msgspec

VOICED_DBFS = -20.0
"""Loudness of what is voiced, root mean square."""

_SMALL = 0.8
"""Vorbis at about 40 kbit/s: of a voice nobody hears the difference."""
PEAK = 10 ** (-1 / 20)
LONGEST_S = 15.0
_FULL = 32767
_WINDOW_S, _MARGIN_S = 0.01, 0.02
_SILENT_DB, _UNVOICED_DB = -45.0, -20.0
"""Below the loudest window of a sound: what is cut at its ends, and what does not count for its loudness."""
_FAINTEST = _FULL / 1000
"""60 dB below full scale: a recording as faint as this has nobody in it."""


class Sound(msgspec.Struct, frozen=True):
    """One channel, 16 bits."""

    rate: int
    samples: "array[int]"

    @property
    def ms(self) -> int:
        """How long it takes."""
        return round(len(self.samples) * 1000 / self.rate)


def kind() -> str:
    """What clips are written as: `ogg` or `wav`."""
    return "ogg" if find_spec("soundfile") is not None else "wav"


def read(data: bytes) -> Sound:
    """The sound in a file; ValueError for what cannot be read."""
    if find_spec("soundfile") is None:
        return _read_wave(data)
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            if file.frames > LONGEST_S * file.samplerate:
                raise ValueError(f"is longer than {LONGEST_S:.0f} s")
            return _mono(file.samplerate, file.channels, bytes(file.buffer_read(dtype="int16")))
    except soundfile.SoundFileError as error:
        raise ValueError(f"cannot be read: {str(error).rpartition(': ')[2]}") from None


def finished(sound: Sound) -> Sound:
    """Cut at both ends to 20 ms before and after what is heard, and as loud as every other; ValueError for silence."""
    size = max(1, round(sound.rate * _WINDOW_S))
    levels = [_rms(sound.samples[at : at + size]) for at in range(0, len(sound.samples), size)]
    loudest = max(levels, default=0.0)
    if loudest < _FAINTEST:
        raise ValueError("is silent")
    # A room is never quite still: what is no louder than twice its own noise is no voice, unless it is loud.
    noise = min(2 * sorted(levels)[len(levels) // 20], loudest * 10 ** (_UNVOICED_DB / 20))
    heard = [n for n, level in enumerate(levels) if level > max(loudest * 10 ** (_SILENT_DB / 20), noise)]
    margin = round(sound.rate * _MARGIN_S)
    begin, end = max(0, heard[0] * size - margin), min(len(sound.samples), (heard[-1] + 1) * size + margin)
    voiced = [level for level in levels if level > loudest * 10 ** (_UNVOICED_DB / 20)]
    loudness = (sum(map(mul, voiced, voiced)) / len(voiced)) ** 0.5
    cut = sound.samples[begin:end]
    gain = min(_FULL * 10 ** (VOICED_DBFS / 20) / loudness, _FULL * PEAK / max(map(abs, cut)))
    return Sound(sound.rate, _faded(array("h", (round(sample * gain) for sample in cut)), margin))


def written(sound: Sound) -> bytes:
    """The sound as a file of `kind()`."""
    if find_spec("soundfile") is None:
        return plain(sound)
    import soundfile

    out = io.BytesIO()
    how = {"format": "OGG", "subtype": "VORBIS", "compression_level": _SMALL}
    with soundfile.SoundFile(out, "w", samplerate=sound.rate, channels=1, **how) as file:
        file.buffer_write(sound.samples.tobytes(), dtype="int16")
    return out.getvalue()


def plain(sound: Sound) -> bytes:
    """The sound as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(_little(sound.samples).tobytes())
    return out.getvalue()


def at_rate(sound: Sound, rate: int) -> Sound:
    """The sound at another rate, each new sample on the line between its neighbours."""
    if rate == sound.rate:
        return sound
    old, step = sound.samples, sound.rate / rate
    places = (n * step for n in range(int((len(old) - 1) / step)))
    return Sound(rate, array("h", (round(old[int(p)] + (old[int(p) + 1] - old[int(p)]) * (p % 1)) for p in places)))


def _read_wave(data: bytes) -> Sound:
    try:
        with wave.open(io.BytesIO(data)) as file:
            if file.getsampwidth() != 2:
                raise ValueError("cannot be read: without the extra `speech` it must be WAV of 16 bits")
            if file.getnframes() > LONGEST_S * file.getframerate():
                raise ValueError(f"is longer than {LONGEST_S:.0f} s")
            samples = _little(array("h", file.readframes(file.getnframes())))
            return _mono(file.getframerate(), file.getnchannels(), samples.tobytes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"cannot be read: {error or 'it is cut off'}; without the extra `speech` it must be WAV") from None


def _little(samples: "array[int]") -> "array[int]":
    """Samples in the order of a WAV file, or back."""
    if sys.byteorder == "big":
        samples = samples[:]
        samples.byteswap()
    return samples


def _mono(rate: int, channels: int, interleaved: bytes) -> Sound:
    samples = array("h", interleaved)
    if channels > 1:
        samples = array("h", (sum(samples[at : at + channels]) // channels for at in range(0, len(samples), channels)))
    return Sound(rate, samples)


def _rms(samples: "array[int]") -> float:
    return float((sum(map(mul, samples, samples)) / len(samples)) ** 0.5)


def _faded(samples: "array[int]", over: int) -> "array[int]":
    """Without a click at its ends."""
    over = min(over, len(samples) // 2)
    for n in range(over):
        samples[n] = samples[n] * n // over
        samples[-1 - n] = samples[-1 - n] * n // over
    return samples
