"""The process of server/voice/voice.py: `python -m server.voice_worker`.

Requests come as JSON lines on stdin; each answer is four bytes, big-endian, with the length of what follows: a WAV file, or
phonemes as UTF-8; nothing where it failed. A clip is four bytes with its length in ms and then its file, or 0 and why there is
none.
"""

import struct
import subprocess
import sys
from pathlib import Path

import msgspec

from server.voice import espeak, sound
from server.voice.piper import Piper

LENGTH = struct.Struct(">I")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One text; `phonemes`: how it would be said instead of the sound.

    `clip`: cut, levelled and small, of the file `recording` or by the voice file `piper` if one is named.
    """

    voice: str
    text: str
    speed: int
    phonemes: bool = False
    clip: bool = False
    recording: str = ""
    piper: str = ""


class _Worker:
    """What every request is answered with; a clip that fails has its reason, and never ends the process."""

    def __init__(self) -> None:
        self._speak, self._piper = espeak.speaker(), Piper()

    def answer(self, request: Request) -> bytes:
        """As the module says."""
        if not request.clip:
            return self._spoken(request)
        try:
            made = sound.finished(sound.read(self._source(request)))
            return LENGTH.pack(made.ms) + sound.written(made)
        except Exception as error:
            return LENGTH.pack(0) + (str(error) or type(error).__name__).encode()

    def _source(self, request: Request) -> bytes:
        if request.recording:
            return Path(request.recording).read_bytes()
        if request.piper:
            return self._piper.say(request.piper, request.text, request.speed)
        return self._spoken(request)

    def _spoken(self, request: Request) -> bytes:
        return self._speak(request.voice, request.text, request.speed, request.phonemes)


def main() -> None:
    """Answers until stdin ends."""
    worker = _Worker()
    for line in sys.stdin.buffer:
        try:
            found = worker.answer(msgspec.json.decode(line, type=Request))
        except (OSError, subprocess.SubprocessError, msgspec.DecodeError):
            found = b""
        sys.stdout.buffer.write(LENGTH.pack(len(found)) + found)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
