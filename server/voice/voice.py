"""Text to sound, in a process of its own: what speaks is not made for threads, and a crash of it ends nothing else."""

import select
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from server.voice.espeak import VOICES, engine
from server.voice.worker import LENGTH, Request

SPEED = 140
"""Words a minute."""

WITHIN_S = 10.0
PIPER_WITHIN_S = 90.0
"""It loads 60 MB before its first word."""
TRIES = 2


class Clip(msgspec.Struct, frozen=True):
    """A sound to be played: a whole file and how long it takes."""

    ms: int
    data: bytes


class NoClip(Exception):
    """There is no sound; the message says why."""


class Unanswered(NoClip):
    """The process was started twice and died or hung each time."""


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

    def clip(self, language: str, text: str, speed: int = SPEED) -> Clip:
        """The text as a clip by eSpeak NG; NoClip where it cannot be said."""
        if not self.speaks(language):
            raise NoClip(f"there is no engine that speaks {language}: install the extra `speech`")
        return self._clip(Request(voice=VOICES[language], text=text, speed=speed, clip=True))

    def recorded(self, file: Path) -> Clip:
        """A recording as a clip; NoClip where it cannot be used."""
        return self._clip(Request(voice="", text="", speed=SPEED, clip=True, recording=str(file)))

    def by_piper(self, file: Path, text: str, speed: int = SPEED) -> Clip:
        """The text as a clip by Piper with the voice in `file`; NoClip where it cannot be said."""
        return self._clip(Request(voice="", text=text, speed=speed, clip=True, piper=str(file)))

    def rest(self) -> None:
        """Ends the process until there is something to say again."""
        with self._lock:
            self._end()

    def close(self) -> None:
        """Ends the process for good, also while it is at work: nothing is said any more."""
        self._over = True
        if (worker := self._worker) is not None:
            worker.kill()
        with self._lock:
            self._end()

    def _ask(self, language: str, text: str, speed: int, phonemes: bool) -> bytes | None:
        if not self.speaks(language):
            return None
        return self._answer(Request(voice=VOICES[language], text=text, speed=speed, phonemes=phonemes)) or None

    def _clip(self, request: Request) -> Clip:
        answer = self._answer(request)
        if not answer:
            raise Unanswered("the engine does not answer")
        ms, data = LENGTH.unpack_from(answer)[0], answer[LENGTH.size :]
        if not ms:
            raise NoClip(data.decode())
        return Clip(ms, data)

    def _answer(self, request: Request) -> bytes:
        """What the process answers; nothing if it dies of it twice."""
        with self._lock:
            for _ in range(TRIES):
                if self._over:
                    break
                try:
                    return self._exchange(msgspec.json.encode(request) + b"\n", PIPER_WITHIN_S if request.piper else WITHIN_S)
                except (OSError, EOFError):
                    self._end()
        return b""

    def _exchange(self, line: bytes, within_s: float) -> bytes:
        if self._worker is None or self._worker.poll() is not None:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "server.voice.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        worker = self._worker
        assert worker.stdin is not None
        worker.stdin.write(line)
        return _read(worker, LENGTH.unpack(_read(worker, LENGTH.size, within_s))[0], within_s)

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            for pipe in (self._worker.stdin, self._worker.stdout):
                if pipe is not None:
                    pipe.close()
            self._worker = None


def _read(worker: "subprocess.Popen[bytes]", length: int, within_s: float) -> bytes:
    """So many bytes of the answer; EOFError if they do not come in time."""
    assert worker.stdout is not None
    found = b""
    while len(found) < length:
        if not select.select([worker.stdout], [], [], within_s)[0]:
            raise EOFError("no answer")
        part = worker.stdout.read(length - len(found))
        if not part:
            raise EOFError("it has ended")
        found += part
    return found
