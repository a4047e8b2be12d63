"""The ground of a report's maps: one city in its own plane, drawn true to scale.

The plane is :class:`geo.plane.Plane`, in which lengths are true at the city; so the scale bar is
true at the map's latitude. Everything is drawn in its metres.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.coverage.scope import counted_kinds
from geo.places import Place, Places
from geo.plane import Plane
from geo.planning.model import CityPlan
from geo.position import BBox, Position
from geo.snapshot import Snapshot
from maps import outlines
from maps.facts import city_facts
from maps.report.paper import Box

_MARGIN: Final = 0.03
# Of the whole city's map: what is worth a map of its own, and the least that one shows across.
_SMALL: Final = 0.35
_LEAST_SHOWN: Final = 0.3
# A corner less than this part of the map beside the line without it goes.
_FINE: Final = 5_000

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows: a rectangle of the plane, in metres."""

    west: float
    south: float
    east: float
    north: float

    def fitted(self, box: Box) -> "View":
        """The same and more, so that it fills a box of the page."""
        wide, tall = self.east - self.west, self.north - self.south
        scale = max(wide / box.width, tall / box.height)
        dx, dy = (scale * box.width - wide) / 2, (scale * box.height - tall) / 2
        return View(self.west - dx, self.south - dy, self.east + dx, self.north + dy)

    @property
    def shape(self) -> BaseGeometry:
        """As a shape of the plane."""
        return shapely.box(self.west, self.south, self.east, self.north)


class Land:
    """One city in its plane: outlines, neighbours, stations, and any other shape brought there."""

    def __init__(self, plan: CityPlan, places: Places, snapshot: Snapshot) -> None:
        place = plan.place
        self.plan, self.plane = plan, Plane(place.centre)
        self.outline = self.plane.shape(places.outline(place.adcode, "city"))
        self.whole = _grown(View(*self.outline.bounds), _MARGIN)
        around = outlines.padded(place.bbox, 0.3)
        self._fine_m = (self.whole.east - self.whole.west) / _FINE
        self.districts = self.shapes(
            [places.outline(each.adcode, each.level) for each in plan.districts]
        )
        cities = outlines.neighbour_cities(places, own=[place.adcode], bbox=around)
        self.neighbours = _cut(self.plane, places, cities, around)
        nation = shapely.intersection(places.boundary_lines(), shapely.box(*around))
        self.nation = self.plane.shape(nation)
        listed = city_facts(places, snapshot, place.adcode).stations
        kinds = counted_kinds(None)
        network = [each for each in listed if each.kind in kinds]
        self.counted = self.points([each.position for each in network if each.answerable])
        self.suspect = self.points(
            [each.position for each in network if each.position_quality == "suspect"]
        )

    def shapes(self, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        """Shapes in degrees, in the plane, as fine as paper shows them."""
        drawn = self.plane.shapes(np.array(list(shapes), dtype=object))
        return [shapely.make_valid(shapely.simplify(each, self._fine_m)) for each in drawn]

    def shape(self, shape: BaseGeometry) -> BaseGeometry:
        """One shape, as :meth:`shapes`."""
        return self.shapes([shape])[0]

    def points(self, positions: Sequence[Position]) -> Points:
        """Positions in the plane, shape (n, 2)."""
        lon, lat = np.array(positions, dtype=np.float64).reshape(-1, 2).T
        return np.column_stack(self.plane.xy(lon, lat))

    def close(self) -> View | None:
        """Where most stations are, if that is a small part of the city."""
        if len(self.counted) < 2:
            return None
        (west, south), (east, north) = np.quantile(self.counted, (0.2, 0.8), axis=0).tolist()
        return self._part(_grown(View(west, south, east, north), 0.4))

    def around(self, points: Points) -> View:
        """Where some points are, with what lies about them."""
        (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        least = _LEAST_SHOWN * (self.whole.east - self.whole.west)
        dx, dy = (max(least, 1.5 * each) / 2 for each in (east - west, north - south))
        x, y = (west + east) / 2, (south + north) / 2
        return self._part(View(x - dx, y - dy, x + dx, y + dy)) or self.whole

    def _part(self, view: View) -> View | None:
        small = view.shape.area < _SMALL * self.whole.shape.area
        return view if small and view.shape.area > 0 else None


def _grown(view: View, share: float) -> View:
    dx, dy = (view.east - view.west) * share, (view.north - view.south) * share
    return View(view.west - dx, view.south - dy, view.east + dx, view.north + dy)


def _cut(
    plane: Plane, places: Places, cities: Sequence[Place], around: BBox
) -> list[tuple[Place, BaseGeometry]]:
    frame = shapely.box(*around)
    shapes = [places.outline(city.adcode, "city") for city in cities]
    simple = outlines.simplified(shapes, outlines.PROVINCE_TOLERANCE_DEG / 10) if shapes else []
    return [
        (city, plane.shape(shapely.intersection(shape, frame)))
        for city, shape in zip(cities, simple, strict=True)
        if shapely.intersects(shape, frame)
    ]
