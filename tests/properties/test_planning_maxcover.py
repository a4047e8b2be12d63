"""Maximal covering against every possible plan: values, bounds, minima and capacity."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.planning.maxcover import MaxCover, merged


def _case(data, **options):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    n, m = data.draw(st.integers(1, 25)), data.draw(st.integers(2, 9))
    cover = (rng.random((n, m)) < data.draw(st.sampled_from([0.1, 0.3, 0.6]))).astype(float)
    weight = rng.integers(0, 50, n).astype(float)
    group = np.arange(m) % 2
    return MaxCover(weight, csr_array(cover), group, **options), cover, weight


def _brute(cover, weight, count, allowed=bool):
    plans = [s for s in combinations(range(cover.shape[1]), count) if allowed(s)]
    return max(weight[cover[:, list(s)].any(axis=1)].sum() for s in plans)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_plans_and_bounds_enclose_the_optimum(data):
    problem, cover, weight = _case(data)
    count = data.draw(st.integers(1, cover.shape[1]))
    best = _brute(cover, weight, count)
    plan = problem.exchanged(problem.greedy(count))
    assert len(set(plan.sites)) == count
    assert plan.weight == pytest.approx(weight[cover[:, list(plan.sites)].any(axis=1)].sum())
    assert plan.weight == pytest.approx(problem.value(plan.sites))
    assert (1 - 1 / np.e) * best - 1e-9 <= plan.weight <= best + 1e-9
    solved = problem.solved(count)
    assert plan.weight <= solved.plan.weight <= best + 1e-9 <= solved.bound + 2e-9


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_minimum_holds_in_every_group_and_the_bound_keeps_it(data):
    problem, cover, weight = _case(data, minimum=1)
    count = data.draw(st.integers(2, cover.shape[1]))
    plan, bound = problem.solved(count)
    assert {site % 2 for site in plan.sites} == {0, 1}
    best = _brute(cover, weight, count, lambda sites: {s % 2 for s in sites} == {0, 1})
    assert plan.weight <= best + 1e-9 <= bound + 2e-9


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_no_site_serves_more_than_its_capacity(data):
    problem, cover, weight = _case(data, capacity=30.0)
    count = data.draw(st.integers(1, cover.shape[1]))
    plan, bound = problem.solved(count)
    added = np.diff([problem.value(plan.sites[:nth]) for nth in range(count + 1)])
    assert (added <= 30 + 1e-9).all()
    assert plan.weight <= min(30 * count, _brute(cover, weight, count)) + 1e-9
    assert plan.weight <= bound <= 30 * count + 1e-9


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_merging_units_changes_no_value(data):
    problem, cover, weight = _case(data)
    small = MaxCover(*merged(weight, csr_array(cover)), problem.group)
    for count in (1, 2):
        for sites in combinations(range(cover.shape[1]), count):
            assert small.value(sites) == pytest.approx(problem.value(sites))
    assert len(small.weight) == len({tuple(row) for row in cover.tolist() if any(row)})


def test_greedy_alone_is_not_enough_and_an_exchange_mends_it():
    """Greedy takes the middle and misses one end; the two outer sites reach everything."""
    cover = csr_array([[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 1, 1], [0, 1, 1], [0, 0, 1]])
    problem = MaxCover(np.array([3.0, 2, 2, 2, 2, 3]), cover.astype(float), np.zeros(3, dtype=int))
    start = problem.greedy(2)
    assert start.weight < 14
    plan = problem.exchanged(start)
    assert (set(plan.sites), plan.weight) == ({0, 2}, 14.0)
    assert problem.solved(2).bound == pytest.approx(14.0)
