"""Packs of clips: whole, even, small, made once; recordings before engines; what is broken is named."""

import json
import logging
import os
import shutil
import signal
import struct
import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest

from config.plan import Plan
from config.spoken import announcement, clips_of
from server.voice import sound
from server.voice.cache import ClipCache
from server.voice.clips import Clips
from server.voice.espeak import engine
from server.voice.sources import Sources
from server.voice.voice import Clip, Voice
from tests.voice.conftest import clips, with_voice
from tests.voice.test_sound import tone


@pytest.fixture(scope="module")
def made(demo: Plan, tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """All clips of the demo."""
    found = clips(tmp_path_factory.mktemp("demo"))
    assert found.prepare(demo)
    return found


@pytest.fixture(scope="module")
def rendered(few: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the clips of the small plan."""
    folder = tmp_path_factory.mktemp("few")
    assert clips(folder).prepare(few)
    return folder


@pytest.fixture
def first(rendered: Path, tmp_path: Path) -> Path:
    """The test's own copy of it."""
    shutil.copytree(rendered / "clips", tmp_path / "first" / "clips")
    return tmp_path / "first"


def record(folder: Path, name: str, data: bytes) -> Path:
    """Puts a recording where it belongs."""
    path = folder / "recordings" / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_pack_is_as_it_is_told(made: Clips, demo: Plan) -> None:
    data = made.ready.data
    (length,) = struct.unpack(">I", data[:4])
    index = json.loads(data[4 : 4 + length])
    assert list(index) == list(clips_of(demo))
    places = [(one["at"], one["at"] + one["bytes"]) for one in index.values()]
    assert [begin for begin, _ in places] == [0, *(end for _, end in places[:-1])], "one behind the other"
    assert 4 + length + places[-1][1] == len(data)
    for name, one in index.items():
        file = data[4 + length + one["at"] :][: one["bytes"]]
        assert file == made.ready.clip(name)
        assert sound.read(file).ms == pytest.approx(one["ms"], abs=1)
        assert one["engine"] == engine()


def test_every_clip_is_heard_and_none_is_louder(made: Clips) -> None:
    levels = []
    for name in made.ready.entries:
        found = sound.read(made.ready.clip(name))
        assert 150 <= found.ms <= 4000, name
        samples = np.array(found.samples, float) / 32767
        assert np.abs(samples).max() < 0.95, name
        windows = samples[: len(samples) // 220 * 220].reshape(-1, 220)
        power = (windows**2).mean(axis=1)
        levels.append(10 * np.log10(power[power > power.max() / 100].mean()))
        assert max(abs(samples[0]), abs(samples[-1])) < 0.01, f"{name} has a click"
    assert max(levels) - min(levels) < 3


def test_a_restart_renders_nothing(first: Path, few: Plan) -> None:
    again = clips(first)
    assert again.prepare(few)
    assert again.rendered == 0
    assert not again.ready.missing
    assert not again.prepare(few), "and the same plan again is no change"


def test_a_changed_plan_renders_only_what_is_new(first: Path, few: Plan) -> None:
    again = clips(first)
    again.prepare(few)
    before, counter = again.ready, msgspec.structs.replace(few.counters[0], code="21")
    assert again.prepare(msgspec.structs.replace(few, counters=(*few.counters, counter)))
    assert again.rendered == 1
    assert again.ready.name != before.name
    assert again.ready.entries.keys() - before.entries.keys() == {"lv/counter-21"}
    assert again.pack(before.name) == before.data, "a board that loads just now still gets it"
    assert again.pack(again.ready.name) == again.ready.data
    assert again.pack("") is None
    assert again.pack("another") is None
    assert again.prepare(msgspec.structs.replace(few, voice=None))
    assert again.ready.entries == {}


def test_a_damaged_clip_is_made_again(first: Path, few: Plan, caplog: pytest.LogCaptureFixture) -> None:
    whole = clips(first)
    whole.prepare(few)
    files = sorted((first / "clips").glob("*.clip"))
    files[0].write_bytes(b"")
    files[1].write_bytes(files[1].read_bytes()[:-1])
    turned = bytearray(files[2].read_bytes())
    turned[40] ^= 1
    files[2].write_bytes(turned)
    files[3].unlink()
    again = clips(first)
    assert again.prepare(few)
    assert again.rendered == 4
    assert again.ready.name == whole.ready.name
    assert sum("is damaged" in record.message for record in caplog.records) == 3
    assert clips(first).prepare(few)


def test_a_disk_that_takes_nothing_is_told_once(tmp_path: Path, few: Plan, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "clips").write_text("no folder")
    found = clips(tmp_path)
    assert found.prepare(few)
    assert not found.ready.missing, "they are said all the same"
    assert sum("cannot be kept" in record.message for record in caplog.records) == 1


def test_what_a_person_has_recorded_is_what_is_heard(first: Path, few: Plan, tmp_path: Path) -> None:
    own = Clips(ClipCache(first / "clips"), Voice(), Sources(tmp_path / "recordings"))
    own.prepare(few)
    spoken, by_engine = own.ready.entries["lv/5"], own.ready.name
    record(tmp_path, "lv/5", sound.plain(tone(1.3, 0.1)))
    assert own.prepare(few), "a recording that was added is seen without a restart"
    assert own.ready.name != by_engine
    assert own.ready.entries["lv/5"].engine == "recording"
    assert own.ready.entries["lv/5"].ms == pytest.approx(1300, abs=15)
    assert own.ready.entries["lv/6"].engine == engine()
    recorded = sound.read(own.ready.clip("lv/5"))
    assert loud(recorded) == pytest.approx(loud(sound.read(own.ready.clip("lv/6"))), abs=3)
    record(tmp_path, "lv/5", b"RIFF and so on")
    assert own.prepare(few)
    assert own.ready.entries["lv/5"].ms == spoken.ms, "the engine speaks where a recording is broken"
    assert own.ready.faults[0].startswith("lv/5: recording 5.wav: cannot be read")
    assert len(own.ready.faults) == 1
    assert not own.ready.missing
    record(tmp_path, "lv/5", sound.plain(tone(1.0, 0.0)))
    assert own.prepare(few)
    assert own.ready.faults == ("lv/5: recording 5.wav: is silent",)


def test_without_an_engine_what_is_missing_is_named(
    few: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("server.voice.espeak.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = Clips(ClipCache(tmp_path / "clips"), Voice(), Sources(tmp_path / "recordings"))
    record(tmp_path, "lv/5", sound.plain(tone(1.0, 0.1)))
    assert found.prepare(few)
    assert set(found.ready.missing) == clips_of(few).keys() - {"lv/5"}
    assert any("clips are missing, such as lv/number" in record.message for record in caplog.records)
    assert caplog.records[0].message == "the voice: nothing here speaks: install the extra `speech`, or Debian's espeak-ng"
    told, incomplete = len(caplog.records), found.ready.name
    assert not found.prepare(few)
    assert len(caplog.records) == told, "once"
    for name in found.ready.missing:
        record(tmp_path, name, sound.plain(tone(1.0, 0.1)))
    caplog.set_level(logging.INFO)
    assert found.prepare(few)
    assert not found.ready.missing
    assert found.ready.name != incomplete
    assert caplog.records[-1].message.startswith(f"the voice is ready: {len(clips_of(few))} by recording")


def test_an_engine_that_dies_is_started_again(few: Plan, tmp_path: Path) -> None:
    found = clips(tmp_path)

    def progress(done: int, total: int) -> None:
        if done in (3, 11):
            worker = found._voice._worker
            assert worker is not None
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()

    assert found.prepare(few, progress)
    assert not found.ready.missing


def test_an_engine_that_never_answers_is_given_up(few: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.voice.voice.sys.executable", "/bin/false")
    found = clips(tmp_path)
    assert found.prepare(few)
    assert len(found.ready.missing) == len(clips_of(few))
    assert found.ready.faults == tuple(f"{name}: the engine does not answer" for name in list(clips_of(few))[:3])


def test_closing_ends_the_work(few: Plan, tmp_path: Path) -> None:
    found = clips(tmp_path)
    assert not found.prepare(few, lambda done, total: found.close())
    assert found.ready.name == ""
    assert found.rendered == 1


def test_closing_ends_an_engine_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "hangs"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    monkeypatch.setattr("server.voice.voice.sys.executable", str(program))
    voice, said = Voice(), list[bytes | None]()
    talk = threading.Thread(target=lambda: said.append(voice.say("lv", "viens")))
    talk.start()
    while voice._worker is None:
        talk.join(0.01)
    voice.close()
    talk.join(5)
    assert said == [None]


def test_clips_do_not_fill_the_disk(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, most_bytes=3000)
    for n in range(6):
        cache.keep(f"k{n}", Clip(1, bytes(980)))
        os.utime(tmp_path / f"k{n}.clip", (n, n))
    cache.prune(["k0"])
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["k0", "k4", "k5"], "what is in use stays"
    assert cache.get("k5") == Clip(1, bytes(980))


def test_three_languages_stay_apart(three: Plan, tmp_path: Path) -> None:
    plan, found = msgspec.structs.replace(three, voice=msgspec.structs.replace(three.voice, digits="single")), clips(tmp_path)
    assert found.prepare(plan)
    assert not found.ready.missing
    assert len({found.ready.clip(said[-1]) for said in announcement(plan, "A012", "1")}) == 3


def loud(found: sound.Sound) -> float:
    """Decibels."""
    return float(10 * np.log10(np.mean(np.square(np.array(found.samples, float)))))


def test_the_speed_is_that_of_the_plan(first: Path, few: Plan) -> None:
    found = Clips(ClipCache(first / "clips"), Voice(), Sources(first / "recordings"))
    found.prepare(few)
    usual = sum(one.ms for one in found.ready.entries.values())
    found.prepare(with_voice(few, digits="single", speed=220))
    assert sum(one.ms for one in found.ready.entries.values()) < usual * 0.85
