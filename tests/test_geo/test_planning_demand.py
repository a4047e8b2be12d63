"""Plans with more than districts: two spreads, a user's grid, a user's points."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.demand import BuiltUp, district_demand, read_demand
from geo.geodesic import GEOD
from geo.plane import Plane
from geo.planning.parameters import Parameters
from geo.planning.plan import plan_city
from geo.text import Text

CITY = "410100"
ASKED = Parameters(radii_m=(1000.0,), moments=(), next_sites=0)


def _spread(places, count):
    """Made-up spots in and around the inner districts."""
    rng = np.random.default_rng(11)
    lon, lat = places.get("410105").centre
    return lon + rng.uniform(-0.1, 0.1, count), lat + rng.uniform(-0.1, 0.05, count)


def _table(path, lon, lat, people):
    rows = zip(lon.tolist(), lat.tolist(), people.tolist(), strict=True)
    lines = ["lon,lat,people", *(f"{x!r},{y!r},{w!r}" for x, y, w in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built_up(places):
    """A made-up mask: 8 km around the middles of the inner districts."""
    middles = [places.get(code).centre for code in ("410102", "410103", "410104", "410105")]
    mask = shapely.union_all(shapely.buffer(shapely.points(middles), 0.07))
    return BuiltUp(mask, Text("测试用的示意范围", "a made-up mask for a test"))


@pytest.fixture(scope="module")
def two_spreads(shipped, places, built_up):
    demand = district_demand(places, CITY, built_up=built_up)
    return plan_city(shipped, places, CITY, parameters=replace(ASKED, next_sites=2), demand=demand)


def test_people_are_a_range_between_the_spreads(two_spreads, places, built_up):
    plane = Plane(places.get(CITY).centre)
    covered = two_spreads.coverages[0]
    reached = plane.shape(covered.covered)
    people = [
        sum(p.per_m2 * reached.intersection(plane.shape(p.outline)).area for p in spread.pieces)
        for spread in district_demand(places, CITY, built_up=built_up).spreads
    ]
    assert len(people) == 2
    assert covered.city.people.low == pytest.approx(min(people), rel=1e-6)
    assert covered.city.people.high >= max(people) * (1 - 1e-6)
    assert two_spreads.proposals.nested[0].gain.low < two_spreads.proposals.nested[0].gain.high


def test_gaps_tell_built_up_land_from_the_rest(two_spreads, built_up):
    gaps = two_spreads.gaps[0]
    assert {gap.land for gap in gaps.ranked} == {"built_up", "other", None}
    for gap in gaps.ranked:
        inside = built_up.outline.contains(shapely.Point(gap.centre))
        if gap.land is not None:
            assert inside == (gap.land == "built_up")
    whole = two_spreads.coverages[0].city
    assert gaps.people.low + whole.people.low <= whole.people_total + 1
    assert gaps.people.high + whole.people.high >= whole.people_total - 1


def test_the_circle_is_measured_inside_built_up_land_too(two_spreads):
    circles = [each for each in two_spreads.checks if each.code == "circle"]
    assert [each.note.en.split(",")[0] for each in circles] == [
        "of the whole city",
        "inside built-up land",
    ]
    assert circles[1].value.low > circles[0].value.low


def test_points_count_as_points(shipped, places, tmp_path):
    lon, lat = _spread(places, 300)
    people = np.arange(1.0, 301.0)
    demand = read_demand(_table(tmp_path / "points.csv", lon, lat, people), places, CITY)
    plan = plan_city(shipped, places, CITY, parameters=replace(ASKED, next_sites=3), demand=demand)
    assert plan.demand_basis == "points"
    rows = np.flatnonzero(shipped.answerable)
    reached = np.zeros(300, dtype=int)
    for row in rows.tolist():
        away = np.full(300, shipped.lon[row]), np.full(300, shipped.lat[row])
        reached += np.asarray(GEOD.inv(lon, lat, *away)[2]) <= 1000.0
    city = plan.coverages[0].city
    assert city.people_total == people.sum()
    assert city.people.low == people[reached >= 1].sum()
    assert city.people_backup.low == people[reached >= 2].sum()
    assert plan.gaps[0].people.low + city.people.low == pytest.approx(people.sum(), abs=300)
    # A user's points decide a point, and the first site is the best of all squares.
    proposals = plan.proposals
    assert not proposals.search_areas
    assert proposals.nested[0].area is None
    left = people * (reached == 0)
    first = proposals.nested[0].position
    away = np.full(300, first.lon), np.full(300, first.lat)
    near = np.asarray(GEOD.inv(lon, lat, *away)[2]) <= 1000.0
    assert proposals.nested[0].gain.low == left[near].sum()


def test_the_covered_share_of_a_cell_counts(shipped, places, tmp_path):
    lon, lat = _spread(places, 40)
    path = _table(tmp_path / "grid.csv", lon, lat, np.full(40, 100.0))
    demand = read_demand(path, places, CITY, cell_m=600.0)
    plan = plan_city(shipped, places, CITY, parameters=replace(ASKED, next_sites=2), demand=demand)
    assert plan.demand_basis == "grid"
    plane = Plane(places.get(CITY).centre)
    reached = plane.shape(plan.coverages[0].covered)
    cells = plane.shapes(demand.cells.outlines.take(np.arange(len(demand.cells))))
    share = shapely.area(shapely.intersection(cells, reached)) / shapely.area(cells)
    assert 0 < (share * demand.cells.people).sum() < demand.people
    city = plan.coverages[0].city
    assert city.people.low == pytest.approx((share * demand.cells.people).sum(), rel=1e-5)
    assert sum(d.people.low for d in plan.coverages[0].districts) == pytest.approx(city.people.low)
    assert plan.gaps[0].people.low + city.people.low == pytest.approx(demand.people, abs=0.5)
    assert not plan.proposals.search_areas


def test_people_of_gaps_are_those_of_the_parts_of_cells_in_them(places, tmp_path):
    from geo.coverage.areas import circles
    from geo.coverage.land import land_of
    from geo.planning.gaps import _people_of_cells

    lon, lat = _spread(places, 400)
    path = _table(tmp_path / "grid.csv", lon, lat, np.arange(1.0, 401.0))
    land = land_of(places, places.get(CITY), read_demand(path, places, CITY, cell_m=900.0))
    covered = shapely.union_all(circles(lon[:60] + 0.004, lat[:60], 1000.0, land.plane))
    patches = shapely.get_parts(shapely.difference(land.shapes, covered))
    cells, people = land.cells, land.demand.cells.people
    share = (
        shapely.area(shapely.intersection(cells[:, None], patches)) / shapely.area(cells)[:, None]
    )
    assert ((share > 0.01) & (share < 0.99)).sum() > 40
    found = _people_of_cells(patches, covered, land)
    assert found == pytest.approx((share * people[:, None]).sum(axis=0), abs=1e-3 * len(people))


def test_where_people_are_unknown_areas_are_all_there_is(places):
    """Taiwan has outlines and no figure: unknown, not 0."""
    from geo.coverage.land import land_of
    from geo.coverage.measuring import Measurer
    from geo.planning.model import Threshold

    city = places.cities_of("710000")[0]
    land = land_of(places, city, district_demand(places, city.adcode))
    station = np.array([city.centre.lon]), np.array([city.centre.lat])
    one = np.ones(1, dtype=bool)
    covered = Measurer(*station, land, city).covered(one, one, Threshold(radius_m=500.0))[0]
    assert covered.people is None
    assert covered.people_total is None
    assert covered.area.low == pytest.approx(np.pi * 0.25, rel=1e-3)
