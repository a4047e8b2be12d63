"""Rows as somebody wrote them → rows under our column names, nothing judged yet.

Cells stay where they are; only what is written in another way than ours is rewritten: a
coordinate pair in one cell, a district by name, a zone where a district is asked for, a kind
by somebody else's word. What was written is kept beside it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from geo.catalogue import is_abroad
from geo.errors import InputError, NotFoundError
from geo.export.neutral import deneutralised
from geo.importing.options import ImportOptions
from geo.places import Places
from geo.sources.csv_rows import RawRow
from geo.sources.headers import ColumnMap, datum_of_word
from geo.validation.findings import Report
from geo.vocabulary import vocabulary
from geo.zones import zones

# Columns that a report of ours added to the file, and that come back with it.
REPORT_PREFIX: Final = "yizhan："
_DERIVED: Final = (
    "published_lon",
    "published_lat",
    "kind",
    "kind_text",
    "district",
    "district_text",
    "city_text",
    "zone",
)
# What a GIS or our own export adds beside the columns that say the same.
_TRACES: Final = frozenset(
    {
        "fid",
        "feature_id",
        "geometry_lon",
        "geometry_lat",
        "lon_gcj02",
        "lat_gcj02",
        "lon_bd09",
        "lat_bd09",
    }
)
_COUNTS: Final = frozenset({"序号", "行号", "no", "no.", "#"})
_SHARED_CELLS: Final = 50_000
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_ADCODE = re.compile(r"\d{6}")


class Canonical:
    """Rewrites the rows of one file. ``header`` are the columns of the rewritten rows."""

    def __init__(
        self,
        columns: Sequence[str],
        mapped: ColumnMap,
        options: ImportOptions,
        places: Places,
        *,
        report: Report,
        source: str,
    ) -> None:
        named = {header: canonical for canonical, header in mapped.by_column.items()}
        self._width = len(columns)
        self._kept = [
            at for at, header in enumerate(columns) if _is_kept(header, mapped, columns[:at])
        ]
        own = [named.get(columns[at], columns[at]) for at in self._kept]
        self.header: tuple[str, ...] = (*own, *(name for name in _DERIVED if name not in own))
        self._at = {name: at for at, name in enumerate(self.header)}
        self._padding = [""] * (len(self.header) - len(own))
        self._personal = [at for at, header in enumerate(columns) if header in mapped.personal]
        self.personal_cells = 0
        self._cells: dict[str, str] = {}
        self._lat_first = mapped.position_lat_first
        self._kinds = options.kinds
        self._default_kind = options.default_kind or ""
        self._abroad = is_abroad(options.area)
        self._divisions = _DivisionWords(options.area, places)
        self._report, self._source = report, source

    def rows(self, raw_rows: Iterator[RawRow]) -> Iterator[RawRow]:
        """The rewritten rows; one that cannot be told apart into cells is reported and empty."""
        for raw in raw_rows:
            cells = raw.cells
            if cells is not None and len(cells) != self._width:
                self._report.add(
                    "ragged_row",
                    source=self._source,
                    row=raw.number,
                    cells=len(cells),
                    columns=self._width,
                )
                yield RawRow(raw.number, [])
                continue
            yield RawRow(raw.number, cells and self._rewritten(cells))

    def cell(self, cells: Sequence[str], column: str) -> str:
        """A cell of a rewritten row; a column that the file lacks is empty."""
        at = self._at.get(column)
        return "" if at is None else cells[at].strip()

    def _rewritten(self, cells: list[str]) -> list[str]:
        self.personal_cells += sum(bool(cells[at].strip()) for at in self._personal)
        known, written = self._cells, [cells[at] for at in self._kept]
        row = [cell and (known.get(cell) or self._meant(cell)) for cell in written] + self._padding
        self._split_position(row)
        self._rewrite_datum(row)
        self._rewrite_kind(row)
        self._rewrite_district(row)
        return row

    def _meant(self, cell: str) -> str:
        """A cell as it is meant; of those that many rows share, one copy."""
        # Most cells are not, and this is done for each.
        meant = deneutralised(cell) if cell[0] == "'" else cell
        if len(self._cells) < _SHARED_CELLS:
            self._cells[cell] = meant
        return meant

    def _split_position(self, row: list[str]) -> None:
        """``"113.6,34.7"``; the other order where only that makes sense in the area."""
        written = self.cell(row, "position")
        if not written or self.cell(row, "published_lon"):
            return
        numbers = _NUMBER.findall(written)
        if len(numbers) == 2:
            lon, lat = numbers
            if self._lat_first or abs(float(lat)) > 90.0 >= abs(float(lon)):
                lon, lat = lat, lon
        else:
            lon, lat = written, written  # judged as unreadable, with what was written
        row[self._at["published_lon"]], row[self._at["published_lat"]] = lon, lat

    def _rewrite_datum(self, row: list[str]) -> None:
        """高德, 百度坐标系, EPSG:4490 …; a word that is not understood stays, to be judged."""
        written = self.cell(row, "published_datum")
        datum = datum_of_word(written) if written else None
        if datum:
            row[self._at["published_datum"]] = datum

    def _rewrite_kind(self, row: list[str]) -> None:
        written = self.cell(row, "kind")
        mapped = self._kinds.get(written)
        if mapped is None and not written:
            mapped = _kind_in(self.cell(row, "name")) or self._default_kind
        elif mapped is None and vocabulary().kind_of_word(written) is None:
            # 爱心工会驿站 is a 工会驿站; any other 驿站 is a rest station, its word is kept.
            mapped = _kind_in(written) or ("rest_station" if written.endswith("驿站") else "")
        if mapped:
            row[self._at["kind"]] = mapped
            row[self._at["kind_text"]] = self.cell(row, "kind_text") or written

    def _rewrite_district(self, row: list[str]) -> None:
        written = self.cell(row, "district")
        city = self.cell(row, "city")
        if self._abroad:
            # Divisions of other countries are not known here: they stay words.
            self._move(row, "district", "district_text")
            self._move(row, "city", "city_text")
            return
        if _ADCODE.fullmatch(written) and (not city or _ADCODE.fullmatch(city)):
            return
        found = self._divisions.read(written, city)
        if found is None:
            return
        district, zone = found
        row[self._at["district"]] = district
        if zone and not self.cell(row, "zone"):
            row[self._at["zone"]] = zone
        if "city" in self._at:
            row[self._at["city"]] = ""
        if not zone and district != written and not district:
            row[self._at["district_text"]] = written

    def _move(self, row: list[str], column: str, to: str) -> None:
        written = self.cell(row, column)
        if written:
            row[self._at[to]], row[self._at[column]] = written, ""


class _DivisionWords:
    """Districts, cities and zones by the words that lists use."""

    def __init__(self, area: str, places: Places) -> None:
        self._area, self._places = area, places
        self._known: dict[tuple[str, str], tuple[str, str] | None] = {}

    def read(self, district: str, city: str) -> tuple[str, str] | None:
        """The adcode of the district ("": to be taken from the position) and the zone.

        ``None`` if the word names no place; it is then judged as it is written.
        """
        key = district, city
        if key not in self._known:
            self._known[key] = self._read(district, city)
        return self._known[key]

    def _read(self, district: str, city: str) -> tuple[str, str] | None:
        city_code = self._city(city)
        zone = zones().find(city_code, district) if district and city_code else None
        if zone:
            return "", district
        if not district:
            return "", ""
        for text in (f"{self._name(city_code)}{district}", district):
            try:
                place = self._places.find(text, "district")
            except (InputError, NotFoundError):
                continue
            return place.adcode, ""
        return None

    def _city(self, word: str) -> str:
        if not word:
            return self._area
        try:
            return self._places.find(word, "city").adcode
        except (InputError, NotFoundError):
            return self._area

    def _name(self, adcode: str) -> str:
        try:
            return self._places.get(adcode).name
        except NotFoundError:
            return ""


def is_trace(header: str, mapped: ColumnMap) -> bool:
    """Whether a column was added by a report or an export of ours."""
    ours = mapped.by_column.get("published_lon") == "published_lon"
    return header.startswith(REPORT_PREFIX) or (ours and header in _TRACES)


def is_count(header: str) -> bool:
    """Whether a column only counts the rows: kept, it would make every row a changed one."""
    return header.rpartition(" / ")[2].strip().casefold() in _COUNTS


def _is_kept(header: str, mapped: ColumnMap, before: Sequence[str]) -> bool:
    """Not what is personal, counts rows, came with a report of ours, or has a name again."""
    counts = is_count(header) and header in mapped.unknown
    dropped = counts or header in mapped.personal or header in before or is_trace(header, mapped)
    return bool(header.strip()) and not dropped


@lru_cache(maxsize=1 << 12)
def _kind_in(text: str) -> str:
    """The kind whose longest word a text contains: 黄河路骑手驿站 is a rider station."""
    words: Mapping[str, str] = {
        word: term.code
        for term in vocabulary().kinds.values()
        for word in (term.label.zh, *term.words)
    }
    found = [word for word in words if word in text]
    return words[max(found, key=len)] if found else ""
