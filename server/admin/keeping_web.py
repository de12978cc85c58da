"""The manager's page of how the data is kept, /admin/keeping: copies and their proof, what is too old, the check-up."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import flask
from flask import request
from flask.typing import ResponseReturnValue

from server.admin.ground import Ground
from server.alerts import UPLINK, Health
from server.domain.context import Actor
from server.keeping.backups import verdict
from server.keeping.checks import Check, gravest
from server.keeping.doctor import Doctor
from server.keeping.sentences import Say
from server.keeping.service import Keeping, zone_of

_ASKED = {
    "copy": "A copy is being made. Load the page again in a moment.",
    "erase": "What is too old is being erased. Load the page again in a moment.",
}
_ERASED = {
    "journal": "journal records", "visits": "visits", "replies": "answers to commands", "sessions": "sessions",
    "contacts": "contacts", "feedback_contacts": "contacts of proposals", "rating_texts": "texts of ratings",
    "feedback_texts": "texts of proposals", "finding_texts": "texts of findings", "evidence": "evidence",
    "form_texts": "texts of forms", "steps": "steps", "rated": "marks of rated visits",
}  # fmt: skip
_FAULTS = (
    (
        r"(?P<folder>.+): no room for a copy of (?P<n>\d+) MB; .+",
        "{folder}: there is no room for a copy of {n} MB. Make room, or name a folder on a larger disk (RINDA_BACKUP_DIRS).",
    ),
    (
        r"(?P<folder>.+): is not there; .+",
        "{folder} is not there. Put the disk back, or take the folder out of RINDA_BACKUP_DIRS.",
    ),
    (r"(?P<folder>.+): the disk is full; .+", "{folder}: the disk is full. Make room on it."),
    (r"(?P<folder>.+): what was read back .+", "{folder}: what was read back is not what was written. Replace the disk."),
)


def said(fault: str, say: Say) -> str:
    """Why there is no copy, in the reader's language; what the system says stays as it is."""
    for pattern, sentence in _FAULTS:
        if found := re.fullmatch(pattern, fault):
            return say(sentence, **found.groupdict())
    return fault


class KeepingPages:
    """`health()` is what devices say, for the state of the network's line."""

    def __init__(self, ground: Ground, keeping: Keeping, doctor: Doctor, health: Callable[[], Mapping[str, Health]]) -> None:
        self._ground, self._keeping, self._doctor, self._health = ground, keeping, doctor, health

    def routes(self) -> flask.Blueprint:
        """`/admin/keeping`, its two buttons and the check-up."""
        blueprint = flask.Blueprint("keeping", __name__)
        ground = self._ground
        blueprint.get("/admin/keeping")(ground.admitted("keeping")(self.page))
        blueprint.get("/admin/keeping/check")(ground.admitted("keeping")(self.check))
        blueprint.post("/admin/keeping/copy")(ground.posted("keeping")(self.copy))
        blueprint.post("/admin/keeping/erase")(ground.posted("keeping")(self.erase))
        return blueprint

    def page(self, actor: Actor) -> ResponseReturnValue:
        """Copies, the network's copy, retention."""
        keeping, floor, now = self._keeping, self._ground.floor(), datetime.now(UTC)
        keep, native = keeping.keeper.keep, self._ground.door.native
        return self._ground.show(
            actor, "keeping", "keeping.html", keeper=keeping.keeper, keep=keep, newest=keep.newest(), now=now,
            state=verdict(keep, now)[0], found=native(keeping.find), runs=native(keeping.runs), fault=keeping.fault,
            held=native(keeping.held),
            line=self._health().get(UPLINK), head=floor.position, zone=zone_of(floor), erased=_ERASED, said=said,
            asked=_ASKED.get(request.args.get("asked", "")),
        )  # fmt: skip

    def check(self, actor: Actor) -> ResponseReturnValue:
        """The check-up, made anew."""
        found: tuple[Check, ...] = self._ground.door.native(self._doctor.examine)
        return self._ground.show(actor, "keeping", "check.html", checks=found, worst=gravest(found))

    def copy(self, actor: Actor) -> ResponseReturnValue:
        """A copy is made soon."""
        if self._keeping.settings.training:
            return self._ground.refused("not_allowed", 403)
        self._keeping.copy_now()
        return flask.redirect("/admin/keeping?asked=copy", 303)

    def erase(self, actor: Actor) -> ResponseReturnValue:
        """The retention job runs soon."""
        if self._keeping.settings.training:
            return self._ground.refused("not_allowed", 403)
        self._keeping.erase_now()
        return flask.redirect("/admin/keeping?asked=erase", 303)
