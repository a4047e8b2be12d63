"""Siting: equal to trying every set of sites, on random small cases of every kind."""

from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.siting import Problem, max_covering


def random_problem(seed: int, *, full: bool = False) -> Problem:
    """A few demand points and sites, some of weight 0, some standing already."""
    rng = np.random.default_rng(seed)
    demand, sites = int(rng.integers(1, 18)), int(rng.integers(2, 10))
    distance = np.hypot(*(rng.uniform(0, 100, (2, demand, 1)) - rng.uniform(0, 100, (2, 1, sites))))
    near = np.full(distance.shape, True) if full else distance <= rng.uniform(10, 80)
    rows, columns = np.nonzero(near)
    reach = csr_array((distance[near], (rows, columns)), shape=distance.shape)
    weights = rng.integers(0, 20, demand).astype(float)
    if rng.random() < 0.3:
        weights += rng.random(demand)
    weights[0] += 1.0
    existing = tuple(range(int(rng.integers(0, min(3, sites - 1)))))
    return Problem(weights=weights, reach=reach, existing=existing)


def free_sites(problem: Problem) -> list[int]:
    return [s for s in range(problem.reach.shape[1]) if s not in problem.existing]


def plans_of(problem: Problem, count: int):
    for chosen in combinations(free_sites(problem), count):
        yield [*problem.existing, *chosen]


def covered(problem: Problem, sites) -> float:
    pattern = np.zeros(problem.reach.shape, dtype=bool)
    rows, columns = problem.reach.nonzero()
    pattern[rows, columns] = True
    return float(problem.weights[pattern[:, list(sites)].any(axis=1)].sum())


@pytest.mark.parametrize("seed", range(150))
def test_max_covering_is_the_best_of_all_sets(seed):
    problem = random_problem(seed)
    counts = range(1, min(5, len(free_sites(problem))) + 1)
    curve = max_covering(problem, counts)
    for plan in curve.plans:
        best = max(covered(problem, sites) for sites in plans_of(problem, plan.count))
        assert plan.objective == pytest.approx(best)
        assert plan.bound == pytest.approx(best)
        assert plan.gap == 0.0
        assert len(set(plan.sites) - set(problem.existing)) == plan.count
        assert covered(problem, [*problem.existing, *plan.sites]) == pytest.approx(best)
        assert sum(plan.gains) == pytest.approx(best - covered(problem, problem.existing))
        built = [*problem.existing, *curve.nested[: plan.count]]
        assert covered(problem, built) == pytest.approx(curve.nested_objectives[plan.count])
        assert curve.nested_loss(plan.count) == pytest.approx(
            1 - curve.nested_objectives[plan.count] / best if best else 0.0, abs=1e-9
        )
