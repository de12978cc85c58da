"""`rinda voice`: the sheet for a recording, rendering, the check, and an announcement to listen to."""

import csv
import io
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from config.plan import Plan
from config.spoken import clips_of
from server.cli import main
from server.console.voice import GAP_MS, LANGUAGE_GAP_MS, SENTENCE_GAP_MS
from server.voice import sound
from tests.config.test_load_faults import SOUND
from tests.house import ROOT
from tests.voice.test_sound import tone

VOICE = '[voice]\ndigits = "single"\n[voice.place]\nlv = { text = "pie {n} apkalpošanas vietas", gender = "f" }\n'


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., int]:
    """The command with a small centre's plan and a data folder."""
    plan = tmp_path / "small.toml"
    plan.write_text(f"{SOUND}\n{VOICE}", encoding="utf-8")
    return lambda verb, *more: main(["voice", verb, str(plan), "--data", str(tmp_path / "data"), *more])


def record(folder: Path, name: str, data: bytes) -> None:
    """Puts a recording into the data folder."""
    path = folder / "data/recordings" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_the_sheet_has_every_clip(run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, "lv/5.flac", b"")
    assert run("list", "--csv") == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["file", "words", "recorded"]
    assert ["lv/letter-V.wav", "vē,", ""] in rows
    assert ["lv/5.wav", "pieci.", "yes"] in rows
    assert ["lv/counter-2.wav", "Lūdzu, nāciet pie otrās apkalpošanas vietas.", ""] in rows
    assert run("list") == 0
    told = capsys.readouterr()
    assert "+ lv/5.wav" in told.out
    assert f"1 of {len(rows) - 1} are recorded" in told.err


def test_rendering_makes_every_clip_once(run: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("render") == 0
    first = capsys.readouterr().out
    assert run("render") == 0
    second = capsys.readouterr().out
    count = first.split()[0]
    assert first.startswith(f"{count} clips, {count} made now, ")
    assert second.startswith(f"{count} clips, 0 made now, ")


def test_the_check_names_what_is_wrong(run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert capsys.readouterr().out.endswith(" clips by espeakng-loader\n")
    record(tmp_path, "lv/5.wav", sound.plain(tone(1.0, 0.2)))
    record(tmp_path, "lv/5.mp3", sound.plain(tone(1.0, 0.2)))
    assert run("check") == 0
    told = capsys.readouterr().out
    assert "5.wav is not used, for 5.mp3 goes before it" in told
    assert "1 clips by recording" in told
    record(tmp_path, "lv/6.wav", b"broken")
    record(tmp_path, "lv/counter-1.ogg", sound.plain(tone(1.0, 0.0)))
    record(tmp_path, "lv/leter-A.wav", sound.plain(tone(1.0, 0.2)))
    assert run("check") == 1
    told = capsys.readouterr().out
    assert "lv/6: recording 6.wav: cannot be read" in told
    assert "lv/counter-1: recording counter-1.ogg: is silent" in told
    assert 'lv/leter-A: nothing of this name is said; did you mean "lv/letter-A"?' in told


def test_without_an_engine_the_check_fails(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.voice.espeak.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run("check") == 1
    told = capsys.readouterr().out
    assert "lv/number: there is no sound for it" in told
    assert told.endswith("no clips\n")
    assert run("render") == 1


def test_an_announcement_is_written_to_be_heard(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "call.wav"
    record(tmp_path, "lv/number.wav", sound.plain(sound.at_rate(tone(1.0, 0.2), 48_000)))
    assert run("say", "A012", "2", "--out", str(out)) == 0
    with wave.open(str(out)) as file:
        assert file.getframerate() == 48_000, "recording and engine in one"
        assert 4 < file.getnframes() / file.getframerate() < 9
    assert run("say", "A012", "2", "--phonemes") == 0
    told = capsys.readouterr().out
    assert "Lūdzu, nāciet pie otrās apkalpošanas vietas." in told
    assert "otRa:s" in told
    assert run("say", "A012", "7") == 2
    assert run("say", "!", "1") == 2
    assert run("say", "Ā12", "1") == 2
    told = capsys.readouterr().err
    assert 'there is no counter "7"' in told
    assert '"!" is no number that can be said' in told
    assert '"Ā12" is no number that can be said' in told


def test_its_pauses_are_those_of_a_board() -> None:
    board = (ROOT / "display/static/speaker.js").read_text("utf-8")
    for name, ms in (("GAP", GAP_MS), ("SENTENCE_GAP", SENTENCE_GAP_MS), ("LANGUAGE_GAP", LANGUAGE_GAP_MS)):
        assert f"const {name}_S = {ms / 1000:g};" in board


def test_a_plan_without_a_voice_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "mute.toml"
    plan.write_text(SOUND, encoding="utf-8")
    assert main(["voice", "list", str(plan)]) == 2
    assert "has no [voice]" in capsys.readouterr().err


def test_the_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("list", "render", "check", "say"):
        with pytest.raises(SystemExit):
            main(["voice", verb, "--help"])
        assert f"Example: rinda voice {verb} centre.toml" in capsys.readouterr().out


def test_the_demo_can_be_recorded(demo: Plan) -> None:
    assert len(clips_of(demo)) < 200, "an hour's work for one person"
