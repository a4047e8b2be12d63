"""Maximal covering: where p sites reach the most people."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from geo.siting.checks import candidates, check_counts, check_problem
from geo.siting.costs import make_costs
from geo.siting.lagrangian import Goal
from geo.siting.model import Curve, Effort, Problem
from geo.siting.renumber import in_columns
from geo.siting.search import best_plans
from geo.siting.watch import Watch

_DEFAULT = Effort()


def max_covering(problem: Problem, counts: Sequence[int], *, effort: Effort = _DEFAULT) -> Curve:
    """Maximal covering location problem (MCLP), for each number of new sites in ``counts``.

        maximise Σᵢ wᵢ zᵢ   subject to   zᵢ ≤ Σ (yⱼ : j reaches i),  Σⱼ yⱼ = p,  y, z binary;

    what existing sites reach counts as covered from the start. R. L. Church, C. S. ReVelle,
    "The maximal covering location problem", Papers of the Regional Science Association 32
    (1974), 101–118.

    The objective and the bound are the weight covered, that of existing sites included.
    Raises :class:`~geo.errors.InputError` for questions without an answer.
    """
    check_problem(problem)
    check_counts(problem, counts)
    watch = Watch(effort)
    free = candidates(problem)
    reach = csr_array(problem.reach)
    covered = np.zeros(reach.shape[0], dtype=np.bool_)
    if len(problem.existing):
        covered = np.diff(reach[:, list(problem.existing)].indptr) > 0
    open_to_all = reach[:, free]
    zeros = np.zeros(open_to_all.nnz)
    pattern = csr_array((zeros, open_to_all.indices, open_to_all.indptr), open_to_all.shape)
    costs = make_costs(pattern, np.where(covered, 0.0, problem.weights))
    goal = Goal(float(problem.weights.sum()))
    return in_columns(best_plans(costs, goal, counts, watch), free)
