"""The file as it was handed in, with its problems marked in place: to be mended and sent again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from geo.export.whole import whole_file
from geo.importing.canonical import REPORT_PREFIX
from geo.importing.options import ImportOptions
from geo.importing.plan import Plan
from geo.sources.csv_rows import RawRow
from geo.sources.tables import open_table
from geo.validation.findings import Finding

_COLOURS: Final = {"error": "#F8CBAD", "warning": "#FFE699", "info": "#DDEBF7"}
_GRAVITY: Final = ("error", "warning", "info")
_PROBLEM = REPORT_PREFIX + "问题 problems"
_FIX = REPORT_PREFIX + "怎样改 what to do"
# Under which column a file says what it has no column of its own for.
_STANDS_FOR: Final = {
    "published_lon": "position",
    "published_lat": "position",
    "zone": "district",
    "city": "district",
}
_WIDTH, _WIDE = 16, 60
# A cell of a spreadsheet holds no more.
_CELL_LENGTH: Final = 32_767


def write_report(path: Path, original: Path, plan: Plan, options: ImportOptions) -> None:
    """Write an XLSX of every row of ``original``, cells with problems coloured and explained.

    Two columns are added, which are left out when the file is handed in again. Texts are
    written as texts: nothing in them is ever a formula or a link. Raises
    :class:`~geo.errors.SetupError` if it cannot be written.
    """
    settings = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with whole_file(path) as draft, xlsxwriter.Workbook(str(draft), settings) as book:
        _Sheet(book, plan).write(original, options)
        _write_summary(book, plan)


class _Sheet:
    def __init__(self, book: xlsxwriter.Workbook, plan: Plan) -> None:
        self._sheet = book.add_worksheet("名录 list")
        self._bold = book.add_format({"bold": True, "bg_color": "#D9D9D9"})
        self._wrapped = book.add_format({"text_wrap": True})
        self._formats = {
            severity: book.add_format({"bg_color": colour}) for severity, colour in _COLOURS.items()
        }
        self._header_of = plan.columns.by_column
        self._pair = plan.columns.pairs[0] if plan.columns.pairs else None
        self._by_row: Mapping[int, list[Finding]] = defaultdict(list)
        for finding in plan.findings:
            if finding.row is not None:
                self._by_row[finding.row].append(finding)

    def write(self, original: Path, options: ImportOptions) -> None:
        table = open_table(original, sheet=options.sheet, limits=options.limits)
        columns = table.columns
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(columns) - 1, _WIDTH)
        self._sheet.set_column(len(columns), len(columns) + 1, _WIDE)
        for at, header in enumerate((*columns, _PROBLEM, _FIX)):
            self._sheet.write_string(0, at, header, self._bold)
        for line, raw in enumerate(table.rows, 1):
            self._write_row(line, raw, columns)

    def _write_row(self, line: int, raw: RawRow, columns: Sequence[str]) -> None:
        findings = self._by_row.get(raw.number, [])
        colours = self._colours(findings, columns)
        for at, cell in enumerate(raw.cells or ()):
            self._sheet.write_string(line, at, cell[:_CELL_LENGTH], colours.get(at))
        for at, texts in enumerate(
            (
                [f"{each.message}" for each in findings],
                [f"{each.fix}" for each in findings if each.fix],
            )
        ):
            if texts:
                said = "\n".join(dict.fromkeys(texts))[:_CELL_LENGTH]
                self._sheet.write_string(line, len(columns) + at, said, self._wrapped)

    def _colours(self, findings: Sequence[Finding], columns: Sequence[str]) -> dict[int, Any]:
        colours: dict[int, Any] = {}
        for severity in reversed(_GRAVITY):
            for each in findings:
                header = self._header(each.field)
                if each.severity == severity and header in columns:
                    colours[columns.index(header)] = self._formats[severity]
        return colours

    def _header(self, field: str | None) -> str:
        """The file's own header for a column of ours."""
        if field is None:
            return ""
        if self._pair and field in {"published_lon", "lon"}:
            return self._pair.lon
        if self._pair and field in {"published_lat", "lat"}:
            return self._pair.lat
        stands_for = _STANDS_FOR.get(field, field)
        return self._header_of.get(field, self._header_of.get(stands_for, ""))


def _write_summary(book: xlsxwriter.Workbook, plan: Plan) -> None:
    sheet = book.add_worksheet("汇总 summary")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    counts = plan.counts
    lines = [
        ("文件 file", plan.source),
        ("行数 rows", str(counts.rows)),
        ("新增 added", str(counts.added)),
        ("变更 changed", str(counts.changed)),
        ("不变 unchanged", str(counts.unchanged)),
        ("拒收 rejected", str(counts.rejected)),
        ("待定位 pending", str(counts.pending)),
        ("关闭（文件中不再有）closed", str(counts.closed)),
        ("略去的个人信息（单元格）personal cells left out", str(counts.personal_cells)),
        ("坐标系 datum", f"{plan.datum.datum or '—'}：{plan.datum.because}"),
        *(("读法 taken as", str(note)) for note in plan.taken),
        *(
            (finding.severity, f"{finding.message}")
            for finding in plan.findings
            if finding.row is None
        ),
    ]
    for at, (label, value) in enumerate(lines):
        sheet.write_string(at, 0, label)
        sheet.write_string(at, 1, value[:_CELL_LENGTH])
