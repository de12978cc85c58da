"""The node's site: accounts, sign-in and all pages, as one part that the node starts."""

import flask
from sqlalchemy import Engine

from server.login import Login
from server.national.node.access import NodeDoor, Viewers
from server.national.node.pages import Pages
from server.national.node.pages_ground import Ground
from server.national.node.pages_month import MonthPages
from server.national.node.pages_network import NetworkPages
from server.people import People

RELOAD_S = 30.0
"""So often accounts are read anew, for `rinda national account` writes beside the node."""


class Site:
    """`demo`: with the accounts and tokens that the documentation names, and a password that everybody knows."""

    def __init__(self, write: Engine, read: Engine, places: int, demo: bool, public: str) -> None:
        door = NodeDoor(write, places)
        self._people, self._demo = People(door.do), demo
        self.viewers = Viewers(self._people, door.do)
        self.ground = Ground(read, write, door, self._people, self.viewers, public)
        self._login = Login(self._people, door, lambda: None, None, lambda account: None)

    def routes(self) -> list[flask.Blueprint]:
        """The blueprints of all pages."""
        parts = (Pages(self.ground), MonthPages(self.ground), NetworkPages(self.ground))
        return [self._login.routes(), *(part.routes() for part in parts)]

    def load(self) -> float:
        """Reads the accounts; seconds until they are read again."""
        self.viewers.load()
        if self._demo:
            self._demo = False
            self.viewers.add("network", "national", "Tīkla amatpersona", "demo")
            self._people.add_device("demo-national", "national", "demo-national")
        return RELOAD_S
