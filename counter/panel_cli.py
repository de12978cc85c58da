"""`rinda panel`: the program of one serial line with the signs over counters."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config.byte_template import sign_template
from config.line_limits import SPEED, WIDTH, check_port
from counter.panels.drivers import DRIVERS
from counter.panels.settings import PanelSettings
from server.pairing.client import pair_up

EXAMPLE = "rinda panel --server http://10.0.0.1:8080 --token T --driver modbus --port /dev/ttyUSB0 --counter 3=1 --counter 4=2"
FRAMES = ("8N1", "8E1", "8O1", "8N2", "7E1", "7O1", "7N2")


def add_arguments(command: argparse.ArgumentParser, address: Callable[[str], str]) -> None:
    """The options; `address` checks a server's address. What is not given is as in the plan's `[[line]]`."""
    command.add_argument("--server", type=address, required=True, help="the centre server's address")
    command.add_argument("--token", help="this line's token; others on this machine can see it here")
    command.add_argument(
        "--token-file", type=Path, help="a file with the token; without either, RINDA_PANEL_TOKEN of the environment"
    )
    command.add_argument(
        "--pair",
        action="store_true",
        help="shows a code for the page “Devices” and keeps the token in the --data folder",
    )
    command.add_argument("--driver", choices=sorted(DRIVERS), help="the language of the signs")
    command.add_argument("--port", type=_port, help="a device such as /dev/ttyUSB0, or socket://10.0.0.7:4001, rfc2217://...")
    command.add_argument(
        "--counter", type=_panel, action="append", default=[], metavar="CODE=ADDRESS", help="a sign; may be given several times"
    )
    command.add_argument("--speed", type=_within(*SPEED), help="bits a second; 9600 if neither this nor the plan says it")
    command.add_argument("--frame", choices=FRAMES, help="data bits, parity, stop bits; 8N1")
    command.add_argument("--width", type=_within(*WIDTH), help="characters of a sign; 6")
    command.add_argument("--template", type=_template, help=r"for driver template, such as '\x02{addr:02d}{num:>4}\x03{xor}'")
    command.add_argument("--dialect", choices=("epson", "cd5220"), help="for driver pole; epson")
    command.add_argument("--data", type=Path, help="a folder for the line's settings, for a start without the server")
    command.add_argument("--test", action="store_true", help="each sign shows its own address, until interrupted")
    command.add_argument("--until-stdin-closes", action="store_true", help="end when the program that started this one ends")


def settings(chosen: argparse.Namespace) -> PanelSettings:
    """What was chosen; ValueError for what does not go together."""
    names = ("driver", "port", "speed", "frame", "width", "template", "dialect")
    said: dict[str, Any] = {name: getattr(chosen, name) for name in names if getattr(chosen, name) is not None}
    if said.get("driver") == "template" and "template" not in said:
        raise ValueError("--driver template needs --template")
    if chosen.pair and chosen.data is None:
        raise ValueError("--pair needs --data, where the token is kept")
    file = chosen.data / "token.json" if chosen.pair else None
    if file is not None:
        token = pair_up(chosen.server, file, "panel").token
    else:
        token = chosen.token or (
            chosen.token_file.read_text("utf-8") if chosen.token_file else os.environ.get("RINDA_PANEL_TOKEN", "")
        )
    if not (token := str(token).strip()):
        raise ValueError("there is no token: give --pair, --token-file, or RINDA_PANEL_TOKEN in the environment")
    return PanelSettings(
        server=chosen.server, token=token, said=said, addresses=dict(chosen.counter), test=chosen.test,
        data=chosen.data, token_file=file, until_stdin_closes=chosen.until_stdin_closes,
    )  # fmt: skip


def _panel(text: str) -> tuple[str, int]:
    counter, equals, address = text.partition("=")
    if not (counter and equals and address.isdigit() and int(address) <= 255):
        raise argparse.ArgumentTypeError(f"{text!r} is not a counter with an address from 0 to 255, such as 3=1")
    return counter, int(address)


def _within(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return number


def _port(text: str) -> str:
    try:
        return check_port(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _template(text: str) -> str:
    try:
        sign_template(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text
