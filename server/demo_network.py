"""The demo's network: a node beside the centre, with papers for it, and a directory of centres that are only planned."""

from datetime import UTC, datetime
from pathlib import Path

from config import EXAMPLE_CONTACTS
from config.open_data.contacts import Contacts
from config.plan import Plan
from config.settings import sqlite_url
from server.national.node.database import open_engines
from server.national.node.directory import take
from server.national.node.register import Register
from server.national.papers import Papers, load_papers, save_papers
from server.national.signing import load_key, public


def prepare(data: Path, address: str, plan: Plan) -> list[str]:
    """Makes the node's database and the centre's papers where they are not there yet; the words that start the node."""
    folder = data / "node"
    folder.mkdir(parents=True, exist_ok=True)
    url, key = sqlite_url(folder), folder / "node.key"
    write, read = open_engines(url)
    register, centre = Register(write), plan.centre
    facts = {"name": centre.short["lv"], "type": centre.type, "municipality": centre.municipality}
    register.add(centre.code, facts)
    known = load_papers(data)
    if known is None or known.centre != centre.code or register.centre_of(known.secret) != centre.code:
        _, secret = register.enrol(register.invite(centre.code, datetime.now(UTC)), datetime.now(UTC))
    else:
        secret = known.secret
    now = datetime.now(UTC)
    with EXAMPLE_CONTACTS.open("rb") as file:
        take(write, Contacts(file, now.date()), EXAMPLE_CONTACTS.name, now)
    save_papers(data, Papers(node=address, centre=centre.code, secret=secret, key=public(load_key(key))))
    for engine in (write, read):
        engine.dispose()
    host, _, port = address.removeprefix("http://").partition(":")
    return ["national", "serve", "--host", host, "--port", port, "--database", url, "--key", str(key), "--demo"]
