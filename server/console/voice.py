"""`rinda voice list|render|check|say`."""

import argparse
import csv
import re
import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from config import CATALOGUE
from config.fault import did_you_mean
from config.load import load_catalogue, load_plan
from config.plan import Plan
from config.settings import Settings, from_environment
from config.spoken import announcement, clips_of
from server.voice import sound
from server.voice.cache import ClipCache
from server.voice.clips import Clips
from server.voice.sources import Sources
from server.voice.voice import Voice

GAP_MS, SENTENCE_GAP_MS, LANGUAGE_GAP_MS = 60, 350, 600
"""As a board puts clips together."""
NUMBER = re.compile("[A-Z]*[0-9]+")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands."""
    voice = commands.add_parser("voice", help="what boards say: list it, render it, check it, hear it")
    verbs = voice.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listing = _verb(verbs, "list", "every clip and its words, the sheet for who records them", "--csv > sheet.csv", _list)
    listing.add_argument("--csv", action="store_true", help="as CSV with the columns file, words and recorded")
    _verb(verbs, "render", "make every clip now, not when the server starts", "--data /var/lib/rinda", _render)
    _verb(verbs, "check", "name what is missing or cannot be used; exit 1 if anything is", "--data /var/lib/rinda", _check)
    say = _verb(verbs, "say", "write one announcement as a WAV file", "A012 4 --out call.wav", _say)
    say.add_argument("number", help="as it stands on the slip: A012")
    say.add_argument("counter", help="its code in the plan: 4")
    say.add_argument("--out", type=Path, default=Path("call.wav"), help="the file to write (call.wav)")
    say.add_argument("--phonemes", action="store_true", help="print words and sounds (of eSpeak NG) and write no file")


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str, example: str, run: object
) -> argparse.ArgumentParser:
    command = verbs.add_parser(name, help=what, epilog=f"Example: rinda voice {name} centre.toml {example}")
    command.add_argument("plan", type=Path, help="the centre's plan (TOML)")
    command.add_argument("--data", type=Path, help="the centre's data folder (else RINDA_DATA_DIR)")
    command.set_defaults(run=run)
    return command


def _plan(chosen: argparse.Namespace) -> Plan:
    plan = load_plan(chosen.plan, load_catalogue(CATALOGUE))
    if plan.voice is None:
        raise ValueError(f"{chosen.plan} has no [voice], so nothing is said; see docs/voice.md")
    return plan


def _settings(chosen: argparse.Namespace) -> Settings:
    return from_environment(data_dir=chosen.data)


def _sources(chosen: argparse.Namespace) -> Sources:
    settings = _settings(chosen)
    return Sources(settings.recordings_dir, settings.piper_dir)


def _list(chosen: argparse.Namespace) -> int:
    recorded = _sources(chosen).recorded()
    rows = [(f"{name}.wav", said.text, "yes" if name in recorded else "") for name, said in clips_of(_plan(chosen)).items()]
    if chosen.csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([("file", "words", "recorded"), *rows])
        return 0
    width = max(len(file) for file, *_ in rows)
    for file, words, done in rows:
        print(f"{'+' if done else ' '} {file:<{width}}  {words}")
    print(
        f"\n{sum(1 for *_, done in rows if done)} of {len(rows)} are recorded in {_settings(chosen).recordings_dir}",
        file=sys.stderr,
    )
    return 0


def _render(chosen: argparse.Namespace) -> int:
    plan = _plan(chosen)
    _settings(chosen).data_dir.mkdir(parents=True, exist_ok=True)
    clips = _made(chosen, plan, shows=sys.stderr.isatty())
    _tell(clips)
    print(f"{len(clips.ready.entries)} clips, {clips.rendered} made now, {len(clips.ready.data):,} bytes")
    return 1 if clips.ready.missing else 0


def _check(chosen: argparse.Namespace) -> int:
    plan = _plan(chosen)
    clips = _made(chosen, plan, shows=sys.stderr.isatty())
    names, recorded = clips_of(plan), _sources(chosen).recorded()
    wrong = _tell(clips)
    for name, files in recorded.items():
        for file in files[1:] if name in names else ():
            print(f"{name}: {file} is not used, for {files[0].name} goes before it")
        if name not in names:
            print(f"{name}: nothing of this name is said{did_you_mean(name, names)}")
            wrong += 1
    for name in clips.ready.entries:
        try:
            sound.read(clips.ready.clip(name))
        except ValueError as error:
            print(f"{name}: {error}")
            wrong += 1
    engines = Counter(entry.engine for entry in clips.ready.entries.values())
    print(", ".join(f"{count} clips by {engine}" for engine, count in engines.items()) or "no clips")
    return 1 if wrong else 0


def _say(chosen: argparse.Namespace) -> int:
    plan = _plan(chosen)
    if not NUMBER.fullmatch(chosen.number):
        raise ValueError(f'"{chosen.number}" is no number that can be said; such are A012 and 47')
    said, names = announcement(plan, chosen.number, chosen.counter), clips_of(plan)
    known = [counter.code for counter in plan.counters]
    if chosen.counter not in known:
        raise ValueError(f'there is no counter "{chosen.counter}"{did_you_mean(chosen.counter, known)}')
    if lost := [name for parts in said for name in parts if name not in names]:
        raise ValueError(f'"{chosen.number}" is no number that can be said: {", ".join(lost)}')
    if chosen.phonemes:
        voice = Voice()
        for parts in said:
            for name in parts:
                language, text = names[name].language, names[name].text
                print(f"{name:<16} {text:<40} {voice.phonemes(language, text) or ''}")
        voice.close()
        return 0
    clips = _made(chosen, plan, shows=False)
    if _tell(clips):
        return 1
    chosen.out.write_bytes(sound.plain(_joined(clips, said)))
    print(chosen.out)
    return 0


def _made(chosen: argparse.Namespace, plan: Plan, shows: bool) -> Clips:
    voice = Voice()
    clips = Clips(ClipCache(_settings(chosen).clips_dir), voice, _sources(chosen))

    def progress(done: int, total: int) -> None:
        print(f"\r{done} of {total}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    clips.prepare(plan, progress if shows else lambda done, total: None)
    voice.close()
    return clips


def _tell(clips: Clips) -> int:
    """Prints what went wrong and what is missing; returns how many lines that were."""
    lines = [*clips.ready.faults, *(f"{name}: there is no sound for it" for name in clips.ready.missing)]
    for line in lines:
        print(line)
    return len(lines)


def _joined(clips: Clips, said: tuple[tuple[str, ...], ...]) -> sound.Sound:
    pieces = list(_pieces(clips, said))
    rate = max(piece.rate for piece, _ in pieces)
    samples = array("h")
    for piece, gap_ms in pieces:
        samples += sound.at_rate(piece, rate).samples + array("h", bytes(2 * (rate * gap_ms // 1000)))
    return sound.Sound(rate, samples)


def _pieces(clips: Clips, said: tuple[tuple[str, ...], ...]) -> Iterator[tuple[sound.Sound, int]]:
    """Each clip with the silence after it."""
    for parts in said:
        gaps = [*[GAP_MS] * (len(parts) - 2), SENTENCE_GAP_MS, LANGUAGE_GAP_MS]
        for name, gap in zip(parts, gaps, strict=True):
            yield sound.read(clips.ready.clip(name)), gap
