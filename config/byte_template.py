"""The byte template of a simple sign: literal bytes with escapes, places for address and number, and checksums."""

import re

import msgspec

TEXTS = ("num", "counter")
NUMBERS = ("addr", "light")
SUMS = {"xor": 1, "sum": 1, "lrc": 1, "sum16": 2, "crc16": 2}
"""Checksums by name, with their size in bytes. They cover what stands before them, from `{from}` on if that is there."""
START = "from"

_FORMS = {
    **dict.fromkeys(TEXTS, (r"[<>^]\d{1,2}", ">4")),
    **dict.fromkeys(NUMBERS, (r"0?\d?[dX]|raw", "02d, 02X or raw")),
    **dict.fromkeys(SUMS, (r"0?\d?[xX]|raw", "02X or raw")),
    START: ("", "nothing"),
}
_PIECE = re.compile(r"\\x([0-9A-Fa-f]{2})|\\([rnt0\\])|(\{\{|\}\})|\{([^{}]*)\}|([ -\[\]-z|~])")
_ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}


class Field(msgspec.Struct, frozen=True):
    """A place in the template: `addr`, `num`, `counter`, `light`, `from`, or a checksum, with the form in which it is written."""

    name: str
    form: str = ""


def pieces(template: str) -> tuple[bytes | Field, ...]:
    r"""The template taken apart; ValueError with the column (from 1) of the first fault.

    Escapes are `\x02`, `\r`, `\n`, `\t`, `\0`, `\\`; `{{` and `}}` are braces. A text may have `>`, `<` or `^` and a width, a
    number `02d`, `02X` or `raw` (one byte), a checksum `02X` or `raw` (its bytes, the default; of two the low one first).
    """
    found: list[bytes | Field] = []
    at = 0
    while at < len(template):
        match = _PIECE.match(template, at)
        if match is None:
            raise ValueError(f"column {at + 1}: {_wrong(template, at)}")
        code, escape, brace, field, plain = match.groups()
        if field is not None:
            found.append(_field(field, at))
        else:
            found.append(bytes.fromhex(code) if code else _ESCAPES[escape] if escape else (brace[0] if brace else plain).encode())
        at = match.end()
    return tuple(found)


def literal(text: str) -> bytes:
    """Bytes written with the same escapes and no places, such as what a key says; ValueError as above."""
    parts = pieces(text)
    if any(isinstance(part, Field) for part in parts):
        raise ValueError("has places in braces; only bytes can stand here ({{ and }} are braces)")
    return b"".join(part for part in parts if isinstance(part, bytes))


def sign_template(template: str) -> None:
    """ValueError unless it is a template that shows a number."""
    if not any(isinstance(piece, Field) and piece.name == "num" for piece in pieces(template)):
        raise ValueError("has no {num}: the sign would never show a number")


def sign_form(form: str) -> None:
    """ValueError unless it is text for a sign, with {number} and perhaps {counter} in it."""
    rest = form.replace("{number}", "").replace("{counter}", "")
    if "{number}" not in form or "{" in rest or "}" in rest or not form.isascii():
        raise ValueError(f'"{form}" needs {{number}}, may have {{counter}}, and else only ASCII signs without braces')


def _field(text: str, at: int) -> Field:
    name, _, form = text.partition(":")
    if name not in _FORMS:
        raise ValueError(f"column {at + 1}: {{{name}}} is none of {', '.join(_FORMS)}")
    pattern, example = _FORMS[name]
    if form and not (pattern and re.fullmatch(pattern, form)):
        raise ValueError(f'column {at + 1}: {{{name}}} cannot be written as "{form}"; {example} can follow its colon')
    return Field(name, form)


def _wrong(template: str, at: int) -> str:
    sign = template[at]
    if sign == "\\":
        return r"after a backslash comes x with two hexadecimal digits, or one of r n t 0 \\"
    if sign in "{}":
        return f"a single {sign}; write {sign * 2} for the sign itself"
    return f"{sign!r} is no ASCII sign; write its bytes as \\x.."
