"""Stations as files: CSV, XLSX, GeoJSON, GeoPackage, GeoParquet, in any datum.

Files come into being under another name and are renamed when they are whole.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from geo.catalogue import SYNTHETIC, CatalogueInfo
from geo.errors import InputError
from geo.export.batches import batches
from geo.export.chunks import csv_chunks, geojson_chunks, header_of, renamed
from geo.export.geofiles import write_geopackage, write_geoparquet
from geo.export.rows import cells_of, extra_columns
from geo.export.whole import whole_file
from geo.station import Datum, Station
from geo.text import Text

Progress = Callable[[float], None]
Writer = Callable[[Path, Sequence[Station], CatalogueInfo, Datum], None]

_DATUM_LABELS: Final = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
_NUMERIC: Final = frozenset(
    {"lon", "lat", "published_lon", "published_lat", "position_error_m", "area_m2"}
)


def write(
    path: Path,
    stations: Sequence[Station],
    info: CatalogueInfo,
    *,
    datum: Datum = "wgs84",
    form: str | None = None,
    progress: Progress = lambda _: None,
) -> None:
    """Write the stations in the format of the suffix, or in ``form``.

    Positions are in ``datum``; ``published_lon``, ``published_lat`` stay as published.
    Raises :class:`InputError` for another format, :class:`SetupError` if it cannot be written.
    """
    writer = FORMATS.get(form or path.suffix.lstrip(".").lower())
    if writer is None:
        raise InputError(
            "format",
            zh="不支持的格式",
            en="a format that is not known",
            value=(form or path.suffix)[:20],
            expected=Text("、".join(FORMATS), ", ".join(FORMATS)),
        )
    told = _told(stations, progress)
    with whole_file(path) as draft:
        writer(draft, told, info, datum)


def _csv(path: Path, stations: Sequence[Station], _info: CatalogueInfo, datum: Datum) -> None:
    with path.open("wb") as file:
        file.writelines(csv_chunks(stations, datum=datum, extra=extra_columns(stations)))


def _geojson(path: Path, stations: Sequence[Station], info: CatalogueInfo, datum: Datum) -> None:
    with path.open("wb") as file:
        file.writelines(geojson_chunks(stations, info, datum=datum))


def _xlsx(path: Path, stations: Sequence[Station], info: CatalogueInfo, datum: Datum) -> None:
    """Texts are written as texts: nothing in them is ever a formula or a link."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    header = header_of(datum, extra_columns(stations))
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("站点 stations")
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(header) - 1, 16)
        for at, name in enumerate(header):
            sheet.write_string(0, at, name, bold)
        line = 0
        for batch in batches(stations, datum):
            for station in batch:
                line += 1
                cells = renamed(cells_of(station), datum)
                for at, name in enumerate(header):
                    _write_cell(sheet, (line, at), name, cells.get(name, ""))
        _about(book, info, datum)


def _write_cell(sheet: Any, at: tuple[int, int], name: str, cell: str) -> None:  # noqa: ANN401
    if not cell:
        return
    if name.removesuffix("_gcj02").removesuffix("_bd09") in _NUMERIC:
        sheet.write_number(*at, float(cell))
    else:
        sheet.write_string(*at, cell[:32_767])


def _about(book: Any, info: CatalogueInfo, datum: Datum) -> None:  # noqa: ANN401
    sheet = book.add_worksheet("说明 about")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    lines: Mapping[str, str] = {
        "lon、lat 的坐标系 datum": _DATUM_LABELS[datum],
        "版本 revision": str(info.revision),
        **({"注意 note": str(SYNTHETIC)} if info.synthetic else {}),
        **{
            f"来源 source：{each.path}": f"{each.source}（{each.licence}）"
            for each in info.declarations
        },
    }
    for at, (label, value) in enumerate(lines.items()):
        sheet.write_string(at, 0, label)
        sheet.write_string(at, 1, value)


class _Told(Sequence[Station]):
    """Stations that tell how far they have been walked."""

    def __init__(self, stations: Sequence[Station], progress: Progress) -> None:
        self._stations, self._progress = stations, progress

    def __len__(self) -> int:
        return len(self._stations)

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401 (as Sequence has it)
        return self._stations[at]

    def __iter__(self) -> Iterator[Station]:
        for nth, station in enumerate(self._stations):
            if nth % 5_000 == 0:
                self._progress(nth / len(self._stations))
            yield station


def _told(stations: Sequence[Station], progress: Progress) -> Sequence[Station]:
    return _Told(stations, progress)


FORMATS: Final[Mapping[str, Writer]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "geojson": _geojson,
    "gpkg": write_geopackage,
    "parquet": write_geoparquet,
}
"""What writes each format, by suffix."""
