"""A report as JSON, as CSV and as a workbook."""

import csv
import io
import re
from datetime import date, datetime

import msgspec
from msgspec import Struct

from config import texts
from server.reports.table import Cell, Column, Kind, Table
from server.reports.words import CODED, TITLES, WORDS

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
        return _csv(table)
    if kind == "xlsx":
        title = texts.translate(language, TITLES.get(name, name))
        return _xlsx(_in_words(table, language), titled, title, f"{first} {last}", now)
    rows = tuple(dict(zip([one.key for one in titled], row, strict=True)) for row in table.rows)
    return msgspec.json.encode(Report(report=name, first=first, last=last, columns=tuple(titled), rows=rows))


def _in_words(table: Table, language: str) -> Table:
    """The codes of classes and rules as words for people; programs read them as they are in the other formats."""
    coded = [one.key in CODED for one in table.columns]

    def said(cell: Cell) -> Cell:
        return re.sub("[a-z_]+", lambda code: texts.translate(language, WORDS.get(code[0], code[0])), str(cell))

    rows = tuple(tuple(said(cell) if code else cell for cell, code in zip(row, coded, strict=True)) for row in table.rows)
    return Table(columns=table.columns, rows=rows)


def _csv(table: Table) -> bytes:
    """RFC 4180: comma, CRLF, keys in the first line. The mark at the beginning tells a spreadsheet that it is UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([one.key for one in table.columns])
    writer.writerows([harmless(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def _xlsx(table: Table, columns: list[Column], name: str, span: str, now: datetime) -> bytes:
    """One sheet with a fixed head and cells of the type of their column."""
    from xlsxwriter import Workbook  # a quarter of a second, and only where somebody wants one

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{name} {span}", "created": now.replace(tzinfo=None)})
    sheet = book.add_worksheet(name)
    formats = [book.add_format({"num_format": _NUMBERS[one.kind]}) for one in columns]
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for at, column in enumerate(columns):
        cells = [row[at] for row in table.rows]
        sheet.write_string(0, at, column.title, head)
        sheet.set_column(at, at, min(_WIDE, 2 + max(12, *(len(str(cell)) for cell in cells))) if cells else 14)
        for n, cell in enumerate(cells, start=1):
            if column.kind == "date":
                sheet.write_datetime(n, at, date.fromisoformat(str(cell)), formats[at])
            elif isinstance(cell, str):
                sheet.write_string(n, at, cell, formats[at])
            elif cell is not None:
                sheet.write_number(n, at, cell, formats[at])
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(columns) - 1)
    book.close()
    return out.getvalue()
