"""GeoJSON (RFC 7946) as rows: one feature, one row; properties are columns."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple, TypeGuard

from geo.errors import SourceError
from geo.sources.csv_rows import RawRow
from geo.sources.delimited import unpacked_chunks
from geo.sources.geometry_columns import (
    Reference,
    coordinate_cells,
    coordinate_names,
    pointless_note,
    reference,
)
from geo.sources.json_walk import walk
from geo.sources.raw_table import Limits, RawTable, cell_text, counted, damaged, named_columns

# RFC 7946, section 4: the datum of every GeoJSON file that says nothing else.
_CRS84: Final = "OGC:CRS84"
_ID: Final = "feature_id"
_FEATURES: Final = "features"

Json = Mapping[str, object]


class _Survey(NamedTuple):
    """What can be said only of the file as a whole."""

    properties: tuple[str, ...]
    has_ids: bool
    pointless: int
    crs: str
    is_one_feature: bool = False


def open_geojson(path: Path, limits: Limits) -> RawTable:
    """The table of a FeatureCollection or Feature, ``.gz`` or not.

    Only the text is held in memory; it is walked twice, since any feature may have a
    property of its own. The first feature is row 2. Raises :class:`SourceError`.
    """
    text = _text(path, limits)
    survey = _survey(text)
    used = reference(survey.crs)
    lon, lat = coordinate_names(set(survey.properties))
    identity = (_ID,) if survey.has_ids else ()
    columns, repeated = named_columns((*identity, *survey.properties, lon, lat))
    return RawTable(
        columns=columns,
        rows=counted(_rows(text, survey, used), limits.max_rows),
        format="geojson",
        encoding="UTF-8",
        declared_datum=used.datum,
        note=(used.note, *pointless_note(survey.pointless), *repeated),
    )


def _text(path: Path, limits: Limits) -> str:
    content = b"".join(unpacked_chunks(path, limits))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise damaged(
            f"第 {line} 行不是 UTF-8：GeoJSON 须用 UTF-8 编码",
            f"line {line} is not UTF-8, in which GeoJSON is to be written",
        ) from None


def _survey(text: str) -> _Survey:
    outer: dict[str, object] = {}
    names: dict[str, None] = {}
    has_ids, pointless = False, 0
    for key, value in walk(text, _FEATURES):
        if key != _FEATURES:
            outer[key] = value
            continue
        feature = _checked(value)
        names.update(dict.fromkeys(_properties(feature)))
        has_ids = has_ids or feature.get("id") is not None
        pointless += _is_pointless(feature)
    if outer.get("type") == "Feature":
        one = tuple(_properties(outer))
        return _Survey(
            one, "id" in outer, int(_is_pointless(outer)), _crs(outer), is_one_feature=True
        )
    if outer.get("type") != "FeatureCollection":
        raise SourceError(
            "这份 JSON 不是 GeoJSON 的要素集合（FeatureCollection）",
            "this JSON is no FeatureCollection of GeoJSON",
            reason="format",
        )
    return _Survey(tuple(names), has_ids, pointless, _crs(outer))


def _features(text: str, survey: _Survey) -> Iterator[Json]:
    members = walk(text, _FEATURES)
    if survey.is_one_feature:
        yield dict(members)
    else:
        yield from (_checked(value) for key, value in members if key == _FEATURES)


def _checked(feature: object) -> Json:
    if not _is_object(feature):
        raise damaged("有要素不是 JSON 对象", "a feature is no JSON object")
    return feature


def _crs(outer: Json) -> str:
    """The reference system; the member is of the format's edition of 2008, and still met."""
    crs = outer.get("crs")
    properties = crs.get("properties") if _is_object(crs) else None
    name = properties.get("name") if _is_object(properties) else None
    return name if isinstance(name, str) else _CRS84


def _is_pointless(feature: Json) -> bool:
    return feature.get("geometry") is not None and _point(feature) is None


def _rows(text: str, survey: _Survey, used: Reference) -> Iterator[RawRow]:
    for number, feature in enumerate(_features(text, survey), 2):
        properties = _properties(feature)
        cells = [_cell(feature.get("id"))] if survey.has_ids else []
        cells.extend(_cell(properties.get(name)) for name in survey.properties)
        yield RawRow(number, cells + coordinate_cells(_point(feature), used))


def _properties(feature: Json) -> Json:
    properties = feature.get("properties")
    return properties if _is_object(properties) else {}


def _cell(value: object) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ";".join(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return cell_text(value)


def _point(feature: Json) -> tuple[float, float] | None:
    geometry = feature.get("geometry")
    if not _is_object(geometry) or geometry.get("type") != "Point":
        return None
    position = geometry.get("coordinates")
    if not isinstance(position, list) or len(position) < 2:
        return None
    lon, lat = position[:2]
    return (lon, lat) if _is_number(lon) and _is_number(lat) else None


def _is_object(value: object) -> TypeGuard[Json]:
    return isinstance(value, dict)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, float | int) and not isinstance(value, bool)
