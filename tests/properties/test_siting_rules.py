"""Maximal covering under rules: equal to trying every set of sites, each served by a flow."""

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.siting import Effort, Problem, Rules, ruled_covering

MANY = 60


def random_case(seed):
    """Some points of two districts, sites of both, some standing, capacities and minima."""
    rng = np.random.default_rng(seed)
    demand, sites = int(rng.integers(2, 9)), int(rng.integers(4, 7))
    near = rng.random((demand, sites)) < 0.5
    near[0, 0] = True
    problem = Problem(
        weights=rng.integers(1, 20, demand).astype(float),
        reach=csr_array(near.astype(float)),
        existing=(1,) if seed % 3 == 0 else (),
        demand_district=np.arange(demand) % 2,
        site_district=np.arange(sites) % 2,
    )
    rules = Rules(
        capacity=rng.integers(3, 40, sites).astype(float) if seed % 2 else None,
        min_sites=1 if seed % 5 == 0 else 0,
        min_share=float(rng.choice([0.0, 0.3, 0.6])),
    )
    return problem, near, rules


def served(problem, near, rules, opened):
    """The most that a set of sites can serve and keep the shares; ``None`` if it cannot."""
    row, column = np.nonzero(near[:, opened])
    if not len(row):
        return 0.0 if not rules.min_share else None
    demand, weights = len(problem.weights), problem.weights
    limits = [(row == at).astype(float) for at in range(demand)]
    most = list(weights)
    if rules.capacity is not None:
        limits += [(column == at).astype(float) for at in range(len(opened))]
        most += list(rules.capacity[opened])
    for each in range(2):
        held = weights[problem.demand_district == each].sum()
        limits.append(-(problem.demand_district[row] == each).astype(float))
        most.append(-rules.min_share * held)
    found = linprog(-np.ones(len(row)), A_ub=np.array(limits), b_ub=most)
    return -found.fun if found.status == 0 else None


def best(problem, near, rules, count):
    free = [at for at in range(near.shape[1]) if at not in problem.existing]
    values = []
    for chosen in combinations(free, count):
        opened = [*problem.existing, *chosen]
        fair = all(sum(at % 2 == each for at in opened) >= rules.min_sites for each in range(2))
        value = served(problem, near, rules, opened) if fair else None
        if value is not None:
            values.append(value)
    return max(values, default=None)


@pytest.mark.parametrize("seed", range(MANY))
def test_no_set_of_sites_serves_more_by_the_rules(seed):
    problem, near, rules = random_case(seed)
    count = 2
    wanted = best(problem, near, rules, count)
    if wanted is None:
        with pytest.raises(InputError):
            ruled_covering(problem, count, rules)
        return
    plan, price = ruled_covering(problem, count, rules)
    assert plan.objective == pytest.approx(wanted, abs=1e-6)
    assert plan.bound == pytest.approx(wanted, abs=1e-6)
    assert served(problem, near, rules, [*problem.existing, *plan.sites]) == pytest.approx(wanted)
    free = best(problem, near, Rules(capacity=rules.capacity), count)
    assert price == pytest.approx((free - wanted, free - wanted), abs=1e-6)


def test_minima_that_so_many_sites_cannot_keep_are_refused_at_once():
    problem, _, _ = random_case(1)
    with pytest.raises(InputError, match="takes 4 new sites of 2"):
        ruled_covering(problem, 2, Rules(min_sites=2))
    with pytest.raises(InputError, match="between 0 and 1"):
        ruled_covering(problem, 2, Rules(min_share=1.5))


@pytest.mark.parametrize("seed", range(MANY))
def test_without_time_a_plan_keeps_the_rules_and_its_bound_is_true(seed):
    problem, near, rules = random_case(seed)
    wanted = best(problem, near, rules, 2)
    try:
        plan, _ = ruled_covering(problem, 2, rules, effort=Effort(time_limit_s=1e-6))
    except InputError:
        assert wanted is None or rules.min_share
        return
    reached = served(problem, near, rules, [*problem.existing, *plan.sites])
    assert len(plan.sites) == 2
    assert plan.objective <= reached + 1e-6
    assert reached <= wanted + 1e-6
    assert plan.bound >= wanted - 1e-6


def test_sites_that_are_all_full_are_proven_as_they_stand():
    rng = np.random.default_rng(4)
    near = rng.random((2_000, 200)) < 0.2
    problem = Problem(weights=rng.integers(1, 60, 2_000).astype(float), reach=csr_array(near * 1.0))
    effort = Effort(time_limit_s=1e-6)
    plan, price = ruled_covering(problem, 12, Rules(capacity=np.full(200, 900.0)), effort=effort)
    assert (plan.objective, plan.bound, plan.status) == (10_800.0, 10_800.0, "optimal")
    assert price == (0.0, 0.0)
