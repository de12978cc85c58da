"""The `rinda` command."""

import argparse
import errno
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from config.fault import PlanFault
from config.settings import SettingsFault, from_environment
from server import logs
from server.domain.refusal import CODES, Refusal
from server.owner import hand_over


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command: 0 done, 1 failed, 2 bad usage or a bad file with every fault listed."""
    given = sys.argv[1:] if arguments is None else arguments
    if list(given) == ["--version"]:
        from importlib.metadata import version

        sys.stdout.write(f"rinda {version('rinda')}\n")
        return 0
    parser = _parser(given[0] if given else "")
    chosen = parser.parse_args(given)
    run: Callable[[argparse.Namespace], int] | None = getattr(chosen, "run", None)
    if run is None:
        parser.print_help()
        return 2
    try:
        try:
            return run(chosen)
        finally:
            folder = getattr(chosen, "data", None) or os.environ.get("RINDA_DATA_DIR")
            if folder and given[0] in _FILLS:
                hand_over(Path(folder))
    except (PlanFault, SettingsFault) as fault:
        print(fault, file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        extra = {"psycopg": "postgresql", "authlib": "sso", "requests": "sso"}.get(error.name or "")
        hint = f"; install the extra: pip install rinda[{extra}]" if extra else ""
        print(f"rinda: {error}{hint}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"rinda: {error}", file=sys.stderr)
        return 2
    except Refusal as refusal:
        print(f"rinda: {CODES[refusal.code].format(**refusal.facts)}", file=sys.stderr)
        return 1
    except OSError as error:
        words = "the port is in use; is another one running? --port names another" if error.errno == errno.EADDRINUSE else error
        print(f"rinda: {words}", file=sys.stderr)
        return 1
    except RuntimeError as error:
        print(f"rinda: {error}", file=sys.stderr)
        return 1
    except _database_error() as error:
        said = logs.told_by(error)
        print(f"rinda: the database cannot be read or written: {said}\nrinda doctor says what to do", file=sys.stderr)
        return 1


class _Parser(argparse.ArgumentParser):
    """Options are written out, in every command: --data is not short for --database."""

    def __init__(self, **chosen: Any) -> None:
        super().__init__(**{"allow_abbrev": False} | chosen)


def _database_error() -> type[Exception]:
    from sqlalchemy.exc import SQLAlchemyError

    return SQLAlchemyError


def _parser(first: str = "") -> argparse.ArgumentParser:
    """Every command; where `first` is the name of one, that one: a kiosk's program starts without reading a server's modules."""
    what = "Queue management of a public service centre: kiosks, counters, panels, boards."
    parser: argparse.ArgumentParser = _Parser(prog="rinda", description=what)
    parser.add_argument("--version", action="store_true", help="say which version this is")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add in [_ADD[first]] if first in _ADD else dict.fromkeys(_ADD.values()):
        add(commands)
    return parser


def _demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = _command(commands, "demo", "a whole centre on virtual devices", "rinda demo --port 8080", _run_demo)
    command.add_argument("--port", type=_port, default=8080, help="of the centre server; the kiosk takes the next one")
    command.add_argument("--data", type=Path, default=Path("demo-data"), help="where its data is kept")
    command.add_argument("--centre", default="demo", help="a plan of config/centres: demo, state_city, village")
    command.add_argument("--hours", action="store_true", help="keep the opening hours and shifts; else it is open day and night")
    command.add_argument("--visitors", type=float, default=0.0, metavar="PER_HOUR", help="simulated visitors that take numbers")
    command.add_argument("--clerks", type=_few, default=0, metavar="N", help="simulated clerks, at the last N counters")
    command.add_argument(
        "--history", type=_few, default=0, metavar="DAYS", help="draw so many past days, and today so far, into a new data folder"
    )


def _serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = _command(commands, "serve", "the centre server", "rinda serve --plan centre.toml --data /var/lib/rinda", _run_serve)
    command.add_argument("--plan", type=Path, help="the centre's plan (TOML); else the one that `rinda enrol` brought")
    command.add_argument("--data", type=Path, help="where its data is kept")
    command.add_argument("--host")
    command.add_argument("--port", type=_port)
    command.add_argument("--database", help="SQLAlchemy URL; a SQLite file in the data folder if not given")


def _kiosk(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    example = "rinda kiosk --server http://10.0.0.1:8080 --token T --printer tcp://10.0.0.9:9100"
    command = _command(commands, "kiosk", "the program of one kiosk", example, _run_kiosk)
    command.add_argument("--server", type=_address, required=True, help="the centre server's address")
    command.add_argument("--token", help="this kiosk's token; others on this machine can see it here")
    command.add_argument(
        "--token-file", type=Path, help="a file with the token; without either, RINDA_KIOSK_TOKEN of the environment"
    )
    command.add_argument(
        "--pair", action="store_true", help="shows a code for the page “Devices” and keeps the token in the --data folder"
    )
    command.add_argument(
        "--printer", required=True, help="tcp://host:9100, serial:///dev/ttyUSB0, usblp:///dev/usb/lp0, virtual:"
    )
    command.add_argument("--driver", default="", help="the printer's driver, for one that does not say what it is")
    command.add_argument("--paper", choices=("58", "80"), default="", help="millimetres; the model's own if not given")
    command.add_argument("--model", default="default", help="of python-escpos's database, for its width and its letters")
    command.add_argument(
        "--text", choices=("native", "raster", "auto"), default="auto", help="the printer's own letters, a picture, or what fits"
    )
    command.add_argument(
        "--scanner", type=_input(True), default="", help="serial:///dev/ttyACM0 or evdev:///dev/input/by-id/NAME"
    )
    command.add_argument(
        "--keys",
        type=_input(False),
        action="append",
        default=[],
        metavar="URL",
        help="keypad or headphone socket: evdev:///dev/input/by-id/NAME; may be given several times",
    )
    command.add_argument("--no-page", action="store_true", help="no page is open at this kiosk: none is missed")
    command.add_argument(
        "--pace", type=_pace, metavar="N/S,...", help="at most N numbers in S seconds; 10/30,60/600 if not given"
    )
    command.add_argument("--kiosk", default="kiosk-1", help="its code in the plan")
    command.add_argument("--training", action="store_true", help="the page says that this is no live centre")
    command.add_argument("--until-stdin-closes", action="store_true", help="end when the program that started this one ends")
    command.add_argument("--public-url", type=_address, help="what a visitor's phone can open; the server's address if not given")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=_port, default=8081)
    command.add_argument("--data", type=Path, default=Path("kiosk-data"))


def _panel(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    from counter.panel_cli import EXAMPLE, add_arguments

    add_arguments(_command(commands, "panel", "the program of one serial line of call panels", EXAMPLE, _run_panel), _address)


def _printer(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    printer = commands.add_parser("printer", help="ask, test or imitate a ticket printer")
    verbs = printer.add_subparsers(title="commands", metavar="COMMAND", required=True)
    probe = _command(verbs, "probe", "what a printer can do", "rinda printer probe tcp://10.0.0.9:9100", _run_probe)
    test = _command(verbs, "test", "print a test ticket", "rinda printer test serial:///dev/ttyUSB0", _run_test)
    for command in (probe, test):
        command.add_argument("url")
        command.add_argument("--model", default="default", help="a model of python-escpos's database, e.g. TM-T20II")
        command.add_argument("--width", choices=("", "58", "80"), default="", help="of the paper in mm; else the model's")
        command.add_argument("--text", choices=("auto", "raster", "native"), default="auto", help="pictures or its own letters")
        command.add_argument("--json", action="store_true")
    virtual = _command(verbs, "virtual", "a printer made of software", "rinda printer virtual --port 9100", _run_virtual)
    virtual.add_argument("--port", type=_port, default=9100)
    families = ("epson", "generic", "custom", "star", "star-presenter")
    virtual.add_argument("--family", choices=families, default="epson", help="whose language it speaks")
    virtual.add_argument("--paper", type=Path, help="a folder for what it prints, as PNG and text")


def _run_demo(chosen: argparse.Namespace) -> int:
    from server import demo

    logs.start("warning")
    return demo.run(
        port=chosen.port, data=chosen.data, centre=chosen.centre, visitors=chosen.visitors, hours=chosen.hours,
        history=chosen.history, clerks=chosen.clerks, command=main,
    )  # fmt: skip


def _run_serve(chosen: argparse.Namespace) -> int:
    from config import CATALOGUE
    from config.load import load_catalogue, load_plan, said_by
    from server.app import CentreServer
    from server.listen import until_interrupted
    from server.national.enrol import PLAN
    from server.national.papers import load_papers
    from server.national.receiver import under_network

    settings = from_environment(
        host=chosen.host, port=chosen.port, data_dir=chosen.data, database_url=chosen.database
    )  # fmt: skip
    path = chosen.plan or settings.data_dir / PLAN
    if not chosen.plan and not path.exists():
        raise ValueError("there is no plan: name one with --plan, or enrol a centre that has one at the network")
    papers = load_papers(settings.data_dir)
    key = papers.key if papers is not None else ""
    plan = under_network(settings.data_dir, key, load_catalogue(CATALOGUE), lambda known: load_plan(path, known))
    logs.start()
    server = CentreServer(settings, plan, said_by(path))
    try:
        server.start()
        logging.getLogger("rinda").info("listening on %s:%s", settings.host, settings.port)
        if (path := server.setup.begin()) is not None:
            print("Nobody manages this centre yet. Make the first manager within 30 minutes:")
            print(f"{settings.public_url}{path}", flush=True)
        until_interrupted()
    finally:
        server.stop()
    return 0


def _run_kiosk(chosen: argparse.Namespace) -> int:
    from kiosk.agent import run
    from kiosk.pace import LIMITS
    from kiosk.settings import KioskSettings
    from printers.drivers import DRIVERS
    from printers.ports import open_port
    from printers.render import chosen as rendering
    from server.pairing.client import pair_up

    if chosen.driver and chosen.driver not in DRIVERS:
        raise ValueError(f"there is no printer driver {chosen.driver!r}; there are {', '.join(sorted(DRIVERS))}")
    rendering(chosen.printer, chosen.model, chosen.paper, chosen.text)
    if not chosen.printer.startswith("virtual:"):
        open_port(chosen.printer)
    logs.start()
    file = chosen.data / "token.json" if chosen.pair else None
    kept = pair_up(chosen.server, file, "kiosk") if file is not None else None
    settings = KioskSettings(
        server=chosen.server,
        public_url=chosen.public_url or chosen.server,
        token=kept.token if kept is not None else _kiosk_token(chosen),
        token_file=file,
        kiosk=kept.device if kept is not None else chosen.kiosk,
        printer=chosen.printer,
        host=chosen.host,
        port=chosen.port,
        data_dir=chosen.data,
        until_stdin_closes=chosen.until_stdin_closes,
        training=chosen.training,
        driver=chosen.driver,
        model=chosen.model,
        paper=chosen.paper,
        text=chosen.text,
        scanner=chosen.scanner,
        keys=tuple(filter(None, chosen.keys)),
        page=not chosen.no_page,
        limits=LIMITS if chosen.pace is None else chosen.pace,
    )
    run(settings)
    return 0


def _run_panel(chosen: argparse.Namespace) -> int:
    from counter.agent import run
    from counter.panel_cli import settings

    found = settings(chosen)
    logs.start()
    run(found)
    return 0


def _kiosk_token(chosen: argparse.Namespace) -> str:
    """What was given, in this order: `--token`, `--token-file`, the environment. ValueError for none."""
    token = chosen.token or (
        chosen.token_file.read_text("utf-8") if chosen.token_file else os.environ.get("RINDA_KIOSK_TOKEN", "")
    )
    if not (token := str(token).strip()):
        raise ValueError("there is no token: give --pair, --token-file, or RINDA_KIOSK_TOKEN in the environment")
    return token


def _run_probe(chosen: argparse.Namespace) -> int:
    from printers import cli

    return cli.probe(chosen.url, chosen.json, model=chosen.model, paper=chosen.width, text=chosen.text)


def _run_test(chosen: argparse.Namespace) -> int:
    from printers import cli

    return cli.print_test(chosen.url, chosen.json, model=chosen.model, paper=chosen.width, text=chosen.text)


def _run_virtual(chosen: argparse.Namespace) -> int:
    from printers import cli

    return cli.virtual(chosen.port, chosen.paper, chosen.family)


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    what: str,
    example: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".", epilog=f"Example: {example}")
    command.set_defaults(run=run)
    return command


def _address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} is not an address that begins with http:// or https://")
    return text.rstrip("/")


def _input(scanner: bool) -> Callable[[str], str]:
    def checked(url: str) -> str:
        from kiosk.inputs import Input

        try:
            if url:
                Input(url, scanner, lambda said: None)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
        return url

    return checked


def _pace(text: str) -> object:
    from kiosk.pace import limits

    try:
        return limits(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _port(text: str) -> int:
    if not (text.isdigit() and 0 < int(text) < 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to 65534)")
    return int(text)


def _few(text: str) -> int:
    if not (text.isdigit() and int(text) <= 3660):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 3660")
    return int(text)


def _console(module: str, *more: object) -> "Callable[[argparse._SubParsersAction[argparse.ArgumentParser]], None]":
    return lambda commands: import_module(f"server.console.{module}").add(commands, *more)


_keeping, _backup, _people, _national = _console("keeping"), _console("backup"), _console("people"), _console("national", _port)
_ADD = {
    "demo": _demo, "serve": _serve, "kiosk": _kiosk, "panel": _panel, "plan": _console("plan"), "journal": _console("journal"),
    "backup": _backup, "restore": _backup,
    "doctor": _keeping, "retention": _keeping, "upgrade-check": _keeping, "install": _keeping,
    "account": _people, "device": _people, "simulate": _console("simulate"), "training": _console("training"),
    "national": _national, "enrol": _national, "voice": _console("voice"), "printer": _printer,
}  # fmt: skip
"""What makes each command; several have one maker."""
_FILLS = ("serve", "kiosk", "panel", "plan", "restore", "retention", "account", "device", "enrol", "voice")
"""What makes files in a data folder."""


if __name__ == "__main__":
    sys.exit(main())
