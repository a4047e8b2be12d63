"""Features of GeoJSON and GeoPackage files in WGS-84, through GDAL."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio.errors
import pyogrio.raw
import shapely
from numpy.typing import NDArray

from geo import datum as datums
from geo.errors import InputError, SourceError
from geo.sources.delimited import unpacked_start
from geo.sources.geometry_columns import Reference, reference
from geo.station import Datum
from geo.text import Text

Shapes = NDArray[np.object_]

_SQLITE: Final = b"SQLite format 3\0"
_UTF8_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Features:
    """n geometries, lon, lat in WGS-84, valid, none missing; ``fields`` are their attributes.

    ``mended`` counts those that were invalid.
    """

    shapes: Shapes
    fields: Mapping[str, NDArray[Any]]
    mended: int


def is_vector(path: Path) -> bool:
    """Whether a file is GeoJSON or a GeoPackage by its first bytes."""
    head = unpacked_start(path, 64)
    return head.startswith(_SQLITE) or head.removeprefix(_UTF8_MARK).lstrip().startswith(b"{")


def read_features(path: Path, *, layer: str | None, datum: Datum | None) -> Features:
    """All features of a layer, the first one if none is named.

    ``datum`` is that of the coordinates if they are degrees, in place of what the file says.
    Raises :class:`SourceError` for a file that cannot be read, :class:`InputError` where
    nothing says in which reference system it is, or a feature has no geometry.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of GDAL, about what is read all the same
            meta, _, geometry, columns = pyogrio.raw.read(str(path), layer=layer)
        shapes = np.asarray(shapely.from_wkb(geometry), dtype=object)
    except (pyogrio.errors.DataSourceError, shapely.GEOSException, ValueError, TypeError) as error:
        raise SourceError(
            f"{path.name} 无法读取：它应是 GeoJSON 或 GeoPackage 的要素",
            f"{path.name} cannot be read: it should hold features of GeoJSON or GeoPackage",
            reason="damaged",
        ) from error
    missing = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if len(missing):
        raise InputError(
            "file",
            zh=f"{path.name} 的第 {missing[0] + 1} 个要素没有几何",
            en=f"feature {missing[0] + 1} of {path.name} has no geometry",
            value=path.name,
        )
    shapes = _in_wgs84(shapely.force_2d(shapes), _reference(meta["crs"], path, datum))
    invalid = ~shapely.is_valid(shapes)
    shapes[invalid] = shapely.make_valid(shapes[invalid])
    fields = dict(zip(map(str, meta["fields"]), columns, strict=True))
    return Features(shapes, fields, int(invalid.sum()))


def _reference(definition: str | None, path: Path, datum: Datum | None) -> Reference:
    if datum is not None:
        return Reference(datum, None, Text("", ""))
    used = reference(definition or "undefined")
    if used.datum is None:
        raise without_crs(path.name)
    return used


def without_crs(name: str) -> InputError:
    """The error that a file does not say where its coordinates are."""
    return InputError(
        "crs",
        zh=f"{name} 没有（可识别的）坐标参考系",
        en=f"{name} has no coordinate reference system (that is known)",
        value=name,
        expected=Text(
            "在文件里写明，如 EPSG:4326（GDAL：ogr2ogr -a_srs 或 gdal_edit.py -a_srs）",
            "one stated in the file, such as EPSG:4326 (ogr2ogr -a_srs or gdal_edit.py -a_srs)",
        ),
    )


def _in_wgs84(shapes: Shapes, used: Reference) -> Shapes:
    project: Any = used.project
    if project is not None:
        shapes = shapely.transform(shapes, project, interleaved=False)
    if used.datum in ("gcj02", "bd09"):
        convert: Any = partial(datums.convert, source=used.datum, target="wgs84")
        shapes = shapely.transform(shapes, convert, interleaved=False)
    return shapes
