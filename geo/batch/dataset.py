"""Figures of cities as a dataset: GeoParquet, one folder for each province (Hive's way)."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry.base import BaseGeometry

from geo.batch.figures import CityRows, Row
from geo.export.folder import whole_folder
from geo.places import Level, Places

ABOUT: Final = "nation.json"
_TEXTS: Final = {"adcode", "name", "name_en", "city", "list_state"}
_COUNTS: Final = {
    *("people", "remainder_people", "remainder_units"),
    *("stations", "stations_suspect", "stations_of_neighbours"),
}
_TYPES: Final = (
    dict.fromkeys(_TEXTS, pa.string())
    | dict.fromkeys(_COUNTS, pa.int64())
    | {"synthetic": pa.bool_()}
)


def write_dataset(
    folder: Path, found: Sequence[CityRows], places: Places, about: Mapping[str, Any]
) -> None:
    """Write ``cities/province=…/``, ``districts/province=…/`` and ``nation.json``.

    Equal figures give equal bytes. Raises what :func:`geo.export.folder.whole_folder` does.
    """
    cities: dict[str, list[Row]] = defaultdict(list)
    districts: dict[str, list[Row]] = defaultdict(list)
    for city, of_city in found:
        cities[city["province"]].append(city)
        districts[city["province"]].extend(of_city)
    with whole_folder(folder) as draft:
        for province, rows in cities.items():
            _write_part(draft / "cities", province, rows, places, "city")
            if districts[province]:
                of_province = districts[province]
                _write_part(draft / "districts", province, of_province, places, "district")
        text = json.dumps(about, ensure_ascii=False, indent=1)
        (draft / ABOUT).write_text(text + "\n", encoding="utf-8")


def _write_part(
    folder: Path, province: str, rows: Sequence[Row], places: Places, level: Level
) -> None:
    """One province. Its code stands in the folder's name and, after Hive, nowhere else."""
    names = [name for name in rows[0] if name != "province"]
    columns = {
        name: pa.array([row[name] for row in rows], _TYPES.get(name, pa.float64()))
        for name in names
    }
    outlines = [places.outline(row["adcode"], level) for row in rows]
    columns["geometry"] = pa.array(list(shapely.to_wkb(outlines)), pa.binary())
    table = pa.table(columns).replace_schema_metadata({b"geo": _geo_metadata(outlines)})
    path = folder / f"province={province}" / "part-0.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)


def _geo_metadata(outlines: Sequence[BaseGeometry]) -> bytes:
    """GeoParquet 1.1, "File metadata"; no ``crs`` means OGC:CRS84, that is WGS-84 lon, lat."""
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({outline.geom_type for outline in outlines}),
        "bbox": shapely.total_bounds(outlines).tolist(),
    }
    metadata = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return json.dumps(metadata).encode()
