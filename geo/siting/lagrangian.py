"""A lower bound on the cost of every plan, and what it proves about single sites.

With a price uᵢ in [0, capᵢ] for each row, every plan of p sites costs at least

    L(u) = Σᵢ uᵢ + the p smallest of ρⱼ(u),  ρⱼ(u) = Σᵢ min(0, cᵢⱼ − uᵢ),

the Lagrangian relaxation of "each demand has one site" (G. Cornuéjols, M. L. Fisher,
G. L. Nemhauser, Management Science 23 (1977), 789–810). L is concave and made large by
subgradient steps (Held, Wolfe, Crowder, Mathematical Programming 6 (1974), 62–88), each
direction mixed with the one before. A site whose forced entry lifts L above the best known plan
is in no better plan; one whose forced absence does so is in every better plan.
"""

from dataclasses import dataclass

import numpy as np

from geo.siting.costs import Costs, sums
from geo.siting.interchange import improved, nearest_two
from geo.siting.model import Flags, Floats, Ints, relative_gap
from geo.siting.watch import Watch

_ROUNDS = 600
_PATIENCE = 15
_MIX = 0.6
_FINEST_STEP = 2e-3


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


def begin(costs: Costs, goal: Goal, count: int, plan: list[int], prices: Floats | None) -> Search:
    """A search from a plan, and from prices of an earlier one if there are any."""
    if prices is None:
        _, prices, _ = nearest_two(costs, plan)
    none = np.zeros(costs.sites, dtype=np.bool_)
    total = costs.total(plan)
    search = Search(costs, goal, count, plan, total, -np.inf, prices, none, none.copy())
    _evaluate(search, prices)
    return search


def raise_bound(search: Search, watch: Watch, *, gap: float) -> None:
    """Make the bound large, until the plan is proven, time is over, or steps lead no further."""
    costs, scale, idle = search.costs, 1.0, 0
    prices = search.prices.copy()
    mixed = np.zeros_like(prices)
    for nth in range(_ROUNDS):
        before = search.bound
        value, slope, best = _evaluate(search, prices)
        if nth % 40 == 39:
            search.offer(improved(costs, best, watch.over))
            search.tell(watch)
        idle = 0 if search.bound > before + 1e-7 * abs(search.bound) else idle + 1
        if search.closed or watch.over() or search.gap <= gap:
            return
        if idle >= _PATIENCE:
            scale, idle = scale / 2.0, 0
            prices, mixed = search.prices.copy(), np.zeros_like(prices)
            if scale < _FINEST_STEP:
                return
            continue
        mixed = _MIX * slope + (1.0 - _MIX) * mixed
        blocked = ((prices <= 0.0) & (mixed < 0.0)) | ((prices >= costs.cap) & (mixed > 0.0))
        step = np.where(blocked, 0.0, mixed)
        length = float(step @ step)
        if length == 0.0:
            return
        prices = np.clip(
            prices + scale * max(search.cost - value, 1e-9) / length * step, 0.0, costs.cap
        )


def _evaluate(search: Search, prices: Floats) -> tuple[float, Floats, list[int]]:
    """L at these prices, a subgradient, and the p sites that L would open."""
    costs, count = search.costs, search.count
    drop = np.minimum(costs.matrix.data - prices[costs.rows], 0.0)
    reduced = sums(costs.matrix.indices, drop, costs.sites)
    order = np.argsort(reduced, kind="stable")
    chosen = order[:count]
    value = costs.constant + float(prices.sum()) + float(reduced[chosen].sum())
    if value > search.bound:
        search.bound, search.prices = value, prices.copy()
    _decide(search, value, reduced, order)
    picked = np.zeros(costs.sites)
    picked[chosen] = 1.0
    served = np.where(drop < 0.0, picked[costs.matrix.indices], 0.0)
    return value, 1.0 - sums(costs.rows, served, len(prices)), chosen.tolist()


def _decide(search: Search, value: float, reduced: Floats, order: Ints) -> None:
    """Mark the columns that this value of L decides."""
    if search.count >= len(order):
        return
    limit = search.cost - search.slack
    last, following = reduced[order[search.count - 1]], reduced[order[search.count]]
    inside = np.zeros(len(order), dtype=np.bool_)
    inside[order[: search.count]] = True
    search.out |= ~inside & (value - last + reduced > limit)
    search.into |= inside & (value - reduced + following > limit)
