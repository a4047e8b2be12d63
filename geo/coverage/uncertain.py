"""How far a ratio may be off because positions are: stations displaced at random, many times.

The error of a position is its probable error: half of all positions are off by less, as of a
normal distribution in the plane (a Rayleigh distance with that median). What a displaced set
reaches is counted on a lattice of points with the people of the land around them; the difference
to what the undisplaced set reaches there is put on the exact ratio.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.coverage.land import Land
from geo.coverage.model import Band
from geo.demand.tiles import tiled

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_DRAWS: Final = 200
_QUANTILES: Final = (0.05, 0.95)
_POINTS: Final = 20_000
# No station is displaced by more than so many σ, as good as never.
_FAR: Final = 4.0
# The median of a Rayleigh distance with σ = 1.
_MEDIAN: Final = math.sqrt(2 * math.log(2))


class Displaced(NamedTuple):
    """n stations in the plane, shape (n, 2), with the probable error of each, if it is known."""

    xy: Floats
    errors_m: Sequence[float | None]


def position_band(
    ratio: float, stations: Displaced, radius_m: float, land: Land, *, seed: int
) -> Band | None:
    """The 5-95 % band of a ratio of people (of area, where they are unknown).

    ``None`` where the error of no position is known.
    """
    known = np.array([error is not None for error in stations.errors_m], dtype=np.bool_)
    if not known.any():
        return None
    sigma = np.array([error for error in stations.errors_m if error is not None]) / _MEDIAN
    fixed, placed = stations.xy[~known], stations.xy[known]
    points, share = _lattice(land, placed, radius_m + _FAR * float(sigma.max()))
    free = ~_reached(points, fixed, radius_m)
    points, share = points[free], share[free]
    start = float(share[_reached(points, placed, radius_m)].sum())
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(_DRAWS):
        moved = placed + rng.normal(size=placed.shape) * sigma[:, None]
        drawn.append(float(share[_reached(points, moved, radius_m)].sum()) - start)
    low, high = np.quantile(drawn, _QUANTILES)
    return Band(max(ratio + float(low), 0.0), min(ratio + float(high), 1.0))


def _lattice(land: Land, stations: Floats, reach_m: float) -> tuple[Floats, Floats]:
    """Points of the land that the stations may reach, (n, 2), and the city's share of each."""
    if land.is_known and not land.in_districts:
        cells = land.demand.cells
        points = np.column_stack(land.plane.xy(cells.lon, cells.lat))
        return points, cells.people / cells.people.sum()
    around = shapely.union_all(shapely.buffer(shapely.points(stations), reach_m, quad_segs=8))
    near = shapely.intersection(land.shapes, around)
    per_m2 = land.per_m2[:, 0] if land.in_districts else np.ones(len(land.parts))
    size = math.sqrt(max(float(shapely.area(near).sum()), 1.0) / _POINTS)
    tiles = [tiled(shape, size) for shape in near]
    x, y = (np.concatenate(axis) for axis in zip(*(t.centres() for t in tiles), strict=True))
    weight = np.concatenate([t.area * of for t, of in zip(tiles, per_m2, strict=True)])
    return np.column_stack([x, y]), weight / float(land.area_m2 @ per_m2)


def _reached(points: Floats, stations: Floats, radius_m: float) -> Mask:
    """Which points lie within reach of a station."""
    if not len(stations) or not len(points):
        return np.zeros(len(points), dtype=np.bool_)
    distance, _ = cKDTree(stations).query(points, distance_upper_bound=radius_m)
    return np.isfinite(distance)
