"""Where something lies, in words: beside a town, or in which part of a district."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import shapely

from geo.errors import InputError
from geo.geodesic import bearing_deg, inverse
from geo.places import Place
from geo.position import Position
from geo.text import Text

_WINDS: Final = (
    Text("北", "north"),
    Text("东北", "north-east"),
    Text("东", "east"),
    Text("东南", "south-east"),
    Text("南", "south"),
    Text("西南", "south-west"),
    Text("西", "west"),
    Text("西北", "north-west"),
)
_NEAR_M: Final = 300.0
_NAMES: Final = ("name_zh", "NAME_ZH", "name", "NAME")
_NAMES_EN: Final = ("name_en", "NAME_EN", "NAMEASCII", "name", "NAME")


class Town(NamedTuple):
    """A place with a name that maps show: a district's seat, a town."""

    name: Text
    position: Position


def where(position: Position, district: Place, towns: Sequence[Town] = ()) -> Text:
    """The nearest town with distance and bearing, else the same from the district's centre.

    The centre is the point at which maps write the district's name, which is not its seat.
    """
    if towns:
        distances, _ = inverse(
            *position,
            [town.position.lon for town in towns],
            [town.position.lat for town in towns],
        )
        at = int(distances.argmin())
        name, origin, distance = towns[at].name, towns[at].position, float(distances[at])
    else:
        name = Text(f"{district.name}中心", f"the centre of {district.name_en}")
        origin = district.centre
        distance = float(inverse(*position, [origin.lon], [origin.lat])[0][0])
    if distance < _NEAR_M:
        return Text(f"{name.zh}附近", f"at {name.en}")
    wind = _WINDS[round(bearing_deg(origin, position) / 45) % 8]
    shown = f"{distance / 1000:.1f}"
    return Text(f"{name.zh}{wind.zh} {shown} 公里", f"{shown} km {wind.en} of {name.en}")


def read_towns(folder: Path) -> list[Town]:
    """The towns of a base map: GeoJSON points with names, WGS-84, in ``…places…`` or ``…towns…``.

    Raises :class:`InputError` for a file that cannot be read; a folder without any has none.
    """
    paths = [
        path
        for path in sorted(folder.glob("*.geojson"))
        if any(word in path.stem.casefold() for word in ("place", "town"))
    ]
    return [town for path in paths for town in _towns(path)]


def _towns(path: Path) -> Iterator[Town]:
    try:
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            properties = feature.get("properties") or {}
            zh, en = _name(properties, _NAMES), _name(properties, _NAMES_EN)
            point = shapely.from_geojson(json.dumps(feature["geometry"])).representative_point()
            if zh and not point.is_empty:
                yield Town(Text(zh, en or zh), Position(point.x, point.y))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            "base_map",
            zh=f"底图文件 {path.name} 无法读取",
            en=f"the base map's file {path.name} cannot be read",
            value=path.name,
            expected=Text(
                "WGS-84 的 GeoJSON FeatureCollection", "a GeoJSON FeatureCollection, WGS-84"
            ),
        ) from error


def _name(properties: dict[str, Any], keys: Sequence[str]) -> str:
    return next((str(properties[key]) for key in keys if properties.get(key)), "")
