"""The shipped catalogue holds the facts that were gathered, each with the mark of how well it is known."""

from collections import Counter
from pathlib import Path

import pytest

from config.catalogue import Catalogue, Service
from config.load import PlanFault, load_catalogue
from tests.config.conftest import CONFIG


def service(catalogue: Catalogue, code: str) -> Service:
    return next(service for service in catalogue.services if service.code == code)


def test_nothing_was_lost(catalogue: Catalogue) -> None:
    assert len(catalogue.institutions) == 18
    assert Counter(s.institution for s in catalogue.services) == (
        {"VSAA": 31, "NVA": 10, "VID": 12, "UR": 7, "LAD": 7, "VZD": 7, "PMLP": 9, "VDI": 4}
        | {"UGFA": 2, "VDEAVK": 2, "NVD": 4, "IEMIC": 2, "LDC": 2, "TA": 1, "SIF": 1}
        | {"PORTALS": 11, "PASV": 14, "CENTRS": 7}
    )
    assert len(catalogue.services) == 133


def test_marks_of_evidence_survive(catalogue: Catalogue) -> None:
    assert Counter(s.evidence for s in catalogue.services) == {"known": 72, "seen": 54, "guess": 7}
    assert Counter(i.evidence for i in catalogue.institutions) == {"seen": 11, "guess": 7}
    assert {s.minutes_evidence for s in catalogue.services} == {"guess"}
    assert {i.evidence for i in catalogue.institutions if i.standing == "candidate"} == {"guess"}


def test_the_eight_of_2015_come_first_in_their_order(catalogue: Catalogue) -> None:
    eight = [i.code for i in catalogue.institutions if i.standing == "basket"]
    assert eight == ["VSAA", "NVA", "VID", "UR", "LAD", "VZD", "PMLP", "VDI"]
    assert [i.code for i in catalogue.institutions[:8]] == eight


def test_every_name_is_there_in_three_languages(catalogue: Catalogue) -> None:
    names = [part.name for part in catalogue.institutions] + [part.name for part in catalogue.services]
    assert {tuple(name) for name in names} == {("lv", "en", "ru")}
    assert all(all(name.values()) for name in names)


def test_words_of_the_vocabulary(catalogue: Catalogue) -> None:
    assert list(catalogue.kinds) == ["pieteikums", "konsultacija", "e_atbalsts", "informacija", "cits"]
    assert list(catalogue.channels) == ["klatiene", "e_pakalpojums", "papirs", "video", "talrunis", "e_pasts"]
    assert catalogue.outcomes["redirected"] == {"lv": "Nosūtīts citur", "en": "Sent elsewhere"}
    assert list(catalogue.outcomes) == ["lodged", "advised", "redirected", "not_served"]


def test_letters_are_distinct_and_leave_two_for_appointments(catalogue: Catalogue) -> None:
    letters = {i.letter for i in catalogue.institutions}
    assert len(letters) == 18
    assert letters.isdisjoint("IOQWXYFJ")


def test_a_retired_and_a_sensitive_service(catalogue: Catalogue) -> None:
    assert [s.code for s in catalogue.services if s.retired] == ["NVD-04"]
    assert service(catalogue, "PASV-13").sensitive
    assert service(catalogue, "VDEAVK-01").sensitive
    assert not service(catalogue, "VID-01").sensitive
    assert service(catalogue, "CTR-06").note == "An action of the kiosk, not a service."


def test_a_catalogue_with_faults_names_all_of_them(tmp_path: Path) -> None:
    source = (CONFIG / "catalogue.toml").read_text(encoding="utf-8")
    source = source.replace('code = "VSAA-02"\n', 'code = "VSAA-01"\n').replace('letter = "N"', 'letter = "A"')
    source = source.replace('code = "NVA-01"\ninstitution = "NVA"', 'code = "NVA-01"\ninstitution = "NVAA"')
    source = source.replace('code = "UR-07"\n', 'code = "UR"\n')
    path = tmp_path / "own.toml"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(PlanFault) as caught:
        load_catalogue(path)
    text = str(caught.value)
    assert 'service "VSAA-01" is there already (service[0])' in text
    assert 'institutions "VSAA" and "NVA" have the same letter A' in text
    assert 'service "NVA-01" has institution "NVAA", which no [[institution]] defines' in text
    assert '"UR" is the code of an institution' in text
    assert len(caught.value.faults) == 4


def test_eight_situations_lead_to_services_in_use_in_every_language_of_the_names(catalogue: Catalogue) -> None:
    known = {s.code: s for s in catalogue.services}
    assert len(catalogue.situations) == 8
    for situation in catalogue.situations:
        assert situation.name.keys() == situation.line.keys() == {"lv", "en", "ru"}
        assert not [code for code in situation.services if known[code].retired]
    together = [{known[code].institution for code in situation.services} for situation in catalogue.situations]
    assert sum(len(institutions) > 1 for institutions in together) == 6, "pensions and income tax are one institution's"


def test_a_long_list_is_split_by_headings_that_all_its_services_have(catalogue: Catalogue) -> None:
    sizes = Counter(s.institution for s in catalogue.services)
    for institution in (code for code, count in sizes.items() if count > 12):
        groups = Counter(s.group.get("lv") for s in catalogue.services if s.institution == institution)
        assert None not in groups
        assert 4 <= len(groups) <= 6
        assert max(groups.values()) <= 8


@pytest.mark.parametrize("word", ["pase", "nodokļi", "vifi", "pensija", "bērnu nauda", "dekrēts", "passport", "паспорт"])
def test_people_find_it_by_their_own_words(catalogue: Catalogue, word: str) -> None:
    assert [s.code for s in catalogue.services if word in s.keywords]


def test_a_page_to_do_it_alone_is_the_states_own_and_only_where_there_is_an_e_service(catalogue: Catalogue) -> None:
    alone = [s for s in catalogue.services if s.alone]
    assert {s.alone.removeprefix("https://") for s in alone} == {
        *("latvija.gov.lv", "eds.vid.gov.lv", "eps.lad.gov.lv", "www.kadastrs.lv", "cvvp.nva.gov.lv", "bis.gov.lv")
    }
    assert all("e_pakalpojums" in s.channels for s in alone)
