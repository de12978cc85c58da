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

    `sso_issuer` is the address of the OpenID provider, empty for none; `sso_client_id` our name there, `sso_secret_file` a file
    with the secret (empty: a public client), `sso_claim` the claim by which accounts know their person, `sso_name` the
    button's word.

    `trusted_proxies` is how many proxies of ours stand in front, each of which adds to X-Forwarded-For; 0: none is believed.

    `recordings` is a folder with what a person has spoken for the voice (empty: `recordings` in the data folder), `piper_voices`
    one with voices of Piper.

    `backup_dirs` are further folders for copies of the database, each of which may be away a while; `pgbackrest` is the stanza
    of pgBackRest that keeps a PostgreSQL database.

    `factor_remote`: a second factor is asked for at each sign-in from an address that is not of a private network.
    `factor_managers`: a manager without one can do nothing but switch it on; who comes by the single sign-on has the network's.
    `open_metrics`: the figures of `/metrics` are not only for this machine.

    `screen_token`, which only demo and training have, pairs every screen that is opened; `training`: every page says that it is
    no live centre. Neither can be set from the environment.
    """

    host: str
    port: int
    data_dir: Path
    database_url: str
    public_url: str
    trusted_proxies: int = 0
    screen_token: str | None = None
    factor_remote: bool = False
    factor_managers: bool = False
    open_metrics: bool = False
    training: bool = False
    sso_issuer: str = ""
    sso_client_id: str = ""
    sso_secret_file: str = ""
    sso_claim: str = "sub"
    sso_name: str = "SSO"
    recordings: str = ""
    piper_voices: str = ""
    backup_dirs: str = ""
    pgbackrest: str = ""

    @property
    def backup_folders(self) -> tuple[Path, ...]:
        """Where else copies of the database go."""
        return tuple(Path(one) for one in self.backup_dirs.split(os.pathsep) if one)

    @property
    def recordings_dir(self) -> Path:
        """Where recordings of the voice lie."""
        return Path(self.recordings) if self.recordings else self.data_dir / "recordings"

    @property
    def piper_dir(self) -> Path | None:
        """Where voices of Piper lie, if anywhere."""
        return Path(self.piper_voices) if self.piper_voices else None

    @property
    def clips_dir(self) -> Path:
        """Where spoken clips are kept."""
        return self.data_dir / "clips"


class SettingsFault(Exception):
    """The settings are not usable; `faults` has one line for each reason."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def sqlite_url(data_dir: Path) -> str:
    """Address of the database that a data folder holds where no other is named."""
    return f"sqlite:///{(data_dir / 'rinda.db').absolute()}"


def from_environment(environ: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """Settings from RINDA_HOST, _PORT and the others below; SettingsFault with every fault.

    What is `given` by the names of the fields, as from the command line, goes before the environment; None is not given.
    """
    said = {name: environ[f"RINDA_{name.upper()}"].strip() for name in _NAMES if environ.get(f"RINDA_{name.upper()}")}
    said |= {name: str(value) for name, value in given.items() if value is not None}
    faults = [f"{name} is not known{hint}" for name in environ if (hint := _misspelt(name))]
    host, data_dir = said.get("host", "127.0.0.1"), Path(said.get("data_dir", "rinda-data"))
    port = said.get("port", "8080")
    if not (re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65_536):
        faults.append(f'RINDA_PORT: "{port}" is not a port (1 to 65535)')
    proxies = said.get("trusted_proxies", "0")
    if not re.fullmatch(r"[0-9]", proxies):
        faults.append(f'RINDA_TRUSTED_PROXIES: "{proxies}" is not a count of proxies (0 to 9)')
    switched = {name: said[name] for name in _SWITCHES if name in said}
    faults += _switch_faults(switched)
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
    folders = {name: said[name] for name in ("recordings", "piper_voices") if name in said}
    faults += [f'RINDA_{name.upper()}: "{path}" is not a folder' for name, path in folders.items() if not Path(path).is_dir()]
    places = said.get("backup_dirs", "").split(os.pathsep)
    faults += [f'RINDA_BACKUP_DIRS: "{one}" must begin with /' for one in places if one and not one.startswith("/")]
    sso = {name: said[name] for name in _SSO if name in said}
    faults += _sso_faults(sso)
    if faults:
        raise SettingsFault(faults)
    return Settings(
        host=host,
        port=int(port),
        data_dir=data_dir,
        database_url=database_url,
        public_url=public_url,
        trusted_proxies=int(proxies),
        factor_remote=switched.get("factor_remote") == "1",
        factor_managers=switched.get("factor_managers") == "1",
        open_metrics=switched.get("open_metrics") == "1",
        training=False,
        backup_dirs=said.get("backup_dirs", ""),
        pgbackrest=said.get("pgbackrest", ""),
        **folders,
        **sso,
    )


_SSO = ("sso_issuer", "sso_client_id", "sso_secret_file", "sso_claim", "sso_name")
_SWITCHES = ("factor_remote", "factor_managers", "open_metrics")
_NAMES = (
    "host", "port", "data_dir", "database_url", "public_url", "trusted_proxies", "recordings", "piper_voices", "backup_dirs",
    "pgbackrest", *_SWITCHES, *_SSO,
)  # fmt: skip


def single_sign_on(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """RINDA_SSO_ISSUER and what belongs to it, by the names of the fields, for the node; SettingsFault."""
    said = {name: environ[f"RINDA_{name.upper()}"].strip() for name in _SSO if environ.get(f"RINDA_{name.upper()}")}
    if faults := _sso_faults(said):
        raise SettingsFault(faults)
    return said


def second_factor(environ: Mapping[str, str] = os.environ) -> dict[str, bool]:
    """RINDA_FACTOR_REMOTE, and RINDA_FACTOR_MANAGERS for the officers, by the names of the node's fields; SettingsFault."""
    names = {"factor_remote": "factor_remote", "factor_managers": "factor_officers"}
    said = {name: environ.get(f"RINDA_{name.upper()}", "").strip() for name in names}
    if faults := _switch_faults({name: value for name, value in said.items() if value}):
        raise SettingsFault(faults)
    return {field: said[name] == "1" for name, field in names.items()}


def _switch_faults(said: Mapping[str, str]) -> list[str]:
    return [f'RINDA_{name.upper()}: "{value}" is not 0 or 1' for name, value in said.items() if value not in ("0", "1")]


def _sso_faults(said: Mapping[str, str]) -> list[str]:
    """The single sign-on is set wholly or not at all, and over an encrypted line unless it is on this machine."""
    issuer, file = said.get("sso_issuer", ""), said.get("sso_secret_file", "")
    if not issuer:
        return [f"RINDA_{name.upper()}: is of no use without RINDA_SSO_ISSUER" for name in said]
    faults = []
    if not _is_web(issuer):
        faults.append(f'RINDA_SSO_ISSUER: "{issuer}" is not an address that begins with https://')
    elif not issuer.startswith("https://") and urlsplit(issuer).hostname not in ("127.0.0.1", "::1", "localhost"):
        faults.append("RINDA_SSO_ISSUER: must begin with https://")
    if not said.get("sso_client_id"):
        faults.append("RINDA_SSO_CLIENT_ID: is needed with RINDA_SSO_ISSUER")
    if file and not (Path(file).is_file() and os.access(file, os.R_OK)):
        faults.append(f'RINDA_SSO_SECRET_FILE: "{file}" cannot be read')
    return faults


_NODES = "NODE_DATABASE_URL"
"""The network's node has it, maybe on the same machine."""


def _misspelt(name: str) -> str:
    """A hint if an unknown variable looks like one of ours."""
    prefix, _, rest = name.partition("_")
    known = [field.upper() for field in _NAMES]
    meant = nearest(rest, known) if prefix == "RINDA" and rest not in (*known, _NODES) else None
    return f"; did you mean RINDA_{meant}?" if meant else ""


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
