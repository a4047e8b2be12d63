"""What is within reach of a station: the seam between measuring coverage and how it is reached.

A straight line is one answer. A street network, with real minutes and lengths of road, is another:
it draws its own service areas and says which points lie within them; what is measured with them
stays as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.coverage.areas import circles
from geo.coverage.model import Threshold
from geo.geodesic import GEOD
from geo.index.ecef import ecef_array
from geo.plane import Plane

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Shapes = NDArray[np.object_]

# A point on the circle is within reach, whatever rounding says.
_SLACK_M: Final = 1e-6


class Reach(Protocol):
    """What lies within reach of stations at given positions: degrees, shape (n,)."""

    def areas(self, lon: Floats, lat: Floats, plane: Plane) -> Shapes:
        """The service area of each station, shape (n,): polygons of the plane."""

    def pairs(
        self, lon: Floats, lat: Floats, point_lon: Floats, point_lat: Floats
    ) -> tuple[Ints, Ints]:
        """The points that stations reach: the index of the point and of the station, by pair."""


# How a threshold is reached.
ReachOf = Callable[[Threshold], Reach]


@dataclass(frozen=True, slots=True)
class StraightLine:
    """A geodesic of at most ``radius_m``."""

    radius_m: float

    def areas(self, lon: Floats, lat: Floats, plane: Plane) -> Shapes:
        """The circle around each station."""
        return circles(lon, lat, self.radius_m, plane)

    def pairs(
        self, lon: Floats, lat: Floats, point_lon: Floats, point_lat: Floats
    ) -> tuple[Ints, Ints]:
        """Pairs of a distance of at most the radius.

        A chord through the Earth is never longer than the geodesic: what lies within the radius
        by its chord holds all pairs, and of these the geodesic decides.
        """
        stations = cKDTree(ecef_array(lon, lat))
        points = cKDTree(ecef_array(point_lon, point_lat))
        near = np.asarray(
            points.sparse_distance_matrix(stations, self.radius_m + _SLACK_M, output_type="ndarray")
        )
        point, station = near["i"], near["j"]
        _, _, distance = GEOD.inv(point_lon[point], point_lat[point], lon[station], lat[station])
        reached = np.asarray(distance) <= self.radius_m + _SLACK_M
        return point[reached], station[reached]


def straight_line(threshold: Threshold) -> Reach:
    """The straight line of a threshold."""
    return StraightLine(threshold.radius_m)
