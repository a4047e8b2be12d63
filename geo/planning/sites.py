"""The question where the next stations should go, as units of demand and candidates in reach.

Units are what no counted station reaches: small squares of uncovered land with people in
proportion to their area, cells of a user's grid, or points. Candidates are the user's list, squares
of half the radius that hold such units, or both. Where nothing finer than districts is known, only
the densest uncovered land is cut up, enough for several times the sites asked for: elsewhere no
candidate can gain more than its circle full of the next lower density, and the bound of every plan
takes that into account.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from geo.coverage.faces import Faces
from geo.coverage.land import Land
from geo.demand.tiles import tiled
from geo.errors import InputError
from geo.geodesic import GEOD
from geo.planning.maxcover import MaxCover, merged
from geo.planning.parameters import Candidate, Parameters
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Shapes = NDArray[np.object_]
Mask = NDArray[np.bool_]

# Squares are half a radius wide, or wider where there would be too many, and hold 4 x 4 units.
_PER_RADIUS: Final = 2
_UNITS: Final = 4
_MOST_SQUARES: Final = 4_000
_MOST_CANDIDATES: Final = 5_000
# Where each district is to get a minimum, so many times that are kept of each.
_OF_EACH: Final = 50
# Nobody builds more to reach everything; beyond, the number is no plan.
_MOST_FEWEST: Final = 500
# So many times the circles asked for is the land that is cut up.
_PLENTY: Final = 6.0
# Polygons that stand for buffers are smaller than these by less.
_SLACK: Final = 1.02
_SLACK_M: Final = 1e-6


class Uncovered(NamedTuple):
    """What the counted stations leave of a city.

    ``shapes`` are what is left of its parts, in the plane; ``per_m2`` is the weight of their
    square metres: people under the first spread, or 1 where people are unknown. ``cells`` are
    the people left of a user's cells or points; of districts there are none.
    """

    land: Land
    shapes: Shapes
    per_m2: Floats
    cells: Floats | None


class Spots(NamedTuple):
    """Points in the plane with the index of their district."""

    x: Floats
    y: Floats
    district: Ints

    def take(self, at: Ints | Mask) -> "Spots":
        """Some of them."""
        return Spots(self.x[at], self.y[at], self.district[at])

    def with_(self, others: "Spots") -> "Spots":
        """These, and others behind them."""
        return Spots(
            np.concatenate([self.x, others.x]),
            np.concatenate([self.y, others.y]),
            np.concatenate([self.district, others.district]),
        )


class _Units(NamedTuple):
    spots: Spots
    weight: Floats
    # The side of the squares that candidates from cells are to be.
    square_m: float
    # Where squares may be candidates; everywhere if None.
    within: BaseGeometry | None
    # The most that a candidate elsewhere could gain.
    elsewhere: float


@dataclass(frozen=True)
class Sites:
    """m candidates, the units in their reach, and what is left out.

    ``listed`` has the user's candidates, ``None`` for squares of ``square_m``. No candidate that
    was left out gains more than ``elsewhere``; ``unreachable`` is weight that none reaches.
    """

    spots: Spots
    listed: Sequence[Candidate | None]
    square_m: float
    problem: MaxCover
    elsewhere: float
    unreachable: float
    considered: int

    def squares(self) -> Shapes:
        """The squares, in the plane; of the user's candidates those that they stand in."""
        side = self.square_m
        west, south = np.floor(self.spots.x / side) * side, np.floor(self.spots.y / side) * side
        return np.asarray(shapely.box(west, south, west + side, south + side))


def uncovered(land: Land, faces: Faces, counted: Mask) -> Uncovered:
    """What the counted stations leave."""
    reached = faces.counts(counted) >= 1
    shapes = shapely.difference(land.shapes, faces.outline(reached, land))
    per_m2 = land.per_m2[:, 0] if land.in_districts else np.ones(len(land.parts))
    in_cells = land.is_known and not land.in_districts
    left = faces.cells_left(reached, land.demand.cells.people) if in_cells else None
    return Uncovered(land, shapes, per_m2, left)


def sites_of(left: Uncovered, parameters: Parameters, listed: Sequence[Candidate]) -> Sites:
    """The candidates in the city's reach; ``listed`` are those of the user's list."""
    radius_m = parameters.site_threshold.radius_m
    own = spots_of(left.land, listed)
    units = _units(left, parameters, own)
    from_cells = parameters.candidate_source != "list"
    spots = own.with_(_squares(units)) if from_cells else own
    cover = _cover(units, spots, radius_m, left.land)
    gains = cover.T @ units.weight
    kept = _best(gains, spots.district, len(listed), parameters.minimum_per_district)
    dropped = np.delete(gains, kept)
    if parameters.model == "lscp" and (dropped > 0).any():
        raise _too_far(Text(f"{len(gains):,} 个候选点", f"{len(gains):,} candidates"), parameters)
    capacity = parameters.capacity or math.inf
    elsewhere = max(units.elsewhere if from_cells else 0.0, float(dropped.max(initial=0.0)))
    cover = csr_array(cover[:, kept])
    seen = np.diff(cover.indptr) > 0
    weight, cover = merged(units.weight, cover)
    total = float(units.weight.sum())
    return Sites(
        spots=spots.take(kept),
        listed=[listed[at] if at < len(listed) else None for at in kept.tolist()],
        square_m=units.square_m,
        problem=MaxCover(
            weight,
            cover,
            spots.district[kept],
            minimum=parameters.minimum_per_district,
            capacity=capacity,
        ),
        elsewhere=min(elsewhere, capacity),
        unreachable=0.0 if from_cells else _total(left) - total + float(units.weight[~seen].sum()),
        considered=len(gains),
    )


def covering_of(left: Uncovered, spots: Spots, parameters: Parameters) -> MaxCover:
    """What these candidates reach of the demand in cells or points that is left; else nothing."""
    if left.cells is None:
        return MaxCover(np.empty(0), csr_array((0, len(spots.x))), spots.district)
    radius_m = parameters.site_threshold.radius_m
    units = _units_of_cells(left, left.cells, radius_m)
    weight, cover = merged(units.weight, _cover(units, spots, radius_m, left.land))
    return MaxCover(weight, cover, spots.district)


def _best(gains: Floats, district: Ints, listed: int, minimum: int) -> Ints:
    """The candidates that are kept: the user's own, those of most gain, some of each district."""
    order = np.lexsort((np.arange(len(gains)), -gains))
    order = order[(gains[order] > 0) & (order >= listed)]
    chosen = [np.arange(listed), order[: max(_MOST_CANDIDATES - listed, 0)]]
    if minimum:
        own = (order[district[order] == each] for each in np.unique(district).tolist())
        chosen += [each[: minimum * _OF_EACH] for each in own]
    return np.unique(np.concatenate(chosen))


def _total(left: Uncovered) -> float:
    if left.cells is not None:
        return float(left.cells.sum())
    return float((shapely.area(left.shapes) * left.per_m2).sum())


def _units(left: Uncovered, parameters: Parameters, own: Spots) -> _Units:
    radius_m = parameters.site_threshold.radius_m
    if left.cells is not None:
        return _units_of_cells(left, left.cells, radius_m / _PER_RADIUS)
    if parameters.model == "lscp":
        _check_extent(left, parameters)
        kept, elsewhere = shapely.area(left.shapes) > 0, 0.0
    else:
        kept, elsewhere = _densest(left, parameters)
    dense = shapely.union_all(shapely.simplify(left.shapes[kept], radius_m / 50))
    points = shapely.multipoints(np.column_stack([own.x, own.y]))
    if parameters.candidate_source == "list":
        dense, elsewhere = shapely.Polygon(), 0.0
    within = shapely.buffer(dense, radius_m * _SLACK, quad_segs=8)
    around = shapely.union(
        shapely.buffer(dense, 2 * radius_m * _SLACK, quad_segs=8),
        shapely.buffer(points, radius_m * _SLACK, quad_segs=8),
    )
    near = shapely.intersection(left.shapes, around)
    area = float(shapely.area(near).sum())
    square_m = max(radius_m / _PER_RADIUS, math.sqrt(area / _MOST_SQUARES))
    tiles = [tiled(shape, square_m / _UNITS) for shape in near]
    x, y = (np.concatenate(axis) for axis in zip(*(t.centres() for t in tiles), strict=True))
    part = np.repeat(np.arange(len(tiles)), [len(each) for each in tiles])
    weight = np.concatenate([each.area for each in tiles]) * left.per_m2[part]
    spots = Spots(x, y, left.land.district_of[part])
    return _Units(spots, weight, square_m, within, elsewhere)


def _check_extent(left: Uncovered, parameters: Parameters) -> None:
    """Refuse to reach everything where that takes more sites than anybody builds."""
    if parameters.candidate_source == "list":
        return
    circle_m2 = math.pi * parameters.site_threshold.radius_m**2
    least = math.ceil(float(shapely.area(left.shapes).sum()) / circle_m2)
    if least > _MOST_FEWEST:
        raise _too_far(Text(f"至少 {least:,} 个站点", f"{least:,} stations or more"), parameters)


def _too_far(takes: Text, parameters: Parameters) -> InputError:
    radius = parameters.site_threshold.label
    return InputError(
        "radius",
        zh=f"要让全市都在 {radius.zh} 之内，需要{takes.zh}，超出集合覆盖的范围",
        en=f"to have the whole city within {radius.en} takes {takes.en}, too many for set covering",
        value=f"{parameters.site_threshold.radius_m:g}",
        expected=Text(
            "更大的选址半径，或自带候选点名单", "a greater radius of sites, or a list of candidates"
        ),
    )


def _densest(left: Uncovered, parameters: Parameters) -> tuple[Mask, float]:
    """The parts that are cut up, and the most that a circle anywhere else could hold."""
    circle_m2 = math.pi * parameters.site_threshold.radius_m**2
    area = shapely.area(left.shapes)
    order = np.lexsort((np.arange(len(area)), -area, -left.per_m2))
    kept = np.zeros(len(area), dtype=np.bool_)
    _keep(kept, order, area, _PLENTY * circle_m2 * parameters.next_sites)
    if parameters.minimum_per_district:
        wanted = _PLENTY * circle_m2 * parameters.minimum_per_district
        for district in range(len(left.land.districts)):
            own = order[left.land.district_of[order] == district]
            _keep(kept, own, area, wanted)
    others = ~kept & (area > 0)
    return kept, float(left.per_m2[others].max(initial=0.0)) * circle_m2


def _keep(kept: Mask, order: Ints, area: Floats, wanted_m2: float) -> None:
    before = np.cumsum(area[order]) - area[order]
    kept[order[(before < wanted_m2) & (area[order] > 0)]] = True


def _units_of_cells(left: Uncovered, people: Floats, square_m: float) -> _Units:
    cells = left.land.demand.cells
    some = np.flatnonzero(people > 0)
    x, y = left.land.plane.xy(cells.lon[some], cells.lat[some])
    district = left.land.part_of_cells[some]
    return _Units(Spots(x, y, district), people[some], square_m, None, 0.0)


def _squares(units: _Units) -> Spots:
    """A candidate in the middle of the units of each square."""
    found = squares_of(units.spots, units.weight, units.square_m)
    if units.within is None:
        return found
    shapely.prepare(units.within)
    return found.take(shapely.contains_xy(units.within, found.x, found.y))


def squares_of(spots: Spots, weight: Floats, side: float) -> Spots:
    """The middle of the weight in each square that holds some; its district is the heaviest's."""
    square = square_numbers(spots, side)
    sums = np.bincount(square, weights=weight)
    x = np.bincount(square, weights=weight * spots.x) / sums
    y = np.bincount(square, weights=weight * spots.y) / sums
    heaviest = np.zeros(len(sums), dtype=np.intp)
    order = np.argsort(weight, kind="stable")
    heaviest[square[order]] = spots.district[order]
    return Spots(x, y, heaviest)


def square_numbers(spots: Spots, side: float) -> Ints:
    """In which square each lies, numbered from 0 without a hole."""
    col, row = np.floor(spots.x / side), np.floor(spots.y / side)
    keys = col.astype(np.int64) * (1 << 32) + row.astype(np.int64)
    _, square = np.unique(keys, return_inverse=True)
    return square


def spots_of(land: Land, listed: Sequence[Candidate]) -> Spots:
    """The user's candidates in the plane."""
    lon = np.array([each.position.lon for each in listed], dtype=np.float64)
    lat = np.array([each.position.lat for each in listed], dtype=np.float64)
    x, y = land.plane.xy(lon, lat)
    # Outside the city a site counts for the district that it is nearest to.
    nearest = shapely.STRtree(land.shapes).nearest(np.asarray(shapely.points(x, y)))
    return Spots(x, y, land.district_of[np.asarray(nearest, dtype=np.intp)])


def _cover(units: _Units, spots: Spots, radius_m: float, land: Land) -> csr_array:
    """Which candidates reach which units; of points by the geodesic, to the metre."""
    points, sites = np.column_stack(units.spots[:2]), np.column_stack(spots[:2])
    near = cKDTree(sites).sparse_distance_matrix(
        cKDTree(points), radius_m * 1.001, output_type="coo_matrix"
    )
    site, unit, distance = near.row, near.col, near.data
    if land.is_known and land.demand.basis == "points":
        lon, lat = land.plane.lon_lat(*points.T)
        site_lon, site_lat = land.plane.lon_lat(*sites.T)
        _, _, exact = GEOD.inv(lon[unit], lat[unit], site_lon[site], site_lat[site])
        distance = np.asarray(exact)
    reached = distance <= radius_m + _SLACK_M
    ones = np.ones(int(reached.sum()))
    return csr_array((ones, (unit[reached], site[reached])), shape=(len(points), len(sites)))
