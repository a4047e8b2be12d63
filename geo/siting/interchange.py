"""Good plans fast: greedy adding, then the best exchange of one site until none helps.

Greedy adding covers at least 1 − 1/e of the best (Nemhauser, Wolsey, Fisher, Mathematical
Programming 14 (1978), 265–294). All exchanges are priced in one pass over the entries, as by
M. G. C. Resende and R. F. Werneck, European Journal of Operational Research 174 (2006), 54–68.
"""

from collections.abc import Callable, Sequence

import numpy as np

from geo.siting.costs import Costs, sums
from geo.siting.model import Floats, Ints


def greedy(
    costs: Costs, count: int, *, start: Sequence[int] = (), among: Ints | None = None
) -> list[int]:
    """Add the site that saves most until ``count`` stand; ties go to the lowest column.

    ``among`` are the columns that may be added, all by default.
    """
    barred = np.zeros(costs.sites) if among is None else np.full(costs.sites, -np.inf)
    if among is not None:
        barred[among] = 0.0
    sites = list(start)
    lowest = costs.lowered(sites)
    while len(sites) < count:
        saved = savings(costs, lowest) + barred
        saved[sites] = -np.inf
        best = int(np.argmax(saved))
        sites.append(best)
        rows, values = costs.column(best)
        lowest[rows] = np.minimum(lowest[rows], values)
    return sites


def in_order_of_gain(costs: Costs, sites: Sequence[int]) -> tuple[list[int], list[float]]:
    """The same sites, each the one that adds most to those before it; and what it adds."""
    rest, ordered, gains = sorted(sites), list[int](), list[float]()
    lowest = costs.lowered(())
    while rest:
        saved = []
        for site in rest:
            rows, values = costs.column(site)
            saved.append(float(np.maximum(lowest[rows] - values, 0.0).sum()))
        nth = int(np.argmax(saved))
        gains.append(saved[nth])
        ordered.append(rest.pop(nth))
        rows, values = costs.column(ordered[-1])
        lowest[rows] = np.minimum(lowest[rows], values)
    return ordered, gains


def improved(costs: Costs, sites: Sequence[int], over: Callable[[], bool]) -> list[int]:
    """Make the best exchange until none saves anything, or ``over`` says so."""
    plan = list(sites)
    least = 1e-9 * max(1.0, float(costs.cap.sum()))
    while plan and not over():
        net = _exchanges(costs, plan)
        leaving, entering = np.unravel_index(int(np.argmax(net)), net.shape)
        if net[leaving, entering] <= least:
            break
        plan[int(leaving)] = int(entering)
    return plan


def nearest_two(costs: Costs, plan: Sequence[int]) -> tuple[Floats, Floats, Ints]:
    """Per row: the lowest cost, the second lowest, and which site of the plan is the lowest.

    Costs are at most the cap; where no site is below it, the site is 0.
    """
    first, second = costs.cap.copy(), costs.cap.copy()
    site = np.zeros(len(first), dtype=np.int64)
    for nth, column in enumerate(plan):
        rows, values = costs.column(column)
        nearer = values < first[rows]
        second[rows] = np.where(nearer, first[rows], np.minimum(second[rows], values))
        first[rows] = np.where(nearer, values, first[rows])
        site[rows[nearer]] = nth
    return first, second, site


def filled(costs: Costs, count: int, sites: Sequence[int]) -> list[int]:
    """The same sites once each, and others greedily until ``count`` stand."""
    return greedy(costs, count, start=list(dict.fromkeys(sites)))


def savings(costs: Costs, lowest: Floats) -> Floats:
    """What each site saves if rows cost so much now, shape (m,)."""
    saved = np.maximum(lowest[costs.rows] - costs.matrix.data, 0.0)
    return sums(costs.matrix.indices, saved, costs.sites)


def _exchanges(costs: Costs, plan: list[int]) -> Floats:
    """What each exchange saves, shape (sites of the plan, all sites)."""
    first, second, site = nearest_two(costs, plan)
    matters = costs.matrix.data < second[costs.rows]
    rows, column = costs.rows[matters], costs.matrix.indices[matters]
    value = costs.matrix.data[matters]
    added = sums(column, np.maximum(first[rows] - value, 0.0), costs.sites)
    lost = sums(site, second - first, len(plan))
    # Who loses its site falls back on the newcomer where that is nearer than the second.
    caught = sums(
        site[rows] * costs.sites + column,
        second[rows] - np.maximum(value, first[rows]),
        len(plan) * costs.sites,
    ).reshape(len(plan), costs.sites)
    net: Floats = caught + added[None, :] - lost[:, None]
    net[:, plan] = -np.inf
    return net
