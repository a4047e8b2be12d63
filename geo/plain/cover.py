"""What stations reach of plain points, and of an area if one is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.areas import EQUAL_AREA, circles
from geo.demand.vector import read_features
from geo.errors import InputError, SourceError
from geo.plain.points import Crs, Points
from geo.plain.question import check_radius, near_ways, require_same_crs
from geo.plane import Plane
from geo.position import Position
from geo.sources.header_words import meaning
from geo.text import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Shapes = NDArray[np.object_]

_QUARTER: Final = 16


@dataclass(frozen=True, slots=True)
class Area:
    """Outlines with their names, in degrees (WGS-84) or in the plane of the points."""

    names: tuple[str, ...]
    outlines: Shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverOf:
    """Weight within the radius of one station at least, of two, and of all points; areas in m².

    ``area_m2`` is ``None`` without an outline; ``covered_area_m2`` then is all that stations
    reach, and ``None`` for a district without an outline.
    """

    covered: float
    backup: float
    total: float
    area_m2: float | None
    covered_area_m2: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The coverage as a whole, and by district where the files name districts."""

    radius_m: float
    whole: CoverOf
    by_district: dict[str, CoverOf]
    notes: tuple[Text, ...]


def read_area(path: Path, crs: Crs | None) -> Area:
    """The polygons of a GeoJSON or GeoPackage file; a planar file's coordinates as they are.

    Raises :class:`SourceError` and :class:`InputError`.
    """
    if not path.is_file():
        raise SourceError(f"没有文件 {path.name}", f"there is no {path.name}", reason="damaged")
    # A datum that is stated keeps coordinates as they stand.
    found = read_features(path, layer=None, datum="wgs84" if crs == "planar" else None)
    kinds = shapely.get_type_id(found.shapes)
    polygons = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    if not len(kinds) or not np.isin(kinds, polygons).all():
        raise InputError(
            "area",
            zh=f"{path.name} 应只有面",
            en=f"{path.name} should hold polygons alone",
            value=path.name,
            expected=Text("一个或多个面", "one polygon or more"),
        )
    named = _name_field(list(found.fields))
    names = found.fields[named] if named else np.arange(1, len(kinds) + 1)
    return Area(tuple(str(name) for name in names), found.shapes)


def cover(stations: Points, demand: Points, radius_m: float, *, area: Area | None = None) -> Cover:
    """Measure. A point counts if a station is at most ``radius_m`` away; areas are exact.

    Raises :class:`InputError` for a radius that makes no sense and for unlike coordinates.
    """
    require_same_crs(demand, stations)
    check_radius(radius_m, demand.crs)
    reach = near_ways(demand, (stations.x, stations.y), radius_m)
    times = np.diff(reach.indptr)
    plane = _plane(stations, area)
    reached = shapely.disjoint_subset_union_all(_circles(stations, radius_m, plane))
    outlines = None if area is None else _flat(area.outlines, plane)
    notes: list[Text] = [*demand.notes]
    district, names = _districts(demand, area, outlines, plane, notes)
    whole = None if outlines is None else shapely.union_all(outlines)
    return Cover(
        radius_m=radius_m,
        whole=_of(times, demand.weights, whole, reached, everywhere=True),
        by_district={
            name: _of(
                times[district == nth],
                demand.weights[district == nth],
                _outline(area, outlines, name),
                reached,
                everywhere=False,
            )
            for nth, name in enumerate(names)
        },
        notes=tuple(notes),
    )


def _of(
    times: NDArray[np.integer],
    weights: Floats,
    outline: object,
    reached: object,
    *,
    everywhere: bool,
) -> CoverOf:
    inside = reached if everywhere else None
    if outline is not None:
        inside = shapely.intersection(outline, reached)  # type: ignore[call-overload]
    return CoverOf(
        covered=float(weights[times >= 1].sum()),
        backup=float(weights[times >= 2].sum()),
        total=float(weights.sum()),
        area_m2=None if outline is None else float(shapely.area(outline)),  # type: ignore[call-overload]
        covered_area_m2=None if inside is None else float(shapely.area(inside)),  # type: ignore[call-overload]
    )


def _name_field(fields: Sequence[str]) -> str | None:
    known = {each.column: name for name in fields if (each := meaning(name))}
    return known.get("district") or known.get("name")


def _plane(stations: Points, area: Area | None) -> Plane | None:
    """The equal-area plane of degrees; ``None`` if coordinates are in a plane already."""
    if stations.crs != "lonlat":
        return None
    if area is not None:
        west, south, east, north = shapely.total_bounds(area.outlines)
        return Plane(Position((west + east) / 2, (south + north) / 2))
    x, y = stations.x, stations.y
    return Plane(Position(float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2))


def _flat(outlines: Shapes, plane: Plane | None) -> Shapes:
    return outlines if plane is None else plane.shapes(outlines)


def _circles(stations: Points, radius_m: float, plane: Plane | None) -> Shapes:
    x, y = stations.x, stations.y
    if plane is not None:
        return circles(x, y, radius_m, plane)
    points = np.asarray(shapely.points(x, y), dtype=object)
    return np.asarray(shapely.buffer(points, radius_m * EQUAL_AREA, quad_segs=_QUARTER))


def _districts(
    demand: Points,
    area: Area | None,
    outlines: Shapes | None,
    plane: Plane | None,
    notes: list[Text],
) -> tuple[Ints, list[str]]:
    """The district of each point (-1 for none) and the names of all.

    The points' own column comes first; without it a point is in the outline around it.
    """
    if demand.district is not None:
        named = [*demand.district, *(area.names if area else ())]
        names = [name for name in dict.fromkeys(named) if name]
        numbers = {name: nth for nth, name in enumerate(names)}
        return np.array([numbers.get(name, -1) for name in demand.district]), names
    if area is None or outlines is None:
        return np.full(len(demand.ids), -1), []
    x, y = (demand.x, demand.y) if plane is None else plane.xy(demand.x, demand.y)
    point, outline = shapely.STRtree(outlines).query(shapely.points(x, y), predicate="intersects")
    names = list(dict.fromkeys(area.names))
    numbers = {name: nth for nth, name in enumerate(names)}
    district = np.full(len(demand.ids), -1)
    district[point[::-1]] = np.array([numbers[name] for name in area.names])[outline[::-1]]
    outside = int((district < 0).sum())
    if outside:
        notes.append(
            Text(
                f"{outside} 个需求点在范围之外，计入总数，不属于任何一区",
                f"{outside} demand point(s) lie outside the area: in the total, in no district",
            )
        )
    return district, names


def _outline(area: Area | None, outlines: Shapes | None, name: str) -> object:
    if area is None or outlines is None or name not in area.names:
        return None
    return shapely.union_all(outlines[[each == name for each in area.names]])
