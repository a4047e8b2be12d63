"""Built-up land, which divides the urban people of a district from the others."""

from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geo.demand.vector import is_vector, read_features
from geo.errors import InputError
from geo.station import Datum
from geo.text import Text


@dataclass(frozen=True, slots=True)
class BuiltUp:
    """Land that is built up: an outline in WGS-84 degrees, and whose mask it is."""

    outline: BaseGeometry
    label: Text


def read_built_up(path: Path, *, datum: Datum | None = None, layer: str | None = None) -> BuiltUp:
    """The polygons of a user's GeoJSON or GeoPackage.

    Raises :class:`SourceError` for a file that cannot be read and :class:`InputError` for one
    without polygons, or without a reference system.
    """
    return BuiltUp(
        _polygons(path, datum=datum, layer=layer),
        Text(f"用户提供的建成区范围 {path.name}", f"the user's built-up land, {path.name}"),
    )


def base_map_built_up(folder: Path) -> BuiltUp | None:
    """The built-up areas (``…urban….geojson``) of a folder with a base map, if it has any.

    Such outlines are drawn for maps of whole countries: coarse, and called so.
    """
    found = sorted(path for path in folder.glob("*.geojson") if "urban" in path.stem.casefold())
    if not found:
        return None
    name = found[0].name
    return BuiltUp(
        _polygons(found[0], datum=None, layer=None),
        Text(
            f"底图中的城镇范围 {name}（公开数据，小比例尺，较粗略，小城镇多未绘出）",
            f"urban areas of the base map, {name} (open data of a small scale: coarse, and most "
            "small towns are missing)",
        ),
    )


def _polygons(path: Path, *, datum: Datum | None, layer: str | None) -> BaseGeometry:
    if not path.is_file() or not is_vector(path):
        raise _no_mask(path, Text("不是 GeoJSON 或 GeoPackage", "is no GeoJSON or GeoPackage"))
    shapes = shapely.get_parts(read_features(path, layer=layer, datum=datum).shapes)
    polygons = shapes[shapely.get_dimensions(shapes) == 2]
    if not len(polygons):
        raise _no_mask(path, Text("里没有面", "holds no polygons"))
    outline: BaseGeometry = shapely.union_all(polygons)
    return outline


def _no_mask(path: Path, what: Text) -> InputError:
    return InputError(
        "built_up",
        zh=f"建成区文件 {path.name} {what.zh}",
        en=f"the file of built-up land, {path.name}, {what.en}",
        value=path.name,
        expected=Text(
            "建成区的面，GeoJSON 或 GeoPackage", "polygons of built-up land, GeoJSON or GeoPackage"
        ),
    )
