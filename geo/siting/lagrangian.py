"""A lower bound on the cost of every plan, and what it proves about single sites.

With a price uᵢ in [0, capᵢ] for each row, every plan of p sites costs at least

    L(u) = Σᵢ uᵢ + the p smallest of ρⱼ(u),  ρⱼ(u) = Σᵢ min(0, cᵢⱼ − uᵢ),

the Lagrangian relaxation of "each demand has one site" (G. Cornuéjols, M. L. Fisher,
G. L. Nemhauser, Management Science 23 (1977), 789–810). L is concave and made large by the
volume algorithm: subgradient steps from the best prices so far along a running mean of slopes
(F. Barahona, R. Anbil, Mathematical Programming 87 (2000), 385–399). A site whose forced entry
lifts L above the best known plan is in no better plan; one whose forced absence does so is in
every better plan.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geo.siting.costs import Costs, sums
from geo.siting.interchange import improved, nearest_two
from geo.siting.model import Flags, Floats, Ints, relative_gap
from geo.siting.watch import Watch

_ROUNDS = 3_000
_PATIENCE = 10
_SHRINK = 0.66
_MIX = 0.1
_FINEST_STEP = 1e-4
# A plan is built from the prices every so many rounds.
_PLAN_EVERY = 100
# Entries are kept up to so many times the price, and so much of the mean price above it.
_ROOM = 1.3
_ROOM_OF_MEAN = 0.2
_FOCUS_EVERY = 50


@dataclass(frozen=True, slots=True)
class Goal:
    """What a model calls its objective: the cost itself, or what is left of ``ceiling``."""

    ceiling: float | None = None

    def of(self, cost: float) -> float:
        """The objective of a plan, or a bound on it, from its cost."""
        return cost if self.ceiling is None else self.ceiling - cost


@dataclass(slots=True)
class Search:
    """The state of a search for the best ``count`` sites: best plan, best bound, what is decided.

    ``out`` and ``into`` mark columns that no better plan has, and that every better plan has.
    """

    costs: Costs
    goal: Goal
    count: int
    plan: list[int]
    cost: float
    bound: float
    prices: Floats
    out: Flags
    into: Flags

    @property
    def slack(self) -> float:
        """The cost by which a plan must be cheaper to count as better."""
        return 1.0 - 1e-6 if self.costs.whole else 1e-9 * max(1.0, abs(self.cost))

    @property
    def closed(self) -> bool:
        """Whether no better plan exists."""
        return self.bound > self.cost - self.slack

    @property
    def gap(self) -> float:
        """Relative distance of the objective from its bound."""
        return relative_gap(self.goal.of(self.cost), self.goal.of(min(self.bound, self.cost)))

    def tell(self, watch: Watch) -> None:
        """Report where the search stands."""
        watch.tell(self.count, self.goal.of(self.cost), self.goal.of(min(self.bound, self.cost)))

    def offer(self, plan: list[int]) -> None:
        """Keep a plan if it is better."""
        cost = self.costs.total(plan)
        if cost < self.cost:
            self.plan, self.cost = plan, cost


class Relaxation:
    """L, its slope and what it opens, at any prices up to ``limit``.

    An entry that costs no less than its row's price adds nothing to L. So only those below the
    limit are kept, which is the cap at most: with many sites they are few.
    """

    def __init__(self, costs: Costs, count: int, prices: Floats) -> None:
        matrix = costs.matrix
        self._costs, self._count = costs, count
        # With costs of 0, as the MCLP has, sums over entries are products with a matrix.
        self._flat = not matrix.data.any()
        self.limit = costs.cap
        if self._flat:
            ones = np.ones(matrix.nnz)
            self._ones = csr_array((ones, matrix.indices, matrix.indptr), matrix.shape)
            self._turned = self._ones.T.tocsr()
        self.focus(prices)

    def focus(self, prices: Floats) -> None:
        """Keep the entries that matter at prices near these."""
        if self._flat:
            return
        costs = self._costs
        self.limit = np.minimum(costs.cap, prices * _ROOM + _ROOM_OF_MEAN * prices.mean())
        kept = costs.matrix.data < self.limit[costs.rows]
        self._rows, self._columns = costs.rows[kept], costs.matrix.indices[kept]
        self._data = costs.matrix.data[kept]

    def reduced(self, prices: Floats) -> Floats:
        """ρ of each site, shape (m,)."""
        if self._flat:
            return np.asarray(-(self._turned @ prices))
        drop = np.minimum(self._data - prices[self._rows], 0.0)
        return sums(self._columns, drop, self._costs.sites)

    def value(self, prices: Floats, reduced: Floats) -> tuple[float, Ints]:
        """L, and the sites that it opens."""
        chosen = np.argpartition(reduced, self._count - 1)[: self._count]
        total = self._costs.constant + float(prices.sum()) + float(reduced[chosen].sum())
        return total, chosen

    def slope(self, prices: Floats, chosen: Ints) -> Floats:
        """A subgradient of L, shape (n,)."""
        picked = np.zeros(self._costs.sites)
        picked[chosen] = 1.0
        if self._flat:
            return 1.0 - np.asarray(self._ones @ picked)
        used = np.where(self._data < prices[self._rows], picked[self._columns], 0.0)
        return 1.0 - sums(self._rows, used, len(prices))


def begin(costs: Costs, goal: Goal, count: int, plan: list[int], prices: Floats | None) -> Search:
    """A search from a plan, and from prices of an earlier one if there are any."""
    if prices is None:
        _, prices, _ = nearest_two(costs, plan)
    none = np.zeros(costs.sites, dtype=np.bool_)
    total = costs.total(plan)
    search = Search(costs, goal, count, plan, total, -np.inf, prices, none, none.copy())
    relaxation = Relaxation(costs, count, prices)
    search.bound, _ = relaxation.value(prices, relaxation.reduced(prices))
    return search


def raise_bound(search: Search, watch: Watch, *, gap: float, rounds: int = _ROUNDS) -> None:
    """Make the bound large, until the plan is proven, time is over, or steps lead no further."""
    relaxation = Relaxation(search.costs, search.count, search.prices)
    prices, mean, scale, idle = search.prices, np.zeros(len(search.prices)), 1.0, 0
    for nth in range(rounds):
        reduced = relaxation.reduced(prices)
        value, chosen = relaxation.value(prices, reduced)
        slope = relaxation.slope(prices, chosen)
        mean = slope if nth == 0 else _MIX * slope + (1.0 - _MIX) * mean
        if value > search.bound:
            search.bound, search.prices, idle = value, prices, 0
            decide(search, value, reduced)
            if float((mean * slope).sum()) > 0.0:
                scale = min(2.0, scale * 1.1)
        else:
            idle += 1
        if idle == _PATIENCE:
            scale, idle = scale * _SHRINK, 0
        if nth % _PLAN_EVERY == 0:
            search.offer(improved(search.costs, chosen.tolist(), watch.over))
            if nth:
                search.tell(watch)
        if search.closed or scale < _FINEST_STEP or watch.over() or search.gap <= gap:
            break
        if nth % _FOCUS_EVERY == 0:
            relaxation.focus(search.prices)
        prices = np.minimum(_stepped(search, mean, scale), relaxation.limit)
    relaxation.focus(search.prices)
    decide(search, search.bound, relaxation.reduced(search.prices))


def decide(search: Search, value: float, reduced: Floats) -> None:
    """Mark the columns that L, of this value at prices with these ρ, decides."""
    if search.count >= len(reduced):
        return
    limit = search.cost - search.slack
    order = np.argpartition(reduced, (search.count - 1, search.count))
    last, following = reduced[order[search.count - 1]], reduced[order[search.count]]
    inside = np.zeros(len(order), dtype=np.bool_)
    inside[order[: search.count]] = True
    search.out |= ~inside & (value - last + reduced > limit)
    search.into |= inside & (value - reduced + following > limit)


def _stepped(search: Search, mean: Floats, scale: float) -> Floats:
    """Prices a step from the best ones, along the mean slope as far as 0 and the caps allow."""
    prices, cap = search.prices, search.costs.cap
    blocked = ((prices <= 0.0) & (mean < 0.0)) | ((prices >= cap) & (mean > 0.0))
    step = np.where(blocked, 0.0, mean)
    # No BLAS for such short sums: its threads wait longer for one another than the sum takes.
    length = max(float(np.square(step).sum()), 1e-12)
    way = scale * max(search.cost - search.bound, search.slack) / length
    return np.clip(prices + way * step, 0.0, cap)
