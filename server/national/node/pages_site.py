"""The node's site: accounts, sign-in and all pages, as one part that the node starts."""

import flask
from sqlalchemy import Engine

from server.guard import is_private
from server.national.node.access import NodeDoor, Viewers
from server.national.node.directory_page import DirectoryPage
from server.national.node.looks import LookPages
from server.national.node.pages import Pages
from server.national.node.pages_ground import Ground
from server.national.node.pages_month import MonthPages
from server.national.node.pages_network import NetworkPages
from server.national.node.pages_words import ZONE
from server.pages.account import AccountPages
from server.pages.factor import FactorPages
from server.pages.login import Login
from server.pages.sso import Sso
from server.people.people import People

NAME = "Rinda, tīkls"
"""What the program on an officer's phone calls the second factor."""
RELOAD_S = 30.0
"""So often accounts are read anew, for `rinda national account` writes beside the node."""


class Site:
    """`demo`: with the accounts and tokens that the documentation names, and a password that everybody knows.

    `factor_officers`: an officer without a second factor can do nothing but switch it on; `factor_remote`: it is asked for at
    each sign-in from an address that is not of a private network.
    """

    def __init__(
        self,
        write: Engine,
        read: Engine,
        places: int,
        demo: bool,
        public: str,
        sso: Sso | None = None,
        *,
        open_metrics: bool = False,
        factor_officers: bool = False,
        factor_remote: bool = False,
    ) -> None:
        door = NodeDoor(write, places)
        self._people, self._demo = People(door.do, factor_roles=frozenset({"national"} if factor_officers else ())), demo
        self.viewers = Viewers(self._people, door.do)
        self.ground = Ground(read, write, door, self._people, self.viewers, public)
        self._login = Login(
            self._people, door, lambda: None, sso, lambda account: None,
            everywhere=lambda address: factor_remote and not is_private(address),
        )  # fmt: skip
        self._factor = FactorPages(lambda: NAME, self._people, door)
        self._account = AccountPages(self._people, door, lambda: None, lambda: ZONE, tuple, desks=False)
        self._open_metrics = open_metrics

    def routes(self) -> list[flask.Blueprint]:
        """The blueprints of all pages."""
        on = self.ground
        network = (MonthPages(on), NetworkPages(on), DirectoryPage(on))
        parts = (Pages(on, self._open_metrics), LookPages(on), *network)
        own = (self._login, self._account, self._factor)
        return [*(one.routes() for one in own), *(part.routes() for part in parts)]

    def load(self) -> float:
        """Reads the accounts; seconds until they are read again."""
        self.viewers.load()
        if self._demo:
            self._demo = False
            self.viewers.add("network", "national", "Tīkla amatpersona", "demo")
            self._people.add_device("demo-national", "national", "demo-national")
        return RELOAD_S
