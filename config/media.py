"""Names of the media folder's files: the digest of what is in them, and its kind."""

import re
from typing import Literal

PICTURES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
VIDEOS = {"mp4": "video/mp4", "webm": "video/webm"}
TYPES = PICTURES | VIDEOS
"""Content type by ending."""

_NAME = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(TYPES)})")


def kind_of(name: str) -> Literal["picture", "video"] | None:
    """What a file of this name is; None for a name that the folder never gives."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    return "picture" if match[1] in PICTURES else "video"


def media_name(name: str) -> None:
    """ValueError for a name that the media folder never gives."""
    if kind_of(name) is None:
        raise ValueError(f'"{name[:40]}" is no file of the media folder: upload it, then name it as the folder does')
