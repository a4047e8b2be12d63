"""The stations that matter to one city: its own, and those of neighbours that reach in."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.coverage.model import Counts
from geo.errors import InputError
from geo.places import Place, Places
from geo.plane import Plane
from geo.snapshot import Snapshot
from geo.snapshot.columns import station_of
from geo.station import Station
from geo.vocabulary import vocabulary

Mask = NDArray[np.bool_]

# The network that outdoor workers rest in: what counts unless another kind is asked for.
NETWORK_GROUP: Final = "rest"
# Metres of a degree of latitude, at the least: a box of so many degrees holds a reach.
_METRES_PER_DEG: Final = 110_500.0


@dataclass(frozen=True)
class Scope:
    """One city in one snapshot. Arrays have one entry for each of the n ``stations``.

    ``own`` are those of the city's record; the others lie within reach of its outline.
    """

    place: Place
    districts: Sequence[Place]
    outline: BaseGeometry
    snapshot: Snapshot
    rows: NDArray[np.intp]
    stations: Sequence[Station]
    own: Mask
    near: Mask
    kind: str | None

    @cached_property
    def lon(self) -> NDArray[np.float64]:
        """Longitudes, WGS-84 degrees."""
        return self.snapshot.lon[self.rows]

    @cached_property
    def lat(self) -> NDArray[np.float64]:
        """Latitudes, WGS-84 degrees."""
        return self.snapshot.lat[self.rows]

    @cached_property
    def existing(self) -> Mask:
        """Which stations are of the kinds that count as existing."""
        kinds = counted_kinds(self.kind)
        return self.mask(lambda station: station.kind in kinds)

    @cached_property
    def open_status(self) -> Mask:
        """Which stations are neither closed nor suspended."""
        return self.mask(lambda station: station.status == "open")

    @cached_property
    def suspect(self) -> Mask:
        """Which stations have a position that contradicts their own record."""
        return self.mask(lambda station: station.position_quality == "suspect")

    @cached_property
    def certain(self) -> Mask:
        """Which stations count: existing, open, of sound position, within reach."""
        return self.near & self.existing & self.open_status & ~self.suspect

    @cached_property
    def possible(self) -> Mask:
        """Which stations may count besides: those of suspect position."""
        return self.near & self.existing & self.open_status & self.suspect

    @property
    def own_stations(self) -> list[Station]:
        """The stations of the city's record."""
        return [self.stations[at] for at in np.flatnonzero(self.own).tolist()]

    @property
    def has_list(self) -> bool:
        """Whether there is anything to measure."""
        info = self.snapshot.info
        return bool(self.own.any()) or info.lists_stations_of(self.place.adcode, self.place.parent)

    def counts(self) -> Counts:
        """The city's list in numbers."""
        own = self.own_stations
        listed = self.own & self.existing
        counted = listed & self.open_status & ~self.suspect
        names = Counter(station.kind for station in own)
        districts = Counter(self.stations[at].district for at in np.flatnonzero(counted).tolist())
        hours = self.mask(lambda station: station.hours_text is None)
        facilities = self.mask(lambda station: not station.facilities_known)
        return Counts(
            listed=int(listed.sum()),
            counted=int(counted.sum()),
            suspect=int((listed & self.suspect).sum()),
            not_open=int((listed & ~self.open_status).sum()),
            unknown_hours=int((counted & hours).sum()),
            unknown_facilities=int((counted & facilities).sum()),
            neighbours=int((self.certain & ~self.own).sum()),
            others=len(own) - int(listed.sum()),
            by_kind={kind: names[kind] for kind in vocabulary().kinds if names[kind]},
            by_district={each.adcode: districts[each.adcode] for each in self.districts},
        )

    def mask(self, test: Callable[[Station], bool]) -> Mask:
        """The stations that pass a test."""
        return np.array([test(station) for station in self.stations], dtype=np.bool_)


def scope_of(
    snapshot: Snapshot, places: Places, city: str, *, reach_m: float, kind: str | None = None
) -> Scope:
    """The scope of a city by adcode or name; stations of others count within ``reach_m``.

    Raises :class:`~geo.errors.NotFoundError` for an unknown city and
    :class:`~geo.errors.InputError` for a place that is no city.
    """
    place = checked_city(places, city)
    outline = places.outline(place.adcode, "city")
    own_rows = snapshot.rows_of_city(place.adcode)
    near_rows = _rows_near(snapshot, place, outline, reach_m)
    rows = np.union1d(own_rows, near_rows)
    return Scope(
        place=place,
        districts=places.districts_of(place.adcode) or (place,),
        outline=outline,
        snapshot=snapshot,
        rows=rows,
        stations=stations_at(snapshot, rows),
        own=np.isin(rows, own_rows),
        near=np.isin(rows, near_rows),
        kind=kind,
    )


def counted_kinds(kind: str | None) -> frozenset[str]:
    """The kinds that count as existing: the one that is asked for, else those of the network."""
    return frozenset({kind}) if kind else vocabulary().kinds_of_group(NETWORK_GROUP)


def stations_at(snapshot: Snapshot, rows: NDArray[np.intp]) -> list[Station]:
    """The stations of some rows, in their order."""
    table = snapshot.table.take(rows)
    columns = {name: table[name].to_pylist() for name in table.column_names}
    return [
        station_of(dict(zip(columns, values, strict=True)))
        for values in zip(*columns.values(), strict=True)
    ]


def checked_city(places: Places, city: str) -> Place:
    """The city that is meant by an adcode or a name."""
    place = places.find(city)
    if place.level != "city":
        raise InputError(
            "city",
            zh=f"{place.name}（{place.adcode}）不是市一级",
            en=f"{place.name_en} ({place.adcode}) is not a city",
            value=city[:40],
        )
    return place


def _rows_near(
    snapshot: Snapshot, place: Place, outline: BaseGeometry, reach_m: float
) -> NDArray[np.intp]:
    """Rows whose position is inside a city or within reach of it."""
    lat_deg = reach_m / _METRES_PER_DEG
    box = place.bbox
    furthest = np.radians(min(max(abs(box.north), abs(box.south)) + lat_deg, 89.0))
    lon_deg = lat_deg / float(np.cos(furthest))
    lon, lat = snapshot.lon, snapshot.lat
    inside = (lon >= box.west - lon_deg) & (lon <= box.east + lon_deg)
    inside &= (lat >= box.south - lat_deg) & (lat <= box.north + lat_deg)
    rows = np.flatnonzero(inside)
    plane = Plane(place.centre)
    drawn = plane.shape(outline)
    shapely.prepare(drawn)
    points = shapely.points(*plane.xy(lon[rows], lat[rows]))
    close: NDArray[np.intp] = rows[shapely.dwithin(drawn, points, reach_m)]
    return close
