"""Every model of siting on a city's stations and a user's points, against all possible plans."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from geo.demand import read_demand
from geo.errors import InputError
from geo.geodesic import GEOD
from geo.planning.model import Optimum
from geo.planning.parameters import MODELS, Candidate, Parameters
from geo.planning.plan import plan_city
from geo.position import Position

CITY = "410100"
RADIUS_M = 3_000.0
NEXT = 3
# Positions go through the plane of the city and back: less than a millimetre.
ROUNDING = 1e-6


@pytest.fixture(scope="module")
def spots(places):
    """Made-up demand around the east of the city: longitudes, latitudes, whole weights."""
    rng = np.random.default_rng(5)
    lon, lat = places.get("410122").centre
    return (
        lon + rng.uniform(-0.1, 0.1, 40),
        lat + rng.uniform(-0.1, 0.1, 40),
        rng.integers(1, 50, 40).astype(float),
    )


@pytest.fixture(scope="module")
def demand(spots, places, tmp_path_factory):
    path = tmp_path_factory.mktemp("points") / "points.csv"
    rows = zip(*(each.tolist() for each in spots), strict=True)
    lines = ["lon,lat,weight", *(f"{x!r},{y!r},{w!r}" for x, y, w in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_demand(path, places, CITY)


@pytest.fixture(scope="module")
def listed(places):
    rng = np.random.default_rng(6)
    lon, lat = places.get("410122").centre
    return tuple(
        Candidate(f"c{nth}", f"候选{nth}", Position(lon + dx, lat + dy))
        for nth, (dx, dy) in enumerate(rng.uniform(-0.1, 0.1, (14, 2)).tolist())
    )


def _asked(model, listed, **values):
    return Parameters(
        **{
            "radii_m": (RADIUS_M,),
            "moments": (),
            "model": model,
            "candidate_source": "list",
            "candidates": listed,
            "next_sites": NEXT,
            **values,
        }
    )


@pytest.fixture(scope="module")
def proposals(shipped, places, demand, listed):
    return {
        model: plan_city(
            shipped, places, CITY, parameters=_asked(model, listed), demand=demand
        ).proposals
        for model in MODELS
    }


@pytest.fixture(scope="module")
def ways(spots, listed, shipped):
    """Metres from each point to each candidate, and to the nearest station that stands."""

    def metres(lon, lat):
        columns = [GEOD.inv(spots[0], spots[1], np.full(40, x), np.full(40, y))[2]
                   for x, y in zip(lon, lat, strict=True)]  # fmt: skip
        return np.column_stack(columns)

    rows = shipped.answerable
    standing = metres(shipped.lon[rows], shipped.lat[rows]).min(axis=1)
    return metres(*zip(*(each.position for each in listed), strict=True)), standing


def _best(value, count, better):
    return better(value(list(chosen)) for chosen in combinations(range(14), count))


def _check(found, model, value, better):
    assert [each.count for each in found.optima] == [1, 2, NEXT]
    for each in found.optima:
        best = _best(value, each.count, better)
        assert each.objective == pytest.approx(value(_numbers(each.sites)), rel=ROUNDING)
        assert abs(each.objective - best) <= (each.gap + ROUNDING) * best
        low, high = sorted((each.objective, each.bound))
        assert low * (1 - ROUNDING) <= best <= high * (1 + ROUNDING)
    order = _numbers(found.nested)
    for nth, loss in enumerate(found.nested_loss, 1):
        best = _best(value, nth, better)
        larger = max(best, value(order[:nth]))
        assert abs(value(order[:nth]) - best) / larger <= loss + ROUNDING
    assert found.model == model


def _numbers(sites):
    return [int(each.candidate[1:]) for each in sites]


def test_mclp_covers_the_most(proposals, ways, spots):
    distance, standing = ways

    def covered(chosen):
        near = (distance[:, chosen] <= RADIUS_M).any(axis=1) & (standing > RADIUS_M)
        return float(spots[2][near].sum())

    _check(proposals["mclp"], "mclp", covered, max)
    assert proposals["mclp"].unit == "people"


def test_p_median_makes_ways_shortest_in_sum(proposals, ways, spots):
    distance, standing = ways

    def total(chosen):
        return float(spots[2] @ np.minimum(distance[:, chosen].min(axis=1), standing))

    found = proposals["pmedian"]
    _check(found, "pmedian", total, min)
    assert found.unit == "people_m"
    mean = total(_numbers(found.optima[-1].sites)) / spots[2].sum()
    assert f"{mean:,.0f} m on average" in found.notes[0].en
    assert not any("gathered" in note.en for note in found.notes)


def test_p_center_makes_the_longest_way_shortest(proposals, ways):
    distance, standing = ways

    def longest(chosen):
        return float(np.minimum(distance[:, chosen].min(axis=1), standing).max())

    _check(proposals["pcenter"], "pcenter", longest, min)
    assert proposals["pcenter"].unit == "m"


def test_lscp_covers_all_that_candidates_reach_with_the_fewest(proposals, ways, spots):
    distance, standing = ways
    left = standing > RADIUS_M
    near = distance <= RADIUS_M
    within = near.any(axis=1) & left
    fewest = next(
        count
        for count in range(1, 15)
        if any(near[within][:, list(c)].any(axis=1).all() for c in combinations(range(14), count))
    )
    found = proposals["lscp"]
    (plan,) = found.optima
    assert (plan.count, plan.objective, plan.bound, found.unit) == (fewest, fewest, fewest, "sites")
    assert plan.count > NEXT
    assert near[within][:, _numbers(plan.sites)].any(axis=1).all()
    assert _numbers(found.nested) == _numbers(plan.sites)
    assert found.nested_loss == ()
    assert found.unreachable == spots[2][left & ~near.any(axis=1)].sum()
    assert sum(each.gain.low for each in plan.sites) == spots[2][within].sum()


def test_lscp_within_a_capacity_serves_everybody(shipped, places, demand, listed, proposals):
    """Never fewer sites than without one."""
    served = sum(site.gain.low for site in proposals["lscp"].nested)
    asked = _asked("lscp", listed, capacity=served / 3)
    (plan,) = plan_city(shipped, places, CITY, parameters=asked, demand=demand).proposals.optima
    assert plan.count >= plan.bound >= proposals["lscp"].optima[0].count
    assert sum(site.gain.low for site in plan.sites) == pytest.approx(served)
    assert all(site.gain.low <= served / 3 + 1e-6 for site in plan.sites)


@pytest.mark.parametrize("model", ["lscp", "pmedian", "pcenter"])
def test_a_city_without_a_list_of_candidates_gets_search_areas(shipped, places, model):
    asked = Parameters(
        radii_m=(1000.0,), moments=(), model=model, next_sites=2, site_radius_m=12_000.0
    )
    found = plan_city(shipped, places, CITY, parameters=asked).proposals
    assert found.search_areas
    assert all(site.area is not None for site in found.nested)
    assert len(found.nested) == (found.optima[-1].count if model == "lscp" else 2)
    for plan in found.optima:
        assert plan.bound <= plan.objective * (1 + 1e-9)


def test_set_covering_of_a_city_says_when_it_is_no_plan(shipped, places):
    asked = Parameters(radii_m=(500.0,), moments=(), model="lscp")
    with pytest.raises(InputError, match="too many for set covering"):
        plan_city(shipped, places, CITY, parameters=asked)


def test_what_counts_as_existing_is_of_the_kind_that_is_sited(shipped, places, demand, listed):
    """Nobody stands for riders yet: the ways are those to new sites alone."""
    asked = replace(_asked("pmedian", listed), kind="rider_station")
    found = plan_city(shipped, places, CITY, parameters=asked, demand=demand).proposals
    assert found.kind == "rider_station"
    assert "now" not in found.notes[0].en


@pytest.mark.parametrize(
    ("objective", "bound", "gap", "zh", "en"),
    [
        (9.0, 9.0, 0.0, "已证明最优", "proven to be the best possible"),
        (99.25, 100.0, 0.0075, "至少达到最优的 99.2 %", "at least 99.2 % of the best possible"),
        (100.0, 99.25, 0.0075, "最多还能减少 0.8 %", "at most 0.8 % of it could be saved"),
    ],
)
def test_a_gap_is_told_in_words(objective, bound, gap, zh, en):
    plan = Optimum(count=1, objective=objective, bound=bound, gap=gap, sites=())
    assert plan.proof == (zh, en)
