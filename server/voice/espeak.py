"""eSpeak NG: the library of the extra `speech` (espeakng-loader, GPL-3), else an installed program `espeak-ng`."""

import ctypes
import io
import shutil
import struct
import subprocess
import wave
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

VOICES = {"lv": "lv", "en": "en", "ru": "ru", "uk": "uk", "lt": "lt", "et": "et", "de": "de", "pl": "pl", "fr": "fr"}
"""eSpeak's voice for a language."""

WITHIN_S = 10.0


def engine() -> str:
    """Which engine there is, as part of a clip's name: `espeakng-loader`, `espeak-ng`, or nothing."""
    if find_spec("espeakng_loader") is not None:
        return "espeakng-loader"
    return "espeak-ng" if shutil.which("espeak-ng") else ""


def speaker() -> Callable[..., bytes]:
    """What speaks with the engine there is, given voice, text, speed and whether phonemes are wanted; nothing if it fails."""
    return _Library().say if engine() == "espeakng-loader" else _program


class _Library:
    """eSpeak NG by its C interface (speak_lib.h)."""

    _CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
    _SYNCHRONOUS, _DONT_EXIT, _UTF8, _RATE = 2, 0x8000, 1, 1

    def __init__(self) -> None:
        import espeakng_loader

        self._c = ctypes.CDLL(espeakng_loader.get_library_path())
        data = str(espeakng_loader.get_data_path()).encode()
        self._rate = self._c.espeak_Initialize(self._SYNCHRONOUS, 0, data, self._DONT_EXIT)
        if self._rate <= 0:
            raise OSError("eSpeak NG cannot begin")
        self._sound = bytearray()
        self._callback = self._CALLBACK(self._take)
        self._c.espeak_SetSynthCallback(self._callback)
        self._c.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def _take(self, samples: Any, count: int, _: object) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * 2)
        return 0

    def say(self, voice: str, text: str, speed: int, phonemes: bool) -> bytes:
        """A WAV file, or phonemes as UTF-8; nothing where it cannot be said."""
        if self._c.espeak_SetVoiceByName(voice.encode()) != 0:
            return b""
        ended = text.encode() + b"\0"
        if phonemes:
            return self._phonemes(ended)
        self._c.espeak_SetParameter(self._RATE, speed, 0)
        self._sound.clear()
        self._c.espeak_Synth(ended, ctypes.c_size_t(len(ended)), 0, 0, 0, self._UTF8, None, None)
        return _wave(bytes(self._sound), self._rate) if self._sound else b""

    def _phonemes(self, text: bytes) -> bytes:
        rest, found = ctypes.c_char_p(text), []
        while rest.value:
            found.append(self._c.espeak_TextToPhonemes(ctypes.byref(rest), self._UTF8, 0))
        return b" ".join(found)


def _program(voice: str, text: str, speed: int, phonemes: bool) -> bytes:
    """The same by an installed `espeak-ng`."""
    how = ["-q", "-x"] if phonemes else ["--stdout"]
    command = ["espeak-ng", "-v", voice, "-s", str(speed), *how, "--stdin"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=WITHIN_S, check=False)
    return b"" if done.returncode else done.stdout.strip() if phonemes else _whole(done.stdout)


def _whole(streamed: bytes) -> bytes:
    """What `--stdout` wrote, with its true length: in the header of a stream it is unknown."""
    at = streamed.find(b"data") + 8
    return _wave(streamed[at:], struct.unpack_from("<I", streamed, 24)[0])


def _wave(samples: bytes, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return out.getvalue()
