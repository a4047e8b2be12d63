"""The base map that needs no network: outlines and names of places."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.places import Place, Places
from geo.position import BBox, Position
from geo.station import Datum
from maps import density, drawing
from maps.facts import CityFacts, DistrictFacts

# Visvalingam tolerances in degrees: corners that span less than a triangle of this side
# squared go. About 20 m on a city's map, 300 m on a province's.
CITY_TOLERANCE_DEG = 0.0002
PROVINCE_TOLERANCE_DEG = 0.003

Part = dict[str, Any]


def padded(bbox: BBox, share: float) -> BBox:
    """A box grown on each side by a share of its size."""
    dx, dy = (bbox.east - bbox.west) * share, (bbox.north - bbox.south) * share
    return BBox(bbox.west - dx, bbox.south - dy, bbox.east + dx, bbox.north + dy)


def extent(places: Sequence[Place]) -> BBox:
    """The box that holds some places."""
    boxes = [place.bbox for place in places]
    return BBox(
        min(box.west for box in boxes),
        min(box.south for box in boxes),
        max(box.east for box in boxes),
        max(box.north for box in boxes),
    )


def simplified(shapes: Sequence[BaseGeometry], tolerance_deg: float) -> list[BaseGeometry]:
    """Outlines with fewer corners; neighbours keep one common border."""
    whole = shapely.coverage_simplify(np.array(shapes, dtype=object), tolerance_deg)
    return list(shapely.make_valid(whole))


def district_parts(
    facts: CityFacts, outlines: Sequence[BaseGeometry], *, datum: Datum
) -> Iterator[Part]:
    """The districts of a city, shaded by stations per 100,000 people."""
    for district, outline in zip(facts.districts, outlines, strict=True):
        yield area_part(
            district.place,
            outline,
            rate=district.per_100k,
            facts=district_lines(district),
            datum=datum,
        )


def area_part(
    place: Place,
    outline: BaseGeometry,
    *,
    rate: float | None,
    facts: Sequence[tuple[Sequence[str], str]],
    datum: Datum,
) -> Part:
    """A place as a shape in the class of its rate, with what a click on it says."""
    name = density.class_of(rate)
    part: Part = {
        "class": f"area {name}",
        "polygons": drawing.polygons(outline, datum=datum),
        "name": [place.name, place.name_en],
        "facts": [[list(label), value] for label, value in facts],
    }
    if name == density.UNKNOWN_CLASS:
        part["fill"] = density.UNKNOWN_FILL
    return part


def district_lines(district: DistrictFacts) -> list[tuple[Sequence[str], str]]:
    """What is known of a district, label and value."""
    place = district.place
    return [
        (("已知站点", "Known stations"), str(district.listed)),
        (("人口", "People"), people_of(place)),
        (("每10万人", "Per 100,000 people"), density.shown(district.per_100k)),
    ]


def people_of(place: Place) -> str:
    """A population as it is printed, with its quality."""
    if place.people is None:
        return "未知 unknown"
    estimated = "（估计 estimated）" if place.people_quality == "estimated" else ""
    return f"{place.people:,}{estimated}"


def neighbour_cities(places: Places, *, own: Iterable[str], bbox: BBox) -> list[Place]:
    """The cities that lie in a box, other than our own."""
    ours = set(own)
    cities = (city for province in places.provinces for city in places.cities_of(province.adcode))
    return [city for city in cities if city.adcode not in ours and _meet(city.bbox, bbox)]


def backdrop(
    places: Places, neighbours: Sequence[Place], *, bbox: BBox, datum: Datum
) -> list[Part]:
    """Neighbours, faint, cut to a box; and the lines that belong on every map of the nation."""
    frame = shapely.box(*bbox)
    outlines = simplified([places.outline(city.adcode) for city in neighbours], CITY_TOLERANCE_DEG)
    cut = (shapely.intersection(outline, frame) for outline in outlines)
    return [
        {"class": "neighbour", "polygons": drawing.polygons(shape, datum=datum)}
        for shape in cut
        if not shape.is_empty
    ]


def name_labels(
    places: Iterable[tuple[Place, str | None]], *, css: str, datum: Datum
) -> list[Part]:
    """Names of places at their centres, each with the number printed under it, if any."""
    return [
        {
            "at": drawing.point(Position(*place.centre), datum=datum),
            "text": [place.name, place.name_en],
            "value": value,
            "class": css,
        }
        for place, value in places
    ]


def _meet(one: BBox, other: BBox) -> bool:
    return (
        one.west < other.east
        and other.west < one.east
        and one.south < other.north
        and other.south < one.north
    )
