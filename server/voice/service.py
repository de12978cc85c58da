"""The voice while the server runs: keeps the clips of the plan in force ready and hands them to boards."""

from collections.abc import Callable
from typing import Any

import flask
from flask.typing import ResponseReturnValue

from config.plan import Plan
from server.protocol import Status
from server.voice.clips import Clips

LOOK_S, AGAIN_S = 5.0, 60.0
"""How often plan and recordings are looked at; and what is missing tried again."""
WITHIN_S = 1800.0
KEPT = "private, max-age=31536000, immutable"
RETRY_S = 2
"""When a board asks again for a pack that is being made."""


class VoiceService:
    """`outside` runs work on a native thread of its own; `report` takes what people should know."""

    def __init__(
        self, clips: Clips, plan: Callable[[], Plan | None], outside: Callable[..., Any], report: Callable[[Status], None]
    ) -> None:
        self._clips, self._plan, self._outside, self._report = clips, plan, outside, report

    def step(self) -> float:
        """Makes what is not there yet; returns the seconds until the next look."""
        plan = self._plan()
        if plan is not None and self._outside(self._clips.prepare, plan, within_s=WITHIN_S):
            ready = self._clips.ready
            self._report(Status(state="missing" if ready.missing else "ready", detail=ready.name))
        return AGAIN_S if self._clips.ready.missing else LOOK_S

    def close(self) -> None:
        """Has a step that is under way end soon."""
        self._clips.close()

    def routes(self, admit: Callable[[str], flask.Response | None]) -> flask.Blueprint:
        """`/display/voice/<name>.pack` for whoever may see a board: `admit(channel)` answers who may not, or None."""
        blueprint = flask.Blueprint("voice", __name__)

        @blueprint.get("/display/voice/<name>.pack")
        def pack(name: str) -> ResponseReturnValue:
            plan = self._plan()
            if plan is None:
                flask.abort(404)
            if (refused := admit("board")) is not None:
                return refused
            if (data := self._clips.pack(name)) is not None:
                return flask.Response(data, mimetype="application/octet-stream", headers={"Cache-Control": KEPT})
            if name != self._clips.making:
                flask.abort(404)
            return flask.Response(status=503, headers={"Retry-After": str(RETRY_S)})

        return blueprint
