"""The officers' pages of the node: closing months, the grant, settings for centres, new centres."""

import flask

from server.national.node.bundle_pages import BundlePages
from server.national.node.bundles import Bundles
from server.national.node.centre_pages import CentrePages
from server.national.node.grant_pages import GrantPages
from server.national.node.month_pages import MonthStates
from server.national.node.pages_ground import Ground


def office(ground: Ground, made: Bundles) -> list[flask.Blueprint]:
    """The blueprints of all of them."""
    parts = (MonthStates(ground), GrantPages(ground), BundlePages(ground, made), CentrePages(ground))
    return [part.routes() for part in parts]
