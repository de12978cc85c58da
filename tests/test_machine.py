"""The kiosk machine's files (kiosk/machine): judged by systemd, udev, Chromium and the `rinda` command themselves."""

import http.server
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from server.cli import _parser
from tests.conftest import chromium_path, need
from tests.house import until

MACHINE = Path(__file__).parents[1] / "kiosk" / "machine" / "etc"
UNITS = MACHINE / "systemd" / "system"
POLICY = MACHINE / "chromium" / "policies" / "managed" / "rinda-kiosk.json"
RULES = sorted((MACHINE / "udev" / "rules.d").glob("*.rules"))
PAGE = "http://127.0.0.1:8081"
PANEL, LINE = "rinda-panel@.service", "hall-panels"
# What `systemd-analyze security` may say at most, in tenths: 0 is a closed room, 100 none at all.
EXPOSED = {
    "rinda-server.service": 15, "rinda-node.service": 15, "rinda-kiosk.service": 20, "rinda-kiosk-page.service": 40, PANEL: 20,
}  # fmt: skip


def settings(unit: str) -> dict[str, list[str]]:
    """All values of each key of a unit, in order."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / unit).read_text().splitlines():
        if re.match(r"[A-Z]\w*=", line):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def environment(name: str) -> dict[str, str]:
    """The variables of a file in /etc/rinda."""
    lines = (MACHINE / "rinda" / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def command_of(unit: str, **given: str) -> list[str]:
    """The words that systemd would start the unit with: ${NAME} one word, $NAME as many as it holds."""
    variables = environment(Path(settings(unit)["EnvironmentFile"][0].replace("%i", LINE)).name) | given
    words: list[str] = []
    for word in settings(unit)["ExecStart"][0].replace("%i", LINE).split():
        if whole := re.fullmatch(r"\$(\w+)", word):
            words += shlex.split(variables[whole[1]])
        else:
            words.append(re.sub(r"\$\{(\w+)\}", lambda found: variables[found[1]], word))
    return words


@pytest.mark.parametrize("unit", sorted(EXPOSED))
def test_systemd_finds_no_fault_in_a_unit(unit: str, tmp_path: Path) -> None:
    """Programs that this machine does not have are replaced by one that it has; a fault in a key or value is told."""
    need("systemd-analyze", tool := shutil.which("systemd-analyze"))
    for file in UNITS.glob("*.service"):
        text = file.read_text()
        for program in set(re.findall(r"(?:^Exec\w+=|-- )\+?(/\S+)", text, re.M)):
            text = text if Path(program).exists() else text.replace(program, sys.executable)
        (tmp_path / file.name).write_text(text)
    said = subprocess.run([tool, "verify", "--man=no", tmp_path / unit], capture_output=True, text=True)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
    (tmp_path / unit).write_text((tmp_path / unit).read_text().replace("Restart=always", "Restart=sometimes"))
    assert "sometimes" in subprocess.run([tool, "verify", "--man=no", tmp_path / unit], capture_output=True, text=True).stderr


@pytest.mark.parametrize(("unit", "most"), sorted(EXPOSED.items()))
def test_a_unit_is_a_closed_room(unit: str, most: int) -> None:
    need("systemd-analyze", tool := shutil.which("systemd-analyze"))
    words = [tool, "security", "--offline=yes", "--no-pager", f"--threshold={most}", UNITS / unit]
    said = subprocess.run(words, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout[-200:] + said.stderr


@pytest.mark.parametrize("unit", sorted(one for one in EXPOSED if "SystemCallFilter" in settings(one)))
def test_what_a_unit_may_not_ask_of_the_kernel_is_refused_and_ends_no_program(unit: str) -> None:
    """numpy's OpenBLAS asks for memory near its processor (mbind) as it is loaded, and goes on without."""
    assert settings(unit).get("SystemCallErrorNumber") == ["EPERM"]


def test_the_units_start_commands_that_exist() -> None:
    for unit, more in (("rinda-server.service", {}), ("rinda-kiosk.service", {}), (PANEL, {})):
        program, *arguments = command_of(unit, **more)
        assert program == "/opt/rinda/bin/rinda"
        assert callable(_parser().parse_args(arguments).run)


def test_the_panel_program_finds_its_adapter_and_remembers_its_line() -> None:
    """The name that udev gives, the one of the unit's settings and the folder that the unit has go together."""
    chosen = _parser().parse_args(command_of(PANEL)[1:])
    given = re.findall(r'ENV\{RINDA_LINE\}="([^"]+)"', RULES[0].read_text())
    made = re.search(r'"panel", SYMLINK\+="([^"]+)"', RULES[1].read_text())
    assert made
    assert f"/dev/{made[1].replace('$env{RINDA_LINE}', given[0])}" == chosen.port
    assert f"/var/lib/{settings(PANEL)['StateDirectory'][0].replace('%i', LINE)}" == str(chosen.data)
    assert "RINDA_PANEL_TOKEN" in environment(f"panel-{LINE}.env")


def test_a_page_that_stands_still_and_a_printer_loop_that_stands_still_start_the_program_anew() -> None:
    found = settings("rinda-kiosk.service")
    assert found["Type"] == ["notify"]
    assert found["WatchdogSec"] == ["30"]
    for unit in EXPOSED:
        assert settings(unit)["Restart"] == ["always"]
        assert settings(unit)["StartLimitIntervalSec"] == ["0"], "no number of failures may be the last"


def test_the_screen_shows_the_page_that_the_policy_allows() -> None:
    command = settings("rinda-kiosk-page.service")["ExecStart"][0]
    policy = json.loads(POLICY.read_text())
    assert command.endswith(f" {PAGE}/")
    assert policy["URLAllowlist"] == policy["AutoplayAllowlist"] == [PAGE]
    assert " -s " not in command.partition("--")[0], "cage -s lets the terminal be switched"


def test_the_window_makes_its_socket_in_the_folder_that_the_unit_has() -> None:
    """ProtectHome closes /run/user; what a unit's Environment says of it the sign-in says otherwise."""
    unit = settings("rinda-kiosk-page.service")
    assert unit["ProtectHome"] == ["yes"]
    assert (unit["RuntimeDirectory"], unit["RuntimeDirectoryMode"]) == (["rinda-kiosk-page"], ["0700"])
    words = unit["ExecStart"][0].split()
    assert words[: words.index("/usr/bin/cage")] == ["/usr/bin/env", "XDG_RUNTIME_DIR=/run/rinda-kiosk-page"]


def test_the_accounts_of_the_units_are_made(tmp_path: Path) -> None:
    need("systemd-sysusers", tool := shutil.which("systemd-sysusers"))
    place = tmp_path / "etc" / "sysusers.d"
    shutil.copytree(MACHINE / "sysusers.d", place)
    subprocess.run([tool, f"--root={tmp_path}"], check=True, capture_output=True)
    made = {line.split(":")[0] for line in (tmp_path / "etc" / "passwd").read_text().splitlines()}
    groups = {line.split(":")[0] for line in (tmp_path / "etc" / "group").read_text().splitlines()}
    for unit in EXPOSED:
        assert settings(unit)["User"][0] in made
        assert settings(unit)["Group"][0] in groups


@contextmanager
def laid_over(folder: Path, place: str) -> Iterator[list[str]]:
    """Words before a command that let it see `folder` at `place`; nothing on this machine is changed."""
    alone = next((way for way in (["--mount"], ["--user", "--map-root-user", "--mount"]) if _may(way)), None)
    need("a mount namespace (unshare)", alone)
    need(place, Path(place).is_dir())
    assert alone
    yield ["unshare", *alone, "sh", "-c", f'mount --bind {shlex.quote(str(folder))} {place} && exec "$@"', "sh"]


def _may(way: list[str]) -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", *way, "mount", "--bind", "/tmp", "/tmp"], capture_output=True).returncode == 0


def test_udev_understands_every_rule(tmp_path: Path) -> None:
    need("udevadm", tool := shutil.which("udevadm"))
    assert [rule.name for rule in RULES] == ["69-rinda-devices.rules", "90-rinda-kiosk.rules"]
    for rule in RULES:
        shutil.copy(rule, tmp_path)
    with laid_over(tmp_path, "/etc/udev/rules.d") as before:
        said = subprocess.run([*before, tool, "test", "/devices/virtual/net/lo"], capture_output=True, text=True)
        told = said.stdout + said.stderr
        for rule in RULES:
            assert f"Reading rules file: /etc/udev/rules.d/{rule.name}" in told
        assert not [line for line in told.splitlines() if re.search(r"rinda\S*\.rules:\d+", line)]
        (tmp_path / RULES[1].name).write_text('KERNEL=="lo", SIMLINK+="rinda/printer"\n')
        said = subprocess.run([*before, tool, "test", "/devices/virtual/net/lo"], capture_output=True, text=True)
        assert re.search(rf"{RULES[1].name}:1", said.stdout + said.stderr)


class Site(http.server.ThreadingHTTPServer):
    """A web site that remembers which addresses were asked for; `page` is its first page."""

    def __init__(self, page: str = "") -> None:
        self.asked: list[str] = []
        self.page = page
        super().__init__(("127.0.0.1", 0), Visit)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Visit(http.server.BaseHTTPRequestHandler):
    """Answers everything; what is asked for is kept."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        download = self.path == "/file"
        body = self.server.page.encode() if self.path == "/" else b"there"
        self.send_response(200)
        self.send_header(
            "Content-Type",
            "application/octet-stream" if download else "text/event-stream" if self.path == "/hold" else "text/html",
        )
        if download:
            self.send_header("Content-Disposition", 'attachment; filename="taken.bin"')
        self.end_headers()
        self.wfile.write(b"\n" if self.path == "/hold" else body)
        if self.path == "/hold":
            self.connection.recv(1)  # nothing comes but the end: the page is no longer there
            self.server.asked.append("/left")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


ESCAPES = """<script>
const frame = (to) => { const f = document.createElement("iframe"); f.src = to; document.body.append(f); };
const wait = (s) => new Promise((done) => setTimeout(done, s * 1000));
onload = async () => {
  new EventSource("/hold");
  frame("%(other)s/frame"); frame("file:///etc/hostname"); frame("/file");
  window.open("%(other)s/window");
  await wait(1.5);
  location = "%(other)s/away";
};
</script><body>"""


def browse(before: list[str], address: str, folder: Path) -> subprocess.Popen[bytes]:
    """Chromium on an address, as the unit starts it but without a screen."""
    path = chromium_path(whole=True)
    assert path
    flags = [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--no-first-run",
        f"--user-data-dir={folder / 'profile'}",
    ]
    environ = {**os.environ, "HOME": str(folder), "XDG_DOWNLOAD_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([*before, path, *flags, address], stdout=log, stderr=log, env=environ)


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize("locked", [True, False])
def test_with_the_policy_no_page_but_ours_is_ever_asked_for(tmp_path: Path, locked: bool) -> None:
    """The same page tries to get out with and without the policy: only without it the other site hears of it."""
    need("chromium", chromium_path(whole=True))
    other = Site()
    ours = Site(ESCAPES % {"other": other.address})
    managed = tmp_path / "chromium" / "policies" / "managed"
    managed.mkdir(parents=True)
    if locked:
        (managed / POLICY.name).write_text(POLICY.read_text().replace(PAGE, ours.address))
    with laid_over(tmp_path / "chromium", "/etc/chromium") as before:
        process = browse(before, f"{ours.address}/", tmp_path)
        try:
            until(lambda: "/left" in ours.asked, "the page tried everything")
        finally:
            process.terminate()
            process.wait(20)
            ours.shutdown()
            other.shutdown()
    assert other.asked == [] if locked else {"/frame", "/away"} <= set(other.asked)
    assert bool(list(tmp_path.rglob("*.crdownload"))) is not locked


SHUTS_TESTS_OUT = ("URLBlocklist", "URLAllowlist", "DeveloperToolsAvailability", "RemoteDebuggingAllowed")
ROWS = """() => {
  const found = [], walk = (node) => {
    for (const one of node.querySelectorAll("*")) {
      if (one.tagName === "POLICY-ROW") {
        const cell = (name) => one.shadowRoot.querySelector(`.policy.row .${name}`)?.textContent.trim();
        found.push([cell("name"), cell("messages")]);
      }
      if (one.shadowRoot) walk(one.shadowRoot);
    }
  };
  walk(document);
  return found;
}"""


@pytest.mark.e2e
@pytest.mark.slow
def test_chromium_knows_every_policy(tmp_path: Path) -> None:
    """As its own page about policies tells; for that page alone the list of addresses is left out."""
    need("chromium", path := chromium_path(whole=True))
    need("playwright", find_spec("playwright"))
    from playwright.sync_api import sync_playwright

    policy = json.loads(POLICY.read_text())
    shut = {key: policy.pop(key) for key in SHUTS_TESTS_OUT}
    asked = {**policy, "NoSuchPolicyAtAll": 1}
    managed = tmp_path / "chromium" / "policies" / "managed"
    managed.mkdir(parents=True)
    (managed / POLICY.name).write_text(json.dumps(asked))
    with laid_over(tmp_path / "chromium", "/etc/chromium") as before:
        start = tmp_path / "start"
        start.write_text(f'#!/bin/sh\nexec {shlex.join([*before, str(path)])} "$@"\n')
        start.chmod(0o755)

        def told() -> list[list[str]]:
            with sync_playwright() as play:
                options = ["--no-sandbox", "--disable-dev-shm-usage"]
                chromium = play.chromium.launch_persistent_context(tmp_path / "profile", executable_path=start, args=options)
                page = chromium.pages[0]
                page.goto("chrome://policy")
                page.wait_for_selector("policy-row")
                rows: list[list[str]] = page.evaluate(ROWS)
                chromium.close()
                return rows

        # In a thread of its own: the browser of other tests has its loop in this one.
        with ThreadPoolExecutor(1) as pool:
            rows = pool.submit(told).result()
    said = {name: status for name, status in rows if name in {**asked, **shut}}
    assert said == dict.fromkeys(policy, "OK") | dict.fromkeys(shut, "Not set.") | {"NoSuchPolicyAtAll": "Error"}
