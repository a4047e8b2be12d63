"""What the next sites are to be best at: one class for each model, with the same questions.

All of them answer with plans that have a proven bound, and say which other candidates would have
done as well as a site. Sites are numbers of candidates.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.planning.maxcover import Chosen
from geo.planning.model import Unit
from geo.planning.sites import Sites
from geo.siting import Effort, Problem, max_covering, set_covering
from geo.siting.model import relative_gap
from geo.text import Text

Mask = NDArray[np.bool_]

# So near its bound a plan is not improved further.
GOOD_ENOUGH: Final = 0.01
# Candidates that gain so nearly as much as the best are as good, even where the best is proven: so
# much do circles differ in how many units they hold.
AS_GOOD: Final = 0.02
_ROUNDING: Final = 1e-9
# The search for the fewest sites ends with the bound that it then has.
_SECONDS: Final = 30.0


class Best(NamedTuple):
    """The best plan found of one number of sites, first things first, and its proven bound."""

    sites: tuple[int, ...]
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """How far apart objective and bound are, relative."""
        return relative_gap(self.objective, self.bound)


class Answer(NamedTuple):
    """A plan for each number of sites, and one order to build in with its loss at each number."""

    plans: Sequence[Best] = ()
    order: Sequence[int] = ()
    losses: Sequence[float] = ()
    fairness_price: float | None = None


class Aim(Protocol):
    """A model of siting, put to the candidates of one city."""

    def answer(self, count: int, cancelled: Callable[[], bool]) -> Answer:
        """The plans of up to ``count`` sites."""

    def as_good(self, order: Sequence[int], nth: int, gap: float) -> Mask:
        """Which candidates could stand in the place of the nth of these sites, shape (m,)."""

    def unit(self, *, people: bool) -> Unit:
        """What objectives are in; ``people`` is whether demand is people, and not square metres."""


@dataclass(frozen=True)
class MostCovered:
    """MCLP: as much demand as possible is reached."""

    sites: Sites

    def answer(self, count: int, cancelled: Callable[[], bool]) -> Answer:
        """The best plan of each number, and the best order that they suggest."""
        problem = self.sites.problem
        if not count:
            return Answer()
        if problem.minimum or math.isfinite(problem.capacity):
            solved = [problem.solved(nth) for nth in range(1, count + 1)]
            chosen, inside = [each.plan for each in solved], [each.bound for each in solved]
            order = problem.greedy(count).sites
        else:
            question = Problem(weights=problem.weight, reach=problem.cover)
            effort = Effort(gap=GOOD_ENOUGH, cancel=cancelled)
            curve = max_covering(question, range(1, count + 1), effort=effort)
            chosen = [Chosen(each.sites, each.objective) for each in curve.plans]
            inside, order = [each.bound for each in curve.plans], curve.nested[:count]
        bounds = self._bounds(inside)
        values = [problem.value(order[:nth]) for nth in range(1, count + 1)]
        return Answer(
            [
                Best(self._by_gain(plan), plan.weight, bound)
                for plan, bound in zip(chosen, bounds, strict=True)
            ],
            order,
            [relative_gap(value, bound) for value, bound in zip(values, bounds, strict=True)],
            self._price(chosen[-1]),
        )

    def as_good(self, order: Sequence[int], nth: int, gap: float) -> Mask:
        """Those that add as much to the sites before it, but for the gap."""
        gains = self.sites.problem.gains(order[:nth])
        good: Mask = gains >= gains[order[nth]] * (1.0 - max(gap, AS_GOOD))
        return good

    def unit(self, *, people: bool) -> Unit:
        """Demand reached."""
        return "people" if people else "km2"

    def _bounds(self, inside: Sequence[float]) -> list[float]:
        """What no plan of each number exceeds, with candidates that were left out as well."""
        kept, more = [0.0, *inside], self.sites.elsewhere
        return [
            max(kept[nth - other] + other * more for other in range(nth + 1))
            for nth in range(1, len(kept))
        ]

    def _by_gain(self, plan: Chosen) -> tuple[int, ...]:
        """The sites of a plan, those that add most first."""
        rest = list(plan.sites)
        order: list[int] = []
        while rest:
            gains = self.sites.problem.gains(order)[rest]
            order.append(rest.pop(int(np.argmax(gains))))
        return tuple(order)

    def _price(self, plan: Chosen) -> float | None:
        """What the minimum of each district costs against a plan without it."""
        if not self.sites.problem.minimum:
            return None
        free = replace(self.sites.problem, minimum=0)
        best = free.solved(len(plan.sites)).plan
        return max(best.weight - plan.weight, 0.0)


@dataclass(frozen=True)
class FewestSites:
    """LSCP: everything that candidates reach is reached, by as few sites as possible.

    The number is the answer: there is one plan, and its own order to build in.
    """

    sites: Sites

    def answer(self, count: int, cancelled: Callable[[], bool]) -> Answer:
        """The one plan; ``count`` limits nothing, unless it is 0."""
        problem = self.sites.problem
        if not count or not len(problem.weight):
            return Answer()
        question = Problem(weights=problem.weight, reach=problem.cover)
        effort = Effort(time_limit_s=_SECONDS, cancel=cancelled)
        plan = set_covering(question, effort=effort)
        best = Best(plan.sites, plan.objective, plan.bound)
        if math.isfinite(problem.capacity):
            best = self._within_capacity(best.bound)
        return Answer([best], best.sites)

    def as_good(self, order: Sequence[int], nth: int, gap: float) -> Mask:  # noqa: ARG002  all is all
        """Those that reach all that the plan without this site does not."""
        gains = self.sites.problem.gains([*order[:nth], *order[nth + 1 :]])
        good: Mask = gains >= gains[order[nth]] * (1.0 - _ROUNDING)
        return good

    def unit(self, *, people: bool) -> Unit:  # noqa: ARG002  sites are sites
        """Sites."""
        return "sites"

    def _within_capacity(self, bound: float) -> Best:
        """The greedy plan that serves everybody. Raises :class:`InputError` if it is none."""
        problem, capacity = self.sites.problem, self.sites.problem.capacity
        demand, number = float(problem.weight.sum()), len(self.sites.listed)
        if capacity * number < demand:
            raise _too_small(
                capacity,
                f"{number} 个候选点每站 {capacity:,.0f}，接纳不了全部 {demand:,.0f} 的需求",
                f"{number} candidates at {capacity:,.0f} each cannot serve all of {demand:,.0f}",
            )
        order, enough = problem.greedy(number).sites, demand * (1.0 - _ROUNDING)
        if problem.value(order) < enough:
            raise _too_small(
                capacity,
                f"每站 {capacity:,.0f} 时，没有找到让各处需求都被接纳的方案",
                f"at {capacity:,.0f} a station, no plan was found that serves the demand"
                " everywhere",
            )
        low, high = 0, number
        while low < high:
            middle = (low + high) // 2
            if problem.value(order[:middle]) < enough:
                low = middle + 1
            else:
                high = middle
        return Best(tuple(order[:low]), float(low), max(bound, math.ceil(demand / capacity)))


def _too_small(capacity: float, zh: str, en: str) -> InputError:
    return InputError(
        "capacity",
        zh=f"容量低于需求：{zh}",
        en=f"capacity below demand: {en}",
        value=f"{capacity:g}",
        expected=Text("更大的容量或更多候选点", "a greater capacity, or more candidates"),
    )
