"""What the network hears of devices: codes up, words at the node, and nothing about people."""

from config import texts
from server.alerts import Alert
from server.national.node.pages_words import Words
from server.national.troubles import MOST, TOLD, sentence, troubles


def test_devices_are_told_once_gravest_first_and_people_are_not() -> None:
    found = (
        Alert(kind="alarm", counters=("3",), clerk="ilze"), Alert(kind="help", kiosk="kiosk-1"),
        Alert(kind="printer", kiosk="kiosk-1", detail="paper_out"), Alert(kind="panel", line="hall", detail="lost"),
        Alert(kind="panel", line="hall", detail="lost"), Alert(kind="board_off", zone="side"),
    )  # fmt: skip
    assert troubles(found) == ("printer|kiosk-1|paper_out", "panel|hall|lost", "board_off|side|")
    assert len(troubles(Alert(kind="kiosk_off", kiosk=f"k{n}") for n in range(200))) == MOST


def test_every_trouble_has_words_in_latvian() -> None:
    for kind in TOLD:
        text, params = sentence(f"{kind}|kiosk-1|lost")
        said = texts.translate("lv", text, **params)
        assert said != text.format(**params)
        assert "{" not in said
    assert Words("lv").trouble("printer|kiosk-1|paper_out") == "kiosk-1: printeris nedrukā (paper_out)."
    assert Words("lv").trouble("laser|kiosk-1|") == "kiosk-1: laser"
