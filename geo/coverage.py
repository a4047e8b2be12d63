"""What lies within reach of a station: service areas as shapes."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from geo.position import Position

Floats = NDArray[np.float64]

_CORNERS = 64
# A polygon with n corners on a circle has less area than the circle; this radius makes
# the areas equal: sqrt(2π / (n · sin(2π / n))) = 1.000804 for n = 64.
_EQUAL_AREA = math.sqrt(2 * math.pi / (_CORNERS * math.sin(2 * math.pi / _CORNERS)))


def service_areas(
    lons: ArrayLike, lats: ArrayLike, radius_m: float, *, centre: Position
) -> BaseGeometry:
    """Everything within ``radius_m`` metres (geodesic) of any of the positions, dissolved.

    ``lons`` and ``lats`` are degrees, WGS-84, of equal length; the answer is a polygon or
    multipolygon in WGS-84 degrees, empty if there are no positions. Circles are drawn as
    64-gons of the circle's area in an azimuthal equidistant projection around ``centre``,
    the centre of the city: a radius of 1 km is right within 0.05 m up to 100 km from it and
    within 0.3 m up to 250 km, so every city is asked for on its own.
    """
    plane = pyproj.CRS.from_proj4(
        f"+proj=aeqd +lon_0={centre.lon!r} +lat_0={centre.lat!r} +ellps=WGS84 +units=m"
    )
    to_plane = pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    points = shapely.points(*to_plane.transform(np.asarray(lons, float), np.asarray(lats, float)))
    circles = shapely.buffer(points, radius_m * _EQUAL_AREA, quad_segs=_CORNERS // 4)
    dissolved = shapely.disjoint_subset_union_all(np.atleast_1d(circles))
    to_degrees: Any = _inverse(to_plane)  # the stubs know the interleaved form alone
    return shapely.transform(dissolved, to_degrees, interleaved=False)


def _inverse(to_plane: pyproj.Transformer) -> Callable[[Floats, Floats], tuple[Floats, Floats]]:
    def back(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        lon, lat = to_plane.transform(x, y, direction="INVERSE")
        return lon, lat

    return back
