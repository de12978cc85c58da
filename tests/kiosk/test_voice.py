"""Speech: which words make numbers and ordinals sound right, clips on disk, and a worker that may die."""

import io
import os
import signal
import threading
import wave
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from kiosk.speech import Speech, phrases
from server.voice.voice import Voice, engine
from tests.conftest import need
from tests.kiosk.shown import a_menu


@pytest.fixture(scope="module")
def voice() -> Iterator[Voice]:
    """eSpeak NG."""
    need("espeakng-loader", find_spec("espeakng_loader"))
    found = Voice()
    yield found
    found.close()


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("A 012", "ā nulle divpadsmit"),
        ("B 007", "bē nulle nulle septiņi"),
        ("X 021", "iks nulle divdesmit viens"),
        ("Y 100", "igrek simts"),
        ("21 cilvēks", "divdesmit viens cilvēks"),
        ("lodziņš 4", "lodziņš četri"),
    ],
)
def test_numbers_sound_as_their_words(voice: Voice, text: str, same_as: str) -> None:
    assert _sounds(voice, text) == _sounds(voice, same_as)


def test_an_ordinal_after_a_preposition_must_be_written_out(voice: Voice) -> None:
    """The engine puts "4." in the nominative, whatever stands before it: texts to be spoken have the word, or no ordinal."""
    assert "ts'etuRta:" in str(voice.phonemes("lv", "pie ceturtā lodziņa"))
    assert "ts'etuRta:" not in str(voice.phonemes("lv", "pie 4. lodziņa"))


def test_no_phrase_of_the_kiosk_has_an_ordinal_in_figures(voice: Voice) -> None:
    spoken = [text for text in phrases(a_menu(queues=()), "lv") if any(f"{n}. " in f"{text} " for n in range(10))]
    assert spoken == []


def test_each_language_has_its_own_sounds(voice: Voice) -> None:
    assert voice.phonemes("lv", "numurs") != voice.phonemes("en", "numurs")
    assert voice.speaks("lv")
    assert voice.speaks("en")
    assert not voice.speaks("xx")
    assert voice.say("xx", "numurs") is None


def test_a_clip_is_sound_and_is_made_once(voice: Voice, tmp_path: Path) -> None:
    speech = Speech(tmp_path, voice, threading.Lock())
    clip = speech.clip("lv", "Jūsu numurs A 012")
    assert clip is not None
    with wave.open(io.BytesIO(clip.read_bytes())) as sound:
        assert sound.getnchannels() == 1
        assert 1.0 < sound.getnframes() / sound.getframerate() < 6.0
    clip.write_bytes(b"x" * 100)
    assert speech.clip("lv", " Jūsu  numurs A 012 ") == clip
    assert clip.read_bytes() == b"x" * 100, "from the disk"
    clip.write_bytes(b"")
    speech.clip("lv", "Jūsu numurs A 012")
    assert clip.read_bytes()[:4] == b"RIFF", "one that a power cut emptied is made again"


def test_clips_do_not_fill_the_disk(voice: Voice, tmp_path: Path) -> None:
    speech = Speech(tmp_path, voice, threading.Lock(), most_bytes=400_000)
    for n in range(30):
        speech.clip("lv", f"Numurs {n}")
    assert 100_000 < sum(path.stat().st_size for path in tmp_path.iterdir()) <= 400_000


def test_all_that_a_menu_says_is_made_beforehand(voice: Voice, tmp_path: Path) -> None:
    speech = Speech(tmp_path, voice, threading.Lock())
    menu = a_menu(languages=("lv", "en", "xx"))
    for _ in speech.prepare(menu):
        pass
    made = set(tmp_path.iterdir())
    for language, text in (("lv", "Deklarācija"), ("en", "Tax return"), ("lv", "X"), ("lv", "99"), ("lv", "1. stāvs")):
        assert speech.clip(language, text) in made, text
    assert speech.voices(menu.languages) == {"lv": True, "en": True, "xx": False}


def test_a_worker_that_died_is_replaced(voice: Voice) -> None:
    assert voice.say("lv", "viens")
    assert voice._worker is not None
    os.kill(voice._worker.pid, signal.SIGKILL)
    voice._worker.wait()
    assert voice.say("lv", "viens")


def test_any_text_is_borne(voice: Voice) -> None:
    for text in ("", " ", "\0", "<speak>", "{}\n{}", "ā" * 400, "1" * 400, "💧", "[[x]]"):
        voice.say("lv", text)
    assert voice.say("lv", "viens")


def test_without_an_engine_nobody_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.voice.espeak.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert engine() == ""
    mute = Voice()
    assert not mute.speaks("lv")
    speech = Speech(tmp_path / "clips", mute, threading.Lock())
    assert speech.clip("lv", "viens") is None
    assert list(speech.prepare(a_menu())) == []


def test_an_installed_program_speaks_too(voice: Voice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name that says what it was asked, as `espeak-ng --stdout` does: a stream whose header has no length."""
    program = tmp_path / "espeak-ng"
    program.write_text(
        "#!/usr/bin/env python3\nimport struct, sys\n"
        "text = sys.stdin.buffer.read()\n"
        "sys.stdout.buffer.write(b'RIFF\\xff\\xff\\xff\\x7fWAVEfmt ' + struct.pack('<IHHIIHH', 16, 1, 1, 22050, 44100, 2, 16)"
        " + b'data\\xff\\xff\\xff\\x7f' + text * 2)\n"
    )
    program.chmod(0o755)
    from server.voice import espeak

    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    sound = espeak._program("lv", "viens", 140, phonemes=False)
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getframerate() == 22050
        assert file.readframes(100) == b"viensviens"


def _sounds(voice: Voice, text: str) -> str:
    """Sounds without stress, pauses and spaces."""
    found = voice.phonemes("lv", text)
    assert found
    return "".join(letter for letter in found if letter not in " ',_:-|!>")
