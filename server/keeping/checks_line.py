"""What is connected: the server's own port, the network's node, devices, printers."""

import http.client
import json
import os
import re
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from server.alerts import UPLINK, Health
from server.keeping.checks import Case, Check, attention, note, ok, trouble
from server.keeping.checks_data import database_file
from server.logs import cause
from server.national.papers import load_papers
from server.national.sender import session
from server.store.schema import devices as table

WITHIN_S = 3.0
SERIAL, TCP, USB = "serial", "tcp", "usblp"
_STATE = re.compile(r'^rinda_uplink_state\{state="(\w+)"\} 1\.0$', re.MULTILINE)
_UNSENT = re.compile(r"^rinda_uplink_unsent (\d[\d.e+]*)$", re.MULTILINE)


def port(case: Case) -> Iterator[Check]:
    """Whether the server answers, and is ready to give numbers."""
    host, number = _server(case)
    facts = {"host": host, "port": number}
    try:
        status, body = _ask(host, number, "/readyz")
    except ConnectionRefusedError:
        yield attention("Server", "nothing answers on {host}:{port}", "Start it: systemctl start rinda-server", **facts)
        return
    except (OSError, http.client.HTTPException) as error:
        yield trouble(
            "Server", "{host}:{port} does not answer: {error}", "Restart it: systemctl restart rinda-server", error=error, **facts
        )
        return
    try:
        checks: dict[str, Any] = json.loads(body)["checks"]
    except (ValueError, KeyError, TypeError):
        yield trouble(
            "Server", "another program answers on {host}:{port}", "End it, or choose another port: RINDA_PORT.", **facts
        )
        return
    if status == 200:
        yield ok("Server", "answers on {host}:{port} and can give numbers", **facts)
    else:
        failing = ", ".join(name for name, good in checks.items() if not good)
        yield trouble("Server", "answers on {host}:{port}, but cannot give numbers: {failing}", "See below what is wrong there.",
                      failing=failing, **facts)  # fmt: skip


def node(case: Case) -> Iterator[Check]:
    """Papers, and how the line is."""
    try:
        papers = load_papers(case.settings.data_dir)
    except ValueError as error:
        yield trouble("Network", "{error}", "Enrol the centre again: rinda enrol NODE CODE", error=error)
        return
    if papers is None:
        yield note("Network", "this centre is on its own: no node has a copy of its journal")
        return
    facts = {"node": papers.node, "centre": papers.centre}
    line = _measured(case) if case.health is None else _told(case.health)
    if line is None:
        yield from _node_answers(papers.node, facts)
        return
    state, unsent = line
    if state in ("up", "new"):
        yield ok("Network", "{centre} at {node}: {unsent} records are not there yet", unsent=unsent, **facts)
    elif state == "refused":
        yield trouble(
            "Network", "{node} does not take the papers of {centre}", "Enrol the centre again: rinda enrol NODE CODE", **facts
        )
    elif state == "behind":
        yield trouble(
            "Network", "{node} has more records than this database", "Stop the server; rinda restore --from-node", **facts
        )
    elif state == "busy":
        yield trouble(
            "Network", "another server spoke for {centre} less than 90 s ago",
            "If this one was killed just now, wait two minutes and look again; else only one may: stop the other one.", **facts,
        )  # fmt: skip
    else:
        yield attention(
            "Network", "{node} is out of reach; {unsent} records wait here",
            "Nothing is lost: look at the line, and in the server's log for what the node says.", unsent=unsent, **facts,
        )  # fmt: skip


def _told(health: Mapping[str, Health]) -> tuple[str, int]:
    """The phase of the line and how many records wait, in the server itself."""
    line = health.get(UPLINK)
    return ("new", 0) if line is None else (line.status.state, line.status.unsent)


def _measured(case: Case) -> tuple[str, int] | None:
    """The same of a server that runs on this machine, by its figures; None where none says it."""
    try:
        status, body = _ask(*_server(case), "/metrics")
    except (OSError, http.client.HTTPException):
        return None
    text = body.decode("utf-8", "replace")
    state, unsent = _STATE.search(text), _UNSENT.search(text)
    return (state[1], round(float(unsent[1]))) if status == 200 and state and unsent else None


def _node_answers(address: str, facts: dict[str, str]) -> Iterator[Check]:
    """Whether the node itself answers: to a program that hangs a connection is still made, by its machine."""
    line = session()
    try:
        alive = line.get(f"{address}/healthz", timeout=WITHIN_S, allow_redirects=False).status_code == 200
    except OSError as error:
        yield attention(
            "Network",
            "{node} is out of reach: {error}",
            "Nothing is lost; look at the internet line.",
            error=cause(error),
            **facts,
        )
        return
    finally:
        line.close()
    if alive:
        yield ok("Network", "{centre}: {node} can be reached", **facts)
    else:
        yield attention(
            "Network", "what answers at {node} is no node, or is not well", "Nothing is lost; ask the network's operator.",
            **facts,
        )  # fmt: skip


def devices(case: Case) -> Iterator[Check]:
    """Who is there, of those that may be."""
    path = database_file(case)
    if path is not None and not path.is_file():
        return
    known = sorted(row["device"] for row in case.store.read(select(table.c.device)))
    if not known:
        yield note("Devices", "none is paired")
        return
    if case.health is None:
        yield note("Devices", "{n} are paired; the running server shows on /admin/devices who is there", n=len(known))
        return
    there = {name.rpartition("@")[2] for name, one in case.health.items() if one.connected}
    heard = {name.rpartition("@")[2] for name in case.health}
    gone = [name for name in known if name in heard and name not in there]
    if gone:
        yield attention("Devices", "not connected: {gone}", "Look at their power and line; /admin/devices says since when.",
                        gone=", ".join(gone))  # fmt: skip
    else:
        yield ok("Devices", "{there} of {n} paired ones are connected", there=len(there & set(known)), n=len(known))


def printers(case: Case) -> Iterator[Check]:
    """The printers of kiosk programs on this machine, by the settings of their units."""
    for file in sorted(Path("/etc/rinda").glob("kiosk*.env")):
        try:
            found = re.search(r"^KIOSK_PRINTER=(\S+)", file.read_text("utf-8"), re.MULTILINE)
        except OSError:
            yield note("Printer", "{file} can be read by root only", file=file)
            continue
        if found:
            yield printer(found[1].strip('"'))


def printer(url: str) -> Check:
    """Whether a printer's port is there and may be used."""
    parts = urlsplit(url)
    if parts.scheme == TCP:
        try:
            socket.create_connection((parts.hostname or "", parts.port or 9100), WITHIN_S).close()
        except OSError as error:
            return trouble("Printer", "{url}: {error}", "Look at its power and its cable.", url=url, error=error)
        return ok("Printer", "{url} answers", url=url)
    if parts.scheme in (SERIAL, USB, "file"):
        path = Path(parts.path)
        if not path.exists():
            return trouble("Printer", "{path} is not there", "Look at its power and cable, then at /etc/udev/rules.d.", path=path)
        if not os.access(path, os.R_OK | os.W_OK):
            return trouble("Printer", "{path} may not be used", "Add the user to the groups lp and dialout.", path=path)
        return ok("Printer", "{path} is there", path=path)
    return note("Printer", "{url} is made of software", url=url)


def _server(case: Case) -> tuple[str, int]:
    """Where the server of this machine answers."""
    host = case.settings.host
    return ("127.0.0.1" if host in ("0.0.0.0", "::") else host), case.settings.port


def _ask(host: str, port: int, path: str) -> tuple[int, bytes]:
    line = http.client.HTTPConnection(host, port, timeout=WITHIN_S)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()
