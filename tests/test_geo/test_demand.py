"""Demand from districts: who is counted where, and what is said of what is unknown."""

import re

import numpy as np
import pytest
import shapely

from geo.census import city_people, district_shares
from geo.demand import BuiltUp, district_demand
from geo.demand.given import side_column, weight_column
from geo.demand.pieces import DENSEST_PER_KM2, Land, urban_rural
from geo.demand.squares import NEAR_M
from geo.errors import InputError
from geo.geodesic import GEOD
from geo.plane import Plane
from geo.position import Position
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


def test_more_cells_than_anybody_can_use_are_refused(places):
    with pytest.raises(InputError, match=r"would be some 1\d\d,"):
        district_demand(places, "652800", fine_m=50, coarse_m=50)
    centre = places.get("652800", "city").centre
    near = (np.array([centre.lon]), np.array([centre.lat]))
    assert district_demand(places, "652800", near=near, fine_m=5000, coarse_m=5000).people


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
    cities = [
        city_people(places, city.adcode)
        for province in places.provinces
        for city in places.cities_of(province)
    ]
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


def test_groups_count_those_residents_alone(places):
    everybody = district_demand(places, "410100")
    urban = district_demand(places, "410100", group="urban")
    couriers = district_demand(places, "410100", group="transport")
    shares = {code: district_shares(code) for code in everybody.by_district}
    assert urban.people == pytest.approx(
        sum(people * shares[code].urban for code, people in everybody.by_district.items())
    )
    assert couriers.by_district == {code: own.transport for code, own in shares.items()}
    assert couriers.cells.people.sum() == pytest.approx(couriers.people)
    assert 0 < couriers.people < urban.people < everybody.people
    assert "counts only residents working in transport" in couriers.notes[-1].en
    assert len({demand.digest for demand in (everybody, urban, couriers)}) == 3


def test_a_group_of_which_nothing_is_known_is_refused(places):
    with pytest.raises(InputError, match="nothing is known of residents working in accommodation"):
        district_demand(places, "110000", group="catering")


def test_people_without_a_district_belong_to_groups_as_far_as_known(places):
    urban = district_demand(places, "320500", group="urban")
    assert urban.remainder == round(1_133_927 * city_people(places, "320500").remainder.urban_share)
    assert urban.people == pytest.approx(sum(urban.by_district.values()) + urban.remainder)


def test_the_remainder_follows_the_division_of_the_districts(places):
    """Half of 苏州's 虎丘区 is called built up; its share of the remainder lies there too."""
    outline = places.outline("320505", "district")
    west, south, _, north = outline.bounds
    middle = outline.representative_point().x
    mask = BuiltUp(shapely.box(west, south, middle, north), Text("西半", "western half"))
    demand = district_demand(places, "320500", built_up=mask)
    pieces = demand.spreads[0].pieces
    over = [p for p in pieces if p.district == "320505" and p.stratum == "remainder"]
    own = [p for p in pieces if p.district == "320505" and p.stratum != "remainder"]
    # All of the remainder's people are urban: they are on the built-up half alone.
    assert [p.outline for p in over] == [p.outline for p in own if p.stratum == "urban"]
    rest = sum(p.people for p in pieces if p.stratum == "remainder")
    assert rest == pytest.approx(1_133_927)
    assert demand.cells.people.sum() == pytest.approx(demand.people, abs=1e-6)


def land(share: float | None, people: float | None = 50_000.0) -> Land:
    outline = shapely.box(113.0, 34.0, 113.1, 34.1)
    area_m2 = PLANE.shape(outline).area
    return Land(adcode="410102", outline=outline, area_m2=area_m2, people=people, urban_share=share)


PLANE = Plane(Position(113.05, 34.05))
HALF = shapely.box(113.0, 34.0, 113.05, 34.1)


@pytest.mark.parametrize(
    ("share", "mask", "kept"),
    [
        (0.6, HALF, ([], [])),
        (None, HALF, (["410102"], [])),
        (0.6, shapely.box(114.0, 34.0, 114.1, 34.1), ([], ["410102"])),
        (0.6, shapely.box(112.0, 33.0, 114.0, 35.0), ([], ["410102"])),
        (0.6, shapely.box(113.0, 34.0, 113.005, 34.005), ([], ["410102"])),
    ],
)
def test_a_district_that_a_mask_does_not_serve_stays_uniform(share, mask, kept):
    """Its share is unknown, the mask misses or fills it, or would pack people too densely."""
    spread, found = urban_rural([land(share)], None, mask, PLANE)
    assert (found.share_unknown, found.not_built_up) == kept
    strata = [piece.stratum for piece in spread.pieces]
    assert strata == (["urban", "rural"] if kept == ([], []) else ["all"])
    assert sum(piece.people for piece in spread.pieces) == pytest.approx(50_000)


def test_no_district_is_denser_than_a_mask_may_make_it(places):
    densest = max(
        place.people / place.area_km2
        for place in places
        if place.level == "district" and place.people
    )
    assert 0.9 * DENSEST_PER_KM2 < densest <= DENSEST_PER_KM2


def test_people_are_divided_by_the_pieces_of_both_spreads(places, town):
    """Under either spread the pieces cover the district once, and hold all of its people."""
    _, demand = town
    outline = places.outline("419001", "district")
    for spread in demand.spreads:
        assert sum(piece.people for piece in spread.pieces) == pytest.approx(727_265)
        union = shapely.union_all([piece.outline for piece in spread.pieces])
        assert shapely.area(shapely.symmetric_difference(union, outline)) < 1e-12


def test_cells_are_small_only_near_towns_and_stations(places):
    lon, lat = places.get("419001", "city").centre
    demand = district_demand(places, "419001", near=(np.array([lon]), np.array([lat])), fine_m=100)
    cells = demand.cells
    away = GEOD.inv(np.full(len(cells), lon), np.full(len(cells), lat), cells.lon, cells.lat)[2]
    assert set(cells.size_m) == {100.0, 1000.0}
    assert cells.size_m[away <= NEAR_M].max() == 100.0
    assert cells.size_m[away > NEAR_M + 1500].min() == 1000.0


def test_the_guide_says_what_is_so(root, tmp_path, monkeypatch):
    """Every Python example of docs/demand.md runs."""
    text = (root / "docs" / "demand.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lockers.csv").write_text("lon,lat,orders\n113.66,34.75,5\n", encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert examples
    for example in examples:
        exec(example, {})
    table = re.search(r"<!-- words -->\n(.*?)<!-- /words -->", text, flags=re.DOTALL)
    words = re.findall(r"`([^`]+)`", table[1])
    assert len(words) > 15
    for word in words:
        assert weight_column([word], None) or side_column([word]), word
