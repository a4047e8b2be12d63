"""The land of one city in parts, each within a district and with people spread evenly over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.demand import Demand
from geo.demand.outlines import mended
from geo.places import Place, Places
from geo.plane import Plane

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Shapes = NDArray[np.object_]


class Part(NamedTuple):
    """A part of a district; ``shape`` is of the plane.

    ``per_m2`` has the district's people on a square metre under each of the s spreads (none for
    demand in cells or points), ``extra_per_m2`` those of the city who are of no district.
    """

    district: str
    land: Literal["built_up", "other"] | None
    shape: BaseGeometry
    per_m2: Floats
    extra_per_m2: Floats


@dataclass(frozen=True)
class Land:
    """A city's m parts, and the demand on them."""

    plane: Plane
    districts: Sequence[Place]
    parts: Sequence[Part]
    demand: Demand

    @cached_property
    def shapes(self) -> Shapes:
        """The parts as an array."""
        return np.array([part.shape for part in self.parts], dtype=object)

    @cached_property
    def shape(self) -> BaseGeometry:
        """The whole city."""
        return shapely.union_all(self.shapes)

    @cached_property
    def area_m2(self) -> Floats:
        """The area of each part."""
        area: Floats = shapely.area(self.shapes)
        return area

    @cached_property
    def district_of(self) -> Ints:
        """The index of each part's district."""
        at = {district.adcode: nth for nth, district in enumerate(self.districts)}
        return np.array([at[part.district] for part in self.parts], dtype=np.intp)

    @cached_property
    def per_m2(self) -> Floats:
        """Everybody on a square metre of each part, shape (m, s)."""
        return np.stack([part.per_m2 + part.extra_per_m2 for part in self.parts])

    @cached_property
    def part_of_cells(self) -> Ints:
        """The part of each cell of demand: a district in cells has only one. -1 outside them."""
        at = {part.district: nth for nth, part in enumerate(self.parts)}
        cells = self.demand.cells
        return np.array([at.get(code, -1) for code in cells.adcodes], dtype=np.intp)[cells.district]

    @cached_property
    def cells(self) -> Shapes:
        """The cells or points of demand, in the plane."""
        cells = self.demand.cells
        return self.plane.shapes(cells.outlines.take(np.arange(len(cells))))

    @property
    def in_districts(self) -> bool:
        """Whether people are spread over districts, in proportion to area."""
        return self.is_known and self.demand.basis == "district"

    @property
    def is_known(self) -> bool:
        """Whether anything is known of people."""
        return self.demand.people is not None


def land_of(places: Places, city: Place, demand: Demand) -> Land:
    """The land of a city; districts fall into built-up land and the rest if a spread has both."""
    plane = Plane(city.centre)
    districts = places.districts_of(city) or (city,)
    parts = [
        part
        for district in districts
        for part in _parts(district, places.outline(district.adcode, district.level), demand, plane)
    ]
    return Land(plane, districts, parts, demand)


def _parts(district: Place, outline: BaseGeometry, demand: Demand, plane: Plane) -> list[Part]:
    built = [
        piece.outline
        for spread in demand.spreads
        for piece in spread.pieces
        if piece.district == district.adcode and piece.stratum == "urban"
    ]
    if not built:
        return [_part(district, None, outline, demand, plane)]
    return [
        _part(district, "built_up", built[0], demand, plane),
        _part(district, "other", shapely.difference(outline, built[0]), demand, plane),
    ]


def _part(
    district: Place,
    kind: Literal["built_up", "other"] | None,
    outline: BaseGeometry,
    demand: Demand,
    plane: Plane,
) -> Part:
    """A part; spread people are those of the pieces that lie over it."""
    inside = outline.representative_point()
    over = [
        [
            piece
            for piece in spread.pieces
            if piece.district == district.adcode and piece.outline.contains(inside)
        ]
        for spread in demand.spreads
    ]
    own = [sum(p.per_m2 for p in pieces if p.stratum != "remainder") for pieces in over]
    extra = [sum(p.per_m2 for p in pieces if p.stratum == "remainder") for pieces in over]
    return Part(
        district.adcode,
        kind,
        mended(plane.shapes(np.array([outline], dtype=object)))[0],
        np.array(own, dtype=np.float64),
        np.array(extra, dtype=np.float64),
    )
