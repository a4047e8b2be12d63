"""The nearest points to a caller who is far from all of them, with bounded work.

From afar, chords hardly differ in what they prove (and near the antipode not at all). The
geodesic itself is a metric, so that the triangle inequality prunes everywhere on Earth:
whoever lies within ``radius`` of a centre at distance d is at least d - radius and at most
d + radius away. Points are grouped into nested balls; each level throws away the balls
that cannot hold one of the k nearest (branch and bound on a ball tree: Omohundro, 1989).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.geodesic import inverse
from geo.index.ecef import ecef_array, longest_geodesic_m, surface_point

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_LEAF = 16
_CHILDREN = 4
_TOP = 256
# Karney's distances are good to 15 nanometres; the bounds get a thousandfold.
_SLACK_M = 1e-5


class _Level(NamedTuple):
    """Balls, each over ``size`` consecutive points of the spatial order."""

    size: int
    lon: Floats
    lat: Floats
    radius_m: Floats


class FarSearch:
    """Exact k-nearest over fixed points, from any distance."""

    def __init__(self, lon: Floats, lat: Floats) -> None:
        # A service is hardly ever asked from afar, and need not carry SciPy until it is.
        from scipy.spatial import cKDTree  # noqa: PLC0415

        xyz = ecef_array(lon, lat)
        # The tree's own order of points: neighbours in it are neighbours in space.
        tree = cKDTree(xyz, leafsize=_LEAF, balanced_tree=True, compact_nodes=False)
        self._order: Indices = np.asarray(tree.indices, dtype=np.intp)
        self._lon, self._lat = lon[self._order], lat[self._order]
        self._levels = _levels(xyz[self._order])

    def nearest(self, lon: float, lat: float, k: int) -> Indices:
        """The indices of points among which the k nearest are, in no order; k < n."""
        balls = np.arange(len(self._levels[0].lon), dtype=np.intp)
        for depth, level in enumerate(self._levels):
            distances, _ = inverse(lon, lat, level.lon[balls], level.lat[balls])
            counts = self._counts(level, balls)
            balls = balls[_surviving(distances, level.radius_m[balls], counts, k)]
            if depth + 1 < len(self._levels):
                below = self._levels[depth + 1]
                balls = _children(balls, level.size // below.size, len(below.lon))
        size = self._levels[-1].size
        return self._order[_children(balls, size, len(self._lon))]

    def _counts(self, level: _Level, balls: Indices) -> Indices:
        """How many points each ball holds: the last one may be short."""
        return np.minimum(level.size, len(self._lon) - balls * level.size)


def _levels(xyz: Floats) -> list[_Level]:
    """The levels from the coarsest to the finest."""
    levels = []
    size = _LEAF
    while True:
        levels.append(_level(xyz, size))
        if len(levels[-1].lon) <= _TOP:
            return levels[::-1]
        size *= _CHILDREN


def _level(xyz: Floats, size: int) -> _Level:
    starts = np.arange(0, len(xyz), size)
    counts = np.diff(starts, append=len(xyz))
    lon, lat = surface_point(np.add.reduceat(xyz, starts) / counts[:, np.newaxis])
    centres = np.repeat(ecef_array(lon, lat), counts, axis=0)
    chords = np.sqrt(((xyz - centres) ** 2).sum(axis=1))
    reach = longest_geodesic_m(np.maximum.reduceat(chords, starts))
    return _Level(size, lon, lat, reach + _SLACK_M)


def _surviving(distances: Floats, radius_m: Floats, counts: Indices, k: int) -> NDArray[np.bool_]:
    """Which balls may hold one of the k nearest points."""
    farthest = distances + radius_m
    order = np.argsort(farthest)
    enough = np.searchsorted(np.cumsum(counts[order]), k)
    bound = farthest[order[enough]] if enough < len(order) else np.inf
    may: NDArray[np.bool_] = distances - radius_m <= bound
    return may


def _children(balls: Indices, each: int, total: int) -> Indices:
    children = (balls[:, np.newaxis] * each + np.arange(each)).ravel()
    return children[children < total]
