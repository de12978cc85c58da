"""Faults in what a centre says for its kiosks and slips: notices, reserve letters, logos, addresses; and of situations."""

import base64
import io
from pathlib import Path
from zlib import crc32

import pytest
from PIL import Image

from config import CATALOGUE
from config.catalogue import Catalogue
from config.load import PlanFault, load_catalogue, load_plan
from tests.config.test_load_faults import SOUND, told_once


def logo(size: tuple[int, int] = (200, 60), mode: str = "1", kind: str = "PNG") -> str:
    out = io.BytesIO()
    Image.new(mode, size, 0).save(out, kind)
    return base64.b64encode(out.getvalue()).decode()


def vast() -> str:
    """A PNG of a few bytes that says it has 60,000 by 60,000 dots."""
    data = base64.b64decode(logo())
    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + data[24:29]
    return base64.b64encode(data[:12] + head + crc32(head).to_bytes(4, "big") + data[33:]).decode()


TEXT = 'text = { lv = "Šodien bez VZD." }'
SECOND = '[[kiosk]]\ncode = "hall"\nzone = "hall"\n'
# What is written behind the sound file, the path of the fault, its words.
FAULTS = {
    "about nothing": (f'[[notice]]\n{TEXT}\nabout = ["VSAA", "VZZ"]', "notice[0].about[1]", 'about "VZZ", which is no'),
    "about something alike": (f'[[notice]]\n{TEXT}\nabout = ["VSAA-1"]', "notice[0].about[0]", 'did you mean "VSAA-01"?'),
    "notice in no Latvian": ('[[notice]]\ntext = { en = "x" }', "notice[0].text", "the Latvian text (lv) is missing"),
    "kind of notice": (f'[[notice]]\n{TEXT}\nkind = "alarm"', "notice[0].kind", 'expected one of "info", "attention"'),
    "no date": (f'[[notice]]\n{TEXT}\nsince = "2026-02-30"', "notice[0].since", ""),
    "ends before": (
        f'[[notice]]\n{TEXT}\nsince = "2026-03-02"\nuntil = "2026-03-01"', "notice[0].until", 'is before since ("2026-03-02")'
    ),
    "same reserve": (SECOND, "kiosk[1].reserve", 'kiosks "door" and "hall" have the same reserve letter X'),
    "no reserve letter": (f'{SECOND}reserve = "A"', "kiosk[1].reserve", 'expected one of "X", "Y", "Q", "W"'),
    "tiny screen": (f'{SECOND}reserve = "Y"\ninches = 0.5', "kiosk[1].inches", "0.5 is outside 5 to 120"),
    "words for inches": (f'{SECOND}reserve = "Y"\ninches = "22"', "kiosk[1].inches", "expected a number"),
    "no base64": ('[slip]\nlogo = "ā"', "slip.logo", "is not base64"),
    "no picture": ('[slip]\nlogo = "aGVsbG8="', "slip.logo", "is no PNG picture"),
    "half a picture": (f'[slip]\nlogo = "{logo()[:60]}"', "slip.logo", "is no PNG picture"),
    "picture of a billion dots": (f'[slip]\nlogo = "{vast()}"', "slip.logo", "is no PNG picture"),
    "not PNG": (f'[slip]\nlogo = "{logo(kind="BMP")}"', "slip.logo", "is no PNG picture"),
    "wide logo": (f'[slip]\nlogo = "{logo((401, 20))}"', "slip.logo", "is 401 by 20 dots, at most 400 by 120"),
    "high logo": (f'[slip]\nlogo = "{logo((20, 121))}"', "slip.logo", "is 20 by 121 dots, at most 400 by 120"),
    "grey logo": (f'[slip]\nlogo = "{logo(mode="L")}"', "slip.logo", "black and white"),
    "wifi in no Latvian": ('[slip]\nwifi = { en = "x" }', "slip.wifi", "the Latvian text (lv) is missing"),
    "way in no Latvian": ('[[zone]]\ncode = "far"\nname = { lv = "x" }\nwhere = { en = "x" }', "zone[1].where", "(lv) is"),
    "not a page": ('[[service]]\ncode = "VSAA-01"\nalone = "http://latvija.gov.lv"', "service[1].alone", "https://"),
    "no host": ('[[service]]\ncode = "VSAA-01"\nalone = "https://latvija"', "service[1].alone", "https://"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_with_its_place(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    told_once(*FAULTS[name], catalogue, tmp_path)


def test_what_is_sound_is_taken(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    second = f'{SECOND}reserve = "Y"\ninches = 17\n\n[[kiosk]]\ncode = "printer"\nzone = "hall"\nscreen = false\n'
    day = 'since = "2026-03-01"\nuntil = "2026-03-01"'
    said = f'[slip]\nlogo = "{logo((400, 120))}"\n\n[[notice]]\n{TEXT}\nabout = ["VSAA", "VZD-01"]\n{day}\n\n{second}'
    path.write_text(f"{SOUND}\n{said}", encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert [(k.code, k.reserve, k.inches) for k in plan.kiosks][1:] == [("hall", "Y", 17.0), ("printer", "X", 0.0)]
    assert plan.notices[0].about == ("VSAA", "VZD-01")


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ('"VSAA-05", "VSAA-06"', '"VSAA-05", "VSAA-99"', "situation[0].services[1]", 'leads to service "VSAA-99"'),
        ('code = "work_lost"', 'code = "child"', "situation[1].code", 'situation "child" is there already'),
    ],
)
def test_faults_of_situations(old: str, new: str, path: str, words: str, tmp_path: Path) -> None:
    source = CATALOGUE.read_text(encoding="utf-8")
    assert source.count(old) == 1
    (tmp_path / "catalogue.toml").write_text(source.replace(old, new), encoding="utf-8")
    with pytest.raises(PlanFault) as caught:
        load_catalogue(tmp_path / "catalogue.toml")
    (fault,) = caught.value.faults
    assert words in fault.text
    assert fault.path == path
