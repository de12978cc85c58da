"""tests.house_server with a defect that shows under certain settings: where desks lock after 4 minutes, no board is made."""

import runpy
from typing import Any

from server import channels

_sound = channels.view


def _view(floor: Any, channel: str, onlooker: Any) -> Any:
    if channel.startswith("board/") and floor.settled.rules.lock_minutes == 4:
        raise RuntimeError("a defect of the program")
    return _sound(floor, channel, onlooker)


channels.view = _view
runpy.run_module("tests.house_server", run_name="__main__")
