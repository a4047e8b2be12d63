"""Siting: reach, published optima, stopping, and questions without an answer."""

import numpy as np
import pytest

from geo.errors import InputError
from geo.geodesic import inverse
from geo.siting import Effort, Problem, max_covering, reach_within, reach_within_plane


def test_reach_holds_every_pair_within_the_radius_and_its_geodesic():
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(113.0, 114.0, 300), rng.uniform(34.0, 35.0, 300)
    x, y = rng.uniform(113.0, 114.0, 80), rng.uniform(34.0, 35.0, 80)
    whole = np.array([inverse(*at, x, y)[0] for at in zip(lon, lat, strict=True)])
    for radius_m in (1.0, 5_000.0, 60_000.0, 300_000.0):
        reach = reach_within((lon, lat), (x, y), radius_m)
        dense = reach.toarray()
        assert ((dense > 0) == (whole <= radius_m)).all()
        assert np.abs(dense - whole)[dense > 0].max(initial=0.0) < 1e-5


def test_a_point_on_the_radius_is_within_reach():
    reach = reach_within_plane(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]]), 5.0)
    assert reach.toarray().tolist() == [[0.0], [5.0]]
    assert reach.nnz == 2


@pytest.fixture
def line():
    """Five points a unit apart, each a site that reaches its neighbours."""
    points = np.array([[float(x), 0.0] for x in range(5)])
    return Problem(weights=np.arange(1.0, 6.0), reach=reach_within_plane(points, points, 1.0))


@pytest.mark.parametrize("count", [0, -1, 6])
def test_a_number_of_sites_that_cannot_be(line, count):
    with pytest.raises(InputError) as told:
        max_covering(line, [count])
    assert told.value.parameter == "counts"


@pytest.mark.parametrize("weight", [np.nan, np.inf, -1.0])
def test_weights_that_are_none(line, weight):
    weights = line.weights.copy()
    weights[2] = weight
    with pytest.raises(InputError, match="demand point 3"):
        max_covering(Problem(weights=weights, reach=line.reach), [1])


def test_a_cancelled_search_has_a_plan_and_a_bound(line):
    curve = max_covering(line, [1, 2], effort=Effort(cancel=lambda: True))
    for plan in curve.plans:
        assert len(plan.sites) == plan.count
        assert plan.objective <= plan.bound
