"""The rows of one file that was handed in → drafts of stations, rows to be located, findings."""

from collections.abc import Callable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from geo.catalogue import Declaration
from geo.errors import InputError
from geo.hours import read_hours
from geo.importing.canonical import Canonical
from geo.importing.handed_in import HandedInDivisions, readers
from geo.importing.options import ImportOptions
from geo.places import Places
from geo.position import checked_position
from geo.sources.csv_rows import RawRow
from geo.validation import values
from geo.validation.columns import POSITION_PAIRS, Row
from geo.validation.contradictions import check_positions
from geo.validation.divisions import Divisions
from geo.validation.findings import Detail, Report, rules
from geo.validation.positions import check_stated, convert_positions, lon_lat
from geo.validation.records import Draft, RecordReader

Progress = Callable[[str, float], None]
_TOLD_EVERY: Final = 2_000


@dataclass(slots=True)
class Waiting:
    """A row without coordinates, under our columns, and why it has none."""

    row: int
    reason: str
    fields: Mapping[str, str]


@dataclass(slots=True)
class Judged:
    """What became of the rows: ``rows_in`` is the sum of the other three, always."""

    rows_in: int = 0
    drafts: list[Draft] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    rejected: int = 0


class Door:
    """Judges the rows of one file, first one by one, then together."""

    def __init__(
        self,
        canonical: Canonical,
        declaration: Declaration,
        options: ImportOptions,
        places: Places,
        report: Report,
    ) -> None:
        self._canonical = canonical
        self._declaration = declaration
        self._places = places
        self._report = report
        self._flagging = options.on_error == "accept-with-flag"
        self._divisions = Divisions(places)
        self._reader = RecordReader(
            declaration,
            canonical.header,
            divisions=HandedInDivisions(self._divisions, flagging=self._flagging),
            ids={},
            report=report,
            readers=readers(flagging=self._flagging),
        )

    def judge(self, rows: MutableSequence[RawRow], progress: Progress) -> Judged:
        """Every row, and what became of it. The rows are used up, to spare memory."""
        judged = Judged(rows_in=len(rows))
        rows.reverse()
        for nth in range(judged.rows_in):
            if nth % _TOLD_EVERY == 0:
                progress("读取 / reading", nth / judged.rows_in)
            self._judge_row(rows.pop(), judged)
        convert_positions(judged.drafts)
        judged.drafts = self._with_divisions(judged.drafts)
        judged.rejected = judged.rows_in - len(judged.drafts) - len(judged.waiting)
        check_stated(judged.drafts, self._report)
        check_positions(
            judged.drafts,
            self._places,
            self._report,
            lambda share: progress("核对位置 / checking positions", share),
        )
        self._check_points(judged.drafts)
        self._check_hours(judged.drafts)
        return judged

    def _judge_row(self, raw: RawRow, judged: Judged) -> None:
        if raw.cells is not None and not raw.cells:
            return  # told apart from its columns already, and reported
        if raw.cells and not self._has_position(raw.cells):
            self._wait(self._row(raw), "no_position", judged)
        elif raw.cells and self._flagging and (problem := self._position_problem(self._row(raw))):
            title = rules()[problem].title
            self._wait(self._row(raw), "position_set_aside", judged, problem=title)
        else:
            told = len(self._report.findings)
            draft = self._reader.read(raw)
            if draft:
                self._flag(draft, told)
                judged.drafts.append(draft)

    def _has_position(self, cells: Sequence[str]) -> bool:
        """Whether anything is written where coordinates belong."""
        return any(self._canonical.cell(cells, column) for column in chain(*POSITION_PAIRS))

    def _row(self, raw: RawRow) -> Row:
        return Row(raw.number, raw.cells or (), self._canonical.header)

    def _flag(self, draft: Draft, told: int) -> None:
        """Mark a station that was let in although something of its row was in error."""
        new = self._report.findings[told:]
        flagged = [each.field for each in new if each.code == "accepted_flagged" and each.field]
        if flagged:
            draft.extra = {**draft.extra, "flagged": ";".join(flagged)}

    def _wait(self, row: Row, code: str, judged: Judged, **details: Detail) -> None:
        """Put a row on the list of those to be located; without a name and address, reject it."""
        if not (row["name"] or row["address"]):
            self._add("missing_value", row.number, "published_lon", expected=values.DEGREES_FORM)
            return
        self._add(code, row.number, "published_lon", **details)
        cells = {column: row[column] for column in self._canonical.header if row[column]}
        judged.waiting.append(Waiting(row.number, code, cells))

    def _add(self, code: str, row: int, column: str | None, **details: Detail) -> None:
        self._report.add(code, source=self._declaration.path, row=row, field=column, **details)

    def _position_problem(self, row: Row) -> str | None:
        pair = [values.number(row[column]) for column in ("published_lon", "published_lat")]
        if None in pair:
            return "unreadable_value"
        try:
            checked_position(*(value or 0.0 for value in pair))
        except InputError:
            return "out_of_range"
        return None

    def _with_divisions(self, drafts: list[Draft]) -> list[Draft]:
        """Give drafts without a division that of their position, all at once."""
        without = [d for d in drafts if d.division is None and not self._declaration.abroad]
        if not without:
            return drafts
        found = self._places.districts_at(*lon_lat(draft.position for draft in without))
        for draft, adcode in zip(without, found, strict=True):
            if adcode:
                draft.division = self._divisions.named(adcode)
            else:
                self._add("outside_china", draft.row, "district")
        located = sum(draft.division is not None for draft in without)
        if located:
            self._report.add("district_from_position", source=self._declaration.path, rows=located)
        return [draft for draft in drafts if draft.division is not None]

    def _check_points(self, drafts: Sequence[Draft]) -> None:
        first: dict[tuple[float, float], int] = {}
        for draft in drafts:
            point = draft.published[:2]
            if point in first:
                self._add("repeated_point", draft.row, "published_lon", first=first[point])
            else:
                first[point] = draft.row

    def _check_hours(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            text = draft.fields["hours_text"]
            reading = read_hours(text) if text else None
            if text and reading and reading.hours is None and reading.reason:
                self._add(
                    "hours_unread", draft.row, "hours_text", value=text, reason=reading.reason
                )
