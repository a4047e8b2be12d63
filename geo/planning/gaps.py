"""What no counted station reaches: patches, ranked by the people in them.

A gap is a connected patch of one district, and of one kind of land where built-up land is known:
people are spread evenly over such a part and not beyond it, so that a patch across both would
hide where its people are. Its outline is exact: the part less the service areas.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.coverage.land import Land
from geo.demand.outlines import mended
from geo.planning.model import Band, Gap, Gaps, Threshold
from geo.planning.nearest import NearestCounted
from geo.planning.where import Town, where
from geo.position import Position

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

# Patches below this are what is left between a circle and an outline: 10 m by 10 m.
_SLIVER_M2: Final = 100.0
# Outlines are drawn with corners this close to where they are.
_DRAWN_M: Final = 5.0
# How close the middle of a patch is to the point farthest from its edge, of its size.
_MIDDLE: Final = 0.02
_MIDDLE_M: Final = 10.0


@dataclass(frozen=True)
class Around:
    """What is beyond a gap: stations of any city, neighbours without a list, and names."""

    nearest: NearestCounted
    unlisted: Sequence[BaseGeometry] = ()
    towns: Sequence[Town] = ()


def find_gaps(
    land: Land,
    covered: BaseGeometry,
    threshold: Threshold,
    around: Around,
    *,
    most: int,
    in_list: bool,
) -> Gaps:
    """The gaps that a covered area (WGS-84) leaves; the ``most`` first are told one by one."""
    (shape,) = mended(land.plane.shapes(np.array([covered], dtype=object)))
    patches = _Patches(land, shape)
    order = patches.order
    first, rest = order[:most], order[most:]
    return Gaps(
        threshold=threshold,
        ranked=_described(land, patches, first, threshold, around),
        total=len(order),
        area_km2=float(patches.area_m2.sum()) / 1e6,
        people=patches.people_of(order),
        left_out=len(rest),
        left_out_km2=float(patches.area_m2[rest].sum()) / 1e6,
        left_out_people=patches.people_of(rest),
        in_list=in_list,
    )


class _Patches:
    """All patches: n shapes in the plane, their part, area and people under each spread (n, s)."""

    def __init__(self, land: Land, covered: BaseGeometry) -> None:
        left = shapely.difference(land.shapes, covered)
        found, part = shapely.get_parts(left, return_index=True)
        area = shapely.area(found)
        whole = (shapely.get_dimensions(found) == 2) & (area >= _SLIVER_M2)
        self.shapes: Shapes = found[whole]
        self.part: NDArray[np.intp] = part[whole]
        self.area_m2: Floats = area[whole]
        self.people: Floats | None = None
        if land.is_known:
            self.people = self._people(land, covered)

    @property
    def order(self) -> NDArray[np.intp]:
        """Most people first, by the fewer of the spreads; else the largest first."""
        size = self.area_m2 if self.people is None else self.people.min(axis=1)
        order: NDArray[np.intp] = np.lexsort((np.arange(len(size)), -self.area_m2, -size))
        return order

    def people_of(self, at: NDArray[np.intp]) -> Band | None:
        """The people of some patches together, between the spreads."""
        if self.people is None:
            return None
        sums = self.people[at].sum(axis=0)
        return Band(float(sums.min()), float(sums.max()))

    def _people(self, land: Land, covered: BaseGeometry) -> Floats:
        if land.in_districts:
            return self.area_m2[:, None] * land.per_m2[self.part]
        return _people_of_cells(self.shapes, covered, land)[:, None]


def _people_of_cells(patches: Shapes, covered: BaseGeometry, land: Land) -> Floats:
    """People of a user's cells in each patch: by the share of a cell's area, or as points.

    A cell that no service area touches lies in one patch, that of any of its points: most do, and
    patches have many corners.
    """
    cells, people = land.cells, land.demand.cells.people
    area = shapely.area(cells)
    cut = shapely.get_num_geometries(cells) > 1
    cut[shapely.STRtree(cells).query(covered, predicate="intersects")] = True
    cut &= area > 0
    inside = shapely.STRtree(shapely.point_on_surface(cells))
    patch, cell = inside.query(patches, predicate="intersects")
    # A point on the border of two patches is in one of them.
    cell, first = np.unique(cell, return_index=True)
    whole = ~cut[cell]
    parts = np.flatnonzero(cut)
    nth, other = shapely.STRtree(patches).query(cells[parts], predicate="intersects")
    shares = shapely.area(shapely.intersection(cells[parts[nth]], patches[other]))
    weights = [people[cell[whole]], shares / area[parts[nth]] * people[parts[nth]]]
    at = np.concatenate([patch[first[whole]], other])
    return np.bincount(at, np.concatenate(weights), len(patches)).astype(np.float64)


def _described(
    land: Land,
    patches: _Patches,
    order: NDArray[np.intp],
    threshold: Threshold,
    around: Around,
) -> list[Gap]:
    shapes = patches.shapes[order]
    middles = [_middle(shape) for shape in shapes]
    lon, lat = land.plane.lon_lat(
        np.array([point.x for point in middles]), np.array([point.y for point in middles])
    )
    centres = [Position(*each) for each in zip(lon.tolist(), lat.tolist(), strict=True)]
    stations = around.nearest.of(centres)
    outlines = land.plane.outlines(shapely.simplify(shapes, _DRAWN_M))
    unlisted = shapely.union_all(land.plane.shapes(np.array(around.unlisted, dtype=object)))
    shapely.prepare(unlisted)
    at_border = shapely.dwithin(shapes, unlisted, threshold.radius_m)
    by_adcode = {each.adcode: each for each in land.districts}
    described = []
    for nth, patch in enumerate(order.tolist()):
        part, station = land.parts[patches.part[patch]], stations[nth]
        described.append(
            Gap(
                rank=nth + 1,
                outline=outlines[nth],
                centre=centres[nth],
                area_km2=float(patches.area_m2[patch]) / 1e6,
                people=patches.people_of(np.array([patch])),
                district=part.district,
                land=part.land,
                where=where(centres[nth], by_adcode[part.district], around.towns),
                nearest_station=station and station.id,
                nearest_name=station and station.name,
                nearest_m=station and station.distance_m,
                at_unlisted_border=bool(at_border[nth]),
            )
        )
    return described


def _middle(shape: shapely.Polygon) -> shapely.Point:
    """The point inside that is farthest from the edge, roughly."""
    west, south, east, north = shape.bounds
    tolerance = max(_MIDDLE * max(east - west, north - south), _MIDDLE_M)
    plain = shapely.simplify(shape, tolerance / 4)
    circle = shapely.maximum_inscribed_circle(plain if plain.is_valid else shape, tolerance)
    middle = shapely.Point(circle.coords[0])
    return middle if shape.contains(middle) else shape.representative_point()
