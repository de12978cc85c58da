"""What a serial line may be: how fast, how wide its signs, and where: a device file or a serial server on the network.

Nothing else that a library might open: some of its URLs write files.
"""

SPEED = (300, 921_600)
WIDTH = (1, 40)
"""Bits a second, and characters of a sign: the least and the most."""
SCHEMES = ("socket", "rfc2217")


def check_port(port: str) -> str:
    """The port itself; ValueError for one that is neither a device file nor a serial server."""
    scheme, url, rest = port.partition("://")
    if not port.strip() or (url and not (scheme in SCHEMES and rest)):
        raise ValueError(f"{port!r} is neither a device file nor a serial server (socket://10.0.0.7:4001, rfc2217://...)")
    return port
