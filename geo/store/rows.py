"""Stations ⇄ rows of the table ``station_version``."""

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

import orjson

from geo.station import REPEATED, station_of_values
from geo.store.model import Listed
from geo.store.tables import STATION_VERSION

_REPEATED: Final = ("list_key", *REPEATED)
COLUMNS: Final = tuple(c.name for c in STATION_VERSION.columns if c.name not in {"since", "until"})


def row_of(listed: Listed) -> dict[str, Any]:
    """The row of a station, by column."""
    station = listed.station
    return {
        "id": station.id,
        "list_key": listed.list_key,
        "name": station.name,
        "kind": station.kind,
        "lon": station.position.lon,
        "lat": station.position.lat,
        "position_quality": station.position_quality,
        "position_note": station.position_note,
        "position_error_m": station.position_error_m,
        "published_lon": station.published.lon,
        "published_lat": station.published.lat,
        "published_datum": station.published.datum,
        "address": station.address,
        "city": station.city,
        "district": station.district,
        "zone": station.zone,
        "hours_text": station.hours_text,
        "facilities": ";".join(sorted(station.facilities)) if station.facilities_known else None,
        "status": station.status,
        "area_m2": station.area_m2,
        "phone": station.phone,
        "source": station.source,
        "listed_on": station.listed_on and station.listed_on.isoformat(),
        "verified_on": station.verified_on and station.verified_on.isoformat(),
        "synthetic": station.synthetic,
        "extra": _json(station.extra),
    }


def listed_of(values: Sequence[Any]) -> Listed:
    """The station of a row, given as values in the order of :data:`COLUMNS`."""
    row = dict(zip(COLUMNS, values, strict=True))
    for name in _REPEATED:
        row[name] = row[name] and sys.intern(row[name])
    row["facilities"] = _facilities(row["facilities"])
    for name in ("listed_on", "verified_on"):
        row[name] = _date(row[name])
    row["synthetic"] = bool(row["synthetic"])
    row["extra"] = _extra(row["extra"]) if row["extra"] else {}
    return Listed(row["list_key"], station_of_values(row))


def columns_of(rows: Sequence[Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """The columns of rows, with the values of :func:`geo.station.station_of_values`.

    But for ``extra``, which stays JSON.
    """
    columns: dict[str, Sequence[Any]] = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    columns["facilities"] = [_facilities(each) for each in columns["facilities"]]
    for name in ("listed_on", "verified_on"):
        columns[name] = [_date(each) for each in columns[name]]
    columns["synthetic"] = [bool(each) for each in columns["synthetic"]]
    return columns


def _facilities(written: str | None) -> Sequence[str] | None:
    return written.split(";") if written else (() if written == "" else None)


# Few days stand in many rows.
@lru_cache(maxsize=10_000)
def _date(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _extra(text: str) -> dict[str, str]:
    """Values of a list's own columns repeat from row to row: one copy of each."""
    return {sys.intern(name): sys.intern(value) for name, value in orjson.loads(text).items()}


def _json(extra: Mapping[str, str]) -> str | None:
    return orjson.dumps(dict(extra), option=orjson.OPT_SORT_KEYS).decode() if extra else None
