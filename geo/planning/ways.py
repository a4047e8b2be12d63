"""Siting by the length of ways: p-median and p-center over all the demand of a city.

Demand is all people of the city, gathered in squares unless they are few points; a way is the
straight line from where the people of a square are on average to the nearest station, existing
ones among them. Inside a square ways are not told apart, which is why its side is stated beside
every plan.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.coverage.land import Land
from geo.demand.tiles import tiled
from geo.geodesic import GEOD
from geo.planning.aims import AS_GOOD, GOOD_ENOUGH, Answer, Best
from geo.planning.model import Unit
from geo.planning.parameters import Candidate, Model, Parameters
from geo.planning.sites import (
    Sites,
    Spots,
    Uncovered,
    covering_of,
    spots_of,
    square_numbers,
    squares_of,
)
from geo.siting import Effort, Problem, p_center, p_median

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Every way from square to candidate is kept: so many of either, and twice as wide a candidate's.
_MOST_SQUARES: Final = 1_200
_WIDER: Final = 2
_SECONDS: Final = 60.0


@dataclass(frozen=True)
class ShortestWays:
    """p-median: the sum of all ways is least. p-center: the longest way is shortest.

    ``weight`` (n,) is the demand of each square, ``nearest`` (n,) its way to an existing station,
    infinite without any, ``distance`` (n, m) those to candidates, in metres. ``gathered_m`` is the
    side of the squares, 0 if demand is taken as it is.
    """

    sites: Sites
    model: Model
    weight: Floats
    nearest: Floats
    distance: Floats
    gathered_m: float

    def answer(self, count: int, cancelled: Callable[[], bool]) -> Answer:
        """The best plan of each number, and the best order that they suggest."""
        if not count:
            return Answer()
        question, counts = self._question(), range(1, count + 1)
        effort = Effort(gap=GOOD_ENOUGH, cancel=cancelled, time_limit_s=_SECONDS)
        solve = p_median if self.model == "pmedian" else p_center
        curve = solve(question, counts, effort=effort)
        return Answer(
            [Best(each.sites, each.objective, each.bound) for each in curve.plans],
            curve.nested[:count],
            [curve.nested_loss(nth) or 0.0 for nth in counts],
        )

    def as_good(self, order: Sequence[int], nth: int, gap: float) -> Mask:
        """Those with which the sites before it come as near to what is aimed at."""
        before = np.minimum(self.nearest, self.distance[:, order[:nth]].min(axis=1, initial=np.inf))
        ways = np.minimum(before[:, None], self.distance)
        reached = self.weight @ ways if self.model == "pmedian" else ways.max(axis=0)
        good: Mask = reached <= reached[order[nth]] * (1.0 + max(gap, AS_GOOD))
        return good

    def unit(self, *, people: bool) -> Unit:
        """Demand times metres, or metres."""
        if self.model == "pcenter":
            return "m"
        return "people_m" if people else "km2_m"

    def _question(self) -> Problem:
        """Existing stations are one more column, which holds the way to the nearest of them."""
        ways = self.distance
        existing: tuple[int, ...] = ()
        if np.isfinite(self.nearest).all():
            ways, existing = np.column_stack([ways, self.nearest]), (ways.shape[1],)
        rows, columns = ways.shape
        starts = np.arange(rows + 1) * columns
        reach = csr_array((ways.ravel(), np.tile(np.arange(columns), rows), starts), ways.shape)
        return Problem(weights=self.weight, reach=reach, existing=existing)


def ways_of(
    left: Uncovered,
    parameters: Parameters,
    existing: tuple[Floats, Floats],
) -> ShortestWays:
    """The ways of a city, whose ``existing`` stations are at these longitudes and latitudes."""
    land, listed = left.land, parameters.candidates
    side = math.sqrt(float(land.area_m2.sum()) / _MOST_SQUARES)
    spots, weight, gathered_m = _demand(land, side)
    candidates = spots_of(land, listed)
    if parameters.candidate_source != "list":
        candidates = candidates.with_(squares_of(spots, weight, _WIDER * side))
    listed_at: list[Candidate | None] = [*listed]
    listed_at += [None] * (len(candidates.x) - len(listed))
    sites = Sites(
        spots=candidates,
        listed=listed_at,
        square_m=_WIDER * side,
        problem=covering_of(left, candidates, parameters),
        elsewhere=0.0,
        unreachable=0.0,
        considered=len(listed_at),
    )
    points = land.plane.lon_lat(spots.x, spots.y)
    distance = _distances(points, land.plane.lon_lat(candidates.x, candidates.y))
    nearest = _distances(points, existing).min(axis=1, initial=np.inf)
    return ShortestWays(sites, parameters.model, weight, nearest, distance, gathered_m)


def _demand(land: Land, side: float) -> tuple[Spots, Floats, float]:
    """Where demand is, with its district, and how much; gathered in squares of the last figure.

    A square stands where its people are on average. Few points or cells stay as they are (0).
    """
    if land.is_known and not land.in_districts:
        cells = land.demand.cells
        x, y = land.plane.xy(cells.lon, cells.lat)
        weight = np.asarray(cells.people, dtype=np.float64)
        spots = Spots(x, y, land.part_of_cells)
    else:
        per_m2 = land.per_m2[:, 0] if land.is_known else np.ones(len(land.parts))
        tiles = [tiled(shape, side) for shape in land.shapes]
        x, y = (np.concatenate(axis) for axis in zip(*(t.centres() for t in tiles), strict=True))
        part = np.repeat(np.arange(len(tiles)), [len(each) for each in tiles])
        weight = np.concatenate([each.area for each in tiles]) * per_m2[part]
        spots = Spots(x, y, land.district_of[part])
    some = weight > 0
    spots, weight = spots.take(some), weight[some]
    if len(weight) <= _MOST_SQUARES:
        return spots, weight, 0.0
    sums = np.bincount(square_numbers(spots, side), weights=weight).astype(np.float64)
    return squares_of(spots, weight, side), sums, side


def _distances(points: tuple[Floats, Floats], places: tuple[Floats, Floats]) -> Floats:
    """All geodesics from n points to k places, in metres, shape (n, k)."""
    (lon, lat), (x, y) = points, places
    shape = len(lon), len(x)
    from_lon, from_lat = np.repeat(lon, shape[1]), np.repeat(lat, shape[1])
    _, _, distance = GEOD.inv(from_lon, from_lat, np.tile(x, shape[0]), np.tile(y, shape[0]))
    return np.asarray(distance, dtype=np.float64).reshape(shape)
