"""The exact end of a search: what the bound left open, as a mixed-integer program.

The radius formulation (G. Cornuéjols, G. L. Nemhauser, L. A. Wolsey, SIAM Journal on Algebraic
and Discrete Methods 1 (1980), 261–272; S. Elloumi, Journal of Combinatorial Optimization 19
(2010), 69–83): with the distinct costs D¹ < … < Dᴷ < cap of a row,

    minimise Σ D¹ + Σ (Dᵏ⁺¹ − Dᵏ) zᵏ,  Dᴷ⁺¹ = cap,
    zᵏ + Σ (yⱼ : cⱼ = Dᵏ) ≥ zᵏ⁻¹,  z⁰ = 1,  Σ yⱼ = p,  y binary, z ≥ 0:

zᵏ is 1 if no open site costs Dᵏ or less. For the MCLP it has one z per row and is the
formulation of Church & ReVelle (1974).
"""

import numpy as np
from scipy.sparse import coo_array

from geo.siting.branching import divide
from geo.siting.costs import Costs, with_open
from geo.siting.interchange import filled, greedy
from geo.siting.lagrangian import Search
from geo.siting.milp import Program, solve
from geo.siting.model import Ints, relative_gap
from geo.siting.watch import Watch

# With more costs than these the linear programs take longer than the relaxation does; but with
# more sites to choose than these a tree does not end.
_LARGE = 20_000
_FEW = 25


def finish(search: Search, watch: Watch, *, gap: float) -> None:
    """Solve for the columns that are still open; the bound is then that of the program."""
    into = np.flatnonzero(search.into)
    free = np.flatnonzero(~search.into & ~search.out)
    choose = search.count - len(into)
    if search.closed or choose < 0 or choose > len(free):  # no better plan exists
        search.bound = search.cost
        return
    rest = with_open(search.costs, into.tolist(), free=free)
    if rest.matrix.data.any() and rest.matrix.nnz > _LARGE and choose <= _FEW:
        divide(search, watch, gap=gap)
        return
    program, constant = radius_program(rest, free, choose)
    base, known, known_cost = rest.constant + constant, search.bound, search.cost

    def enough(best: float, bound: float) -> bool:
        # A plan with a column that is marked out costs no less than the best plan known.
        search.bound = max(known, min(known_cost, base + bound))
        lower, upper = search.goal.of(search.bound), search.goal.of(min(known_cost, base + best))
        watch.tell(search.count, upper, lower)
        return watch.over() or relative_gap(upper, lower) <= gap

    start = np.isin(free, _within(search, rest, into, free)).astype(np.float64)
    outcome = solve(program, start=start, seconds=watch.remaining_s, enough=enough)
    if outcome.values is not None:
        chosen = free[outcome.values[: len(free)] > 0.5]
        search.offer(filled(search.costs, search.count, [*into.tolist(), *chosen.tolist()]))
    found = search.cost if outcome.proven else base + outcome.bound
    search.bound = max(known, min(known_cost, found))


def radius_program(costs: Costs, free: Ints, choose: int) -> tuple[Program, float]:
    """The program above over the ``free`` columns, and the constant of its objective."""
    order = np.lexsort((costs.matrix.data, costs.rows))
    rows, value = costs.rows[order], costs.matrix.data[order]
    site = np.searchsorted(free, costs.matrix.indices[order])
    new_row = np.ones(len(order), dtype=np.bool_)
    new_row[1:] = rows[1:] != rows[:-1]
    new_level = new_row.copy()
    new_level[1:] |= value[1:] != value[:-1]
    level = np.cumsum(new_level) - 1
    heads = np.flatnonzero(new_level)
    first = new_row[heads]
    cost, cap = value[heads], costs.cap[rows[heads]]
    above = np.append(cost[1:], 0.0)
    last = np.append(first[1:], True)
    above[last] = cap[last]
    levels, sites = len(heads), len(free)
    z = np.arange(levels)
    linked = np.flatnonzero(~first)
    matrix = coo_array(
        (
            np.concatenate((np.ones(len(site) + levels), -np.ones(len(linked)), np.ones(sites))),
            (
                np.concatenate((level, z, linked, np.full(sites, levels))),
                np.concatenate((site, sites + z, sites + linked - 1, np.arange(sites))),
            ),
        ),
        shape=(levels + 1, sites + levels),
    )
    program = Program(
        cost=np.concatenate((np.zeros(sites), above - cost)),
        rows=matrix.tocsr(),
        low=np.append(first.astype(np.float64), float(choose)),
        high=np.append(np.full(levels, np.inf), float(choose)),
        upper=np.ones(sites + levels),
        integers=sites,
    )
    return program, float(cost[first].sum())


def _within(search: Search, rest: Costs, into: Ints, free: Ints) -> list[int]:
    """A good choice among the free columns: those of the best plan, filled up greedily."""
    kept = [site for site in search.plan if site in set(free.tolist())]
    kept = kept[: search.count - len(into)]
    return greedy(rest, search.count - len(into), start=kept, among=free)
