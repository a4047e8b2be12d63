"""The service areas of all stations cut the land into faces, each reached by its own set of them.

Once the faces are known, the coverage under any lens, at any hour, or with other stations than
today's is a sum over faces: no geometry is computed again. In the plane of the city areas are
those on the ellipsoid.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from geo.coverage.land import Land
from geo.coverage.reach import Reach
from geo.errors import InputError
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Shapes = NDArray[np.object_]
Mask = NDArray[np.bool_]

# What is left of a cell that is reached as a whole.
_ROUNDING: Final = 1e-9
# So many overlapping pairs of service areas make twice as many faces: 2 GB and half a minute.
_MOST_OVERLAPS: Final = 120_000


class Weights(NamedTuple):
    """What the rows hold, in k pieces: the row of each, its part of the land, and how much.

    ``amount`` has shape (k, s): square metres, or people under each of s spreads. What has no
    part (-1) is of the city alone.
    """

    row: Ints
    part: Ints
    amount: Floats

    def by_part(self, chosen: Mask, parts: int) -> Floats:
        """What the chosen rows hold in each of the parts and, last, in none: (parts + 1, s)."""
        held = chosen[self.row]
        part, amount = self.part[held] % (parts + 1), self.amount[held]
        sums = [np.bincount(part, weights=column, minlength=parts + 1) for column in amount.T]
        return np.stack(sums, axis=1)


@dataclass(frozen=True)
class Faces:
    """The faces of n stations at one threshold.

    ``cover`` has a row for each face and behind them for each point of demand, and a column for
    each station: 1 where it reaches. ``shapes`` are those of the faces, in the plane. ``cell`` is
    the cell or point of demand that each piece of ``people`` is of; people of districts have none.
    """

    cover: csr_array
    shapes: Shapes
    area: Weights
    people: Weights | None
    cell: Ints

    def cells_left(self, chosen: Mask, people: Floats) -> Floats:
        """The people of cells or points, shape (c,), less those on the chosen rows."""
        if self.people is None or not len(self.cell):
            return people.copy()
        held = chosen[self.people.row]
        amount = self.people.amount[held, 0]
        left = people - np.bincount(self.cell[held], weights=amount, minlength=len(people))
        return np.where(left > _ROUNDING * people, left, 0.0)

    def counts(self, counted: Mask) -> Ints:
        """How many of the counted stations reach each row; the mask has shape (k,), k ≤ n."""
        reached: Ints = self.cover[:, : len(counted)] @ counted.astype(np.int32)
        return reached

    def outline(self, chosen: Mask, land: Land) -> BaseGeometry:
        """The chosen rows as one shape within the city, in the plane."""
        # Faces share their edges and do not overlap, which is what this union asks for.
        whole = shapely.coverage_union_all(self.shapes[chosen[: len(self.shapes)]])
        return shapely.intersection(shapely.make_valid(whole), land.shape)


def faces_of(lon: Floats, lat: Floats, reach: Reach, land: Land) -> Faces:
    """The faces of stations at these positions (degrees, shape (n,)) over the land of a city.

    Raises :class:`~geo.errors.InputError` where too many service areas overlap.
    """
    drawn = reach.areas(lon, lat, land.plane)
    _check_overlaps(drawn)
    shapes = _cut(drawn)
    inside = shapely.STRtree(shapely.point_on_surface(shapes))
    # Millions of pairs in a dense city: as narrow as they may be.
    station, face = inside.query(drawn, predicate="contains").astype(np.int32)
    area = _area(shapes, inside, land)
    people, cell, points = _people(shapes, area, land)
    point, near = reach.pairs(lon, lat, *points)
    row = np.concatenate([face, point + len(shapes)], dtype=np.int32)
    column = np.concatenate([station, near], dtype=np.int32)
    ones = np.ones(len(row), dtype=np.int32)
    cover = csr_array((ones, (row, column)), shape=(len(shapes) + len(points.lon), len(lon)))
    return Faces(cover, shapes, area, people, cell)


def _cut(areas: Shapes) -> Shapes:
    """The faces; what they are made from is large, and is let go of at once."""
    noded = shapely.union_all(shapely.boundary(areas))
    shapes: Shapes = shapely.get_parts(shapely.polygonize([noded]))
    return shapes


def _check_overlaps(areas: Shapes) -> None:
    pairs, _ = shapely.STRtree(areas).query(areas, predicate="intersects")
    overlaps = (len(pairs) - len(areas)) // 2
    if overlaps > _MOST_OVERLAPS:
        raise InputError(
            "radius",
            value=None,
            zh=f"半径太大：{len(areas)} 个站点的服务区有 {overlaps:,} 处重叠",
            en=f"the radius is too large: the service areas of {len(areas)} stations overlap in"
            f" {overlaps:,} places",
            expected=Text(
                f"不超过 {_MOST_OVERLAPS:,} 处；请缩小半径",
                f"at most {_MOST_OVERLAPS:,}: a smaller radius",
            ),
        )


def _area(shapes: Shapes, inside: shapely.STRtree, land: Land) -> Weights:
    """The square metres of each face in each part; ``inside`` has a point of each face."""
    borders = shapely.boundary(land.shapes)
    cut = np.unique(shapely.STRtree(shapes).query(borders, predicate="intersects")[1])
    near, part = shapely.STRtree(land.shapes).query(shapes[cut], predicate="intersects")
    divided = _common(shapes, cut[near], land.shapes, part)
    # A face that meets no border lies where any point of it does.
    part, face = inside.query(land.shapes, predicate="contains")
    whole = ~np.isin(face, cut)
    part, face = part[whole], face[whole]
    return Weights(
        np.concatenate([divided.row, face]),
        np.concatenate([divided.part, part]),
        np.concatenate([divided.amount, shapely.area(shapes[face])[:, None]]),
    )


def _common(shapes: Shapes, face: Ints, others: Shapes, other: Ints) -> Weights:
    """The square metres that pairs of faces and other shapes have in common."""
    area = shapely.area(shapely.intersection(shapes[face], others[other]))
    some = area > 0
    return Weights(face[some], other[some], area[some][:, None])


class _Points(NamedTuple):
    """Points of demand, in degrees: rows of their own behind the faces."""

    lon: Floats
    lat: Floats


def _people(shapes: Shapes, area: Weights, land: Land) -> tuple[Weights | None, Ints, _Points]:
    """The people on faces, of which cells they are, and the points that are rows of their own."""
    no_points, no_cells = _Points(np.empty(0), np.empty(0)), np.empty(0, dtype=np.intp)
    if not land.is_known:
        return None, no_cells, no_points
    if land.in_districts:
        return _spread_people(area, land), no_cells, no_points
    cells = land.demand.cells
    district = land.part_of_cells
    if land.demand.basis == "points":
        everyone = np.arange(len(cells))
        weights = Weights(everyone + len(shapes), district, cells.people[:, None])
        return weights, everyone, _Points(cells.lon, cells.lat)
    cell, face = shapely.STRtree(shapes).query(land.cells, predicate="intersects")
    held = _common(shapes, face, land.cells, cell)
    share = held.amount / shapely.area(land.cells)[held.part][:, None]
    amount = share * cells.people[held.part][:, None]
    return Weights(held.row, district[held.part], amount), held.part, no_points


def _spread_people(area: Weights, land: Land) -> Weights:
    """People in proportion to area; those of no district once more, without a part."""
    own = np.stack([part.per_m2 for part in land.parts])
    extra = np.stack([part.extra_per_m2 for part in land.parts])
    amounts = [area.amount * own[area.part]]
    rows, parts = [area.row], [area.part]
    if extra.any():
        amounts.append(area.amount * extra[area.part])
        rows.append(area.row)
        parts.append(np.full_like(area.part, -1))
    return Weights(np.concatenate(rows), np.concatenate(parts), np.concatenate(amounts))
