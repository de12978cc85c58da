"""A table of somebody else, row by row: columns found by what their heads mean, never by where they stand."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from msgspec import Struct

from config.open_data.words import clean, fold, words

LONGEST = 20_000
"""Characters of a cell; a longer one is a quote that was never closed."""
HEAD_WITHIN = 30
"""The head is among so many first rows that are not empty."""
DELIMITERS = ";,\t|"


class Said(Struct, frozen=True, kw_only=True):
    """Something about a row (from 1, as a spreadsheet counts lines) that somebody should know. `taken`: the row was used."""

    row: int
    text: str
    taken: bool = False


class NoTable(ValueError):
    """There is no head that says what is needed."""


class Row(Struct, frozen=True, kw_only=True):
    """A row that is not empty: cells by the meaning of their column."""

    row: int
    cells: dict[str, str]


class Rows:
    """Reads a file as it comes, in memory that does not grow with it.

    `meanings` names each column with the words of which its head has all of one group; longer groups go first. `empty` counts
    rows without a word, `said` holds what could not be read, `unknown` the heads that mean nothing to us.
    """

    def __init__(self, file: IO[bytes], meanings: Mapping[str, Sequence[str]], needed: Sequence[str]) -> None:
        # What is no UTF-8 becomes a mark that is then told with its row.
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        self._meanings, self._needed = meanings, needed
        self.empty, self.full = 0, 0
        self.said: list[Said] = []
        self.unknown: tuple[str, ...] = ()
        self.columns: dict[str, int] = {}

    def __iter__(self) -> Iterator[Row]:
        """Every row after the head; NoTable if there is no head."""
        csv.field_size_limit(LONGEST)
        first = self._text.readline(LONGEST)
        delimiter = max(DELIMITERS, key=first.count) if any(one in first for one in DELIMITERS) else ";"
        self._text.seek(0)
        reader = csv.reader(self._text, delimiter=delimiter)
        seen = 0
        for row in self._rows(reader):
            if not any(cell.strip() for cell in row):
                self.empty += 1
            elif not self.columns:
                seen += 1
                if not self._head(row) and seen >= HEAD_WITHIN:
                    break
            elif (found := self._read(reader.line_num, row)) is not None:
                self.full += 1
                yield found
        if not self.columns:
            raise NoTable(f"no row has heads for: {', '.join(self._needed)}")

    def _rows(self, reader: "csv._reader") -> Iterator[list[str]]:  # type: ignore[name-defined]
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.said.append(Said(row=reader.line_num, text=f"not a row of a table: {error}"))

    def _head(self, row: Sequence[str]) -> bool:
        found: dict[str, list[int]] = {}
        unknown = []
        for at, cell in enumerate(row):
            if meaning := meaning_of(clean(cell), self._meanings):
                found.setdefault(meaning, []).append(at)
            elif cell.strip():
                unknown.append(clean(cell))
        if not all(one in found for one in self._needed):
            return False
        twice = [meaning for meaning, places in found.items() if len(places) > 1]
        if twice:
            heads = "; ".join(f"{one}: {', '.join(clean(row[at]) for at in found[one])}" for one in twice)
            raise NoTable(f"more than one column may be meant ({heads}); rename one of them")
        self.columns, self.unknown = {meaning: places[0] for meaning, places in found.items()}, tuple(unknown)
        return True

    def _read(self, number: int, row: Sequence[str]) -> Row | None:
        cells = {meaning: clean(row[at]) for meaning, at in self.columns.items() if at < len(row)}
        broken = [meaning for meaning, text in cells.items() if "\N{REPLACEMENT CHARACTER}" in text]
        if broken:
            self.said.append(Said(row=number, text=f"{', '.join(broken)}: not UTF-8"))
            return None
        if not any(cells.values()):
            self.said.append(Said(row=number, text="nothing in the columns that are understood"))
            return None
        return Row(row=number, cells={meaning: text for meaning, text in cells.items() if text})


def meaning_of(head: str, meanings: Mapping[str, Sequence[str]]) -> str:
    """What a head means; empty for nothing. A group of words is met by words of the head that begin with each of them."""
    heard = words(head)
    groups = sorted(
        ((group.split(), meaning) for meaning, all_ in meanings.items() for group in all_), key=lambda one: -len(one[0])
    )
    for group, meaning in groups:
        if all(any(word.startswith(fold(part)) for word in heard) for part in group):
            return meaning
    return ""
