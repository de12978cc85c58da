"""When a slide is shown, what its text becomes, and why numbers are not called in their order."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from config.plan import Calling, Gain, Points, Share, Slide
from display.markdown import safe_html
from display.rule_slide import rule_sentences
from display.slides import FEEDBACK_CODE, LOAD_CODE, slides_now
from tests.support import demo_plan, tiny_plan


def at(text: str) -> datetime:
    """The instant at which the clock in Riga shows a winter or summer time that is written with its offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


# The schedule, then moments (Riga: +02 in winter, +03 in summer) at which it holds and at which it does not.
SCHEDULES = {
    "always": ({}, ["2026-01-01T00:00+02", "2026-07-15T23:59+03"], []),
    "dates": (
        {"since": "2026-03-01", "until": "2026-06-01"},
        ["2026-03-01T00:00+02", "2026-06-01T23:59+03"],
        ["2026-02-28T23:59+02", "2026-06-02T00:00+03", "2027-04-01T12:00+03"],
    ),
    "since": ({"since": "2026-03-01"}, ["2026-03-01T00:00+02", "2031-01-01T12:00+02"], ["2026-02-28T23:59+02"]),
    "until": ({"until": "2026-03-01"}, ["2025-03-01T00:00+02", "2026-03-01T23:59+02"], ["2026-03-02T00:00+02"]),
    "season": (
        {"season": "03-01/06-01"},
        ["2026-03-01T00:00+02", "2027-06-01T23:59+03"],
        ["2026-02-28T23:59+02", "2028-02-29T12:00+02", "2026-06-02T00:00+03"],
    ),
    "over the new year": (
        {"season": "12-20/01-10"},
        ["2026-12-20T00:00+02", "2026-12-31T23:59+02", "2027-01-01T00:00+02", "2027-01-10T23:59+02"],
        ["2026-12-19T23:59+02", "2027-01-11T00:00+02", "2026-07-01T12:00+03"],
    ),
    "one day": ({"season": "11-18/11-18"}, ["2026-11-18T12:00+02"], ["2026-11-17T23:59+02", "2026-11-19T00:00+02"]),
    "weekdays": (
        {"days": ("mon", "sat")},
        ["2026-03-16T00:00+02", "2026-03-21T23:59+02"],
        ["2026-03-15T23:59+02", "2026-03-17T00:00+02", "2026-03-22T00:00+02"],
    ),
    "hours": (
        {"spans": "9:00-12:00; 13:30-17:00"},
        ["2026-03-16T09:00+02", "2026-03-16T11:59+02", "2026-07-16T13:30+03"],
        ["2026-03-16T08:59+02", "2026-03-16T12:00+02", "2026-03-16T13:29+02", "2026-03-16T17:00+02"],
    ),
    "to midnight": ({"spans": "22-24"}, ["2026-03-16T23:59+02"], ["2026-03-17T00:00+02"]),
    "never": ({"spans": "slēgts"}, [], ["2026-03-16T12:00+02"]),
    "all of it": (
        {"season": "12-01/02-28", "days": ("fri",), "spans": "9-12", "until": "2027-01-31"},
        ["2026-12-04T09:00+02", "2027-01-29T11:59+02"],
        ["2026-12-03T10:00+02", "2026-12-04T12:00+02", "2027-02-05T10:00+02", "2026-11-27T10:00+02"],
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_slide_is_shown_when_its_schedule_says_so(name: str) -> None:
    said, yes, no = SCHEDULES[name]
    plan = replace(tiny_plan(), slides=(Slide(code="s", text={"lv": "Sveiki"}, **said),))  # type: ignore[arg-type]
    assert [moment for moment in [*yes, *no] if slides_now(plan, "hall", at(moment))] == yes


def test_a_slide_stands_in_its_zones_in_the_order_of_the_plan() -> None:
    slides = (
        Slide(code="b", text={"lv": "Visur"}),
        Slide(code="a", text={"lv": "Zālē"}, zones=("hall",)),
        Slide(code="c", text={"lv": "Abās"}, zones=("side", "hall")),
        Slide(code="d", text={"lv": "Sānos"}, zones=("side",), seconds=30),
    )
    plan, now = replace(tiny_plan(), slides=slides), at("2026-03-16T10:00+02")
    assert [one.code for one in slides_now(plan, "hall", now)] == ["b", "a", "c"]
    assert [(one.code, one.seconds) for one in slides_now(plan, "side", now)] == [("b", 12), ("c", 12), ("d", 30)]


def test_each_kind_has_what_a_board_needs_to_draw_it() -> None:
    name = "ab" * 32
    slides = (
        Slide(code="t", text={"lv": "# Sveiki", "en": "# Hello"}),
        Slide(code="p", kind="picture", file=f"{name}.png", text={"lv": "Karte"}),
        Slide(code="v", kind="video", file=f"{name}.mp4", text={"lv": "Filma"}),
        Slide(code="q", kind="phone"),
        Slide(code="f", kind="feedback"),
        Slide(code="r", kind="rule"),
    )
    plan = replace(demo_plan(), slides=slides)
    text, picture, video, phone, feedback, rule = slides_now(plan, "hall", at("2026-03-16T10:00+02"))
    assert (text.html, text.file) == ({"lv": "<h2>Sveiki</h2>\n"}, ""), "Latvian alone"
    assert (picture.html, picture.file, picture.text) == ({}, f"/display/media/{name}.png", {"lv": "Karte"})
    assert (video.html, video.file, video.text) == ({}, f"/display/media/{name}.mp4", {"lv": "Filma"})
    assert phone.file == LOAD_CODE
    assert phone.text["lv"]
    assert "<h2>Cik ilgi jāgaida?</h2>" in phone.html["lv"]
    assert (feedback.file, bool(feedback.text["lv"])) == (FEEDBACK_CODE, True)
    assert "<h2>Kā jūs apkalpoja?</h2>" in feedback.html["lv"]
    assert "<h2>Kāpēc numurus neizsauc vienu pēc otra?</h2>" in rule.html["lv"]


class Live(HTMLParser):
    """What of an HTML text a browser would do something with."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.other: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.other += [f"{tag} {name}" for name, value in attrs if not (name == "start" and (value or "").isdecimal())]

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    handle_pi = unknown_decl = handle_decl


SOUND = {"h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "s", "br", "hr", "blockquote"}
SOUND |= {"table", "thead", "tbody", "tr", "th", "td"}
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    '[x](JaVaScRiPt:alert(1) "t")',
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    '[x](https://example.org " onmouseover=alert(1) ")',
    "<javascript:alert(1)>",
    '<https://example.org/"onclick=alert(1)>',
    "![x](data:image/png;base64,AAAA)",
    "![x](x onerror=alert(1))",
    "![<script>alert(1)</script>](https://example.org/x.png)",
    "<!-- <script>alert(1)</script> -->",
    "<!DOCTYPE html><?php x ?><![CDATA[ x ]]>",
    "<style>*{background:url(//x)}</style>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mtext></p><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "\\<b onclick=alert(1)>",
    "# <b onclick=alert(1)>x</b>",
    "- <details open ontoggle=alert(1)>",
    "| <b onclick=x> | b |\n|:-|-:|\n| <i onload=y> | `<u>` |",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "[x]: javascript:alert(1)\n\n[x]",
    "1. x\n\n<form action=//x><input name=y>",
    "**<b style='x'>**",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_in_a_text_is_live(text: str) -> None:
    found = Live()
    found.feed(safe_html(text))
    found.close()
    assert found.tags <= SOUND
    assert found.other == []


def test_a_text_becomes_what_its_writer_meant() -> None:
    html = safe_html("# Virsraksts\n## Otrs\nviens **divi** *trīs*\nčetri\n\n- a\n- b\n\n3. c\n\n|A|B|\n|-|-:|\n|1|2|")
    assert "<h2>Virsraksts</h2>\n<h3>Otrs</h3>\n<p>viens <strong>divi</strong> <em>trīs</em><br>\nčetri</p>" in html
    assert '<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol start="3">\n<li>c</li>\n</ol>' in html
    assert "<th>A</th>\n<th>B</th>" in html
    assert safe_html("[VID](https://www.vid.gov.lv) ![karte](x.png)") == "<p>VID karte</p>\n", "words without a link"


# A rule, what a board must say of it in Latvian, and what would not be true.
RULES = {
    "arrival": (Calling(), ["paņēmis agrāk", "pierakstījies", "atgriezies"], ["punktus", "Vispirms izsauc", "pārmaiņus"]),
    "no appointments first": (Calling(booked_first=False), ["paņēmis agrāk"], ["pierakstījies"]),
    "preference": (Calling(order="preference"), ["Vispirms izsauc numurus ar burtu A, tad B, C."], ["paņēmis agrāk"]),
    "ratio": (Calling(order="ratio", shares=(Share(queue="second", take=2),)), ["2 × B, 1 × A, 1 × C"], ["paņēmis agrāk"]),
    "target": (Calling(order="target"), ["beidzas agrāk"], ["paņēmis agrāk"]),
    "points": (
        Calling(order="points"),
        ["kas pierakstījušies, kam ir priekšroka, kas atgriežas."],
        ["paņēmis agrāk", "ir atgriezies", "pirms citiem"],
    ),
    "points alike": (
        Calling(order="points", points=Points(appointment=Gain(), priority=Gain(), returning=Gain())),
        ["paņēmis agrāk"],
        ["punktus"],
    ),
    "limits": (Calling(overtakes_most=3, wait_most=21), ["pirms jums izsauc 3 reizes", "Kas gaidījis 21 minūti"], []),
    "no limits": (Calling(), [], ["pirms jums", "Kas gaidījis"]),
}


@pytest.mark.parametrize("name", RULES)
def test_the_rule_is_told_as_it_is(name: str) -> None:
    calling, said, untrue = RULES[name]
    plan = tiny_plan()
    assert [queue.letter for queue in plan.queues] == ["A", "B", "C"]
    calling = replace(calling, shares=tuple(replace(share, queue=plan.queues[1].code) for share in calling.shares))
    profile = replace(plan.profiles[0], calling=calling)
    told = " ".join(rule_sentences(replace(plan, profiles=(profile,), counters=plan.counters[:2]), "hall", "lv"))
    assert [words for words in said if words not in told] == []
    assert [words for words in untrue if words in told] == []


def test_counters_that_differ_are_named() -> None:
    plan = tiny_plan()
    first = replace(plan.profiles[1], calling=Calling(order="target"))
    told = rule_sentences(replace(plan, profiles=(plan.profiles[0], first)), "hall", "lv")
    assert [text.partition(":")[0] for text in told if ": " in text] == ["1.–2. lodziņš", "3. lodziņš"]


def test_a_plan_of_every_shipped_kind_is_told_in_few_lines() -> None:
    for zone in demo_plan().zones:
        told = rule_sentences(demo_plan(), zone.code, "lv")
        assert 2 <= len(told) <= 7
        assert not [text for text in told if re.search(r"[{}]", text)]
