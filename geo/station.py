"""The one record: a station as everybody inside the house sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

from geo.position import Position

Datum = Literal["wgs84", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = get_args(Datum)

Status = Literal["open", "suspended", "closed"]
STATUSES: tuple[Status, ...] = get_args(Status)

PositionQuality = Literal["surveyed", "map_poi", "geocoded", "unknown", "suspect"]
POSITION_QUALITIES: tuple[PositionQuality, ...] = get_args(PositionQuality)

# Under this name ``extra`` holds what people reported and the office accepted: "closed 2026-11-24".
REPORTED = "reported"
# Under this one, when people gather at a market.
GATHERS = "gathers"

# Texts that repeat from station to station, by the names of flat values: one copy of each is kept.
REPEATED = (
    "kind",
    "position_quality",
    "published_datum",
    "city",
    "district",
    "zone",
    "hours_text",
    "status",
    "source",
)

_NOTHING: Mapping[str, str] = MappingProxyType({})


class PublishedPosition(NamedTuple):
    """A coordinate pair as its source printed it, in the datum that the source uses."""

    lon: float
    lat: float
    datum: Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A station or a market.

    ``id`` is ``<6-digit district adcode>-<serial>`` and stays for life. ``city`` and
    ``district`` are the adcodes of the record, not of the point; ``zone`` names a
    functional zone (高新区 …) where the record has one. ``None`` and
    ``facilities_known=False`` mean unknown, never "no" or "closed". A position of quality
    ``suspect`` contradicts the record itself: the station is listed and counted, and
    answers no query for the nearest.
    """

    id: str
    name: str
    kind: str
    position: Position
    position_quality: PositionQuality
    position_note: str | None = None
    position_error_m: float | None = None
    published: PublishedPosition
    address: str
    city: str
    district: str
    zone: str | None = None
    hours_text: str | None = None
    facilities: frozenset[str] = frozenset()
    facilities_known: bool = False
    status: Status = "open"
    area_m2: float | None = None
    phone: str | None = None
    source: str
    listed_on: date | None = None
    verified_on: date | None = None
    synthetic: bool = False
    extra: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    @property
    def answerable(self) -> bool:
        """Whether the station may be the answer to "where is the nearest"."""
        return self.position_quality != "suspect" and self.status == "open"


def station_of_values(values: Mapping[str, Any]) -> Station:
    """The station whose fields are given flat, as tables keep them.

    ``lon``, ``lat`` and ``published_lon``, ``published_lat``, ``published_datum`` stand for the
    positions; ``facilities`` is an iterable of codes, or ``None`` if they are not known.
    """
    facilities = values["facilities"]
    return Station(
        id=values["id"],
        name=values["name"],
        kind=values["kind"],
        position=Position(values["lon"], values["lat"]),
        position_quality=values["position_quality"],
        position_note=values["position_note"],
        position_error_m=values["position_error_m"],
        published=PublishedPosition(
            values["published_lon"], values["published_lat"], values["published_datum"]
        ),
        address=values["address"],
        city=values["city"],
        district=values["district"],
        zone=values["zone"],
        hours_text=values["hours_text"],
        facilities=frozenset(facilities or ()),
        facilities_known=facilities is not None,
        status=values["status"],
        area_m2=values["area_m2"],
        phone=values["phone"],
        source=values["source"],
        listed_on=values["listed_on"],
        verified_on=values["verified_on"],
        synthetic=values["synthetic"],
        extra=values["extra"],
    )
