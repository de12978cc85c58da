"""Two centre servers and whoever may come to one of them: who each of them is, and what it carries."""

import http.client
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from msgspec import Struct

from server import authority
from tests.house import House, Reply, bearer
from tests.security.centre_server import BOUND, DEVICES


class Who(Struct, frozen=True):
    """Somebody at the door. `role` is empty for nobody; `only` the one channel of a bound screen; `locked` a locked session."""

    name: str
    role: str
    headers: dict[str, str]
    only: str = ""
    locked: bool = False
    person: bool = False
    cookie: bool = False


class Route(Struct, frozen=True):
    """One row of a server's url_map."""

    rule: str
    endpoint: str
    methods: tuple[str, ...]

    def path(self, names: dict[str, str]) -> str:
        """An address of this rule."""
        return re.sub(r"<(?:any\(([^)]*)\):)?(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda m: _filled(m, self.rule, names), self.rule)


def _filled(found: re.Match[str], rule: str, names: dict[str, str]) -> str:
    if found[1]:
        return found[1].split(",")[0].strip()
    return names.get(f"{rule}:{found[2]}", names.get(found[2], "nothing"))


class Centre(House):
    """A centre server with one credential of every kind; `given` is what its program wrote of them."""

    def __init__(self, folder: Path, name: str, *options: str) -> None:
        super().__init__(folder, options=options)
        self.name = name
        self.given: dict[str, Any] = {}
        self._kept: http.client.HTTPConnection | None = None

    def start(self) -> "Centre":
        self._spawn(
            ["-m", "tests.security.centre_server", str(self.port), str(self.folder), self.name, *self.options],
            stdout=subprocess.PIPE,
        )
        assert self.process is not None
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n", self.log()[-4000:]
        self.given = json.loads((self.folder / "given.json").read_text())
        return self

    @property
    def routes(self) -> list[Route]:
        """What runs there."""
        return [Route(one["rule"], one["endpoint"], tuple(one["methods"])) for one in self.given["routes"]]

    def token(self, role: str) -> str:
        """A good bearer token."""
        return f"{self.name}-{role}"

    def session(self, name: str) -> str:
        """The cookie of a session."""
        return f"rinda_session={self.given['sessions'][name]}"

    def forms(self, name: str) -> dict[str, str]:
        """What a page of ours sends along in a session."""
        return {"Cookie": self.session(name), "X-CSRF-Token": self.given["csrf"][name], "Origin": self.address}

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Reply:
        """As `request`, on one connection that is kept."""
        for _ in range(2):
            if self._kept is None:
                self._kept = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                self._kept.request(method, path, body, headers or {})
                answer = Reply(self._kept.getresponse())
            except (http.client.HTTPException, OSError):
                self._kept.close()
                self._kept = None
                continue
            return answer
        return self.request(method, path, body, headers, timeout=30)


def everybody(here: Centre, elsewhere: Centre) -> list[Who]:
    """One of each kind; what is not good any more, or is good elsewhere, makes nobody of who brings it."""
    found = [Who("nobody", "", {})]
    found += [Who(f"token of {role}", role, bearer(here.token(role))) for role in DEVICES]
    found += [Who(f"session of {role}", role, here.forms(role), person=True, cookie=True) for role in sorted(authority.STAFF)]
    found += [
        Who(
            "screen by cookie",
            "display",
            {"Cookie": f"rinda_device={here.token('display')}", "Origin": here.address},
            cookie=True,
        ),
        Who("screen of one channel", "display", bearer(here.token("bound")), only=BOUND),
        Who("locked session", "manager", here.forms("locked"), locked=True, person=True, cookie=True),
        Who("manager's token as a cookie", "", {"Cookie": f"rinda_device={here.token('manager')}"}),
        Who("token revoked", "", bearer(here.token("revoked"))),
        Who("kiosk's token elsewhere", "", bearer(elsewhere.token("kiosk"))),
        Who("manager's token elsewhere", "", bearer(elsewhere.token("manager"))),
        Who("manager's session elsewhere", "", elsewhere.forms("manager") | {"Origin": here.address}),
    ]
    return found + [Who(f"session {state}", "", here.forms(state)) for state in ("ended", "off", "expired")]
