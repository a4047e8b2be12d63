"""``plan.xlsx``: the tables of a plan as sheets, numbers as numbers, bands as two columns.

Texts are written as texts: nothing in them is ever a formula or a link.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import xlsxwriter

from geo.export.plan.sheet import Amount, Column, Form, Sheet, Value
from geo.export.plan.sheets import sheets_of
from geo.planning import words
from geo.planning.model import Band, CityPlan
from geo.text import Text

_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_NUMBERS: Final[dict[Form, str]] = {
    "text": "@",
    "whole": "#,##0",
    "share": "0.0%",
    "km2": "#,##0.00",
    "metres": "#,##0",
    "rate": "0.00",
    "decimal": "0.000",
    "degrees": "0.000000",
    "signed": "+#,##0;-#,##0;0",
}
_LONGEST: Final = 32_767
_NARROW, _WIDE = 10, 44
_ENDS: Final = (Text("下限", "lower"), Text("上限", "upper"))


class _Field(NamedTuple):
    """One column of the workbook: a column of the sheet, or one end of its bands."""

    column: Column
    at: int
    end: int | None

    @property
    def header(self) -> str:
        zh, en = self.column.label
        if self.end is None:
            return f"{zh}\n{en}"
        return f"{zh} {_ENDS[self.end].zh}\n{en}, {_ENDS[self.end].en}"

    def value(self, row: Sequence[Value]) -> tuple[float | str | None, Form]:
        """What stands in the cell, and how it is written."""
        value, form = row[self.at], self.column.form
        if isinstance(value, Amount):
            value, form = value
        if isinstance(value, Band):
            return value[self.end or 0], form
        if isinstance(value, Text | str):
            return str(value), "text"
        return value, form


def write_book(path: Path, plan: CityPlan) -> None:
    """Write the workbook. Equal plans give equal bytes."""
    title = Text(f"{plan.place.name}驿站规划", f"Stations of {plan.place.name_en}: a plan")
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"title": str(title), "created": plan.made_at.replace(tzinfo=None)})
        writer = _Writer(book, title, words.warnings(plan))
        for sheet in sheets_of(plan):
            writer.write(sheet)


class _Writer:
    def __init__(self, book: Any, title: Text, warnings: Sequence[Text]) -> None:  # noqa: ANN401
        self._book, self._title, self._warnings = book, title, warnings
        top = {"valign": "top", "text_wrap": True}
        self._bold = book.add_format({"bold": True, "font_size": 14})
        self._warning = book.add_format({"bold": True, "font_color": "#9C0006"})
        self._said = book.add_format({"font_color": "#3F4A52"})
        self._header = book.add_format(
            {**top, "bold": True, "bg_color": "#EEF3F6", "bottom": 1, "align": "center"}
        )
        self._cells = {
            form: book.add_format(
                {"valign": "top", "num_format": number} | (top if form == "text" else {})
            )
            for form, number in _NUMBERS.items()
        }

    def write(self, sheet: Sheet) -> None:
        """Title, warnings, what is said, header, rows; the header and the first column stay."""
        page = self._book.add_worksheet(f"{sheet.title.zh} {sheet.title.en}"[:31])
        page.write_string(0, 0, f"{self._title.zh} · {sheet.title}", self._bold)
        said = [(each, self._warning) for each in self._warnings]
        said += [(each, self._said) for each in sheet.says if each not in self._warnings]
        for line, (text, style) in enumerate(said, 1):
            page.write_string(line, 0, str(text), style)
        head = len(said) + 2
        fields = list(_fields(sheet))
        for at, field in enumerate(fields):
            page.write_string(head, at, field.header, self._header)
            page.set_column(at, at, _width(field, sheet))
        page.set_row(head, 46)
        for line, row in enumerate(sheet.rows, head + 1):
            for at, field in enumerate(fields):
                self._write_cell(page, (line, at), *field.value(row))
        page.freeze_panes(head + 1, 1)
        if sheet.rows:
            page.autofilter(head, 0, head + len(sheet.rows), len(fields) - 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, head)

    def _write_cell(
        self,
        page: Any,  # noqa: ANN401
        at: tuple[int, int],
        value: float | str | None,
        form: Form,
    ) -> None:
        style = self._cells[form]
        if isinstance(value, str):
            page.write_string(*at, value[:_LONGEST], style)
        elif value is not None:
            page.write_number(*at, value, style)


def _fields(sheet: Sheet) -> Iterator[_Field]:
    for at, column in enumerate(sheet.columns):
        for end in (0, 1) if column.banded else (None,):
            yield _Field(column, at, end)


def _width(field: _Field, sheet: Sheet) -> float:
    """As wide as its texts, within bounds; Chinese characters are two wide."""
    texts = [*field.header.split("\n")]
    texts += [
        str(value) for row in sheet.rows[:200] if isinstance(value := field.value(row)[0], str)
    ]
    widest = max(sum(2 if ord(letter) > 0x2E80 else 1 for letter in text) for text in texts)
    return min(max(widest + 2, _NARROW), _WIDE)
