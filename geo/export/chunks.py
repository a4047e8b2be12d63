"""All stations as a stream of bytes, with bounded memory: CSV and GeoJSON, compressed if asked."""

import csv
import io
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

import orjson
import pyarrow as pa

from geo.catalogue import SYNTHETIC, CatalogueInfo
from geo.export.batches import batches
from geo.export.neutral import neutralised
from geo.export.rows import EXPORTED, cells_of, feature_of
from geo.station import Datum, Station
from geo.validation.columns import MARKET_COLUMNS, TEXT_COLUMNS

Coding = Literal["gzip", "zstd"]
# Excel reads UTF-8 only behind a byte order mark.
_MARK: Final = b"\xef\xbb\xbf"
_GZIP_WBITS: Final = 31
_NUMBERS: Final = frozenset(EXPORTED) - frozenset(TEXT_COLUMNS) - {"kind_text"}


def csv_chunks(
    stations: Iterable[Station], *, datum: Datum, extra: tuple[str, ...] = MARKET_COLUMNS
) -> Iterator[bytes]:
    """CSV for Excel: UTF-8 with a byte order mark, cells that could be formulas neutralised.

    ``extra`` are the further columns, by name. In another datum than WGS-84, ``lon`` and
    ``lat`` are called ``lon_gcj02`` and so on: nobody can take them for something else.
    """
    header = header_of(datum, extra)
    yield _MARK + _lines([[neutralised(name) for name in header]])
    for batch in batches(stations, datum):
        rows = []
        for station in batch:
            cells = renamed(cells_of(station), datum)
            rows.append([_cell(name, cells.get(name, "")) for name in header])
        yield _lines(rows)


def _flat(feature: dict[str, Any]) -> dict[str, Any]:
    """Columns that we do not know go by their own names, as a GIS shows them."""
    feature["properties"] |= feature["properties"].pop("extra")
    return feature


def header_of(datum: Datum, extra: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a table: ours, with the datum in the names of positions, and others."""
    own = tuple(name for name in extra if name not in EXPORTED)
    return (*(_named(name, datum) for name in EXPORTED), *own)


def renamed(cells: dict[str, str], datum: Datum) -> dict[str, str]:
    """The cells of a row under the names of :func:`header_of`."""
    if datum == "wgs84":
        return cells
    return {_named(name, datum): cell for name, cell in cells.items()}


def _named(column: str, datum: Datum) -> str:
    return f"{column}_{datum}" if datum != "wgs84" and column in {"lon", "lat"} else column


def geojson_chunks(
    stations: Iterable[Station], info: CatalogueInfo, *, datum: Datum
) -> Iterator[bytes]:
    """A FeatureCollection (RFC 7946 §3.3).

    RFC 7946 knows WGS-84 alone: ``geometry_datum`` names another one where it was asked for.
    """
    members = {
        "type": "FeatureCollection",
        "geometry_datum": datum,
        "revision": info.revision,
        "synthetic": info.synthetic,
        "label": str(SYNTHETIC) if info.synthetic else None,
    }
    yield orjson.dumps(members)[:-1] + b',"features":['
    comma = b""
    for batch in batches(stations, datum):
        yield comma + b",".join(orjson.dumps(_flat(feature_of(station))) for station in batch)
        comma = b","
    yield b"]}\n"


def compressed(chunks: Iterable[bytes], coding: Coding | None) -> Iterator[bytes]:
    """The chunks in a content coding (RFC 9110 §8.4.1, RFC 8878), the same bytes each time."""
    if coding is None:
        yield from chunks
    elif coding == "gzip":
        packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP_WBITS)
        for chunk in chunks:
            if packed := packer.compress(chunk):
                yield packed
        yield packer.flush()
    else:
        # One frame for each chunk: frames may follow each other (RFC 8878 §3.1).
        codec = pa.Codec("zstd", compression_level=6)
        for chunk in chunks:
            yield codec.compress(chunk, asbytes=True)


def _cell(name: str, cell: str) -> str:
    return cell if name in _NUMBERS else neutralised(cell)


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()
