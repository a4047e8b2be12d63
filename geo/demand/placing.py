"""A user's points and cells put into the districts of a city; what lies outside is counted."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.demand.given import Given, Ints
from geo.demand.model import Cells
from geo.demand.outlines import Stored, mended
from geo.errors import InputError
from geo.places import Place, Places
from geo.plane import Plane
from geo.text import Text

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

# Less than this share of a cell outside is rounding.
_ROUNDING: Final = 1e-9
_ROUGH_M: Final = 250.0


@dataclass(frozen=True, slots=True)
class Outside:
    """What of a file lies outside the city: whole rows, how far at most, and weight in all."""

    rows: int
    furthest_m: float
    weight: float

    @property
    def furthest_km(self) -> int:
        """The distance as it is said, never 0."""
        return max(1, round(self.furthest_m / 1000))

    @property
    def notes(self) -> tuple[Text, ...]:
        """What is said of it, if there is any."""
        if not self.rows:
            return ()
        return (
            Text(
                f"{self.rows:,} 行在市外，最远约 {self.furthest_km} 公里，未计入",
                f"{self.rows:,} row(s) lie outside the city, up to some {self.furthest_km} km, "
                "and do not count",
            ),
        )


@dataclass(frozen=True, slots=True)
class _Parts:
    """k parts of rows: whose, in which district, which share of it, and its shape in the plane.

    ``cut`` are those that are not the whole row.
    """

    row: Ints
    district: Ints
    share: Floats
    shape: Shapes
    cut: NDArray[np.bool_]


def placed(given: Given, places: Places, city: Place, plane: Plane) -> tuple[Cells, Outside]:
    """The part of each row in each district, its weight in proportion to area.

    Raises :class:`InputError` where nothing lies in the city.
    """
    adcodes = tuple(place.adcode for place in places.districts_of(city))
    outlines = np.array([places.outline(code, "district") for code in adcodes], dtype=object)
    shapes = plane.shapes(given.outlines)
    parts = _parts(shapes, plane.shapes(outlines), is_grid=given.is_grid)
    outside = _outside(given, parts, shapes, plane.shape(places.outline(city.adcode, "city")))
    people = given.weights[parts.row] * parts.share
    kept = people > 0.0
    if not kept.any():
        raise _elsewhere(city, outside)
    row, shape = parts.row[kept], parts.shape[kept]
    centre = shapely.centroid(shape)
    lon, lat = plane.lon_lat(shapely.get_x(centre), shapely.get_y(centre))
    cut = parts.cut[kept]
    stored = given.outlines[row]
    stored[cut] = mended(plane.outlines(shape[cut]))
    cells = Cells(
        lon=lon,
        lat=lat,
        people=people[kept],
        size_m=np.sqrt(shapely.area(shapes[row])),
        district=parts.district[kept],
        adcodes=adcodes,
        outlines=Stored(stored),
    )
    return cells, outside


def _parts(shapes: Shapes, districts: Shapes, *, is_grid: bool) -> _Parts:
    shapely.prepare(districts)
    # Asked of the few districts, which are prepared, not of the many rows.
    district, row = shapely.STRtree(shapes).query(districts, predicate="intersects")
    order = np.lexsort((district, row))
    row, district = row[order], district[order]
    if not is_grid:
        # On a border the first district has the point.
        first = np.unique(row, return_index=True)[1]
        row, district = row[first], district[first]
        return _Parts(row, district, np.ones(len(row)), shapes[row], np.zeros(len(row), dtype=bool))
    shape = shapes[row]
    share = np.ones(len(row))
    cut = ~shapely.covers(districts[district], shape)
    part = shapely.intersection(districts[district[cut]], shape[cut])
    share[cut] = shapely.area(part) / shapely.area(shape[cut])
    shape[cut] = part
    kept = share > _ROUNDING
    return _Parts(row[kept], district[kept], share[kept], shape[kept], cut[kept])


def _outside(given: Given, parts: _Parts, shapes: Shapes, city: shapely.Geometry) -> Outside:
    inside = np.bincount(parts.row, weights=parts.share, minlength=len(shapes))
    outside = np.flatnonzero(inside == 0.0)
    # Said in whole kilometres, it need not be computed to the metre.
    rough = shapely.simplify(city, _ROUGH_M)
    shapely.prepare(rough)
    furthest = shapely.distance(shapely.centroid(shapes[outside]), rough).max(initial=0.0)
    lost = given.weights @ np.clip(1.0 - inside, 0.0, 1.0)
    return Outside(len(outside), float(furthest), float(lost))


def _elsewhere(city: Place, outside: Outside) -> InputError:
    return InputError(
        "demand",
        zh=f"所有需求都在{city.name}之外（最远约 {outside.furthest_km} 公里）",
        en=f"all demand lies outside {city.name_en} (up to some {outside.furthest_km} km)",
        value=None,
        expected=Text(
            "该市境内的点或格；请核对城市、坐标系（wgs84、gcj02、bd09）与经纬度顺序",
            "points or cells inside the city: check the city, the datum (wgs84, gcj02, bd09) and "
            "the order of lon, lat",
        ),
    )
