"""Speech by Piper, where the package `piper-tts` (GPL-3) is installed and its voice for a language lies in a folder.

A voice is two files, `lv_LV-aivars-medium.onnx` and `.onnx.json`. It is loaded in the process of server/voice/worker.py only.
"""

import io
import wave
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ORDINARY = 140
"""Words a minute at which a voice speaks as it was trained."""


def installed() -> bool:
    """Whether the package is there."""
    return find_spec("piper") is not None


def voice_file(folder: Path | None, language: str) -> Path | None:
    """The first voice of the language, by name, that has its description beside it; None without the package or a voice."""
    if folder is None or not installed():
        return None
    found = (path for path in sorted(folder.glob(f"{language}_*.onnx")) if path.with_name(f"{path.name}.json").is_file())
    return next(found, None)


class Piper:
    """Voices by their file, each loaded once."""

    def __init__(self) -> None:
        self._voices: dict[str, Any] = {}

    def say(self, file: str, text: str, speed: int) -> bytes:
        """The text as a WAV file. What it raises is of many kinds: a voice that is damaged, or made for another version."""
        from piper import PiperVoice, SynthesisConfig

        if file not in self._voices:
            self._voices[file] = PiperVoice.load(file)
        out = io.BytesIO()
        with wave.open(out, "wb") as sound:
            self._voices[file].synthesize_wav(text, sound, syn_config=SynthesisConfig(length_scale=ORDINARY / speed))
        return out.getvalue()
