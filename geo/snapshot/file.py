"""The snapshot's file: GeoParquet 1.1 whose name carries the SHA-256 of its bytes.

GeoPandas, QGIS/GDAL and DuckDB read it as it is. Equal stations and equal declarations give
equal bytes: there is no clock in it, and rows stand in the order of their ids.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.catalogue import CatalogueInfo
from geo.declarations import declaration_json, declaration_of
from geo.errors import MixedDataError, SnapshotError
from geo.snapshot.columns import SCHEMA
from geo.station import REPEATED

SUFFIX = ".parquet"
_NAME = re.compile(r"stations-(?P<digest>[0-9a-f]{64})\.parquet")
_FORMAT = 2
_INFO_KEY = b"yizhan"
_FACILITY_ITEMS = "facilities.list.element"


def encode(table: pa.Table, info: CatalogueInfo) -> bytes:
    """The bytes of a snapshot, from the columns of its stations in any order.

    Raises :class:`MixedDataError` where real meets synthetic.
    """
    ordered = table.sort_by("id").combine_chunks()
    if (not info.synthetic) in ordered["synthetic"].unique().to_pylist():
        raise MixedDataError(
            "真实站点与示意站点不能放在同一个版本里",
            "real and synthetic stations cannot be in one revision",
        )
    metadata = {b"geo": _dump(_geo_metadata(ordered)), _INFO_KEY: _dump(_described(info))}
    sink = pa.BufferOutputStream()
    pq.write_table(
        ordered.replace_schema_metadata(metadata),
        sink,
        compression="zstd",
        write_page_checksum=True,
        use_dictionary=list(REPEATED),
    )
    return bytes(sink.getvalue())


def file_name(digest: str) -> str:
    """The name that a file with this SHA-256 has."""
    return f"stations-{digest}{SUFFIX}"


def read(path: Path) -> tuple[str, CatalogueInfo, pa.Table]:
    """The digest, the declarations and the table (without ``geometry``) of a snapshot's file.

    The file is read once; what is checked is what is decoded. Raises
    :class:`SnapshotError` unless its SHA-256 is the one in its name, every page's checksum
    holds, and its columns are those of this version.
    """
    named = _NAME.fullmatch(path.name)
    if not named:
        raise _refused(path, "文件名不含摘要，不是快照", "its name carries no digest: no snapshot")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _refused(path, "无法读取", f"it cannot be read ({error.strerror})") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != named["digest"]:
        raise _refused(
            path,
            "内容与文件名中的 SHA-256 不符，已损坏或被截断",
            "its content does not have the SHA-256 in its name: damaged or truncated",
        )
    return digest, *_decoded(path, content)


def _decoded(path: Path, content: bytes) -> tuple[CatalogueInfo, pa.Table]:
    try:
        file = pq.ParquetFile(
            pa.BufferReader(content),
            read_dictionary=[*REPEATED, _FACILITY_ITEMS],
            page_checksum_verification=True,
        )
        described = json.loads(file.schema_arrow.metadata[_INFO_KEY])
        if described["format"] != _FORMAT or not file.schema_arrow.equals(_stored_schema()):
            raise _refused(
                path, "格式不是本版本软件的格式", "it has another format than this version's"
            )
        columns = [name for name in SCHEMA.names if name != "geometry"]
        table = file.read(columns=columns, use_threads=False).combine_chunks()
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise _refused(path, "不是可读的快照", "it is no readable snapshot") from error
    return _info(described), table


def _stored_schema() -> pa.Schema:
    """How the schema reads back with the repeated texts as dictionaries."""
    dictionary = pa.dictionary(pa.int32(), pa.string())
    types = dict.fromkeys(REPEATED, dictionary) | {"facilities": pa.list_(dictionary)}
    return pa.schema([field.with_type(types.get(field.name, field.type)) for field in SCHEMA])


def _refused(path: Path, zh: str, en: str) -> SnapshotError:
    return SnapshotError(f"快照 {path.name}：{zh}", f"snapshot {path.name}: {en}")


def _geo_metadata(table: pa.Table) -> dict[str, Any]:
    """GeoParquet 1.1, "File metadata"; no ``crs`` means OGC:CRS84, that is WGS-84 lon, lat."""
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Point"]}
    if table.num_rows:
        ranges = [pc.min_max(table[name]).as_py() for name in ("lon", "lat")]
        column["bbox"] = [each[end] for end in ("min", "max") for each in ranges]
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()


def _described(info: CatalogueInfo) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "provinces": list(info.provinces),
        "synthetic": info.synthetic,
        "sources_digest": info.sources_digest,
        "revision": info.revision,
        "declarations": [declaration_json(declaration) for declaration in info.declarations],
    }


def _info(described: dict[str, Any]) -> CatalogueInfo:
    return CatalogueInfo(
        provinces=tuple(described["provinces"]),
        declarations=tuple(declaration_of(values) for values in described["declarations"]),
        synthetic=described["synthetic"],
        sources_digest=described["sources_digest"],
        revision=described["revision"],
    )
