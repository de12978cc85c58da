"""Clips for the page to play: rendered beforehand for all that a menu can say, kept on disk, made on demand otherwise."""

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from config import texts
from config.catalogue import Text
from kiosk.shapes import Menu
from kiosk.web import SPOKEN_LONGEST
from server.files import replace_file
from server.voice.voice import SPEED, Voice

log = logging.getLogger("rinda.kiosk")

MOST_BYTES = 512 * 1024 * 1024
NUMBERS = 100
EMPTY = 44
"""Bytes of a WAV header; after a power cut a file may have less."""


class Speech:
    """Clips in `folder`, WAV, named by text, voice and speed; the oldest go when there is too much. `lock`: one at a time."""

    def __init__(self, folder: Path, voice: Voice, lock: AbstractContextManager[object], most_bytes: int = MOST_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._voice, self._lock, self._most = folder, voice, lock, most_bytes
        self._bytes = sum(path.stat().st_size for path in folder.glob("*.wav"))

    def clip(self, language: str, text: str) -> Path | None:
        """The file of a spoken text; None where there is no voice for the language."""
        text = " ".join(text.split())
        name = hashlib.sha256(f"{self._voice.name}\n{language}\n{SPEED}\n{text}".encode()).hexdigest()[:32]
        path = self._folder / f"{name}.wav"
        with self._lock:
            if path.exists() and path.stat().st_size > EMPTY:
                path.touch()
                return path
            made = self._voice.say(language, text)
            if made is None:
                return None
            replace_file(path, made, durable=False)
            self._bytes += len(made)
            if self._bytes > self._most:
                self._prune()
        return path

    def voices(self, languages: tuple[str, ...]) -> dict[str, bool]:
        """Which languages can be spoken."""
        return {language: self._voice.speaks(language) for language in languages}

    def prepare(self, menu: Menu) -> Iterator[None]:
        """Renders all that a menu can say, one clip for each step."""
        for language in menu.languages:
            if not self._voice.speaks(language):
                continue
            for text in phrases(menu, language):
                self.clip(language, text)
                yield

    def _prune(self) -> None:
        """Down to three quarters, the longest unused first."""
        files = sorted(self._folder.glob("*.wav"), key=lambda path: path.stat().st_mtime)
        for path in files:
            if self._bytes <= self._most * 3 // 4:
                break
            self._bytes -= path.stat().st_size
            path.unlink(missing_ok=True)


def phrases(menu: Menu, language: str) -> list[str]:
    """All that a kiosk says in a language without numbers that change, each once, the most often heard first."""
    named: list[Text] = [
        *(one.name for one in menu.services),
        *(text for one in menu.institutions for text in (one.short, one.name)),
        *(text for one in menu.situations for text in (one.name, one.line)),
        *(text for one in menu.queues for text in (one.name, one.zone, one.where)),
        *(one.text for one in menu.notices),
        *menu.access,
    ]
    letters = sorted({one.letter for one in menu.queues} | {menu.reserve})
    said = [*_page(language), *(text.get(language, text.get("lv", "")) for text in named), *letters, *map(str, range(NUMBERS))]
    return [text for text in dict.fromkeys(said) if text and len(text) <= SPOKEN_LONGEST]


def _page(language: str) -> Iterator[str]:
    """The sentences of the kiosk page that have nothing to fill in."""
    for msgid, text in texts.messages("lv", ("kiosk",)).items():
        if isinstance(text, str) and not re.search(r"\{\w+\}", text):
            yield text if language == "lv" else texts.translate(language, msgid)
