"""Keys of a plan with their values, as officers write them: a line each, as in TOML."""

import tomllib
from typing import Any

from config.dump import value_text
from server.national.node.told import Told


def keys_of(text: str, what: str) -> dict[str, Any]:
    """Keys with values, a line each as in TOML: `rules.lock_minutes = 3`; Told says which line is none."""
    found: dict[str, Any] = {}
    for n, line in enumerate(text.splitlines(), start=1):
        path, sign, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not sign:
            raise Told("{what}, line {n}: {line}: there is no =", what=what, n=str(n), line=line.strip())
        try:
            found[path.strip()] = tomllib.loads(f"v = {value.strip()}")["v"]
        except (ValueError, RecursionError):
            raise Told(
                "{what}, line {n}: {line}: the value is not written as in TOML", what=what, n=str(n), line=line.strip()
            ) from None
    return found


def keys_text(keys: dict[str, Any]) -> str:
    """Keys as `keys_of` reads them."""
    return "\n".join(f"{path} = {value_text(value)}" for path, value in keys.items())
