"""The preview of a slip over HTTP: its picture read by an independent reader, its text, and every fault by name."""

import base64
import io
import json

import pytest
import zxingcpp
from PIL import Image

from tests.house import House, Reply, bearer


def shown(house: House, query: str, token: str | None = "demo-manager", draft: object = None) -> Reply:
    if draft is None:
        return house.request("GET", f"/api/v1/slip?{query}", headers=bearer(token))
    headers = bearer(token) | {"Content-Type": "application/json"}
    return house.request("POST", f"/api/v1/slip?{query}", json.dumps(draft).encode(), headers=headers)


def logo(size: tuple[int, int] = (200, 60), mode: str = "1") -> str:
    out = io.BytesIO()
    Image.new(mode, size, 0).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(("paper", "dots"), [("80", 576), ("58", 384)])
def test_the_picture_is_as_wide_as_the_paper_and_its_code_can_be_read(house: House, paper: str, dots: int) -> None:
    reply = shown(house, f"service=VID-01&paper={paper}")
    picture = Image.open(io.BytesIO(reply.body))
    assert (reply.status, picture.width, picture.mode) == (200, dots, "1")
    found = zxingcpp.read_barcodes(picture.convert("L"))
    assert [code.text.partition("/ticket/")[0] for code in found] == ["https://example.org"]


def test_the_text_says_where_to_wait_and_what_to_bring_latvian_first(house: House) -> None:
    text = shown(house, "service=VID-01&language=en&format=txt").body.decode()
    for latvian, english in (("Gaidiet: Lielā zāle", "Wait in: Main hall"), ("Līdzi vajag: ", "Bring: ")):
        assert 0 < text.index(latvian) < text.index(english)
    assert "Wi-Fi apmeklētājiem" in text
    assert "Indukcijas cilpa" in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [("reserve", "Rezerves numurs."), ("copy", "KOPIJA"), ("appointment", "Pieraksts plkst. "), ("ticket", "Pirms jums")],
)
def test_each_kind_of_slip(house: House, kind: str, words: str) -> None:
    text = shown(house, f"service=VSAA-01&kind={kind}&format=txt").body.decode()
    assert words in text
    assert ("https://" in text) == (kind != "reserve")


def test_texts_can_be_tried_before_they_are_saved(house: House) -> None:
    plain = Image.open(io.BytesIO(shown(house, "service=VID-01").body))
    draft = {"slip": {"wifi": {"lv": "Bezvadu tīkls: Zāle"}, "logo": logo(), "access": False}}
    tried = shown(house, "service=VID-01&format=txt", draft=draft).body.decode()
    assert "Bezvadu tīkls: Zāle" in tried
    assert "Indukcijas cilpa" not in tried
    picture = Image.open(io.BytesIO(shown(house, "service=VID-01", draft=draft).body))
    band = picture.crop((188, 8, 388, 68)).convert("L")
    assert band.getextrema() == (0, 0), "the logo is black and stands in the middle of the head"
    assert plain.crop((188, 8, 388, 68)).convert("L").getextrema() != (0, 0)


@pytest.mark.parametrize(
    ("query", "draft", "status", "words"),
    [
        ("", None, 400, "service"),
        ("service=VID-01&paper=70", None, 400, "$.paper"),
        ("service=VID-01&language=ru", None, 400, "language"),
        ("service=NONE", None, 409, "NONE"),
        ("service=VID-01", {"slip": {"logo": "!"}}, 400, "slip.logo: is not base64"),
        ("service=VID-01", {"slip": {"logo": logo((401, 20))}}, 400, "401 by 20 dots"),
        ("service=VID-01", {"slip": {"logo": logo(mode="L")}}, 400, "mode L"),
        ("service=VID-01", {"slip": {"wife": {"lv": "x"}}}, 400, "slip.wife: unknown key"),
        ("service=VID-01", {"slip": {"wifi": {"en": "x"}}}, 400, "slip.wifi: the Latvian text (lv) is missing"),
        ("service=VID-01", {"footer": {"en": "x"}}, 400, "footer: the Latvian text (lv) is missing"),
        ("service=VID-01", {"footer": "x"}, 400, "footer: expected a table"),
        ("service=VID-01", [], 400, "array"),
    ],
)
def test_a_fault_is_named_with_its_place(house: House, query: str, draft: object, status: int, words: str) -> None:
    reply = shown(house, query, draft=draft)
    assert reply.status == status
    assert words in reply.body.decode()


def test_a_sensitive_service_is_not_named_on_paper(house: House) -> None:
    text = shown(house, "service=VSAA-03&format=txt").body.decode()
    assert "VSAA" in text
    assert "Invaliditātes" not in text
    assert "Līdzi vajag" not in text


def test_the_sample_is_nobodys_number(house: House) -> None:
    assert "D000" in shown(house, "service=VID-01&format=txt").body.decode()
    assert "X000" in shown(house, "service=VID-01&kind=reserve&format=txt").body.decode()


def test_only_staff_may_look(house: House) -> None:
    assert shown(house, "service=VID-01", token=None).status == 401
    assert shown(house, "service=VID-01", token="demo-kiosk").status == 403
