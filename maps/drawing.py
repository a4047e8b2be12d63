"""Shapes as pages carry them: whole millionths of a degree, each point as its step.

``[[113660000, 34750000, 120, -45, …], …]`` is a ring that begins at 113.66, 34.75 and
goes on by 0.00012, -0.000045. That is a third of GeoJSON's size, and a tenth of a metre is
a quarter of a pixel at zoom 18. Everything is drawn in the datum of the page, which is
that of its tiles.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.datum import convert
from geo.position import BBox, Position
from geo.station import Datum

_PER_DEGREE = 1_000_000

Flat = list[int]


def polygons(shape: BaseGeometry, *, datum: Datum) -> list[list[Flat]]:
    """Every polygon of a geometry in WGS-84 as its rings, the outer one first."""
    parts = (
        part for part in shapely.get_parts(_in_datum(shape, datum)) if part.geom_type == "Polygon"
    )
    return [[_flat(ring) for ring in (part.exterior, *part.interiors)] for part in _sized(parts)]


def lines(shape: BaseGeometry, *, datum: Datum) -> list[Flat]:
    """Every line of a geometry in WGS-84."""
    parts = shapely.get_parts(_in_datum(shape, datum))
    return [_flat(part) for part in parts if part.geom_type in {"LineString", "LinearRing"}]


def points(lons: NDArray[np.float64], lats: NDArray[np.float64], *, datum: Datum) -> list[Flat]:
    """Positions in WGS-84 as pairs of whole millionths of a degree."""
    moved = np.column_stack(convert(lons, lats, source="wgs84", target=datum))
    whole: list[Flat] = np.rint(moved * _PER_DEGREE).astype(np.int64).tolist()
    return whole


def point(position: Position, *, datum: Datum) -> Flat:
    """One position, as :func:`points`."""
    return points(np.array([position.lon]), np.array([position.lat]), datum=datum)[0]


def view(bbox: BBox, *, datum: Datum) -> list[list[float]]:
    """A box in WGS-84 as Leaflet's ``[[south, west], [north, east]]``."""
    lons, lats = convert(
        [bbox.west, bbox.east], [bbox.south, bbox.north], source="wgs84", target=datum
    )
    return [
        [round(float(lat), 6), round(float(lon), 6)] for lon, lat in zip(lons, lats, strict=True)
    ]


def _in_datum(shape: BaseGeometry, datum: Datum) -> BaseGeometry:
    if datum == "wgs84":
        return shape
    # The stubs know the interleaved form alone.
    to_datum: Any = partial(convert, source="wgs84", target=datum)
    return shapely.transform(shape, to_datum, interleaved=False)


def _sized(parts: Iterable[shapely.Polygon]) -> Iterator[shapely.Polygon]:
    return (part for part in parts if not part.is_empty)


def _flat(line: BaseGeometry) -> Flat:
    whole = np.rint(shapely.get_coordinates(line) * _PER_DEGREE).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64))
    moved = steps.any(axis=1)
    flat: Flat = steps[moved].ravel().tolist()
    return flat
