"""GeoPackage and GeoParquet: files that a GIS opens, through GDAL and Arrow, without pandas."""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import shapely

from geo.catalogue import SYNTHETIC, CatalogueInfo
from geo.export.batches import batches
from geo.export.chunks import header_of, renamed
from geo.export.rows import cells_of, extra_columns
from geo.station import Datum, Station

_NUMBERS = frozenset(
    {"lon", "lat", "published_lon", "published_lat", "position_error_m", "area_m2"}
)


def write_geopackage(
    path: Path, stations: Sequence[Station], info: CatalogueInfo, datum: Datum
) -> None:
    """A layer ``stations``; in another datum than WGS-84 without a CRS, since none fits."""
    columns, points = _columns(stations, info, datum)
    path.unlink(missing_ok=True)
    with warnings.catch_warnings():
        # That there is no CRS is what we mean where no CRS is true.
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        pyogrio.raw.write(
            str(path),
            geometry=shapely.to_wkb(points),
            field_data=list(columns.values()),
            fields=list(columns),
            crs="EPSG:4326" if datum == "wgs84" else None,
            geometry_type="Point",
            driver="GPKG",
            layer="stations",
        )


def write_geoparquet(
    path: Path, stations: Sequence[Station], info: CatalogueInfo, datum: Datum
) -> None:
    """GeoParquet 1.1; in another datum than WGS-84 with an explicit null for its CRS."""
    columns, points = _columns(stations, info, datum)
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Point"]}
    if datum != "wgs84":
        column["crs"] = None
    metadata = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    arrays = {name: pa.array(values.tolist(), _type(name)) for name, values in columns.items()}
    arrays["geometry"] = pa.array(list(shapely.to_wkb(points)), pa.binary())
    table = pa.table(arrays).replace_schema_metadata({b"geo": json.dumps(metadata).encode()})
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)


def _columns(
    stations: Sequence[Station], info: CatalogueInfo, datum: Datum
) -> tuple[dict[str, Any], Any]:
    rows: list[dict[str, str]] = []
    lonlat: list[tuple[float, float]] = []
    for batch in batches(stations, datum):
        for station in batch:
            lonlat.append(station.position)
            rows.append(renamed(cells_of(station), datum))
    names = header_of(datum, extra_columns(stations))
    columns: dict[str, Any] = {name: _values(name, rows) for name in names}
    if info.synthetic:
        columns["label"] = np.array([str(SYNTHETIC)] * len(rows), dtype=object)
    points = shapely.points(np.array(lonlat, dtype=np.float64).reshape(-1, 2))
    return columns, points


def _values(name: str, rows: Sequence[dict[str, str]]) -> Any:  # noqa: ANN401 (of two types)
    cells = [row.get(name, "") for row in rows]
    if _is_number(name):
        return np.array([float(cell) if cell else np.nan for cell in cells])
    return np.array([cell or None for cell in cells], dtype=object)


def _type(name: str) -> pa.DataType:
    return pa.float64() if _is_number(name) else pa.string()


def _is_number(name: str) -> bool:
    return name.removesuffix("_gcj02").removesuffix("_bd09") in _NUMBERS
