"""Whether an XLSX file, a zip archive, may be unpacked: measured, as headers can lie."""

import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from geo.sources.raw_table import RATIO_MATTERS_FROM, Limits, damaged, within
from geo.sources.shared_strings import check_shared_strings

_CHUNK: Final = 1 << 20
# Where a cell stands is an attribute r="AB12" in its raw bytes, never escaped.
_COLUMN: Final = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]+)\d""")
_FAR_ROW: Final = re.compile(rb"""\br\s*=\s*["']\s*[A-Za-z]*(\d{5,})""")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s>/]")
_NEAR_ROWS: Final = 9_999
# No attribute of a cell is longer; parts overlap by so much, lest one be cut.
_OVERLAP: Final = 64
_BAD_ARCHIVE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def check_archive(path: Path, limits: Limits) -> None:
    """Raise :class:`SourceError` for a workbook that is damaged or would not fit into memory.

    A single cell far out makes a sheet as large as a full one, so that its extent counts.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            within(len(entries), limits.max_archive_entries, "压缩包条目数", "archive entries")
            _measure(archive, entries, path.stat().st_size, limits)
    except _BAD_ARCHIVE as error:
        raise damaged(
            f"工作簿不完整或已损坏（{type(error).__name__}）：请重新导出",
            f"the workbook is cut off or damaged ({type(error).__name__}): export it again",
        ) from None


def _measure(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], packed_size: int, limits: Limits
) -> None:
    size = cells = 0
    for entry in entries:
        extent = _Extent()
        for part in _parts(archive, entry):
            size += len(part)
            within(size, limits.max_bytes, "解压后字节数", "bytes after unpacking")
            if size > RATIO_MATTERS_FROM:
                ratio = size // max(packed_size, 1)
                within(ratio, limits.max_ratio, "压缩比", "compression ratio")
            extent.see(part)
        within(extent.columns, limits.max_columns, "列数", "columns")
        within(extent.rows * extent.columns, limits.max_cells, "单元格数", "cells")
        cells += extent.cells
    check_shared_strings(entries, partial(_parts, archive), cells=cells, most=limits.max_bytes)


def _parts(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    # An entry's stated size may be a lie: read to where the compressed data ends.
    entry.file_size = sys.maxsize
    with archive.open(entry) as file:
        while part := file.read(_CHUNK):
            yield part


class _Extent:
    """The outermost row and column of a sheet, and about how many cells it has."""

    def __init__(self) -> None:
        self.rows = _NEAR_ROWS
        self.columns = 0
        self.cells = 0
        self._in_row = 0
        self._seen: set[bytes] = set()
        self._rest = b""

    def see(self, part: bytes) -> None:
        part = self._rest + part
        self._rest = part[-_OVERLAP:]
        placed = _COLUMN.findall(part)
        cells = len(_CELL.findall(part))
        self.cells += cells
        if cells > len(placed):
            self._see_rows(part)
        new = set(placed) - self._seen
        self._seen |= new
        self.columns = max(self.columns, *map(_column_number, new), 0)
        self.rows = max(self.rows, *map(int, _FAR_ROW.findall(part)), 0)

    def _see_rows(self, part: bytes) -> None:
        """Cells that do not say where they stand follow each other in their row."""
        for nth, row in enumerate(_ROW.split(part)):
            self._in_row = len(_CELL.findall(row)) + (0 if nth else self._in_row)
            self.columns = max(self.columns, self._in_row)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - ord("A") + 1
    return number
