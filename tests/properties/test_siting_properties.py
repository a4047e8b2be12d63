"""Siting: equal to trying every set of sites, on random small cases of every kind."""

from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.siting import (
    Effort,
    Problem,
    max_covering,
    p_center,
    p_median,
    set_covering,
    unreachable,
)
from geo.siting.branching import divide
from geo.siting.costs import make_costs
from geo.siting.lagrangian import Goal, begin
from geo.siting.watch import Watch


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


def distances(problem: Problem) -> np.ndarray:
    """Whole matrix; infinite where there is no entry."""
    entries = problem.reach.tocoo()
    whole = np.full(problem.reach.shape, np.inf)
    whole[entries.coords] = entries.data
    return whole


@pytest.mark.parametrize("seed", range(150))
def test_set_covering_needs_as_few_sites_as_any_set(seed):
    problem = random_problem(seed)
    wanted = problem.weights > 0
    near = np.isfinite(distances(problem))[wanted]
    if not near.any(axis=1).all():
        assert len(unreachable(problem)) == (~near.any(axis=1)).sum()
        with pytest.raises(InputError, match=f"{len(unreachable(problem))} demand points"):
            set_covering(problem)
        return
    plan = set_covering(problem)
    fewest = next(
        count
        for count in range(len(free_sites(problem)) + 1)
        if any(near[:, sites].any(axis=1).all() for sites in plans_of(problem, count))
    )
    assert (plan.objective, plan.bound, plan.gap, plan.count) == (fewest, fewest, 0.0, fewest)
    assert near[:, [*problem.existing, *plan.sites]].any(axis=1).all()


@pytest.mark.parametrize("seed", range(150))
def test_p_median_is_the_best_of_all_sets(seed):
    full = seed % 2 == 0
    problem = random_problem(seed, full=full)
    beyond = None if full else 150.0
    whole = np.minimum(distances(problem), 150.0)
    curve = p_median(problem, range(1, min(4, len(free_sites(problem))) + 1), beyond=beyond)
    for plan in curve.plans:

        def length(sites) -> float:
            return float(problem.weights @ whole[:, list(sites)].min(axis=1))

        best = min(map(length, plans_of(problem, plan.count)))
        assert plan.objective == pytest.approx(best, abs=1e-6)
        assert plan.bound == pytest.approx(best, abs=1e-6)
        assert length([*problem.existing, *plan.sites]) == pytest.approx(best, abs=1e-6)
        built = length([*problem.existing, *curve.nested[: plan.count]])
        assert built == pytest.approx(curve.nested_objectives[plan.count], abs=1e-6)


@pytest.mark.parametrize("seed", range(100))
def test_dividing_alone_finds_the_best_of_all_sets(seed):
    """Branch and bound from the start, which the relaxation leaves little to do otherwise."""
    rng = np.random.default_rng(seed)
    demand, sites = int(rng.integers(3, 25)), int(rng.integers(4, 12))
    cost = rng.integers(0, 30, (demand, sites)).astype(float) + (rng.random() if seed % 3 else 0.0)
    count = int(rng.integers(1, min(5, sites)))
    parts = (cost.ravel(), np.tile(np.arange(sites), demand), np.arange(demand + 1) * sites)
    costs = make_costs(csr_array(parts, cost.shape), np.full(demand, cost.max() + 1.0))
    search = begin(costs, Goal(), count, list(range(count)), None)
    divide(search, Watch(Effort()), gap=0.0)
    best = min(cost[:, list(s)].min(axis=1).sum() for s in combinations(range(sites), count))
    assert search.cost == pytest.approx(best)
    assert best - search.slack - 1e-9 <= search.bound <= best + 1e-9
    assert len(set(search.plan)) == count


@pytest.mark.parametrize("seed", range(150))
def test_p_center_is_the_best_of_all_sets(seed):
    problem = random_problem(seed, full=seed % 2 == 0)
    whole = distances(problem)[problem.weights > 0]
    # One number of sites each: every one of them takes several programs.
    count = 1 + seed % min(4, len(free_sites(problem)))

    def longest(sites) -> float:
        return float(whole[:, list(sites)].min(axis=1).max())

    best = min(map(longest, plans_of(problem, count)))
    if np.isinf(best):
        with pytest.raises(InputError, match="within reach"):
            p_center(problem, [count])
        return
    curve = p_center(problem, [count])
    (plan,) = curve.plans
    assert (plan.objective, plan.bound, plan.gap, plan.count) == (best, best, 0.0, count)
    assert longest([*problem.existing, *plan.sites]) == best
    assert longest([*problem.existing, *curve.nested]) == curve.nested_objectives[count]
