"""How one kiosk program is set up."""

from pathlib import Path

import msgspec

from kiosk.pace import LIMITS, Limit


class KioskSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`printer` is a port's URL, or `virtual:` for a printer made of software that keeps its paper in `data_dir`.

    `driver`, `model`, `paper` and `text` are for the printer (printers.spooler, printers.render.chosen).
    `scanner` is the URL of an input device (kiosk.inputs), empty for none; `keys` are those of keypads and
    headphone sockets. `page` false: no page gives signs of life. `training`: it says that this is no live centre. `token_file`
    is where a paired kiosk keeps its token.
    """

    server: str
    public_url: str
    token: str
    kiosk: str
    printer: str
    host: str
    port: int
    data_dir: Path
    until_stdin_closes: bool = False
    training: bool = False
    driver: str = ""
    model: str = "default"
    paper: str = ""
    text: str = "auto"
    scanner: str = ""
    keys: tuple[str, ...] = ()
    page: bool = True
    token_file: Path | None = None
    limits: tuple[Limit, ...] = LIMITS
