"""Speech by eSpeak NG, in a process of its own: the library is not made for threads, and a crash of it ends nothing else.

`python -m server.voice` is that process: requests come as JSON lines on stdin; each answer is four bytes, big-endian, with the
length of what follows: a WAV file, or phonemes as UTF-8; nothing where it failed. It uses the library of the extra `speech`
(espeakng-loader, GPL-3), else an installed program `espeak-ng`.
"""

import ctypes
import io
import select
import shutil
import struct
import subprocess
import sys
import threading
import wave
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import msgspec

SPEED = 140
"""Words a minute."""

VOICES = {"lv": "lv", "en": "en", "ru": "ru", "uk": "uk", "lt": "lt", "et": "et", "de": "de", "pl": "pl", "fr": "fr"}
"""eSpeak's voice for a language."""

WITHIN_S = 10.0
TRIES = 2
LENGTH = struct.Struct(">I")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One text; `phonemes`: how it would be said instead of the sound."""

    voice: str
    text: str
    speed: int = SPEED
    phonemes: bool = False


class Voice:
    """A voice for many threads, one text at a time. Without an engine it has none for any language."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._over = False
        self.name = engine()

    def speaks(self, language: str) -> bool:
        """Whether there is a voice for the language."""
        return bool(self.name) and language in VOICES

    def say(self, language: str, text: str, speed: int = SPEED) -> bytes | None:
        """The text as a WAV file; None where it cannot be said."""
        return self._ask(language, text, speed, phonemes=False)

    def phonemes(self, language: str, text: str) -> str | None:
        """The text in eSpeak's letters for sounds; None where it cannot be said."""
        found = self._ask(language, text, SPEED, phonemes=True)
        return None if found is None else found.decode()

    def close(self) -> None:
        """Ends the process."""
        with self._lock:
            self._over = True
            self._end()

    def _ask(self, language: str, text: str, speed: int, phonemes: bool) -> bytes | None:
        if not self.speaks(language):
            return None
        request = Request(voice=VOICES[language], text=text, speed=speed, phonemes=phonemes)
        with self._lock:
            for _ in range(0 if self._over else TRIES):
                try:
                    return self._exchange(msgspec.json.encode(request) + b"\n") or None
                except (OSError, EOFError):
                    self._end()
        return None

    def _exchange(self, line: bytes) -> bytes:
        if self._worker is None or self._worker.poll() is not None:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "server.voice"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        worker = self._worker
        assert worker.stdin is not None
        worker.stdin.write(line)
        return _read(worker, LENGTH.unpack(_read(worker, LENGTH.size))[0])

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            for pipe in (self._worker.stdin, self._worker.stdout):
                if pipe is not None:
                    pipe.close()
            self._worker = None


def engine() -> str:
    """Which engine there is, as part of a clip's name: `espeakng-loader`, `espeak-ng`, or nothing."""
    if find_spec("espeakng_loader") is not None:
        return "espeakng-loader"
    return "espeak-ng" if shutil.which("espeak-ng") else ""


def _read(worker: "subprocess.Popen[bytes]", length: int) -> bytes:
    """So many bytes of the answer; EOFError if they do not come in time."""
    assert worker.stdout is not None
    found = b""
    while len(found) < length:
        if not select.select([worker.stdout], [], [], WITHIN_S)[0]:
            raise EOFError("no answer")
        part = worker.stdout.read(length - len(found))
        if not part:
            raise EOFError("it has ended")
        found += part
    return found


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

    def say(self, request: Request) -> bytes:
        """The answer to a request."""
        if self._c.espeak_SetVoiceByName(request.voice.encode()) != 0:
            return b""
        text = request.text.encode() + b"\0"
        if request.phonemes:
            return self._phonemes(text)
        self._c.espeak_SetParameter(self._RATE, request.speed, 0)
        self._sound.clear()
        self._c.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, 0, 0, self._UTF8, None, None)
        return _wave(bytes(self._sound), self._rate) if self._sound else b""

    def _phonemes(self, text: bytes) -> bytes:
        rest, found = ctypes.c_char_p(text), []
        while rest.value:
            found.append(self._c.espeak_TextToPhonemes(ctypes.byref(rest), self._UTF8, 0))
        return b" ".join(found)


def _program(request: Request) -> bytes:
    """The same by an installed `espeak-ng`."""
    how = ["-q", "-x"] if request.phonemes else ["--stdout"]
    command = ["espeak-ng", "-v", request.voice, "-s", str(request.speed), *how, "--stdin"]
    done = subprocess.run(command, input=request.text.encode(), capture_output=True, timeout=WITHIN_S, check=False)
    return b"" if done.returncode else done.stdout.strip() if request.phonemes else _whole(done.stdout)


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


def main() -> None:
    """Answers until stdin ends."""
    say: Callable[[Request], bytes] = _Library().say if engine() == "espeakng-loader" else _program
    for line in sys.stdin.buffer:
        try:
            found = say(msgspec.json.decode(line, type=Request))
        except (OSError, subprocess.SubprocessError, msgspec.DecodeError):
            found = b""
        sys.stdout.buffer.write(LENGTH.pack(len(found)) + found)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
