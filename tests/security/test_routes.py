"""Every route that runs, every method, everybody: let in or turned away as the tables say; and state is never changed by GET."""

from urllib.parse import urlencode

import pytest

from server.admin.ground import NAV
from tests.security.expected import NAMES, PUBLIC, SECRETS, SPENT, TRIED_ALONE, Unlisted, lets_in, was_let_in
from tests.security.kept import snapshot
from tests.security.world import Centre, Route, Who

FORM = "application/x-www-form-urlencoded"


def sent(centre: Centre, who: Who, method: str) -> tuple[dict[str, str], bytes | None]:
    """Headers and body of an empty form of a page of ours."""
    if method == "GET":
        return who.headers, None
    csrf = who.headers.get("X-CSRF-Token", "")
    return {**who.headers, "Content-Type": FORM}, urlencode({"csrf_token": csrf}).encode()


def doors(centre: Centre) -> list[tuple[str, Route]]:
    """Each method of each route."""
    return [(method, route) for route in centre.routes for method in route.methods]


def test_every_route_has_an_expectation(here: Centre) -> None:
    missing, nobody = [], Who("nobody", "", {})
    for _, route in doors(here):
        try:
            if route.endpoint not in TRIED_ALONE:
                lets_in(route, route.rule, nobody)
        except Unlisted as unlisted:
            missing.append(str(unlisted))
    assert missing == [], "say in tests/security/expected.py who may come in"


def test_every_role_and_every_route(here: Centre, people: list[Who]) -> None:
    wrong = []
    for method, route in doors(here):
        if route.endpoint in TRIED_ALONE:
            continue
        path = route.path(NAMES)
        for who in people:
            if route.endpoint in SPENT and who.person:
                continue
            try:
                wanted = lets_in(route, path, who)
            except Unlisted:
                continue  # told by name by the test above
            answer = here.ask(method, path, *sent(here, who, method))
            found = was_let_in(answer.status, answer.headers.get("Location", ""))
            asks = route.endpoint in PUBLIC or (method == "POST" and route.endpoint in SECRETS and answer.status == 403)
            if answer.status >= 500 or answer.status == 405 or (found is not wanted and not (wanted and asks)):
                wrong.append(
                    f"{method} {path} ({route.endpoint}) by {who.name}: {answer.status}, wanted {'in' if wanted else 'out'}"
                )
    assert not wrong, "\n".join(wrong)


def test_no_get_changes_anything(here: Centre, people: list[Who]) -> None:
    manager = next(who for who in people if who.name == "session of manager")
    before = snapshot(here)
    for method, route in doors(here):
        if method == "GET":
            here.ask("GET", route.path(NAMES), manager.headers)
            here.ask("HEAD", route.path(NAMES), manager.headers)
    assert snapshot(here) == before


@pytest.mark.parametrize("how", ["no word", "a wrong word", "a foreign origin", "no origin's name"])
def test_no_form_of_another_site_is_taken(here: Centre, people: list[Who], how: str) -> None:
    manager = next(who for who in people if who.name == "session of manager")
    headers = {"Cookie": manager.headers["Cookie"], "Content-Type": FORM}
    fields = {"csrf_token": {"no word": "", "a wrong word": "x" * 43}.get(how, manager.headers["X-CSRF-Token"])}
    if how in ("a foreign origin", "no origin's name"):
        headers["Origin"] = "https://evil.example" if how == "a foreign origin" else "null"
        headers["X-CSRF-Token"] = manager.headers["X-CSRF-Token"]
    before, taken = snapshot(here), []
    for method, route in doors(here):
        if method != "POST" or route.endpoint in SESSIONLESS or (route.endpoint in SPENT and "word" in how):
            continue
        answer = here.ask("POST", route.path(NAMES), headers, urlencode(fields).encode())
        if answer.status not in (403, 404) and not (answer.status == 400 and route.endpoint == "login.sign_in"):
            taken.append(f"{route.rule}: {answer.status}")
    assert taken == []
    assert snapshot(here) == before


SESSIONLESS = {
    "pairing.begin",
    "pairing.renew",
    "pairing.wait",
    "phone.step",
    "feedback.said",
    "rate.take",
    "setup.make",
    "login.take_step",
    "api.slip_draft",
}
"""What rides on no session (a ticket's own address, a code, or nothing), and a picture that is made and kept nowhere."""


@pytest.mark.parametrize(
    "path", ["/pair/renew", "/pair/wait", "/ticket/nothing", "/feedback", "/rate/3", "/setup", "/login/step"]
)
def test_a_foreign_origin_is_refused_without_a_session_too(here: Centre, path: str) -> None:
    headers = {"Origin": "https://evil.example", "Content-Type": FORM}
    assert here.ask("POST", path, headers, b"text=x&step=leave").status in (403, 404)


def test_the_menu_leads_to_pages_that_are_there(here: Centre, people: list[Who]) -> None:
    for who in (one for one in people if one.name in ("session of manager", "session of clerk")):
        for what, path, _, _ in NAV:
            status = here.ask("GET", path, who.headers).status
            assert status in (200, 302) if _opens(who, what) else status == 403, (who.name, path, status)


def _opens(who: Who, what: str) -> bool:
    from server.authority import may_open

    return may_open(who.role, what)
