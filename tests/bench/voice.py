"""The voice of a centre with 1,000 numbers and 20 counters: bytes and seconds, against a file for each announcement."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import msgspec

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.plan import Plan
from config.spoken import announcement, clips_of
from server.voice.cache import ClipCache
from server.voice.clips import Clips
from server.voice.sources import Sources
from server.voice.voice import Voice
from tests.bench.report import Row

NUMBERS, COUNTERS = 1000, 20
BYTES, SECONDS = 5_000_000, 10.0


def voice(quick: bool) -> Iterator[Row]:
    """All clips made on an empty disk, after a restart, and a sample of whole sentences."""
    plan = _plan()
    with tempfile.TemporaryDirectory() as folder:
        first, again = _made(plan, Path(folder)), _made(plan, Path(folder))
    seconds, size = _sentences(plan, 10 if quick else 40)
    every = NUMBERS * COUNTERS
    yield _row(f"voice: bytes of {len(clips_of(plan))} clips / a file for each call", first[1], size * every, "{:,.0f}", BYTES)
    yield _row("voice: seconds to render them / a file for each call", first[0], seconds * every, "{:.2f} s", SECONDS)
    yield _row("voice: seconds after a restart / the first start", again[0], first[0], "{:.2f} s", 1.0)


def _row(name: str, ours: float, baseline: float, form: str, most: float) -> Row:
    return Row(
        name=name, ours=form.format(ours), baseline=form.format(baseline), ratio=ours / baseline,
        goal=f"ours <= {form.format(most)}", met=ours <= most,
    )  # fmt: skip


def _plan() -> Plan:
    """The demo with 20 counters."""
    plan = load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE))
    one = plan.counters[0]
    counters = tuple(msgspec.structs.replace(one, code=str(n)) for n in range(1, COUNTERS + 1))
    return msgspec.structs.replace(plan, counters=counters)


def _made(plan: Plan, folder: Path) -> tuple[float, int]:
    clips = Clips(ClipCache(folder / "clips"), Voice(), Sources(folder / "recordings"))
    began = perf_counter()
    clips.prepare(plan)
    took = perf_counter() - began
    clips.close()
    assert not clips.ready.missing
    return took, len(clips.ready.data)


def _sentences(plan: Plan, count: int) -> tuple[float, float]:
    """Seconds and bytes of one announcement that is rendered whole."""
    speaker, said, size = Voice(), clips_of(plan), 0
    speaker.clip("lv", "viens.")
    began = perf_counter()
    for n in range(count):
        (parts,) = announcement(plan, f"A{(n * 37) % 1000:03d}", str(n % COUNTERS + 1))
        size += len(speaker.clip("lv", " ".join(said[name].text for name in parts)).data)
    took = perf_counter() - began
    speaker.close()
    return took / count, size / count
