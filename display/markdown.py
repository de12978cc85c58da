"""Markdown as HTML that is safe on a board: paragraphs, headings, lists, emphasis, tables; nothing to click, load or run."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_RULES = ("heading", "lheading", "list", "blockquote", "hr", "table", "emphasis", "strikethrough", "escape", "entity", "newline",
          "link", "image", "autolink")  # fmt: skip
"""What is understood; all else, HTML above all, stays the text that it is."""
_SMALLEST = 4
"""Level of the smallest heading; the largest is 2, for the first of a page belongs to the board itself."""


@lru_cache(maxsize=512)
def safe_html(text: str) -> str:
    """The HTML of a Markdown text: elements without attributes, but for the first number of a list."""
    html: str = _PARSER.render(text)
    return html


def _plain(state: StateCore) -> None:
    """Takes every attribute away (a table's style, a link's address, a picture's file) and lowers headings."""
    for token in state.tokens:
        for one in (token, *(token.children or ())):
            one.attrs = {"start": int(one.attrs["start"])} if "start" in one.attrs else {}
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, _SMALLEST)}"


class _Renderer(RendererHTML):
    """A board cannot be clicked: of a link its words remain, of a picture its description."""

    def link_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        """Nothing."""
        return ""

    def link_close(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        """Nothing."""
        return ""

    def image(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        """Its description."""
        return self.renderInline(tokens[at].children or [], options, env)


_PARSER = MarkdownIt("zero", {"breaks": True}, renderer_cls=_Renderer).enable(list(_RULES))
_PARSER.core.ruler.push("plain", _plain)
