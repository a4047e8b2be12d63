"""Siting: as good as spopt, on random cases too large for trying every set."""

import numpy as np
import pulp
import pytest
from scipy.sparse import csr_array
from spopt.locate import LSCP, MCLP, PCenter, PMedian

from geo.siting import Problem, max_covering, p_center, p_median, reach_within_plane, set_covering

pytestmark = [pytest.mark.full, pytest.mark.filterwarnings("ignore")]


def solved(model):
    """The objective at the optimum."""
    model.solve(pulp.HiGHS(msg=False, gapRel=0.0), results=False)
    return pulp.value(model.problem.objective)


@pytest.mark.parametrize("seed", range(100))
def test_every_model_is_as_good_as_spopt(seed):
    rng = np.random.default_rng(seed)
    points, sites = rng.uniform(0, 100, (40, 2)), rng.uniform(0, 100, (20, 2))
    weights, count, radius = rng.integers(1, 50, 40).astype(float), int(rng.integers(1, 8)), 40.0
    away = np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1))
    near = Problem(weights=weights, reach=reach_within_plane(points, sites, radius))
    starts = np.arange(41) * 20
    whole = Problem(
        weights=weights,
        reach=csr_array((away.ravel(), np.tile(np.arange(20), 40), starts), away.shape),
    )
    theirs = [
        MCLP.from_cost_matrix(away, weights, radius, p_facilities=count),
        PMedian.from_cost_matrix(away, weights, p_facilities=count),
        PCenter.from_cost_matrix(away, p_facilities=count),
    ]
    covered, length, longest = map(solved, theirs)
    assert max_covering(near, [count]).plans[0].objective == pytest.approx(covered)
    assert p_median(whole, [count]).plans[0].objective == pytest.approx(length)
    assert p_center(whole, [count]).plans[0].objective == pytest.approx(longest)
    if (np.diff(near.reach.indptr) > 0).all():
        assert set_covering(near).objective == solved(LSCP.from_cost_matrix(away, radius))
