"""Demand from districts: who is counted where, and what is said of what is unknown."""

import numpy as np
import pytest
import shapely

from geo.census import city_people, people_of_cities
from geo.demand import BuiltUp, district_demand
from geo.demand.plane import Plane
from geo.errors import InputError
from geo.geodesic import GEOD
from geo.text import Text


@pytest.fixture(scope="module")
def town(places):
    """A made-up town around the centre of 济源, and the demand of the city with it."""
    lon, lat = places.get("419001", "city").centre
    mask = BuiltUp(shapely.box(lon - 0.05, lat - 0.04, lon + 0.05, lat + 0.04), Text("镇", "town"))
    return mask, district_demand(places, "419001", built_up=mask)


def test_every_district_keeps_its_people(places):
    demand = district_demand(places, "410100", near=(np.array([113.66]), np.array([34.75])))
    cells = demand.cells
    for number, code in enumerate(cells.adcodes):
        own = cells.people[cells.district == number].sum()
        assert own == pytest.approx(demand.by_district[code], abs=1e-6)
    assert cells.people.sum() == pytest.approx(12_600_574, abs=1e-6)
    assert demand.people == 12_600_574
    assert set(cells.size_m) == {250.0, 1000.0}


def test_urban_people_live_on_built_up_land(town):
    mask, demand = town
    split, even = demand.spreads
    assert (split.code, even.code) == ("urban_rural", "uniform")
    urban, rural = split.pieces
    assert urban.people == pytest.approx(727_265 * 0.6743, rel=1e-3)
    assert urban.people + rural.people == pytest.approx(727_265)
    assert shapely.area(shapely.difference(urban.outline, mask.outline)) < 1e-12
    on_ellipsoid = abs(GEOD.geometry_area_perimeter(shapely.segmentize(mask.outline, 0.001))[0])
    assert urban.area_m2 == pytest.approx(on_ellipsoid, rel=1e-6)


def test_cells_hold_density_times_exact_area(places, town):
    _, demand = town
    cells = demand.cells
    plane = Plane(places.get("419001", "city").centre)
    outlines = cells.outlines.take(np.arange(len(cells)))
    shapes = plane.shapes(outlines)
    expected = sum(
        piece.per_m2 * shapely.area(shapely.intersection(shapes, plane.shape(piece.outline)))
        for piece in demand.spreads[0].pieces
    )
    # A way to degrees and back moves a border by a millimetre.
    np.testing.assert_allclose(cells.people, expected, rtol=1e-6, atol=0.005)
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(shapely.area(shapes).sum())


def test_a_city_without_figures_has_unknown_people(places):
    demand = district_demand(places, "810000")
    assert demand.people is None
    assert set(demand.by_district.values()) == {None}
    assert len(demand.cells) == 0
    assert demand.notes[0].en == "the people are unknown, which is not 0"


def test_people_without_a_district_count_for_the_city(places):
    demand = district_demand(places, "320500")
    assert demand.people == places.get("320500").people
    assert demand.remainder == 1_133_927
    assert sum(demand.by_district.values()) + demand.remainder == demand.people
    assert demand.cells.people.sum() == pytest.approx(demand.people, abs=1e-6)
    assert any("1,133,927" in note.en for note in demand.notes)


def test_the_nation_adds_up(places):
    cities = list(people_of_cities(places))
    assert sum(city.total or 0 for city in cities) == 1_409_878_724
    for city in cities:
        if city.total is not None:
            known = sum(people or 0 for people in city.districts.values())
            assert known + (city.remainder.people if city.remainder else 0) == city.total
    unknown = {city.city.name for city in cities if city.total is None}
    assert {"台湾省", "香港特别行政区", "澳门特别行政区"} <= unknown
    assert city_people(places, "330100").redivided
    assert not city_people(places, "320500").redivided


@pytest.mark.parametrize(("fine_m", "coarse_m"), [(0, 1000), (300, 1000), (2000, 1000), (1, 1000)])
def test_absurd_cells_are_refused(places, fine_m, coarse_m):
    with pytest.raises(InputError, match="cells of"):
        district_demand(places, "419001", fine_m=fine_m, coarse_m=coarse_m)
