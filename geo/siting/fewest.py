"""Set covering: the fewest sites that reach everybody."""

import math

import numpy as np
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.siting.checks import candidates, check_problem
from geo.siting.costs import Costs, make_costs
from geo.siting.dominance import undominated
from geo.siting.interchange import greedy, in_order_of_gain
from geo.siting.milp import Program, solve
from geo.siting.model import Effort, Flags, Ints, Plan, Problem
from geo.siting.watch import Watch

_DEFAULT = Effort()


def set_covering(problem: Problem, *, effort: Effort = _DEFAULT) -> Plan:
    """Location set covering problem (LSCP): the fewest new sites that leave nobody unreached.

        minimise Σⱼ yⱼ   subject to   Σ (yⱼ : j reaches i) ≥ 1 for every i,  y binary.

    C. Toregas, R. Swain, C. ReVelle, L. Bergman, "The location of emergency service
    facilities", Operations Research 19 (1971), 1363–1373.

    What existing sites reach is served already, and a point of weight 0 is no demand. Objective
    and bound are numbers of new sites. Raises :class:`~geo.errors.InputError` if somebody is
    beyond the reach of every site (:func:`unreachable` tells who).
    """
    check_problem(problem)
    beyond = unreachable(problem)
    if len(beyond):
        raise InputError(
            "radius",
            zh=f"{len(beyond)} 个需求点没有任何候选点可达，无法全部覆盖"
            f"（第一个是第 {beyond[0] + 1} 个）",
            en=f"{len(beyond)} demand points are within reach of no site, so that not all can be "
            f"covered (the first is number {beyond[0] + 1})",
            value=None,
        )
    watch, free = Watch(effort), candidates(problem)
    costs = points_left(problem, np.ones(problem.reach.nnz, dtype=np.bool_))
    sites, bound, proven = fewest(costs, watch)
    ordered, gains = in_order_of_gain(costs, sites)
    return Plan(
        count=len(sites),
        sites=tuple(free[site] for site in ordered),
        gains=tuple(gains),
        objective=float(len(sites)),
        bound=float(bound),
        status="optimal" if proven else watch.status,
    )


def unreachable(problem: Problem) -> Ints:
    """Demand points of positive weight that neither a candidate nor an existing site reaches."""
    return np.flatnonzero((np.diff(problem.reach.indptr) == 0) & (problem.weights > 0.0))


def points_left(problem: Problem, within: Flags) -> Costs:
    """Points that no existing site reaches, each as 1, and the candidates that reach them.

    ``within`` tells of each entry of the reach whether it counts.
    """
    parts = (within.astype(np.float64), problem.reach.indices, problem.reach.indptr)
    reach = csr_array(parts, shape=problem.reach.shape, copy=True)
    reach.eliminate_zeros()
    wanted = problem.weights > 0.0
    if len(problem.existing):
        wanted &= np.diff(reach[:, list(problem.existing)].indptr) == 0
    reach = reach[:, candidates(problem)]
    pattern = csr_array((np.zeros(reach.nnz), reach.indices, reach.indptr), shape=reach.shape)
    return make_costs(pattern, wanted.astype(np.float64))


def fewest(costs: Costs, watch: Watch, *, enough: int = 0) -> tuple[list[int], int, bool]:
    """The fewest sites that leave no row, a proven lower bound on them, and whether they meet.

    The search also ends when ``enough`` or fewer are found, or proven to be too few.
    """
    sites, matrix = _greedy_cover(costs), costs.matrix
    bound = 1 if sites else 0
    if len(sites) <= max(enough, bound):
        return sites, bound, len(sites) == bound
    ones = csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), matrix.shape)
    rows, columns = undominated(ones)
    program = _program(csr_array(ones[rows][:, columns]))
    start = np.zeros(len(columns))
    start[_greedy_cover(make_costs(csr_array(matrix[rows][:, columns]), costs.cap[rows]))] = 1.0
    latest = [float(bound)]

    def over(best: float, lower: float) -> bool:
        latest[0] = max(latest[0], _whole(lower))
        watch.tell(len(sites), min(best, float(len(sites))), latest[0])
        return watch.over() or best <= enough or latest[0] > enough > 0

    with watch.interruptible():
        outcome = solve(program, start=start, seconds=watch.remaining_s, enough=over)
        latest[0] = max(latest[0], _whole(outcome.bound))
        if outcome.values is not None and round(outcome.values.sum()) < len(sites):
            sites = columns[outcome.values > 0.5].tolist()
    return sites, int(latest[0]), len(sites) == int(latest[0])


def _program(rows: csr_array) -> Program:
    needed, number = rows.shape
    return Program(
        cost=np.ones(number),
        rows=rows,
        low=np.ones(needed),
        high=np.full(needed, np.inf),
        upper=np.ones(number),
        integers=number,
    )


def _whole(bound: float) -> float:
    """The next whole number; 0 for a bound that is none yet."""
    return math.ceil(bound - 1e-6) if np.isfinite(bound) else 0.0


def _greedy_cover(costs: Costs) -> list[int]:
    sites: list[int] = []
    while costs.lowered(sites).any():
        sites = greedy(costs, len(sites) + 1, start=sites)
    for site in sorted(sites):
        rest = [other for other in sites if other != site]
        if not costs.lowered(rest).any():
            sites = rest
    return sites
