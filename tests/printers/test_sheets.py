"""Slips that belong to no visit: what stands on them, and that their codes can be read from the picture."""

from datetime import UTC, datetime
from typing import Any

import pytest
import zxingcpp
from PIL import ImageOps

from printers import render
from printers.profile import PAPER_58, PAPER_80
from printers.sheets import Sheet, sheet_slip
from printers.slip import as_text

AT = datetime(2026, 3, 16, 8, 5, tzinfo=UTC)


def sheet(kind: Any, **more: Any) -> Sheet:
    return Sheet(kind=kind, centre={"lv": "Valmieras VPVKAC"}, at=AT, **more)


WIFI = sheet("wifi", network='Viesi; "2"', voucher="K7M2-QX", language="en", note={"lv": "Ātrums 20 Mb/s."})
INTAKE = sheet("intake", institution={"lv": "VSAA"}, service={"lv": "Apbedīšanas pabalsts"}, code="7KM2QA",
               counts=(("application", 1), ("certificate", 3)), language="ru")  # fmt: skip
REMINDER = sheet("reminder", service={"lv": "Vecuma pensija", "en": "Old-age pension"}, institution={"lv": "VSAA"},
                 bring={"lv": "Pase vai eID, darba grāmatiņa.", "en": "Passport or eID."}, language="en")  # fmt: skip
HANDOVER = sheet("handover", institution={"lv": "VSAA"}, day="2026-03-16",
                 codes=("7KM2QA", "B2C3D4", "E5F6G7", "H8J9K2", "L3M4N5"),
                 counts=(("application", 5), ("copy", 7)))  # fmt: skip


def read(one: Sheet, paper: Any) -> list[str]:
    picture = ImageOps.expand(render.image(sheet_slip(one), paper).convert("L"), 20, 255)
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("paper", [PAPER_80, PAPER_58])
def test_codes_are_read_from_the_paper(paper: Any) -> None:
    assert read(WIFI, paper) == ['WIFI:T:nopass;S:Viesi\\; \\"2\\";;']
    assert read(INTAKE, paper) == ["RINDA-P:7KM2QA"]


def test_what_stands_on_them_is_latvian_first_and_in_the_visitors_language() -> None:
    wifi, intake, reminder = (as_text(sheet_slip(one)) for one in (WIFI, INTAKE, REMINDER))
    assert wifi.index("Wi-Fi apmeklētājiem") < wifi.index("Wi-Fi for visitors") < wifi.index("K7M2-QX")
    assert "Iesniegums | 1\nIzziņa, apliecinājums | 3" in intake
    assert "16.03.2026.   plkst. 10:05" in intake
    assert "Заявление на бумаге принято" in intake
    assert "[Pase vai eID, darba grāmatiņa.]\n[Passport or eID.]" in reminder
    assert "Old-age pension" in reminder


def test_the_list_that_is_handed_over_counts_and_has_room_for_two_signatures() -> None:
    text = as_text(sheet_slip(HANDOVER))
    assert "Iesniegumi | 5\nDokumenti kopā | 12" in text
    assert "7KM2QA   B2C3D4   E5F6G7   H8J9K2\nL3M4N5" in text
    assert "Nodeva (paraksts) | Saņēma (paraksts)" in text


def test_without_a_voucher_nothing_is_said_of_one() -> None:
    assert "kods" not in as_text(sheet_slip(sheet("wifi", network="Viesi"))).replace("Noskenējiet kodu", "")
