"""Exact k-nearest over a fixed set of points.

An R-tree over geocentric points gives candidates in the order of chords; their geodesics
are measured and ranked. The answer is proven when the farthest candidate's chord exceeds
the k-th geodesic, since no geodesic is shorter than its chord: near the points, one
candidate more than k is enough. From afar it never is, and :mod:`geo.index.far` takes over.

A :class:`Passing` lets only some points through, such as those open now: the same proof holds
with the k-th that passes.
"""

import math
from array import array
from collections.abc import Callable, Mapping, Sequence
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

# Up to so many points, chords to all of them are as quick as any tree.
_FLAT = 400
# A share that passes, up to which these get a tree of their own: some milliseconds to make.
_OWN_TREE = 0.1
# More candidates than the share that passes asks for, so that one round mostly does.
_LUCK = 1.4
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
# Whether a row at a distance in metres may be an answer.
Accept = Callable[[int, float], bool]


class Passing:
    """The points that pass, of shape (n,), and a last word once their distance is known."""

    def __init__(self, mask: NDArray[np.bool_], accept: Accept | None = None) -> None:
        self.points: NDArray[np.intp] = np.flatnonzero(mask)
        self.accept = accept
        self.search: NearestSearch | None = None
        # Bytes: single values come out fastest.
        self.mask = mask.tobytes()

    def among(self, points: Sequence[int]) -> list[int]:
        """Those of the points that pass."""
        mask = self.mask
        return [point for point in points if mask[point]]


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

    @property
    def rows(self) -> NDArray[np.int64]:
        """The row of each point: shape (n,)."""
        return np.frombuffer(self._rows, dtype=np.int64)

    def nearest(
        self,
        lon: float,
        lat: float,
        k: int,
        within_m: float = math.inf,
        passing: Passing | None = None,
    ) -> list[Found]:
        """At most k points within a distance, the nearest first, ties by row. Exact."""
        if passing is not None:
            found = self._nearest_passing(lon, lat, k, passing)
        elif len(self) <= max(k, _FLAT):
            found = self._flat(lon, lat, k, self._everything)
        else:
            origin = ecef(lon, lat)
            near = None if self._is_far(origin) else self._near(lon, lat, origin, k)
            found = near or self._far_away(lon, lat, k)
        return [hit for hit in found[:k] if hit[0] <= within_m]

    def _is_far(self, origin: Xyz) -> bool:
        return math.dist(origin, self._sphere.middle) > self._sphere.radius_m + _FAR_M

    def _nearest_passing(self, lon: float, lat: float, k: int, passing: Passing) -> list[Found]:
        few = len(passing.points)
        if few <= _FLAT:
            return self._flat(lon, lat, k, passing)
        if passing.accept is None and few <= _OWN_TREE * len(self):
            return self._of_passing(passing).nearest(lon, lat, k)
        origin = ecef(lon, lat)
        if self._is_far(origin):
            return self._far_passing(lon, lat, k, passing)
        # As many as should hold one more than k that pass, and a few for bad luck.
        wanted = int((k + 2) * len(self) / few * _LUCK)
        while wanted < len(self):
            candidates = list(self._tree.nearest((*origin, *origin), wanted))
            found = self._accepted(lon, lat, passing.among(candidates), passing)
            farthest = ecef(self._lon[candidates[-1]], self._lat[candidates[-1]])
            reach_m = math.dist(origin, farthest) - _SLACK_M
            if len(found) >= k and found[k - 1][0] < reach_m:
                return found
            wanted *= 4
        return self._flat(lon, lat, k, passing)

    def _of_passing(self, passing: Passing) -> "NearestSearch":
        """A search over those alone that pass, made once."""
        if passing.search is None:
            points = passing.points
            lon, lat = np.frombuffer(self._lon)[points], np.frombuffer(self._lat)[points]
            passing.search = NearestSearch(self.rows[points], lon, lat)
        return passing.search

    def _flat(self, lon: float, lat: float, k: int, passing: Passing) -> list[Found]:
        """Chords to all that pass; their geodesics in the order of chords, until it is proven."""
        points = passing.points
        if not len(points):
            return []
        chords = np.linalg.norm(self._xyz[points] - ecef(lon, lat), axis=1)
        wanted = k + 1
        while wanted < len(points):
            nearest = np.argpartition(chords, wanted)[: wanted + 1]
            reach_m = float(chords[nearest].max()) - _SLACK_M
            found = self._accepted(lon, lat, points[nearest].tolist(), passing)
            if len(found) >= k and found[k - 1][0] < reach_m:
                return found
            wanted *= 8
        return self._all_accepted(lon, lat, points.tolist(), passing)

    def _far_passing(self, lon: float, lat: float, k: int, passing: Passing) -> list[Found]:
        """The nearest of all, more and more of them, until k pass."""
        wanted = int((k + 2) * len(self) / len(passing.points) * _LUCK)
        while wanted < len(self):
            ranked = self._far_away(lon, lat, wanted)[:wanted]
            mask, accept = passing.mask, passing.accept
            point_of = self._point_of
            found = [
                hit
                for hit in ranked
                if mask[point_of[hit[1]]] and (accept is None or accept(hit[1], hit[0]))
            ]
            if len(found) >= k:
                return found
            wanted *= 4
        return self._all_accepted(lon, lat, passing.points.tolist(), passing)

    def _accepted(self, lon: float, lat: float, points: list[int], passing: Passing) -> list[Found]:
        found = self._measure(lon, lat, points)
        accept = passing.accept
        return found if accept is None else [hit for hit in found if accept(hit[1], hit[0])]

    def _all_accepted(
        self, lon: float, lat: float, points: list[int], passing: Passing
    ) -> list[Found]:
        found = self._measure_all(lon, lat, points)
        accept = passing.accept
        return found if accept is None else [hit for hit in found if accept(hit[1], hit[0])]

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
    def _xyz(self) -> Floats:
        return ecef_array(np.frombuffer(self._lon), np.frombuffer(self._lat))

    @cached_property
    def _everything(self) -> Passing:
        return Passing(np.ones(len(self), dtype=np.bool_))

    @cached_property
    def _point_of(self) -> Mapping[int, int]:
        return {row: point for point, row in enumerate(self._rows)}

    @cached_property
    def _sphere(self) -> _Sphere:
        points = self._xyz
        x, y, z = points.mean(axis=0).tolist()
        radius_m = np.sqrt(((points - (x, y, z)) ** 2).sum(axis=1).max())
        return _Sphere((x, y, z), float(radius_m))

    @cached_property
    def _tree(self) -> Index:
        points = self._xyz
        properties = Property(
            dimension=3, leaf_capacity=_CAPACITY, index_capacity=_CAPACITY, fill_factor=0.9
        )
        return Index((np.arange(len(self), dtype=np.int64), points, points), properties=properties)

    @cached_property
    def _far(self) -> FarSearch:
        return FarSearch(np.frombuffer(self._lon), np.frombuffer(self._lat))
