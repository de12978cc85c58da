"""A report as JSON, as CSV and as a workbook."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO

import msgspec
from msgspec import Struct

from config import texts
from server.reports.table import Cell, Column, Kind, Table
from server.reports.words import CODED, TIMES, TITLES, WORDS, when

KINDS: dict[str, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Every format with its media type."""

_NUMBERS: dict[Kind, str] = {"text": "@", "date": "yyyy-mm-dd", "count": "0", "minutes": "0.00", "share": "0.0 %"}
_WIDE = 40


class Report(Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """A report on the days from `from` to `to`; a row has a cell for every column, by its key."""

    report: str
    first: date
    last: date
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Cell], ...]


def encode(table: Table, kind: str, name: str, first: date, last: date, language: str, now: datetime) -> bytes:
    """The table of the report `name` in a format of `KINDS`, its titles in a language."""
    titled = [msgspec.structs.replace(one, title=texts.translate(language, one.title)) for one in table.columns]
    if kind == "csv":
        return _csv(table, language)
    if kind == "xlsx":
        out = io.BytesIO()
        write_xlsx(out, titled, table.rows, name, first, last, language, now)
        return out.getvalue()
    rows = tuple(dict(zip([one.key for one in titled], row, strict=True)) for row in table.rows)
    return msgspec.json.encode(Report(report=name, first=first, last=last, columns=tuple(titled), rows=rows))


def _in_words(columns: Sequence[Column], rows: Iterable[tuple[Cell, ...]], language: str) -> Iterable[tuple[Cell, ...]]:
    """The codes of classes, rules, hours and weekdays as words for people; programs read them as they are elsewhere."""
    keys = [one.key for one in columns]
    coded = [key in CODED or (key == "by" and "value" in keys) for key in keys]

    def said(cell: Cell) -> Cell:
        if cell is None:
            return None
        return re.sub("[a-z_]+", lambda code: texts.translate(language, WORDS.get(code[0], code[0])), str(cell))

    if not any(coded) and not set(TIMES) & set(keys):
        return rows
    named = (_named(keys, row, language) for row in rows)
    return (tuple(said(cell) if code else cell for cell, code in zip(row, coded, strict=True)) for row in named)


def _named(keys: Sequence[str], row: tuple[Cell, ...], language: str) -> tuple[Cell, ...]:
    """A row with its hours and weekdays in words; what a `value` is stands in the cell `by`."""
    by = str(row[keys.index("by")]) if "by" in keys else ""
    kinds = (by if key == "value" else key for key in keys)
    return tuple(when(kind, str(cell), language) if kind in TIMES else cell for kind, cell in zip(kinds, row, strict=True))


def _csv(table: Table, language: str) -> bytes:
    """RFC 4180: comma, CRLF, keys in the first line. The mark at the beginning tells a spreadsheet that it is UTF-8.

    Hours and weekdays stand once more behind all else, in words.
    """
    out = io.StringIO(newline="")
    writer, keys = csv.writer(out), [one.key for one in table.columns]
    again = [n for n, key in enumerate(keys) if key in TIMES or (key == "value" and "by" in keys)]
    writer.writerow([*keys, *(f"{keys[n]}_name" for n in again)])
    for row in table.rows:
        named = _named(keys, row, language) if again else row
        writer.writerow([harmless(cell) for cell in (*row, *(named[n] for n in again))])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def write_xlsx(
    out: IO[bytes], columns: Sequence[Column], rows: Iterable[tuple[Cell, ...]], name: str, first: date, last: date,
    language: str, now: datetime,
) -> int:  # fmt: skip
    """One sheet with a fixed head and cells of the type of their column; how many rows. One row is held in memory at a time."""
    from xlsxwriter import Workbook  # a quarter of a second, and only where somebody wants one

    title = texts.translate(language, TITLES.get(name, name))
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{title} {first} {last}", "created": now.replace(tzinfo=None)})
    sheet = book.add_worksheet(title)
    formats = [book.add_format({"num_format": _NUMBERS[one.kind]}) for one in columns]
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.title, head)
    widths, n = [12] * len(columns), 0
    for n, row in enumerate(_in_words(columns, rows, language), start=1):
        for at, cell in enumerate(row):
            if columns[at].kind == "date":
                sheet.write_datetime(n, at, date.fromisoformat(str(cell)), formats[at])
            elif isinstance(cell, str):
                sheet.write_string(n, at, cell, formats[at])
            elif cell is not None:
                sheet.write_number(n, at, cell, formats[at])
            widths[at] = max(widths[at], len(str(cell)))
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(_WIDE, 2 + width) if n else 14)
    sheet.freeze_panes(1, 0)
    if n:
        sheet.autofilter(0, 0, n, len(columns) - 1)
    book.close()
    return n
