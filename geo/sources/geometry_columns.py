"""Points of geographic formats as two more columns, and their reference system as a datum."""

from collections.abc import Callable, Collection
from typing import NamedTuple

import pyproj
from pyproj.exceptions import ProjError

from geo.sources.header_words import datum_of_word
from geo.sources.raw_table import number_text
from geo.station import Datum
from geo.text import Text

# Geographic systems that are WGS-84 to the metre: WGS 84, CGCS2000, and CRS84 of GeoJSON.
_SAME_AS_WGS84 = {("EPSG", "4326"), ("EPSG", "4490"), ("OGC", "CRS84")}
_DECIMALS = 9


class Reference(NamedTuple):
    """What the coordinates of a file are in.

    ``project`` makes degrees lon, lat of them, ``None`` if they are that already. ``datum``
    is ``None`` if nobody knows.
    """

    datum: Datum | None
    project: Callable[[float, float], tuple[float, float]] | None
    note: Text


def reference(definition: str) -> Reference:
    """The reference system that a name, code or WKT defines; coordinates stand x first.

    China's shifted datums are known by name only: no registry has them.
    """
    stated = datum_of_word(definition)
    if stated in {"gcj02", "bd09"}:
        return Reference(stated, None, Text(f"坐标系：{stated}", f"datum: {stated}"))
    try:
        system = pyproj.CRS.from_user_input(definition)
        if system.to_authority() in _SAME_AS_WGS84:
            return Reference("wgs84", None, Text(f"坐标系：{system.name}", f"datum: {system.name}"))
        transformer = pyproj.Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    except ProjError:  # not defined, or defined as "undefined"
        name = definition[:40]
        return Reference(
            None, None, Text(f"不认识坐标系“{name}”", f"the reference system {name!r} is unknown")
        )
    return Reference(
        "wgs84",
        transformer.transform,
        Text(f"坐标已由 {system.name} 换算为 WGS-84", f"reprojected from {system.name} to WGS-84"),
    )


def coordinate_names(taken: Collection[str]) -> tuple[str, str]:
    """Names for the two columns that no attribute of the file has."""
    names = ("lon", "lat")
    return ("geometry_lon", "geometry_lat") if set(names) & set(taken) else names


def coordinate_cells(point: tuple[float, float] | None, used: Reference) -> list[str]:
    """A point as two cells, empty where there is none."""
    if point is None:
        return ["", ""]
    if used.project:
        point = used.project(*point)
        return [number_text(round(value, _DECIMALS)) for value in point]
    return [number_text(float(value)) for value in point]


def pointless_note(count: int) -> tuple[Text, ...]:
    """How many features are no point: a place in a line or an area would be made up."""
    if not count:
        return ()
    return (
        Text(
            f"{count} 个要素不是点，按没有坐标读取",
            f"{count} feature(s) are no point and were read without coordinates",
        ),
    )
