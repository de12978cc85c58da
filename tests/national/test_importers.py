"""The open lists as they come: nothing is guessed, every row that is not understood is told with its number."""

import io
import tomllib
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config import CATALOGUE
from config.hours import day_spans, shown
from config.load import load_catalogue
from config.open_data import municipalities
from config.open_data.contacts import Contacts, place
from config.open_data.municipalities import NoMunicipality, on, shown_on, valid_on
from config.open_data.openhours import Unclear, read_day, read_hours
from config.open_data.services import candidates, compare, entries, institution_of
from config.open_data.table import NoTable
from config.plan import Hours

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(("day", "count"), [("2021-06-30", 119), ("2021-07-01", 43), ("2025-06-30", 43), ("2025-07-01", 42)])
def test_as_many_municipalities_as_there_were(day: str, count: int) -> None:
    assert len(on(date.fromisoformat(day))) == count


def test_every_merged_municipality_leads_to_one_that_is_there() -> None:
    there = {one.name for one in on(TODAY)}
    divided = [one.name for one in municipalities._known().values() if len(one.into) > 1]
    assert divided == ["Aglonas novads"]
    for one in municipalities._known().values():
        assert set(one.into) <= {its.name for its in municipalities._known().values()}
        if one.name not in divided:
            assert valid_on(one.name, TODAY) in there


def test_figures_have_the_municipality_of_their_day() -> None:
    assert valid_on("Varakļānu nov.", date(2025, 6, 30)) == "Varakļānu novads"
    assert valid_on("VARAKĻĀNU NOVADS", date(2025, 7, 1)) == "Madonas novads"
    assert valid_on("Rugāju novads", TODAY) == "Balvu novads"
    assert valid_on("Valmiera", TODAY) == "Valmieras novads"
    with pytest.raises(NoMunicipality, match="divided"):
        valid_on("Aglonas novads", TODAY)
    with pytest.raises(NoMunicipality, match="only since 2021-07-01"):
        valid_on("Dienvidkurzemes novads", date(2020, 1, 1))
    assert shown_on("Aglonas novads", TODAY) == "Aglonas novads"


def hours_on(text: str, day: str) -> str:
    hours = Hours(regular=read_hours(text), holidays=False)
    return "; ".join(shown(span) for span in day_spans(hours, date.fromisoformat(day)))


@pytest.mark.parametrize(
    ("text", "day", "wanted"),
    [
        ("Mo 8:30–12:00; 12:20–17:00, Tu 8:30–12:00; 12:20–19:00", "2026-11-02", "8:30-12:00; 12:20-17:00"),
        ("Mo 8:30–12:00; 12:20–17:00, Tu 8:30–12:00; 12:20–19:00", "2026-11-03", "8:30-12:00; 12:20-19:00"),
        ("P.-C. 8:00 – 17.00; Pk. 8.00-14.00", "2026-11-05", "8:00-17:00"),
        ("P.-C. 8:00 – 17.00; Pk. 8.00-14.00", "2026-11-06", "8:00-14:00"),
        ("Pirmdiena\t8:00&nbsp;&ndash;&nbsp;17.00<br>Otrdien: slēgts", "2026-11-02", "8:00-17:00"),
        ("Pirmdiena\t8:00&nbsp;&ndash;&nbsp;17.00<br>Otrdien: slēgts", "2026-11-03", ""),
        ("Pirmdiena, trešdiena 9-12; otrdiena slēgts (atrodas Rugāju pag. pārvaldē)", "2026-11-04", "9:00-12:00"),
        ("Pirmdiena, trešdiena 9-12; otrdiena slēgts (atrodas Rugāju pag. pārvaldē)", "2026-11-03", ""),
        ("Sestdiena 10:00-14:00 (no septembra līdz maijam)", "2026-11-07", "10:00-14:00"),
        ("Sestdiena 10:00-14:00 (no septembra līdz maijam)", "2026-07-04", ""),
        ("Ziemas laiks (1. oktobris - 31. maijs): P-Pk 8-17; S 9-13; Vasaras laiks (01.06.-30.09.): P-Pk 8-16; S slēgts",
         "2026-11-07", "9:00-13:00"),
        ("Ziemas laiks (1. oktobris - 31. maijs): P-Pk 8-17; S 9-13; Vasaras laiks (01.06.-30.09.): P-Pk 8-16; S slēgts",
         "2026-07-04", ""),
        ("Ziemas laiks (1. oktobris - 31. maijs): P-Pk 8-17; S 9-13; Vasaras laiks (01.06.-30.09.): P-Pk 8-16; S slēgts",
         "2026-07-03", "8:00-16:00"),
        ("P-Pk 9:00-18:00; katra mēneša otrā trešdiena: slēgts (metodiskā diena)", "2026-11-11", ""),
        ("P-Pk 9:00-18:00; katra mēneša otrā trešdiena: slēgts (metodiskā diena)", "2026-11-18", "9:00-18:00"),
        ("P-Pk 9:00-18:00; mēneša pēdējā trešdiena slēgta", "2026-11-25", ""),
        ("Pirmdien no plkst. 8.00 līdz 12.00 un 13.00 līdz 17.00", "2026-11-02", "8:00-12:00; 13:00-17:00"),
    ],
)  # fmt: skip
def test_hours_as_people_write_them(text: str, day: str, wanted: str) -> None:
    assert hours_on(text, day) == wanted


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("P-Pk 9:00-18:00; katru otro trešdienu slēgts", "katru otro"),
        ("pēc pieraksta", "no weekday"),
        ("P-Pk 8:00-17:00; S pēc pieraksta", "pēc pieraksta"),
        ("P-Pk 17:00-8:00", "ends before"),
        ("P 8:00-12:00; 11:00-13:00", "overlap"),
        ("Pk-P 8:00-17:00", "fri to mon"),
        ("Darbdienās P 8:00-17:00", "darbdien"),
        ("P-Pk", "without hours"),
        ("P 25:00-26:00", "no time"),
    ],
)
def test_hours_without_a_clear_meaning_are_named_and_not_guessed(text: str, named: str) -> None:
    with pytest.raises(Unclear, match=named):
        read_hours(text)


def test_the_cell_of_a_weekday() -> None:
    assert [(rule.days, rule.spans) for rule in read_day("mon", "8.00 – 12.00, 12.30 – 17.00")] == [
        (("mon",), "8.00 - 12.00; 12.30 - 17.00")
    ]


HEAD = "N.p.k.;E-pasts;Pašvaldība;Tālruņa numurs;Centra nosaukums;Adrese;Darba laiks;Tips;Ieteikums\r\n"
LIST = (
    "\ufeff;;;;;;;;\r\n" + HEAD + ";;;;;;;;\r\n"
    "1;vecpiebalga@pakalpojumucentri.lv;Cēsu novads;66954800;Cēsu novada Vecpiebalgas pagasta valsts un pašvaldības vienotais "
    "klientu apkalpošanas centrs;\"Alauksta iel&#257; 4; Vecpiebalga\";P.–Pk. 8:00 – 17.00;novada nozīmes;\r\n"
    ";;;;;;;;\r\n" * 1
    + "2;kuldīga@pakalpojumucentri.lv;Varakļānu nov.;669 54 801;Varakļānu VPVKAC;Rīgas iela 13;pēc pieraksta;reģionālas;\r\n"
    "3;;Jelgavas novads;;Jelgavas VPVKAC;;Tiks atvērts;;\r\n"
    "4;;Aizkraukles novads;nav;Jaunjelgavas VPVKAC;;\tP 9-12;cits;\r\n"
    "5;;Cēsu novads;;Vecpiebalgas VPVKAC;;;;\r\n"
    "6;;Nekurienes novads;;Nekurienes VPVKAC;;;;\r\n"
    "7;;Cēsu novads;;;tikai adrese;;;\r\n"
)  # fmt: skip


def read(text: str | bytes) -> tuple[Contacts, dict[str, Any]]:
    reading = Contacts(io.BytesIO(text if isinstance(text, bytes) else text.encode()), TODAY)
    return reading, {one.code: one for one in reading}


def test_contacts_are_found_by_the_meaning_of_their_heads() -> None:
    reading, found = read(LIST)
    assert list(found) == ["vecpiebalgas", "varaklanu", "jelgavas", "jaunjelgavas", "nekurienes"]
    first = found["vecpiebalgas"]
    assert (first.row, first.type, first.municipality, first.phone) == (4, "novada", "Cēsu novads", "66954800")
    assert first.address == "Alauksta ielā 4; Vecpiebalga"
    assert [(rule.days, rule.spans) for rule in first.hours] == [(("mon", "tue", "wed", "thu", "fri"), "8:00 - 17.00")]
    assert found["varaklanu"].municipality == "Madonas novads"
    assert found["jelgavas"].soon
    assert reading.rows.unknown == ("N.p.k.", "Ieteikums")
    assert reading.rows.empty == 3


def test_what_is_not_understood_is_told_with_its_row() -> None:
    reading, _ = read(LIST)
    told = [(one.row, one.taken, one.text) for one in reading.said]
    for row, taken, words in [
        (6, True, 'municipality "Varakļānu nov." is taken as Madonas novads'),
        (6, True, 'hours: "pēc pieraksta" has no weekday'),
        (8, True, 'phone "nav" is none'),
        (8, True, 'type "cits" is none of the four'),
        (9, False, '"Vecpiebalgas VPVKAC" is in row 4 already'),
        (10, True, '"Nekurienes novads" is no municipality'),
        (11, False, "no name of a centre in it: Cēsu novads; tikai adrese"),
    ]:
        assert (row, taken, words) in told
    assert len(told) == 7


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jelgavas VPVKAC", "Jaunjelgavas VPVKAC", False),
        ("Cēsu novada Vecpiebalgas pagasta VPVKAC", "Vecpiebalgas VPVKAC", True),
        ("Grobiņas pilsētas VPVKAC", "Grobiņas VPVKAC", True),
        ("Cēsu novada VPVKAC", "Cēsu VPVKAC", True),
    ],
)
def test_names_are_compared_by_whole_words(one: str, other: str, same: bool) -> None:
    assert (place(one) == place(other)) is same


def test_a_table_without_the_head_or_with_two_is_refused() -> None:
    with pytest.raises(NoTable, match="no row has heads"):
        read("a;b\r\n1;2\r\n")
    with pytest.raises(NoTable, match="more than one column"):
        read("Nosaukums;Tālrunis;Telefons\r\nA VPVKAC;1;2\r\n")
    with pytest.raises(NoTable):
        read("")


def test_broken_rows_do_not_stop_the_others() -> None:
    good = "Nosaukums;Tālrunis\r\nSaldus VPVKAC;66954811\r\n".encode()
    reading, found = read(good + b"Talsu VPVKAC;\xff\xfe\r\nValkas VPVKAC;66954812\r\n" + b'"never closed;' + b"x" * 30_000)
    assert set(found) == {"saldus", "valkas"}
    assert next(one.text for one in reading.said if not one.taken) == "phone: not UTF-8"
    assert any("not a row of a table" in one.text for one in reading.said)


def test_fourteen_megabytes_of_empty_rows_are_read_as_they_come(tmp_path: Path) -> None:
    file = tmp_path / "vpvkac-kontakti.csv"
    with file.open("wb") as out:
        out.write(HEAD.encode("utf-8-sig"))
        for letter in "abcdefghijklmn":
            out.write(b";;;;;;;;\r\n" * 100_000)
            out.write(f";;Cēsu novads;;{letter * 3} VPVKAC;;;;\r\n".encode())
    assert file.stat().st_size > 13_000_000
    with file.open("rb") as opened:
        reading = Contacts(opened, TODAY)
        found = iter(reading)
        tracemalloc.start()
        assert next(found).code == "aaa"
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 1_000_000
        assert len(list(found)) == 13
    assert reading.rows.empty == 1_400_000


def test_services_are_held_against_the_catalogue() -> None:
    catalogue = load_catalogue(CATALOGUE)
    own = [one for one in catalogue.services if one.institution == "VSAA" and not one.retired]
    short = {one.code: one.short["lv"] for one in catalogue.institutions}
    kept, changed, gone = own[0], own[1], own[2]
    lines = ["Pakalpojuma nosaukums;Pakalpojuma turētājs;Kods"]
    lines += [f"{one.name['lv'].upper()};Valsts sociālās apdrošināšanas aģentūra;" for one in own if one not in (changed, gone)]
    lines += [
        f"{changed.name['lv']} (jauns);{short['VSAA']};",
        "Pilnīgi cita lieta;VSAA;X-1",
        "Zvaigžņu skaitīšana;Zvaigžņu birojs;",
    ]
    lines += ["Pilnīgi cita lieta;VSAA;X-1", ";VSAA;"]
    found = compare(io.BytesIO("\r\n".join(lines).encode("utf-8-sig")), catalogue)
    assert kept.code in {service.code for _, service in found.same}
    assert [(one.name, service.code) for one, service, _ in found.renamed] == [(f"{changed.name['lv']} (jauns)", changed.code)]
    assert [service.code for service in found.gone] == [gone.code]
    assert [one.name for one in found.new] == ["Pilnīgi cita lieta", "Zvaigžņu skaitīšana"]
    assert found.strangers == ("Zvaigžņu birojs",)
    assert [one.text for one in found.said] == [f'"Pilnīgi cita lieta" of VSAA is in row {len(own) + 1} already', "no name: VSAA"]
    made = candidates(found, catalogue)
    assert [(one.code, one.evidence, one.minutes_evidence, one.name["lv"]) for one in made] == [
        ("VSAA-N01", "seen", "guess", "Pilnīgi cita lieta")
    ]
    assert tomllib.loads(entries(made))["service"][0] == {
        "code": "VSAA-N01", "institution": "VSAA", "name": {"lv": "Pilnīgi cita lieta"}, "channels": ["klatiene"],
        "kinds": ["pieteikums", "konsultacija"], "minutes": 10, "evidence": "seen", "minutes_evidence": "guess",
        "note": made[0].note,
    }  # fmt: skip


def test_institutions_are_known_by_code_short_and_full_name() -> None:
    catalogue = load_catalogue(CATALOGUE)
    assert institution_of("vsaa", catalogue) == "VSAA"
    assert institution_of("Valsts ieņēmumu dienests (VID)", catalogue) == "VID"
    assert institution_of("Zvaigžņu birojs", catalogue) == ""
