"""A station as a row of our own lists, and as a GeoJSON feature."""

from collections.abc import Iterable
from typing import Any, Final

from geo.station import Station
from geo.validation.columns import COLUMNS, MARKET_COLUMNS

# Whatever a list has besides goes by its own name after these.
EXPORTED: Final = COLUMNS
_DECIMALS: Final = 7  # of a degree: a centimetre


def cells_of(station: Station) -> dict[str, str]:
    """The cells of a row, by column: ours, then those that we do not know."""
    known = {
        "id": station.id,
        "name": station.name,
        "kind": station.kind,
        "address": station.address,
        "city": station.city,
        "district": station.district,
        "zone": station.zone,
        "published_lon": station.published.lon,
        "published_lat": station.published.lat,
        "published_datum": station.published.datum,
        "lon": round(station.position.lon, _DECIMALS),
        "lat": round(station.position.lat, _DECIMALS),
        "position_quality": station.position_quality,
        "position_note": station.position_note,
        "position_error_m": station.position_error_m,
        "hours_text": station.hours_text,
        "facilities": _facilities(station),
        "status": station.status,
        "area_m2": station.area_m2,
        "phone": station.phone,
        "source": station.source,
        "listed_on": station.listed_on,
        "verified_on": station.verified_on,
        "synthetic": "yes" if station.synthetic else None,
    }
    cells = {column: _text(known.get(column)) for column in EXPORTED}
    return cells | dict(station.extra)


def feature_of(station: Station) -> dict[str, Any]:
    """A GeoJSON feature (RFC 7946 §3.2) with the station's fields as they are; null is unknown."""
    lon, lat, datum = station.published
    return {
        "type": "Feature",
        "id": station.id,
        "geometry": {"type": "Point", "coordinates": list(station.position)},
        "properties": {
            "id": station.id,
            "name": station.name,
            "kind": station.kind,
            "address": station.address,
            "city": station.city,
            "district": station.district,
            "zone": station.zone,
            "published_lon": lon,
            "published_lat": lat,
            "published_datum": datum,
            "position_quality": station.position_quality,
            "position_note": station.position_note,
            "position_error_m": station.position_error_m,
            "hours_text": station.hours_text,
            "facilities": sorted(station.facilities) if station.facilities_known else None,
            "status": station.status,
            "area_m2": station.area_m2,
            "phone": station.phone,
            "source": station.source,
            "listed_on": station.listed_on,
            "verified_on": station.verified_on,
            "synthetic": station.synthetic,
            "extra": dict(station.extra),
        },
    }


def extra_columns(stations: Iterable[Station]) -> tuple[str, ...]:
    """Columns beyond ours that the stations have, markets' own first."""
    found = {name for station in stations for name in station.extra}
    others = sorted(found - set(EXPORTED) - set(MARKET_COLUMNS))
    return (*(name for name in MARKET_COLUMNS if name in found), *others)


def _facilities(station: Station) -> str:
    if not station.facilities_known:
        return ""
    return ";".join(sorted(station.facilities)) or "none"


def _text(value: object) -> str:
    return "" if value is None else str(value)
