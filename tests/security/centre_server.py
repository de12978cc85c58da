"""A centre server for the security tests: every kind of credential, good and bad, in `<data>/given.json`, and its routes.

`python -m tests.security.centre_server PORT DATA NAME [--bait]` prints `ready` when it serves. Tokens begin with NAME; with
`--bait` each text of the plan and each person's name ends in markup.
"""

import json
import sys
from pathlib import Path
from typing import Any

from config import CATALOGUE, CENTRES
from config.load import load_catalogue, load_plan
from config.settings import Settings
from server import logs
from server.app import CentreServer
from server.listen import until_interrupted
from server.people.devices import Device
from server.people.log import SERVER
from server.people.sessions import digest
from tests.house import share_clips
from tests.security.bait import BAIT, baited

DEVICES = {
    "kiosk": "kiosk-1",
    "display": "hall-board",
    "panel": "hall-panels",
    "clerk": "desk-program",
    "manager": "tool",
    "national": "network-program",
    "visitor": "odd-device",
}
ACCOUNTS = {"clerk": "clerk1", "manager": "manager", "national": "network"}
BOUND = "board/side"


def main(port: int, data: Path, name: str, bait: bool) -> None:
    """Serves until SIGTERM."""
    logs.start()
    share_clips(data)
    settings = Settings(
        host="127.0.0.1",
        port=port,
        data_dir=data,
        database_url=f"sqlite:///{data.absolute() / 'rinda.db'}",
        public_url=f"http://127.0.0.1:{port}",
        trusted_proxies=0,
        screen_token=None,
    )
    plan = load_plan(CENTRES / "demo.toml", load_catalogue(CATALOGUE))
    server = CentreServer(settings, baited(plan) if bait else plan)
    server.start()
    given = _credentials(server, name, BAIT if bait else "")
    given["routes"] = [
        {"rule": rule.rule, "endpoint": rule.endpoint, "methods": sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})}
        for rule in server.app.url_map.iter_rules()
    ]
    (data / "given.json").write_text(json.dumps(given))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    until_interrupted()
    server.stop()


def _credentials(server: CentreServer, name: str, bait: str) -> dict[str, Any]:
    people = server.people
    for role, device in DEVICES.items():
        people.add_device(device, role, f"{name}-{role}")  # type: ignore[arg-type]
    people.devices.add(Device(digest(f"{name}-bound"), "one-board", "display", only=BOUND))
    people.add_device("gone", "manager", f"{name}-revoked")
    people.devices.revoke(digest(f"{name}-revoked"), SERVER)
    sessions: dict[str, str] = {}
    for role, account in ACCOUNTS.items():
        people.add_account(account, role, f"{account.title()}{bait}", "correct horse")  # type: ignore[arg-type]
        sessions[role] = people.open_session(account)
    for state in ("locked", "ended", "off", "expired"):
        people.add_account(state, "manager", state.title(), "correct horse")
        sessions[state] = people.open_session(state)
    locked = people.session(sessions["locked"])
    assert locked is not None
    csrf = {state: (people.session(token) or locked).csrf for state, token in sessions.items()}
    people.sessions.set_locked(locked, True)
    people.close_session(sessions["ended"])
    people.set_off("off", True)
    sessions["expired"] = people.sessions.open("expired", "password", "", "", 1.0)
    return {"sessions": sessions, "csrf": csrf}


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], "--bait" in sys.argv)
