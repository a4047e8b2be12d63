"""Comma-separated files and their kin: any usual encoding and delimiter, packed or not.

The file is walked twice: once to know its encoding for certain and that it is whole and
within the limits, once to give its rows. It is never held in memory.
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from geo.errors import SourceError
from geo.sources.csv_rows import RawRow, records
from geo.sources.header_words import is_known_header
from geo.sources.heading import Heading, find_heading
from geo.sources.raw_table import (
    RATIO_MATTERS_FROM,
    Limits,
    RawTable,
    counted,
    damaged,
    named_columns,
    within,
)
from geo.text import Text

GZIP_MAGIC: Final = b"\x1f\x8b"
_BAD_GZIP: Final = (EOFError, gzip.BadGzipFile, zlib.error)
_CHUNK: Final = 1 << 20
_SAMPLE_CHARACTERS: Final = 1 << 16
_SAMPLE_RECORDS: Final = 50
# In the order of preference: a comma stands in texts, the others hardly.
_DELIMITERS: Final = ("\t", ";", "|", ",")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 BE"),
)
# Share of the other characters than ASCII that a Chinese list takes from the common ones.
_COMMON_AT_LEAST: Final = 0.8
# The dash and the dot of names, which Python's two codecs read as different characters.
_AS_GB2312: Final = {ord("—"): ord("―"), ord("·"): ord("・")}
# Excel's own way to state the delimiter; it shows the line to nobody and does not count it.
_STATED_DELIMITER: Final = re.compile(r"\ufeff?sep=(.)\r?\n")


class Encoding(NamedTuple):
    """The name for Python's codecs, the one for people, and how it is known."""

    codec: str
    name: str
    note: Text


def open_delimited(path: Path, limits: Limits) -> RawTable:
    """The table of a delimited text file, ``.gz`` or not. Raises :class:`SourceError`."""
    encoding = _encoding(path, limits)
    with _open_text(path, encoding.codec) as text:
        sample = text.read(_SAMPLE_CHARACTERS)
        is_whole = not text.read(1)
    if "\0" in sample:
        raise SourceError(
            "文件不是文本，或是没有字节顺序标记的 UTF-16：请另存为 UTF-8 编码的 CSV",
            "the file is no text, or UTF-16 without a byte order mark: save it as CSV in UTF-8",
            reason="format",
        )
    stated = _STATED_DELIMITER.match(sample)
    delimiter = stated[1] if stated else _sniffed(sample, is_whole=is_whole)
    rows = _rows(path, encoding.codec, delimiter or ",", skip_lines=1 if stated else 0)
    head = list(islice(rows, _SAMPLE_RECORDS))
    heading, body = _split(head)
    columns, repeated = named_columns(heading.columns)
    return RawTable(
        columns=columns,
        rows=counted(chain(body, rows), limits.max_rows),
        format="tsv" if delimiter == "\t" else "csv",
        encoding=encoding.name,
        delimiter=delimiter,
        note=(encoding.note, _delimiter_note(delimiter), *heading.notes(), *repeated),
    )


def open_unpacked(path: Path) -> BinaryIO:
    """The file's bytes, unpacked if it is a gzip file."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP_MAGIC
    return cast("BinaryIO", gzip.open(path, "rb") if packed else path.open("rb"))


def unpacked_start(path: Path, size: int) -> bytes:
    """The first bytes, unpacked; none of a gzip file that is damaged from the start."""
    with open_unpacked(path) as file:
        try:
            return file.read(size)
        except _BAD_GZIP:
            return b""


def unpacked_chunks(path: Path, limits: Limits) -> Iterator[bytes]:
    """The file's bytes in parts. Raises :class:`SourceError` if it is a bomb or cut off."""
    packed_size, size = path.stat().st_size, 0
    with open_unpacked(path) as file:
        try:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                within(size, limits.max_bytes, "解压后字节数", "bytes after unpacking")
                if size > RATIO_MATTERS_FROM:
                    ratio = size // max(packed_size, 1)
                    within(ratio, limits.max_ratio, "压缩比", "compression ratio")
                yield chunk
        except _BAD_GZIP:
            raise damaged(
                f"压缩文件不完整或已损坏（解压约 {size:,} 字节后）：请重新导出",
                f"the packed file is cut off or damaged (after some {size:,} bytes): export again",
            ) from None


def _encoding(path: Path, limits: Limits) -> Encoding:
    start = unpacked_start(path, 4)
    for mark, codec, name in _MARKS:
        if start.startswith(mark):
            note = Text(f"{name}，有字节顺序标记", f"{name}, with a byte order mark")
            encoding = Encoding(codec, name, note)
            _require_decodable(path, limits, encoding)
            return encoding
    line = _first_bad_line(path, limits, "utf-8")
    if line is None:
        note = Text("UTF-8，无字节顺序标记", "UTF-8, no byte order mark")
        return Encoding("utf-8", "UTF-8", note)
    if _looks_chinese(path, limits):
        note = Text(
            f"GB18030，无字节顺序标记（第 {line} 行起不是 UTF-8）",
            f"GB18030, no byte order mark (from line {line} on it is not UTF-8)",
        )
        return Encoding("gb18030", "GB18030", note)
    raise _undecodable(line)


def _undecodable(line: int) -> SourceError:
    return damaged(
        f"第 {line} 行的文字既不是 UTF-8 也不是 GB18030：请另存为 UTF-8 编码的 CSV",
        f"line {line} is neither UTF-8 nor GB18030: save the file as CSV in UTF-8",
        row=line,
    )


def _require_decodable(path: Path, limits: Limits, encoding: Encoding) -> None:
    line = _first_bad_line(path, limits, encoding.codec)
    if line is not None:
        raise damaged(
            f"第 {line} 行不是 {encoding.name}，而文件以它的字节顺序标记开头：请重新导出",
            f"line {line} is not {encoding.name}, of which the file has the mark: export it again",
            row=line,
        )


def _first_bad_line(path: Path, limits: Limits, codec: str) -> int | None:
    decoder = codecs.getincrementaldecoder(codec)()
    lines = 1
    try:
        for chunk in unpacked_chunks(path, limits):
            lines += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return lines + error.object.count(b"\n", 0, error.start)
    return None


def _looks_chinese(path: Path, limits: Limits) -> bool:
    """Whether the file is GB18030 in which most characters are those of GB 2312.

    Nearly every other 8-bit text decodes too, but to rare characters.
    """
    decoder = codecs.getincrementaldecoder("gb18030")()
    others = common = 0
    try:
        for chunk in unpacked_chunks(path, limits):
            text = decoder.decode(chunk).translate(_AS_GB2312)
            ascii_count = len(text.encode("ascii", "ignore"))
            others += len(text) - ascii_count
            common += (len(text.encode("gb2312", "ignore")) - ascii_count) // 2
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return common >= _COMMON_AT_LEAST * others


def _open_text(path: Path, codec: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(open_unpacked(path), encoding=codec, newline="")


def _rows(path: Path, codec: str, delimiter: str, *, skip_lines: int) -> Iterator[RawRow]:
    with _open_text(path, codec) as text:
        yield from records(islice(text, skip_lines, None), delimiter=delimiter)


def _sniffed(sample: str, *, is_whole: bool) -> str | None:
    """The delimiter that finds the most known headers, then the most even table."""
    scores = {each: _score(sample, each, is_whole=is_whole) for each in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda each: scores[each])
    return best if scores[best] > (0, 0.0, 1) else None


def _score(sample: str, delimiter: str, *, is_whole: bool) -> tuple[int, float, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(row for row in islice(reader, _SAMPLE_RECORDS) if any(row))
    if not is_whole and len(rows) > 1 and len(rows) < _SAMPLE_RECORDS:
        rows.pop()
    widths = Counter(map(len, rows))
    # A wide table counts as even before a narrow one that is exactly as frequent.
    width = max(widths, key=lambda each: (widths[each], each), default=1)
    if width < 2:
        return 0, 0.0, 1
    known = max(sum(map(is_known_header, row)) for row in rows[:10])
    return (known if known > 1 else 0), widths[width] / len(rows), width


def _split(head: list[RawRow]) -> tuple[Heading, list[RawRow]]:
    """The heading of the first records, and those below it."""
    found = find_heading([row.cells or [] for row in head])
    if found is None or (found.depth == 2 and not _adjoining(head, found.first)):
        cells = head[0].cells or [] if head else []
        found = Heading(tuple(cells), 0, 1)
    return found, head[found.first + found.depth :]


def _adjoining(head: list[RawRow], first: int) -> bool:
    return head[first + 1].number == head[first].number + 1


def _delimiter_note(delimiter: str | None) -> Text:
    if delimiter is None:
        return Text("只有一列", "one column only")
    shown = {"\t": Text("制表符", "tab")}.get(delimiter, Text(delimiter, delimiter))
    return Text(f"分隔符：{shown.zh}", f"delimiter: {shown.en}")
