"""OpenStreetMap extracts (.osm.pbf, .osm) as rows: the tags of ``osm_kinds.toml`` decide.

Only nodes have a position of their own. A way or a relation is a row without coordinates:
where in a building its toilet is, the extract does not say.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import osmium

from geo.sources.csv_rows import RawRow
from geo.sources.delimited import GZIP_MAGIC, unpacked_chunks, unpacked_start
from geo.sources.raw_table import Limits, RawTable, counted, damaged, number_text
from geo.text import Text

_TABLE: Final = Path(__file__).with_name("osm_kinds.toml")


class Mapped(NamedTuple):
    """``osm_kinds.toml``: tags are ``key, value``."""

    features: frozenset[tuple[str, str]]
    keys: tuple[str, ...]
    facilities: Mapping[tuple[str, str], str]
    columns: Mapping[str, tuple[str, ...]]
    whole_address: tuple[str, ...]
    address_parts: tuple[str, ...]


def open_osm(path: Path, limits: Limits) -> RawTable:
    """The table of an extract: nodes, then ways, then relations; the first object is row 2.

    Raises :class:`SourceError`, also while the rows are walked.
    """
    kind = _kind(path, limits)
    table = mapped()
    return RawTable(
        columns=("osm_id", "kind", "facilities", "address", *table.columns, "lon", "lat"),
        rows=counted(_rows(path, kind), limits.max_rows),
        format="osm",
        declared_datum="wgs84",
        note=(
            Text(
                "只读取 osm_kinds.toml 所列标签的对象；类别为标签本身",
                "only objects with a tag of osm_kinds.toml were read; their kind is the tag",
            ),
            Text(
                "路径与关系（如建筑）没有坐标，按没有坐标读取",
                "ways and relations, such as buildings, were read without coordinates",
            ),
        ),
    )


@cache
def mapped() -> Mapped:
    """The declared mapping."""
    tables = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    features: Mapping[str, list[str]] = tables["features"]
    facilities: Mapping[str, str] = tables["facilities"]
    return Mapped(
        features=frozenset((key, value) for key, words in features.items() for value in words),
        keys=tuple(features),
        facilities={_tag(written): code for written, code in facilities.items()},
        columns={column: tuple(keys) for column, keys in tables["columns"].items()},
        whole_address=tuple(tables["address"]["whole"]),
        address_parts=tuple(tables["address"]["parts"]),
    )


def _tag(written: str) -> tuple[str, str]:
    key, _, value = written.partition("=")
    return key, value


def _kind(path: Path, limits: Limits) -> str:
    """The format by osmium's name, after the size: osmium has no limit for it."""
    for _ in unpacked_chunks(path, limits):
        pass
    with path.open("rb") as file:
        packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    if b"OSMHeader" in unpacked_start(path, 32):
        return "pbf"
    return "osm.gz" if packed else "osm"


def _rows(path: Path, kind: str) -> Iterator[RawRow]:
    number = 1
    wanted = osmium.filter.KeyFilter(*mapped().keys)
    try:
        for found in osmium.FileProcessor(osmium.io.File(str(path), kind)).with_filter(wanted):
            cells = _cells(found) if isinstance(found, osmium.osm.OSMObject) else []
            if cells:
                number += 1
                yield RawRow(number, cells)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise damaged(
            f"第 {number} 行之后无法读取（{type(error).__name__}）：文件不完整或已损坏",
            f"nothing can be read after row {number} ({type(error).__name__}): cut off or damaged",
            row=number,
        ) from None


def _cells(found: "osmium.osm.OSMObject[Any]") -> list[str]:
    """The row of an object, or nothing if none of its tags makes it one."""
    table = mapped()
    tags = {tag.k: tag.v for tag in found.tags}
    kinds = [f"{key}={tags[key]}" for key in table.keys if (key, tags.get(key)) in table.features]
    if not kinds:
        return []
    offered = dict.fromkeys(code for tag, code in table.facilities.items() if tag in tags.items())
    parts = filter(None, (tags.get(key) for key in table.address_parts))
    address = _first(tags, table.whole_address) or " ".join(parts)
    words = [_first(tags, keys) for keys in table.columns.values()]
    name = f"{found.type_str()}{found.id}"
    return [name, kinds[0], ";".join(offered), address, *words, *_position(found)]


def _first(tags: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((tags[key] for key in keys if key in tags), "")


def _position(found: "osmium.osm.OSMObject[Any]") -> tuple[str, str]:
    if not isinstance(found, osmium.osm.Node) or not found.location.valid():
        return "", ""
    return number_text(found.location.lon), number_text(found.location.lat)
