"""What no line of the code may do, read from the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("config", "counter", "display", "kiosk", "printers", "server")
FORBIDDEN_IMPORTS = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "yaml",
    "telnetlib",
    "ftplib",
    "xml.etree",
    "xml.dom",
    "xml.sax",
    "imp",
}
FORBIDDEN_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "random.SystemRandom",
    "hashlib.md5",
    "hashlib.sha1",
    "tempfile.mktemp",
    "flask.render_template_string",
}
MARKUP = {
    "server/shell.py",
    "server/charts.py",
    "server/national/node/pages_words.py",
    "server/admin/ground.py",
    "display/markdown.py",
    "display/phone_web.py",  # an icon of our own sprite
    "server/pages/factor.py",  # a QR code that the server drew
}
INLINE = re.compile(
    r"<script(?![^>]*\b(?:src|type=\"(?:application/json|module)\"))[^>]*>|\son[a-z]+\s*=|javascript:|\sstyle=", re.I
)


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module with its path."""
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def code() -> list[tuple[str, ast.Module]]:
    found = list(trees())
    assert len(found) > 300
    return found


def called(node: ast.Call) -> str:
    """The name of what is called, as it is written."""
    return ast.unparse(node.func)


def calls(code: list[tuple[str, ast.Module]]) -> Iterator[tuple[str, ast.Call]]:
    for path, tree in code:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, node


def pieced(node: ast.expr) -> bool:
    """Whether a text is put together of parts that are not written here."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(one, ast.FormattedValue) for one in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod) or pieced(node.left) or pieced(node.right)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join", "replace")
    return not isinstance(node, ast.Constant)


def test_sql_has_its_values_as_parameters(code: list[tuple[str, ast.Module]]) -> None:
    """`text(...)` of pieces is allowed where all of them are names of the schema, in migrations and guards: listed by place."""
    found: dict[str, int] = {}
    for path, tree in code:
        sql = any(
            isinstance(one, ast.ImportFrom)
            and (one.module or "").startswith("sqlalchemy")
            and "text" in {a.name for a in one.names}
            for one in ast.walk(tree)
        )
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and pieced(node.args[0]):
                name = called(node)
                if (name == "text" and sql) or name.endswith(("exec_driver_sql", "sa.text", "op.execute")):
                    found[path] = found.get(path, 0) + 1
    assert {path: n for path, n in found.items() if "/migrations/" not in path} == SCHEMA_NAMES


SCHEMA_NAMES = {
    "server/national/node/database.py": 3,
    "server/national/node/rows.py": 1,
    "server/store/database.py": 3,
    "server/store/erasure.py": 4,
}
"""Statements whose pieces are names of tables, months and numbers that the code itself wrote; each was read."""


def test_no_shell_and_no_code_from_outside(code: list[tuple[str, ast.Module]]) -> None:
    wrong = []
    for path, node in calls(code):
        name = called(node)
        if name in FORBIDDEN_CALLS:
            wrong.append(f"{path}:{node.lineno} {name}")
        for word in node.keywords:
            if word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False):
                wrong.append(f"{path}:{node.lineno} shell")
            if word.arg == "verify" and isinstance(word.value, ast.Constant) and word.value.value is False:
                wrong.append(f"{path}:{node.lineno} verify=False")
        if name.startswith("subprocess.") and node.args and isinstance(node.args[0], (ast.Constant, ast.JoinedStr)):
            wrong.append(f"{path}:{node.lineno} a command as one text")
    assert wrong == []


def test_nothing_that_can_run_is_unpacked(code: list[tuple[str, ast.Module]]) -> None:
    wrong = []
    for path, tree in code:
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{path}: {name}" for name in names if name in FORBIDDEN_IMPORTS or name.split(".")[0] in FORBIDDEN_IMPORTS]
    assert wrong == []


def test_secrets_are_drawn_by_the_module_for_them(code: list[tuple[str, ast.Module]]) -> None:
    """`random` has its places: simulation, demo and jitter; never where a token, code or id is made."""
    guarded = (
        "server/people",
        "server/pages",
        "server/pairing",
        "server/guard",
        "server/national/node/register",
        "server/engine",
    )
    for path, node in calls(code):
        if path.startswith(guarded):
            assert not called(node).startswith(("random.", "uuid1", "uuid.uuid1")), f"{path}:{node.lineno}"


def test_every_ready_made_markup_is_where_it_is_known(code: list[tuple[str, ast.Module]]) -> None:
    """Markup() of something that is no constant: each place is looked at once and listed."""
    found = {
        path
        for path, node in calls(code)
        if called(node).split(".")[-1] == "Markup" and node.args and not isinstance(node.args[0], ast.Constant)
    }
    assert found <= MARKUP, "is every part of it escaped? Then name it in MARKUP"


def test_templates_switch_no_escaping_off_and_have_no_script_of_their_own() -> None:
    wrong = []
    for path in (ROOT / "server" / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
        text = re.sub(r"'(?:(?!\{\{)[^'\n])*' \| safe", "''", text)  # what is written here itself
        page = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
        found = re.search(r"autoescape\s+false|\|\s*safe\b", text) or INLINE.search(page)
        if found:
            wrong.append(f"{path.relative_to(ROOT)}: {found[0]}")
    assert wrong == []


def test_scripts_write_text_and_never_markup() -> None:
    """lit-html escapes; what would go round it is nowhere, but for slides, whose HTML the server makes of plain words."""
    round_it = re.compile(
        r"\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write|unsafeHTML|unsafeSVG|\beval\(|new Function\(|DOMParser"
    )
    found = {}
    for part in PARTS:
        for path in (ROOT / part).rglob("*.js"):
            if "vendor" not in path.parts and (hits := round_it.findall(path.read_text("utf-8"))):
                found[str(path.relative_to(ROOT))] = sorted(set(hits))
    assert found == KNOWN_MARKUP


KNOWN_MARKUP = {
    "display/static/slides_view.js": ["unsafeHTML"],
    "server/admin/static/board_slides.js": ["unsafeHTML"],
    "server/admin/static/rooms.js": ["DOMParser"],
    "server/static/load.js": ["DOMParser"],
    "server/static/ticket.js": ["DOMParser"],
    "server/static/network.js": [".innerHTML"],
}
"""Slides are made by display/markdown.py of words alone; the others take the same page anew from this server."""


STORED = {
    ("counter/static/dock.js", '"rinda-dock-side"'): "the side of the docked strip",
    ("counter/static/favourites.js", "`rinda-favourites:${boot.own}`"): "codes of services",
    ("counter/static/keymap.js", "`rinda-keys:${boot.own}`"): "keys by action",
    ("display/static/kept.js", "name"): "the last view and the clips of a board",
    ("server/static/page.js", "`device/${prefix}`"): "what this screen calls itself",
}
"""All that is kept in a browser, by the file and the key as written there."""


def test_web_storage_holds_nothing_of_people() -> None:
    """What is kept in a browser is how a page looks; a screen's clips and pages are in its own cache, and no token is."""
    key = re.compile(r"(?:localStorage|sessionStorage)(?:\.(?:setItem|getItem|removeItem)\(|\[)\s*([^,)\]]+)")
    found = set()
    for part in PARTS:
        for path in (path for path in (ROOT / part).rglob("*.js") if "vendor" not in path.parts):
            text = path.read_text("utf-8")
            names = key.findall(text)
            assert len(names) == len(re.findall(r"\b(?:localStorage|sessionStorage)\b", text)), f"{path}: a use without its key"
            for name in names:
                constant = re.search(rf"^const {re.escape(name)} = (.+);$", text, re.MULTILINE)
                found.add((path.relative_to(ROOT).as_posix(), constant[1] if constant else name))
    assert found == set(STORED)


def test_every_dependency_is_pinned_by_its_digest() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text("utf-8")
        named = re.findall(r"^([A-Za-z0-9_.-]+(?:\[[^\]]+\])?)==", text, re.M)
        blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)[1:]
        assert named
        assert all("--hash=sha256:" in block for block in blocks), lock.name
