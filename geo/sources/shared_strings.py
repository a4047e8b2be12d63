"""What an XLSX sheet weighs once each cell holds its own copy of the strings it shares.

A cell names a string by its number, so that a few kilobytes can ask for gigabytes. The upper
bound of the longest string in every cell is enough to let nearly all lists pass; only where
it is not are the numbers looked up.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.sources.raw_table import damaged, within

Parts = Callable[[zipfile.ZipInfo], Iterator[bytes]]
_ITEM: Final = re.compile(rb"<(?:\w+:)?si[\s>/]")
_NUMBER: Final = re.compile(rb">\s*(\d{1,9})\s*<")
# Digits written as entities: no program does so, but for hiding them.
_HIDDEN_DIGIT: Final = re.compile(rb"&#(?:x3[0-9]|0*4[89]|0*5[0-7]);", flags=re.IGNORECASE)
_TABLE: Final = re.compile(rb"<(?:\w+:)?sst[\s>]")
_HEAD_BYTES: Final = 2_048
_OVERLAP: Final = 64


def check_shared_strings(
    entries: Sequence[zipfile.ZipInfo], parts: Parts, *, cells: int, most: int | None
) -> None:
    """Raise :class:`SourceError` where the cells' texts exceed ``most`` bytes."""
    if most is None:
        return
    lengths = np.concatenate([_lengths(parts(entry)) for entry in entries])
    if lengths.size == 0 or int(lengths.max()) * cells <= most:
        return
    size = 0
    for entry in entries:
        for numbers in _numbers(parts(entry)):
            size += int(lengths[numbers[numbers < lengths.size]].sum())
            within(size, most, "单元格文字的字节数", "bytes of text in the cells")


def _lengths(parts: Iterator[bytes]) -> NDArray[np.int64]:
    """The size of each string of a part, none if the part is no table of strings."""
    starts: set[int] = set()
    offset, rest = 0, b""
    for part in parts:
        if not offset and not _TABLE.search(part[:_HEAD_BYTES]):
            break
        joined = rest + part
        first = offset - len(rest)
        starts.update(first + found.start() for found in _ITEM.finditer(joined))
        offset += len(part)
        rest = joined[-_OVERLAP:]
    edges = np.array([*sorted(starts), offset] if starts else [0], dtype=np.int64)
    return edges[1:] - edges[:-1]


def _numbers(parts: Iterator[bytes]) -> Iterator[NDArray[np.int64]]:
    rest = b""
    for part in parts:
        joined = rest + part
        if _HIDDEN_DIGIT.search(joined):
            raise damaged(
                "工作表里的数字写成了字符实体：请另存为 .xlsx",
                "digits of a sheet are written as entities: save the workbook as .xlsx again",
            )
        yield np.array(_NUMBER.findall(joined), dtype=np.bytes_).astype(np.int64)
        # What was found to its end is not found again.
        rest = joined[joined.rfind(b">", -_OVERLAP) :] if b">" in joined[-_OVERLAP:] else b""
