"""The centre server as a program of its own for tests: the demo's plan, tokens and accounts, no kiosk program.

`python -m tests.house_server PORT DATA [--paired] [--disk BYTES] [--sso ISSUER] [--proxy ADDRESS] [--patience S] [--factor]
[--languages lv,en,ru]`
prints `ready` when it serves.
`--paired` leaves the demo's open screens out, `--disk` is the largest file that it may write until SIGUSR1 takes the limit away.
`--proxy` is the public address of one trusted proxy in front, `--patience` the longest rest of a line to the node that is broken.
`--factor` makes a second factor a must for managers. `--languages` are those of the plan, Latvian first.
With `--sso` clerk1 is `ilze` there and clerk2, who may not come in, `janis`.
"""

import resource
import signal
import sys
from pathlib import Path

import msgspec
from argon2 import PasswordHasher

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.settings import Settings
from server import logs
from server.app import CentreServer
from server.demo import always_open
from server.listen import until_interrupted
from server.national import uplink
from server.people import hashing
from tests.house import share_clips

TOKENS = (
    ("kiosk-1", "kiosk", "demo-kiosk"), ("demo-clerk", "clerk", "demo-clerk"), ("demo-manager", "manager", "demo-manager"),
    ("demo-display", "display", "demo-display"), ("demo-national", "national", "demo-national"),
    ("hall-panels", "panel", "demo-panel"),
    *((f"clerk-{n}", "clerk", f"clerk-{n}") for n in range(1, 7)),
)  # fmt: skip
ACCOUNTS = (("clerk1", "clerk"), ("clerk2", "clerk"), ("manager", "manager"), ("network", "national"))


def main(port: int, data: Path, paired: bool, disk: int | None, sso: str, proxy: str) -> None:
    """Serves until SIGTERM."""
    logs.start()
    if sso:
        (secret := data / "sso_secret").write_text("a secret of the tests\n")
    settings = Settings(
        host="127.0.0.1", port=port, data_dir=data, database_url=f"sqlite:///{data.absolute() / 'rinda.db'}",
        public_url=proxy or f"http://127.0.0.1:{port}", trusted_proxies=int(bool(proxy)),
        screen_token=None if paired else "demo-display", factor_managers="--factor" in sys.argv,
        sso_issuer=sso, sso_client_id="rinda" if sso else "", sso_name="Latvija", sso_secret_file=str(secret) if sso else "",
    )  # fmt: skip
    share_clips(data)
    hashing.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # what a sign-in costs is tested in tests/engine
    hashing.nobody = hashing.hasher.hash("nobody")
    plan = always_open(load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE)))
    if "--languages" in sys.argv:
        plan = msgspec.structs.replace(plan, languages=tuple(sys.argv[sys.argv.index("--languages") + 1].split(",")))
    server = CentreServer(settings, plan)
    server.start()
    for device, role, token in TOKENS:
        server.people.add_device(device, role, token)
    if not (data / "quick").exists():
        for name, role in ACCOUNTS:
            server.people.add_account(name, role, name.title(), "demo")
    if sso:
        server.people.set_sso("clerk1", "ilze")
        server.people.set_sso("clerk2", "janis")
        server.people.set_off("clerk2", True)
    if disk is not None:
        whole = resource.getrlimit(resource.RLIMIT_FSIZE)
        signal.signal(signal.SIGUSR1, lambda *_: resource.setrlimit(resource.RLIMIT_FSIZE, whole))
        resource.setrlimit(resource.RLIMIT_FSIZE, (disk, whole[1]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    until_interrupted()
    server.stop()


if __name__ == "__main__":
    rest = sys.argv[3:]
    if "--patience" in rest:
        uplink.BACKOFF_MOST_S = float(rest[rest.index("--patience") + 1])
    main(
        int(sys.argv[1]),
        Path(sys.argv[2]),
        "--paired" in rest,
        int(rest[rest.index("--disk") + 1]) if "--disk" in rest else None,
        rest[rest.index("--sso") + 1] if "--sso" in rest else "",
        rest[rest.index("--proxy") + 1] if "--proxy" in rest else "",
    )
