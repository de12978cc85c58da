"""Slips that belong to no visit: the visitors' network, what to bring, papers received, papers handed over. Pure."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from printers.layout import BODY, EMPHASIS, FOREIGN, SERVICE, SMALL
from printers.sheet_words import DOCUMENTS, LV, SHEETS, SheetWords
from printers.slip import Boxed, Gap, Line, Number, Pair, Picture, Qr, Rule, Slip, Text

CODE = 120


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that such a slip may say. Texts map language to text and always have 'lv'; `at` is aware UTC, shown in `zone`.

    `counts` are documents by kind, `codes` those of the applications that are handed over on `day`.
    """

    kind: Literal["wifi", "reminder", "intake", "handover", "test"]
    centre: dict[str, str]
    at: datetime
    zone: str = "Europe/Riga"
    language: str = "lv"
    logo: str = ""
    network: str = ""
    voucher: str = ""
    note: dict[str, str] = {}
    service: dict[str, str] = {}
    institution: dict[str, str] = {}
    bring: dict[str, str] = {}
    code: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    codes: tuple[str, ...] = ()
    day: str = ""


def sheet_slip(sheet: Sheet) -> Slip:
    """The slip as paper."""
    body = {"wifi": _wifi, "reminder": _reminder, "intake": _intake, "handover": _handover, "test": _test}[sheet.kind]
    head: list[Line] = [
        *([Picture(sheet.logo, sheet.centre["lv"])] if sheet.logo else []),
        Text(sheet.centre["lv"], SERVICE, 600, lines=3),
        Rule(),
    ]
    return (*head, *body(sheet))


def network_code(sheet: Sheet) -> str:
    """What a telephone's camera understands as a network without a password."""
    quoted = "".join(f"\\{c}" if c in '\\;,:"' else c for c in sheet.network)
    return f"WIFI:T:nopass;S:{quoted};;"


def _words(sheet: Sheet) -> tuple[SheetWords, ...]:
    """Latvian, and the visitor's language beneath."""
    return (LV, SHEETS[sheet.language]) if sheet.language != "lv" and sheet.language in SHEETS else (LV,)


def _title(sheet: Sheet, field: str) -> list[Line]:
    lv, *others = (getattr(words, field) for words in _words(sheet))
    return [Text(lv, EMPHASIS, 600), *(Text(other, FOREIGN) for other in others)]


def _both(sheet: Sheet, texts: dict[str, str], size: int = BODY, weight: int = 400) -> list[Line]:
    lines = [Text(texts["lv"], size, weight, "left")] if texts.get("lv") else []
    other = texts.get(sheet.language, "") if sheet.language != "lv" else ""
    return [*lines, *([Text(other, FOREIGN, align="left")] if other else [])]


def _moment(sheet: Sheet) -> str:
    local = sheet.at.astimezone(ZoneInfo(sheet.zone))
    return f"{local:%d.%m.%Y}.   plkst. {local.hour}:{local:%M}"


def _wifi(sheet: Sheet) -> list[Line]:
    beside = tuple(Text(words.scan, BODY if n == 0 else FOREIGN, 600 if n == 0 else 400, "left")
                   for n, words in enumerate(_words(sheet)))  # fmt: skip
    voucher: list[Line] = []
    if sheet.voucher:
        voucher = [Rule(), *_title(sheet, "voucher"), Number(sheet.voucher, CODE), Text(LV.once, SMALL)]
    return [
        *_title(sheet, "network"), Text(sheet.network, SERVICE, 700), *voucher, Rule("dashed"), Qr(network_code(sheet), beside),
        *_both(sheet, sheet.note, SMALL),
    ]  # fmt: skip


def _test(sheet: Sheet) -> list[Line]:
    return [Text(LV.test, EMPHASIS, 600), Text(_moment(sheet), BODY), Rule(), Text(LV.tested, SMALL)]


def _reminder(sheet: Sheet) -> list[Line]:
    asked = [Text(sheet.service["lv"], SERVICE, 600, lines=4)] if sheet.service.get("lv") else []
    other = sheet.service.get(sheet.language, "") if sheet.language != "lv" else ""
    brought = [line for line in _both(sheet, sheet.bring, BODY, 600) if isinstance(line, Text)]
    return [
        *_title(sheet, "reminder"), *asked, *([Text(other, FOREIGN, lines=4)] if other else []),
        *([Text(sheet.institution["lv"], BODY)] if sheet.institution.get("lv") else []), Gap(8), Boxed(tuple(brought)),
        Gap(8), Text(LV.come, SMALL, align="left"),
    ]  # fmt: skip


def _intake(sheet: Sheet) -> list[Line]:
    about = [sheet.institution.get("lv", ""), sheet.service.get("lv", "")]
    beside = tuple(Text(words.keep, SMALL if n == 0 else FOREIGN, 600 if n == 0 else 400, "left")
                   for n, words in enumerate(_words(sheet)))  # fmt: skip
    return [
        *_title(sheet, "intake"), Text(_moment(sheet), BODY), *(Text(text, SERVICE, 600, lines=4) for text in about if text),
        Number(sheet.code, CODE), Rule(), Text(LV.received, BODY, 600, "left"), *_counted(sheet), Rule("dashed"),
        Qr(f"RINDA-P:{sheet.code}", beside),
    ]  # fmt: skip


def _handover(sheet: Sheet) -> list[Line]:
    rows = [Text("   ".join(sheet.codes[n : n + 4]), BODY, 600, "left") for n in range(0, len(sheet.codes), 4)]
    documents = sum(n for _, n in sheet.counts)
    return [
        *_title(sheet, "handover"), Text(sheet.institution.get("lv", ""), SERVICE, 600, lines=3), Text(sheet.day, BODY), Rule(),
        Pair(LV.applications, str(len(sheet.codes)), BODY, 600), Pair(LV.documents, str(documents), BODY, 600), Rule("dashed"),
        *rows, Rule(), Gap(60), Pair(LV.given, LV.taken, SMALL), Gap(60), Rule("dashed"), Text(_moment(sheet), SMALL),
    ]  # fmt: skip


def _counted(sheet: Sheet) -> list[Line]:
    return [Pair(DOCUMENTS.get(kind, kind), str(n), BODY, 600) for kind, n in sheet.counts]
