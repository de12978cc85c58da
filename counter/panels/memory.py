"""What the panel program keeps on disk: its line and which counters are open; no number, for that could only be an old one."""

from pathlib import Path

import msgspec

from counter.panels.shapes import Panels, Sign
from server.files import replace_file

FILE = "panels.json"


def lasting(view: Panels) -> Panels:
    """What of a view is still worth something without the server."""
    signs = (Sign(counter=one.counter, state="closed" if one.state == "closed" else "idle") for one in view.signs)
    return msgspec.structs.replace(view, signs=tuple(signs))


def load(folder: Path) -> Panels | None:
    """What `save` wrote; None if there is nothing, or nothing that can be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Panels)
    except (OSError, msgspec.DecodeError):
        return None


def save(folder: Path, view: Panels) -> None:
    """A power cut leaves the old file or the new one. OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / FILE, msgspec.json.encode(view))
