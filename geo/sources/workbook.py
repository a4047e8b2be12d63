"""XLSX workbooks: one sheet as rows of text, merged cells and two-row headers taken apart."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

import python_calamine as calamine

from geo.errors import SourceError
from geo.sources.archive import check_archive
from geo.sources.csv_rows import RawRow
from geo.sources.heading import Heading, Merged, find_heading, first_full_row
from geo.sources.raw_table import (
    Limits,
    RawTable,
    cell_text,
    chosen_sheet,
    damaged,
    named_columns,
    sheet_notes,
    within,
)
from geo.text import Text

_HEAD_ROWS: Final = 12


def open_workbook(path: Path, sheet: str | None, limits: Limits) -> RawTable:
    """The table of one sheet: that of the name, or the first that can be seen.

    A cell merged down a column holds for each of its rows. Raises :class:`SourceError` and
    :class:`InputError`.
    """
    check_archive(path, limits)
    names, opened = _opened(path, sheet)
    spans = [Merged(*top_left, *end) for top_left, end in opened.merged_cell_ranges or ()]
    grid = opened.iter_rows()
    head = list(islice(grid, _HEAD_ROWS))
    heading = _heading([list(map(cell_text, values)) for values in head], spans)
    columns, repeated = named_columns(heading.columns)
    below = heading.first + heading.depth
    within(opened.total_height - below, limits.max_rows, "行数", "rows")
    tall = [span for span in spans if span.bottom > span.top >= below]
    return RawTable(
        columns=columns,
        rows=_rows(chain(head[below:], grid), tall, below),
        format="xlsx",
        sheet=opened.name,
        note=(
            *sheet_notes(opened.name, names),
            *heading.notes(),
            *_merged_note(len(tall)),
            *repeated,
        ),
    )


def _opened(path: Path, sheet: str | None) -> tuple[list[str], calamine.CalamineSheet]:
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        names = [
            each.name
            for each in book.sheets_metadata
            if each.typ == calamine.SheetTypeEnum.WorkSheet
            and each.visible == calamine.SheetVisibleEnum.Visible
        ]
        if not names:
            raise damaged("工作簿里没有可见的工作表", "the workbook has no visible sheet")
        return names, book.get_sheet_by_name(chosen_sheet(sheet, names))
    except calamine.PasswordError:
        raise SourceError(
            "工作簿设有密码：请另存为无密码的 .xlsx",
            "the workbook has a password: save it without",
            reason="format",
        ) from None
    except (calamine.CalamineError, OSError) as error:
        raise damaged(
            f"工作簿无法读取（{type(error).__name__}）：请另存为 .xlsx 后重试",
            f"the workbook cannot be read ({type(error).__name__}): save it as .xlsx again",
        ) from None


def _heading(head: Sequence[Sequence[str]], spans: Sequence[Merged]) -> Heading:
    found = find_heading(head, spans)
    if found:
        return found
    first = first_full_row(head)
    return Heading(tuple(head[first]) if head else (), first, 1)


def _rows(grid: Iterator[Sequence[object]], tall: Sequence[Merged], below: int) -> Iterator[RawRow]:
    for number, cells in enumerate(_unmerged(grid, tall, below), below + 1):
        if any(map(str.strip, cells)):
            yield RawRow(number, cells)


def _unmerged(
    grid: Iterator[Sequence[object]], tall: Sequence[Merged], first: int
) -> Iterator[list[str]]:
    """The rows as text; the value of a tall range stands in each row of its first column."""
    starting: dict[int, list[Merged]] = {}
    for span in tall:
        starting.setdefault(span.top, []).append(span)
    lasting: dict[int, tuple[int, str]] = {}
    for at, values in enumerate(grid, first):
        cells = list(map(cell_text, values))
        for column, (bottom, text) in list(lasting.items()):
            if at > bottom:
                del lasting[column]
            else:
                cells[column] = cells[column] or text
        for span in starting.get(at, ()):
            if span.left < len(cells):
                lasting[span.left] = span.bottom, cells[span.left]
        yield cells


def _merged_note(tall: int) -> tuple[Text, ...]:
    if not tall:
        return ()
    return (
        Text(
            f"{tall} 处纵向合并的单元格已填到每一行",
            f"{tall} cell(s) merged over several rows were filled into each of them",
        ),
    )
