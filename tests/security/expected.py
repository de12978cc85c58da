"""Who is let in where: from `server/authority.py`, and one short table of what is open to everybody.

A route that no table names has no expectation, and the test that asks for one fails with its name.
"""

from collections.abc import Callable

from server import authority
from tests.security.world import Route, Who

PUBLIC = {
    "static",
    "admin.static",
    "counter.static",
    "display.static",
    "web.front",
    "web.<lambda>",
    "web.healthz",
    "web.readyz",
    "api.describe",
    "load.told",
    "load.shown",  # how full it is, and how programs talk to us
    "book.picture",  # a code of six digits as a picture, whether there is such an appointment or not
    "display.service_worker",
    "feedback.shown",
    "feedback.said",
    "phone.phone",
    "phone.step",  # a ticket's address holds 128 random bits
    "login.login",
    "login.sign_in",
    "login.step",
    "login.take_step",
    "login.sign_out",
    "pairing.screen",
    "pairing.begin",
    "pairing.wait",
    "pairing.renew",
    "setup.show",
    "setup.make",
    "counter.manifest",  # the name of a counter, for a browser that keeps the page
    "web.figures",  # from this machine alone: tests/security/test_answers.py
}
"""Open to everybody, each with guards of its own (pace, code, token, password) that tests named in docs/security.md try."""

OWN = {
    "account.own",
    "account.end",
    "account.own_pin",
    "account.own_password",
    "factor.show",
    "factor.change",
    "api.session",
    "session.active",
    "session.here",
    "session.lock",
    "session.switch",
    "session.unlock",
}
"""One's own session: a person's cookie, whatever the role."""

SPENT = {"login.sign_out", "session.lock"}
"""What would take the credential that the other rows need: tests/wire/test_sessions.py and test_hub.py try them."""

SECRETS = {"factor.change", "account.own_pin", "account.own_password", "session.switch", "session.unlock"}
"""Of those, what asks for the password first and says 403 to a wrong one."""

OFFICE = {
    "admin": "now",
    "devices": "devices",
    "plan": "plan",
    "people": "people",
    "quality": "quality",
    "journal": "journal",
    "keeping": "keeping",
    "rooms": "rooms",
    "papers": "rooms",
    "life": "rooms",
    "reports": "reports",
    "closing": "reports",
    "repairs": "reports",
    "clerk_figures": "reports",
    "clerk_figures.own": "figures",
}
"""Page of the office (`authority.PAGES`) by blueprint or endpoint."""

ALSO = {
    "closing.close": "CloseMonth",
    "repairs.all": "CorrectVisit",
    "repairs.form": "CorrectVisit",
    "repairs.correct": "CorrectVisit",
    "clerk_figures.all": "CorrectVisit",
    "papers.vouchers": "RevisePlan",
}
"""Of those, what needs the right to a command too."""

COMMANDS = {
    "content.page": "RevisePlan",
    "content.check": "RevisePlan",
    "content.upload": "RevisePlan",
    "content.delete": "RevisePlan",
    "content.save": "RevisePlan",
    "api.repairs": "CorrectVisit",
}
"""What asks for the right to a command alone."""

CHANNELS = {
    "counter.desk": "desk/3",
    "book.book": "catalogue",
    "panel.panel": "panel/3",
    "rate.tablet": "rate/3",
    "rate.take": "rate/3",
    "display.board": "board/hall",
    "rooms_screen.screen": "room/d1",
    "voice.pack": "board",
    "media.file": "board",
    "media.code": "board",
}
"""Screens: the channel that one must be allowed to see."""

READS: dict[str, Callable[[str], bool]] = {
    "api.visits": authority.may_read_visits,
    "api.report": authority.may_read_visits,
    "api.slots": authority.may_read_book,
    "api.appointments": authority.may_read_book,
    "api.slip": authority.may_read_book,
    "api.slip_draft": authority.may_read_book,
}

TRIED_ALONE = {"api.command", "api.view"}
"""Each command and each channel has a row of its own: test_commands.py."""

NAMES = {
    "counter": "3",
    "/display/<zone>:zone": "hall",
    "/room/<code>:code": "d1",
    "/admin/quality/forms/<code>:code": "mystery",
    "visit": "00000000-0000-4000-8000-000000000001",
    "paper": "00000000-0000-4000-8000-000000000001",
    "month": "2020-01",
    "kind": "csv",
    "/api/v1/reports/<name>:name": "visits",
    "filename": "base.css",
    "code": "123456",
    "room": "d1",
    "act": "start",
}

CLOSED_WHEN_LOCKED = ("/counter/", "/admin", "/account", "/api/")
OPEN_WHEN_LOCKED = ("/counter/static/", "/admin/static/", "/api/v1/session", "/api/v1/openapi.json")


class Unlisted(Exception):
    """A route that nobody has thought about."""


def lets_in(route: Route, path: str, who: Who) -> bool:
    """Whether somebody must be let in; Unlisted."""
    if who.locked and path.startswith(CLOSED_WHEN_LOCKED) and not path.startswith(OPEN_WHEN_LOCKED):
        return False
    endpoint, blueprint = route.endpoint, route.endpoint.partition(".")[0]
    if endpoint in PUBLIC:
        return True
    if endpoint in OWN:
        return who.person
    if endpoint in COMMANDS:
        return authority.may_submit(who.role, COMMANDS[endpoint])
    if endpoint in CHANNELS:
        return authority.may_see(who.role, CHANNELS[endpoint], only=who.only)
    if endpoint in READS:
        return READS[endpoint](who.role)
    page = OFFICE.get(endpoint, OFFICE.get(blueprint))
    if page is None:
        raise Unlisted(f"{'/'.join(route.methods)} {route.rule} ({endpoint})")
    needs = ALSO.get(endpoint)
    return authority.may_open(who.role, page) and (needs is None or authority.may_submit(who.role, needs))


def was_let_in(status: int, location: str) -> bool:
    """Whether an answer is one to somebody who was let in; the way to sign in or to pair is not."""
    turned_away = status in (401, 403, 423, 429) or (status in (302, 303) and location.partition("?")[0] in ("/login", "/pair"))
    return not turned_away
