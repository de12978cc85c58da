"""The check-up finds what was broken on purpose, says what to do, and finds nothing where nothing is."""

import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from config import CENTRES
from config.settings import Settings, from_environment, sqlite_url
from server.alerts import UPLINK, Health
from server.cli import main
from server.console import keeping
from server.keeping import checks_data, checks_line, checks_machine
from server.keeping.checks import Case, Check, Look, gravest, must_act
from server.keeping.doctor import LOOKS, Doctor
from server.keeping.install import said_in
from server.keeping.shelf import name_of, sum_file
from server.metrics import Metrics
from server.national.papers import Papers, save_papers
from server.people.people import People
from server.protocol import Status
from server.store.centre import CentreStore
from tests.house import free_port
from tests.keeping.conftest import a_day
from tests.support import Clock, Scene, engine_over


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder after a day."""
    folder, clock = tmp_path / "data", Clock(datetime.now(UTC) - timedelta(hours=1))
    folder.mkdir(mode=0o700)
    engine = engine_over(sqlite_url(folder), clock)
    a_day(engine, clock)
    People(engine.do).add_device("kiosk-1", "kiosk", "token")
    engine.stop()
    return folder


def settings(data: Path, **more: object) -> Settings:
    return from_environment({}, data_dir=data, **more)


def looked(
    look: Look, data: Path, *, now: datetime | None = None, health: dict[str, Health] | None = None, **more: object
) -> list[Check]:
    chosen = settings(data, **more)
    store = CentreStore(chosen.database_url)
    try:
        return list(look(Case(settings=chosen, store=store, now=now or datetime.now(UTC), health=health)))
    finally:
        store.close()


def states(found: list[Check]) -> list[str]:
    return [one.state for one in found]


@pytest.fixture
def answering() -> Iterator[int]:
    """A port on which something listens that is no centre."""
    with socket.create_server(("127.0.0.1", 0)) as here:
        yield here.getsockname()[1]


def test_a_well_centre_has_nothing_to_do_about_its_data(data: Path) -> None:
    for look in (
        checks_data.database,
        checks_data.chain,
        checks_data.plan,
        checks_data.retention,
        checks_machine.folder,
        checks_machine.python,
    ):
        assert set(states(looked(look, data))) <= {"ok", "note"}, look.__name__


def test_a_page_writes_days_and_room_on_the_disk_as_its_language_does() -> None:
    check = Check(name="Disk", state="ok", said="", facts={"free": "70.4", "at": "26.11.2026 10:00", "version": "3.11"})
    assert check.facts_in("lv") == {"free": "70,4", "at": "26.11.2026. 10:00", "version": "3.11"}
    assert check.facts_in("en") == check.facts


def test_a_changed_row_a_damaged_file_and_a_newer_schema_are_found(data: Path) -> None:
    def change(sql: str) -> None:
        opened = sqlite3.connect(data / "rinda.db")
        opened.execute("DROP TRIGGER IF EXISTS journal_no_update")
        opened.execute(sql)
        opened.commit()
        opened.close()

    change("UPDATE journal SET actor = 'clerk:nobody' WHERE position = 4")
    (found,) = looked(checks_data.chain, data)
    assert found.state == "trouble"
    assert "position 4" in found.text()
    assert "operations.md" in found.advice()
    change("UPDATE alembic_version SET version_num = '9999'")
    (found,) = looked(checks_data.database, data)
    assert (found.state, found.advice()) == ("trouble", "Install the newer version again.")
    whole = bytearray((data / "rinda.db").read_bytes())
    whole[4096:] = bytes(len(whole) - 4096)
    (data / "rinda.db").write_bytes(whole)
    assert Doctor(settings(data), CentreStore(sqlite_url(data)), looks=(checks_data.database,)).examine()[0].state == "trouble"


def test_a_clock_that_is_behind_the_last_record_is_found(data: Path) -> None:
    clock = looked(checks_data.chain, data, now=datetime.now(UTC) - timedelta(days=1))[-1]
    assert (clock.name, clock.state) == ("Clock", "trouble")


@pytest.mark.parametrize(
    ("version", "has"),
    [((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 50, 6), True), ((3, 50, 7), False), ((3, 51, 2), True),
     ((3, 51, 3), False), ((3, 6, 23), False), ((3, 54, 1), False), ((3, 45, 9), True)],
)  # fmt: skip
def test_the_wal_fault_is_known_by_the_version(version: tuple[int, ...], has: bool) -> None:
    assert checks_data.has_wal_fault(version) is has


def test_old_copies_absent_disks_and_a_missing_second_place_are_found(data: Path, tmp_path: Path) -> None:
    assert states(looked(checks_data.backups, data)) == ["attention", "attention"]
    usb, now = tmp_path / "usb", datetime.now(UTC)
    for folder in (data / "backup", usb):
        folder.mkdir()
        made = folder / name_of(now, 5)
        made.write_bytes(b"x")
        sum_file(made).write_text("x")
    assert states(looked(checks_data.backups, data, backup_dirs=str(usb))) == ["ok", "ok"]
    late = looked(checks_data.backups, data, backup_dirs=str(usb), now=now + timedelta(hours=3))
    assert states(late) == ["attention", "attention"]
    gone = looked(checks_data.backups, data, backup_dirs=str(tmp_path / "away"))
    assert gone[-1].text() == f"{tmp_path / 'away'} is not there"


def test_the_server_is_asked_whether_it_can_give_numbers(data: Path, answering: int) -> None:
    (stopped,) = looked(checks_line.port, data, port=free_port())
    assert "systemctl start rinda-server" in stopped.advice()
    (other,) = looked(checks_line.port, data, port=answering)
    assert other.state == "trouble"


@pytest.mark.parametrize(
    ("state", "worst"), [("up", "ok"), ("down", "attention"), ("refused", "trouble"), ("behind", "trouble"), ("busy", "trouble")]
)
def test_the_line_to_the_network_is_told(data: Path, state: str, worst: str, answering: int) -> None:
    assert states(looked(checks_line.node, data)) == ["note"]
    save_papers(data, Papers(node=f"http://127.0.0.1:{answering}", centre="rauna", secret="s"))
    line = Health(channel=UPLINK, connected=True, status=Status(state=state, unsent=3))
    assert states(looked(checks_line.node, data, health={UPLINK: line})) == [worst]
    (data / "node.json").write_text("{")
    assert states(looked(checks_line.node, data)) == ["trouble"]


def test_without_a_server_the_node_itself_is_asked(data: Path, answering: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Node(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    def told(port: int, path: str = "") -> list[str]:
        save_papers(data, Papers(node=f"http://127.0.0.1:{port}{path}", centre="rauna", secret="s"))
        return states(looked(checks_line.node, data, port=free_port()))

    monkeypatch.setattr(checks_line, "WITHIN_S", 0.5)
    with ThreadingHTTPServer(("127.0.0.1", 0), Node) as node:
        thread = Thread(target=node.serve_forever)
        thread.start()
        assert told(node.server_port) == ["ok"]
        assert told(node.server_port, "/elsewhere") == ["attention"], "a server, but no node"
        node.shutdown()
        thread.join()
    assert told(answering) == ["attention"], "it takes the connection and hangs"
    assert told(free_port()) == ["attention"]


class Figures(BaseHTTPRequestHandler):
    """A running server's figures, and nothing else."""

    text = b""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/metrics" else 404)
        self.end_headers()
        self.wfile.write(self.text)

    def log_message(self, *_: object) -> None: ...


def test_a_server_that_was_killed_is_not_told_to_stop_another(data: Path) -> None:
    save_papers(data, Papers(node="http://127.0.0.1:9", centre="rauna", secret="s"))
    line = Health(channel=UPLINK, connected=True, status=Status(state="busy", unsent=3))
    (found,) = looked(checks_line.node, data, health={UPLINK: line})
    assert "wait two minutes" in found.advice()


@pytest.mark.parametrize(("state", "worst"), [("up", "ok"), ("down", "attention"), ("refused", "trouble"), ("busy", "trouble")])
def test_from_outside_the_running_server_is_asked_for_the_lines_real_state(
    data: Path, state: str, worst: str, answering: int
) -> None:
    line = Health(channel=UPLINK, connected=True, status=Status(state=state, unsent=1234567))
    floor = Scene().floor
    said = type("Said", (Figures,), {"text": Metrics(lambda: floor, lambda: 0, lambda: {UPLINK: line}).text()})
    save_papers(data, Papers(node=f"http://127.0.0.1:{answering}", centre="rauna", secret="s"))
    with ThreadingHTTPServer(("127.0.0.1", 0), said) as here:
        Thread(target=here.serve_forever).start()
        (found,) = looked(checks_line.node, data, port=here.server_port)
        here.shutdown()
    assert found.state == worst
    if state in ("up", "down"):
        assert "1234567" in found.text()


def test_devices_that_are_gone_are_named(data: Path) -> None:
    gone = Health(channel="menu", connected=False, status=Status())
    (found,) = looked(checks_line.devices, data, health={"page@kiosk-1": gone})
    assert (found.state, found.text()) == ("attention", "not connected: kiosk-1")
    assert states(looked(checks_line.devices, data, health={})) == ["ok"], "who was never heard is not missed"
    assert states(looked(checks_line.devices, data)) == ["note"]


def test_a_printers_port_is_looked_at(tmp_path: Path, answering: int) -> None:
    (there := tmp_path / "lp0").touch()
    cases = {
        f"usblp://{there}": "ok", "usblp:///dev/nothing": "trouble", "virtual:": "note", f"tcp://127.0.0.1:{answering}": "ok",
        f"tcp://127.0.0.1:{free_port()}": "trouble",
    }  # fmt: skip
    assert {url: checks_line.printer(url).state for url in cases} == cases


def test_a_folder_that_others_can_read_is_found(data: Path, tmp_path: Path) -> None:
    data.chmod(0o755)
    (found,) = looked(checks_machine.folder, data)
    assert (found.state, found.advice()) == ("attention", f"chmod o-rwx {data}")
    assert states(looked(checks_machine.folder, tmp_path / "none")) == ["trouble"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files of other users")
def test_a_folder_that_the_papers_of_the_network_begin_is_for_its_user_alone(tmp_path: Path) -> None:
    save_papers(tmp_path / "new", Papers(node="http://127.0.0.1:9", centre="rauna", secret="s"))
    assert states(looked(checks_machine.folder, tmp_path / "new")) == ["ok"]


def test_what_root_made_in_the_servers_folder_is_found_and_handed_over(data: Path) -> None:
    os.chown(data, 65534, 65534)
    found, *_ = looked(checks_machine.folder, data)
    assert (found.state, found.advice()) == ("trouble", f"chown -R --reference={data} {data}")
    (data / "link").symlink_to("/etc/passwd")
    main(["doctor", "--data", str(data)])
    assert (data / "rinda.db").stat().st_uid == 0, "who looks changes nothing"
    main(["account", "off", "nobody", "--data", str(data)])
    assert {one.lstat().st_uid for one in data.iterdir() if one.name != "link"} == {65534}
    assert ((data / "link").lstat().st_uid, Path("/etc/passwd").stat().st_uid) == (0, 0)
    (data / "link").unlink()
    assert states(looked(checks_machine.folder, data)) == ["ok"]


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), sqlite3.OperationalError("attempt to write a readonly database")]
)
def test_files_of_somebody_else_are_told_from_other_faults(data: Path, error: Exception) -> None:
    def closed(case: Case) -> Iterator[Check]:
        raise error
        yield

    (found,) = Doctor(settings(data), CentreStore(sqlite_url(data)), looks=(closed,)).examine()
    assert found.advice().endswith(f"chown -R rinda {data}")


@pytest.mark.parametrize("said", ["disk I/O error", "database or disk is full"])
def test_a_full_disk_under_the_database_is_said_so(data: Path, said: str) -> None:
    def full(case: Case) -> Iterator[Check]:
        raise sqlite3.OperationalError(said)
        yield

    (found,) = Doctor(settings(data), CentreStore(sqlite_url(data)), looks=(full,)).examine()
    assert found.advice().startswith(f"Make room on the disk of {data}")


@pytest.mark.parametrize("damage", ["UPDATE journal SET data = CAST(x'ff4a616e6973' AS TEXT)", None])
def test_a_file_that_is_no_database_any_more_is_said_so_without_what_stands_in_it(
    data: Path, damage: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if damage is None:
        (data / "rinda.db").write_bytes(b"x" * 8192)
    else:
        with closing(sqlite3.connect(data / "rinda.db")) as opened:
            opened.execute("DROP TRIGGER IF EXISTS journal_no_update")
            opened.execute(damage)
            opened.commit()
    looks = (checks_data.plan, checks_data.chain)
    found = [
        one for one in Doctor(settings(data), CentreStore(sqlite_url(data)), looks=looks).examine() if one.state == "trouble"
    ]
    assert len(found) == 2
    assert {one.advice() for one in found} == {checks_data.TAKE_BACK}
    assert main(["journal", "verify", "--data", str(data)]) == 1
    said = capsys.readouterr().err + "".join(one.text() for one in found)
    assert "rinda doctor says what to do" in said
    assert "Janis" not in said


def test_a_look_that_fails_is_a_finding(data: Path) -> None:
    def broken(case: Case) -> Iterator[Check]:
        raise RuntimeError("no way")
        yield

    (found,) = Doctor(settings(data), CentreStore(sqlite_url(data)), looks=(broken,)).examine()
    assert (found.state, found.text()) == ("trouble", "broken could not be looked at: no way")


def test_it_exits_1_when_something_must_be_done_and_speaks_json(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--data", str(data), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert {one["name"] for one in said["checks"]} >= {
        "Server",
        "Database",
        "Journal",
        "Plan",
        "Copies",
        "Disk",
        "Program",
        "Network",
    }
    assert main(["doctor", "--data", str(tmp_path / "none")]) == 1
    words = capsys.readouterr().out
    assert "-> Start it: systemctl start rinda-server" in words
    assert "-> Name it: --data, or RINDA_DATA_DIR; a new one" in words


def test_it_looks_at_what_the_unit_starts_its_server_with(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, unit = tmp_path / "centre.toml", tmp_path / "server.env"
    plan.write_text('languages = ["lv"')
    unit.write_text(f"# of the unit\nRINDA_PLAN={plan}\nRINDA_PORT='{free_port()}'\nRINDA_BACKUP_DIRS={tmp_path}/usb\n")
    monkeypatch.setattr(keeping, "SERVER_ENV", unit)
    main(["doctor", "--data", str(data)])
    assert "Plan file" not in capsys.readouterr().out, "the unit has other data"
    monkeypatch.setattr(keeping, "SERVER_DATA", data.resolve())
    main(["doctor", "--data", str(data)])
    said = capsys.readouterr().out
    assert f"no server starts with it: {plan}:1" in said
    assert f"-> rinda plan check {plan}" in said
    assert f"{tmp_path}/usb is not there" in said
    assert said_in(unit)["RINDA_PORT"] in said
    plan.unlink()
    main(["doctor", "--data", str(data)])
    assert f"{plan} is not there: no server starts" in capsys.readouterr().out


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look for another user")
def test_a_plan_file_that_only_root_may_read_is_found(data: Path, tmp_path: Path) -> None:
    plan = tmp_path / "centre.toml"
    plan.write_text((CENTRES / "village.toml").read_text("utf-8"), "utf-8")
    plan.chmod(0o600)
    look = checks_machine.plan_file(plan)
    assert states(looked(look, data)) == ["ok"], "the server runs as root"
    os.chown(data, 65534, 65534)
    found = looked(look, data)
    assert [one.text() for one in found] == [f"the server's user cannot read {plan}"]
    assert found[0].advice().startswith(f"chmod a+r {plan}")


def test_every_finding_has_facts_for_its_words(data: Path) -> None:
    found = Doctor(settings(data), CentreStore(sqlite_url(data)), looks=LOOKS).examine()
    assert all(one.text() and (one.advice() or one.state in ("ok", "note")) for one in found)
    assert must_act(found) == (gravest(found) in ("trouble", "attention"))
