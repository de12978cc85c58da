"""The service worker of the boards: their files, the version that these have together, and the script itself."""

import hashlib
import json
from functools import cache
from pathlib import Path

from server.protocol import PROTOCOL
from server.shell import STATIC

_HERE = Path(__file__).parent / "static"
_ROOTS = (("/static", STATIC), ("/display/static", _HERE))
_KINDS = {".css", ".js", ".svg", ".woff2"}
_TEMPLATE = STATIC.parent / "templates" / "shell.html"


@cache
def files() -> tuple[str, ...]:
    """The addresses of all that a board may load beside its page, but not of the worker."""
    found = (f"{root}/{path.relative_to(folder).as_posix()}" for root, folder in _ROOTS for path in sorted(folder.rglob("*"))
             if path.suffix in _KINDS and path != _HERE / "worker.js")  # fmt: skip
    return tuple(found)


@cache
def version(texts: str) -> str:
    """A name that changes with any file of the boards, with the protocol, and with `texts`, what pages say."""
    digest = hashlib.sha256(f"{PROTOCOL}\0{texts}\0".encode() + _TEMPLATE.read_bytes())
    for _, folder in _ROOTS:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _KINDS:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def script(version: str) -> str:
    """What the browser runs."""
    named = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files())};\n"
    return named + (_HERE / "worker.js").read_text("utf-8")
