"""The same of the network's node: every route by every role, the line by centres, and no centre in another's name."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from config import CATALOGUE
from config.load import load_catalogue
from server.national import wire
from server.national.node.access import MAY
from server.national.node.app import KINDS, Node
from server.national.node.register import Register
from tests.national.nodes import node_in
from tests.national.sim import Journal
from tests.security.expected import was_let_in
from tests.security.world import Route

PUBLIC = {
    "static",
    "login.login",
    "login.sign_in",
    "login.step",
    "login.take_step",
    "login.sign_out",
    "pages.mark",
    "pages.healthz",
    "pages.readyz",
    "load.page",
    "load.api",
    "open_data.page",
    "open_data.file",
    "pages.metrics",  # from this machine alone: tests/national/test_doors.py
}
OWN = {"account.own", "account.end", "account.own_password", "factor.show", "factor.change"}
"""For every person who is signed in, with or without a role; no program has any."""
LINE = {"line._sync", "line._enrol"}
"""Papers of a centre, or a code for them: below."""

BLUEPRINTS = {
    "pages": "centres",
    "looks": "centres",
    "network": "compare",
    "directory": "centres",
    "months": "figures",
    "closing": "closing",
    "grant": "grant",
    "settings": "settings",
    "newcomers": "change",
}
ENDPOINTS = {
    "network.rollout": "rollout",
    "months.visits": "visits",
    "months.groups": "change",
    "months.set_groups": "change",
    "months.report": "visits",
    "closing.ask": "change",
    "closing.close": "change",
    "closing.correct": "change",
    "closing.verify": "closing",
    "grant.keep": "change",
    "grant.set": "change",
}
EXPORTS = {
    "deliveries": "figures",
    "months": "figures",
    "visits": "figures",
    "waits": "figures",
    "worksheets": "grant",
    "pvs": "visits",
}
QUERY = {"months.report": "?centre=nowhere&from=2020-01-01&to=2020-01-05"}
NAMES = {
    "code": "c001",
    "centre": "c001",
    "month": "2020-01",
    "key": "kinds",
    "kind": "csv",
    "revision": "1",
    "name": "visits",
    "year": "2020",
    "filename": "base.css",
}
ROLES = {"national": "", "ministry": "", "association": "", "holder": "VSAA"}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node with one account of each role, and two centres with papers."""
    folder: Path = tmp_path_factory.mktemp("node")
    made = node_in(folder)
    for role, institution in ROLES.items():
        made.site.viewers.add(f"a-{role}", role, role, "long enough", institution)
    made.site.ground.people.add_account("nothing", "visitor", "Nothing", "long enough")
    made.site.ground.people.add_device("tool", "national", "a-token")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def clients(node: Node) -> dict[str, tuple[str, FlaskClient, str]]:
    """By name: the role (empty for nobody), a browser, and the word of its forms."""
    found = {"nobody": ("", node.app.test_client(), "")}
    people = node.site.ground.people
    for name, role in [*((f"a-{role}", role) for role in ROLES), ("nothing", "")]:
        token = people.open_session(name)
        client = node.app.test_client()
        client.set_cookie("rinda_session", token)
        session = people.session(token)
        assert session is not None
        found[name] = (role, client, session.csrf)
    ended = node.app.test_client()
    ended.set_cookie("rinda_session", token := people.open_session("a-national"))
    people.close_session(token)
    return found | {"ended": ("", ended, "")}


def routes(node: Node) -> list[Route]:
    return [
        Route(one.rule, one.endpoint, tuple(sorted((one.methods or set()) - {"OPTIONS", "HEAD"})))
        for one in node.app.url_map.iter_rules()
    ]


def needed(route: Route) -> str:
    """What of `access.MAY` the route asks for; KeyError names one that nobody has thought about."""
    blueprint, _, name = route.endpoint.partition(".")
    if blueprint == "exports":
        return EXPORTS[name]
    return ENDPOINTS.get(route.endpoint) or BLUEPRINTS[blueprint]


def test_every_role_and_every_route_of_the_node(node: Node, clients: dict[str, Any]) -> None:
    wrong = []
    for route in routes(node):
        if route.endpoint in LINE:
            continue
        for method in route.methods:
            path = route.path(NAMES) + QUERY.get(route.endpoint, "")
            for name, (role, client, csrf) in clients.items():
                if route.endpoint == "login.sign_out" and csrf:
                    continue  # the others need this session
                form = {"csrf_token": csrf} if method == "POST" else None
                answer = client.open(path, method=method, data=form, headers={"Origin": "http://localhost"} if form else {})
                inside = was_let_in(answer.status_code, answer.headers.get("Location", ""))
                if route.endpoint == "factor.change":
                    inside = "Nepareiza parole" in answer.text  # it is a form of one's own, sent without a password
                own, public = route.endpoint in OWN, route.endpoint in PUBLIC
                wanted = bool(csrf) if own else inside if public else _wanted(route, role)
                if answer.status_code >= 500 or inside is not wanted:
                    wrong.append(f"{method} {path} ({route.endpoint}) by {name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def _wanted(route: Route, role: str) -> bool:
    if route.endpoint == "pages.live" and role == "holder":
        return True  # sent on to the page that a holder has
    if route.endpoint == "months.report" and role == "holder":
        return False  # whole centres' tables are not of one institution
    return bool(role) and needed(route) in MAY[role]


def test_no_form_of_another_site_is_taken_by_the_node(node: Node, clients: dict[str, Any]) -> None:
    _, client, csrf = clients["a-national"]
    before = _tables(node)
    for route in routes(node):
        if "POST" not in route.methods or route.endpoint in PUBLIC | LINE:
            continue
        for form, origin in (
            ({}, "http://localhost"),
            ({"csrf_token": csrf}, "https://evil.example"),
            ({"csrf_token": csrf}, "null"),
        ):
            answer = client.post(route.path(NAMES), data=form, headers={"Origin": origin})
            assert answer.status_code == 403, (route.rule, form, origin)
    assert _tables(node) == before


def test_no_get_changes_anything_at_the_node(node: Node, clients: dict[str, Any]) -> None:
    before = _tables(node)
    for route in routes(node):
        if "GET" in route.methods:
            clients["a-national"][1].get(route.path(NAMES))
    assert _tables(node) == before


def test_a_program_reads_by_token_and_posts_nothing(node: Node) -> None:
    client, bearer = node.app.test_client(), {"Authorization": "Bearer a-token"}
    assert client.get("/api/v1/centres", headers=bearer).status_code == 200
    for route in routes(node):
        if "POST" in route.methods and route.endpoint not in PUBLIC | LINE:
            answer = client.post(route.path(NAMES), headers=bearer)
            inside = was_let_in(answer.status_code, answer.headers.get("Location", ""))
            assert not inside if route.endpoint in OWN else answer.status_code == 403, route.rule


# the line: who a centre is, its papers say and nothing else


@pytest.fixture(scope="module")
def papers(node: Node) -> dict[str, str]:
    """The secret of each of two centres, and of one whose papers were taken back."""
    register, found = Register(node._write), {}
    for centre in ("west", "east", "gone"):
        register.add(centre)
        found[centre] = register.enrol(register.invite(centre, datetime.now(UTC)), datetime.now(UTC))[1]
    register.revoke("gone")
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_line_is_closed_to_everybody_without_papers(node: Node, papers: dict[str, str], kind: str) -> None:
    client = node.app.test_client()
    for header in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {papers['gone']}"},
        {"Authorization": "Bearer a-token"},
        {"Authorization": f"Basic {papers['west']}"},
        {"Authorization": f"Bearer {papers['west'][:-1]}"},
        {"Cookie": "rinda_session=x"},
        {"Authorization": f"bearer\t{papers['west']}"},
    ):
        assert client.post(f"/sync/v1/{kind}", data=b"{}", headers=header).status_code == 401, header
    assert client.get(f"/sync/v1/{kind}").status_code == 405


def test_a_centre_writes_reads_and_ends_nothing_of_another(node: Node, papers: dict[str, str]) -> None:
    """No message says whose it is: the papers do. What west sends is west's, whatever it writes into it."""
    client, now = node.app.test_client(), datetime.now(UTC)
    journals = {centre: Journal() for centre in ("west", "east")}

    def say(centre: str, kind: str, message: Any) -> Any:
        return client.post(f"/sync/v1/{kind}", data=wire.pack(message), headers={"Authorization": f"Bearer {papers[centre]}"})

    for centre, journal in journals.items():
        journal.grow(3, now)
        hello = wire.Hello(sync=wire.SYNC, instance=f"server of {centre}", pulse=wire.Pulse(at=now, head=3))
        epoch = say(centre, "hello", hello).json["epoch"]
        assert say(centre, "events", _batch(centre, journal.rows_, epoch, now)).json["acked"] == 3
    signed = node.bundles.draft("centre:east", "anna", now, catalogue=load_catalogue(CATALOGUE), not_before=now, locked={})
    node.bundles.publish(signed, now)
    kept = _east(node)
    fields = {name for kind in KINDS.values() for name in kind.__struct_fields__}
    assert not fields & {"centre", "tenant", "owner"}, "a message that names a centre must be held against its papers"
    tries = {
        "hello": wire.Hello(sync=wire.SYNC, instance="server of east", pulse=wire.Pulse(at=now, head=9)),
        "hashes": wire.Ask(sync=wire.SYNC, instance="server of east", positions=(1, 2, 3)),
        "fork": wire.Fork(sync=wire.SYNC, instance="server of east", epoch=1, base=1, hash=journals["east"].rows_[0].hash),
        "events": _batch("east", journals["east"].rows_, 1, now),
        "reread": wire.Reread(sync=wire.SYNC, after=0),
        "bundle": wire.Pull(sync=wire.SYNC, revision=signed),
        "bye": wire.Hello(sync=wire.SYNC, instance="server of east", pulse=wire.Pulse(at=now, head=9)),
    }
    assert set(tries) == set(KINDS), "every kind of message is tried"
    answers = {kind: say("west", kind, message) for kind, message in tries.items()}
    assert _east(node) == kept
    assert not {row.hash for row in journals["east"].rows_} & set(answers["hashes"].text.split('"'))
    read = wire.unpack(answers["reread"].data, wire.Page).rows
    assert {row.hash for row in read} <= {row.hash for row in journals["west"].rows_}
    assert answers["bundle"].status_code == 404
    assert say("east", "bundle", tries["bundle"]).status_code == 200


def _batch(centre: str, rows: list[wire.Row], epoch: int, now: datetime) -> wire.Batch:
    pulse = wire.Pulse(at=now, head=len(rows))
    return wire.Batch(sync=wire.SYNC, instance=f"server of {centre}", epoch=epoch, rows=tuple(rows), pulse=pulse)


def _east(node: Node) -> list[Any]:
    """All that the node keeps of that centre."""
    with node.read.connect() as connection:
        found = []
        for table in ("centres", "events"):
            rows = connection.execute(text(f"SELECT * FROM {table} WHERE centre = 'east' ORDER BY 1, 2"))
            found += [tuple(row) for row in rows]
        return found


def _tables(node: Node) -> dict[str, list[Any]]:
    with node.read.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        return {
            name: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
            for name in names
            if not re.match("sqlite_", name)
        }
