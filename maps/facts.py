"""The figures of a city's map: what is known, of how many published, per district."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.catalogue import Completeness, Declaration
from geo.errors import InputError
from geo.places import Place, Places
from geo.snapshot import Snapshot
from geo.station import Station
from geo.vocabulary import vocabulary

# The network that couriers rest in; markets, nursing rooms and windows are drawn and
# counted by kind, but neither reach nor density is measured with them.
NETWORK_GROUP = "rest"


@dataclass(frozen=True, slots=True)
class DistrictFacts:
    """A district: its listed stations, and the open ones of the network per 100,000 people."""

    place: Place
    listed: int
    open_in_network: int
    has_list: bool

    @property
    def per_100k(self) -> float | None:
        """Open known stations of the network per 100,000 people; ``None`` if that is unknown."""
        if not self.place.people or not self.has_list:
            return None
        return self.open_in_network / self.place.people * 100_000


@dataclass(frozen=True, slots=True)
class CityFacts:
    """A city's list in figures. ``stations`` are those of the record, suspect ones included."""

    place: Place
    stations: Sequence[Station]
    districts: Sequence[DistrictFacts]
    declarations: Sequence[Declaration]
    completeness: Completeness | None
    has_list: bool

    @property
    def by_kind(self) -> Mapping[str, int]:
        """Listed stations by kind, in the order of the vocabulary."""
        counts = Counter(station.kind for station in self.stations)
        return {kind: counts[kind] for kind in vocabulary().kinds if counts[kind]}

    @property
    def per_100k(self) -> float | None:
        """Open known stations of the network per 100,000 people; ``None`` if that is unknown."""
        if not self.place.people or not self.has_list:
            return None
        return sum(d.open_in_network for d in self.districts) / self.place.people * 100_000

    @property
    def suspects(self) -> int:
        """Stations whose position contradicts their own record."""
        return sum(station.position_quality == "suspect" for station in self.stations)

    @property
    def not_open(self) -> int:
        """Stations that are suspended or closed."""
        return sum(station.status != "open" for station in self.stations)

    @property
    def listed_in_network(self) -> int:
        """Listed stations of the network, against which ``completeness`` is given."""
        return sum(in_network(station) for station in self.stations)

    @property
    def markets(self) -> int:
        """Listed odd-job markets, stations and inns."""
        return sum(vocabulary().kinds[station.kind].group == "work" for station in self.stations)


def in_network(station: Station) -> bool:
    """Whether reach and density count this station, if it is open."""
    return vocabulary().kinds[station.kind].group == NETWORK_GROUP


def city_facts(places: Places, snapshot: Snapshot, adcode: str) -> CityFacts:
    """The figures of one city.

    Raises :class:`~geo.errors.NotFoundError` for an unknown adcode and
    :class:`~geo.errors.InputError` for one that is no city.
    """
    place = checked_city(places, adcode)
    stations = [snapshot.station(int(row)) for row in snapshot.rows_of_city(adcode)]
    listed = Counter(station.district for station in stations)
    counted = Counter(s.district for s in stations if s.status == "open" and in_network(s))
    info = snapshot.info
    has_list = bool(stations) or info.lists_stations_of(adcode, place.parent)
    return CityFacts(
        place=place,
        stations=stations,
        districts=[
            DistrictFacts(district, listed[district.adcode], counted[district.adcode], has_list)
            for district in places.districts_of(adcode)
        ],
        declarations=info.declarations_of(adcode, place.parent),
        has_list=has_list,
        completeness=info.completeness_of(adcode),
    )


def checked_city(places: Places, adcode: str) -> Place:
    """The city with this adcode, or an error that says what it is instead."""
    place = places.get(adcode)
    if place.level != "city":
        raise InputError(
            "city",
            zh=f"{place.name}（{adcode}）不是市一级",
            en=f"{place.name_en} ({adcode}) is not a city",
            value=adcode,
        )
    return place
