"""axe-core on a page as it stands."""

from functools import cache
from importlib.util import find_spec
from typing import Any

from tests.conftest import need

RUN = """async () => {
  const short = ({ effect, playState }) => playState === "running" && effect.getComputedTiming().endTime < 1000;
  await Promise.allSettled(document.getAnimations().filter(short).map(({ finished }) => finished));
  return (await axe.run({ reporter: "no-passes", preload: { assets: ["media"] } })).violations
  .map(({ id, nodes }) => [id, nodes.map(({ target, html }) => [target.flat().join(" "), html.slice(0, 200)])]);
}"""
"""Looks when what changes on the screen has changed; a call that pulses for seconds is looked at as it pulses.

Style sheets are not read anew each time: only experimental rules ask for them, and those are off.
"""


@cache
def _script() -> str:
    need("axe-playwright-python", find_spec("axe_playwright_python"))
    from axe_playwright_python.base import AXE_SCRIPT

    return str(AXE_SCRIPT)


def clean(page: Any, where: str = "") -> None:
    """It finds nothing."""
    script = _script()
    if not page.evaluate("'axe' in window"):  # once a page: it is half a megabyte to compile
        page.evaluate(script)
    assert (found := page.evaluate(RUN)) == [], f"{where}: {found}"
