"""What `rinda panel` was told on its command line, and the line that comes of it and of the plan."""

from pathlib import Path
from typing import Any

import msgspec

from config.plan import Line, Panel
from counter.panels.shapes import Panels


class PanelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`said` are fields of the line that the command line gives; `addresses`, by counter, replace the plan's panels.

    In the folder `data`, if it is named, the line is remembered for a start without the server. `token_file` is where a paired
    program keeps its token.
    """

    server: str
    token: str
    said: dict[str, Any] = {}
    addresses: dict[str, int] = {}
    test: bool = False
    data: Path | None = None
    token_file: Path | None = None
    until_stdin_closes: bool = False


def line_of(settings: PanelSettings, view: Panels) -> Line | None:
    """The line to drive; None while neither the plan nor the command line names driver and port.

    Without a plan and without addresses the sign of the n-th counter has the address n.
    """
    said = settings.said
    if view.line is None and not {"driver", "port"} <= said.keys():
        return None
    named = view.line is not None or "panels" in said
    addresses = settings.addresses or ({} if named else {sign.counter: n for n, sign in enumerate(view.signs, 1)})
    if addresses:
        said = {**said, "panels": tuple(Panel(counter=counter, address=address) for counter, address in addresses.items())}
    if view.line is not None:
        return msgspec.structs.replace(view.line, **said)
    return Line(code="", **said)
