"""City records: what is listed in a city, of how many published, for how many people."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from geo.catalogue import Completeness
from geo.errors import InputError
from geo.places import Place, Places
from geo.snapshot import Snapshot
from geo.vocabulary import vocabulary


def cities(snapshot: Snapshot, places: Places) -> list[dict[str, Any]]:
    """Every city of the provinces that the catalogue declares, by adcode."""
    return [
        city_record(snapshot, places, city)
        for province in snapshot.info.provinces
        for city in places.cities_of(province)
    ]


def city_of(places: Places, text: str) -> Place:
    """The city of an adcode or a name. Raises :class:`NotFoundError` or :class:`InputError`."""
    place = places.find(text, level="city") if not text.isdecimal() else places.get(text)
    if place.level != "city":
        raise InputError(
            "city",
            zh=f"{place.name}（{place.adcode}）不是市",
            en=f"{place.name_en} ({place.adcode}) is not a city",
            value=place.adcode,
        )
    return place


def city_record(snapshot: Snapshot, places: Places, city: Place) -> dict[str, Any]:
    """A city's figures. Where no list has been published, ``stations`` is ``None``, not 0."""
    rows = snapshot.rows_of_city(city.adcode)
    listed = len(rows) > 0 or snapshot.info.lists_stations_of(city.adcode, city.parent)
    stated = snapshot.info.completeness_of(city.adcode)
    return {
        **_place(city),
        "province": city.parent,
        "list_published": listed,
        "stations": len(rows) if listed else None,
        "by_kind": _by_kind(snapshot, rows) if listed else None,
        "answerable": int(snapshot.answerable[rows].sum()) if listed else None,
        "completeness": known_of(snapshot, city.adcode, stated) if stated else None,
        "districts": [_place(district) for district in places.districts_of(city)],
        "synthetic": snapshot.info.synthetic,
        "map": f"/maps/{city.adcode}",
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "adcode": place.adcode,
        "name": place.name,
        "name_en": place.name_en,
        "population": place.people,
        "population_quality": place.people_quality,
        "population_source": "2020 年第七次全国人口普查 / 2020 census" if place.people else None,
        "bbox": [round(edge, 6) for edge in place.bbox],
    }


def _by_kind(snapshot: Snapshot, rows: np.ndarray[Any, np.dtype[np.intp]]) -> Mapping[str, int]:
    codes, kinds = snapshot.codes("kind")
    counts = np.bincount(codes[rows], minlength=len(kinds)).tolist()
    return {kind: count for kind, count in zip(kinds, counts, strict=True) if count}


def known_of(snapshot: Snapshot, adcode: str, stated: Completeness) -> dict[str, Any]:
    """How much of a published network is known: the stations of the network that are listed."""
    by_kind = _by_kind(snapshot, snapshot.rows_of_city(adcode))
    known = sum(by_kind.get(kind, 0) for kind in vocabulary().kinds_of_group("rest"))
    return {
        "known": known,
        "published": stated.published,
        "as_of": stated.as_of,
        "source": stated.source,
        "note": stated.note._asdict() if stated.note else None,
        "says": stated.says(known)._asdict(),
    }
