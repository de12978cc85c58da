"""Settings of the process: where it listens, where it keeps its data, how it is reached."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from config.fault import nearest

_EVERY_ADDRESS = ("0.0.0.0", "::")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`public_url` is what a visitor's phone can open (without a slash at the end); it is printed as a QR code.

    `screen_token`, which only the demo has, pairs every screen that is opened; it cannot be set from the environment.
    """

    host: str
    port: int
    data_dir: Path
    database_url: str
    public_url: str
    screen_token: str | None = None


class SettingsFault(Exception):
    """The settings are not usable; `faults` has one line for each reason."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def sqlite_url(data_dir: Path) -> str:
    """Address of the database that a data folder holds where no other is named."""
    return f"sqlite:///{(data_dir / 'rinda.db').absolute()}"


def from_environment(environ: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """Settings from RINDA_HOST, _PORT, _DATA_DIR, _DATABASE_URL and _PUBLIC_URL; SettingsFault with every fault.

    What is `given` by the names of the fields, as from the command line, goes before the environment; None is not given.
    """
    said = {name: environ[f"RINDA_{name.upper()}"].strip() for name in _NAMES if environ.get(f"RINDA_{name.upper()}")}
    said |= {name: str(value) for name, value in given.items() if value is not None}
    faults = [f"{name} is not known{hint}" for name in environ if (hint := _misspelt(name))]
    host, data_dir = said.get("host", "127.0.0.1"), Path(said.get("data_dir", "rinda-data"))
    port = said.get("port", "8080")
    if not (re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65_536):
        faults.append(f'RINDA_PORT: "{port}" is not a port (1 to 65535)')
    if data_dir.exists() and not data_dir.is_dir():
        faults.append(f'RINDA_DATA_DIR: "{data_dir}" is not a folder')
    database_url = said.get("database_url", sqlite_url(data_dir))
    if not re.match(r"(sqlite|postgresql)(\+\w+)?://", database_url):
        faults.append("RINDA_DATABASE_URL: must begin with sqlite:// or postgresql://")
    public_url = said.get("public_url", f"http://{f'[{host}]' if ':' in host else host}:{port}").rstrip("/")
    if "public_url" not in said and host in _EVERY_ADDRESS:
        faults.append(f"RINDA_PUBLIC_URL: is needed when RINDA_HOST is {host}, for no phone can open {public_url}")
    if not _is_web(public_url):
        faults.append(f'RINDA_PUBLIC_URL: "{public_url}" is not an address that begins with http:// or https://')
    if faults:
        raise SettingsFault(faults)
    return Settings(
        host=host,
        port=int(port),
        data_dir=data_dir,
        database_url=database_url,
        public_url=public_url,
    )


_NAMES = ("host", "port", "data_dir", "database_url", "public_url")


def _misspelt(name: str) -> str:
    """A hint if an unknown variable looks like one of ours."""
    prefix, _, rest = name.partition("_")
    known = [field.upper() for field in _NAMES]
    meant = nearest(rest, known) if prefix == "RINDA" and rest not in known else None
    return f"; did you mean RINDA_{meant}?" if meant else ""


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
