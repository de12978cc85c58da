"""Ways to a printer, chosen by URL."""

from urllib.parse import parse_qs, urlsplit

from printers.ports.base import Port, PortError

__all__ = ["SCHEMES", "Port", "PortError", "line_speed", "open_port"]

BAUD = 115_200
SCHEMES = (
    "tcp://HOST[:9100]",
    "usblp:///dev/usb/lp0",
    "serial:///dev/ttyUSB0[?baudrate=115200&flow=rtscts|xonxoff|none]",
    "serial+loop:// (also serial+socket://, serial+rfc2217://)",
    "cups://QUEUE",
    "file:///PATH",
)


def open_port(url: str) -> Port:
    """A port for the URL, not yet connected (call its open()); ValueError that names the schemes for a bad URL."""
    parts = urlsplit(url)
    try:
        port_number = parts.port
    except ValueError as error:
        raise ValueError(f"bad printer URL {url!r}: {error}") from error
    if parts.scheme == "tcp" and parts.hostname:
        from printers.ports.tcp import TcpPort

        return TcpPort(parts.hostname, port_number or 9100)
    if parts.scheme == "usblp" and parts.path:
        from printers.ports.usblp import UsblpPort

        return UsblpPort(parts.path)
    if parts.scheme == "cups" and parts.netloc:
        from printers.ports.cups import CupsPort

        return CupsPort(parts.netloc)
    if parts.scheme == "file" and parts.path:
        from printers.ports.file import FilePort

        return FilePort(parts.path)
    if parts.scheme == "serial" and parts.path:
        return _serial(url, parts.path, parse_qs(parts.query))
    if parts.scheme.startswith("serial+"):
        from printers.ports.serial import SerialPort

        return SerialPort(url.removeprefix("serial+"), flow="none")
    raise ValueError(f"bad printer URL {url!r}; use one of: {', '.join(SCHEMES)}")


def line_speed(url: str) -> int:
    """Bits a second of a serial line, 0 for any other way: those are fast enough for a picture."""
    parts = urlsplit(url)
    if parts.scheme != "serial":
        return 0
    given = parse_qs(parts.query).get("baudrate", [str(BAUD)])[-1]
    return int(given) if given.isdigit() else BAUD


def _serial(url: str, path: str, options: dict[str, list[str]]) -> Port:
    from printers.ports.serial import SerialPort

    flow = options.pop("flow", ["rtscts"])[-1]
    baudrate = options.pop("baudrate", [str(BAUD)])[-1]
    if options or flow not in ("rtscts", "xonxoff", "none") or not baudrate.isdigit():
        raise ValueError(f"bad printer URL {url!r}: a serial port takes baudrate=NUMBER and flow=rtscts|xonxoff|none")
    return SerialPort(path, int(baudrate), flow)
