"""`rinda national import` and `rinda national webhook`, as an officer types them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update

from config.plan import OpenHours
from server.cli import main
from server.national.node.directory_page import entries, said
from server.national.node.schema import centres, directory
from tests.national.test_importers import LIST


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'node.db'}"


def rinda(*words: str) -> int:
    return int(main(["national", *words]) or 0)


@pytest.mark.parametrize("verb", ["invite", "revoke", "rebuild"])
def test_a_centre_that_is_not_here_is_told(url: str, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    assert rinda(verb, "rauna", "--database", url) == 2
    assert "there is no centre 'rauna' here; --database" in capsys.readouterr().err
    assert rinda("add", "rauna", "--database", url) == 0
    assert rinda(verb, "rauna", "--database", url) == 0


def in_register(url: str) -> dict[str, tuple[str, str]]:
    with create_engine(url).connect() as connection:
        return {row.centre: (row.municipality, row.type) for row in connection.execute(select(centres))}


def test_contacts_go_into_the_register_and_a_second_time_changes_nothing(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "vpvkac-kontakti.csv"
    file.write_text(LIST, "utf-8", newline="")
    assert (
        rinda("add", "jelgava", "--name", "Jelgavas pilsētas VPVKAC", "--municipality", "Jelgavas novads", "--database", url) == 0
    )
    assert rinda("import", "contacts", str(file), "--dry-run", "--database", url) == 0
    assert list(in_register(url)) == ["jelgava"]
    assert "nothing was written" in capsys.readouterr().out
    assert rinda("import", "contacts", str(file), "--database", url) == 0
    said = capsys.readouterr()
    assert "4 new: vecpiebalgas, varaklanu, jaunjelgavas, nekurienes" in said.out
    assert "1 with other facts: jelgava" in said.out
    assert 'vpvkac-kontakti.csv:9: "Vecpiebalgas VPVKAC" is in row 4 already (row not used)' in said.err
    found = in_register(url)
    assert found["vecpiebalgas"] == ("Cēsu novads", "novada")
    assert found["varaklanu"] == ("Madonas novads", "regionalas")
    with create_engine(url).connect() as connection:
        row = connection.execute(select(directory).where(directory.c.centre == "vecpiebalgas")).one()
        assert (row.phone, row.source, json.loads(row.hours)[0]["spans"]) == (
            "66954800",
            "vpvkac-kontakti.csv:4",
            "8:00 - 17.00",
        )
        assert connection.execute(select(directory.c.soon).where(directory.c.centre == "jelgava")).scalar() == 1
    assert rinda("import", "contacts", str(file), "--database", url) == 0
    assert "0 new" in (out := capsys.readouterr().out)
    assert "0 with other facts" in out
    assert "5 as before" in out


def test_a_centre_with_papers_keeps_its_own_name_and_an_empty_cell_takes_nothing_away(url: str, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    head = "Nosaukums;Pašvaldība;Tips;Tālrunis;Adrese\r\n"
    file.write_text(head + "Valkas VPVKAC;Valkas novads;reģionālas nozīmes;66954000;Semināra iela 9\r\n", "utf-8")
    assert rinda("import", "contacts", str(file), "--database", url) == 0
    with create_engine(url).begin() as connection:
        connection.execute(update(centres).values(secret="s"))
    file.write_text(head + "Valkas pilsētas VPVKAC;Valkas novads;novada nozīmes;;Rīgas iela 1\r\n", "utf-8")
    assert rinda("import", "contacts", str(file), "--database", url) == 0
    assert in_register(url) == {"valkas": ("Valkas novads", "regionalas")}
    with create_engine(url).connect() as connection:
        row = connection.execute(select(directory)).one()
        assert (row.phone, row.address) == ("66954000", "Rīgas iela 1")


def test_a_list_without_heads_is_refused(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.csv"
    file.write_text("1;2\r\n3;4\r\n", "utf-8")
    for words in (("contacts", str(file), "--database", url), ("services", str(file))):
        assert rinda("import", *words) == 2
        assert f"{file}: no row has heads" in capsys.readouterr().err


def test_services_become_entries_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "list.csv", tmp_path / "candidates.toml"
    file.write_text("Pakalpojums;Iestāde\r\nPilnīgi cita lieta;VSAA\r\n", "utf-8-sig")
    assert rinda("import", "services", str(file), "--dry-run", "--output", str(out)) == 0
    assert not out.exists()
    assert rinda("import", "services", str(file), "--output", str(out)) == 0
    assert "new: Pilnīgi cita lieta (VSAA), row 2" in capsys.readouterr().out
    assert 'evidence = "seen"' in out.read_text("utf-8")


def test_webhooks(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert rinda("webhook", "add", "http://example.lv/in", "month_closed", "--database", url) == 2
    assert "https" in capsys.readouterr().err
    assert rinda("webhook", "add", "https://localhost:1/in", "month_closed", "--database", url) == 0
    hook, secret = capsys.readouterr().out.split()
    assert secret.startswith("whsec_")
    assert rinda("webhook", "list", "--json", "--database", url) == 0
    text = capsys.readouterr().out
    assert json.loads(text)[0]["hook"] == hook
    assert secret not in text
    assert rinda("webhook", "test", hook, "--database", url) == 1
    assert "not public" in capsys.readouterr().out
    assert rinda("webhook", "remove", hook, "--database", url) == 0
    assert rinda("webhook", "test", hook, "--database", url) == 1


def test_the_page_of_the_directory_shows_what_the_list_said(url: str, tmp_path: Path) -> None:
    file = tmp_path / "vpvkac-kontakti.csv"
    file.write_text(LIST, "utf-8", newline="")
    assert rinda("add", "nowhere", "--name", "Citur VPVKAC", "--municipality", "Varakļānu novads", "--database", url) == 0
    assert rinda("import", "contacts", str(file), "--database", url) == 0
    now = datetime(2026, 11, 3, tzinfo=UTC)
    with create_engine(url).connect() as connection:
        found = {one.centre: one for one in entries(connection, "", now, "lv")}
        rows = {row.centre: row for row in connection.execute(select(directory))}
        assert {code for code, one in found.items() if one.source} == set(rows)
        assert all((found[code].phone, found[code].address) == (row.phone, row.address) for code, row in rows.items())
        assert (found["nowhere"].source, found["nowhere"].municipality) == ("", "Madonas novads")
        assert any(one.hours for one in found.values())
        assert [one.centre for one in entries(connection, "CITUR madonas", now, "lv")] == ["nowhere"]


def test_hours_are_said_as_people_read_them() -> None:
    hours = (
        OpenHours(days=("mon", "tue", "wed", "fri"), spans="8:30-12:00; 12:30-17:00"), OpenHours(days=("thu",)),
        OpenHours(days=("sat",), spans="9:00-12:00", nth=(1, -1), note={"lv": "pēc pieraksta"}),
    )  # fmt: skip
    assert said(hours, "en") == [
        "Mon–Wed, Fri: 8:30-12:00; 12:30-17:00", "Thu: –", "Sat (1., -1.): 9:00-12:00 (pēc pieraksta)"
    ]  # fmt: skip
