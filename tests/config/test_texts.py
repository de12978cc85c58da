"""Translations: plurals as CLDR has them, whatever the tool wrote; broken files are named."""

from pathlib import Path

import pytest

from config.texts import CATEGORIES, LOCALE, Texts, TextsFault, categories

ZERO_ONE_OTHER = "nplurals=3; plural=(n%10==0 || n%100>=11 && n%100<=19) ? 0 : (n%10==1 && n%100!=11) ? 1 : 2;"
ONE_OTHER_ZERO = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);"  # what Babel and old gettext write
PEOPLE = {0: "0 cilvēku", 1: "1 cilvēks", 2: "2 cilvēki", 10: "10 cilvēku", 11: "11 cilvēku", 19: "19 cilvēku"} | {
    20: "20 cilvēku",
    21: "21 cilvēks",
    22: "22 cilvēki",
    101: "101 cilvēks",
    111: "111 cilvēku",
}


def po(header: str, *forms: str, body: str = "") -> str:
    strings = "\n".join(f'msgstr[{i}] "{form}"' for i, form in enumerate(forms))
    people = f'msgid "{{n}} person"\nmsgid_plural "{{n}} people"\n{strings}\n' if forms else ""
    return f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {header}\\n"\n\n{people}\n{body}'


def texts(folder: Path, **files: str) -> Texts:
    (folder / "lv").mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"lv/{name}.po").write_text(content, encoding="utf-8")
    return Texts(folder)


@pytest.mark.parametrize(
    "source",
    [
        po(ZERO_ONE_OTHER, "{n} cilvēku", "{n} cilvēks", "{n} cilvēki"),
        po(ONE_OTHER_ZERO, "{n} cilvēks", "{n} cilvēki", "{n} cilvēku"),
    ],
)
def test_latvian_plurals(source: str, tmp_path: Path) -> None:
    found = texts(tmp_path, display=source)
    assert {n: found.plural("lv", "{n} person", "{n} people", n) for n in PEOPLE} == PEOPLE
    assert found.messages("lv", ["display"]) == {"{n} person": ["{n} cilvēku", "{n} cilvēks", "{n} cilvēki"]}


def test_order_of_forms_for_the_browser() -> None:
    assert CATEGORIES == ("zero", "one", "two", "few", "many", "other")
    assert categories("lv") == ("zero", "one", "other")
    assert categories("en") == ("one", "other")
    assert categories("uk") == ("one", "few", "many")


def test_english_and_unknown_texts_fall_back_to_the_source(tmp_path: Path) -> None:
    found = texts(tmp_path, kiosk=po(ZERO_ONE_OTHER, body='msgid "Take {number}"\nmsgstr "Paņemiet {number}"\n'))
    assert found.translate("lv", "Take {number}", number="A012") == "Paņemiet A012"
    assert found.translate("en", "Take {number}", number="A012") == "Take A012"
    assert found.translate("lv", "Not there") == "Not there"
    assert found.translate("lv", "Braces {as they are}") == "Braces {as they are}"
    assert found.plural("en", "{n} person", "{n} people", 1) == "1 person"
    assert found.plural("xx", "{n} person", "{n} people", 21) == "21 people"
    assert found.messages("en", ["kiosk"]) == {}


def test_files_are_merged_and_a_page_takes_only_its_own(tmp_path: Path) -> None:
    found = texts(
        tmp_path,
        kiosk=po(ZERO_ONE_OTHER, body='msgid "Back"\nmsgstr "Atpakaļ"\n'),
        server=po(
            ZERO_ONE_OTHER, body='msgid "Stop"\nmsgstr "Beigt"\n\n#, fuzzy\nmsgid "Go"\nmsgstr "Iet?"\n\nmsgid "No"\nmsgstr ""\n'
        ),
    )
    assert (found.translate("lv", "Back"), found.translate("lv", "Stop")) == ("Atpakaļ", "Beigt")
    assert found.messages("lv", ["kiosk"]) == {"Back": "Atpakaļ"}
    assert found.translate("lv", "Go") == "Go", "a fuzzy text is not yet a translation"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (po(ZERO_ONE_OTHER, body='msgid "A"\nmsgstr "B\n'), ":8: not a line of a .po file"),
        (po(ZERO_ONE_OTHER, body="<<<<<<< HEAD\n"), ":7: not a line of a .po file: <<<<<<< HEAD"),
        (po(ZERO_ONE_OTHER, body='msgid "A"\nmsgid "B"\nmsgstr "C"\n'), "missing msgstr"),
        (po(ZERO_ONE_OTHER, body='msgid "Take {number}"\nmsgstr "Ņemiet {numurs}"\n'), "that the source has not"),
        (po(ZERO_ONE_OTHER, body='msgid "A"\nmsgstr "{"\n'), "'{'"),
        (po("nplurals=2; plural=(n != 1);", "{n} cilvēks", "{n} cilvēki"), "does not tell the forms of lv apart"),
        (po(ZERO_ONE_OTHER, "{n} cilvēku", "{n} cilvēks"), "a form is empty"),
    ],
)
def test_a_broken_file_fails_loudly_with_its_name(content: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(TextsFault) as caught:
        texts(tmp_path, server=content)
    assert str(caught.value).startswith(str(tmp_path / "lv/server.po"))
    assert words in str(caught.value)


def test_shipped_files_do_not_translate_the_same_text_differently() -> None:
    found = Texts()
    for language in {path.parent.name for path in LOCALE.glob("*/*.po")}:
        said: dict[str, dict[str, object]] = {}
        for path in sorted(LOCALE.glob(f"{language}/*.po")):
            for msgid, text in found.messages(language, [path.stem]).items():
                said.setdefault(msgid, {})[path.stem] = text
        assert [files for files in said.values() if len({str(text) for text in files.values()}) > 1] == []
