"""Who may see what on the node: one table by role; and what the sign-in pages need of its database."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, select

from server.bridge import Threads
from server.national.node.schema import viewers
from server.people.people import People

MAY: Mapping[str, frozenset[str]] = {
    "national": frozenset({"centres", "figures", "visits", "compare", "rollout", "change", "closing", "grant", "settings"}),
    "ministry": frozenset({"centres", "figures", "compare", "rollout", "closing", "grant"}),
    "association": frozenset({"centres", "figures", "compare", "rollout", "closing", "grant"}),
    "holder": frozenset({"figures", "visits"}),
}
"""The whole network is open to its officers; ministry and association see sums only; a service holder sees the visits and the
sums of its own institution."""


class Viewer(Struct, frozen=True):
    """Who looks. `institution` is empty for all of them, else the only one whose services this person sees; `account` is empty of
    a program.
    """

    role: str
    name: str
    institution: str = ""
    account: str = ""

    def may(self, what: str) -> bool:
        """Whether the role is admitted to these pages."""
        return what in MAY.get(self.role, frozenset())


class NodeDoor(Threads):
    """The node's database as sign-in and accounts use it."""

    def __init__(self, engine: Engine, places: int) -> None:
        super().__init__(places)
        self._engine = engine

    def do(self, work: Callable[[Connection], None]) -> None:
        """A chore in a transaction of its own; raises what it raised."""
        self.native(self._within, work)

    def _within(self, work: Callable[[Connection], None]) -> None:
        with self._engine.begin() as connection:
            work(connection)


class Viewers:
    """Accounts of the node. An officer is `national` among the accounts; anybody else is there without any power
    (`visitor`), and what such a person is stands in `viewers`.
    """

    def __init__(self, people: People, do: Callable[[Callable[[Connection], None]], None]) -> None:
        self._people, self._do = people, do
        self._known: dict[str, tuple[str, str]] = {}

    def load(self) -> None:
        """Reads everything; what another program added is known afterwards."""
        found: dict[str, tuple[str, str]] = {}

        def read(connection: Connection) -> None:
            found.update({row.account: (row.role, row.institution) for row in connection.execute(select(viewers))})

        self._people.load()
        self._do(read)
        self._known = found

    def add(self, name: str, role: str, display: str, password: str, institution: str = "") -> None:
        """Makes an account; ValueError for a role that is none, and for a holder of nothing."""
        if role not in MAY:
            raise ValueError(f"{role!r} is none of {', '.join(MAY)}")
        if (role == "holder") != bool(institution):
            raise ValueError("a holder, and nobody else, has an institution")
        if role != "national":
            row = {"account": name, "role": role, "institution": institution}

            def write(connection: Connection) -> None:
                connection.execute(delete(viewers).where(viewers.c.account == name))
                connection.execute(viewers.insert(), row)

            self._do(write)
            self._known[name] = (role, institution)
        self._people.add_account(name, "national" if role == "national" else "visitor", display, password)

    def of(self, actor: Any) -> Viewer | None:
        """Who it is that makes a request; None for nobody who may see anything here."""
        if actor is None:
            return None
        account = self._people.account(actor.id)
        if account is not None and account.off:
            return None
        name = account.display if account else actor.id
        if actor.role == "national":
            return Viewer("national", name, account=account.name if account else "")
        role, institution = self._known.get(actor.id, ("", ""))
        return Viewer(role, name, institution, actor.id) if account is not None and role in MAY else None
