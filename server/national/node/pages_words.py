"""The node's sentences beside those of every office page."""

from server.national.troubles import sentence
from server.words import ROMAN, ZONE, local
from server.words import Words as Common

__all__ = ["ROMAN", "ZONE", "Words", "local"]


class Words(Common):
    """Everything in one language."""

    def trouble(self, code: str) -> str:
        """What a centre says of a device."""
        text, params = sentence(code)
        return self(text, **params)
