"""What a centre reports of the network's settings, in the words of whoever reads it: centres report in English."""

import re
from functools import cache

from config import texts
from config.network import EVERYTHING
from server import fault_words
from server.domain.refusal import CODES
from server.national.receiver import HARMFUL, LOST, TAKEN_BACK

FORGED = (
    "the signature of the bundle is not the node's",
    "the bundle is not of the revision that it is sent as",
)
REFUSALS = {
    "busy": "another server spoke for this centre shortly before: a copied disk, or its program was just restarted",
    "fork": "its records are others than those here: an old copy was restored there",
    "damaged": "a record came damaged",
    "malformed": "what its server sends is not understood: its version is another, or it is out of order",
}
"""Why a centre's line was refused, by the code that its row keeps."""

_PATH = r"[a-z_]+(?:[.\[][^:;]*)?"
_NEXT = re.compile(rf"; (?={_PATH}: )")


def reported(text: str, language: str) -> str:
    """The report, part by part; a part that no centre of ours sends stays as it is."""
    if text.startswith(HARMFUL):
        return texts.translate(language, HARMFUL + "{why}", why=reported(text.removeprefix(HARMFUL), language))
    if text.startswith(TAKEN_BACK):
        _, _, lost = text.partition(LOST)
        parts = texts.translate(language, lost) if lost == EVERYTHING else lost
        said = texts.translate(language, TAKEN_BACK)
        return f"{said}; {texts.translate(language, LOST + '{parts}', parts=parts)}" if lost else said
    if (match := _refusal(text)) is not None:
        sentence, facts = match
        return texts.translate(language, sentence, **facts) if facts else texts.translate(language, sentence)
    return "; ".join(_part(part, language).rstrip(".") for part in _NEXT.split(text))


def line_refused(text: str, language: str) -> str:
    """Why the line was refused last; a code that nobody knows stays as it is."""
    known = REFUSALS.get(text.partition(":")[0])
    return texts.translate(language, known) if known else text


def _part(part: str, language: str) -> str:
    path, colon, fault = part.partition(": ")
    if colon and re.fullmatch(_PATH, path):
        return f"{path}: {fault_words.words(fault, language)}"
    return texts.translate(language, part)


def _refusal(text: str) -> tuple[str, dict[str, str]] | None:
    """The sentence of a refusal and what it was filled with."""
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return sentence, found.groupdict()
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    made = []
    for sentence in CODES.values():
        parts = re.split(r"\{(\w+)\}", sentence)
        pattern = "".join(f"(?P<{one}>.+?)" if at % 2 else re.escape(one) for at, one in enumerate(parts))
        made.append((sentence, re.compile(pattern, re.DOTALL)))
    return tuple(made)
