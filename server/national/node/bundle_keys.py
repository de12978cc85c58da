"""Keys of a plan with their values, as officers write them: a line each, as in TOML."""

import tomllib
from typing import Any

from config.dump import value_text


def keys_of(text: str, what: str) -> dict[str, Any]:
    """Keys with values, a line each as in TOML: `rules.lock_minutes = 3`; ValueError says which line is none."""
    found: dict[str, Any] = {}
    for n, line in enumerate(text.splitlines(), start=1):
        path, sign, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            if not sign:
                raise ValueError("there is no =")
            found[path.strip()] = tomllib.loads(f"v = {value.strip()}")["v"]
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{what}, line {n}: {line.strip()}: {error}") from None
    return found


def keys_text(keys: dict[str, Any]) -> str:
    """Keys as `keys_of` reads them."""
    return "\n".join(f"{path} = {value_text(value)}" for path, value in keys.items())
