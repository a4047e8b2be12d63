"""Exact k-nearest over a fixed set of points.

An R-tree over geocentric points gives candidates in the order of chords; their geodesics
are measured and ranked. The answer is proven when the farthest candidate's chord exceeds
the k-th geodesic, since no geodesic is shorter than its chord: near the points, one
candidate more than k is enough. From afar it never is, and :mod:`geo.index.far` takes over.
"""

import math
from array import array
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rtree.index import Index, Property

from geo.geodesic import GEOD, inverse
from geo.index.ecef import ecef, ecef_array
from geo.index.far import FarSearch

Floats = NDArray[np.float64]
Xyz = tuple[float, float, float]

# Up to so many points, measuring all of them is as quick as any tree.
_FLAT = 400
# The tree is asked at most this often before the far rule is taken,
_WIDENINGS = 2
# and not at all from so far outside the sphere around all points: near their antipode
# every chord is almost as long as the next, and the tree would have to visit all nodes.
_FAR_M = 1_000_000.0
# Rounding in chords and geodesics, a hundredfold.
_SLACK_M = 1e-6
# Leaves and nodes of 16 were the fastest of 4–100 for nearest queries in three dimensions.
_CAPACITY = 16


# A point: its distance in metres, its row, the bearing towards it in degrees. A plain tuple,
# which sorts by distance and then by row at the speed of C.
Found = tuple[float, int, float]


class _Sphere(NamedTuple):
    """A sphere around all points, in geocentric metres."""

    middle: Xyz
    radius_m: float


class NearestSearch:
    """k-nearest over the given ``rows``, whose positions are ``lon`` and ``lat``: shape (n,)."""

    def __init__(self, rows: NDArray[np.intp], lon: Floats, lat: Floats) -> None:
        self._rows = array("q", rows.tolist())
        # Python's arrays: single values come out as floats, which pyproj takes fastest.
        self._lon, self._lat = array("d", lon.tobytes()), array("d", lat.tobytes())

    def __len__(self) -> int:
        return len(self._rows)

    def nearest(self, lon: float, lat: float, k: int, within_m: float = math.inf) -> list[Found]:
        """At most k points within a distance, the nearest first, ties by row. Exact."""
        if len(self) <= max(k, _FLAT):
            found = self._measure_all(lon, lat, range(len(self)))
        else:
            origin = ecef(lon, lat)
            far = math.dist(origin, self._sphere.middle) > self._sphere.radius_m + _FAR_M
            near = None if far else self._near(lon, lat, origin, k)
            found = near or self._far_away(lon, lat, k)
        return [hit for hit in found[:k] if hit[0] <= within_m]

    def _near(self, lon: float, lat: float, origin: Xyz, k: int) -> list[Found] | None:
        wanted = k + 1
        for _ in range(_WIDENINGS):
            wanted = min(wanted, len(self))
            candidates = list(self._tree.nearest((*origin, *origin), wanted))
            found = self._measure(lon, lat, candidates)
            farthest = ecef(self._lon[candidates[-1]], self._lat[candidates[-1]])
            if wanted == len(self) or math.dist(origin, farthest) > found[k - 1][0] + _SLACK_M:
                return found
            wanted *= 4
        return None

    def _far_away(self, lon: float, lat: float, k: int) -> list[Found]:
        return self._measure_all(lon, lat, self._far.nearest(lon, lat, k).tolist())

    def _measure(self, lon: float, lat: float, points: list[int]) -> list[Found]:
        """Scalar geodesics: for a few points cheaper than arrays."""
        lons, lats, rows, measure = self._lon, self._lat, self._rows, GEOD.inv
        found = []
        for point in points:
            azimuth, _, distance = measure(lon, lat, lons[point], lats[point])
            found.append((distance, rows[point], azimuth % 360.0))
        found.sort()
        return found

    def _measure_all(self, lon: float, lat: float, points: "range | list[int]") -> list[Found]:
        lons, lats = np.frombuffer(self._lon), np.frombuffer(self._lat)
        index = np.fromiter(points, dtype=np.intp, count=len(points))
        distances, bearings = inverse(lon, lat, lons[index], lats[index])
        rows = np.frombuffer(self._rows, dtype=np.int64)[index]
        return sorted(zip(distances.tolist(), rows.tolist(), bearings.tolist(), strict=True))

    @cached_property
    def _sphere(self) -> _Sphere:
        points = ecef_array(np.frombuffer(self._lon), np.frombuffer(self._lat))
        x, y, z = points.mean(axis=0).tolist()
        radius_m = np.sqrt(((points - (x, y, z)) ** 2).sum(axis=1).max())
        return _Sphere((x, y, z), float(radius_m))

    @cached_property
    def _tree(self) -> Index:
        points = ecef_array(np.frombuffer(self._lon), np.frombuffer(self._lat))
        properties = Property(
            dimension=3, leaf_capacity=_CAPACITY, index_capacity=_CAPACITY, fill_factor=0.9
        )
        return Index((np.arange(len(self), dtype=np.int64), points, points), properties=properties)

    @cached_property
    def _far(self) -> FarSearch:
        return FarSearch(np.frombuffer(self._lon), np.frombuffer(self._lat))
