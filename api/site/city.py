"""The list of one city, and of all cities: pages that need no script."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from api import cities
from api.cells import list_note
from api.site.headers import content_security_policy
from api.site.station import STATUS
from api.site.templates import rendered
from geo.catalogue import SYNTHETIC
from geo.places import Place, Places
from geo.snapshot import Snapshot
from geo.station import Station
from geo.text import Text
from geo.vocabulary import vocabulary
from maps.options import Links

_SUSPECT = Text("位置存疑", "position in doubt")


def city_page(snapshot: Snapshot, places: Places, city: Place, *, root: str, links: Links) -> bytes:
    """Every station of a city's record by district, as HTML; ``links`` name the maps."""
    stations = [snapshot.station(row) for row in snapshot.rows_of_city(city.adcode).tolist()]
    note = list_note(snapshot, city)
    return rendered(
        "city.html",
        policy=content_security_policy(),
        label=SYNTHETIC if snapshot.info.synthetic else None,
        root=root,
        map=links.of_city(city.adcode),
        city=Text(city.name, city.name_en),
        notes=[note] if note else [],
        districts=_by_district(stations, places, city),
    )


def cities_page(snapshot: Snapshot, places: Places, *, root: str) -> bytes:
    """Every city with how much of it is listed, as HTML."""
    return rendered(
        "cities.html",
        policy=content_security_policy(),
        label=SYNTHETIC if snapshot.info.synthetic else None,
        root=root,
        cities=cities.cities(snapshot, places),
    )


def _by_district(
    stations: Sequence[Station], places: Places, city: Place
) -> Sequence[Mapping[str, Any]]:
    listed: dict[str, list[Station]] = defaultdict(list)
    for station in stations:
        listed[station.district].append(station)
    return [
        {
            "adcode": district.adcode,
            "name": Text(district.name, district.name_en),
            "stations": [_line(station) for station in listed[district.adcode]],
        }
        for district in places.districts_of(city)
        if listed[district.adcode]
    ]


def _line(station: Station) -> Mapping[str, Any]:
    terms = vocabulary()
    labels = [terms.facilities[code].label.zh for code in sorted(station.facilities)]
    return {
        "id": station.id,
        "name": station.name,
        "kind": terms.kinds[station.kind].label.zh,
        "address": station.address,
        "hours_text": station.hours_text,
        "facilities": "、".join(labels) if station.facilities_known else None,
        "flag": _flag(station),
    }


def _flag(station: Station) -> Text | None:
    if station.status != "open":
        return STATUS[station.status]
    return _SUSPECT if station.position_quality == "suspect" else None
