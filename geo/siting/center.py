"""p-center: where p sites make the longest way shortest."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csc_array, csr_array

from geo.errors import InputError
from geo.siting.checks import candidates, check_counts, check_problem
from geo.siting.fewest import fewest, points_left
from geo.siting.model import Curve, Effort, Floats, Plan, Problem, relative_gap
from geo.siting.watch import Watch

_DEFAULT = Effort()


def p_center(problem: Problem, counts: Sequence[int], *, effort: Effort = _DEFAULT) -> Curve:
    """Vertex p-center, for each number of new sites in ``counts``.

        minimise maxᵢ min (dᵢⱼ : yⱼ = 1)   subject to   Σⱼ yⱼ = p,  y binary,

    existing sites being open in any case, and a point of weight 0 being no demand. S. L. Hakimi,
    Operations Research 12 (1964), 450–459. Solved as by E. Minieka, "The m-center problem", SIAM
    Review 12 (1970), 138–139: the answer is one of the distances, and p sites attain r if and
    only if p sites cover everybody within r; the distances are halved until one is left.

    The reach holds distances; a pair without an entry is not allowed. Objective and bound are
    the greatest distance, infinite if the plan found leaves somebody without any site. Raises
    :class:`~geo.errors.InputError` if so many sites provably cannot reach everybody.
    """
    check_problem(problem)
    check_counts(problem, counts)
    watch, ways = Watch(effort), _Ways(problem)
    wanted, plans = sorted(set(counts)), list[Plan]()
    for nth, count in enumerate(wanted):
        watch.share(len(wanted) - nth)
        plans.append(_smallest_radius(ways, count, watch))
    orders = [ways.extended([], wanted[-1])]
    orders += [ways.extended(ways.in_order(plan.sites), wanted[-1]) for plan in plans]
    steps = [[ways.longest(order[:k]) for k in range(len(order) + 1)] for order in orders]

    def worst(nth: int) -> tuple[float, float]:
        losses = [_loss(steps[nth][plan.count], plan.bound) for plan in plans]
        return max(losses), sum(losses)

    best = min(range(len(orders)), key=worst)
    return Curve(
        plans=tuple(plans), nested=tuple(orders[best]), nested_objectives=tuple(steps[best])
    )


def _loss(longest: float, bound: float) -> float:
    return relative_gap(longest, bound) if np.isfinite(longest) else 1.0


class _Ways:
    """Distances from the demand that counts, with what existing sites serve already."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.free = candidates(problem)
        wanted = np.flatnonzero(problem.weights > 0.0)
        self._columns = csc_array(csr_array(problem.reach)[wanted])
        self._start = np.full(len(wanted), np.inf)
        for site in problem.existing:
            self._open(self._start, site)

    @property
    def distances(self) -> Floats:
        """All that can be the answer, ascending."""
        return np.unique(self._columns.data)

    def _open(self, nearest: Floats, site: int) -> None:
        start, stop = self._columns.indptr[site], self._columns.indptr[site + 1]
        rows = self._columns.indices[start:stop]
        nearest[rows] = np.minimum(nearest[rows], self._columns.data[start:stop])

    def nearest(self, sites: Sequence[int]) -> Floats:
        """The distance of each demand point to the nearest open site."""
        nearest = self._start.copy()
        for site in sites:
            self._open(nearest, site)
        return nearest

    def longest(self, sites: Sequence[int]) -> float:
        """The longest way when these sites are open."""
        return float(self.nearest(sites).max(initial=0.0))

    def extended(self, sites: Sequence[int], count: int) -> list[int]:
        """The same sites and more, each the one that then leaves the shortest longest way."""
        order = list(sites)
        while len(order) < count:
            order.append(self._best_next(order, self.free))
        return order

    def in_order(self, sites: Sequence[int]) -> list[int]:
        """The same sites, each the one that leaves the shortest longest way."""
        order: list[int] = []
        while len(order) < len(sites):
            order.append(self._best_next(order, sites))
        return order

    def _best_next(self, order: Sequence[int], among: Sequence[int]) -> int:
        now, taken = self.nearest(order), set(order)

        def after(site: int) -> tuple[int, float, float]:
            nearest = now.copy()
            self._open(nearest, site)
            lost = ~np.isfinite(nearest)
            return int(lost.sum()), float(nearest.max()), float(nearest[~lost].sum())

        return min((site for site in among if site not in taken), key=after)


def _smallest_radius(ways: _Ways, count: int, watch: Watch) -> Plan:
    """Halve the distances between one that is attained and one that is not."""
    plan = ways.extended([], count)
    distances = ways.distances
    best = ways.longest(plan)
    # Below position ``low`` nothing is attainable; at ``high`` and above something is.
    low, high = 0, int(np.searchsorted(distances, best))
    while low < high and not watch.over():
        middle = (low + high) // 2
        watch.tell(count, best, float(distances[low]))
        sites, possible = _within(ways, float(distances[middle]), count, watch)
        if sites is not None:
            plan, best = sites, ways.longest(sites)
            high = int(np.searchsorted(distances, best))
        elif possible:
            break
        else:
            low = middle + 1
    if low == len(distances) and not np.isfinite(best):
        raise InputError(
            "counts",
            zh=f"{count} 处无法让每个需求点都在可达范围内",
            en=f"no {count} sites have every demand point within reach",
            value=str(count),
        )
    bound = float(distances[low]) if low < high else best
    return Plan(
        count=count,
        sites=tuple(ways.in_order(plan)),
        gains=(),
        objective=best,
        bound=bound,
        status="optimal" if bound == best else watch.status,
    )


def _within(ways: _Ways, radius: float, count: int, watch: Watch) -> tuple[list[int] | None, bool]:
    """``count`` sites that reach all within the radius, if found; else whether they may exist."""
    costs = points_left(ways.problem, ways.problem.reach.data <= radius)
    if costs.constant > 0.0:
        return None, False
    sites, bound, _ = fewest(costs, watch, enough=count)
    if len(sites) > count:
        return None, bound <= count
    return ways.extended([ways.free[site] for site in sites], count), True
