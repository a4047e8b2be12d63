"""Which site reaches which demand point, and how far it is: sparse, never a whole matrix."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from geo.geodesic import GEOD
from geo.index.ecef import arc_m, ecef_array
from geo.siting.model import Floats, Ints

# Up to here the arc series is right within 0.3 µm; beyond, Karney's method is asked.
_SERIES_LIMIT_M = 100_000.0
_BLOCK = 2_000
# A point on the circle is within reach, whatever rounding says.
SLACK_M = 1e-6
ROUNDING = 1e-12


def reach_within(
    demand: tuple[ArrayLike, ArrayLike], sites: tuple[ArrayLike, ArrayLike], radius_m: float
) -> csr_array:
    """Geodesic distances ≤ ``radius_m`` metres between demand points and sites.

    Both are longitudes and latitudes in degrees, WGS-84. The answer has shape (n, m), with an
    entry for every pair within reach and no other. A chord is never longer than its geodesic, so
    no pair is missed.
    """
    points, places = ecef_array(*demand), ecef_array(*sites)
    parts = []
    for rows, columns in _pairs(points, places, radius_m):
        start, end = points[rows], places[columns]
        chord = np.linalg.norm(end - start, axis=1)
        distance = arc_m(start, end, chord)
        far = np.flatnonzero(chord > _SERIES_LIMIT_M)
        if len(far):
            lon, lat = (np.asarray(each, np.float64) for each in demand)
            x, y = (np.asarray(each, np.float64) for each in sites)
            r, c = rows[far], columns[far]
            distance[far] = GEOD.inv(lon[r], lat[r], x[c], y[c])[2]
        keep = distance <= radius_m + SLACK_M
        parts.append((rows[keep], columns[keep], distance[keep]))
    return _matrix(parts, (len(points), len(places)))


def reach_within_plane(demand: Floats, sites: Floats, radius: float) -> csr_array:
    """The same for points of shape (n, 2) and (m, 2) in a plane, in its own units."""
    parts = []
    for rows, columns in _pairs(demand, sites, radius):
        distance = np.hypot(*(demand[rows] - sites[columns]).T)
        keep = distance <= radius * (1.0 + ROUNDING)
        parts.append((rows[keep], columns[keep], distance[keep]))
    return _matrix(parts, (len(demand), len(sites)))


def _pairs(points: Floats, places: Floats, radius: float) -> Iterator[tuple[Ints, Ints]]:
    """Pairs (row, column) within a straight line of the radius, in blocks of rows."""
    tree = cKDTree(places)
    # A hair more than the radius: rounding must not lose a pair that lies on it.
    wide = radius * (1.0 + ROUNDING) + 2.0 * SLACK_M
    for first in range(0, len(points), _BLOCK):
        block = cKDTree(points[first : first + _BLOCK])
        near = np.asarray(block.sparse_distance_matrix(tree, wide, output_type="ndarray"))
        yield near["i"] + first, near["j"]


def _matrix(parts: list[tuple[Ints, Ints, Floats]], shape: tuple[int, int]) -> csr_array:
    rows, columns, distance = (np.concatenate(each) for each in zip(*parts, strict=True))
    matrix = coo_array((distance, (rows, columns)), shape=shape).tocsr()
    matrix.sort_indices()
    return matrix
