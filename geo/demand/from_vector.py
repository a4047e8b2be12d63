"""Cells with an outline, or points, from GeoJSON and GeoPackage files."""

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.demand.from_table import each_counts_one
from geo.demand.given import (
    Given,
    no_column,
    nothing_there,
    numbers,
    require_positions,
    require_weights,
    weight_column,
)
from geo.demand.vector import Features, read_features
from geo.errors import InputError
from geo.station import Datum
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def read_vector(path: Path, *, datum: Datum | None, layer: str | None, weight: str | None) -> Given:
    """The features of a layer as demand: polygons are cells, points are points.

    Raises :class:`SourceError` and :class:`InputError`.
    """
    features = read_features(path, layer=layer, datum=datum)
    count = len(features.shapes)
    if not count:
        raise nothing_there()
    rows = np.arange(1, count + 1)
    is_grid = _is_grid(features, path)
    west, south, east, north = shapely.bounds(features.shapes).T
    require_positions(west, south, rows)
    require_positions(east, north, rows)
    columns = list(features.fields)
    named = weight_column(columns, weight)
    if named is None and is_grid:
        raise no_column("weight", None, columns)
    weights = _weights(features.fields[named], rows, named) if named else np.ones(count)
    require_weights(weights, rows)
    return Given(
        outlines=features.shapes,
        weights=weights,
        rows=rows,
        is_grid=is_grid,
        has_weights=named is not None,
        notes=(*(() if named else (each_counts_one(columns),)), *_mended(features)),
    )


def _is_grid(features: Features, path: Path) -> bool:
    """Whether the features are polygons. Raises :class:`InputError` for lines and mixtures."""
    kinds = np.unique(shapely.get_type_id(features.shapes))
    if set(kinds) <= {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}:
        return True
    if set(kinds) == {shapely.GeometryType.POINT}:
        return False
    named = ", ".join(shapely.GeometryType(kind).name.title() for kind in kinds)
    raise InputError(
        "demand",
        zh=f"{path.name} 的几何类型不能作为需求：{named}",
        en=f"{path.name} holds geometries that cannot be demand: {named}",
        value=named,
        expected=Text("全部是面（格网），或全部是点", "polygons alone (a grid), or points alone"),
    )


def _weights(column: NDArray[Any], rows: Ints, name: str) -> Floats:
    if column.dtype.kind in "iufb":
        return column.astype(np.float64)
    return numbers(["" if cell is None else str(cell) for cell in column], rows, name)


def _mended(features: Features) -> tuple[Text, ...]:
    count = features.mended
    if not count:
        return ()
    return (Text(f"修复了 {count} 个无效的面", f"{count} invalid polygon(s) were mended"),)
