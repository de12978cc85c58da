"""`rinda training`: the command line of the training centre."""

import argparse

from config.settings import from_environment
from server import logs
from server.console import data_option
from server.training import centre
from server.training.live_copy import live


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser(
        "training", help="a second centre to practise in, with simulated visitors; the live one may run",
        description="A second centre beside the live one, with its plan and people, simulated visitors and paper of software.",
        epilog="Example: rinda training --data /var/lib/rinda --port 8090 --visitors 30",
    )  # fmt: skip
    data_option.add(command)
    command.add_argument("--host", default="127.0.0.1", help="where it listens (default 127.0.0.1: this machine only)")
    command.add_argument("--port", type=_port, default=8090, help="of the training centre; its kiosk takes the next one")
    command.add_argument("--visitors", type=float, default=20.0, metavar="PER_HOUR", help="who come by themselves; 0: nobody")
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    logs.start("warning")
    settings = from_environment(data_dir=chosen.data, database_url=chosen.database)
    try:
        found = live(settings.database_url)
    except LookupError as error:
        raise ValueError(str(error)) from None
    folder = settings.data_dir / centre.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return centre.run(found, folder, host=chosen.host, port=chosen.port, per_hour=chosen.visitors)


def _port(text: str) -> int:
    if not (text.isdigit() and 0 < int(text) < 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to 65534)")
    return int(text)
