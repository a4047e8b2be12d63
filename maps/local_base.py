"""Rivers, lakes, built-up areas and towns from a folder of the user's own, such as Natural Earth.

GeoJSON files in WGS-84; the name of a file says what is in it: ``…rivers…``, ``…lakes…``,
``…urban…``, ``…places…`` or ``…towns…``.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.position import BBox, Position
from geo.station import Datum
from geo.text import Text
from maps import drawing

_KINDS = {"river": "river", "lake": "lake", "urban": "urban", "place": "town", "town": "town"}
_NAMES = ("name_zh", "NAME_ZH", "name", "NAME")


class LocalBase(NamedTuple):
    """Shapes and labels, as ``web/shapes.js`` takes them."""

    parts: list[dict[str, Any]]
    names: list[dict[str, Any]]


def local_base(folder: Path, bbox: BBox, *, datum: Datum) -> LocalBase:
    """What lies in the box. Raises :class:`InputError` for a folder that has none of it."""
    files = [(path, kind) for path in sorted(folder.glob("*.geojson")) if (kind := _kind(path))]
    if not files:
        raise InputError(
            "base_map",
            zh="底图文件夹里没有可用的 GeoJSON",
            en="the folder of the base map has no GeoJSON that could be used",
            value=folder.name,
            expected=Text(
                "如 rivers.geojson、lakes.geojson", "such as rivers.geojson, lakes.geojson"
            ),
        )
    base = LocalBase([], [])
    frame = shapely.box(*bbox)
    for path, kind in files:
        for shape, name in _features(path):
            if kind == "town":
                if frame.contains(shape):
                    base.names.append(_label(shape, name, datum))
            else:
                _add(base.parts, kind, shapely.intersection(shape, frame), datum)
    return base


def _kind(path: Path) -> str | None:
    name = path.stem.casefold()
    return next((kind for word, kind in _KINDS.items() if word in name), None)


def _features(path: Path) -> Iterator[tuple[BaseGeometry, str]]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        for feature in features:
            properties = feature.get("properties") or {}
            name = next((str(properties[key]) for key in _NAMES if properties.get(key)), "")
            yield shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"]))), name
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        shapely.GEOSException,
    ) as error:
        raise InputError(
            "base_map",
            zh=f"底图文件 {path.name} 无法读取",
            en=f"the base map's file {path.name} cannot be read",
            value=path.name,
            expected=Text(
                "WGS-84 的 GeoJSON FeatureCollection", "a GeoJSON FeatureCollection, WGS-84"
            ),
        ) from error


def _add(parts: list[dict[str, Any]], kind: str, shape: BaseGeometry, datum: Datum) -> None:
    if shape.is_empty:
        return
    if kind == "river":
        lines = drawing.lines(shape, datum=datum)
        parts.append({"class": "river", "lines": lines})
    else:
        parts.append({"class": kind, "polygons": drawing.polygons(shape, datum=datum)})


def _label(shape: BaseGeometry, name: str, datum: Datum) -> dict[str, Any]:
    point = shape.representative_point()
    at = drawing.point(Position(point.x, point.y), datum=datum)
    return {"at": at, "text": [name, name], "value": None, "class": "town"}
