"""Driver `template`: the plan's own bytes for signs that no other driver knows; nothing is acknowledged."""

from functools import lru_cache

from config.byte_template import START, SUMS, Field, pieces
from config.plan import Line, Panel
from counter.panels import checksums
from counter.panels.exchange import Exchange
from counter.panels.shown import Shown, fit


def exchanges(line: Line, panel: Panel, shown: Shown) -> tuple[Exchange, ...]:
    """The template filled in; without `{light}` a dark sign gets an empty number."""
    dark = not shown.light and not any(isinstance(piece, Field) and piece.name == "light" for piece in _pieces(line.template))
    text = "" if dark else shown.text
    return (Exchange(request=rendered(line.template, panel.address, text, shown.counter, shown.light, line.width)),)


def rendered(template: str, address: int, number: str, counter: str, light: int, width: int) -> bytes:
    """The bytes; a number without a form of its own has `width` characters."""
    out, start = b"", 0
    texts, numbers = {"num": number, "counter": counter}, {"addr": address, "light": light}
    for piece in _pieces(template):
        if isinstance(piece, bytes):
            out += piece
        elif piece.name == START:
            start = len(out)
        elif piece.name in texts:
            out += _text(texts[piece.name], piece.form, width if piece.name == "num" else 0)
        elif piece.name in numbers:
            out += _number(numbers[piece.name], piece.form or "d", 1)
        else:
            out += _number(checksums.SUMS[piece.name](out[start:]), piece.form or "raw", SUMS[piece.name])
    return out


_pieces = lru_cache(64)(pieces)


def _text(text: str, form: str, width: int) -> bytes:
    if form:
        size = int(form[1:])
        plain = text.encode("ascii", "replace").decode()[-size:] if size else ""
        return f"{plain:{form}}".encode()
    return (fit(text, width) if width else text).encode("ascii", "replace")


def _number(value: int, form: str, size: int) -> bytes:
    return value.to_bytes(size, "little") if form == "raw" else f"{value:{form}}".encode()
