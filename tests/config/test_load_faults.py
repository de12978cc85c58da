"""Every kind of fault in a centre's file is told once, with its path, its line and what was probably meant."""

from pathlib import Path

import msgspec
import pytest

from config.catalogue import Catalogue
from config.load import Fault, PlanFault, check_plan, load_plan
from config.plan import Plan

SOUND = """
languages = ["lv", "en"]

[centre]
code = "small"
name = { lv = "Mazais centrs" }
short = { lv = "Mazais" }
type = "novada"
municipality = "Cēsu novads"
timezone = "Europe/Riga"

[place]
noun = { lv = "{n}. lodziņš" }
towards = { lv = "pie {n}. lodziņa" }

[rules]
presence_s = 240
park_minutes = [5, 10]

[pause_reasons]
lunch = { lv = "Pusdienas" }

[[zone]]
code = "hall"
name = { lv = "Zāle" }

[[institution]]
code = "VZD"
services = "all"

[[institution]]
code = "VSAA"
services = [
  "VSAA-01",
  "VSAA-02",
]

[[service]]
code = "VZD-01"
minutes = 9

[[queue]]
code = "vzd"
zone = "hall"
services = ["VZD"]

[[queue]]
code = "vsaa"
zone = "hall"
services = [
  "VSAA-01", # a comment with ] and "
  "VSAA-02",
]
name = { lv = "Pensijas" }
letter = "A"

[[profile]]
code = "universal"
name = { lv = "Viss" }
queues = "all"

[[profile]]
code = "pensijas"
name = { lv = "Pensijas" }
queues = ["vsaa"]

[[counter]]
code = "1"
zone = "hall"
profile = "universal"

[[counter]]
code = "2"
zone = "hall"
profile = "pensijas"

[[kiosk]]
code = "door"
zone = "hall"
quick = ["VZD-01"]
unknown = "VSAA-02"
"""


def faults_of(source: str, catalogue: Catalogue, folder: Path) -> tuple[Fault, ...]:
    path = folder / "small.toml"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(PlanFault) as caught:
        load_plan(path, catalogue)
    return caught.value.faults


def told_once(said: str, path: str, words: str, catalogue: Catalogue, folder: Path) -> None:
    """Behind the sound file `said` is one fault, told with its path and its line."""
    (fault,) = faults_of(f"{SOUND}\n{said}\n", catalogue, folder)
    assert fault.path == path
    assert words in fault.text
    assert fault.line is not None
    assert fault.line > SOUND.count("\n")


# What stands in the sound file, what is written instead (the fault is told on the line with ¶), the path, the words.
FAULTS = {
    "syntax": ('type = "novada"', 'type = ¶"novada', "", "not TOML: "),
    "table twice": ("[rules]", "¶[place]\n[rules]", "", "not TOML: [place] is there already"),
    "key twice": ('code = "door"', 'code = "door"\n¶code = "x"', "", "not TOML: this key is there already"),
    "wrong type": ("presence_s = 240", 'presence_s = ¶"240"', "rules.presence_s", 'expected a whole number, got "240"'),
    "truth is no number": ("presence_s = 240", "presence_s = ¶true", "rules.presence_s", "expected a whole number, got true"),
    "number for a text": ('code = "1"', "code = ¶1", "counter[0].code", "expected a text, got 1 (put it in quotes)"),
    "text for a list": ('quick = ["VZD-01"]', 'quick = ¶"VZD-01"', "kiosk[0].quick", 'expected a list, got "VZD-01"'),
    "table for a list": ('queues = ["vsaa"]', "queues = ¶{}", "profile[1].queues", 'expected a list or "all", got a table'),
    "not all": ('code = "VZD"\nservices = "all"', 'code = "VZD"\nservices = ¶"al"', "institution[0].services", 'mean "all"?'),
    "no such choice": ('"novada"', '¶"novda"', "centre.type", 'got "novda"; did you mean "novada"?'),
    "missing": ('[centre]\ncode = "small"', "¶[centre]", "centre.code", "is missing"),
    "missing in a list": ('[[kiosk]]\ncode = "door"', "¶[[kiosk]]", "kiosk[0].code", "is missing"),
    "missing section": (
        '[place]\nnoun = { lv = "{n}. lodziņš" }\ntowards = { lv = "pie {n}. lodziņa" }',
        "",
        "place",
        "is missing",
    ),
    "unknown key": ("presence_s =", "¶presense_s =", "rules.presense_s", 'key "presense_s"; did you mean "presence_s"?'),
    "misspelt needed key": ('profile = "pensijas"', '¶profil = "pensijas"', "counter[1].profil", 'did you mean "profile"?'),
    "unknown section": ("[[kiosk]]", "¶[[kiosks]]", "kiosks", 'unknown key "kiosks"; did you mean "kiosk"?'),
    "letter too long": ('letter = "A"', '¶letter = "AB"', "queue[1].letter", '"AB" cannot be a series'),
    "small letter": ('letter = "A"', '¶letter = "a"', "queue[1].letter", '"a" cannot be a series'),
    "letter like a digit": ('letter = "A"', '¶letter = "O"', "queue[1].letter", '"O" cannot be a series'),
    "turned line": ('"Zāle"', '¶"Zā\\u2028le"', "zone[0].name.lv", "control character (U+2028)"),
    "offered twice": (
        '  "VSAA-02",\n]\n\n[[service]]',
        '  "VSAA-02",\n¶"VSAA-02"]\n\n[[service]]',
        "institution[1].services[2]",
        'service "VSAA-02" is listed twice',
    ),
    "changed twice": ("minutes = 9", '[[service]]\n¶code = "VZD-01"', "service[1].code", 'service "VZD-01" is changed twice'),
    "reserve letter": ('letter = "A"', '¶letter = "X"', "queue[1].letter", '"X" cannot be a series'),
    "negative minutes": ("minutes = 9", "¶minutes = -9", "service[0].minutes", "-9 is outside 1 to 480"),
    "parked too long": (
        "park_minutes = [5, 10]",
        "park_minutes = [5,\n¶900]",
        "rules.park_minutes[1]",
        "900 minutes is more than",
    ),
    "zone of time": ('"Europe/Riga"', '¶"Europe/Rīga"', "centre.timezone", "is not the name of a time zone"),
    "path as zone": ('"Europe/Riga"', '¶"../../etc/passwd"', "centre.timezone", "is not the name of a time zone"),
    "language": ('["lv", "en"]', '¶["lv", "lt"]', "languages[1]", 'language "lt" is not known (known: lv, en, ru, uk)'),
    "Latvian is not first": ('["lv", "en"]', '¶["en", "lv"]', "languages", 'the first language must be "lv"'),
    "no Latvian text": ('{ lv = "Zāle" }', '¶{ en = "Hall" }', "zone[0].name", "the Latvian text (lv) is missing"),
    "language of a text": ('{ lv = "Zāle" }', '¶{ lv = "Zāle", LV = "x" }', "zone[0].name.LV", 'language "LV" is not known'),
    "empty text": ('"Zāle"', '¶" "', "zone[0].name.lv", "is empty"),
    "too long": ('"Zāle"', f'¶"{"ā" * 5000}"', "zone[0].name.lv", "is too long: 5,000 characters, at most 300"),
    "control character": ('"Zāle"', '¶"Zā\\u0007le"', "zone[0].name.lv", "control character (U+0007)"),
    "turned text": ('"Zāle"', '¶"Zā\\u202Ele"', "zone[0].name.lv", "control character (U+202E)"),
    "code": ('code = "small"', '¶code = "mazais centrs"', "centre.code", "a code has 1 to 40 letters"),
    "code of a reason": ("lunch =", '¶"pusdienu laiks" =', "pause_reasons.pusdienu laiks", "a code has 1 to 40 letters"),
    "place without number": ('"pie {n}. lodziņa"', '¶"pie lodziņa"', "place.towards.lv", "needs {n}"),
    "place with more": ('"pie {n}. lodziņa"', '¶"pie {n}. {x}"', "place.towards.lv", "needs {n}"),
    "twice": ('code = "2"', '¶code = "1"', "counter[1].code", 'counter "1" is there already (counter[0])'),
    "zone of a counter": (
        'zone = "hall"\nprofile = "pensijas"',
        '¶zone = "hal"\nprofile = "pensijas"',
        "counter[1].zone",
        'counter "2" stands in zone "hal", which no [[zone]] defines (zones: hall); did you mean "hall"?',
    ),
    "profile of a counter": (
        'profile = "universal"',
        '¶profile = "univrsal"',
        "counter[0].profile",
        'uses profile "univrsal", which no [[profile]] defines (profiles: universal, pensijas); did you mean "universal"?',
    ),
    "queue of a profile": (
        'queues = ["vsaa"]',
        'queues = ["vsaa",\n¶"vdz"]',
        "profile[1].queues[1]",
        'profile "pensijas" serves queue "vdz", which no [[queue]] defines (queues: vzd, vsaa); did you mean "vzd"?',
    ),
    "quick service": ('["VZD-01"]', '[¶"VZD-99"]', "kiosk[0].quick[0]", 'kiosk "door" offers service "VZD-99", which'),
    "unknown service": ('unknown = "VSAA-02"', '¶unknown = "CTR-01"', "kiosk[0].unknown", 'offers service "CTR-01", which'),
    "no such institution": ('code = "VZD"\n', '¶code = "VZDD"\n', "institution[0].code", 'did you mean "VZD"?'),
    "no such offer": (
        '  "VSAA-01",\n',
        '  ¶"VSA-01",\n',
        "institution[1].services[0]",
        'no service "VSA-01" in the catalogue; did you mean "VSAA-01"?',
    ),
    "offer of another": (
        '  "VSAA-02",\n]\n\n[[service]]',
        '  "VSAA-02",\n¶"UR-01"]\n\n[[service]]',
        "institution[1].services[2]",
        'service "UR-01" belongs to institution "UR", not "VSAA"',
    ),
    "no such service": (
        '  "VSAA-02",\n]\nname',
        '  ¶"VSA-02",\n]\nname',
        "queue[1].services[1]",
        'no service "VSA-02" in the catalogue; did you mean "VSAA-02"?',
    ),
    "service not offered": (
        '["VZD"]',
        '["VZD",\n¶"NVA-01"]\nname = { lv = "x" }\nletter = "Z"',
        "queue[0].services[1]",
        '"NVA-01" is in the catalogue, but no [[institution]] of this centre offers it',
    ),
    "changed but not offered": ('code = "VZD-01"', '¶code = "UR-01"', "service[0].code", "is changed here, but not offered"),
    "kind": ("minutes = 9", 'kinds = [¶"pieteikms"]', "service[0].kinds[0]", 'did you mean "pieteikums"?'),
    "in no queue": (
        '[[institution]]\ncode = "VSAA"\nservices = [\n',
        '¶[[institution]]\ncode = "VSAA"\nservices = [\n"VSAA-03",\n',
        "institution[1]",
        '"VSAA" offers "VSAA-03", but no queue has it',
    ),
    "retired in a queue": ("minutes = 9", "retired = true", "kiosk[0].quick[0]", "which this centre does not offer"),
    "queue without name": ('name = { lv = "Pensijas" }\nletter', "letter", "queue[1].name", "is missing (only a queue of just"),
    "queue without services": (
        'services = ["VZD"]',
        '¶services = []\nname = {lv="x"}\nletter="Z"',
        "queue[0].services",
        "no services",
    ),
    "same letter": (
        'letter = "A"',
        '¶letter = "Z"',
        "queue[1].letter",
        'queues "vzd" and "vsaa" have the same letter Z, so they would give the same numbers',
    ),
    "queue out of reach": (
        'profile = "universal"',
        'profile = "pensijas"',
        "queue[0]",
        'queue "vzd" is out of reach of every counter: only profile "universal" serves it and no counter uses that',
    ),
}
# These have a second fault by nature: without the service there is also nothing for it to be in.
MORE = {"queue without services": 2, "retired in a queue": 1}


def test_the_sound_file_is_sound(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(SOUND, encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert [(q.code, q.letter, len(q.services)) for q in plan.queues] == [("vzd", "Z", 7), ("vsaa", "A", 2)]


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_once_with_its_place(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    old, new, path, words = FAULTS[name]
    assert SOUND.count(old) >= 1
    at = SOUND.index(old)
    marked = SOUND[:at] + new + SOUND[at + len(old) :]
    faults = faults_of(marked.replace("¶", ""), catalogue, tmp_path)
    assert len(faults) == MORE.get(name, 1), "\n".join(map(str, faults))
    fault = next(fault for fault in faults if fault.path == path)
    assert words in fault.text
    if "¶" in marked:
        line = marked[: marked.index("¶")].count("\n") + 1
        assert fault.line == line
        assert str(fault).startswith(f"{tmp_path}/small.toml:{line}: ")


def test_a_broken_file_lists_everything_at_once_in_the_order_of_the_file(catalogue: Catalogue, tmp_path: Path) -> None:
    source = SOUND
    for name in (
        *("language", "unknown key", "empty text", "negative minutes", "no such service", "reserve letter"),
        *("queue of a profile", "profile of a counter", "number for a text", "unknown service"),
    ):
        old, new, *_ = FAULTS[name]
        at = source.index(old)
        source = source[:at] + new.replace("¶", "") + source[at + len(old) :]
    faults = faults_of(source, catalogue, tmp_path)
    assert [fault.path for fault in faults] == [
        "languages[1]",
        "rules.presense_s",
        "zone[0].name.lv",
        "service[0].minutes",
        "queue[1].services[1]",
        "queue[1].letter",
        "profile[1].queues[1]",
        "counter[0].code",
        "counter[0].profile",
        "kiosk[0].unknown",
    ]
    lines = [fault.line for fault in faults if fault.line]
    assert lines == sorted(lines)
    assert len(lines) == 10


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZĀ1")
def test_letters_of_a_series(letter: str, catalogue: Catalogue, tmp_path: Path) -> None:
    source = SOUND.replace('letter = "A"', f'letter = "{letter}"')
    if letter in "IOQWXYĀ1":
        assert [fault.path for fault in faults_of(source, catalogue, tmp_path)] == ["queue[1].letter"]
    elif letter != "Z":  # that is the letter of the other queue
        (tmp_path / "sound.toml").write_text(source, encoding="utf-8")
        assert load_plan(tmp_path / "sound.toml", catalogue).queues[1].letter == letter


def test_limits_themselves_are_allowed(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "limits.toml"
    path.write_text(SOUND.replace("[5, 10]", "[1, 240]").replace("minutes = 9", "minutes = 480"), encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert plan.rules.park_minutes == (1, 240)
    assert plan.services[0].minutes == 480


def test_a_retired_service_waits_nowhere_but_stays_known(catalogue: Catalogue, tmp_path: Path) -> None:
    source = SOUND.replace("minutes = 9", "retired = true").replace('quick = ["VZD-01"]', "quick = []")
    path = tmp_path / "retired.toml"
    path.write_text(source, encoding="utf-8")
    plan = load_plan(path, catalogue)
    assert plan.services[0].retired
    assert "VZD-01" not in plan.queues[0].services
    extra = source.replace('services = ["VZD"]', 'services = ["VZD-01", "VZD"]\nname = { lv = "x" }\nletter = "Z"')
    assert [fault.text for fault in faults_of(extra, catalogue, tmp_path)] == [
        'queue "vzd" has service "VZD-01", which is retired'
    ]


def test_a_service_in_two_queues_names_both(catalogue: Catalogue, tmp_path: Path) -> None:
    extra = '[[queue]]\ncode = "third"\nzone = "hall"\nservices = ["VSAA-01"]\nname = { lv = "x" }\nletter = "T"\n'
    faults = faults_of(SOUND + extra, catalogue, tmp_path)
    assert [(f.path, f.text) for f in faults] == [("queue[2].services", 'service "VSAA-01" is in two queues: "vsaa" and "third"')]


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"languages = [\n", "small.toml:2: not TOML: "),
        (b'a = "\xff"\n', "small.toml:1: is not UTF-8 text"),
        (b"a = " + b"[" * 5000, "small.toml: not TOML: nested too deeply"),
        (b"a = " + b"9" * 5000, "small.toml: not TOML: "),
        (b"", "small.toml: languages: is missing"),
    ],
)
def test_what_is_no_plan_at_all(content: bytes, start: str, catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(content)
    with pytest.raises(PlanFault) as caught:
        load_plan(path, catalogue)
    assert str(caught.value).startswith(f"{tmp_path}/{start}")


def test_no_file_and_a_byte_order_mark(catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(PlanFault, match=r"none\.toml: cannot be read: No such file"):
        load_plan(tmp_path / "none.toml", catalogue)
    path = tmp_path / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode().replace(b"\n", b"\r\n"))
    assert load_plan(path, catalogue).centre.code == "small"


def test_missing_sections_are_told_as_they_are_written(catalogue: Catalogue, tmp_path: Path) -> None:
    source = SOUND[: SOUND.index("[[counter]]")]
    assert [(f.path, f.text) for f in faults_of(source, catalogue, tmp_path)] == [("counter", "[[counter]] is missing")]


def test_a_mistyped_table_hides_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    source = SOUND.replace("[[profile]]", "[[profiles]]").replace('queues = ["vsaa"]', 'queues = ["vdz"]')
    source = source.replace("[rules]", "[rule]").replace("presence_s = 240", "presence_s = -1")
    faults = faults_of(source, catalogue, tmp_path)
    assert [fault.path for fault in faults] == [*("rule", "rules.presence_s", "profiles", "profile[1].queues[0]")]
    assert faults[-1].line == source[: source.index('"vdz"')].count("\n") + 1
    assert faults[1].line == source[: source.index("presence_s")].count("\n") + 1


def test_a_table_mistyped_once_is_read_with_the_others(catalogue: Catalogue, tmp_path: Path) -> None:
    at = SOUND.rindex("[[counter]]")
    source = SOUND[:at] + SOUND[at:].replace("[[counter]]", "[[countr]]").replace('zone = "hall"', 'zone = "yard"', 1)
    source += '[rule]\nno_show_s = 0\npresence_s = "known by [rules] already"\n'
    faults = faults_of(source, catalogue, tmp_path)
    assert [fault.path for fault in faults] == ["countr", "counter[1].zone", "rule", "rules.no_show_s"]
    assert faults[1].line == source[: source.index('"yard"')].count("\n") + 1
    assert faults[3].line == source[: source.index("no_show_s")].count("\n") + 1


def test_an_unlike_table_is_not_read_as_another(catalogue: Catalogue, tmp_path: Path) -> None:
    source = SOUND.replace("[[kiosk]]", "[kiosks]")
    assert [fault.path for fault in faults_of(source, catalogue, tmp_path)] == ["kiosks"]


def test_a_name_of_150_letters_is_fine(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    path.write_text(SOUND.replace("Mazais centrs", "Ļ" * 150), encoding="utf-8")
    assert load_plan(path, catalogue).centre.name["lv"] == "Ļ" * 150


def test_a_plan_from_elsewhere_is_checked_alike(demo: Plan) -> None:
    broken = msgspec.structs.replace(
        demo,
        counters=(msgspec.structs.replace(demo.counters[0], profile="univrsal"), *demo.counters[1:]),
        services=(msgspec.structs.replace(demo.services[0], minutes=0, kinds=("x",)), *demo.services[1:]),
    )
    assert [fault.path for fault in check_plan(broken)] == ["services[0].minutes", "counters[0].profile", "services[0].kinds[0]"]
    assert check_plan(demo) == ()
