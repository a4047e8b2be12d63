"""Maximal covering: which N candidates reach the most weight, with a proven bound.

Model (Church & ReVelle, 1974): choose p of m sites x so that Σ wᵢ·yᵢ is greatest, where unit i
counts (yᵢ = 1) only if a chosen site reaches it: yᵢ ≤ Σⱼ aᵢⱼ·xⱼ. Plans come from the greedy rule
and exchanges of one site for another; the bound from relaxing the coupling with multipliers
0 ≤ λᵢ ≤ wᵢ, L(λ) = Σ (wᵢ - λᵢ)⁺ + the p greatest Σᵢ λᵢ·aᵢⱼ, improved by subgradients (Galvão &
ReVelle, European Journal of Operational Research 88 (1996), 114–123). No clock and no chance:
equal input gives equal output.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_ROUNDS: Final = 300
_STALLED: Final = 10
# So close a bound needs no better one.
_PROVEN: Final = 5e-4
# So many sites are looked at for exchanges, each of a plan at least once.
_PASSES: Final = 100
_ROUNDING: Final = 1e-9
# A set that the bound suggests is worked on if it reaches so much of the best plan.
_PROMISING: Final = 0.9


class Chosen(NamedTuple):
    """Sites in the order chosen, and the weight that they reach together."""

    sites: tuple[int, ...]
    weight: float


class Solved(NamedTuple):
    """A plan, and the weight that no plan of as many sites exceeds."""

    plan: Chosen
    bound: float


@dataclass(frozen=True)
class MaxCover:
    """n units of ``weight``, of which ``cover`` (n × m, 0 or 1) tells the candidates in reach.

    ``group`` is each candidate's district; every plan has ``minimum`` sites in each, of those
    that have a candidate. A site serves ``capacity`` at most.
    """

    weight: Floats
    cover: csr_array
    group: Ints
    minimum: int = 0
    capacity: float = np.inf

    def gains(self, sites: Sequence[int] = ()) -> Floats:
        """What each candidate adds to some sites, shape (m,)."""
        added: Floats = self._by_site @ self.left(sites)
        return np.minimum(added, self.capacity)

    def left(self, sites: Sequence[int]) -> Floats:
        """What some sites, filled one after the other, leave of each unit, shape (n,)."""
        left = self.weight.copy()
        for site in sites:
            self._serve(left, site)
        return left

    def value(self, sites: Sequence[int]) -> float:
        """The weight that some sites reach together."""
        return float((self.weight - self.left(sites)).sum())

    def greedy(self, count: int) -> Chosen:
        """The best next site, one after the other; minima are kept room for."""
        left, free = self.weight.copy(), np.ones(self._m, dtype=np.bool_)
        sites: list[int] = []
        for nth in range(min(count, self._m)):
            gains = np.minimum(self._by_site @ left, self.capacity)
            gains[~(free & self._allowed(sites, count - nth))] = -1.0
            site = int(np.argmax(gains))
            self._serve(left, site)
            free[site] = False
            sites.append(site)
        return Chosen(tuple(sites), float((self.weight - left).sum()))

    def exchanged(self, chosen: Chosen) -> Chosen:
        """The plan after exchanges of one site for another that gain; none under a capacity."""
        sites, weight = list(chosen.sites), chosen.weight
        if not np.isfinite(self.capacity):
            for _ in range(max(1, _PASSES // max(len(sites), 1))):
                before = weight
                for at in range(len(sites)):
                    weight = self._exchange(sites, at, weight)
                if weight == before:
                    break
        return Chosen(tuple(sites), weight)

    def _exchange(self, sites: list[int], at: int, weight: float) -> float:
        """Put the best site in the place of one of them, if it is better; the weight then."""
        others = sites[:at] + sites[at + 1 :]
        gains = self.gains(others)
        loses = float(gains[sites[at]])
        gains[others] = -1.0
        gains[~self._allowed(others, 1)] = -1.0
        site = int(np.argmax(gains))
        if gains[site] <= loses * (1 + _ROUNDING):
            return weight
        sites[at] = site
        return weight - loses + float(gains[site])

    def solved(self, count: int) -> Solved:
        """The best plan of so many sites that is found, and what no plan exceeds."""
        best = self.exchanged(self.greedy(count))
        seen = self._seen
        multipliers = self.weight / np.maximum(seen, 1)
        bound, step, stalled = float(self.weight[seen > 0].sum()), 2.0, 0
        bound = min(bound, count * self.capacity)
        for _ in range(_ROUNDS):
            relaxed, served = self._best_by(multipliers, count)
            value = float((self.weight - multipliers)[served].sum() + relaxed.weight)
            stalled = 0 if value < bound else stalled + 1
            bound = min(bound, value)
            best = self._better(best, relaxed.sites)
            if bound - best.weight <= _PROVEN * bound:
                break
            if stalled == _STALLED:
                step, stalled = step / 2, 0
            slope = self._times_reached(relaxed.sites) - served
            length = float((slope**2).sum())
            if not length:
                break
            move = step * max(value - best.weight, 0.0) / length
            multipliers = np.clip(multipliers - move * slope, 0.0, self.weight)
        return Solved(best, max(bound, best.weight))

    def _better(self, best: Chosen, sites: Sequence[int]) -> Chosen:
        """The best plan so far, or these sites after exchanges, if they come near it."""
        weight = self.value(sites)
        if weight < _PROMISING * best.weight:
            return best
        other = self.exchanged(Chosen(tuple(sites), weight))
        return other if other.weight > best.weight * (1 + _ROUNDING) else best

    def _best_by(self, multipliers: Floats, count: int) -> tuple[Chosen, NDArray[np.bool_]]:
        """The solution of the relaxed problem: its sites, their value, and the units served."""
        prices = self._by_site @ multipliers
        order = np.lexsort((np.arange(self._m), -prices))
        sites = order[:count]
        if self.minimum:
            rank = np.empty(self._m, dtype=np.intp)
            for group in np.unique(self.group):
                of_group = order[self.group[order] == group]
                rank[of_group] = np.arange(len(of_group))
            first = order[rank[order] < self.minimum]
            rest = order[rank[order] >= self.minimum]
            sites = np.concatenate([first, rest])[:count]
        return Chosen(tuple(sites.tolist()), float(prices[sites].sum())), self._served(multipliers)

    def _times_reached(self, sites: Sequence[int]) -> Ints:
        by_site = self._by_site
        units = [by_site.indices[by_site.indptr[s] : by_site.indptr[s + 1]] for s in sites]
        return np.bincount(np.concatenate(units), minlength=len(self.weight)).astype(np.intp)

    def _served(self, multipliers: Floats) -> NDArray[np.bool_]:
        served: NDArray[np.bool_] = (self.weight > multipliers) & (self._seen > 0)
        return served

    def _allowed(self, sites: Sequence[int], to_come: int) -> NDArray[np.bool_]:
        """Which candidates may come next, if every group is still to get its minimum."""
        if not self.minimum:
            return np.ones(self._m, dtype=np.bool_)
        groups = np.unique(self.group)
        had = np.bincount(self.group[list(sites)], minlength=int(self.group.max()) + 1)
        wanting = [group for group in groups.tolist() if had[group] < self.minimum]
        owed = sum(self.minimum - int(had[group]) for group in wanting)
        return np.isin(self.group, wanting) if owed >= to_come else np.ones(self._m, dtype=np.bool_)

    def _serve(self, left: Floats, site: int) -> None:
        """Take from ``left`` what a site serves: all in its reach, or its capacity's share."""
        start, end = self._by_site.indptr[site : site + 2]
        units = self._by_site.indices[start:end]
        total = float(left[units].sum())
        left[units] *= 1.0 - (min(self.capacity / total, 1.0) if total > 0 else 1.0)

    @property
    def _m(self) -> int:
        return int(self.cover.shape[1])

    @cached_property
    def _by_site(self) -> csr_array:
        return csr_array(self.cover.T)

    @cached_property
    def _seen(self) -> Floats:
        """How many candidates reach each unit."""
        return np.asarray(self.cover.sum(axis=1), dtype=np.float64)


def merged(weight: Floats, cover: csr_array) -> tuple[Floats, csr_array]:
    """Units that the same candidates reach as one unit; those that none reaches are left out."""
    marks = np.random.default_rng(0).random(cover.shape[1])
    seen = np.diff(cover.indptr) > 0
    _, first, unit = np.unique((cover @ marks)[seen], return_index=True, return_inverse=True)
    summed = np.bincount(unit, weights=weight[seen], minlength=len(first)).astype(np.float64)
    return summed, csr_array(cover[np.flatnonzero(seen)[first]])
