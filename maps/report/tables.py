"""Tables on paper: columns as wide as they need, rows as high, as many pages as it takes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from geo.export.plan.sheet import Form, Sheet, Value, shown
from geo.text import Text
from maps.report.letters import height_mm, width_mm, wrapped
from maps.report.line import Align
from maps.report.paper import Box, Paper

_SIZE, _SMALL, _HEAD = 7.6, 5.9, 7.2
_PAD: Final = 1.6
_HEADER, _STRIPE = "#e6edf1", "#f6f8f9"
_WIDEST: Final = 74.0
_NARROWEST: Final = 11.0
_LOOSEST: Final = 8.0
_CODE: Final = Text("代码", "Adcode")

NewPage = Callable[[], Paper]


def draw_table(sheet: Sheet, new_page: NewPage, *, share: float = 1.0) -> list[Paper]:
    """The table and what it says, in a share of the width of as many pages as it takes."""
    pages = [new_page()]
    table = _Table(_for_paper(sheet), share * pages[-1].body.width)
    y = table.header(pages[-1], table.intro(pages[-1]))
    for nth in range(len(table.rows)):
        if y + table.heights[nth] > pages[-1].body.bottom:
            pages.append(new_page())
            y = table.header(pages[-1], pages[-1].body.top)
        y = table.row(pages[-1], y, nth)
    pages[-1].rule(y, pages[-1].body.left, pages[-1].body.left + table.width)
    return pages


@dataclass(frozen=True, slots=True)
class _Cell:
    """Lines of Chinese, and of English below them."""

    zh: Sequence[str]
    en: Sequence[str]

    @property
    def height(self) -> float:
        return len(self.zh) * height_mm(_SIZE) + len(self.en) * height_mm(_SMALL)


class _Table:
    def __init__(self, sheet: Sheet, room: float) -> None:
        self._sheet, self._room = sheet, room
        self._widths = _widths(sheet, room)
        self.width = sum(self._widths)
        self.rows = [
            [
                _cell(value, column.form, width - 2 * _PAD)
                for value, column, width in zip(row, sheet.columns, self._widths, strict=True)
            ]
            for row in sheet.rows
        ]
        self.heights = [max(cell.height for cell in row) + 2.0 for row in self.rows]
        self._head = [
            _cell(column.label, "text", width - 2 * _PAD)
            for column, width in zip(sheet.columns, self._widths, strict=True)
        ]
        self.header_mm = max(cell.height for cell in self._head) + 2.4

    def intro(self, paper: Paper) -> float:
        y = paper.body.top
        for each in self._sheet.says:
            y = paper.both(paper.body.left, y, each, self._room, size=8)
        return y + 2

    def header(self, paper: Paper, y: float) -> float:
        left = paper.body.left
        paper.box(Box(left, y, self.width, self.header_mm), fill=_HEADER)
        self._cells(paper, y + 0.6, self._head, bold=True)
        paper.rule(y + self.header_mm, left, left + self.width)
        return y + self.header_mm

    def row(self, paper: Paper, y: float, nth: int) -> float:
        height = self.heights[nth]
        if nth % 2:
            paper.box(Box(paper.body.left, y, self.width, height), fill=_STRIPE)
        self._cells(paper, y + 0.7, self.rows[nth], bold=False)
        return y + height

    def _cells(self, paper: Paper, y: float, cells: Sequence[_Cell], *, bold: bool) -> None:
        x = paper.body.left
        for cell, column, width in zip(cells, self._sheet.columns, self._widths, strict=True):
            right = column.form != "text"
            at = x + width - _PAD if right else x + _PAD
            line = y
            for text in cell.zh:
                line = _line(paper, at, line, text, _SIZE, bold=bold, right=right)
            for text in cell.en:
                line = _line(paper, at, line, text, _SMALL, bold=False, right=right)
            x += width


def _line(
    paper: Paper, x: float, y: float, text: str, size: float, *, bold: bool, right: bool
) -> float:
    below = y + height_mm(size)
    colour = "#1d2a33" if size == _SIZE else "#4f5b63"
    align: Align = "right" if right else "left"
    paper.text(
        x, below - 0.28 * height_mm(size), text, size=size, bold=bold, colour=colour, align=align
    )
    return below


def _for_paper(sheet: Sheet) -> Sheet:
    """Without what only machines read."""
    kept = [
        at
        for at, column in enumerate(sheet.columns)
        if column.form != "degrees"
        and column.label != _CODE
        and any(row[at] not in {"", None} for row in sheet.rows)
    ]
    return replace_columns(sheet, kept)


def replace_columns(sheet: Sheet, kept: Sequence[int]) -> Sheet:
    """The sheet with some of its columns."""
    return sheet._replace(
        columns=[sheet.columns[at] for at in kept],
        rows=[[row[at] for at in kept] for row in sheet.rows],
    )


def _cell(value: Value, form: Form, room: float) -> _Cell:
    if isinstance(value, Text):
        same = value.zh == value.en
        en = [] if same else wrapped(value.en, room, _SMALL)
        return _Cell(wrapped(value.zh, room, _SIZE), en)
    return _Cell(wrapped(shown(value, form), room, _SIZE), [])


def _widths(sheet: Sheet, room: float) -> list[float]:
    """As wide as the longest line needs; what is too much is taken from the widest."""
    wanted = [max(_wanted(sheet, at)) + 2 * _PAD for at in range(len(sheet.columns))]
    widths = [min(max(each, _NARROWEST), _WIDEST) for each in wanted]
    while sum(widths) > room + 0.01:
        widest = max(widths)
        second = max((each for each in widths if each < widest - 0.01), default=0.0)
        at = [nth for nth, each in enumerate(widths) if each >= widest - 0.01]
        cut = min((sum(widths) - room) / len(at), widest - second)
        for nth in at:
            widths[nth] -= cut
    return _spread(widths, room)


def _spread(widths: Sequence[float], room: float) -> list[float]:
    """Some of the room that is left, so that figures do not crowd on one side."""
    more = min((room - sum(widths)) / len(widths), _LOOSEST)
    return [each + more for each in widths]


def _wanted(sheet: Sheet, at: int) -> Iterator[float]:
    column = sheet.columns[at]
    # Headers break into two lines before they widen a column of figures.
    yield max(width_mm(column.label.zh, _SIZE, bold=True), width_mm(column.label.en, _SMALL)) / 2
    yield from (width_mm(word, _SMALL) for word in column.label.en.split())
    for row in sheet.rows:
        value = row[at]
        if isinstance(value, Text):
            yield max(width_mm(value.zh, _SIZE), width_mm(value.en, _SMALL))
        else:
            yield width_mm(shown(value, column.form), _SIZE)
