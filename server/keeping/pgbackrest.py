"""What pgBackRest says of a PostgreSQL database's last base backup."""

import subprocess
from datetime import UTC, datetime
from typing import Any

import msgspec

WITHIN_S = 60.0


def last_backup(stanza: str) -> datetime:
    """When the last backup of a stanza was complete (UTC). OSError or ValueError says what stands in the way."""
    words = ["pgbackrest", f"--stanza={stanza}", "--output=json", "info"]
    try:
        done = subprocess.run(words, capture_output=True, timeout=WITHIN_S, check=False)
    except subprocess.TimeoutExpired:
        raise OSError(f"pgbackrest did not answer within {WITHIN_S:.0f} s") from None
    if done.returncode:
        raise OSError(f"pgbackrest: {done.stderr.decode('utf-8', 'replace').strip()[:200]}")
    return read_info(done.stdout, stanza)


def read_info(said: bytes, stanza: str) -> datetime:
    """The end of the newest backup in the answer of `pgbackrest info --output=json`. ValueError where there is none."""
    try:
        found: list[dict[str, Any]] = msgspec.json.decode(said, type=list[dict[str, Any]])
        stops = [
            one["timestamp"]["stop"]
            for entry in found if entry["name"] == stanza
            for one in entry["backup"] if not one.get("error")
        ]  # fmt: skip
        return datetime.fromtimestamp(max(stops), UTC)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"pgbackrest knows no complete backup of {stanza}") from error
