"""Cities across the border of which no list is known."""

import numpy as np
import shapely

from geo.places import Place, Places
from geo.plane import Plane
from geo.snapshot import Snapshot

# A box of so many degrees around a city holds everything within the greatest radius.
_AROUND_DEG = 0.7


def unlisted_neighbours(
    snapshot: Snapshot, places: Places, city: Place, *, reach_m: float
) -> list[Place]:
    """The cities without a list whose stations, were they known, might reach across the border."""
    plane = Plane(city.centre)
    near = [each for each in places if each.level == "city" and _may_touch(each, city)]
    outlines = [places.outline(each.adcode, "city") for each in near]
    shapes = plane.shapes(np.array(outlines, dtype=object))
    own = plane.shape(places.outline(city.adcode, "city"))
    close = shapely.dwithin(shapes, own, reach_m)
    return [
        each
        for each, is_close in zip(near, close.tolist(), strict=True)
        if is_close and not _is_listed(snapshot, each)
    ]


def _is_listed(snapshot: Snapshot, city: Place) -> bool:
    return bool(snapshot.by_city.get(city.adcode)) or snapshot.info.lists_stations_of(
        city.adcode, city.parent
    )


def _may_touch(other: Place, city: Place) -> bool:
    if other.adcode == city.adcode:
        return False
    west, south, east, north = city.bbox
    return (
        other.bbox.west < east + _AROUND_DEG
        and other.bbox.east > west - _AROUND_DEG
        and other.bbox.south < north + _AROUND_DEG
        and other.bbox.north > south - _AROUND_DEG
    )
