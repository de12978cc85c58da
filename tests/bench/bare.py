"""Baseline process: Flask-SocketIO alone on the same kind of server: a trivial POST, broadcast, echo, until stdin closes."""

import sys
from itertools import count
from pathlib import Path

import flask
import gevent.socket
from flask_socketio import SocketIO

from server.hub import Json
from server.listen import serve
from tests.bench.servers import pin

ROOT = Path(__file__).parents[2]
PAGE = """<!doctype html><title>bare</title><body><p id="number" data-n="0"></p><script type="module">
import { io } from "/socket.io.js";
const socket = io({ transports: ["websocket"] });
const number = document.getElementById("number");
socket.on("connect", () => (document.body.dataset.link = "up"));
socket.on("view", ({ position }) => (number.textContent = number.dataset.n = position));
addEventListener("keydown", ({ key }) => key === "F2" && socket.emit("command", { id: "1", name: "CallNext", data: {} }));
</script>"""
"""A page that sends a key as a command and shows what comes back."""


def main(port: int) -> None:
    """Starts, says so with an empty object, and serves."""
    pin(0)
    app = flask.Flask("bare")
    socketio = SocketIO(app, async_mode="gevent", json=Json, ping_interval=5, ping_timeout=4, manage_session=False)
    socketio.on_event("connect", lambda auth=None: None)
    view: dict[str, object] = {}
    positions = count(1)

    @app.get("/")
    def page() -> str:
        return PAGE

    @app.get("/socket.io.js")
    def client() -> flask.Response:
        return flask.send_file(ROOT / "server/static/vendor/socket.io.js")

    @app.post("/trivial")
    def trivial() -> flask.Response:
        return flask.jsonify(ok=bool(flask.request.get_json()))

    @app.post("/view")
    def set_view() -> flask.Response:
        view.update(flask.request.get_json())
        return flask.jsonify(ok=True)

    @socketio.on("command")
    def heard(message: object) -> None:
        socketio.emit("view", {**view, "position": next(positions), "data": [message] * 8})

    @app.post("/broadcast")
    def broadcast() -> flask.Response:
        position = next(positions)
        socketio.emit("view", {**view, "position": position})
        return flask.jsonify(ok=True, position=position)

    serve("127.0.0.1", port, app)
    print("{}", flush=True)
    gevent.socket.wait_read(sys.stdin.fileno())


if __name__ == "__main__":
    main(int(sys.argv[1]))
