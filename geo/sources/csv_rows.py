"""CSV files as raw rows: every record of the file comes out, readable or not."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class RawRow(NamedTuple):
    """One record. ``number`` is its row in a spreadsheet: the header is row 1.

    ``cells`` is ``None`` if its quotes do not close or a cell is beyond any sensible
    length; such a row is still a row, and counts.
    """

    number: int
    cells: list[str] | None


class CsvFile(NamedTuple):
    """A file's header and its rows, which can be walked once.

    ``undecodable_line`` is the first line that is not UTF-8; the rows then are there
    to be counted, their texts are not to be read.
    """

    header: tuple[str, ...]
    rows: Iterator[RawRow]
    undecodable_line: int | None


def read_csv(path: Path) -> CsvFile:
    """Open a CSV file (UTF-8, with or without a byte order mark; RFC 4180).

    Records without any text, as spreadsheets leave them behind, are no rows.
    Raises :class:`OSError` if the file cannot be read.
    """
    content = path.read_bytes()
    try:
        text, undecodable_line = content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        # Latin-1 reads any byte and, GB18030 having no comma or quote inside a
        # character, keeps the records of the usual culprit apart.
        text = content.decode("latin-1")
        undecodable_line = content.count(b"\n", 0, error.start) + 1
    rows = records(io.StringIO(text, newline=""))
    header = next(rows, RawRow(1, []))
    return CsvFile(tuple(cell.strip() for cell in header.cells or ()), rows, undecodable_line)


def records(lines: Iterable[str], *, delimiter: str = ",") -> Iterator[RawRow]:
    """The records of ``lines``, which end as they do in the file; blank ones only count."""
    # Strict, because otherwise an unclosed quote swallows the rest of the file in silence.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        first_line = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            for _ in range(max(1, reader.line_num - first_line)):
                number += 1
                yield RawRow(number, None)
            continue
        number += 1
        if any(map(str.strip, cells)):
            yield RawRow(number, cells)
