"""The centre's hand for the network's settings: fetched, checked, put into force at their time, taken back if they harm."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from config.catalogue import Catalogue
from config.load import check_plan
from config.network import Bundle, applied
from config.plan import Plan
from server.files import replace_file
from server.national.signing import Signed, opened

WATCH = timedelta(minutes=5)
"""So long after a bundle came into force the centre's health decides whether it stays."""

WATCH_STEP_S = 5.0
"""So often its health is looked at in that time."""

BundleState = Literal["none", "fetched", "applied", "kept", "rejected", "rolled_back"]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered over a restart.

    `current` is the bundle in force, `before` the one that it replaced with the plan of that time, `waiting` one that is fetched
    and whose time has not come. `refused` is the newest revision that could not be used here, with the reason.
    """

    current: Signed | None = None
    since: datetime | None = None
    before: Signed | None = None
    plan_before: Plan | None = None
    waiting: Signed | None = None
    state: BundleState = "none"
    refused: int = 0
    text: str = ""


Fetch = Callable[[int], Signed]
Revise = Callable[[Plan], None]


class Receiver:
    """`step` does what is due. `plan()` is the plan in force, `revise(plan)` puts another into force (ValueError says why not),
    `healthy()` whether the centre works; all three are called on the thread of the step."""

    def __init__(
        self, folder: Path, key: str, packaged: Catalogue, plan: Callable[[], Plan | None], revise: Revise,
        healthy: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._path, self._key, self._packaged = folder / "bundles.json", key, packaged
        self._plan, self._revise, self._healthy = plan, revise, healthy
        self.kept = _load(self._path)

    @property
    def revision(self) -> int:
        """Of the bundle in force; 0 for none."""
        return self.kept.current.revision if self.kept.current is not None else 0

    def wants(self, newest: int) -> bool:
        """Whether the node's newest revision is not here yet and was not refused."""
        known = max(self.revision, self.kept.waiting.revision if self.kept.waiting else 0, self.kept.refused)
        return newest > known

    def rest(self, now: datetime) -> float:
        """Seconds after which `step` is due at the latest, whatever the line does."""
        if self.kept.state == "applied":
            return WATCH_STEP_S
        if self.kept.waiting is None:
            return float("inf")
        return max(0.5, (self._opened(self.kept.waiting).not_before - now).total_seconds())

    def take(self, signed: Signed) -> None:
        """A bundle came over the line: kept until its time, or refused for good. An older one, however well signed, is none."""
        if not self.wants(signed.revision):
            return
        try:
            opened(signed, self._key)
        except ValueError as error:
            self._keep(state="rejected", refused=signed.revision, text=str(error))
            return
        self._keep(waiting=signed, state="fetched", text="")

    def step(self, now: datetime) -> None:
        """Puts into force what is due; takes back what harms."""
        kept = self.kept
        if kept.waiting is not None and (plan := self._plan()) is not None:
            bundle = self._opened(kept.waiting)
            if now >= bundle.not_before:
                self._apply(plan, kept.waiting, bundle, now)
        elif kept.state == "applied" and kept.since is not None:
            if not self._healthy():
                self._roll_back()
            elif now - kept.since >= WATCH:
                self._keep(state="kept", plan_before=None)

    def _apply(self, plan: Plan, signed: Signed, bundle: Bundle, now: datetime) -> None:
        if plan.network.bundle != bundle.revision:
            # Else the program ended right after the plan was revised; the plan of before is remembered already.
            try:
                fresh = applied(plan, self._catalogue(), bundle)
                if faults := check_plan(fresh):
                    raise ValueError("; ".join(f"{fault.path}: {fault.text}" for fault in faults[:5]))
                self._keep(plan_before=plan)
                self._revise(fresh)
            except ValueError as error:
                self._keep(waiting=None, plan_before=None, state="rejected", refused=signed.revision, text=str(error)[:500])
                return
        self._keep(waiting=None, before=self.kept.current, current=signed, since=now, state="applied", text="")

    def _roll_back(self) -> None:
        kept = self.kept
        if kept.plan_before is None or kept.current is None:
            return
        try:
            self._revise(kept.plan_before)
        except ValueError as error:
            # Tried again at every step: a queue of the new plan empties, a disk has room again.
            if (text := f"harmful, but cannot be taken back yet: {error}"[:500]) != kept.text:
                self._keep(text=text)
            return
        self._keep(
            current=kept.before, before=None, plan_before=None, since=None, state="rolled_back", refused=kept.current.revision,
            text="the centre did not work well with it",
        )  # fmt: skip

    def _catalogue(self) -> Catalogue:
        return self._opened(self.kept.current).catalogue if self.kept.current is not None else self._packaged

    def _opened(self, signed: Signed) -> Bundle:
        return opened(signed, self._key)

    def _keep(self, **changes: object) -> None:
        """On disk before in memory: what a restart does not know, it would do twice."""
        kept = msgspec.structs.replace(self.kept, **changes)
        replace_file(self._path, msgspec.json.encode(kept))
        self.kept = kept


def under_network(folder: Path, key: str, packaged: Catalogue, load: Callable[[Catalogue], Plan]) -> Plan:
    """The plan that `load(catalogue)` reads, with what the network has set at this centre; a file cannot undo that."""
    kept = _load(folder / "bundles.json")
    if kept.current is None or not key:
        return load(packaged)
    bundle = opened(kept.current, key)
    return applied(load(bundle.catalogue), bundle.catalogue, bundle)


def begin_with(folder: Path, key: str, signed: Signed, now: datetime) -> None:
    """A new centre begins under the settings in force; one that has some, or whose time has not come, gets them over the line.
    Forged for settings that are not the node's."""
    path = folder / "bundles.json"
    if opened(signed, key).not_before <= now and not path.exists():
        replace_file(path, msgspec.json.encode(Kept(current=signed, since=now, state="kept")))


def catalogue_in(folder: Path, key: str, packaged: Catalogue) -> Catalogue:
    """The catalogue that the centre of a data folder works with: its bundle's, else the one that came with the program."""
    kept = _load(folder / "bundles.json")
    return opened(kept.current, key).catalogue if kept.current is not None and key else packaged


def _load(path: Path) -> Kept:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except FileNotFoundError:
        return Kept()
