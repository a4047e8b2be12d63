"""The ways to spread the people of a city's districts over land.

Nothing finer than the district is known, so there are two: evenly over the district, and the
urban part over built-up land and the rest over what remains. What lies between them is the range
within which the data leave an answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.census import Remainder
from geo.demand.model import Piece, Spread, Stratum
from geo.plane import Plane
from geo.text import Text

# The densest district of the census, 和平区 of Tianjin, holds 35,631 people on a square kilometre.
# A mask that would pack more people than this does not show a district's towns.
DENSEST_PER_KM2: Final = 36_000

UNIFORM: Final = Text("在区县内均匀分布", "spread evenly over each district")
URBAN_RURAL: Final = Text(
    "城镇人口分布于建成区，其余分布于区县的其他土地",
    "urban people on built-up land, the others on the rest of the district",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """A district: its outline and area, the ``people`` to spread, and their urban share."""

    adcode: str
    outline: BaseGeometry
    area_m2: float
    people: float | None
    urban_share: float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Districts that stay uniform although there is a mask.

    Their urban share is unknown, or the mask shows none or too little of their towns.
    """

    share_unknown: list[str] = field(default_factory=list)
    not_built_up: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Halves:
    """A district's land that is built up, and that which is not, with their areas."""

    built: BaseGeometry
    built_m2: float
    rest: BaseGeometry
    rest_m2: float


def uniform(lands: Sequence[Land], remainder: Remainder | None) -> Spread:
    """Everybody evenly over their district."""
    pieces = [piece for land in lands for piece in _even(land, land.people or 0.0, "all")]
    for land, people in _shared(lands, remainder):
        pieces += _even(land, people, "remainder")
    return Spread(code="uniform", label=UNIFORM, pieces=tuple(pieces))


def urban_rural(
    lands: Sequence[Land], remainder: Remainder | None, built_up: BaseGeometry, plane: Plane
) -> tuple[Spread, Kept]:
    """The urban people of each district on ``built_up`` (WGS-84), the others beside it.

    A district's part of the remainder is divided where the district is.
    """
    halves = {land.adcode: _halves(land, built_up, plane) for land in lands}
    kept = Kept()
    pieces: list[Piece] = []
    for land in lands:
        people = land.people or 0.0
        parts = _split(land, halves[land.adcode], people, land.urban_share, ("urban", "rural"))
        if not parts:
            del halves[land.adcode]
        if people and not parts:
            wanting = kept.share_unknown if land.urban_share is None else kept.not_built_up
            wanting.append(land.adcode)
        pieces += parts or _even(land, people, "all")
    for land, people in _shared(lands, remainder):
        share = remainder.urban_share if remainder else None
        own = halves.get(land.adcode)
        parts = _split(land, own, people, share, ("remainder", "remainder")) if own else []
        pieces += parts or _even(land, people, "remainder")
    return Spread(code="urban_rural", label=URBAN_RURAL, pieces=tuple(pieces)), kept


def _shared(lands: Sequence[Land], remainder: Remainder | None) -> Iterator[tuple[Land, float]]:
    """The people of the remainder in each district, in proportion to area.

    Those of a district that has another code since belong to the districts without a figure, if
    there are any; a development zone may lie anywhere in the city.
    """
    if remainder is None:
        return
    unknown = [land for land in lands if land.people is None] or lands
    groups = (
        (lands, remainder.zone_people),
        (unknown, remainder.people - remainder.zone_people),
    )
    for group, people in groups:
        total_m2 = sum(land.area_m2 for land in group)
        if people:
            yield from ((land, people * land.area_m2 / total_m2) for land in group)


def _halves(land: Land, built_up: BaseGeometry, plane: Plane) -> _Halves:
    built = _polygonal(shapely.intersection(land.outline, built_up))
    rest = _polygonal(shapely.difference(land.outline, built_up))
    areas = shapely.area(plane.shapes(np.array([built, rest], dtype=object)))
    return _Halves(built, float(areas[0]), rest, float(areas[1]))


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    whole: BaseGeometry = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    return whole


def _even(land: Land, people: float, stratum: Stratum) -> list[Piece]:
    return [_piece(land, stratum, land.outline, land.area_m2, people)] if people else []


def _split(
    land: Land,
    halves: _Halves,
    people: float,
    urban_share: float | None,
    strata: tuple[Stratum, Stratum],
) -> list[Piece]:
    """The pieces with people of both halves; none where the mask does not serve."""
    if urban_share is None or not halves.built_m2 or not halves.rest_m2:
        return []
    urban = people * urban_share
    if urban / halves.built_m2 * 1e6 > DENSEST_PER_KM2:
        return []
    parts = (
        _piece(land, strata[0], halves.built, halves.built_m2, urban),
        _piece(land, strata[1], halves.rest, halves.rest_m2, people - urban),
    )
    return [part for part in parts if part.people > 0.0]


def _piece(
    land: Land, stratum: Stratum, outline: BaseGeometry, area_m2: float, people: float
) -> Piece:
    return Piece(
        district=land.adcode, stratum=stratum, outline=outline, people=people, area_m2=area_m2
    )
