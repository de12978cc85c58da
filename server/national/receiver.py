"""The centre's hand for the network's settings: fetched, checked, put into force at their time, taken back if they harm."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from config.catalogue import Catalogue
from config.load import check_plan
from config.network import Bundle, applied, taken_back
from config.plan import Plan
from server.files import replace_file
from server.national.signing import Signed, opened

log = logging.getLogger("rinda.uplink")

WATCH = timedelta(minutes=5)
"""So long after a bundle came into force the centre's health decides whether it stays."""

WATCH_STEP_S = 5.0
"""So often its health is looked at in that time."""

HARMFUL = "harmful, but cannot be taken back yet: "
TAKEN_BACK = "the centre did not work well with it"
LOST = "taken back with it was what the centre itself had changed since in: "

BundleState = Literal["none", "fetched", "applied", "kept", "rejected", "rolled_back"]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered over a restart.

    `current` is the bundle in force, `before` the one that it replaced with the plan of that time, `waiting` one that is fetched
    and whose time has not come. `since`: from then on the one in force is watched; None when that is over. `refused` is the
    newest revision that could not be used here, with the reason.
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
Revise = Callable[[Plan, Plan], None]


class Later(ValueError):
    """Nothing is wrong with the plan; it could not be put into force at this moment."""


class Receiver:
    """`step` does what is due. `plan()` is the plan in force, `revise(plan, made_from)` puts another into force, `healthy()` says
    whether the centre works; all are called on the thread of the step. ValueError of `revise` says why not; Later: it is tried
    again, as when `made_from` is the plan in force no more.
    """

    def __init__(
        self, folder: Path, key: str, packaged: Catalogue, plan: Callable[[], Plan | None], revise: Revise,
        healthy: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._path, self._key, self._packaged = folder / "bundles.json", key, packaged
        self._plan, self._revise, self._healthy = plan, revise, healthy
        self.kept = _load(self._path, key)

    @property
    def revision(self) -> int:
        """Of the bundle in force; 0 for none."""
        return self.kept.current.revision if self.kept.current is not None else 0

    @property
    def known(self) -> int:
        """The highest revision that ever came here, in force or not; 0 for none."""
        return max(self.revision, self.kept.waiting.revision if self.kept.waiting else 0, self.kept.refused)

    def wants(self, newest: int) -> bool:
        """Whether the node's newest revision is not here yet and was not refused."""
        return newest > self.known

    def rest(self, now: datetime) -> float:
        """Seconds after which `step` is due at the latest, whatever the line does."""
        if self.kept.since is not None:
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
        """Takes back what harms, else puts into force what is due."""
        if (plan := self._plan()) is None:
            return
        if self.kept.since is not None:
            if self._harmed(plan, now):
                return
        elif (current := self.kept.current) is not None and plan.network.bundle < current.revision:
            # The database is a copy from before it came: it is due once more, where nothing newer is.
            before = self.kept.before
            known = before if before is not None and before.revision == plan.network.bundle else None
            self._keep(current=known, before=None, plan_before=None, waiting=self.kept.waiting or current)
        if (waiting := self.kept.waiting) is not None and now >= (bundle := self._opened(waiting)).not_before:
            self._apply(plan, waiting, bundle, now)

    def _harmed(self, plan: Plan, now: datetime) -> bool:
        """Looks at the one in force; whether it is taken back. One that harms and has to stay gives way to a newer one."""
        # Taken back already, if the program ended right after that.
        if not self._healthy() or plan.network.bundle != self.revision:
            return self._roll_back(plan)
        if self.kept.since is not None and now - self.kept.since >= WATCH:
            self._keep(state="kept", plan_before=None, since=None)
        return False

    def _apply(self, plan: Plan, signed: Signed, bundle: Bundle, now: datetime) -> None:
        kept = self.kept
        try:
            fresh = applied(plan, self._catalogue(), bundle)
            if faults := check_plan(fresh):
                raise ValueError("; ".join(f"{fault.path}: {fault.text}" for fault in faults[:5]))
            if plan.network.bundle != bundle.revision:
                # Else the program ended right after the plan was revised; the plan of before is remembered already.
                self._keep(plan_before=plan, since=None)
            if fresh != plan:
                self._revise(fresh, plan)
        except Later:
            self._keep(plan_before=kept.plan_before, since=kept.since)
            return
        except ValueError as error:
            watched = kept.plan_before if kept.since is not None else None
            self._keep(
                waiting=None, plan_before=watched, since=kept.since, state="rejected", refused=signed.revision,
                text=str(error)[:500],
            )  # fmt: skip
            return
        self._keep(waiting=None, before=self.kept.current, current=signed, since=now, state="applied", text="")

    def _roll_back(self, plan: Plan) -> bool:
        """Whether it is taken back, or will be at the next step; False for one that stays for now."""
        kept = self.kept
        if kept.plan_before is None or kept.current is None:
            return False
        known = self._opened(kept.before).catalogue if kept.before is not None else self._packaged
        back, lost = taken_back(kept.plan_before, known, self._opened(kept.current), plan)
        try:
            self._revise(back, plan)
        except Later:
            return True
        except ValueError as error:
            # Tried again at every step: a queue of the new plan empties, a disk has room again.
            if (text := f"{HARMFUL}{error}"[:500]) != kept.text:
                self._keep(text=text)
            return False
        # One that waits is fetched again: what the node is told now is of the one that went.
        self._keep(
            current=kept.before, before=None, plan_before=None, waiting=None, since=None, state="rolled_back",
            refused=max(kept.refused, kept.current.revision),
            text="; ".join((TAKEN_BACK, *([LOST + ", ".join(lost)] if lost else [])))[:500],
        )  # fmt: skip
        return True

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
    kept = _load(folder / "bundles.json", key)
    if kept.current is None or not key:
        return load(packaged)
    bundle = opened(kept.current, key)
    return applied(load(bundle.catalogue), bundle.catalogue, bundle)


def begin_with(folder: Path, key: str, signed: Signed, now: datetime) -> None:
    """A new centre begins under the settings in force; one that has some, or whose time has not come, gets them over the line.
    Forged for settings that are not the node's."""
    path = folder / "bundles.json"
    if opened(signed, key).not_before <= now and _load(path, key) == Kept():
        replace_file(path, msgspec.json.encode(Kept(current=signed, state="kept")))


def catalogue_in(folder: Path, key: str, packaged: Catalogue) -> Catalogue:
    """The catalogue that the centre of a data folder works with: its bundle's, else the one that came with the program."""
    kept = _load(folder / "bundles.json", key)
    return opened(kept.current, key).catalogue if kept.current is not None and key else packaged


def _load(path: Path, key: str) -> Kept:
    """What is remembered; nothing of another node's, or of a damaged file: the settings come over the line once more."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
        for signed in (kept.current, kept.before, kept.waiting):
            if signed is not None and key:
                opened(signed, key)
    except FileNotFoundError:
        return Kept()
    except ValueError as error:
        log.error("%s is not used, the network's settings are fetched anew: %s", path, error)
        return Kept()
    return kept
