"""What a siting question is made of, and what its answer says of its own quality."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]
Flags = NDArray[np.bool_]

# How a search ended: with a proof, within the gap that was accepted, out of time, or stopped.
Status = Literal["optimal", "gap", "time", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Weighted demand, possible sites, and which of them reaches which demand.

    ``weights``, shape (n,), are people or anything else that adds up, ≥ 0. ``reach``, shape
    (n, m), has an entry for each pair of demand and site within reach; its value is the
    distance (an explicit 0 is an entry), which the covering models do not look at.
    ``existing`` are the columns that stand already: they are in every plan and never counted.
    ``demand_district`` (n,) and ``site_district`` (m,) are numbers of districts from 0, needed
    by :class:`Rules` alone.
    """

    weights: Floats
    reach: csr_array
    existing: Sequence[int] = ()
    demand_district: Ints | None = None
    site_district: Ints | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a plan must keep to besides its number of sites.

    ``capacity``, shape (m,), is the weight that a site can serve; the people of one demand
    point may be divided between sites. ``min_sites`` is the number of sites, existing ones
    among them, that each district must have; ``min_share`` the share of each district's weight
    that must be covered, in [0, 1].
    """

    capacity: Floats | None = None
    min_sites: int = 0
    min_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands: the best plan so far and what no plan can beat."""

    count: int
    objective: float
    bound: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to search.

    ``time_limit_s`` is for the whole call; ``gap`` the relative distance from the bound that is
    good enough. ``progress`` is told now and then; ``cancel`` is asked now and then and ends the
    search when true, as Ctrl-C does: the best plans so far come back with their bounds.
    """

    time_limit_s: float | None = None
    gap: float = 0.0
    progress: Callable[[Progress], None] | None = None
    cancel: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The best set of ``count`` new sites that was found, and what is proven of it.

    ``sites`` are columns of the reach in the order in which each adds most; ``gains`` what each
    adds to the objective (MCLP: weight covered; LSCP: points covered; p-median: weighted
    distance saved; empty for p-center). ``bound`` is what no plan of ``count`` sites can beat.
    """

    count: int
    sites: tuple[int, ...]
    gains: tuple[float, ...]
    objective: float
    bound: float
    status: Status

    @property
    def gap(self) -> float:
        """Relative distance between objective and bound: 0 is proven optimal.

        0.008 reads "at least 99.2 % of the best possible" where more is better, "at most 0.8 %
        of it could be saved" where less is.
        """
        return relative_gap(self.objective, self.bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Independent plans for several numbers of sites, and one order to build in.

    ``nested`` is that order and ``nested_objectives[k]`` the objective of its first k sites,
    from k = 0 (existing sites alone). ``fairness_price`` is what the rules cost at each count,
    in units of the objective: at least, at most (equal where both plans are proven).
    """

    plans: tuple[Plan, ...]
    nested: tuple[int, ...]
    nested_objectives: tuple[float, ...]
    fairness_price: tuple[tuple[float, float], ...] = ()

    def nested_loss(self, count: int) -> float | None:
        """What the first ``count`` sites of the order lose at most against the best possible.

        Relative as :attr:`Plan.gap`; ``None`` if no plan of this count was asked for.
        """
        for plan in self.plans:
            if plan.count == count:
                return relative_gap(self.nested_objectives[count], plan.bound)
        return None


def relative_gap(objective: float, bound: float) -> float:
    """|objective − bound| as a share of the larger; 0 where both are 0."""
    larger = max(abs(objective), abs(bound))
    if larger == 0.0:
        return 0.0
    gap = abs(objective - bound) / larger
    return gap if gap > 1e-9 else 0.0
