"""GeoPackage (OGC 12-128r18) as rows: one feature of one layer, one row.

Only plain tables are read, never views, whose definitions are programs of whoever made the
file. Geometries of a reference system other than WGS-84 are reprojected.
"""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from geo.errors import SourceError
from geo.sources.csv_rows import RawRow
from geo.sources.geometry_columns import (
    Reference,
    coordinate_cells,
    coordinate_names,
    pointless_note,
    reference,
)
from geo.sources.raw_table import (
    Limits,
    RawTable,
    cell_text,
    chosen_sheet,
    counted,
    damaged,
    named_columns,
    sheet_notes,
    within,
)
from geo.text import Text

_LAYERS: Final = """
SELECT contents.table_name, geometry.column_name, system.organization,
       system.organization_coordsys_id, system.definition
FROM gpkg_contents AS contents
JOIN sqlite_master AS master ON master.name = contents.table_name AND master.type = 'table'
LEFT JOIN gpkg_geometry_columns AS geometry ON geometry.table_name = contents.table_name
LEFT JOIN gpkg_spatial_ref_sys AS system ON system.srs_id = geometry.srs_id
WHERE contents.data_type IN ('features', 'attributes')
  AND master.sql NOT LIKE 'CREATE VIRTUAL%'
ORDER BY contents.data_type = 'attributes', contents.rowid
"""
# Bytes of the envelope, by its code in the flags of a geometry's header (clause 2.1.3).
_ENVELOPE_BYTES: Final = (0, 32, 48, 48, 64)
_HEADER_BYTES: Final = 8
# WKB codes of a point: plain, and with Z, M or both, as ISO and as EWKB write them.
_POINT_CODES: Final = frozenset({1, 1001, 2001, 3001, 0x80000001, 0x40000001, 0xC0000001})


class Layer(NamedTuple):
    """A table of features; ``geometry`` is its geometry column, ``None`` if it has none."""

    name: str
    geometry: str | None
    reference: Reference


def open_geopackage(path: Path, sheet: str | None, limits: Limits) -> RawTable:
    """The table of one layer: that of the name, or the first. The first feature is row 2.

    Raises :class:`SourceError` and :class:`InputError`.
    """
    within(path.stat().st_size, limits.max_bytes, "字节数", "bytes")
    try:
        with closing(_connected(path)) as database:
            layers = _layers(database)
            name = chosen_sheet(sheet, list(layers))
            layer = layers[name]
            attributes, left_out = _attributes(database, layer)
            pointless = sum(_is_pointless(blob) for blob in _geometries(database, layer))
    except sqlite3.Error as error:
        raise _unreadable(error) from None
    coordinates = coordinate_names(attributes) if layer.geometry else ()
    columns, repeated = named_columns((*attributes, *coordinates))
    notes = (*sheet_notes(name, list(layers)), layer.reference.note, *pointless_note(pointless))
    return RawTable(
        columns=columns,
        rows=counted(_rows(path, layer, attributes), limits.max_rows),
        format="geopackage",
        sheet=name,
        declared_datum=layer.reference.datum,
        note=(*notes, *left_out, *repeated),
    )


def _connected(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    database = sqlite3.connect(uri, uri=True, check_same_thread=False)
    database.execute("PRAGMA trusted_schema = OFF")
    # Damaged texts are met, and better shown than lost.
    database.text_factory = lambda content: content.decode("utf-8", "replace")
    return database


def _unreadable(error: sqlite3.Error) -> SourceError:
    return damaged(
        f"GeoPackage 不完整或已损坏（{type(error).__name__}）：请重新导出",
        f"the GeoPackage is cut off or damaged ({type(error).__name__}): export it again",
    )


def _layers(database: sqlite3.Connection) -> dict[str, Layer]:
    found = database.execute(_LAYERS).fetchall()
    if not found:
        raise damaged("GeoPackage 里没有要素图层", "the GeoPackage has no layer of features")
    return {
        name: Layer(name, geometry, _reference(organization, code, definition))
        for name, geometry, organization, code, definition in found
    }


def _reference(organization: str | None, code: int | None, definition: str | None) -> Reference:
    if organization and organization.upper() == "EPSG":
        return reference(f"EPSG:{code}")
    return reference(definition or "undefined")


def _attributes(
    database: sqlite3.Connection, layer: Layer
) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """The columns but for the geometry and binary ones, and a note on the latter."""
    info = database.execute("SELECT name, type FROM pragma_table_info(?)", (layer.name,))
    columns = [(name, kind.upper()) for name, kind in info if name != layer.geometry]
    binary = [name for name, kind in columns if kind.startswith("BLOB")]
    listed = "、".join(binary), ", ".join(binary)
    note = Text(f"未读取的二进制列：{listed[0]}", f"binary columns not read: {listed[1]}")
    return tuple(name for name, _ in columns if name not in binary), (note,) if binary else ()


def _geometries(database: sqlite3.Connection, layer: Layer) -> Iterator[bytes | None]:
    if layer.geometry is None:
        return
    column, table = _quoted(layer.geometry), _quoted(layer.name)
    for (blob,) in database.execute(f"SELECT {column} FROM {table}"):  # noqa: S608  (quoted)
        yield blob


def _rows(path: Path, layer: Layer, attributes: tuple[str, ...]) -> Iterator[RawRow]:
    geometry = (layer.geometry,) if layer.geometry else ()
    names = ", ".join(map(_quoted, (*attributes, *geometry)))
    query = f"SELECT {names} FROM {_quoted(layer.name)}"  # noqa: S608  (quoted)
    number = 1
    try:
        with closing(_connected(path)) as database:
            for number, values in enumerate(database.execute(query), 2):
                cells = [cell_text(value) for value in values[: len(attributes)]]
                if geometry:
                    cells += coordinate_cells(_point(values[-1]), layer.reference)
                yield RawRow(number, cells)
    except sqlite3.Error as error:
        raise damaged(
            f"第 {number} 行之后无法读取（{type(error).__name__}）：请重新导出",
            f"nothing can be read after row {number} ({type(error).__name__}): export it again",
            row=number,
        ) from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _is_pointless(blob: bytes | None) -> bool:
    return blob is not None and _point(blob) is None


def _point(blob: object) -> tuple[float, float] | None:
    """The x, y of a point in GeoPackage's binary form; ``None`` for all else."""
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < _HEADER_BYTES:
        return None
    envelope = blob[3] >> 1 & 0b111
    if envelope >= len(_ENVELOPE_BYTES):
        return None
    well_known = blob[_HEADER_BYTES + _ENVELOPE_BYTES[envelope] :]
    if len(well_known) < struct.calcsize("<BIdd"):
        return None
    order = "<" if well_known[0] else ">"
    code, x, y = struct.unpack_from(f"{order}Idd", well_known, 1)
    # An empty point is written as two NaN.
    return (x, y) if code in _POINT_CODES and x == x and y == y else None  # noqa: PLR0124
