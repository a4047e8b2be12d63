"""p-median: where p sites make the ways shortest."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.siting.checks import candidates, check_counts, check_problem
from geo.siting.costs import make_costs
from geo.siting.lagrangian import Goal
from geo.siting.model import Curve, Effort, Problem
from geo.siting.renumber import in_columns
from geo.siting.search import best_plans
from geo.siting.watch import Watch

_DEFAULT = Effort()


def p_median(
    problem: Problem,
    counts: Sequence[int],
    *,
    beyond: float | None = None,
    effort: Effort = _DEFAULT,
) -> Curve:
    """p-median, for each number of new sites in ``counts``.

        minimise Σᵢ wᵢ min (dᵢⱼ : yⱼ = 1)   subject to   Σⱼ yⱼ = p,  y binary,

    existing sites being open in any case. S. L. Hakimi, "Optimum locations of switching centers
    and the absolute centers and medians of a graph", Operations Research 12 (1964), 450–459;
    as an integer program C. S. ReVelle, R. W. Swain, "Central facilities location",
    Geographical Analysis 2 (1970), 30–42.

    The reach holds distances. ``beyond`` is the distance at which a pair counts that has no
    entry, which has to be no shorter than any entry; without it every pair needs an entry.
    Objective and bound are weighted distances.
    """
    check_problem(problem)
    check_counts(problem, counts)
    far = _farthest(problem, beyond)
    watch, free = Watch(effort), candidates(problem)
    reach = csr_array(problem.reach)
    cap = np.full(reach.shape[0], far)
    for site in problem.existing:
        column = reach[:, [site]].tocoo()
        rows = column.coords[0]
        cap[rows] = np.minimum(cap[rows], column.data)
    distance = reach[:, free]
    weights = np.repeat(problem.weights, np.diff(distance.indptr))
    cost = csr_array((distance.data * weights, distance.indices, distance.indptr), distance.shape)
    costs = make_costs(cost, cap * problem.weights)
    return in_columns(best_plans(costs, Goal(), counts, watch), free)


def _farthest(problem: Problem, beyond: float | None) -> float:
    """The distance of a pair without an entry."""
    longest = float(problem.reach.data.max(initial=0.0))
    demand, sites = problem.reach.shape
    if beyond is None and problem.reach.nnz < demand * sites:
        raise InputError(
            "distances",
            zh=f"缺 {demand * sites - problem.reach.nnz} 对距离，须给全，或给出够不到时按多远计算",
            en=f"{demand * sites - problem.reach.nnz} distances are missing: give all of them, or "
            "the distance at which a pair beyond reach counts",
            value=None,
        )
    if beyond is not None and beyond < longest:
        raise InputError(
            "beyond",
            zh=f"够不到时的计算距离 {beyond:g} 小于最长的距离 {longest:g}",
            en=f"pairs beyond reach would count {beyond:g}, less than the longest distance "
            f"{longest:g}",
            value=f"{beyond:g}",
        )
    return longest if beyond is None else beyond
