"""A plan to start from under rules: the site that serves most of what is left, one by one."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from geo.siting.checks import candidates
from geo.siting.model import Flags, Floats, Ints, Problem, Rules


class Filled(NamedTuple):
    """New sites in the order chosen, what existing ones serve, what each adds, and what is left."""

    sites: list[int]
    before: float
    gains: list[float]
    left: Floats

    @property
    def objective(self) -> float:
        """What all sites serve."""
        return self.before + sum(self.gains)


def filled_up(problem: Problem, count: int, rules: Rules) -> Filled:
    """``count`` new sites; of points in reach of a full site each gets the same share.

    Room is kept for the minimum of sites in each district. A minimum of what is covered is not
    looked at: a plan may miss it.
    """
    by_site = csr_array(problem.reach.T)
    sites = by_site.shape[0]
    capacity = np.full(sites, np.inf) if rules.capacity is None else rules.capacity
    serves = csr_array((np.ones(by_site.nnz), by_site.indices, by_site.indptr), by_site.shape)
    left, free = problem.weights.copy(), np.zeros(sites, dtype=np.bool_)
    free[candidates(problem)] = True
    opened = list(problem.existing)
    before = sum(_served(left, serves, site, capacity) for site in opened)
    added: list[float] = []
    for nth in range(count):
        gains = np.minimum(np.asarray(serves @ left), capacity)
        gains[~(free & _allowed(problem, rules, free, opened, count - nth))] = -1.0
        site = int(np.argmax(gains))
        added.append(_served(left, serves, site, capacity))
        free[site] = False
        opened.append(site)
    return Filled(opened[len(problem.existing) :], before, added, left)


def _served(left: Floats, serves: csr_array, site: int, capacity: Floats) -> float:
    """What a site serves of what is left, which is less then."""
    units = serves.indices[serves.indptr[site] : serves.indptr[site + 1]]
    total = float(left[units].sum())
    share = min(1.0, float(capacity[site]) / total) if total > 0.0 else 0.0
    left[units] *= 1.0 - share
    return share * total


def _allowed(problem: Problem, rules: Rules, free: Flags, opened: list[int], to_come: int) -> Flags:
    """Which sites may come next, if every district is still to get its minimum."""
    every: Flags = np.ones(len(free), dtype=np.bool_)
    district: Ints | None = problem.site_district
    if not rules.min_sites or district is None:
        return every
    number = int(district.max()) + 1
    owed = rules.min_sites - np.bincount(district[opened], minlength=number)
    owed[(owed < 0) | (np.bincount(district[free], minlength=number) == 0)] = 0
    return every if int(owed.sum()) < to_come else owed[district] > 0
