"""Proposed sites of real cities: nothing gains more, areas are as good, lists and limits hold."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.coverage.areas import circles
from geo.demand import district_demand
from geo.errors import InputError
from geo.plane import Plane
from geo.planning.parameters import Candidate, Parameters
from geo.planning.plan import plan_city
from geo.position import Position

BARE = Parameters(moments=(), radii_m=(1000.0,))


@pytest.fixture(scope="module")
def plan(shipped, places):
    return plan_city(shipped, places, "郑州", parameters=BARE)


@pytest.fixture(scope="module")
def proposals(plan):
    return plan.proposals


def _listed(places, adcode="410105", count=12, seed=3):
    """Made-up candidates around the middle of a district."""
    rng = np.random.default_rng(seed)
    lon, lat = places.get(adcode).centre
    moves = rng.normal(0, 0.03, (count, 2)).tolist()
    return tuple(
        Candidate(f"c{nth}", f"候选{nth}", Position(lon + dx, lat + dy))
        for nth, (dx, dy) in enumerate(moves)
    )


def test_ten_sites_are_proven_to_within_a_hundredth(proposals):
    assert [each.count for each in proposals.optima] == list(range(1, 11))
    assert all(each.gap <= 0.01 for each in proposals.optima)
    assert all(each.objective <= each.bound * (1 + 1e-9) for each in proposals.optima)
    assert len(proposals.nested) == len(proposals.nested_loss) == 10
    assert all(0 <= loss <= 0.01 for loss in proposals.nested_loss)


def test_districts_alone_give_areas_and_no_points(proposals):
    assert proposals.search_areas
    assert any("搜索范围" in note.zh for note in proposals.notes)
    for site in proposals.nested:
        assert site.candidate is None
        assert site.area.buffer(1e-9).contains(shapely.Point(site.position))
        assert site.as_good_km2 >= 0


def test_gains_are_what_plans_with_these_stations_reach(proposals, plan, shipped, places):
    """Covered with the sites built, by the union of all circles on the district's land."""
    city = places.get("410100")
    plane = Plane(city.centre)
    built = [site.position for site in proposals.nested]
    lon, lat = np.array(built).T
    rows = np.flatnonzero(shipped.answerable)
    reached = shapely.union_all(
        np.concatenate(
            [
                circles(shipped.lon[rows], shipped.lat[rows], 1000.0, plane),
                circles(lon, lat, 1000.0, plane),
            ]
        )
    )
    people = 0.0
    for piece in district_demand(places, "410100").spreads[0].pieces:
        people += piece.per_m2 * reached.intersection(plane.shape(piece.outline)).area
    assert proposals.nested[-1].covered.low == pytest.approx(people, rel=1e-6)
    start = plan.coverages[0].city.people.low
    assert sum(site.gain.low for site in proposals.nested) == pytest.approx(
        people - start, rel=1e-5
    )


def test_nobody_finds_a_better_first_site(proposals, plan, places):
    """A thousand other places in the densest districts gain no more than the first."""
    city = places.get("410100")
    plane = Plane(city.centre)
    pieces = district_demand(places, "410100").spreads[0].pieces
    left = [
        (piece.per_m2, plane.shape(piece.outline.difference(plan.coverages[0].covered)))
        for piece in pieces
    ]
    rng = np.random.default_rng(1)
    dense = plane.shape(places.outline("410105"))
    x, y = rng.uniform(dense.bounds[:2], dense.bounds[2:], (300, 2)).T
    lon, lat = plane.lon_lat(x, y)
    best = 0.0
    for disc in circles(lon, lat, 1000.0, plane):
        best = max(best, sum(per_m2 * shape.intersection(disc).area for per_m2, shape in left))
    assert best <= proposals.nested[0].gain.low * 1.005


def test_a_users_candidates_are_points(shipped, places):
    listed = _listed(places)
    asked = replace(BARE, candidate_source="list", candidates=listed, next_sites=4)
    found = plan_city(shipped, places, "郑州", parameters=asked).proposals
    assert not found.search_areas
    assert found.candidates == 12
    by_id = {each.id: each for each in listed}
    for site in found.nested:
        assert site.area is None
        assert site.name == by_id[site.candidate].name
        assert site.position == by_id[site.candidate].position
    assert found.unreachable > 0
    assert any("no candidate reaches" in note.en for note in found.notes)


def test_both_sources_stand_side_by_side(shipped, places):
    asked = replace(BARE, candidate_source="both", candidates=_listed(places), next_sites=3)
    found = plan_city(shipped, places, "郑州", parameters=asked).proposals
    cells = plan_city(shipped, places, "郑州", parameters=replace(BARE, next_sites=3)).proposals
    assert found.candidates > 12
    assert found.optima[-1].objective >= cells.optima[-1].objective * 0.99


def test_a_minimum_per_district_holds_and_has_its_price(shipped, places, proposals):
    asked = replace(BARE, minimum_per_district=1, next_sites=13)
    found = plan_city(shipped, places, "郑州", parameters=asked).proposals
    districts = {site.district for site in found.nested}
    assert districts == {each.adcode for each in places.districts_of("410100")}
    assert {site.district for site in found.optima[-1].sites} == districts
    assert found.fairness_price > 0
    assert proposals.fairness_price is None


def test_a_capacity_limits_each_site(shipped, places):
    asked = replace(BARE, capacity=5_000.0, next_sites=3)
    found = plan_city(shipped, places, "郑州", parameters=asked).proposals
    assert all(site.gain.high <= 5_000 for site in found.nested)
    assert found.optima[-1].bound <= 15_000 * (1 + 1e-9)
    assert any("capacity below demand" in note.en for note in found.notes)


def test_a_kind_is_sited_beside_its_own_kind_only(shipped, places):
    asked = replace(BARE, kind="rider_station", next_sites=1)
    plan = plan_city(shipped, places, "郑州", parameters=asked)
    assert plan.coverages[0].stations == 0
    assert plan.proposals.kind == "rider_station"
    assert plan.proposals.nested[0].gain == pytest.approx(plan.proposals.nested[0].covered)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"minimum_per_district": 1}, "12 stations, and 10 are asked for|takes 12"),
        ({"candidate_source": "list", "next_sites": 13}, "13 stations are asked for of 12"),
    ],
)
def test_what_cannot_be_met_is_refused(shipped, places, values, says):
    listed = _listed(places) if "candidate_source" in values else ()
    asked = replace(BARE, candidates=listed, **values)
    with pytest.raises(InputError, match=says):
        plan_city(shipped, places, "郑州", parameters=asked)


def test_candidates_that_reach_nothing_are_refused(shipped, places):
    away = tuple(Candidate(f"c{n}", "", Position(116.0 + n / 10, 40.0)) for n in range(3))
    asked = replace(BARE, candidate_source="list", candidates=away, next_sites=2)
    with pytest.raises(InputError, match="no candidate reaches any demand"):
        plan_city(shipped, places, "郑州", parameters=asked)


def test_a_minimum_without_candidates_in_a_district_is_refused(shipped, places):
    listed = _listed(places, count=20)
    asked = replace(
        BARE, candidate_source="list", candidates=listed, next_sites=13, minimum_per_district=1
    )
    with pytest.raises(InputError, match="has no candidate"):
        plan_city(shipped, places, "郑州", parameters=asked)
