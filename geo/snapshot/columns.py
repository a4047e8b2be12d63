"""Stations ⇄ Arrow columns: the fields of :class:`~geo.station.Station`, one column each.

Nested values are written flat, so that a GIS shows them: the position is ``geometry`` (WKB
point, WGS-84) and ``lon``, ``lat``; unknown facilities are null, known to be none an empty
list; columns that we do not know travel as one JSON object in ``extra``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from geo.station import GATHERS, REPEATED, Station, station_of_values

_TEXTS = ("position_note", "phone")

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("address", pa.string(), nullable=False),
        pa.field("lon", pa.float64(), nullable=False),
        pa.field("lat", pa.float64(), nullable=False),
        pa.field("published_lon", pa.float64(), nullable=False),
        pa.field("published_lat", pa.float64(), nullable=False),
        *(pa.field(name, pa.string()) for name in (*REPEATED, *_TEXTS)),
        pa.field("position_error_m", pa.float64()),
        pa.field("area_m2", pa.float64()),
        pa.field("facilities", pa.list_(pa.string())),
        pa.field("listed_on", pa.date32()),
        pa.field("verified_on", pa.date32()),
        pa.field("synthetic", pa.bool_(), nullable=False),
        pa.field("extra", pa.string()),
        pa.field("geometry", pa.binary(), nullable=False),
    ]
)

_WKB_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("lon", "<f8"), ("lat", "<f8")])


def table_of(stations: Sequence[Station]) -> pa.Table:
    """The stations as a table of :data:`SCHEMA`, in the order given."""
    lon = np.array([station.position.lon for station in stations], dtype=np.float64)
    lat = np.array([station.position.lat for station in stations], dtype=np.float64)
    # One column after the other: all of them as Python's values would be much at once.
    arrays = [
        pa.array(_column(field.name, stations), type=field.type)
        for field in SCHEMA
        if field.name != "geometry"
    ]
    return pa.Table.from_arrays([*arrays, _points(lon, lat)], schema=SCHEMA)


def table_of_columns(batches: Iterable[Mapping[str, Sequence[Any]]]) -> pa.Table:
    """The same from columns of flat values, as a store keeps them, part by part.

    They are those of :func:`~geo.station.station_of_values`, but ``extra`` is JSON with its keys
    in order, or ``None``. Without an object for each station it takes half of the time.
    """
    parts = [_batch(columns) for columns in batches]
    return pa.Table.from_batches(parts, schema=SCHEMA)


def _batch(columns: Mapping[str, Sequence[Any]]) -> pa.RecordBatch:
    hours = zip(columns["hours_text"], columns["extra"], strict=True)
    written = {**columns, "hours_text": [_hours(text, extra) for text, extra in hours]}
    arrays = [
        pa.array(written[field.name], type=field.type)
        for field in SCHEMA
        if field.name != "geometry"
    ]
    points = _points(*(np.asarray(columns[name], dtype=np.float64) for name in ("lon", "lat")))
    return pa.RecordBatch.from_arrays([*arrays, points], schema=SCHEMA)


def _hours(text: str | None, extra: str | None) -> str | None:
    """As in :func:`_column`."""
    if text or not extra or GATHERS not in extra:
        return text
    gathers: str | None = orjson.loads(extra).get(GATHERS)
    return gathers


def station_of(row: Mapping[str, Any]) -> Station:
    """The station of one row of the table, given as values by column."""
    extra = orjson.loads(row["extra"]) if row["extra"] else {}
    return station_of_values({**row, "extra": extra})


def _column(name: str, stations: Sequence[Station]) -> list[Any]:
    match name:
        case "lon" | "lat":
            return [getattr(station.position, name) for station in stations]
        case "published_lon" | "published_lat" | "published_datum":
            part = name.removeprefix("published_")
            return [getattr(station.published, part) for station in stations]
        case "facilities":
            return [sorted(s.facilities) if s.facilities_known else None for s in stations]
        case "hours_text":
            # A market is open while people gather, unless it says otherwise.
            return [s.hours_text or s.extra.get(GATHERS) for s in stations]
        case "extra":
            return [_json(station.extra) for station in stations]
        case _:
            return [getattr(station, name) for station in stations]


def _json(extra: Mapping[str, str]) -> str | None:
    return orjson.dumps(dict(extra), option=orjson.OPT_SORT_KEYS).decode() if extra else None


def _points(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> pa.Array:
    """ISO WKB points, little-endian: 21 bytes each, laid out without a loop."""
    points = np.empty(len(lon), dtype=_WKB_POINT)
    points["order"], points["type"], points["lon"], points["lat"] = 1, 1, lon, lat
    offsets = np.arange(len(lon) + 1, dtype=np.int32) * _WKB_POINT.itemsize
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(points)]
    return pa.Array.from_buffers(pa.binary(), len(lon), buffers)
