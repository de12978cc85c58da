"""Why something is refused to an officer, in the language of who reads it."""

from server.words import Words


class Told(ValueError):
    """A source text and what it names; a `month` among that is named as people name it."""

    def __init__(self, text: str, /, **facts: str) -> None:
        self.text, self.facts = text, facts
        super().__init__(text.format(**facts))

    def said(self, words: Words) -> str:
        """The sentence."""
        return words(self.text, **{name: words.month(one) if name == "month" else one for name, one in self.facts.items()})
