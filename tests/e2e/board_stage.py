"""The page of a waiting-room board in a real browser, played views by a test: its own memory, templates and style, no server."""

import logging
import threading
from pathlib import Path
from typing import Any

import flask
from werkzeug.serving import make_server

from display.web import pages
from server.headers import secure
from server.shell import STATIC
from tests.support import demo_plan

HERE = Path(__file__).parent
ROOT = "/display/static/board.js"
"""The module that joins the page to the server; here `board_stage.js` is in its place."""

LYING, STANDING = (1920, 1080), (1080, 1920)


class Stage:
    """Serves what a board is made of, and its slides' files from `media`."""

    def __init__(self, media: dict[str, tuple[str, bytes]]) -> None:
        app = flask.Flask("board stage", static_folder=str(STATIC), static_url_path="/static")
        plan = demo_plan()
        app.register_blueprint(pages(lambda: plan, lambda _channel: None))
        app.add_url_rule("/display/media/<name>", "media", lambda name: flask.Response(media[name][1], mimetype=media[name][0]))
        secure(app)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.port}/display/hall"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops serving."""
        self._server.shutdown()
        self._thread.join()


class BoardPage:
    """One page for many states."""

    def __init__(self, browser: Any, stage: Stage, **options: Any) -> None:
        self.errors: list[str] = []
        self._context = browser.new_context(viewport={"width": LYING[0], "height": LYING[1]}, **options)
        self.page = self._context.new_page()
        self.page.set_default_timeout(8_000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        script = (HERE / "board_stage.js").read_text("utf-8")
        self.page.route(f"**{ROOT}", lambda route: route.fulfill(body=script, content_type="text/javascript"))
        self.page.goto(stage.url)
        self.page.wait_for_function("'play' in window")

    def size(self, width: int, height: int) -> None:
        """Gives the window this size; what is drawn follows."""
        self.page.set_viewport_size({"width": width, "height": height})

    def play(self, steps: list[dict[str, Any]]) -> None:
        """Shows views one after the other; answers when the last is painted."""
        self.page.evaluate("play", steps)

    def picture(self) -> bytes:
        """What is on the screen, moving parts at their end."""
        return bytes(self.page.screenshot(animations="disabled"))

    def close(self) -> None:
        """The page may not have had an error of its own."""
        self._context.close()
        assert self.errors == [], self.errors


__all__ = ["LYING", "STANDING", "BoardPage", "Stage"]
