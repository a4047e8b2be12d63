"""Coverage of one city as rows: one of the city, one of each of its districts."""

from typing import Any, NamedTuple

from geo.census import CityPeople, city_people
from geo.coverage.land import land_of
from geo.coverage.lenses import counting, looks_at_time
from geo.coverage.measuring import Measurer
from geo.coverage.model import Band, Covered, Threshold
from geo.coverage.scope import Scope, scope_of
from geo.demand import district_demand
from geo.demand.squares import LARGEST_M
from geo.places import Place, Places
from geo.planning.completeness import list_state
from geo.snapshot import Snapshot

Row = dict[str, Any]


class CityRows(NamedTuple):
    """What is known of one city, ready to be written; unknown is ``None``, never 0."""

    city: Row
    districts: list[Row]


def city_rows(snapshot: Snapshot, places: Places, adcode: str, radius_m: float) -> CityRows:
    """The figures of the city with this adcode; without a list there are no figures of coverage."""
    scope = scope_of(snapshot, places, adcode, reach_m=radius_m)
    known = city_people(places, adcode)
    covered = _covered(scope, places, radius_m) if scope.has_list else []
    by_code = {each.adcode: each for each in covered[1:]}
    counts = scope.counts().by_district
    return CityRows(
        _city_row(scope, known, covered[0] if covered else None, radius_m),
        [
            _place_row(district)
            | {
                "city": adcode,
                "people": known.districts[district.adcode],
                "stations": counts[district.adcode] if scope.has_list else None,
            }
            | _coverage_row(by_code.get(district.adcode))
            for district in places.districts_of(adcode)
        ],
    )


def _covered(scope: Scope, places: Places, radius_m: float) -> list[Covered]:
    """Of the city, then of each district: stations of neighbours that reach in count."""
    # Sums over land need no cells: the largest are the cheapest.
    demand = district_demand(places, scope.place.adcode, fine_m=LARGEST_M, coarse_m=LARGEST_M)
    measurer = Measurer(scope.lon, scope.lat, land_of(places, scope.place, demand), scope.place)
    whole = counting(looks_at_time(None, ())[0], scope.stations)
    return measurer.covered(
        whole.certain & scope.near, whole.possible & scope.near, Threshold(radius_m=radius_m)
    )


def _city_row(scope: Scope, known: CityPeople, covered: Covered | None, radius_m: float) -> Row:
    info, place, counts = scope.snapshot.info, scope.place, scope.counts()
    state = list_state(
        info.completeness_of(place.adcode),
        has_list=scope.has_list,
        known=counts.listed,
        synthetic=info.synthetic,
    )
    rest = known.remainder
    return (
        _place_row(place)
        | {
            "province": place.parent,
            "list_state": state,
            "synthetic": info.synthetic,
            "radius_m": radius_m,
            "people": known.total,
            # Census units without an outline: of the city, and of no district.
            "remainder_people": rest.people if rest else _zero(known.total),
            "remainder_units": rest.units if rest else _zero(known.total),
            "stations": counts.counted if scope.has_list else None,
            "stations_suspect": counts.suspect if scope.has_list else None,
            "stations_of_neighbours": counts.neighbours if scope.has_list else None,
        }
        | _coverage_row(covered)
    )


def _place_row(place: Place) -> Row:
    return {
        "adcode": place.adcode,
        "name": place.name,
        "name_en": place.name_en,
        "area_km2": place.area_km2,
    }


def _coverage_row(covered: Covered | None) -> Row:
    bands = {
        "people_covered": covered and covered.people,
        "people_ratio": covered and covered.people_ratio,
        "people_backup": covered and covered.people_backup,
        "area_covered_km2": covered and covered.area,
        "area_ratio": covered and covered.area_ratio,
        "area_backup_km2": covered and covered.area_backup,
    }
    return {
        f"{name}_{end}": getattr(band, end) if isinstance(band, Band) else None
        for name, band in bands.items()
        for end in Band._fields
    }


def _zero(total: int | None) -> int | None:
    """None of what is known; unknown where nothing is."""
    return None if total is None else 0
