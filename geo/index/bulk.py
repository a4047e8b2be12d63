"""The k nearest stations of many points at once: NumPy in, NumPy out.

A k-d tree over geocentric points finds candidates by chord on all cores. Chords become
geodesics by a series near by and by Karney's method beyond, and the same proof as in
:mod:`geo.index.nearest` tells which answers are certain; the others are asked one by one.
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.geodesic import GEOD
from geo.index.ecef import arc_m, ecef_array
from geo.index.nearest import NearestSearch

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

# The series differs from Karney by less than 3e-7 m up to here.
ARC_LIMIT_M = 100_000.0
_SLACK_M = 1e-6
# Points in one go: bounds the memory of a large question.
_BATCH = 250_000


class BulkSearch:
    """k-nearest of arrays of points over the points that a :class:`NearestSearch` has."""

    def __init__(self, rows: Indices, lon: Floats, lat: Floats, one: NearestSearch) -> None:
        self._rows, self._lon, self._lat, self._one = rows, lon, lat, one
        self._xyz = ecef_array(lon, lat)
        self._tree = cKDTree(self._xyz, leafsize=24, balanced_tree=False, compact_nodes=True)

    def nearest(self, lon: Floats, lat: Floats, k: int) -> tuple[Indices, Floats]:
        """Rows and distances in metres, both of shape (n, k), the nearest first.

        Where there are fewer than k points: row -1 at infinite distance.
        """
        rows = np.full((len(lon), k), -1, dtype=np.intp)
        distances = np.full((len(lon), k), np.inf)
        if len(self._rows) and len(lon):
            # Points that are asked for one after the other share the tree's caches.
            order = _spatial_order(lon, lat)
            for start in range(0, len(lon), _BATCH):
                part = order[start : start + _BATCH]
                found = min(k, len(self._rows))
                rows[part, :found], distances[part, :found] = self._batch(
                    lon[part], lat[part], found
                )
        return rows, distances

    def _batch(self, lon: Floats, lat: Floats, k: int) -> tuple[Indices, Floats]:
        origins = ecef_array(lon, lat)
        asked = min(k + 1, len(self._rows))
        # Asked for by rank, so that the answers have two axes even for the nearest alone.
        found = self._tree.query(origins, k=range(1, asked + 1), workers=-1)
        chords, points = cast("tuple[Floats, Indices]", found)
        distances = self._geodesics(lon, lat, origins, points[:, :k], chords[:, :k])
        rows = self._rows[points[:, :k]]
        if k > 1:
            order = np.lexsort((rows, distances), axis=1)
            distances = np.take_along_axis(distances, order, axis=1)
            rows = np.take_along_axis(rows, order, axis=1)
        if asked > k:
            unproven = chords[:, k] <= distances[:, k - 1] + _SLACK_M
            for i in np.flatnonzero(unproven).tolist():
                hits = self._one.nearest(float(lon[i]), float(lat[i]), k)
                rows[i] = [row for _, row, _ in hits]
                distances[i] = [distance_m for distance_m, _, _ in hits]
        return rows, distances

    def _geodesics(
        self, lon: Floats, lat: Floats, origins: Floats, points: Indices, chords: Floats
    ) -> Floats:
        distances = np.empty_like(chords)
        for nth in range(chords.shape[1]):
            chosen = points[:, nth]
            distances[:, nth] = arc_m(origins, self._xyz[chosen], chords[:, nth])
            far = np.flatnonzero(chords[:, nth] > ARC_LIMIT_M)
            if len(far):
                at = chosen[far]
                _, _, exact = GEOD.inv(lon[far], lat[far], self._lon[at], self._lat[at])
                distances[far, nth] = exact
        return distances


def _spatial_order(lon: Floats, lat: Floats) -> Indices:
    """Points by the cells of a grid of 256 × 256 over them: sixteen bits, sorted by radix."""
    cells = _cell(lat).astype(np.uint16) * np.uint16(256) + _cell(lon)
    return np.argsort(cells, kind="stable")


def _cell(degrees: Floats) -> NDArray[np.uint8]:
    low, high = float(degrees.min()), float(degrees.max())
    return ((degrees - low) * (255.0 / max(high - low, 1e-9))).astype(np.uint8)
