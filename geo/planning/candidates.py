"""A list of places where stations could go: bank branches, pharmacies, community centres."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

from geo.datum import convert_position
from geo.errors import InputError, SourceError
from geo.planning.parameters import Candidate
from geo.position import Position, checked_position
from geo.sources.csv_rows import RawRow
from geo.sources.headers import ColumnMap, CoordinatePair, match_columns
from geo.sources.tables import RawTable, open_table
from geo.station import Datum
from geo.text import Text

_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_SAMPLE: Final = 200
_MOST: Final = 20_000


def read_candidates(path: Path, *, datum: Datum | None = None) -> tuple[Candidate, ...]:
    """The candidates of a CSV, a workbook, GeoJSON or GeoPackage, in the order of the file.

    Headers are Chinese or English, as for lists of stations; without an id the row's number is
    one. The datum is the one given, else what the headers or the format say; it is not guessed.
    Raises :class:`SourceError` for a file that cannot be read and :class:`InputError` for one
    that has no positions, a row whose position is none, an id twice, or no rows.
    """
    table = open_table(path)
    rows = iter(table.rows)
    sample = list(islice(rows, _SAMPLE))
    columns = match_columns(table.columns, [row.cells for row in sample if row.cells])
    pair = _pair(columns)
    known = datum or pair.datum or table.declared_datum
    if known is None:
        raise InputError(
            "datum",
            zh="候选点名单没有写明坐标系",
            en="the list of candidates does not say which datum its coordinates are in",
            value=None,
            expected=Text("--datum wgs84、gcj02 或 bd09", "--datum wgs84, gcj02 or bd09"),
        )
    reader = _Reader(table, columns, pair, known)
    found = tuple(reader.candidates(chain(sample, rows)))
    _check(found)
    return found


class _Reader:
    def __init__(
        self, table: RawTable, columns: ColumnMap, pair: CoordinatePair, datum: Datum
    ) -> None:
        at = {header: number for number, header in enumerate(table.columns)}
        self._lon, self._lat = at[pair.lon], at[pair.lat]
        self._id = at.get(columns.by_column.get("id", ""))
        self._name = at.get(columns.by_column.get("name", ""))
        self._lat_first = columns.position_lat_first
        self._width = len(table.columns)
        self._datum = datum

    def candidates(self, rows: Iterator[RawRow]) -> Iterator[Candidate]:
        """The candidate of each row."""
        for count, row in enumerate(rows, 1):
            if count > _MOST:
                raise SourceError(
                    f"候选点超过 {_MOST:,} 个",
                    f"more than {_MOST:,} candidates",
                    reason="limit",
                )
            cells = row.cells
            if cells is None or len(cells) != self._width:
                raise _bad_row(row.number, "单元格与表头不符", "its cells do not fit the header")
            position = self._position(row.number, cells)
            name = self._cell(cells, self._name)
            yield Candidate(self._cell(cells, self._id) or str(row.number), name, position)

    def _position(self, number: int, cells: Sequence[str]) -> Position:
        if self._lon == self._lat:
            numbers = _NUMBER.findall(cells[self._lon])
            numbers = numbers[::-1] if self._lat_first else numbers
        else:
            numbers = [cells[self._lon].strip(), cells[self._lat].strip()]
        try:
            lon, lat = map(float, numbers)
            checked_position(lon, lat)
        except ValueError:
            raise _bad_row(number, "没有可用的坐标", "it has no position") from None
        except InputError as error:
            raise _bad_row(number, error.text.zh, error.text.en) from None
        return Position(*convert_position(lon, lat, source=self._datum, target="wgs84"))

    @staticmethod
    def _cell(cells: Sequence[str], at: int | None) -> str:
        return "" if at is None else cells[at].strip()


def _pair(columns: ColumnMap) -> CoordinatePair:
    if not columns.pairs:
        raise InputError(
            "candidates",
            zh="候选点名单没有坐标列",
            en="the list of candidates has no columns of coordinates",
            value=None,
            expected=Text("如 经度、纬度 两列", "columns such as lon, lat"),
        )
    return columns.pairs[0]


def _check(found: Sequence[Candidate]) -> None:
    if not found:
        raise InputError(
            "candidates",
            zh="候选点名单是空的",
            en="the list of candidates is empty",
            value=None,
            expected=Text("至少一个候选点", "at least one candidate"),
        )
    seen: set[str] = set()
    for each in found:
        if each.id in seen:
            raise InputError(
                "candidates",
                zh=f"候选点编号 {each.id[:40]} 出现两次",
                en=f"the candidate id {each.id[:40]} stands twice",
                value=each.id[:40],
            )
        seen.add(each.id)


def _bad_row(number: int, zh: str, en: str) -> InputError:
    return InputError(
        "candidates",
        zh=f"候选点名单第 {number} 行：{zh}",
        en=f"row {number} of the list of candidates: {en}",
        value=str(number),
        expected=Text("以度为单位的经度和纬度", "a longitude and a latitude in degrees"),
    )
