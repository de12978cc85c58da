"""What each clip is made from: a person's recording before Piper before eSpeak NG."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from config.spoken import Said
from server.voice.espeak import engine
from server.voice.piper import voice_file
from server.voice.sound import kind
from server.voice.voice import Clip, NoClip, Unanswered, Voice

ENDINGS = (".wav", ".flac", ".ogg", ".mp3")

_SOUND = 1
"""Of the work in server/voice/sound.py; another one makes every clip anew."""


class Source(msgspec.Struct, frozen=True):
    """One way to make a clip. `engine` is told with it, `key` names the result: equal keys, equal sound."""

    engine: str
    key: str
    file: Path | None
    said: Said
    speed: int

    def make(self, voice: Voice) -> Clip:
        """The clip; NoClip where it cannot be made so."""
        if self.engine == "recording" and self.file is not None:
            return voice.recorded(self.file)
        if self.file is not None:
            return voice.by_piper(self.file, self.said.text, self.speed)
        return voice.clip(self.said.language, self.said.text, self.speed)


class Sources(msgspec.Struct, frozen=True):
    """Where recordings lie (`<language>/<name>.wav`, as clips are named) and where the voices of Piper do, if anywhere."""

    recordings: Path
    piper: Path | None = None

    def of(self, clips: Mapping[str, Said], speed: int) -> dict[str, tuple[Source, ...]]:
        """By clip the ways to make it, the best first; what stands on the disk now decides."""
        speakers = {language: self._speakers(language) for language in {said.language for said in clips.values()}}
        recorded, found = self.recorded(), {}
        for name, said in clips.items():
            own = [Source("recording", _key(name, *_stamp(file)), file, said, 0) for file in recorded.get(name, ())]
            made = [
                Source(label, _key(label, stamp, said.language, said.text, speed), file, said, speed)
                for label, stamp, file in speakers[said.language]
            ]
            found[name] = (*own, *made)
        return found

    def recorded(self) -> dict[str, list[Path]]:
        """All recordings by the clip that they are of, or would be if the plan had it."""
        found: dict[str, list[Path]] = {}
        for file in sorted(self.recordings.glob("*/*"), key=lambda file: file.suffix):
            if file.suffix in ENDINGS and file.is_file():
                found.setdefault(f"{file.parent.name}/{file.stem}", []).append(file)
        return found

    def _speakers(self, language: str) -> list[tuple[str, tuple[int, int], Path | None]]:
        file = voice_file(self.piper, language)
        piper = [(f"piper {file.stem}", _stamp(file), file)] if file else []
        return [*piper, *([(name, (0, 0), None)] if (name := engine()) else [])]


def made(sources: tuple[Source, ...], voice: Voice, faults: list[str]) -> tuple[Clip, Source] | None:
    """The first way that works, and the clip; reasons of those that do not go to `faults`. Unanswered if the engine hangs."""
    for source in sources:
        try:
            return source.make(voice), source
        except Unanswered:
            raise
        except NoClip as error:
            who = f"recording {source.file.name}" if source.engine == "recording" and source.file else source.engine
            faults.append(f"{who}: {error}")
    return None


def _stamp(file: Path) -> tuple[int, int]:
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns


def _key(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode([_SOUND, kind(), *parts])).hexdigest()[:32]
