"""How many synthetic stations each district gets: as its people are to all people."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.apportion import apportioned
from geo.errors import InputError
from geo.places import Place, Places
from geo.text import Text


def stations_by_district(
    places: Places, provinces: Sequence[str], stations: int
) -> list[tuple[Place, int]]:
    """Districts of the provinces (adcodes) with their number of stations, which sum exactly.

    They are apportioned by people, first to the provinces and then inside each. Where a
    district's people are unknown, its weight is its area times the median density of the
    known districts of its province; a province without any known gets no station.
    Raises :class:`InputError` if that leaves nobody, or ``stations`` is below 1.
    """
    if stations < 1:
        raise InputError(
            "stations",
            zh="站点数太小",
            en="too few stations",
            value=str(stations),
            expected=Text("1 或更大的整数", "a whole number of 1 or more"),
        )
    districts = [_districts(places, province) for province in provinces]
    people = [_people(members) for members in districts]
    of_provinces = np.array([members.sum() for members in people])
    if not of_provinces.any():
        raise InputError(
            "province",
            zh="该地没有人口数据，无法按人口分布",
            en="no population is known there to spread stations by",
            value=", ".join(provinces),
        )
    return [
        (district, count)
        for members, weights, total in zip(
            districts, people, apportioned(of_provinces, stations).tolist(), strict=True
        )
        if total
        for district, count in zip(members, apportioned(weights, total).tolist(), strict=True)
        if count
    ]


def _districts(places: Places, province: str) -> list[Place]:
    return [
        district
        for city in places.cities_of(places.get(province))
        for district in places.districts_of(city)
    ]


def _people(districts: Sequence[Place]) -> NDArray[np.float64]:
    """People of a province's districts, the unknown ones estimated, or all 0."""
    people = np.array([np.nan if d.people is None else d.people for d in districts])
    area_km2 = np.array([district.area_km2 for district in districts])
    unknown = np.isnan(people)
    if unknown.all():
        return np.zeros(len(districts))
    density = np.median(people[~unknown] / area_km2[~unknown])
    return np.where(unknown, area_km2 * density, people)
