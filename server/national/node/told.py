"""Why something is refused to an officer, in the language of who reads it."""

from server.words import Words


class Told(ValueError):
    """A source text and what it names; a `month` among that is named as people name it, `what` is a source text too."""

    def __init__(self, text: str, /, **facts: str) -> None:
        self.text, self.facts = text, facts
        super().__init__(text.format(**facts))

    def said(self, words: Words) -> str:
        """The sentence."""
        facts = dict(self.facts)
        facts |= {name: say(facts[name]) for name, say in (("month", words.month), ("what", words)) if name in facts}
        return words(self.text, **facts)
