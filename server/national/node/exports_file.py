"""An export as a file, written a row at a time: neither the table nor the file is ever in memory whole."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import IO, cast

import msgspec
from msgspec import Struct

from config import texts
from server.reports.formats import harmless, write_xlsx
from server.reports.table import Cell, Column

SHEET_MOST = 200_000
"""Rows of a workbook: more take minutes to make, and nobody reads them in a spreadsheet. CSV and JSON have no bound."""
IN_MEMORY = 1 << 20

Row = tuple[Cell, ...]


class Lines(Struct, frozen=True, kw_only=True):
    """A table whose rows may come from the database while they are written."""

    columns: tuple[Column, ...]
    rows: Iterable[Row]


class TooLong(ValueError):
    """More rows than a workbook may have."""


def written(lines: Lines, kind: str, name: str, first: date, last: date, language: str, now: datetime) -> IO[bytes]:
    """The export in a format of `formats.KINDS`, at its beginning; TooLong."""
    titled = tuple(msgspec.structs.replace(one, title=texts.translate(language, one.title)) for one in lines.columns)
    out = cast(IO[bytes], tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - whoever sends it closes it
    try:
        if kind == "csv":
            _csv(out, titled, lines.rows)
        elif kind == "xlsx":
            write_xlsx(out, titled, _bounded(lines.rows), name, first, last, language, now)
        else:
            _json(out, titled, lines.rows, name, first, last)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    for n, row in enumerate(rows):
        if n == SHEET_MOST:
            raise TooLong(f"a workbook has at most {SHEET_MOST} rows")
        yield row


def _csv(out: IO[bytes], columns: Iterable[Column], rows: Iterable[Row]) -> None:
    """As `server.reports.formats` has it: RFC 4180, with the mark by which a spreadsheet knows UTF-8."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow([one.key for one in columns])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    text.detach()


def _json(out: IO[bytes], columns: tuple[Column, ...], rows: Iterable[Row], name: str, first: date, last: date) -> None:
    """As `server.reports.formats.Report`, whose rows are written one after the other."""
    encoder, keys = msgspec.json.Encoder(), [one.key for one in columns]
    head = encoder.encode({"report": name, "from": first, "to": last, "columns": columns})
    out.write(head[:-1] + b',"rows":[')
    for n, row in enumerate(rows):
        out.write(b"," * (n > 0) + encoder.encode(dict(zip(keys, row, strict=True))))
    out.write(b"]}")
