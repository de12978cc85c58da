"""The set-up holds what it promises: pinned, complete, and free of any one machine's or registry's addresses."""

import hashlib
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import ImageFont
from sqlalchemy import create_engine, text

from tests.conftest import need

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "server/static/vendor"
LOCKS = ("requirements.lock", "requirements-dev.lock")
FONTS = {
    f"ibm-plex-sans-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "latin-ext", "cyrillic")
    for weight in (400, 500, 600, 700)
}
# What a public file must not name: a registry's host, a path of the machine that it was written on.
PRIVATE = re.compile(
    r"npm[j]s\.|yarn[p]kg\.|python[h]osted\.|py[p]i\.(?:org|python)|deb\.[d]ebian\.|(?<![\w.<])/(?:tmp|root|work|home)/[A-Za-z]"
)
# Files that may name them, with the reason.
ALLOWED: dict[str, str] = {}


def pins(lock: str) -> dict[str, str]:
    """`name==version; marker` of each pinned package, with the text up to the next one."""
    parts = re.split(r"^(?=\S)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {part.split(" \\\n")[0]: part for part in parts if part and not part.startswith("#")}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pinned_package_has_hashes_and_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")
    for pin, entry in pins(lock).items():
        assert re.match(r"[a-z0-9-]+==\S+", pin), pin
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), pin


def test_the_development_lock_holds_the_whole_run_time_lock() -> None:
    run, dev = ({pin.split(" ;")[0] for pin in pins(lock)} for lock in LOCKS)
    assert run <= dev


def test_the_locks_pin_the_build_requirements() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    required = set(project["build-system"]["requires"])
    assert required == set(project["dependency-groups"]["build"])
    assert required <= pins("requirements.lock").keys()


def test_npm_packages_are_pinned_by_hash_and_by_no_address() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert locked.pop("")["dependencies"] == wanted
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    for name, entry in locked.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name


def test_the_sprite_holds_every_listed_icon() -> None:
    lines = (ROOT / "server/static/icons.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    assert listed == sorted(set(listed))
    symbols = ElementTree.parse(VENDOR / "icons.svg").getroot()
    assert [symbol.get("id") for symbol in symbols] == listed
    for symbol in symbols:
        assert symbol.get("viewBox") == "0 0 24 24"
        assert len(symbol), symbol.get("id")


def test_code_names_only_icons_of_the_sprite() -> None:
    listed = (ROOT / "server/static/icons.txt").read_text(encoding="utf-8").split()
    use = re.compile(r"""(?:icons\.svg#|\bicon["']?\s*[=:(]\s*["'])([a-z0-9-]+)""")
    folders = ("config", "counter", "display", "kiosk", "server")
    files = [
        file for folder in folders for kind in ("html", "js", "css", "py", "toml") for file in (ROOT / folder).rglob(f"*.{kind}")
    ]
    unknown = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        if VENDOR not in file.parents
        for name in use.findall(file.read_text(encoding="utf-8"))
        if name not in listed
    ]
    assert unknown == []


def test_browser_modules_import_only_each_other() -> None:
    modules = [VENDOR / "socket.io.js", *(VENDOR / "lit").rglob("*.js")]
    assert VENDOR / "lit/lit-html.js" in modules
    assert VENDOR / "lit/directives/repeat.js" in modules
    for module in modules:
        code = module.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in code
        for target in re.findall(r"""(?:\bfrom|\bimport)\s*["']([^"']+)["']""", code):
            assert (module.parent / target).is_file(), f"{module.name} imports {target}"


def test_paper_and_pages_use_the_same_fonts() -> None:
    for name in FONTS:
        page, paper = VENDOR / "fonts" / name, ROOT / "printers/fonts" / name
        assert hashlib.sha256(page.read_bytes()).digest() == hashlib.sha256(paper.read_bytes()).digest()
        assert ImageFont.truetype(str(paper), 20).getname()[0].startswith("IBM Plex Sans")


def test_the_licences_of_shipped_packages_are_shipped() -> None:
    names = {file.name for file in (VENDOR / "licences").iterdir()}
    assert {"socket.io-client.txt", "lit-html.txt", "fontsource-ibm-plex-sans.txt", "tabler-icons.txt"} <= names
    assert "SIL OPEN FONT LICENSE" in (ROOT / "printers/fonts/LICENSE").read_text(encoding="utf-8").upper()


def test_the_licence_is_the_whole_eupl_1_2() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert [int(n) for n in re.findall(r"^(\d+)\.[A-Z]", licence, flags=re.MULTILINE)] == list(range(1, 16))
    assert "Compatible Licences’ according to Article 5 EUPL" in licence
    assert licence.endswith("require the production of a new EUPL version.\n")


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    need("git", shutil.which("git") and (ROOT / ".git").exists())
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    found = []
    for name in listing.stdout.decode().split("\0"):
        file = ROOT / name
        if not name or name in ALLOWED or not file.is_file() or b"\0" in file.read_bytes()[:1024]:
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if PRIVATE.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert found == []


def test_each_test_gets_an_empty_postgresql_database(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (n integer)"))
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 1
    engine.dispose()
