"""The second factor at the node: switched on, asked for elsewhere, a must for officers where that is set, off at the console."""

import re
import time
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select

from config.settings import SettingsFault, second_factor
from server import cli
from server.national.node.app import Node
from server.national.node.schema import access_log
from server.people import hashing
from server.people.factor import STEP_S, code_at
from tests.national.nodes import node_in

PASSWORD = "četri zaļi vārdi"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a sign-in costs is tested in tests/engine."""
    monkeypatch.setattr(hashing, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(hashing, "nobody", hashing.hasher.hash("nobody"))


def a_node(folder: Path, **more: bool) -> Node:
    node = node_in(folder, **more)
    for name, role in (("anna", "national"), ("juris", "ministry")):
        node.site.viewers.add(name, role, name.title(), PASSWORD)
    node.site.ground.people.add_device("tool", "national", "a-token")
    return node


def word(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found, path
    return found[1]


def sent(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    """A form of the page of that address; the status, and where to go on."""
    answer = client.post(path, data={"csrf_token": word(client, path), **fields})
    return answer.status_code, answer.headers.get("Location", "")


def come(node: Node, name: str) -> tuple[FlaskClient, str]:
    """A browser that nobody has used yet, after the right password, and where that leads."""
    client = node.app.test_client()
    status, there = sent(client, "/login", name=name, password=PASSWORD, next="/month")
    assert status == 303
    return client, there


def switched_on(client: FlaskClient) -> tuple[str, int, list[str]]:
    """The secret, the step whose code was used, and the codes to recover."""
    page = client.get("/account/factor").text
    letters = re.search(r'class="letters">([A-Z2-7 ]+)<', page)
    assert letters
    secret, step = letters[1].replace(" ", ""), int(time.time() // STEP_S)
    assert sent(client, "/account/factor", password="wrong", code=code_at(secret, step))[0] == 403
    given = {"csrf_token": word(client, "/account/factor"), "password": PASSWORD, "code": code_at(secret, step)}
    shown = client.post("/account/factor", data=given)
    assert shown.status_code == 200, shown.text
    return secret, step, re.findall(r"<li><code>([A-Z0-9-]+)</code>", shown.text)


def test_it_is_asked_for_at_another_computer_and_a_code_counts_once(tmp_path: Path) -> None:
    node = a_node(tmp_path)
    own, there = come(node, "anna")
    assert there == "/month"
    secret, step, codes = switched_on(own)
    assert len(codes) == 10
    assert own.get("/month").status_code == 200, "here it is proved"
    other, there = come(node, "anna")
    assert there == "/login/step"
    assert other.get("/month").status_code == 302
    assert sent(other, "/login/step", code=code_at(secret, step))[0] == 403, "it was used to switch it on"
    node.site.load()
    assert sent(other, "/login/step", code=code_at(secret, step))[0] == 403, "also after the accounts were read again"
    assert sent(other, "/login/step", code=code_at(secret, step + 1)) == (303, "/month")
    assert other.get("/month").status_code == 200
    third, _ = come(node, "anna")
    assert sent(third, "/login/step", code=codes[0].lower()) == (303, "/month")
    node.site.load()
    fourth, _ = come(node, "anna")
    assert sent(fourth, "/login/step", code=codes[0])[0] == 403
    assert come(node, "juris")[1] == "/month", "nobody else is asked"
    with node.read.connect() as connection:
        acts = connection.execute(select(access_log.c.act).where(access_log.c.subject == "anna")).scalars().all()
    assert {"factor_set", "recovery_used"} <= {*acts}


def test_a_code_stays_used_while_accounts_are_read_beside_it(tmp_path: Path) -> None:
    """As if the accounts had been read just before what was used was written down."""
    node = a_node(tmp_path)
    own, _ = come(node, "anna")
    secret, step, codes = switched_on(own)
    people = node.site.ground.people
    with node._write.begin() as connection:
        before = connection.exec_driver_sql("SELECT totp_step FROM accounts WHERE name = 'anna'").scalar()
        kept = connection.exec_driver_sql("SELECT account, n, code FROM recovery").all()
    client, _ = come(node, "anna")
    assert sent(client, "/login/step", code=code_at(secret, step + 1))[0] == 303
    client, _ = come(node, "anna")
    assert sent(client, "/login/step", code=codes[3])[0] == 303
    with node._write.begin() as connection:
        connection.exec_driver_sql(f"UPDATE accounts SET totp_step = {before} WHERE name = 'anna'")
        connection.exec_driver_sql("DELETE FROM recovery")
        for row in kept:
            connection.exec_driver_sql("INSERT INTO recovery (account, n, code) VALUES (?, ?, ?)", tuple(row))
    people.load()
    assert people.recovery.left("anna") == 9
    client, _ = come(node, "anna")
    for code in (code_at(secret, step + 1), codes[3]):
        assert sent(client, "/login/step", code=code)[0] == 403


def test_who_lost_phone_and_codes_comes_in_again_by_the_console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    node, url = a_node(tmp_path), f"sqlite:///{tmp_path}/node.db"
    switched_on(come(node, "anna")[0])
    assert come(node, "anna")[1] == "/login/step"
    assert cli.main(["national", "account", "factor", "nobody", "off", "--database", url]) == 1
    assert cli.main(["national", "account", "factor", "anna", "off", "--database", url]) == 0
    assert "anna signs in with the password alone" in capsys.readouterr().out
    node.site.load()
    client, there = come(node, "anna")
    assert there == "/month"
    assert client.get("/account/factor").text.count('class="letters"') == 1, "it can be switched on again"


def test_a_holder_of_an_institution_that_the_catalogue_has_not_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["national", "account", "add", "liga", "--role", "holder", "--database", f"sqlite:///{tmp_path}/node.db"]
    assert cli.main([*words, "--institution", "VSAAA"]) == 2
    assert "the catalogue has no institution 'VSAAA'; did you mean \"VSAA\"?" in capsys.readouterr().err


def test_where_it_is_a_must_an_officer_gets_to_it_and_nowhere_else(tmp_path: Path) -> None:
    node = a_node(tmp_path, factor_officers=True)
    officer, there = come(node, "anna")
    for path in (there, "/", "/months", "/settings", "/account", "/load"):
        answer = officer.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/factor"), path
    assert officer.get("/api/v1/centres").json["code"] == "factor_needed"  # type: ignore[index]
    assert officer.post("/groups", data={}).json["code"] == "factor_needed"  # type: ignore[index]
    assert "vajadzīgs otrais faktors" in officer.get("/account/factor").text
    switched_on(officer)
    assert [officer.get(path).status_code for path in ("/", "/months", "/account")] == [200, 200, 200]
    assert come(node, "juris")[0].get("/month").status_code == 200, "a ministry changes nothing"
    assert node.app.test_client().get("/api/v1/centres", headers={"Authorization": "Bearer a-token"}).status_code == 200
    assert node.app.test_client().get("/load").status_code == 200


def test_from_outside_it_is_asked_for_each_time(tmp_path: Path) -> None:
    node = a_node(tmp_path, factor_remote=True)
    client, _ = come(node, "anna")
    switched_on(client)
    at_home = {"REMOTE_ADDR": "10.1.2.3"}
    for environ, there in (({"REMOTE_ADDR": "8.8.8.8"}, "/login/step"), (at_home, "/")):
        given = {"csrf_token": word(client, "/login"), "name": "anna", "password": PASSWORD}
        assert client.post("/login", data=given, environ_base=environ).headers["Location"] == there


def test_the_settings_are_those_of_a_centre() -> None:
    assert second_factor({}) == {"factor_remote": False, "factor_officers": False}
    assert second_factor({"RINDA_FACTOR_MANAGERS": "1"}) == {"factor_remote": False, "factor_officers": True}
    with pytest.raises(SettingsFault, match='RINDA_FACTOR_REMOTE: "yes" is not 0 or 1'):
        second_factor({"RINDA_FACTOR_REMOTE": "yes"})
