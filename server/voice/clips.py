"""The spoken clips of the plan in force: rendered beforehand, kept on disk, handed to boards as one pack.

A pack is four bytes, big-endian, with the length of its index; the index as JSON, {name: {at, bytes, ms, engine}}, where `at`
counts from the end of the index; the clips.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping

import msgspec

from config.plan import Plan
from config.spoken import Said, clips_of, pack_name
from server.voice.cache import ClipCache
from server.voice.sources import Source, Sources, made
from server.voice.voice import Clip, Unanswered, Voice
from server.voice.worker import LENGTH

HANGS = 3
"""So many clips that the engine dies or hangs of are tried at one go; each may take seconds."""

log = logging.getLogger("rinda.voice")


class Entry(msgspec.Struct, frozen=True):
    """One clip in the index of a pack."""

    at: int
    bytes: int
    ms: int
    engine: str


class Pack(msgspec.Struct, frozen=True):
    """All clips of a plan. `missing` are those that could not be made, `faults` says what went wrong, a line for each clip."""

    name: str
    data: bytes = b""
    entries: dict[str, Entry] = {}
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def clip(self, name: str) -> bytes:
        """The file of one clip; KeyError if it is not there."""
        begin = LENGTH.size + LENGTH.unpack_from(self.data)[0] + self.entries[name].at
        return self.data[begin : begin + self.entries[name].bytes]


NONE = Pack(name="")


class Clips:
    """Makes packs; `prepare` belongs to one native thread, everything else may be called from any."""

    def __init__(self, cache: ClipCache, voice: Voice, sources: Sources) -> None:
        self._cache, self._voice, self._sources = cache, voice, sources
        self._over = False
        self.ready = NONE
        """The newest whole pack; its name is what boards are told."""
        self._before = NONE
        self.making = ""
        """The name of the pack that is being made, if one is."""
        self.rendered = 0
        """How many clips an engine made since the start."""

    def prepare(self, plan: Plan, progress: Callable[[int, int], None] = lambda done, total: None) -> bool:
        """Makes the pack of a plan if it is not there yet or has gaps; whether it is another one than before.

        `progress(done, total)` is told after every clip.
        """
        clips = clips_of(plan)
        sources = self._sources.of(clips, plan.voice.speed if plan.voice else 0)
        name = pack_name(plan, "".join(source.key for ways in sources.values() for source in ways)) if clips else ""
        if name == self.ready.name and not self.ready.missing:
            return False
        self.making = name
        try:
            pack = self._pack(name, clips, sources, progress)
        finally:
            self.making = ""
            self._voice.rest()
        if pack is None:
            return False
        self._tell(pack)
        changed = pack.name != self.ready.name or pack.missing != self.ready.missing
        if changed:
            self._before, self.ready = self.ready, pack
        return changed

    def pack(self, name: str) -> bytes | None:
        """The newest pack or the one before it, by name."""
        return next((pack.data for pack in (self.ready, self._before) if name and pack.name == name), None)

    def close(self) -> None:
        """Has `prepare` return soon."""
        self._over = True
        self._voice.close()

    def _pack(
        self,
        name: str,
        clips: Mapping[str, Said],
        sources: Mapping[str, tuple[Source, ...]],
        progress: Callable[[int, int], None],
    ) -> Pack | None:
        """The pack; None if nobody waits for it any more."""
        entries, data, faults, used = dict[str, Entry](), bytearray(), list[str](), list[str]()
        patience = HANGS
        for done, clip_name in enumerate(clips, start=1):
            if self._over:
                return None
            own: list[str] = []
            try:
                found = self._clip(sources[clip_name] if patience else (), own)
            except Unanswered as error:
                found, patience = None, patience - 1
                own.append(str(error))
            if found is not None:
                clip, source = found
                entries[clip_name] = Entry(len(data), len(clip.data), clip.ms, source.engine)
                data += clip.data
                used.append(source.key)
            faults += (f"{clip_name}: {fault}" for fault in own)
            progress(done, len(clips))
        self._cache.prune(used)
        index = msgspec.json.encode(entries)
        missing = tuple(clip_name for clip_name in clips if clip_name not in entries)
        if missing and not any(sources[clip_name] for clip_name in missing):
            faults.append("nothing here speaks: install the extra `speech`, or Debian's espeak-ng")
        # A pack with gaps has a name of its own: a board must not keep it for the whole one.
        name = f"{name}-{len(entries)}" if missing else name
        return Pack(name, LENGTH.pack(len(index)) + index + data, entries, missing, tuple(faults))

    def _clip(self, ways: tuple[Source, ...], faults: list[str]) -> tuple[Clip, Source] | None:
        """From the disk if its best way is there, else made; a recording that cannot be used is tried again each time."""
        if ways and (kept := self._cache.get(ways[0].key)) is not None:
            return kept, ways[0]
        found = made(ways, self._voice, faults)
        if found is not None:
            self.rendered += 1
            self._cache.keep(found[1].key, found[0])
        return found

    def _tell(self, pack: Pack) -> None:
        """Once when it breaks and once when it mends."""
        if pack.faults != self.ready.faults:
            for fault in pack.faults[:20]:
                log.error("the voice: %s", fault)
        if pack.missing and pack.missing != self.ready.missing:
            log.error("%d of the voice's clips are missing, such as %s: rinda voice check", len(pack.missing), pack.missing[0])
        elif not pack.missing and pack.entries:
            engines = Counter(entry.engine for entry in pack.entries.values())
            made_by = ", ".join(f"{count} by {engine}" for engine, count in engines.items())
            log.info("the voice is ready: %s, %d kB", made_by, len(pack.data) // 1024)
