"""Seeded points inside an outline: the urban share in clusters, the rest anywhere."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.apportion import apportioned
from geo.synth.shares import Shares

DECIMALS: Final = 7  # of a degree: a centimetre
_METRES_PER_DEGREE: Final = 111_320.0
_BATCH: Final = 256

Points = NDArray[np.float64]


def points_inside(
    outline: shapely.Geometry,
    count: int,
    urban_share: float,
    shares: Shares,
    rng: np.random.Generator,
) -> Points:
    """``count`` points inside the outline, degrees, shape (count, 2), rounded to a centimetre.

    The urban share of them lies around seeded centres, of which the n-th draws 1/n as many
    as the first (Zipf's law of towns); the rest is spread evenly by area.
    """
    shapely.prepare(outline)
    urban = int(count * urban_share + rng.random())
    anywhere = _kept(outline, count - urban, lambda size: _scattered(outline, size, rng))
    if not urban:
        return anywhere
    clusters = max(1, round(urban / shares.stations_per_cluster))
    centres = _kept(outline, clusters, lambda size: _scattered(outline, size, rng))
    sizes = apportioned(1.0 / np.arange(1, clusters + 1), urban)
    clustered = _around(outline, np.repeat(centres, sizes, axis=0), shares.cluster_radius_m, rng)
    return np.concatenate([clustered, anywhere])


def _kept(outline: shapely.Geometry, count: int, draw: Callable[[int], Points]) -> Points:
    """The first ``count`` drawn points that lie inside."""
    kept = [np.empty((0, 2))]
    missing = count
    while missing > 0:
        drawn = draw(_BATCH + 2 * missing)
        inside = drawn[shapely.contains_xy(outline, drawn)][:missing]
        kept.append(inside)
        missing -= len(inside)
    return np.concatenate(kept)


def _scattered(outline: shapely.Geometry, size: int, rng: np.random.Generator) -> Points:
    """Points spread evenly by area over the box of the outline."""
    west, south, east, north = shapely.bounds(outline)
    lon = rng.uniform(west, east, size)
    sines = rng.uniform(math.sin(math.radians(south)), math.sin(math.radians(north)), size)
    return np.column_stack([lon, np.degrees(np.arcsin(sines))]).round(DECIMALS)


def _around(
    outline: shapely.Geometry, centres: Points, radius_m: float, rng: np.random.Generator
) -> Points:
    """One point near each centre, drawn again until it lies inside; centres lie inside."""
    points = np.empty_like(centres)
    waiting = np.arange(len(centres))
    while len(waiting):
        offsets = rng.normal(0.0, radius_m / _METRES_PER_DEGREE, (len(waiting), 2))
        offsets[:, 0] /= np.cos(np.radians(centres[waiting, 1]))
        points[waiting] = (centres[waiting] + offsets).round(DECIMALS)
        waiting = waiting[~shapely.contains_xy(outline, points[waiting])]
    return points
