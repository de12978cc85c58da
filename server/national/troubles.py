"""What of a centre's devices the network hears: which one, and in what trouble, as codes; the node has the words."""

from collections.abc import Iterable

from server.alerts import Alert, AlertKind

TOLD: dict[AlertKind, str] = {
    "printer": "The printer of {who} does not print ({detail}).",
    "paper_low": "The paper of {who} is running out.",
    "kiosk_off": "{who} does not answer.",
    "reserve": "{who} gives numbers without the server.",
    "panel": "Signs of {who} do not answer ({detail}).",
    "board_off": "The screens of {who} are not connected.",
    "board_mute": "A screen of {who} may not make a sound.",
    "board_clock": "The clock of a screen of {who} is wrong.",
    "voice": "Spoken calls are not complete.",
}
"""Kinds of alerts that are about devices, with their English sentences; calls for people stay in the centre."""

MOST = 50


def troubles(found: Iterable[Alert]) -> tuple[str, ...]:
    """The alerts that are about devices as `kind|who|detail`, gravest first."""
    codes = (f"{one.kind}|{one.kiosk or one.line or one.zone}|{one.detail}"[:120] for one in found if one.kind in TOLD)
    return tuple(dict.fromkeys(codes))[:MOST]


def sentence(code: str) -> tuple[str, dict[str, str]]:
    """The English sentence for a code, and what it is filled with; a kind of a newer version stands as it is."""
    kind, _, rest = code.partition("|")
    who, _, detail = rest.partition("|")
    return next((text for known, text in TOLD.items() if known == kind), "{who}: {kind}"), {
        "who": who, "detail": detail or "?", "kind": kind,
    }  # fmt: skip
