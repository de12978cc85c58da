"""One question to a sign: the bytes, and the answer that confirms them."""

import msgspec


class Exchange(msgspec.Struct, frozen=True):
    """`reply` is empty for a sign that never answers."""

    request: bytes
    reply: bytes = b""
