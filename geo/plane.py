"""A plane of one city in which areas are those on the ellipsoid."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.position import Position

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

# Straight in degrees is not straight in the plane: no edge of an outline may be longer. At 36° N
# one of 0.02° strays by 0.05 m.
_EDGE_DEG: Final = 0.02


@dataclass(frozen=True)
class Plane:
    """Lambert's azimuthal equal-area projection around a centre: metres east and north of it.

    Areas are exact; 200 km from the centre lengths are wrong by 1 in 8,000.
    """

    centre: Position

    @property
    def crs(self) -> str:
        """The projection as PROJ writes it."""
        lon, lat = self.centre
        return f"+proj=laea +lon_0={lon!r} +lat_0={lat!r} +ellps=WGS84 +units=m"

    @cached_property
    def _transformer(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    def xy(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Positions, shape (n,), in the plane."""
        x, y = self._transformer.transform(lon, lat)
        return np.asarray(x), np.asarray(y)

    def lon_lat(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Points of the plane, shape (n,), in degrees."""
        lon, lat = self._transformer.transform(x, y, direction="INVERSE")
        return np.asarray(lon), np.asarray(lat)

    def shape(self, outline: BaseGeometry) -> BaseGeometry:
        """An outline in degrees, in the plane."""
        shape: BaseGeometry = self.shapes(np.array([outline], dtype=object))[0]
        return shape

    def shapes(self, outlines: Shapes) -> Shapes:
        """Outlines in degrees, shape (n,), in the plane."""
        to_plane: Any = self.xy  # the stubs know the interleaved form alone
        return shapely.transform(
            shapely.segmentize(outlines, _EDGE_DEG), to_plane, interleaved=False
        )

    def outlines(self, shapes: Shapes) -> Shapes:
        """Shapes of the plane, shape (n,), in degrees."""
        to_degrees: Any = self.lon_lat
        return shapely.transform(shapes, to_degrees, interleaved=False)

    def __getstate__(self) -> dict[str, Any]:
        return {"centre": self.centre}  # a transformer is not to be sent to another process
